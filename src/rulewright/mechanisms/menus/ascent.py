"""One or two items: the exact slopes of what a menu earns on the continuum, followed upward. No sample, no noise, no temperature.

Prices are kept as surcharges r_k = p_k − θ̄·x_k over what the mean type θ̄ makes of an option, so that moving a lottery alone does
not move everybody's mind. Steps are Adam's (Kingma & Ba 2015), projected on the lotteries; the best menu seen is kept. Options
that nobody takes are dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...numerics.rational import Array
from ..environment import Environment
from .posted import at_most_one, lotteries
from .regions import cells, slopes

PACE = 0.02, 0.0002  # of the first and of the last step, in chances and in the width of the law
MEMORY = 0.9, 0.99


def climb(
    environment: Environment,
    options: Array,
    prices: Array,
    alpha: float,
    beta: float,
    *,
    steps: int,
    pace: tuple[float, float] = PACE,
    keep_whole: bool = False,
    tell: Callable[[int, float], bool] = lambda step, value: False,
) -> tuple[Array, Array, float]:
    """(options, prices, value) after so many steps from these; the first option stays nothing, for nothing.

    `tell` hears of every step and says whether it is enough. With `keep_whole` chances of 0 and 1 stay as they are.
    """
    law = environment.laws[0]
    pieces = cells(law)
    unit, width = at_most_one(environment), environment.dimensions
    mean = np.asarray(law.at((np.stack(np.meshgrid(*[np.arange(16) + 0.5] * width), -1) / 16).reshape(-1, width))).mean(
        0
    )
    scale = float(np.max(np.asarray(law.high) - np.asarray(law.low)))
    top = environment.budget if environment.transfers else 0.0
    x, p = options.copy(), prices.copy()
    best = x, p, -np.inf
    still = ((x == 0) | (x == 1)) & keep_whole
    first, second = np.zeros((2, len(p), width + 1))
    fade = (pace[1] / pace[0]) ** (1 / max(steps - 1, 1))
    for step in range(steps + 1):
        padded = np.column_stack([x, np.zeros(len(x))])[:, :2]
        found = slopes(pieces, padded.tolist(), p.tolist(), alpha, beta)
        enough = tell(step, found.value)
        if found.value > best[2]:
            best = x, p, found.value
        if enough or step == steps:
            break
        by_price = np.array(found.prices)
        by = np.column_stack([np.array(found.options)[:, :width] + by_price[:, None] * mean, by_price * scale]) / scale
        first, second = MEMORY[0] * first + (1 - MEMORY[0]) * by, MEMORY[1] * second + (1 - MEMORY[1]) * by**2
        ahead = first / (1 - MEMORY[0] ** (step + 1)) / (np.sqrt(second / (1 - MEMORY[1] ** (step + 1))) + 1e-9)
        ahead[0] = 0
        ahead[:, :width][still] = 0
        ahead *= pace[0] * fade**step
        surcharge = p - x @ mean + ahead[:, -1] * scale
        x = lotteries(x + ahead[:, :width], unit)
        p = np.clip(surcharge + x @ mean, 0, top)
        p[0] = 0.0
    return best
