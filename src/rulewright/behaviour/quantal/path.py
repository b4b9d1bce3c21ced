"""The principal branch of a game: from uniform play at λ = 0, the one way on.

McKelvey & Palfrey 1995 (Games Econ. Behav. 10) show that for almost all games one branch leads from λ = 0 to λ = ∞, where it
selects a Nash equilibrium. On its way λ may turn back: at such a fold players whose λ rises slowly are left behind, and jump.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import InputError, Unsolved
from ...game.game import Game
from ...game.lower import average, core, lifted
from ...game.play import Play, expected
from ...numerics.rational import Array, floats
from .equations import System, checked_weights
from .trace import CROSSING, FOLD, STOP, corrected, level, trace

MOST_STEPS = 20_000
MOST_NUMBERS = 20_000_000  # that a path may keep: fewer steps in a very large game
DENSE = 0.5  # longest step, where the path itself is wanted: straight lines between its points will do for a picture
DAMPING, MOST_ROUNDS = 0.5, 20_000  # of the logit dynamics after a fold


@dataclass(frozen=True, eq=False)
class Fold:
    """A turning point of λ on the branch."""

    lam: float
    """λ, per unit of payoff; as near as the equations are met, to about 1e-8."""
    strategies: tuple[Array, ...] = field(repr=False)
    """Per active player [type, action]."""
    highest: bool
    """Whether λ turns back there from rising; else from falling."""


@dataclass(frozen=True, eq=False)
class Jump:
    """Where players whose λ rises slowly lose the branch, and where the logit dynamics σ' = L(σ) − σ then takes them."""

    lam: float
    before: tuple[Array, ...] = field(repr=False)
    after: tuple[Array, ...] = field(repr=False)
    """Per active player [type, action]; a logit equilibrium at `lam`."""


@dataclass(frozen=True, eq=False)
class Path:
    """The principal branch: λ[k] and the strategies there, for every step taken, the stops and the folds."""

    game: Game
    lambdas: Array
    """[step]; per unit of payoff."""
    system: System | None = field(default=None, repr=False)
    x: Array | None = field(default=None, repr=False)
    """[step, stacked]: log-probabilities of the players that `system` solves for."""
    kinds: Array | None = field(default=None, repr=False)

    @cached_property
    def points(self) -> tuple[tuple[Array, ...], ...]:
        """Per step, per active player, [type, action]."""
        if self.system is None or self.x is None:
            return ((),) * len(self.lambdas)
        return tuple(self.system.strategies(x) for x in self.x)

    def play(self, k: int) -> Play:
        return lifted(self.game.floats, self.points[k])

    def goal(self, goal: Array) -> Array:
        """[step]: expected goal[*types, *actions] along the path."""
        if not self.game.active:
            return np.array([float((self.play(k).law * goal).sum()) for k in range(len(self.points))])
        inner = core(self.game.floats)
        table = average(self.game.floats, floats(goal)) * inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        return np.array([float(expected(table, point)) for point in self.points])

    @cached_property
    def residual(self) -> float:
        """The largest error of x = log of the logit response at any step; re-evaluated, in log-probability."""
        if self.system is None or self.x is None:
            return 0.0
        unit = self.system.unit
        return max(self.system.residual(x, lam * unit) for x, lam in zip(self.x, self.lambdas, strict=True))

    @cached_property
    def folds(self) -> tuple[Fold, ...]:
        """The turning points of λ in order; highest and lowest take turns."""
        at = np.flatnonzero(self.kinds == FOLD) if self.kinds is not None else ()
        return tuple(Fold(float(self.lambdas[k]), self.points[k], n % 2 == 0) for n, k in enumerate(at))

    @cached_property
    def crossings(self) -> tuple[float, ...]:
        """λ of the bifurcations on the way, where branches meet and this one was followed straight on."""
        return tuple(map(float, self.lambdas[self.kinds == CROSSING])) if self.kinds is not None else ()

    @cached_property
    def jump(self) -> Jump | None:
        """Where λ that rises slowly first loses the branch; None if λ only rises on it.

        The dynamics starts just beyond the fold. Raises Unsolved if it does not come to rest.
        """
        if not self.folds or self.system is None or self.x is None or self.kinds is None:
            return None
        system, at = self.system, int(np.flatnonzero(self.kinds == FOLD)[0])
        lam = float(self.lambdas[at]) * system.unit
        sigma = np.exp(self.x[min(at + 1, len(self.x) - 1)])
        for _ in range(MOST_ROUNDS):
            with np.errstate(divide="ignore"):
                response = system.logit(lam * system.worth(system.strategies(np.log(sigma))))
            change = np.exp(response) - sigma
            sigma = sigma + DAMPING * change
            if np.abs(change).max() < 1e-7:
                rest = corrected(system, np.append(response, np.log1p(lam)), level(system), lam, None)
                if rest is not None:
                    return Jump(self.folds[0].lam, self.folds[0].strategies, system.strategies(rest.z[:-1]))
        raise Unsolved(
            where="logit path",
            needed=f"where play goes from the fold at λ = {self.folds[0].lam:g}",
            found=f"no rest after {MOST_ROUNDS} rounds of the logit dynamics (it may cycle)",
        )


def path(
    game: Game,
    to: float,
    *,
    stops: Sequence[float] = (),
    weights: Sequence[float] | None = None,
    most: int = MOST_STEPS,
    longest: float = DENSE,
) -> Path:
    """The principal branch from λ = 0 until it first reaches `to`; passes exactly through `stops` on its way up.

    `weights` multiply λ for each active player: λ_i = weight_i·λ (after Rogers, Palfrey & Camerer 2009, J. Econ. Theory 144).
    `longest`: of a step, in log-probability and log(1 + λ); the path is as fine as that.
    Raises InputError for a λ that is negative or not finite, Unsolved if the branch cannot be followed that far in `most` steps.
    """
    wanted = np.array(sorted({float(s) for s in (*stops, to)}))
    if not (np.isfinite(wanted).all() and wanted[0] >= 0):
        raise InputError(where="logit path", needed="finite λ of at least 0", found=str(wanted))
    if not longest > 0:
        raise InputError(where="logit path", needed="a longest step above 0", found=str(longest))
    factors = checked_weights(game, weights)
    if not game.active:
        return Path(game, np.array([0.0, to]))
    system = System(core(game.floats), factors)
    wanted = wanted[(wanted > 0) & (wanted <= to)]
    most = min(most, max(100, MOST_NUMBERS // (2 * system.whole)))
    found = trace(system, wanted * system.unit, most, longest)
    if not found.done:
        raise Unsolved(
            where="logit path",
            needed=f"the principal branch up to λ = {to:g}",
            found=f"no way on from λ = {found.lam[-1] / system.unit:g} after {len(found.lam) - 1} steps",
            remedy="Ask for a smaller λ.",
        )
    lambdas = found.lam / system.unit
    lambdas[found.kind == STOP] = wanted
    return Path(game, lambdas, system, found.x, found.kind)
