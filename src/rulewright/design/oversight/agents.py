"""How often to look, by what the agent is: a maximiser, a noisy chooser, or a learner that meets audits one by one.

By complying rather than violating an agent of gain g and stake S gets more by

    Δ(q) = q·( tpr·(φ·g + S) − fpr·S ) − g                  with audits at rate q (`enforcement.deterrence`)

    rational      violates where Δ < 0, so q = g/B with B = tpr·(φ·g + S) − fpr·S
    logit(λ)      violates with chance 1/(1 + e^{λΔ}), so at most ε needs a margin: Δ ≥ ln(1/ε − 1)/λ, q = (g + margin)/B
    Q-learning    values v ← v + α·(paid − v) of what it did, explores with chance ε; it knows no rates, and meets a
                  fine only when an audit comes

Once burnt, a learner tries again only by exploring: heavy fines deter it at fewer audits than a maximiser. Where fines are light
and false flags blur what they teach it needs more. (Seen in the simulation here, and tested.)

The first two are closed forms. The last is simulated, and comes with seeds and Student's interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...behaviour.estimation.confidence import Interval, mean
from ...errors import InputError
from ...numerics.rational import Array
from ..enforcement.deterrence import deter, number, share


def logit_margin(rationality: float, tolerated: float) -> float:
    """By how much complying has to be better for violations of at most `tolerated`: ln(1/ε − 1)/λ, in units of the payoffs.

    Raises InputError unless λ > 0 and 0 < ε < 1.
    """
    if not (0 < rationality < math.inf and 0 < tolerated < 1):
        found = f"λ = {rationality:g}, {tolerated:g} tolerated"
        raise InputError(where="logit agents", needed="λ above 0, tolerated violations between 0 and 1", found=found)
    return math.log(1 / tolerated - 1) / rationality


def logit_rate(
    gain: Any, stake: Any, tpr: Any, fpr: Any, *, rationality: float, tolerated: float, forfeit: Any = 1
) -> float | None:
    """The least audits at which a logit agent violates with chance `tolerated` at most; None where no rate does it."""
    margin = logit_margin(rationality, tolerated)
    if margin <= 0:  # more than half is tolerated: less than indifference will do
        need = float(number(gain, "gain")) + margin
        bite = _bite(gain, stake, tpr, fpr, forfeit)
        return 0.0 if need <= 0 else (need / bite if bite > 0 and need <= bite else None)
    found = deter(gain, stake, tpr, fpr, forfeit, margin).rate
    return None if found is None else float(found)


def _bite(gain: Any, stake: Any, tpr: Any, fpr: Any, forfeit: Any) -> float:
    g, s = float(number(gain, "gain")), float(number(stake, "stake"))
    t, f, phi = (float(share(x, w)) for x, w in ((tpr, "tpr"), (fpr, "fpr"), (forfeit, "forfeit")))
    return t * (phi * g + s) - f * s


def logit_violations(
    rates: Any, stakes: Any, *, gain: float, tpr: float, fpr: float, rationality: float, forfeit: float = 1.0
) -> Array:
    """[rate, stake]: chances of violation."""
    q, s = np.asarray(rates, float)[:, None], np.asarray(stakes, float)[None, :]
    better = q * (tpr * (forfeit * gain + s) - fpr * s) - gain
    return np.asarray(0.5 * (1 - np.tanh(rationality * better / 2)))


@dataclass(frozen=True)
class QLearner:
    """An agent that learns by doing."""

    step: float = 0.05
    """α."""
    explore: float = 0.05
    """ε."""
    acts: int = 2_000
    runs: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0 < self.step <= 1 and 0 < self.explore < 1 and self.acts >= 10 and self.runs >= 2):
            found = f"step {self.step}, explore {self.explore}, {self.acts} acts, {self.runs} runs"
            needed = "a step and exploration between 0 and 1, at least 10 acts and 2 runs"
            raise InputError(where="learning agents", needed=needed, found=found)


LEARNER = QLearner()


def learned_violations(
    rates: Any, stake: float, *, gain: float, tpr: float, fpr: float, forfeit: float = 1.0, learner: QLearner = LEARNER
) -> list[Interval]:
    """[rate]: share of violations that such an agent *chooses* (what it explores is left out) over the last half of its acts."""
    q = np.asarray(rates, float)
    rng = np.random.default_rng(learner.seed)
    value = np.zeros((2, len(q), learner.runs))
    value[1] = gain  # at first it believes that nobody looks
    chosen = np.zeros((len(q), learner.runs))
    late = learner.acts // 2
    for t in range(learner.acts):
        draw = rng.random((3, learner.runs))[:, None, :]  # the same luck at every rate: the curve is smooth in q
        greedy = value[1] > value[0]
        random, which = draw[0] < learner.explore, draw[0] < learner.explore / 2
        violates = np.where(random, which, greedy)
        flagged = (draw[1] < q[:, None]) & (draw[2] < np.where(violates, tpr, fpr))
        paid = violates * gain - flagged * (stake + forfeit * gain * violates)
        for act in (0, 1):
            here = violates == act
            value[act] += learner.step * here * (paid - value[act])
        if t >= late:
            chosen += greedy
    shares = chosen / (learner.acts - late)
    return [mean(row).within(0.0, 1.0) for row in shares]


def learned_rate(
    stake: float,
    *,
    gain: float,
    tpr: float,
    fpr: float,
    tolerated: float,
    forfeit: float = 1.0,
    learner: QLearner = LEARNER,
    rates: Any = None,
) -> float | None:
    """The least of `rates` (steps of 0.02) from which on the mean share of chosen violations stays at `tolerated` or less."""
    grid = np.linspace(0, 1, 51) if rates is None else np.asarray(rates, float)
    found = learned_violations(grid, stake, gain=gain, tpr=tpr, fpr=fpr, forfeit=forfeit, learner=learner)
    middle = np.array([(i.low + i.high) / 2 for i in found])
    high = np.flatnonzero(middle > tolerated)
    first = 0 if not len(high) else int(high[-1]) + 1
    return None if first == len(grid) else float(grid[first])


def expected_loss(rate: Fraction | None, stake: Any, fpr: Any) -> Fraction | None:
    """q·fpr·S: what an honest act loses by false flags."""
    return None if rate is None else rate * share(fpr, "fpr") * number(stake, "stake")
