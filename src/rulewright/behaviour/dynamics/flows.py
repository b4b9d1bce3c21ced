"""Flows on mixed strategies: x' = V(x), where what an action gets, f = F(x), decides how its share x_a grows.

    replicator      x_a (f_a − x·f)                             Taylor & Jonker 1978, Math. Biosci. 40
    imitation       x_a Σ_b x_b tanh(λ (f_a − f_b) / 2)         pairwise comparison by the Fermi rule: Traulsen, Nowak &
                                                                Pacheco 2006, Phys. Rev. E 74; Szabó & Tőke 1998
    best-response   b(x) − x                                    Gilboa & Matsui 1991, Econometrica 59
    logit           softmax(λ f) − x                            Fudenberg & Levine 1998, The Theory of Learning in Games, ch. 4
    smith           Σ_b x_b [f_a − f_b]₊ − x_a Σ_b [f_b − f_a]₊  Smith 1984, Transp. Sci. 18
    bnn             [f_a − x·f]₊ − x_a Σ_b [f_b − x·f]₊          Brown & von Neumann 1950; Nash 1951

Each is the mean of a revision protocol (Sandholm 2010, Population Games and Evolutionary Dynamics): imitating somebody met at
random in proportion to how much better she fares is the replicator again (Schlag 1998, J. Econ. Theory 78). States of many
rows (games or starts) are one array x[row, all populations' actions].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array, floats
from .judge import joint, unit


@dataclass(frozen=True, eq=False)
class Contest:
    """Who meets whom: one population per player, or (`one`) one population from which all players are drawn."""

    payoff: Array = field(repr=False)
    """[row or 1, player, *actions]; with one population only the first player's, of a game that is the same for all."""
    one: bool = False

    def __post_init__(self) -> None:
        payoff = floats(self.payoff)
        players = payoff.ndim - 2
        alike = len(set(payoff.shape[2:])) == 1
        if players < 1 or payoff.shape[1] != (1 if self.one else players) or (self.one and not alike):
            raise InputError(
                where="populations",
                needed="payoff[row, player, *actions]"
                + (" of the first player alone, everybody with the same actions" if self.one else ""),
                found=f"shape {payoff.shape}",
            )
        if not np.isfinite(payoff).all():
            raise InputError(where="populations", needed="finite payoffs", found="NaN or infinity")
        object.__setattr__(self, "payoff", payoff)

    @staticmethod
    def symmetric(payoff: Array) -> Contest:
        """One population, from payoff[own action, other's action, …] of whoever is asked."""
        return Contest(floats(payoff)[None, None], one=True)

    @staticmethod
    def of(payoff: Array) -> Contest:
        """One population for each player, from payoff[player, *actions]."""
        return Contest(floats(payoff)[None])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of actions of each population."""
        return self.payoff.shape[2:3] if self.one else self.payoff.shape[2:]

    @cached_property
    def blocks(self) -> tuple[slice, ...]:
        ends = np.cumsum(self.sizes)
        return tuple(slice(int(end - size), int(end)) for end, size in zip(ends, self.sizes, strict=True))

    @cached_property
    def tables(self) -> list[Array]:
        """Per population [row or 1, own action, *others' actions]."""
        count = self.payoff.shape[1]
        return [np.ascontiguousarray(np.moveaxis(self.payoff[:, i], 1 + i, 1)) for i in range(count)]

    @cached_property
    def size(self) -> float:
        """The most that an own action changes a payoff, in any row."""
        return float(unit(self.payoff).max())

    def at(self, rows: Array) -> Contest:
        """The same for some of the rows."""
        return self if len(self.payoff) == 1 else Contest(self.payoff[rows], self.one)

    def split(self, x: Array) -> list[Array]:
        """Per population [..., action]."""
        return [x[..., block] for block in self.blocks]

    def worth(self, x: Array) -> Array:
        """f[row, all actions]: what each action gets against x[row, all actions]."""
        parts = self.split(x)
        found = np.empty_like(x)
        for i, table in enumerate(self.tables):
            others = parts * (table.ndim - 2) if self.one else parts[:i] + parts[i + 1 :]
            for y in reversed(others):
                table = against(table, y)
            found[:, self.blocks[i]] = table
        return found

    def law(self, x: Array) -> Array:
        """[row, *actions]: the law of a meeting at x."""
        parts = self.split(x)
        return joint(parts * (self.payoff.ndim - 2) if self.one else parts)

    def regret(self, x: Array) -> Array:
        """[row]: what the best reply gains against x, in any population; payoff units."""
        parts, worths = self.split(x), self.split(self.worth(x))
        return np.max([f.max(axis=-1) - (y * f).sum(axis=-1) for y, f in zip(parts, worths, strict=True)], axis=0)

    def state(self, mixtures: Array | Sequence[Array]) -> Array:
        """x[row, all actions] from one array of them, or one [row, action] or [action] for each population.

        Raises InputError unless every population's shares are a law.
        """
        if not isinstance(mixtures, np.ndarray):
            mixtures = np.concatenate([np.atleast_2d(floats(m)) for m in mixtures], axis=-1)
        x = np.atleast_2d(floats(mixtures))
        wrong = x.ndim != 2 or x.shape[1] != sum(self.sizes) or not np.isfinite(x).all() or x.min() < 0
        if wrong or any(abs(part.sum(axis=-1) - 1).max() > 1e-9 for part in self.split(x)):
            raise InputError(
                where="start of a flow",
                needed=f"shares of at least 0 that sum to 1 in each population of {', '.join(map(str, self.sizes))} actions",
                found=f"shape {x.shape}" if x.ndim != 2 or x.shape[1] != sum(self.sizes) else "other numbers",
            )
        return x


def against(table: Array, mixture: Array) -> Array:
    """[row, …]: table[row or 1, …, action] averaged over mixture[row, action]."""
    if len(table) == 1:
        flat = table[0].reshape(-1, table.shape[-1])
        return (mixture @ flat.T).reshape(len(mixture), *table.shape[1:-1])
    return np.einsum("r...a,ra->r...", table, mixture)


def replicator(x: Array, f: Array, _: Array | float) -> Array:
    return x * (f - (x * f).sum(axis=-1, keepdims=True))


def imitation(x: Array, f: Array, strength: Array | float) -> Array:
    gap = np.tanh(np.asarray(strength)[..., None] / 2 * (f[:, :, None] - f[:, None, :]))
    return x * np.einsum("rab,rb->ra", gap, x)


def best_response(x: Array, f: Array, _: Array | float) -> Array:
    high = f.max(axis=-1, keepdims=True)
    best = f >= high - 1e-12 * np.maximum(abs(high), 1.0)
    return best / best.sum(axis=-1, keepdims=True) - x


def logit(x: Array, f: Array, strength: Array | float) -> Array:
    weight = np.exp(strength * (f - f.max(axis=-1, keepdims=True)))
    return weight / weight.sum(axis=-1, keepdims=True) - x


def smith(x: Array, f: Array, _: Array | float) -> Array:
    better = np.maximum(f[:, :, None] - f[:, None, :], 0)  # [row, to, from]
    return np.einsum("rab,rb->ra", better, x) - x * better.sum(axis=1)


def bnn(x: Array, f: Array, _: Array | float) -> Array:
    excess = np.maximum(f - (x * f).sum(axis=-1, keepdims=True), 0)
    return excess - x * excess.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Flow:
    """One right-hand side V(x, f, λ) of a population, and what is known of it."""

    name: str
    field: Callable[[Array, Array, Array | float], Array]
    smooth: bool
    """Whether V has a derivative at its rest points: only then do eigenvalues say anything."""
    strength: bool = False
    """Whether it has a λ, per unit of payoff."""
    jumps: bool = False
    """Whether V jumps, so that only fixed steps make sense."""


FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow("replicator", replicator, smooth=True),
        Flow("imitation", imitation, smooth=True, strength=True),
        Flow("best-response", best_response, smooth=False, jumps=True),
        Flow("logit", logit, smooth=True, strength=True),
        Flow("smith", smith, smooth=False),
        Flow("bnn", bnn, smooth=False),
    )
}


@dataclass(frozen=True, eq=False)
class Field:
    """V of one flow in one contest: `field(x[row, all actions])`. λ is `strength`, one number or [row, 1]."""

    contest: Contest
    flow: Flow
    strength: Array | float = 1.0

    def __call__(self, x: Array) -> Array:
        f = self.contest.worth(x)
        found = np.empty_like(x)
        for block in self.contest.blocks:
            found[:, block] = self.flow.field(x[:, block], f[:, block], self.strength)
        return found

    def at(self, rows: Array) -> Field:
        strength = self.strength[rows] if isinstance(self.strength, np.ndarray) else self.strength
        return Field(self.contest.at(rows), self.flow, strength)

    def tidy(self, x: Array) -> Array:
        """Back on the simplices, from which rounding and truncation lead away."""
        x = np.maximum(x, 0)
        for block in self.contest.blocks:
            x[:, block] /= x[:, block].sum(axis=-1, keepdims=True)
        return x


def flow_named(name: str) -> Flow:
    """Raises InputError with the names that there are."""
    if name not in FLOWS:
        raise InputError(where="flow", needed=f"one of {', '.join(FLOWS)}", found=repr(name))
    return FLOWS[name]
