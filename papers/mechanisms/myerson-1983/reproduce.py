"""Efficient mechanisms for bilateral trading, after Myerson & Satterthwaite 1983, for values uniform on [0, 1]; digits recomputed.

The most gains in Bayesian equilibrium, with both taking part and no money from outside: trade where b − α(1 − b) ≥ s + α s, that is
where the gap is at least δ = α/(1 + α), with α such that the expected virtual gains E[(2b − 1 − 2s) trade] are 0. The gap of two
uniform values has density 1 − z, so that all of it is polynomials, and fractions say it exactly.
`python papers myerson-1983` for the claims. Public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F

import numpy as np

from rulewright.mechanisms import REVENUE, Goal, Mechanism, estimate
from rulewright.mechanisms.environments import bilateral_trade
from rulewright.mechanisms.exact import Maximal, PostedTrade, SecondBest, broker, search

TRADE = bilateral_trade()


def gains(gap: F) -> F:
    """E[b − s] where the gap is at least `gap`: ∫ z(1 − z) dz."""
    return (F(1, 2) - F(1, 3)) - (gap**2 / 2 - gap**3 / 3)


def money(gap: F) -> F:
    """E[2b − 1 − 2s] there: what both together can be made to pay at the most, ∫ (2z − 1)(1 − z) dz."""

    def whole(z: F) -> F:
        return -2 * z**3 / 3 + 3 * z**2 / 2 - z

    return whole(F(1)) - whole(gap)


def least_gap() -> F:
    """The least gap at which no money from outside is needed, to 2⁻⁵⁰ from above; exact if it is met on the way."""
    low, high = F(0), F(1, 2)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if money(middle) < 0 else (low, middle)
    return high


def measured(rule: Mechanism, fast: bool, goal: Goal | None = None) -> float:
    return estimate(rule, profiles=100_000 if fast else 1_000_000, goal=goal).mean


def middleman() -> Maximal:
    """The broker's best, as an affine maximiser: trade counts for ½ less, and without either there is none."""
    return Maximal(TRADE, np.eye(2), boosts=(0.0, -0.5), without=np.array([[True, False]] * 2))


def posted(fast: bool) -> float:
    """The best price that a search finds; what it comes to in closed form, p(1 − p)/2."""
    found = search("posted prices", TRADE, budget=100 if fast else 600, profiles=5000 if fast else 50_000, fresh=1000)
    price, margin = found.parameters
    return float((1 - price) * (price - margin) * (1 + margin) / 2)


CLAIMS: dict[str, Callable[[bool], float]] = {
    "all gains from trade": lambda fast: float(gains(F(0))),
    "money from outside that all gains take": lambda fast: float(-money(F(0))),
    "the gap below which there is no trade": lambda fast: float(least_gap()),
    "gains without money from outside": lambda fast: float(gains(least_gap())),
    "the same, measured": lambda fast: measured(SecondBest(TRADE), fast),
    "VCG, measured: money from outside": lambda fast: -measured(broker(TRADE), fast, REVENUE),
    "a posted price, the best found": posted,
    "the price ½, measured": lambda fast: measured(PostedTrade(TRADE, 0.5), fast),
    "the broker's money, measured": lambda fast: measured(middleman(), fast, REVENUE),
}

if __name__ == "__main__":
    for name, value in CLAIMS.items():
        print(f"{name}: {value(False):.9g}")
