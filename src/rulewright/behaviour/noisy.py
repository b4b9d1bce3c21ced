"""Noisy payoffs: everybody does what looks best, and what it sees is payoffs with errors.

    σ_i(a | θ_i) = P( U_i(a | θ_i, σ_-i) + s·e_a ≥ U_i(b | θ_i, σ_-i) + s·e_b  for all b )

with independent errors e for each action, player and type: a structural quantal response equilibrium (McKelvey & Palfrey 1995,
Games Econ. Behav. 10, section 2). Errors are standard normal (probit) or uniform on [−1, 1]; s is in payoff units. With x = U/s,

    Q_a(x) = ∫ f(z − x_a) Π_{b≠a} F(z − x_b) dz        ∂Q_a/∂x_b = −∫ f(z − x_a) f(z − x_b) Π_{c≠a,b} F(z − x_c) dz

by quadrature: nothing is drawn. As s falls from infinity, where play is uniform, one branch leads on, the principal one;
it is followed by pseudo-arclength in σ and log(1 + 1/s), so that folds are passed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ..errors import InputError, Unsolved
from ..game.game import Game
from ..game.lower import core, lifted
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, register
from .branch import follow
from .prediction import Plays, residual_of
from .replies import Against, Strategies, shapes, slopes

RESIDUAL = 1e-10  # of the fixed point, in probability
SMALLEST = 1e-14  # of errors, relative
TAILS = 8.5  # standard deviations: what lies beyond weighs less than 1e-16
LEAST = 1e-30  # of F, which is 0 at the lower end of a very short piece
NODES = 171  # of the trapezoid rule, whose error falls faster than any power of their distance; here below 1e-15

Quadrature = Callable[[Array], tuple[Array, Array, Array]]


# ── choice probabilities ────────────────────────────────────────────────────────────────────────────────────────────


def probit(worth: Array) -> Array:
    """[action]: the chance that worth[action] plus a standard normal error of its own is the largest."""
    return _choice(worth, _normal)[0]


def box(worth: Array) -> Array:
    """[action]: the chance that worth[action] plus an error of its own, uniform on [−1, 1], is the largest."""
    return _choice(worth, _uniform)[0]


def _choice(x: Array, quadrature: Quadrature) -> tuple[Array, Array]:
    """(Q[action], ∂Q[action]/∂x[action]). The largest of all is above max x less the largest error: no F is 0 there."""
    chosen, slopes_ = np.zeros(len(x)), np.zeros((len(x), len(x)))
    reach = TAILS if quadrature is _normal else 1.0
    near = np.flatnonzero(x > x.max() - 2 * reach)  # the others are never chosen
    weight, density, below = quadrature(x[near])
    ratio = density / below  # [action, node]
    mass = weight * below.prod(axis=0)
    chosen[near] = ratio @ mass
    change = -(ratio * mass) @ ratio.T
    np.fill_diagonal(change, 0)
    np.fill_diagonal(change, -change.sum(axis=1))  # only differences matter
    slopes_[np.ix_(near, near)] = change
    return chosen / chosen.sum(), slopes_


def _normal(x: Array) -> tuple[Array, Array, Array]:
    """(weight [node], f [action, node], F [action, node]): trapezoid rule around the largest of x."""
    nodes = x.max() + np.linspace(-TAILS, TAILS, NODES)
    z = nodes - x[:, None]
    return np.full(NODES, 2 * TAILS / (NODES - 1)), _density(z), cumulative(z)


def _uniform(x: Array) -> tuple[Array, Array, Array]:
    """As `_normal`. Between the points where some F reaches 1 the integrand is a polynomial: Gauss is exact."""
    edges = np.unique(np.append(x + 1.0, x.max() - 1.0))
    edges = edges[edges >= x.max() - 1.0]
    at, unit = np.polynomial.legendre.leggauss(max(1, (len(x) + 1) // 2))
    half = np.diff(edges)[:, None] / 2
    nodes = (edges[:-1, None] + half * (1 + at)).ravel()
    z = nodes - x[:, None]
    return (half * unit).ravel(), np.where(z < 1, 0.5, 0.0), np.clip((z + 1) / 2, LEAST, 1.0)


def _density(z: Array) -> Array:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


@cache
def _table() -> tuple[float, Array]:
    """(distance, Φ): at −9, −9 + distance, … 39."""
    step = 1 / 256
    return step, np.array([math.erfc(-(k * step - 9) / math.sqrt(2)) / 2 for k in range(int(48 / step) + 1)])


def cumulative(z: Array) -> Array:
    """Φ(z) for −9 ≤ z ≤ 39, by Taylor's formula of order 4 from the nearest of many known points: to about 1e-15."""
    step, known = _table()
    k = np.clip(np.rint((z + 9) / step).astype(int), 0, len(known) - 1)
    x = k * step - 9
    d = z - x
    series = 1 + d * (-x / 2 + d * ((x * x - 1) / 6 - d * (x**3 - 3 * x) / 24))
    return known[k] + _density(x) * d * series


# ── the branch ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _System:
    """G(σ, t) = σ − Q(λ·U(σ)) with λ = e^t − 1, stacked over players, types and actions. Payoffs in units of their effect."""

    def __init__(self, inner: Game, quadrature: Quadrature) -> None:
        self.game, self.quadrature, self.against = inner, quadrature, Against.game(inner)
        self.rows: list[slice] = []  # of one player and type
        for types, actions in shapes(inner):
            for _ in range(types):
                first = self.rows[-1].stop if self.rows else 0
                self.rows.append(slice(first, first + actions))
        self.size = self.rows[-1].stop
        reserve((4, self.size, self.size), "the equations of noisy play")

    def start(self) -> Array:
        return np.concatenate([s.ravel() for s in self.against.uniform])

    def strategies(self, sigma: Array) -> Strategies:
        edges = np.cumsum([0, *(t * a for t, a in shapes(self.game))])
        return [sigma[a:b].reshape(shape) for a, b, shape in zip(edges, edges[1:], shapes(self.game), strict=False)]

    def equations(self, point: Array) -> tuple[Array, Array]:
        """(G, its derivatives by σ and by t, as the last column)."""
        sigma, lam = point[:-1], math.expm1(point[-1])
        worth = np.concatenate([w.ravel() for w in self.against.worth(self.strategies(sigma))])
        value, change = np.empty(self.size), np.zeros((self.size, self.size))
        for row in self.rows:
            chosen, change[row, row] = _choice(lam * worth[row], self.quadrature)
            value[row] = sigma[row] - chosen
        jacobian = np.eye(self.size) - lam * change @ slopes(self.game, self.strategies(sigma))
        return value, np.column_stack([jacobian, -(lam + 1) * (change @ worth)])


def _scaled(game: Game) -> tuple[Game, float]:
    """The same game in units in which an own action changes payoffs by at most 1, and that unit."""
    relative = [game.payoff[i] - game.payoff[i].min(axis=game.n + i, keepdims=True) for i in range(game.n)]
    unit = float(max(table.max() for table in relative)) or 1.0
    return replace(game, payoff=np.stack(relative) / unit), unit


@dataclass(frozen=True)
class Noisy(Behaviour):
    """Payoffs are seen with errors of size `size`, in payoff units: the standard deviation of normal errors, or the
    largest of uniform ones."""

    size: float
    uniform: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.size < math.inf:
            raise InputError(where="behaviour noisy", needed="errors of a size above 0", found=f"{self.size:g}")

    @property
    def name(self) -> str:
        return f"noisy{'-uniform' if self.uniform else ''}:{self.size:g}"

    def __call__(self, game: Game) -> Plays:
        """One play, on the principal branch. Raises Unsolved where the branch is lost, or errors are lost in rounding."""
        errors = "uniform" if self.uniform else "normal"
        if not game.active:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        inner, unit = _scaled(core(game).floats)
        if self.size < SMALLEST * unit:
            raise Unsolved(
                where=self.name,
                needed=f"errors of at least {SMALLEST:g} times what an own action changes at the most ({unit:g})",
                found=f"{self.size:g}, which rounding hides",
                remedy="Use nash: such errors are none.",
            )
        system = _System(inner, _uniform if self.uniform else _normal)
        found = next(
            follow(
                system.equations,
                np.append(system.start(), 0.0),
                (math.log1p(unit / self.size),),
                residual=RESIDUAL,
                longest=0.5,
            ),
            None,
        )
        if found is None:
            raise Unsolved(
                where=self.name,
                needed="the principal branch down to the size of errors asked for",
                found="a branch that is lost on the way",
                remedy="Ask for larger errors, or use logit, whose branch is smoother.",
            )
        left = float(np.abs(system.equations(found)[0]).max())
        strategies = [np.maximum(s, 0) for s in system.strategies(found[:-1])]
        play = lifted(game.floats, [s / s.sum(axis=1, keepdims=True) for s in strategies])
        how = f"{errors} errors of size {self.size:g}: principal branch followed from play at random"
        how += f", fixed point within {max(left, 1e-16):.0e}"
        return Plays(self.name, game, (play,), how, residual_of([play]))


def _read(kind: str, uniform: bool) -> None:
    def read(text: str) -> Noisy:
        needed = f"the size of errors in payoff units, above 0, as in {kind}:0.5"
        return Noisy(argument(kind, text, float, needed, 1e-300), uniform)

    register(kind, read)


_read("noisy", False)
_read("noisy-uniform", True)
