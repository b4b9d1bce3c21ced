"""All logit equilibria that a search finds at one λ, whether each is stable, and when there is no other.

Three searches: the principal branch to λ and on beyond it, as long as it may come back; Newton's method and the logit
dynamics from every pure profile and from random play; and from each equilibrium found its own branch, both ways, where it
crosses λ again. An equilibrium is stable when it attracts the logit dynamics σ' = L(σ) − σ (Fudenberg & Levine 1998, ch. 4):
all eigenvalues of ∂L/∂σ have real parts below 1.

There is one only where the logit response contracts. A change of the opponents' play moves i's payoffs against each other by
at most Σ_j ‖dσ_j‖₁/2 · K_ij, with K_ij = max |u(a,b) − u(a',b) − u(a,b') + u(a',b')| over what the rest play, and ‖dL_i‖₁ is at
most λ/2 of that; so λ/4 times the spectral radius of K below 1 will do. In 2×2 coordination this bound is met: λ = 2 is where
the branches part.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game
from ...game.lower import core, lifted
from ...numerics.rational import Array
from ..behaviour import Behaviour, argument, register
from ..prediction import Plays, residual_of
from .equations import System
from .path import path
from .trace import (
    CROSSED,
    FIRST,
    LONGEST,
    RESIDUAL,
    SHORTEST,
    WANTED,
    Point,
    corrected,
    cubic,
    is_ahead,
    land,
    level,
)

MOST_PURE = 256  # pure profiles that the search starts from
MOST_UNKNOWNS = 400
ROUNDS = 20  # of the logit dynamics, before Newton
BEYOND = 20.0  # times λ, up to which a branch is followed for its return
MOST_STEPS = 300  # of one branch, one way
ROUNDED = 1e-9  # of the bound on the contraction
SAME = 1e-6  # largest difference in probability between two findings of one equilibrium


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A logit equilibrium."""

    strategies: tuple[Array, ...] = field(repr=False)
    """Per active player [type, action]."""
    growth: float
    """The largest real part among the eigenvalues of ∂L/∂σ, less 1: per unit of time of the logit dynamics."""
    principal: bool
    """Whether it is where the principal branch first reaches λ."""

    @property
    def stable(self) -> bool:
        """Whether the logit dynamics comes back to it after a small push."""
        return self.growth < 0


@dataclass(frozen=True, eq=False)
class Several:
    """What a search for all logit equilibria found, the principal one first."""

    game: Game
    lam: float
    found: tuple[Equilibrium, ...]
    contraction: float
    """A bound on how much the logit response spreads play; below 1 there is one equilibrium only."""
    residual: float
    """The largest error of log σ = log of the logit response among them; re-evaluated, in log-probability."""

    @property
    def unique(self) -> bool:
        """Whether it is proved that there is no other."""
        return self.contraction < 1 - ROUNDED


def equilibria(game: Game, lam: float, *, starts: int = 64, seed: int = 0) -> Several:
    """Logit equilibria at λ = `lam`: the principal one, and what `starts` random plays, pure profiles and branches lead to.

    Raises InputError for a λ that is negative or not finite, TooLarge for games of over 400 types and actions, and
    Unsolved where the principal branch cannot be followed.
    """
    if not (np.isfinite(lam) and lam >= 0 and starts >= 0):
        raise InputError(
            where="logit equilibria",
            needed="a finite λ and a number of starts, each at least 0",
            found=f"{lam}, {starts}",
        )
    if not game.active:
        return Several(game, lam, (Equilibrium((), -1.0, True),), 0.0, 0.0)
    inner = core(game.floats)
    system = System(inner, use_symmetry=False)
    if system.whole > MOST_UNKNOWNS:
        raise TooLarge(
            where="all logit equilibria",
            needed=f"at most {MOST_UNKNOWNS} types and actions, all players together",
            found=str(system.whole),
            remedy=f"logit:{lam:g} follows the principal branch alone.",
        )
    main, goal, spread = path(game, lam, longest=LONGEST), lam * system.unit, contraction(inner, lam)
    first = _settled(system, system.stacked(main.points[-1]), goal)
    x = [system.stacked(main.points[-1])] if first is None else [first.z[:-1]]
    if spread >= 1 - ROUNDED:
        _search(system, goal, x, first, starts, seed)
    found = tuple(Equilibrium(system.strategies(at), _growth(system, at, goal), k == 0) for k, at in enumerate(x))
    return Several(game, lam, found, spread, max(system.residual(at, goal) for at in x))


def _search(system: System, goal: float, x: list[Array], first: Point | None, starts: int, seed: int) -> None:
    """Adds to x[0], the principal one, what else there is."""
    queue = [] if first is None else [first]
    pure, random = _pure(system), _random(system, starts, seed)
    for guess in (*(_relaxed(system, start, goal) for start in pure + random), *random):
        if (point := _settled(system, guess, goal)) is not None and _is_new(x, point):
            queue.append(point)
    while queue:
        point = queue.pop()
        for direction in (1.0, -1.0):
            for other in crossings(system, point, direction, goal):
                if _is_new(x, other):
                    queue.append(other)


def _is_new(x: list[Array], point: Point) -> bool:
    """Whether it is not among those known; then it is now."""
    sigma = np.exp(point.z[:-1])
    if any(np.abs(np.exp(known) - sigma).max() < SAME for known in x):
        return False
    x.append(point.z[:-1])
    return True


def _pure(system: System) -> list[Array]:
    """x of all pure profiles, softened; of none where there are too many."""
    found: list[Array] = []
    if np.prod([float(count) for count in system.counts]) <= MOST_PURE:
        for profile in product(*map(range, system.counts)):
            sigma = np.full(system.size, 1e-6)
            sigma[system.starts + np.array(profile)] = 1
            found.append(system.logit(np.log(sigma)))
    return found


def _random(system: System, starts: int, seed: int) -> list[Array]:
    """x of play drawn evenly from all mixtures."""
    draws = np.random.default_rng(seed).exponential(size=(starts, system.size))
    return [system.logit(np.log(np.maximum(draw, 1e-12))) for draw in draws]


def _relaxed(system: System, x: Array, goal: float) -> Array:
    """x after some rounds of the logit dynamics."""
    sigma = np.exp(x)
    for _ in range(ROUNDS):
        sigma = (sigma + np.exp(system.logit(goal * system.worth(system.strategies(np.log(sigma)))))) / 2
    return np.asarray(np.log(sigma))


def _settled(system: System, x: Array, goal: float) -> Point | None:
    return corrected(system, np.append(x, np.log1p(goal)), level(system), goal, level(system))


def crossings(system: System, start: Point, direction: float, goal: float) -> list[Point]:
    """Where the branch through `start` crosses λ = goal again, followed one way; at the most to BEYOND times λ, or to 0."""
    tangent = start.tangent * direction
    here = replace(start, tangent=tangent, border=start.border * direction, sign=start.sign * direction)
    found: list[Point] = []
    before, h, sign = None, FIRST, here.sign
    top = BEYOND * max(goal, 1.0)
    for _ in range(MOST_STEPS):
        while h >= SHORTEST:
            there = corrected(system, cubic(before, here, here.border, h), here.border, None, here.tangent)
            crossed = there is not None and there.sign * sign < 0
            if there is not None and is_ahead(here, there) and (not crossed or h <= CROSSED):
                break
            h /= 3
        else:
            return found
        assert there is not None
        if (here.lam - goal) * (there.lam - goal) < 0:
            low, high = (here, there) if here.lam < there.lam else (there, here)
            landed = land(system, low, high, goal)
            if landed is not None:
                found.append(landed)
                if np.abs(np.exp(landed.z[:-1]) - np.exp(start.z[:-1])).max() < SAME:
                    return found  # a closed loop
        if there.lam > top or there.lam < 1e-9:
            return found
        sign = -sign if crossed else sign
        before, here = here, there
        h = min(LONGEST, h * min(2.5, max(0.3, (WANTED / max(there.newton, 1e-6)) ** 0.25)))
    return found


def _growth(system: System, x: Array, goal: float) -> float:
    return float(np.linalg.eigvals(system.response_slopes(x, goal)).real.max()) - 1


def contraction(game: Game, lam: float) -> float:
    """λ/4 times the spectral radius of K[agent, agent] (see the top); below 1 there is one logit equilibrium at λ.

    For a game whose players all choose, in floats.
    """
    system = System(game, use_symmetry=False)
    n, agents = game.n, np.cumsum([0, *game.type_counts])
    table = np.zeros((agents[-1], agents[-1]))
    for i, j in product(range(n), repeat=2):
        if i == j:
            continue
        for theta in product(*map(range, game.type_counts)):
            cells = np.moveaxis(system.payoff[i][theta], (i, j), (0, 1)).reshape(
                game.action_counts[i], game.action_counts[j], -1
            )
            table[agents[i] + theta[i], agents[j] + theta[j]] += _interaction(cells)
    return float(lam * system.unit / 4 * np.abs(np.linalg.eigvals(table)).max())


def _interaction(cells: Array) -> float:
    """max |u(a,b) − u(a',b) − u(a,b') + u(a',b')| of u[a, b, rest]: the widest range of the difference of two rows."""
    widest = 0.0
    for a in range(len(cells) - 1):
        gap = cells[a] - cells[a + 1 :]  # [a', b, rest]
        widest = max(widest, float((gap.max(axis=1) - gap.min(axis=1)).max()))
    return widest


@dataclass(frozen=True)
class AllQuantal(Behaviour):
    """Every logit equilibrium found at `lam`; complete only where it is proved that there is one."""

    lam: float

    @property
    def name(self) -> str:
        return f"logit-all:{self.lam:g}"

    def __call__(self, game: Game) -> Plays:
        several = equilibria(game, self.lam)
        plays = tuple(lifted(game.floats, each.strategies) for each in several.found)
        stable = sum(each.stable for each in several.found)
        how = f"{len(plays)} found, {stable} stable under the logit dynamics, residual below {RESIDUAL:g}; "
        how += "the first is on the principal branch; "
        if several.unique:
            how += f"no other: the logit response contracts ({several.contraction:.3g} < 1)"
        else:
            how += "searched from pure profiles, random play and along branches, so that others may exist"
        return Plays(self.name, game, plays, how, residual_of(plays), complete=several.unique)


def _make(text: str) -> Behaviour:
    return AllQuantal(argument("logit-all", text, float, "a number of at least 0, as in logit-all:5", 0.0))


register("logit-all", _make)
