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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np

from ..errors import InputError, TooLarge
from ..game.lower import core
from ..game.play import Play, marginal
from ..numerics import rational
from ..numerics.rational import Array, floats
from .dominance import Step as Elimination
from .dominance import iterated
from .quantal import path

KINDS = ("every", "stays")
EACH, JOINT = "each", "joint"
MOST_WORK = 20_000_000  # numbers that a checker looks at: pairs of actions × cells, in all steps
ROUNDS = 400
STEP = 1e-6  # of a probability; what changes by less does not count
RANGES = 8  # of λ, at the most
WON = 0.01  # of λ by which a range goes further down, at the least
ROOM = 5e-4  # what the λ that is proved exceeds the λ that was found by at the least, relative
HIGHEST = 1e5  # of λ times the largest difference of payoffs, before the search gives up
FAR = 48.0  # of an exponent: a checker of 96 binary digits still tells such a probability from the next

Step = tuple[int, Array, Array]  # agent, least [action], most [action]
Found = tuple[Fraction, Fraction | None, list[Step]]  # λ₀, λ₁, steps
Attempt = Callable[..., list[Step] | None]  # (λ₀, λ₁, rounding)
Mixtures = dict[int, list[tuple[int, dict[int, Fraction]]]]  # {agent: [(action, a mixture that is better)]}


@dataclass(frozen=True)
class Bounds:
    """What is shown, at one step, of what one type of one player does."""

    player: str
    type: str
    at_least: dict[str, Fraction]
    at_most: dict[str, Fraction]
    better: dict[str, dict[str, Fraction]]
    """{action: a mixture of others that is better}, where no single action is."""


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

    `play` is pure, at each type. More `ranges` of λ bring λ₀ nearer to the truth, and make the proof longer.
    Raises InputError for a mixed play or a wrong option, TooLarge where checking would take long.
    """
    if kind not in KINDS or of not in (EACH, JOINT):
        raise InputError(
            where="threshold",
            needed=f"kind {' or '.join(KINDS)}, of {EACH} or {JOINT}",
            found=f"{kind!r}, {of!r}",
        )
    goal = _probability(at_least)
    logit = _Logit(play, of, float(goal))
    attempt = logit.every if kind == "every" else logit.stays
    last = _range(attempt, 0.1 / logit.unit, HIGHEST / logit.unit, None)
    if last is None and kind == "every" and (survivors := iterated(play.game)).unique:
        logit.better = logit.mixtures(survivors.order)
        last = _range(attempt, 0.1 / logit.unit, HIGHEST / logit.unit, None)
    found: list[Found] = []
    spent = 0
    while last is not None and len(found) < ranges:
        spent += logit.work + sum(logit.pairs[k].size for k, *_ in last[2])
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
    cannot be followed so far.
    """
    goal, logit = float(_probability(at_least)), _Logit(play, of, 0.0)
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
    least, logit = rational.fraction(margin), _Logit(play, EACH, 0.0)
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


class _Logit:
    """The agents of a game, what their actions are worth, and what logit play does with boxes.

    Boxes are two lists, per active player, of [type, action].
    """

    def __init__(self, play: Play, of: str, goal: float) -> None:
        game = play.game
        self.game = inner = core(game.floats)
        self.joint, self.goal = of == JOINT, goal
        if play.strategies is None or any((floats(play.strategies[i]).max(axis=1) < 1).any() for i in game.active):
            raise InputError(
                where="rationality threshold",
                needed="a pure play: one action for each type of each player",
                found="a mixed or correlated one",
                remedy="Logit play comes close to a mixture at no λ for good; ask about a pure play.",
            )
        chosen = [floats(play.strategies[i]) for i in game.active]
        self.asked = [row.argmax(axis=1) for row in chosen] if game.active else []
        self.agents = [
            (i, t)
            for i in range(inner.n)
            for t in range(inner.type_counts[i])
            if game.active and marginal(inner, i)[t] > 0
        ]
        self.work = sum(inner.payoff[i].size // inner.type_counts[i] * inner.action_counts[i] for i, _ in self.agents)
        if self.work > MOST_WORK:
            raise TooLarge(
                where="rationality threshold",
                needed=f"{self.work:,} numbers in every round",
                found=f"{MOST_WORK:,} that are looked at in all",
                remedy="Use fewer actions, types or players, or a coarser grid.",
            )
        self.worth = [self._worth(i, t) for i, t in self.agents]
        self.pairs = [worth[:, None] - worth[None] for worth in self.worth]  # [a, b, *θ_-i, *a_-i]
        self.unit = max((float(np.abs(pair).max()) for pair in self.pairs), default=0.0) or 1.0
        self.better: Mixtures = {}

    def _worth(self, i: int, t: int) -> Array:
        """[a, *θ_-i, *a_-i]: u_i times p(θ_-i | θ_i)."""
        game = self.game
        table = (game.payoff[i] * game.prior.reshape(game.prior.shape + (1,) * game.n)).take(t, axis=i)
        return np.moveaxis(table, game.n - 1 + i, 0) / marginal(game, i)[t]

    def others(self, k: int) -> list[int]:
        return [j for j in range(self.game.n) if j != self.agents[k][0]]

    def least(self, k: int, tables: Array, low: list[Array], high: list[Array]) -> Array:
        """[lead …]: the least of each table [lead …, *θ_-i, *a_-i] over the boxes; the last player moves last."""
        others = self.others(k)
        lead = tables.ndim - 2 * len(others)
        for place in reversed(range(len(others))):
            j = others[place]
            tables = np.moveaxis(tables, lead + place, -2)  # [lead, the other θ, earlier actions, θ_j, a_j]
            tables = np.moveaxis(_cheapest(tables, low[j], high[j]), -1, lead + place)
        return tables.sum(axis=tuple(range(lead, tables.ndim)))

    def response(self, k: int, lam: float, top: float, low: list[Array], high: list[Array]) -> tuple[Array, Array]:
        """(least, most) [action] of agent k's response, at every λ from lam to top."""
        gaps = self.least(k, self.pairs[k], low, high)
        count = len(gaps)
        better = gaps > 1e-12 * self.unit
        worse = np.zeros_like(better) if math.isinf(top) else ~better & (-top * gaps < FAR - 1)
        np.fill_diagonal(worse, False)
        known = better | worse
        power = np.where(better, lam * gaps, 0.0 if math.isinf(top) else top * gaps)
        times = np.where(known, np.exp(np.clip(power, -FAR, FAR)), 0.0)  # σ(a) is so many times σ(b), or more
        most = 1 / (1 + times.sum(axis=0))
        for b, by in self.better.get(k, []):
            weights = np.array([float(by.get(a, 0)) for a in range(count)])
            gap = float(self.least(k, np.tensordot(weights, self.pairs[k][:, b], 1), low, high))
            if gap > 1e-12 * self.unit:
                share = weights.max() * math.exp(-min(lam * gap, FAR))
                most[b] = min(most[b], share / (1 + share))
        left = 1 - np.where(known | np.eye(count, dtype=bool), 0.0, most).sum(axis=1)
        shares = np.where(known, 1 / np.where(known, times, 1.0), 0.0).sum(axis=1)
        return np.maximum(left, 0) / (1 + shares), most

    def chance(self, low: list[Array]) -> float:
        """The least probability of what is asked: over agents, or of all at once."""
        asked = [row[np.arange(len(row)), a] for row, a in zip(low, self.asked, strict=True)]
        if not self.joint:
            return min((float(asked[i][t]) for i, t in self.agents), default=1.0)
        chance = self.game.prior
        for i, row in enumerate(asked):
            chance = chance * row.reshape([-1 if j == i else 1 for j in range(self.game.n)])
        return float(chance.sum())

    def pure(self) -> list[Array]:
        """The play asked about, per player [type, action]."""
        return [np.eye(a)[asked] for a, asked in zip(self.game.action_counts, self.asked, strict=True)]

    def settled(self, lam: float, play: list[Array]) -> list[Array]:
        """Where responses, one after the other, lead from this play, at one λ."""
        for _ in range(ROUNDS):
            moved = 0.0
            for k, (i, t) in enumerate(self.agents):
                found = self.response(k, lam, lam, play, play)[0]
                moved = max(moved, float(np.abs(found - play[i][t]).max()))
                play[i][t] = found / found.sum()
            if moved < STEP / 100:
                break
        return play

    def every(self, lam: float, top: float, rounding: bool = False) -> list[Step] | None:
        """Steps from no bounds to the goal; None where they do not get there. Rounded ones are for a checker."""
        shapes = list(zip(self.game.type_counts, self.game.action_counts, strict=True))
        low, high = [np.zeros(shape) for shape in shapes], [np.ones(shape) for shape in shapes]
        steps, work = [], 0
        for _ in range(ROUNDS):
            moved = False
            for k, (i, t) in enumerate(self.agents):
                least, most = self.response(k, lam, top, low, high)
                if rounding:
                    least, most = _down(least), _up(most)
                rises = least > low[i][t] + STEP / 2
                falls = (most < high[i][t] - STEP / 2) | (most < high[i][t] / 2)
                if not (rises.any() or falls.any()):
                    continue
                moved, work = True, work + self.pairs[k].size
                low[i][t], high[i][t] = np.where(rises, least, low[i][t]), np.where(falls, most, high[i][t])
                steps.append((k, np.where(rises, least, 0), np.where(falls, most, 1)))
                if self.chance(low) >= self.goal:
                    return steps
            if not moved or work + self.work > MOST_WORK:
                break
        return [] if self.chance(low) >= self.goal else None

    def stays(self, lam: float, top: float, rounding: bool = False) -> list[Step] | None:
        """The smallest boxes that map into themselves; None where they reach beyond the goal."""
        low = self.pure()
        if not math.isinf(top):  # the boxes have an equilibrium in them at every λ of the range: begin with one
            low = self.settled(lam, low)
            if self.chance(low) < self.goal:
                return None
        high = [row.copy() for row in low]
        for i, types in enumerate(self.game.type_counts):
            for t in range(types):
                if (i, t) not in self.agents:
                    low[i][t], high[i][t] = 0, 1
        for _ in range(ROUNDS):
            moved = False
            for k, (i, t) in enumerate(self.agents):
                least, most = self.response(k, lam, top, low, high)
                if rounding:
                    least, most = _down(least), _up(most)
                falls, rises = least < low[i][t], most > high[i][t]
                moved |= bool((least < low[i][t] - STEP).any() or (most > high[i][t] + STEP).any())
                moved |= rounding and bool(falls.any() or rises.any())
                low[i][t], high[i][t] = np.where(falls, least, low[i][t]), np.where(rises, most, high[i][t])
            if self.chance(low) < self.goal:
                return None
            if not moved:
                return [(k, low[i][t], high[i][t]) for k, (i, t) in enumerate(self.agents)]
        return None

    def mixtures(self, order: Iterable[Elimination]) -> Mixtures:
        """What iterated dominance has to say about actions that no single action dominates."""
        found: Mixtures = {}
        for step in order:
            i = self.game.players.index(step.player)
            k, labels = self.agents.index((i, self.game.types[i].index(step.type))), self.game.actions[i]
            if len(step.by) > 1:
                by = {labels.index(a): p for a, p in step.by.items()}
                found.setdefault(k, []).append((labels.index(step.action), by))
        return found

    def bounds(self, steps: list[Step]) -> Iterator[Bounds]:
        """Steps with labels and rationals."""
        for k, low, high in steps:
            i, t = self.agents[k]
            labels = self.game.actions[i]
            better = {labels[b]: {labels[a]: p for a, p in by.items()} for b, by in self.better.get(k, [])}
            yield Bounds(
                self.game.players[i],
                self.game.types[i][t],
                {a: rational.fraction(x) for a, x in zip(labels, low, strict=True) if x > 0},
                {a: rational.fraction(x) for a, x in zip(labels, high, strict=True) if x < 1},
                better,
            )

    def irrational(self, k: int, blind: bool) -> Callable[[float], float]:
        """s ↦ the least of what the asked action is worth more than any other to agent k, where others are rational with s."""
        (i, t), others = self.agents[k], self.others(k)
        gaps = np.delete(self.pairs[k][self.asked[i][t]], self.asked[i][t], axis=0)  # [b, *θ_-i, *a_-i]
        groups = [frozenset(g) for m in range(len(others) + 1) for g in combinations(range(len(others)), m)]
        worth = {}
        for group in groups:
            table = gaps
            for place in reversed(range(len(others))):
                axis = 1 + len(others) + place
                if place not in group:
                    asked = self.asked[others[place]].reshape([-1 if d == 1 + place else 1 for d in range(table.ndim)])
                    table = np.take_along_axis(table, asked, axis=axis)
            spread = tuple(range(1 + len(others), table.ndim))
            table = table.mean(axis=spread) if blind else table.min(axis=spread)
            worth[group] = table.reshape(len(gaps), -1).sum(axis=1)

        def least(s: float) -> float:
            corners = groups if blind else groups[-1:]
            sums = [
                sum((1 - s) ** len(g) * s ** (len(some) - len(g)) * worth[g] for g in groups if g <= some)
                for some in corners
            ]
            return float(np.min(sums)) if len(gaps) else math.inf

        return least


def _cheapest(costs: Array, low: Array, high: Array) -> Array:
    """[…, type]: the least Σ_a x·cost over low ≤ x ≤ high [type, action] with Σ x = 1; costs […, type, action]."""
    order = np.argsort(costs, axis=-1)
    room = np.take_along_axis(np.broadcast_to(high - low, costs.shape), order, axis=-1)
    free = (1 - low.sum(axis=-1))[..., None]
    taken = np.clip(free - (np.cumsum(room, axis=-1) - room), 0, room)
    return np.asarray((costs * low).sum(axis=-1) + (np.take_along_axis(costs, order, axis=-1) * taken).sum(axis=-1))


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


def _down(chances: Array) -> Array:
    """Six decimals, and a little less than given, so that rounding errors in floats do no harm."""
    return np.maximum(np.floor(chances * 1e6 - 1e-3) / 1e6, 0.0)


def _up(chances: Array) -> Array:
    """Six decimals, or three digits of what is small; and a little more than given."""
    unit = 10.0 ** np.minimum(-6, np.floor(np.log10(np.maximum(chances, 1e-40))) - 2)
    return np.minimum(np.round((np.floor(chances / unit + 1e-3) + 1) * unit, 45), 1.0)


def _probability(value: float | Fraction | str) -> Fraction:
    chance = rational.fraction(value)
    if not 0 <= chance < 1:
        raise InputError(where="threshold", needed="a probability of at least 0 and below 1", found=str(value))
    return chance
