"""Exact mechanisms and foils as ways that a scenario file may name: from an environment and plain settings to what was found.

Each tells, besides, what it was seen to break of what the environment asks: taking part, the budget, the deficit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...errors import InputError
from ..environment import Environment
from ..found import Curve, Found
from ..kept import kept
from ..mechanism import Mechanism
from .capacity import EfficientDivision, EqualSplit, ProportionalShare
from .cost_sharing import EqualShares, SerialShares
from .expected_externality import expected_externality as balanced
from .maximal import broker, clarke, groves, pivotal
from .medians import percentiles as at_percentiles
from .medians import phantoms
from .procurement import Procurement, cheapest
from .redistribution import cavallo, redistributing, worst_ratio
from .search import search as searched
from .trade import McAfee, PostedTrade, SecondBest, SplitTheGap

SEEN, WORK = 20_000, 1 << 27  # profiles; numbers that are looked at


def told(mechanism: Mechanism, *more: str) -> Found:
    """With a note for each thing asked that it was seen to break, when all tell the truth."""
    there = mechanism.environment
    each = max(
        there.low.size * there.agents, math.prod(there.decisions.shape), np.size(getattr(mechanism, "options", 0))
    )
    count = max(1, min(SEEN, WORK // each))
    seen = kept(mechanism, there.profiles(count, 0))
    said = (
        (seen.taking_part, f"an agent would lose {seen.taking_part:.4g} against staying away"),
        (seen.budgets, f"an agent would pay {seen.budgets:.4g} above its budget"),
        (seen.deficit, f"the rule-maker would be out of pocket by {there.deficit + seen.deficit:.4g}"),
    )
    worst = [f"{says}, in the worst of {count:,} profiles" for by, says in said if by]
    return Found(mechanism, notes=(*more, *worst))


def vcg(environment: Environment, charge: str = "pivot", steps: int = 4) -> Found:
    """The best of a range; `charge`: "pivot", "split" (the cost first, in equal parts), "nothing" (Groves), "broker" (one pair)."""
    ways: dict[str, Callable[..., Mechanism]] = {"pivot": pivotal, "split": clarke, "nothing": groves, "broker": broker}
    if charge not in ways:
        raise InputError(where="VCG, charge", needed=" or ".join(ways), found=repr(charge))
    return told(ways[charge](environment) if charge == "broker" else ways[charge](environment, steps=steps))


def expected_externality(environment: Environment, draws: int = 512, seed: int = 0) -> Found:
    """The best option, balanced; truth is best on average only."""
    return told(balanced(environment, draws=draws, seed=seed), "truth is a Bayesian equilibrium, not dominant")


def percentiles(environment: Environment, shares: tuple[float, ...] = (0.5,)) -> Found:
    """Each place at a share of the peaks from below."""
    return told(at_percentiles(environment, shares))


def phantom_median(environment: Environment, inner: tuple[float, ...] = ()) -> Found:
    """One place at the median of the peaks and n − 1 phantoms; none given: at equal steps between the bounds."""
    low, high, n = float(environment.low.min()), float(environment.high.max()), environment.agents
    return told(phantoms(environment, inner or tuple(np.linspace(low, high, n + 1)[1:-1].tolist())))


def posted_price(environment: Environment, price: float, margin: float = 0.0) -> Found:
    """Trade at a price that was fixed beforehand."""
    return told(PostedTrade(environment, price, margin))


def second_best(environment: Environment) -> Found:
    """The most gains from trade that cost nobody money; truth is best on average only."""
    return told(SecondBest(environment), "truth is a Bayesian equilibrium, not dominant")


def split_the_gap(environment: Environment) -> Found:
    """Trade half-way between bids: a foil."""
    return told(SplitTheGap(environment))


def mcafee(environment: Environment) -> Found:
    """A double auction that gives up its least valuable trade where it has to."""
    return told(McAfee(environment))


def equal_shares(environment: Environment) -> Found:
    """The largest set that is willing to share a cost equally."""
    return told(EqualShares(environment))


def serial_shares(environment: Environment) -> Found:
    """Serial cost sharing."""
    return told(SerialShares(environment))


def procurement(environment: Environment, reserves: tuple[float, ...] = ()) -> Found:
    """Every task to the cheapest below its reserve; none given: every task is done, whoever does it."""
    return told(Procurement(environment, tuple(reserves)) if reserves else cheapest(environment))


def efficient_division(environment: Environment) -> Found:
    """A capacity where it is worth most, each paying what the others lose."""
    return told(EfficientDivision(environment))


def proportional_share(environment: Environment, price: float = 0.0) -> Found:
    """A capacity in proportion to reports: a foil."""
    return told(ProportionalShare(environment, price))


def equal_split(environment: Environment) -> Found:
    """A capacity in equal parts."""
    return told(EqualSplit(environment))


def redistribution(environment: Environment, rule: str = "optimal") -> Found:
    """VCG for identical items, most of which goes back: "optimal" in the worst case, or "Cavallo"'s."""
    if rule not in ("optimal", "Cavallo"):
        raise InputError(where="redistribution, rule", needed="optimal or Cavallo", found=repr(rule))
    if rule == "Cavallo":
        return told(cavallo(environment))
    found = redistributing(environment)
    worst = worst_ratio(found.coefficients, environment.decisions.shape[1])
    return told(found, f"at least {math.floor(worst * 1e4) / 1e4:.4f} of what VCG takes goes back")


def search(environment: Environment, family: str, seed: int = 0, budget: int = 600, profiles: int = 4096) -> Found:
    """The best member that is found of a family of exact mechanisms, without gradients."""
    found = searched(family, environment, seed=seed, budget=budget, profiles=profiles, fresh=20_000)
    curve = Curve(tuple(map(float, found.steps)), found.goals) if found.steps else None
    numbers = ", ".join(f"{x:.4g}" for x in found.parameters)
    notes = told(found.mechanism).notes
    said = f"{found.evaluations} members tried, the numbers found: {numbers}; that they are best is not proved"
    return Found(found.mechanism, curve, notes=(said, *notes))
