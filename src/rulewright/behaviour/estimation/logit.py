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

import numpy as np

from ...errors import Unsolved
from ...game.game import Game
from ...numerics.rational import Array
from .. import quantal
from .choice import Choices
from .confidence import BOUNDED, Interval, chernoff, split, wilks
from .family import worth_of
from .observations import Observations

MOST = 1e4  # largest λ that is tried, times the largest difference that an own action makes
ROUNDS = 6
STOPS = 9


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
    """Holds its level for every n."""
    note: str = ""
    strategies: tuple[Array, ...] = field(default=(), repr=False)
    """Equilibrium form: per player who chooses [type, action] at λ̂."""


# ── reply form ──────────────────────────────────────────────────────────────────────────────────────────────────────


def replies(
    observations: Observations, *, others: Sequence[Array] | None = None, level: float = 0.95
) -> tuple[Precision, ...]:
    """λ of each player by itself, replying to `others` (what everybody is known to do), or to what the others were seen doing.

    The safe interval is Chernoff's, given what the others did.
    """
    return tuple(
        _estimate(observations.game.players[i], choices, level, chernoff(level))
        for i, choices in enumerate(_choices(observations, others))
    )


def common(observations: Observations, *, others: Sequence[Array] | None = None, level: float = 0.95) -> Precision:
    """One λ for everybody. The safe interval is what the players' own, each at level 1 − α/n, have in common.

    It is empty where one λ for all is rejected.
    """
    parts = [c for c in _choices(observations, others)]
    found = _estimate("everybody", Choices.together(parts), level, chernoff(level))
    share = 1 - (1 - level) / len(parts)
    single = [_estimate("", c, level, chernoff(share)).safe for c in parts]
    safe = Interval(
        max(s.low for s in single),
        min(s.high for s in single),
        level,
        observations.n,
        "Chernoff, of all players",
        BOUNDED,
    )
    note = found.note or ("one λ for everybody is rejected" if safe.empty else "")
    return Precision(found.who, found.value, found.likelihood, found.interval, safe, note)


def _choices(observations: Observations, others: Sequence[Array] | None) -> list[Choices]:
    game, found = observations.game, []
    for i in range(game.n):
        known = list(others) if others is not None else observations.others(i)
        worth = worth_of(game, game.payoff[i][None], known, i)
        found.append(Choices.of(observations.counts[i], worth))
    return found


def _estimate(who: str, choices: Choices, level: float, drop: float) -> Precision:
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
        Interval(*ends[1], level, n, "Chernoff", BOUNDED),
        note,
    )


# ── equilibrium form ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Branch:
    """The principal branch as far as it was followed, with log-probabilities."""

    game: Game
    lambdas: Array
    """[step]; in the order of the branch, which may fold."""
    logs: tuple[Array, ...] = field(repr=False)
    """Per player [step, type, action]: log σ."""

    @staticmethod
    def to(game: Game, most: float, stops: Sequence[float] = ()) -> Branch:
        """Raises Unsolved where it cannot be followed that far."""
        found = quantal.path(game, most, stops=tuple(stops))
        with np.errstate(divide="ignore"):
            logs = tuple(np.log(np.stack([point[i] for point in found.points])) for i in range(game.n))
        return Branch(game, np.asarray(found.lambdas), logs)

    def likelihood(self, counts: Sequence[Array]) -> Array:
        """[step]: ℓ of counts[player][type, action]."""
        total = np.zeros(len(self.lambdas))
        for table, logs in zip(counts, self.logs, strict=True):
            seen = table > 0
            total += logs[:, seen] @ table[seen]
        return total

    def strategies(self, step: int) -> tuple[Array, ...]:
        return tuple(np.exp(logs[step]) for logs in self.logs)


def unit_of(game: Game) -> float:
    """The largest difference that an own action makes; 1 if none makes any."""
    spread = [np.ptp(game.payoff[i], axis=game.n + i).max() for i in range(game.n)]
    return float(max(spread)) or 1.0


def equilibrium(
    observations: Observations, *, level: float = 0.95, most: float | None = None, seed: int = 0
) -> Precision:
    """One λ for everybody, on the principal branch. The safe interval is by splitting observations in two halves with `seed`.

    `most` is the largest λ tried (10⁴ over the largest difference that an own action makes, if left out); λ̂ = inf where ℓ still
    rises there. Raises Unsolved where the branch cannot be followed at all.
    """
    game, counts, unit = observations.game, observations.counts, unit_of(observations.game)
    limit = MOST / unit if most is None else most
    first, second = observations.folds(2, seed=seed)[0] if observations.n > 1 else (observations, observations)
    branch, note = _followed(game, [counts, second.counts], min(10 / unit, limit), limit, level)
    found = [_along(branch, part.counts) for part in (observations, first)]
    (value, highest, strategies), (held, _, _) = found
    rising = value >= branch.lambdas.max() * (1 - 1e-9)
    if rising:
        note = note or f"ℓ still rises at λ = {branch.lambdas.max():.4g}, the largest tried"
    elsewhere = branch.likelihood(second.counts)
    at = float(np.interp(held, *_climbing(branch, elsewhere)))
    ends = _ends(branch, counts, highest - wilks(level))
    safe = _ends(branch, second.counts, at - split(level)) if observations.n > 1 else (0.0, np.inf)
    return Precision(
        "everybody",
        np.inf if rising else value,
        highest,
        Interval(*ends, level, observations.n, "profile likelihood"),
        Interval(*safe, level, observations.n, "split likelihood", BOUNDED),
        note,
        strategies,
    )


def _climbing(branch: Branch, values: Array) -> tuple[Array, Array]:
    """(λ, values) at the steps where λ is larger than ever before."""
    record = branch.lambdas >= np.maximum.accumulate(branch.lambdas)
    return branch.lambdas[record], values[record]


def _followed(
    game: Game, counts: list[Sequence[Array]], most: float, limit: float, level: float
) -> tuple[Branch, str]:
    """The branch, so far that all that is sought lies on it, or to the limit."""
    branch, note = Branch.to(game, most), ""
    while most < limit:
        values = [branch.likelihood(c) for c in counts]
        if all(v.argmax() < len(v) - 1 and v[-1] < v.max() - 2 * split(level) for v in values):
            break
        most = min(4 * most, limit)
        try:
            branch = Branch.to(game, most)
        except Unsolved as stop:
            note = f"the branch was followed to λ = {branch.lambdas.max():.4g} only: {stop.found}"
            break
    return branch, note


def _along(branch: Branch, counts: Sequence[Array]) -> tuple[float, float, tuple[Array, ...]]:
    """(λ̂, ℓ, strategies) where ℓ is highest: brackets on the branch, each passed again in small steps."""
    values = branch.likelihood(counts)
    k = int(values.argmax())
    best = float(branch.lambdas[k]), float(values[k]), branch.strategies(k)
    low, high = branch.lambdas[max(k - 1, 0)], branch.lambdas[min(k + 1, len(values) - 1)]
    for _ in range(ROUNDS):
        if not low < high or high - low <= 1e-9 * high:
            break  # at an end, or where the branch folds: the step is the answer
        stops = np.linspace(low, high, STOPS)[1:-1]
        fine = Branch.to(branch.game, float(high), [s for s in stops if s > 0])
        inside = np.flatnonzero((fine.lambdas >= low) & (fine.lambdas <= high))
        values = fine.likelihood(counts)
        k = int(inside[values[inside].argmax()])
        if values[k] > best[1]:
            best = float(fine.lambdas[k]), float(values[k]), fine.strategies(k)
        low, high = fine.lambdas[max(k - 1, 0)], fine.lambdas[min(k + 1, len(values) - 1)]
    return best


def _ends(branch: Branch, counts: Sequence[Array], least: float) -> tuple[float, float]:
    """The hull of {λ on the branch : ℓ ≥ least}; infinite above where ℓ is still there at the end."""
    values = branch.likelihood(counts)
    within = np.flatnonzero(values >= least)
    if not len(within):  # narrower than a step
        at, highest, _ = _along(branch, counts)
        k = int(np.abs(branch.lambdas - at).argmin())
        if highest < least:
            return np.inf, -np.inf
        around = (float(branch.lambdas[max(k - 1, 0)]), at, float(branch.lambdas[min(k + 1, len(values) - 1)]))
        return _cross(branch, counts, least, around[0], at), _cross(branch, counts, least, around[2], at)
    first, last = int(within[0]), int(within[-1])
    lambdas = branch.lambdas
    low = 0.0 if first == 0 else _cross(branch, counts, least, float(lambdas[first - 1]), float(lambdas[first]))
    if last == len(values) - 1:
        return low, np.inf
    return low, _cross(branch, counts, least, float(lambdas[last + 1]), float(lambdas[last]))


def _cross(branch: Branch, counts: Sequence[Array], least: float, outside: float, inside: float) -> float:
    """λ between where ℓ falls below `least`; the outer side of the rounding."""
    for _ in range(ROUNDS):
        low, high = sorted((outside, inside))
        if high - low <= 1e-7 * high:
            break
        stops = np.linspace(low, high, STOPS)[1:-1]
        fine = Branch.to(branch.game, high, [s for s in stops if s > 0])
        lambdas, values = _climbing(fine, fine.likelihood(counts))
        between = (lambdas > low) & (lambdas < high)
        held = between & (values >= least)
        fallen = between & (values < least)
        if outside < inside:
            outside = float(lambdas[fallen].max(initial=outside))
            inside = float(lambdas[held & (lambdas > outside)].min(initial=inside))
        else:
            outside = float(lambdas[fallen].min(initial=outside))
            inside = float(lambdas[held & (lambdas < outside)].max(initial=inside))
    return outside
