"""The rationality threshold of a play: from which λ on do agents who make mistakes do what is asked of them?

In logit play σ_k(a) ∝ exp(λ·U_k(a)) for each type of each player, each *agent* k (McKelvey & Palfrey 1995, Games Econ.
Behav. 10). Let low ≤ σ ≤ high be boxes, and d_ab what action a is at least worth more than b to k wherever the others are in
their boxes. Then for every λ from λ₀ to λ₁, which may be infinite,

    t_ab     = exp(λ₀·d_ab) where d_ab ≥ 0, exp(λ₁·d_ab) where d_ab < 0       so that σ(a) ≥ t_ab·σ(b)
    most[b]  = 1 / (1 + Σ_a t_ab)
    least[a] = (1 − Σ_b most[b]) / (1 + Σ_b 1/t_ab)       over b with t_ab = 0, λ₁ being infinite; over the others

    every    from no bounds at all, bounds follow from bounds until they say that what is asked has probability q: in all logit
             equilibria. For some λ₀ this works wherever iterated strict dominance leaves nothing else.
    stays    boxes around the play that map into themselves: logit play does not leave them, and has an equilibrium there.
             For some λ₀ this works for every strict equilibrium, whatever other equilibria there are.
    seen     along the principal branch: followed in floats, not proved.
    share    the least chance of being rational, of each of the others, at which what is asked is a best reply.

The smallest λ₀ is found with λ₁ infinite; below it, range is put to range for as long as bounds are found. Floats find
the ranges, and the bounds; these are then rounded outward, so that whoever checks them in rationals finds room.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..errors import InputError, Unsolved
from ..game.play import Play
from ..numerics import rational
from .dominance import iterated
from .logit_bounds import EACH, JOINT, MOST_WORK, Bounds, LogitBounds, Step
from .quantal import path

KINDS = ("every", "stays")
RANGES = 8  # of λ, at the most
WON = 0.01  # of λ by which a range goes further down, at the least
ROOM = 5e-4  # what the λ that is proved exceeds the λ that was found by at the least, relative
NEAREST = 1e-8  # to 1, that a probability is told from it along a branch
HIGHEST = 1e5  # of λ times the largest difference of payoffs, before the search gives up

Found = tuple[Fraction, Fraction | None, list[Step]]  # λ₀, λ₁, steps
Attempt = Callable[..., list[Step] | None]  # (λ₀, λ₁, rounding)


@dataclass(frozen=True)
class Range:
    """What is shown for every λ up to `up_to` (None: without end), from where the range before it ends."""

    up_to: Fraction | None
    steps: tuple[Bounds, ...] = field(repr=False)


@dataclass(frozen=True)
class Threshold:
    """For every λ ≥ `lam`, what is asked has probability `at_least`, in the sense of `kind`."""

    kind: str
    at_least: Fraction
    of: str
    """"each": each type of each player does its part with this probability; "joint": all do at once."""
    lam: Fraction
    """Per unit of payoff. The least that was found, not a lower bound of the truth."""
    ranges: tuple[Range, ...] = field(repr=False)
    """In order, from `lam` on."""


@dataclass(frozen=True)
class Share:
    """What is asked is a best reply, by `margin`, wherever each of the others is rational with a chance of at least `found`."""

    others: str
    """What those do who are not: "anything", coordinated and knowing everything, or "uniform", each action alike."""
    margin: Fraction
    found: float
    candidates: tuple[Fraction, ...]
    """Rationals near or a little above, the simplest first; which of them holds, exact arithmetic says."""


def threshold(
    play: Play,
    at_least: float | Fraction | str = Fraction(9, 10),
    *,
    kind: str = "every",
    of: str = EACH,
    ranges: int = RANGES,
) -> Threshold | None:
    """The smallest λ₀ for which a proof of this kind is found; None where it is found for none.

    `play` is pure, at each type. Bounds have six decimals, so that none is found for probabilities nearer to 1 than that.
    More `ranges` of λ bring λ₀ nearer to the truth, and make the proof longer.
    Raises InputError for a mixed play or a wrong option, TooLarge where checking would take long.
    """
    if kind not in KINDS or of not in (EACH, JOINT):
        raise InputError(
            where="threshold",
            needed=f"kind {' or '.join(KINDS)}, of {EACH} or {JOINT}",
            found=f"{kind!r}, {of!r}",
        )
    goal = _probability(at_least)
    logit = LogitBounds(play, of, float(goal))
    attempt = logit.every if kind == "every" else logit.stays
    last = _range(attempt, 0.1 / logit.unit, HIGHEST / logit.unit, None)
    if last is None and kind == "every" and (survivors := iterated(play.game)).unique:
        logit.better = logit.mixtures(survivors.order)
        last = _range(attempt, 0.1 / logit.unit, HIGHEST / logit.unit, None)
    found: list[Found] = []
    spent = 0
    while last is not None and len(found) < ranges:
        spent += logit.work + sum(logit.works[k] for k, *_ in last[2])
        if found and spent > MOST_WORK:
            break
        found.append(last)
        last = None if last[0] == 0 else _range(attempt, float(last[0]) / 2, float(last[0]), last[0])
    if not found:
        return None
    listed = [Range(top, tuple(logit.bounds(steps))) for _, top, steps in reversed(found)]
    return Threshold(kind, goal, of, found[-1][0], tuple(listed))


def _range(attempt: Attempt, start: float, highest: float, top: Fraction | None) -> Found | None:
    """As small a λ₀ as is found for λ₁ = top; None where there is none by which something is won."""
    end = math.inf if top is None else float(top)
    thin = highest if top is None else highest * (1 - WON)
    least = _least(lambda lam: attempt(lam, end) is not None, start, thin)
    rooms = (ROOM, 10 * ROOM, 100 * ROOM)  # near a fold rounding needs more of it
    tried = [] if least is None else [least * (1 + room) for room in rooms] if least else [0.0, start / 100, start]
    for lam in map(_above, tried):
        steps = attempt(float(lam), end, True) if top is None or lam <= top * Fraction(1 - WON) else None
        if steps is not None:
            return lam, top, steps
    return None


def seen(
    play: Play, at_least: float | Fraction | str = Fraction(9, 10), *, of: str = EACH, to: float = 30.0
) -> float | None:
    """The λ above which, up to `to`, what is asked has this probability along the principal branch, which is followed.

    Searched only: the branch is followed step by step, in floats. None where it has not at λ = `to`. Raises Unsolved where it
    cannot be followed so far, or where `at_least` is too near to 1 for floats.
    """
    goal, logit = float(_probability(at_least)), LogitBounds(play, of, 0.0)
    if goal > 1 - NEAREST:
        raise Unsolved(
            where="rationality threshold", needed=f"a probability of at most 1 − {NEAREST:g}", found=str(at_least)
        )
    stops: list[float] = []
    for _ in range(4):  # the crossing, between steps, then through the point where it should be
        branch = path(play.game, to, stops=tuple(stops))
        chances = np.array([logit.chance(list(point)) for point in branch.points]) if branch.points[0] else np.ones(2)
        short = np.flatnonzero(chances < goal)
        if not short.size:
            return 0.0
        k = int(short[-1])
        if k == len(chances) - 1:
            return None
        odds = np.log(chances[k : k + 2] / np.maximum(1 - chances[k : k + 2], 1e-300))
        part = (math.log(goal / max(1 - goal, 1e-300)) - odds[0]) / (odds[1] - odds[0])
        crossing = float(branch.lambdas[k] + min(1.0, max(0.0, part)) * (branch.lambdas[k + 1] - branch.lambdas[k]))
        folded = float(branch.lambdas[short].max())  # the branch may have turned back from a larger λ
        if folded >= crossing or (stops and abs(crossing - stops[-1]) <= 1e-7 * crossing):
            return max(folded, crossing)
        stops.append(crossing)
    return stops[-1]


def rational_share(play: Play, margin: float | Fraction | str = 0, *, others: str = "anything") -> Share | None:
    """The least share of rational others at which what is asked is a best reply, by `margin`; None if it never is.

    Raises InputError for a mixed play or a wrong option, TooLarge where checking would take long.
    """
    if others not in ("anything", "uniform"):
        raise InputError(where="rational share", needed='others "anything" or "uniform"', found=repr(others))
    least, logit = rational.fraction(margin), LogitBounds(play, EACH, 0.0)
    tables = [logit.irrational(k, others == "uniform") for k in range(len(logit.agents))]

    def serves(s: float) -> bool:
        return all(table(s) >= float(least) - 1e-12 * logit.unit for table in tables)

    if not serves(1.0):
        return None
    low, high = (0.0, 0.0) if serves(0.0) else (0.0, 1.0)
    while high - low > 1e-13:
        middle = (low + high) / 2
        low, high = (low, middle) if serves(middle) else (middle, high)
    near = rational.simplest([high], 1e-10)[0]
    return Share(others, least, high, (near, min(Fraction(1), Fraction(math.ceil(high * 10**6 + 0.01), 10**6))))


def _least(serves: Callable[[float], bool], start: float, highest: float) -> float | None:
    """The least λ that serves, to 5e-4 of it; 0 if that does; None if `highest` does not. It serves from there on."""
    if not serves(highest):
        return None
    if serves(0.0):
        return 0.0
    high = min(start, highest)
    while high < highest and not serves(high):
        high = min(4 * high, highest)
    low = high / 4 if high > start else 0.0
    while high - low > 5e-4 * high and high > 1e-9 * start:
        middle = (low + high) / 2
        low, high = (low, middle) if serves(middle) else (middle, high)
    return high


def _above(value: float) -> Fraction:
    """The next rational of three decimal digits that is at least `value`."""
    if value <= 0:
        return Fraction(0)
    unit = Fraction(10) ** (math.floor(math.log10(value)) - 2)
    return math.ceil(Fraction(value) / unit) * unit


def _probability(value: float | Fraction | str) -> Fraction:
    chance = rational.fraction(value)
    if not 0 <= chance < 1:
        raise InputError(where="threshold", needed="a probability of at least 0 and below 1", found=str(value))
    return chance
