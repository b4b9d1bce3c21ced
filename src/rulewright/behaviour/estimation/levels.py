"""How many steps ahead: shares of levels, and the mean level τ, by maximum likelihood.

*Shares.* Each choice is one of level k with chance π_k, level 0 at random, level k best against k − 1 (after Stahl & Wilson
1994, J. Econ. Behav. Organ. 25):

    ℓ(π) = Σ n(i, θ_i, a) log Σ_k π_k L_k(a | i, θ_i)        concave in π

found by expectation–maximisation, and bounded above by duality: ℓ(π*) ≤ ℓ(π) + Σ n (max_k mean L_k/L̄ − 1), which is said as `gap`.

*Hierarchy.* Level k replies best to levels 0 … k − 1 in the proportions of a Poisson law of mean τ, and the levels are met in those
proportions (Camerer, Ho & Chong 2004, Q. J. Econ. 119). ℓ(τ) jumps where best replies do, so it is searched on a grid.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array
from ..hierarchy import Hierarchy as Cognitive
from ..replies import Against
from .confidence import ASYMPTOTIC, BOUNDED, Interval, crossing, split, wilks
from .logit import stacked
from .observations import Observations

HIGHEST = 3  # the level up to which shares are sought
GRID = np.linspace(0, 5, 251)
STEPS = 300  # of expectation–maximisation, before Newton
NEWTON = 50
UNUSED = 1e-9
GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Levels:
    """Shares of levels."""

    shares: Array
    """[level]: π̂; sums to one."""
    intervals: tuple[Interval, ...]
    """Per level, by the likelihood when the others' shares are whatever is likeliest (asymptotic; near 0 and 1 too wide)."""
    posterior: tuple[Array, ...] = field(repr=False)
    """Per player [type, action, level]: of whom an action is, if the shares are π̂; NaN for actions of probability 0."""
    strategies: tuple[Array, ...] = field(repr=False)
    likelihood: float
    gap: float
    """ℓ(π̂) is at most this much below the highest."""
    note: str = ""
    """Levels that do the same, whose shares are therefore not told apart."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The mean level of a cognitive hierarchy."""

    tau: float
    interval: Interval
    """The hull of the τ of the grid at which ℓ is at most half a χ² quantile below its height; ℓ jumps, so it is approximate."""
    safe: Interval
    """By splitting observations in two halves; on the grid."""
    strategies: tuple[Array, ...] = field(repr=False)
    likelihood: float


def ladder(game: Game, highest: int) -> Array:
    """[level, stacked]: what each level does."""
    against = Against.game(game.floats)
    rung = against.uniform
    found = [stacked(rung)]
    for _ in range(highest):
        rung = against.best(rung)
        found.append(stacked(rung))
    return np.array(found)


def levels(observations: Observations, *, highest: int = HIGHEST, level: float = 0.95) -> Levels:
    """Shares of levels 0 … highest. Raises InputError where `highest` is below 1."""
    if highest < 1:
        raise InputError(where="levels", needed="a highest level of at least 1", found=str(highest))
    game = observations.game
    table, counts = ladder(game, highest), stacked(observations.counts)
    shares, likelihood, gap = mixture(table, counts)
    n = int(counts.sum())
    least = likelihood - wilks(level)
    ends = tuple(_ends(table, counts, shares, k, least, level, n) for k in range(highest + 1))
    law = shares @ table
    with np.errstate(invalid="ignore"):
        posterior = (shares[:, None] * table / law).T
    note = _alike(table)
    return Levels(shares, ends, split_up(game, posterior), split_up(game, law), likelihood, gap, note)


def _alike(table: Array) -> str:
    """Levels with the same law, in words."""
    _, which = np.unique(np.round(table, 9), axis=0, return_inverse=True)
    groups = [np.flatnonzero(which.ravel() == k) for k in range(which.max() + 1)]
    same = sorted(", ".join(map(str, group)) for group in groups if len(group) > 1)
    return "; ".join(f"levels {group} do the same here: only the sum of their shares is told" for group in same)


def mixture(table: Array, counts: Array, *, fixed: int | None = None, at: float = 0.0) -> tuple[Array, float, float]:
    """(π, ℓ, gap) for laws table[component, outcome]; one share may be `fixed` at a value."""
    seen = counts > 0
    table, counts = table[:, seen], counts[seen]
    free = np.ones(len(table), bool)
    shares = np.full(len(table), 1 / len(table))
    if fixed is not None:
        free[fixed] = False
        shares = np.where(free, (1 - at) / max(free.sum(), 1), at)
    law = shares @ table
    if (law <= 0).any():
        return shares, -np.inf, np.inf
    if not shares[free].sum() > 0:
        return shares, float(counts @ np.log(law)), 0.0
    for _ in range(STEPS):
        rise, mean, gap = _rise(table, counts, shares, free)
        if gap < GAP:
            break
        shares = np.where(free, shares * rise / mean, shares)
    shares = _sharpened(table, counts, shares, free)
    return shares, float(counts @ np.log(shares @ table)), _rise(table, counts, shares, free)[2]


def _rise(table: Array, counts: Array, shares: Array, free: Array) -> tuple[Array, float, float]:
    """(mean of L_k / L̄ [component], its mean over the free shares, at most how much ℓ is below its height).

    At the highest ℓ it is the same for every free share in use, and no more for the others.
    """
    rise = table @ (counts / (shares @ table)) / counts.sum()
    mass = float(shares[free].sum())
    mean = float(shares[free] @ rise[free]) / mass
    return rise, mean, float(counts.sum() * mass * (rise[free].max() - mean))


def _sharpened(table: Array, counts: Array, shares: Array, free: Array) -> Array:
    """Newton's method on the free shares in use, where expectation–maximisation creeps: the best met."""
    best, here = shares, shares
    rise, mean, least = _rise(table, counts, here, free)
    for _ in range(NEWTON):
        if least < GAP:
            break
        used, move = free & ((here > UNUSED) | (rise > mean)), np.zeros_like(here)
        while used.any():
            move = _step(table, counts, here, free, used)
            stuck = used & (here < np.maximum(UNUSED, -1e-6 * move)) & (move < 0)
            if not stuck.any():
                break
            used = used & ~stuck
        falling = move < 0
        length = min(1.0, float((here[falling] / -move[falling]).min(initial=1.0)))
        before = float(counts @ np.log(here @ table))
        while length > 1e-9:
            tried = np.maximum(here + length * move, 0.0)
            law = tried @ table
            if (law > 0).all() and float(counts @ np.log(law)) >= before:
                break
            length /= 2
        else:
            break
        here = tried
        rise, mean, gap = _rise(table, counts, here, free)
        if gap < least:
            best, least = here, gap
    return best


def _step(table: Array, counts: Array, shares: Array, free: Array, used: Array) -> Array:
    """[component]: to the top of the quadratic model of ℓ in the shares `used`; the other free ones go to 0."""
    ratio, k = table[used] / (shares @ table), int(used.sum())
    curvature, border = (ratio * counts) @ ratio.T / counts.sum(), np.ones((k, 1))
    rows = np.block([[curvature, border], [border.T, np.zeros((1, 1))]])
    sides = np.append(ratio @ counts / counts.sum(), shares[free & ~used].sum())
    move = -np.where(free, shares, 0.0)
    move[used] = np.linalg.lstsq(rows, sides, rcond=None)[0][:k]
    return move


def _ends(table: Array, counts: Array, shares: Array, k: int, least: float, level: float, n: int) -> Interval:
    """Where the profile likelihood of one share stays above `least`."""

    def below(at: float) -> bool:
        return mixture(table, counts, fixed=k, at=at)[1] < least

    here = float(shares[k])
    low = 0.0 if not below(0.0) else crossing(below, 0.0, here, steps=20)
    high = 1.0 if not below(1.0) else crossing(lambda t: not below(t), here, 1.0, steps=20)
    return Interval(low, high, level, n, "profile likelihood", ASYMPTOTIC)


def split_up(game: Game, table: Array) -> tuple[Array, ...]:
    """Per player [type, action, …] from [stacked, …]."""
    found, first = [], 0
    for types, acts in zip(game.type_counts, game.action_counts, strict=True):
        found.append(table[first : first + types * acts].reshape(types, acts, *table.shape[1:]))
        first += types * acts
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Grid:
    """What is met at each τ of a grid: made once, asked often."""

    game: Game
    taus: Array
    laws: Array = field(repr=False)
    """[τ, stacked]."""

    @staticmethod
    def of(game: Game, taus: Array = GRID) -> Grid:
        return Grid(game, taus, np.array([stacked(Cognitive(float(tau)).population(game.floats)) for tau in taus]))

    def likelihood(self, counts: Array) -> Array:
        """[τ]."""
        seen = counts > 0
        with np.errstate(divide="ignore"):
            return np.log(self.laws[:, seen]) @ counts[seen]


def hierarchy(observations: Observations, *, level: float = 0.95, seed: int = 0, grid: Grid | None = None) -> Hierarchy:
    """τ on a grid from 0 to 5 in steps of 0.02, if no other is given."""
    grid = grid or Grid.of(observations.game)
    counts = stacked(observations.counts)
    n, values = int(counts.sum()), grid.likelihood(counts)
    best = int(values.argmax())
    safe = Interval(0.0, np.inf, level, n, "split likelihood", BOUNDED)
    if observations.n > 1:
        first, second = (stacked(part.counts) for part in observations.folds(2, seed=seed)[0])
        other = grid.likelihood(second)
        guess = int(grid.likelihood(first).argmax())
        safe = _hull(grid.taus, other, float(other[guess]) - split(level), level, n, "split likelihood", BOUNDED)
    return Hierarchy(
        float(grid.taus[best]),
        _hull(grid.taus, values, float(values[best]) - wilks(level), level, n, "profile likelihood", ASYMPTOTIC),
        safe,
        split_up(observations.game, grid.laws[best]),
        float(values[best]),
    )


def _hull(taus: Array, values: Array, least: float, level: float, n: int, method: str, grade: str) -> Interval:
    held = taus[values >= least]
    high = np.inf if values[-1] >= least else float(held.max())
    return Interval(float(held.min()), high, level, n, method, grade)
