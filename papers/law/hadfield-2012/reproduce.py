"""What is law? After Hadfield & Weingast 2012 (J. Legal Analysis 4): the inequality, and our explicit game beside it.

`python papers hadfield-2012`. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from rulewright.society.law import (
    Boycott,
    Enforcers,
    Explicit,
    Quorum,
    Repeated,
    Stage,
    as_markov,
    as_play,
    costs,
    expected,
    nobody,
    playing_r,
    simulate,
)

GRID = [Fraction(k, 20) for k in range(20)]
SHARES = {
    ("0.5", "0"): "share at d = .5, rho = 0",
    ("0.5", "0.1"): "share at d = .5, rho = .1",
    ("0.5", "0.3"): "share at d = .5, rho = .3",
    ("0.8", "0"): "share at d = .8, rho = 0",
    ("0.8", "0.1"): "share at d = .8, rho = .1",
    ("0.8", "0.3"): "share at d = .8, rho = .3",
    ("0.95", "0"): "share at d = .95, rho = 0",
    ("0.95", "0.1"): "share at d = .95, rho = .1",
    ("0.95", "0.3"): "share at d = .95, rho = .3",
}
SETTING = {"rho_i": "0.1", "rho_j": "0.1"}


def share(d: str, rho: str) -> Callable[[bool], float]:
    return lambda fast: float(Boycott(d, rho_i=rho, rho_j=rho).share)


def signs(fast: bool) -> float:
    """Points of a grid (d, ρ_i, ρ_j) at which a derivative has another sign than the paper's comparative statics."""
    return sum(
        not (Boycott(d, 0, 1, i, j).slopes[0] >= 0 >= max(Boycott(d, 0, 1, i, j).slopes[1:]))
        for d in GRID
        for i in GRID[::4]
        for j in GRID[::4]
    )


def law() -> Repeated:
    stage = Stage.after(cost="0.4", **SETTING)
    return Repeated(stage, playing_r(stage), "0.8")


def bound(fast: bool) -> float:
    """Most that a boycott may cost in our stage, from its tables."""
    most = costs(lambda c: Stage.after(cost=c, **SETTING), law().profile, "0.8")[1]
    assert most is not None
    return float(most)


def regret(fast: bool) -> float:
    """Of the same profile, in floats, as a Markov game."""
    one = law()
    return float(as_play(one, as_markov(one)).regret)


def lawless(fast: bool) -> float:
    """Settings of a grid at which nobody boycotting is no equilibrium."""
    bad = 0
    for d in GRID[::6]:
        for cost in ("0", "0.3", "2"):
            stage = Stage.after(cost=cost, **SETTING)
            bad += not Repeated(stage, nobody(stage), d).perfect
    return float(bad)


def wrongful(fast: bool) -> float:
    """Share of deliveries that wrong, simulated less expected, over 60 periods: 2 % of errors, 5 % turnover."""
    stage = Stage.after(cost="0.4", **SETTING)
    one = Repeated(stage, playing_r(stage).trembling("0.02", stage), "0.8")
    runs = [simulate(one, 3000 if fast else 30_000, 60, seed, 0.05).wrongful.mean() for seed in range(4)]
    return float(np.mean(runs) - expected(one, 60, 0.05).wrongful.mean())


CLAIMS: dict[str, Callable[[bool], float]] = {
    **{name: share(d, rho) for (d, rho), name in SHARES.items()},
    "largest share": lambda fast: float(Boycott(1).share),
    "share if R never serves one": lambda fast: float(Boycott(1, rho_i=1).share),
    "wrong signs of derivatives": signs,
    "our stage: largest gain from R, d = .8, c = .4": lambda fast: float(law().worst.gain),
    "our stage: regret as a Markov game": regret,
    "our stage: most that a boycott may cost, d = .8": bound,
    "our stage: the gap at d = .1, V = 1.1": lambda fast: float(Explicit("0.1", 1, "1.1").gap),
    "our stage: settings where nobody is no equilibrium": lawless,
    "our stage: wrongs, simulated less expected": wrongful,
    "4 of 7, own logics of .7: stops": lambda fast: float(Enforcers(7, 4).private[0]),
    "4 of 7, common logic with .9: stops": lambda fast: float(Enforcers(7, 4).common[0]),
    "4 of 7, common logic: chance of deciding": lambda fast: float(Quorum(n=7, k=4, logic="common").deciding),
}
