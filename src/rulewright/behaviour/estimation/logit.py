"""How rational: λ of logit play by maximum likelihood.

*Reply form.* Each player replies by logit to what the others were seen doing,

    Pr(a | θ_i) ∝ exp( λ_i U_i(a | θ_i, σ̂_-i) )         ℓ(λ_i) concave

*Equilibrium form.* All are on the principal branch σ(λ) of the logit equilibrium; ℓ(λ) = Σ n · log σ(λ) is searched along it
(McKelvey & Palfrey 1995, Games Econ. Behav. 10; the two forms are compared by Bajari & Hortaçsu 2005, J. Polit. Econ. 113, and
Turocy & others' Gambit). λ is per unit of payoff and at least 0. Payoffs and λ come as a product: twice the payoffs, half the λ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from .branch import Branch, Point, followed
from .choice import Choices
from .confidence import BOUNDED, GIVEN, Interval, chernoff, root, split, wilks
from .family import worth_of
from .observations import Observations

MOST = 1e4  # largest λ that is tried, times the largest difference that an own action makes
LEAST = 1e3  # as far as the branch is followed in any case: ℓ may have several heights
FLAT = 1e-8  # relative; ℓ that differs by less is the same


@dataclass(frozen=True, eq=False)
class Precision:
    """An estimate of λ."""

    who: str
    """A player, or "everybody" with one λ."""
    value: float
    """λ̂ per unit of payoff; inf where all that was seen were best replies, NaN where nothing was at stake."""
    likelihood: float
    """ℓ(λ̂), natural logarithms."""
    interval: Interval
    """Profile likelihood (Wilks)."""
    safe: Interval
    """Holds its level for every n; see its grade for what it takes as given."""
    note: str = ""
    strategies: tuple[Array, ...] = field(default=(), repr=False)
    """Equilibrium form: per player who chooses [type, action] at λ̂."""


# ── reply form ──────────────────────────────────────────────────────────────────────────────────────────────────────


def replies(
    observations: Observations, *, others: Sequence[Array] | None = None, level: float = 0.95
) -> tuple[Precision, ...]:
    """λ of each player by itself, replying to `others` (what everybody is known to do), or to what the others were seen doing.

    The safe interval is Chernoff's. Where `others` is left out neither interval allows for noise in what they were seen doing, and
    the λ of an equilibrium may be missed far more often than the level says, in lopsided games.
    """
    grade = graded(observations, others)
    return tuple(
        _estimate(observations.game.players[i], choices, level, chernoff(level), grade)
        for i, choices in enumerate(_choices(observations, others))
    )


def common(observations: Observations, *, others: Sequence[Array] | None = None, level: float = 0.95) -> Precision:
    """One λ for everybody. The safe interval is what the players' own, each at level 1 − α/n, have in common.

    It is empty where one λ for all is rejected.
    """
    parts, grade = _choices(observations, others), graded(observations, others)
    found = _estimate("everybody", Choices.together(parts), level, chernoff(level), grade)
    share = 1 - (1 - level) / len(parts)
    single = [_estimate("", c, level, chernoff(share), grade).safe for c in parts]
    safe = Interval(
        max(s.low for s in single),
        min(s.high for s in single),
        level,
        observations.n,
        "Chernoff, of all players",
        grade,
    )
    note = found.note or ("one λ for everybody is rejected" if safe.empty else "")
    return Precision(found.who, found.value, found.likelihood, found.interval, safe, note)


def of_choices(who: str, choices: Choices, *, level: float = 0.95) -> Precision:
    """λ of one player whose cells are known one by one, with the worth of each action in it (payoff units, one feature)."""
    return _estimate(who, choices, level, chernoff(level), BOUNDED)


def _choices(observations: Observations, others: Sequence[Array] | None) -> list[Choices]:
    game, found = observations.game, []
    for i in range(game.n):
        known = observations.others(i, others)
        worth = worth_of(game, game.payoff[i][None], known, i)
        found.append(Choices.of(observations.counts[i], worth))
    return found


def graded(observations: Observations, others: Sequence[Array] | None) -> str:
    """Of bounds for replies: whether what is replied to is known, or taken from what was seen."""
    return GIVEN if others is None and observations.game.n > 1 else BOUNDED


def _estimate(who: str, choices: Choices, level: float, drop: float, grade: str) -> Precision:
    """λ̂ ≥ 0 and both intervals, in payoff units in which the largest difference is 1."""
    n = choices.n
    if not choices.told.shape[1]:
        value = choices.value(np.zeros(1))
        open_ = Interval(0.0, np.inf, level, n, "nothing at stake")
        return Precision(who, np.nan, value, open_, open_, "no action is worth more than another: λ cannot be told")
    size = float(np.abs(choices.differences).max())
    unit = choices.scaled(np.array([1 / size]))
    theta, highest = unit.highest()
    note, value = "", float(theta[0])
    if value <= 0:
        theta, highest, value = np.zeros(1), unit.value(np.zeros(1)), 0.0
        note = "play is no better than random for these payoffs"
    elif unit.separated:
        value, note = np.inf, "everything seen was a best reply: no finite λ is likeliest"
    ends = []
    for allowed in (wilks(level), drop):
        low, high = unit.reach(np.ones(1), highest - allowed, theta)
        ends.append((max(low, 0.0) / size, np.inf if value == np.inf else high / size))
    return Precision(
        who,
        value / size,
        highest,
        Interval(*ends[0], level, n, "profile likelihood"),
        Interval(*ends[1], level, n, "Chernoff", grade),
        note,
    )


# ── equilibrium form ────────────────────────────────────────────────────────────────────────────────────────────────


def unit_of(game: Game) -> float:
    """The largest difference that an own action makes; 1 if none makes any."""
    spread = [np.ptp(game.payoff[i], axis=game.n + i).max() for i in range(game.n)]
    return float(max(spread)) or 1.0


def stacked(counts: Sequence[Array]) -> Array:
    """[stacked], from per player [type, action]."""
    return np.concatenate([table.ravel() for table in counts])


def traced(observations: Observations, *, most: float | None = None, drop: float = 8.0) -> tuple[Branch, str]:
    """The principal branch, so far that ℓ has fallen by `drop` from its height, or to `most`, and words where it ends early.

    At least to 1000 over the largest difference that an own action makes, because ℓ may have several heights.
    """
    unit, counts = unit_of(observations.game), stacked(observations.counts)
    if most is not None and not 0 < most < np.inf:
        raise InputError(where="logit equilibrium", needed="a largest λ above 0, and finite", found=f"{most:g}")
    limit = MOST / unit if most is None else most

    def enough(branch: Branch) -> bool:
        values = branch.likelihood(counts)
        return bool(values[-1] < values.max() - drop)

    return followed(observations.game, min(LEAST / unit, limit), limit, enough)


def equilibrium(
    observations: Observations, *, level: float = 0.95, most: float | None = None, seed: int = 0
) -> Precision:
    """One λ for everybody, on the principal branch. The safe interval is by splitting observations in two halves with `seed`.

    `most` is the largest λ tried (10⁴ over the largest difference that an own action makes, if left out); λ̂ = inf where ℓ still
    rises there. Raises Unsolved where the branch cannot be followed at all.
    """
    branch, note = traced(observations, most=most, drop=4 * split(level))
    counts = stacked(observations.counts)
    best = peak(branch, counts)
    highest = _value(best, counts)
    rising = float(branch.likelihood(counts)[-1]) >= highest - FLAT * (1 + abs(highest))
    if rising:
        note = note or f"ℓ still rises, or is as high, at λ = {branch.lambdas.max():.4g}, the largest tried"
    safe = (0.0, np.inf)
    if observations.n > 1:
        first, second = (stacked(part.counts) for part in observations.folds(2, seed=seed)[0])
        safe = _ends(branch, second, _value(peak(branch, first), second) - split(level))
    return Precision(
        "everybody",
        np.inf if rising else best.lam,
        highest,
        Interval(*_ends(branch, counts, highest - wilks(level)), level, observations.n, "profile likelihood"),
        Interval(*safe, level, observations.n, "split likelihood", BOUNDED),
        note,
        branch.strategies(best.x),
    )


def _value(point: Point, counts: Array) -> float:
    seen = counts > 0
    return float(counts[seen] @ point.x[seen])


def peak(branch: Branch, counts: Array) -> Point:
    """Where ℓ is highest along the branch: of the steps the best, then where dℓ/dλ = 0 beside it."""
    values = branch.likelihood(counts)
    k = int(values.argmax())
    best = Point(float(branch.lambdas[k]), branch.logs[k], np.zeros(branch.logs.shape[1]))
    for step in (k - 1, k):
        if not 0 <= step < len(values) - 1:
            continue

        ahead = 1.0 if branch.lambdas[step + 1] > branch.lambdas[step] else -1.0  # after a fold λ falls

        def rises(lam: float, step: int = step, ahead: float = ahead) -> float:
            here = branch.at(lam, step)
            return np.nan if here is None else ahead * float(counts @ here.rise)

        lam = root(rises, *map(float, branch.lambdas[step : step + 2]))
        found = branch.at(lam, step)
        if found is not None and _value(found, counts) > _value(best, counts):
            best = found
    return best


def _ends(branch: Branch, counts: Array, least: float) -> tuple[float, float]:
    """The hull of {λ on the branch : ℓ ≥ least}; infinite above where ℓ is still there at the end, empty where there is none."""
    values = branch.likelihood(counts)
    top = peak(branch, counts)
    if _value(top, counts) < least:
        return np.inf, -np.inf
    low = high = top.lam
    if values[-1] >= least:
        high = np.inf
    for step in range(len(values) - 1):
        here, there = (float(x) for x in branch.lambdas[step : step + 2])
        for k in (step, step + 1):
            if values[k] >= least:
                low, high = min(low, float(branch.lambdas[k])), max(high, float(branch.lambdas[k]))
        marks = [here, *([top.lam] if here < top.lam < there else []), there]
        heights = [values[step], *([_value(top, counts)] if len(marks) == 3 else []), values[step + 1]]
        for (a, b), (at_a, at_b) in zip(pairwise(marks), pairwise(heights), strict=True):
            if (at_a >= least) != (at_b >= least):

                def above(lam: float, step: int = step) -> float:
                    point = branch.at(lam, step)
                    return np.nan if point is None else _value(point, counts) - least

                end = root(above, *((b, a) if at_a < least else (a, b)))
                low, high = min(low, end), max(high, end)
    return low, high
