"""After Zhuang & Hadfield-Menell 2020, NeurIPS: consequences of misaligned AI. The paper's model and claims; the example is ours.

Run `python papers zhuang-2020` for the table; everything here uses public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rulewright.society.proxies import Proxy
from rulewright.welfare.proxies import Wants, ascent, limit, optimum


def rewritten(every: int) -> float:
    return Proxy(remedy="interactive", every=every).outcomes()[0].measures["utility"]


def always(count: int, seed: int) -> float:
    """Share of random incomplete proxies, of random wants with diminishing returns, that lose without bound."""
    rng = np.random.default_rng(seed)
    lost = 0
    for _ in range(count):
        length = int(rng.integers(2, 7))
        wants = Wants(rng.uniform(0.2, 3, length), rng.uniform(0.2, 3, length), 20.0, np.full(length, 0.5))
        mentioned = tuple(rng.permutation(length)[: int(rng.integers(1, length))].tolist())
        lost += limit(wants, mentioned).utility == -np.inf
    return lost / count


def fell() -> float:
    """Steps after the peak at which what people have rises: none."""
    course = ascent(Proxy().wants, (0, 1), steps=2100)
    return float((np.diff(course.utility[course.peak :]) > 0).sum())


CLAIMS: dict[str, Callable[[bool], float]] = {
    "incomplete proxies that lose without bound, share": lambda fast: always(100 if fast else 10_000, 2020),
    "highest utility, proxy climbed": lambda fast: float(Proxy().course.utility.max()),
    "steps at which utility rises after its peak": lambda fast: fell(),
    "proxy in the end": lambda fast: limit(Proxy().wants, (0, 1)).proxy,
    "optimum": lambda fast: optimum(Proxy().wants).utility,
    "impact: where it stops": lambda fast: limit(Proxy().wants, (0, 1), "impact").utility,
    **{
        f"interactive: mean utility, every {m} steps": lambda fast, m=m: rewritten(m)  # type: ignore[misc]
        for m in (1, 50, 200, 500, 1500)
    },
    "linear utility: what is lost": lambda fast: (
        optimum(Wants(np.ones(4), np.ones(4), 8.0, np.ones(4), family="linear")).utility
        - limit(Wants(np.ones(4), np.ones(4), 8.0, np.ones(4), family="linear"), (0, 1)).utility
    ),
}
