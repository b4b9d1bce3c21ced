"""Rival senders before a quantal Alice: games of private signals, the worst equilibrium of best-AI selection, and of rich signals.

**Best-AI selection.** φ_j(v) is the most that Bob j can have from a signal that gives Alice at least v (softened.split), φ_Σ(v) the
same for the sum of the Bobs. As with an Alice who does her best (selection.py), a split of the prior with V_A = v < OPT_λ is an
equilibrium's if and only if it is best for every Bob among all that give her v or more, so if and only if

    D(v) = Σ_j φ_j(v) − φ_Σ(v) = 0            (D ≥ 0 always; OPT_λ: the most that any signal brings Alice)

and D(v) ≤ ε makes the optimum of φ_Σ(v) an equilibrium up to gains of ε in all. Curves are concave: between two values of v, chords
bound the φ_j from below and tangents bound φ_Σ from above, so that whole intervals are ruled out, from the left.

**Rich signals.** k ≥ 2 Bobs who all know s: a law of posteriors is an equilibrium's if and only if every posterior is
unimprovable for every Bob, V_i(μ) = cav V_i(μ) (Gentzkow & Kamenica 2017, Games Econ. Behav. 104; nothing in it needs that
Alice does her best).
The set of such beliefs is curved: grids on the simplex, refined until the answer stands still; searched, not proved.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.given import real, whole
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .private import decks, game_of, label
from .quantal import Softened, check_rate
from .replies import likelihoods, partition_values, refinements, room_for, unit
from .setting import Rivals
from .softened import MOST, Cells, Split, split

EPSILON = 1e-4  # of the sum of the Bobs' ranges of utility
WIDTH = 1e-3  # of what information is worth to Alice
EVALUATIONS = 400
LEVELS = {1: (1,), 2: (64, 128, 256, 512, 1024), 3: (8, 16, 24, 32), 4: (6, 8, 10)}
GAIN = 1e-7  # of a Bob's range of utility: on a grid, who could gain less does not


def as_game(rivals: Rivals, messages: int | Sequence[int] = 2, *, rate: float, parts: int | None = None) -> Game:
    """Independent private signals before a quantal Alice: private.as_game without ties, in floats.

    Raises InputError for wrong arguments, TooLarge for what does not fit.
    """
    check_rate(rate)
    choices, states = decks(rivals, messages, parts), rivals.prior.shape[0]
    actions = [[label(rivals, chosen) for chosen in deck] for deck in choices]
    counts = tuple(map(len, choices))
    room_for(rivals, counts)
    here = rivals.floats
    mass = here.prior.sum(axis=1)
    if parts is None:
        kinds, at = refinements(choices, states)
        members = np.arange(2**states)[:, None] >> np.arange(states) & 1
        values = partition_values(_worth(here, members * mass, rate), kinds)[:, at]
    else:
        law = likelihoods(choices, states, here.prior)  # [profile, s, messages]
        joint = (law * mass[:, None]).transpose(0, 2, 1)
        worth = _worth(here, joint.reshape(-1, states), rate)
        values = worth.reshape(1 + rivals.k, len(law), -1).sum(axis=2).reshape(1 + rivals.k, *counts)
    return game_of(rivals, values, actions)


def _worth(rivals: Rivals, joint: Array, rate: float) -> Array:
    """[1 + k, event]: values where joint[event, s] is the chance of s and of what was heard."""
    live = rivals.prior.sum(axis=1) > 0
    soft, joint = Softened.of(rivals, rate), joint[:, live]
    total = joint.sum(axis=1)
    beliefs = np.where(total[:, None] > 0, joint / np.where(total > 0, total, 1.0)[:, None], soft.prior)
    return soft.values(beliefs) * total


# ── best-AI selection ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class QuantalSelection:
    """The worst equilibrium of best-AI selection with a quantal Alice, between proved bounds."""

    worst: float
    """Alice's value at the worst equilibrium found: no Bob gains more than `epsilon`, all together."""
    low: float
    """No equilibrium up to epsilon gives her less: proved."""
    epsilon: float
    """In units of the Bobs' utilities, added up."""
    opt: float
    """OPT_λ: the most that any signal brings her. At most the Bayes-optimal `Rivals.opt`."""
    everything: float
    """What knowing s brings her, choosing by softmax: at least Rivals.opt − log|A|/λ."""
    uninformed: float
    chances: Array = field(repr=False)
    """τ[m] of the worst one found."""
    posteriors: Array = field(repr=False)
    """[m, s], over states that happen."""
    curve: Array = field(repr=False)
    """[evaluation, (v, D)]: what was looked at."""
    complete: bool
    """Whether everything below `low` is ruled out and `worst` is within `width` of it."""
    how: str


def select(
    rivals: Rivals, rate: float, *, epsilon: float | None = None, width: float | None = None, most: int = MOST
) -> QuantalSelection:
    """Alice talks only to the Bob who serves her best by softmax; ties go to the winner named, never against a strict improver.

    `epsilon`: gains that count as none, in utility added over the Bobs; `width`: how finely Alice's value is told, in her utility.
    Raises InputError for numbers that make no sense.
    """
    soft = Softened.of(rivals, rate)
    sizes = np.ptp(soft.bobs.reshape(rivals.k, -1), axis=1)
    slack = EPSILON * (float(sizes.sum()) or 1.0) if epsilon is None else real(epsilon, "epsilon", above=0)
    worth = max(float(rivals.opt - rivals.uninformed), 0.01 * unit(rivals))
    step = WIDTH * worth if width is None else real(width, "width", above=0)
    most = whole(most, "most cells")
    curves = _Curves(Cells(soft, most=most), slack / (4 * (rivals.k + 1)))
    top = split(curves.cells, np.eye(1 + rivals.k)[0], tolerance=min(step, slack) / 4)
    free = curves.at(-INFINITY)
    if free.highest <= slack:  # what all like best is one signal: of those, the worst for Alice
        kept, ask = sum(a.value for a in free.alone) - slack, np.eye(1 + rivals.k)[0]
        found = split(curves.cells, -ask, floor=1 - ask, least=kept, tolerance=step)
        proved, complete = -found.bound, found.complete
    else:
        bottom = min([s.everybody[0] for s in (*free.alone, free.together)])
        ends = min(float(bottom), top.value - 2 * step), top.value - step / 2  # at OPT_λ itself there is always one
        proved, at, complete = _leftmost(curves, ends, slack, step)
        found = top if at is None else at.together
    worst = float(found.everybody[0])
    looked = np.array([(v, d.lowest) for v, d in sorted(curves.known.items()) if v > -INFINITY]).reshape(-1, 2)
    how = f"φ of {rivals.k} AIs and of their sum at {len(curves.known)} values, {len(curves.cells.corners):,} cells of beliefs"
    return QuantalSelection(
        worst=worst,
        low=min(proved, worst),
        epsilon=slack,
        opt=top.value,
        everything=float(soft.values(np.eye(len(soft.prior)))[0] @ soft.prior),
        uninformed=float(soft.values(soft.prior[None])[0, 0]),
        chances=found.chances,
        posteriors=found.posteriors,
        curve=looked,
        complete=complete,
        how=how,
    )


@dataclass(frozen=True, eq=False)
class _At:
    """All φ's at one value of v."""

    v: float
    alone: tuple[Split, ...]
    together: Split

    @property
    def lowest(self) -> float:
        return sum(s.value for s in self.alone) - self.together.bound

    @property
    def highest(self) -> float:
        return sum(s.bound for s in self.alone) - self.together.value


class _Curves:
    def __init__(self, cells: Cells, tolerance: float) -> None:
        self.cells, self.tolerance = cells, tolerance
        self.known: dict[float, _At] = {}
        self.k = len(cells.soft.bobs)

    def at(self, v: float) -> _At:
        if v not in self.known:
            wanted = [*np.eye(1 + self.k)[1:], np.concatenate([[0.0], np.ones(self.k)])]
            *alone, together = (split(self.cells, w, least=v, tolerance=self.tolerance) for w in wanted)
            self.known[v] = _At(v, tuple(alone), together)
        return self.known[v]


def _leftmost(curves: _Curves, ends: tuple[float, float], slack: float, step: float) -> tuple[float, _At | None, bool]:
    """(nothing below this, the first equilibrium found, whether the two are next to each other): intervals from the left."""
    todo, proved, high = [ends], None, ends[1]
    while todo and len(curves.known) < EVALUATIONS:
        a, b = todo.pop()
        left, right = curves.at(a), curves.at(b)
        if left.highest <= slack:
            return (a if proved is None else proved), left, proved is None
        if _least_difference(left, right) > slack:
            continue
        if b - a > step:
            todo += [((a + b) / 2, b), (a, (a + b) / 2)]
        else:  # undecided, and as narrow as was asked
            proved = a if proved is None else proved
            if right.highest <= slack:
                return proved, right, right.v - proved <= 2 * step
    if todo:
        return (min(a for a, _ in todo) if proved is None else proved), None, False
    return (high if proved is None else proved), None, proved is None or high - proved <= 2 * step


def _least_difference(left: _At, right: _At) -> float:
    """No D(v) between is less: chords of the φ_j below, tangents of φ_Σ above, both linear in v."""
    width = right.v - left.v
    ends = [sum(s.value for s in at.alone) for at in (left, right)]
    one = left.together.bound, left.together.bound - left.together.slope * width  # the tangent at the left end, at both
    two = right.together.bound + right.together.slope * width, right.together.bound
    gaps = np.array([[ends[n] - line[n] for n in range(2)] for line in (one, two)])  # [tangent, end]
    best = [float(gaps[:, n].max()) for n in range(2)]
    lead = gaps[0] - gaps[1]
    if lead[0] * lead[1] < 0:
        share = lead[0] / (lead[0] - lead[1])
        best.append(float(gaps[0, 0] + share * (gaps[0, 1] - gaps[0, 0])))
    return min(best)


# ── rich signals ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class QuantalRich:
    """Equilibria of rich signals with a quantal Alice, on grids of beliefs."""

    worst: float
    """Alice's value at the worst equilibrium, on the finest grid."""
    best: float
    trace: Array = field(repr=False)
    """[grid, (parts, worst, best, beliefs kept)]: how the answer moved."""
    still: bool
    """Whether it moved by no more than the tolerance from the last grid but one to the last."""
    chances: Array = field(repr=False)
    posteriors: Array = field(repr=False)
    """Of the worst one; [m, s], over states that happen."""
    how: str
    complete: bool = False


def rich(
    rivals: Rivals,
    rate: float,
    *,
    parts: tuple[int, ...] | None = None,
    tolerance: float = 1e-3,
    tell: Callable[[str], None] | None = None,
) -> QuantalRich:
    """Worst and best equilibrium for k ≥ 2 Bobs who can say anything, on grids of multiples of 1/parts, until they stand still.

    `tolerance` is in Alice's utility. What a grid misses may be worse or better: this is a search. Raises InputError for one
    Bob (softened.best_signal) and where parts are not given and there are more than four states.
    """
    soft = Softened.of(rivals, rate)
    states = len(soft.prior)
    if rivals.k < 2 or (parts is None and states not in LEVELS):
        needed = "at least two AIs, and grids (parts=…) where there are more than four states"
        raise InputError(where="rich signals", needed=needed, found=f"{rivals.k} AIs, {states} states")
    levels = LEVELS[states] if parts is None else parts
    if not isinstance(levels, Iterable) or not (levels := tuple(levels)):
        raise InputError(where="rich signals", needed="parts: whole numbers ≥ 1, in a list", found=repr(parts))
    levels = tuple(whole(n, "parts") for n in levels)
    tolerance = real(tolerance, "tolerance")
    trace: list[tuple[float, ...]] = []
    low = None
    for n in levels:
        beliefs = _grid(states, n)
        values = soft.values(beliefs)
        kept = _unimprovable(beliefs, values[1:])
        low, high = (_extreme(soft.prior, beliefs[kept], values[0, kept], m) for m in (False, True))
        trace.append((n, low[0], high[0], int(kept.sum())))
        if tell:
            tell(f"grid of 1/{n}: {int(kept.sum()):,} of {len(beliefs):,} beliefs unimprovable, worst {low[0]:.5f}")
        if len(trace) > 1 and np.abs(np.subtract(trace[-1][1:3], trace[-2][1:3])).max() <= tolerance:
            break
    assert low is not None
    moved = np.abs(np.subtract(trace[-1][1:3], trace[-2][1:3])).max() if len(trace) > 1 else INFINITY
    how = f"{len(trace)} grids, the last of 1/{trace[-1][0]:g}; the answer moved by {moved:.2g} at the last step; searched"
    still = bool(moved <= tolerance) or states == 1
    return QuantalRich(low[0], trace[-1][2], np.array(trace), still, low[1], low[2], how)


def _grid(states: int, parts: int) -> Array:
    """[belief, s]: multiples of 1/parts."""
    if states == 1:
        return np.ones((1, 1))
    bars = np.array(list(itertools.combinations(range(parts + states - 1), states - 1)))
    edges = np.concatenate([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), parts + states - 1)], axis=1)
    return (np.diff(edges, axis=1) - 1) / parts


def _unimprovable(beliefs: Array, values: Array) -> Array:
    """[belief], bool: V_i is its concave closure there for every i, from values[i, belief] on the grid."""
    kept = np.ones(len(beliefs), bool)
    for row in values:
        left = np.flatnonzero(kept)
        programme = Programme()
        price = programme.add_columns(beliefs.shape[1], lower=-INFINITY)
        programme.put(programme.add_rows(len(row), lower=row)[:, None], price, beliefs)
        closure = programme.sweep(beliefs[left])
        kept[left] = closure - row[left] <= GAIN * (float(np.ptp(row)) or 1.0)
    return kept


def _extreme(prior: Array, beliefs: Array, worth: Array, maximise: bool) -> tuple[float, Array, Array]:
    programme = Programme()
    tau = programme.add_columns(len(beliefs), cost=worth)
    rows = programme.add_rows(len(prior), lower=prior, upper=prior)
    programme.put(rows[:, None], tau, beliefs.T)
    found = programme.solve(maximise=maximise)
    x = found.point()
    used = x > 1e-12
    return float(found.value), x[used], beliefs[used]
