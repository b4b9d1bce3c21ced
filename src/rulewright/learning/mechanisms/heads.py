"""From whatever numbers a network puts out to a decision that is allowed, by construction: one head for each space of decisions.

    Allocation, additive   x_ij = share_i(l_1j, …, l_nj, l_0j)                                     0 is nobody
    Allocation, unit       x_ij = min{share_i(l_1j, …, l_nj, l_0j), share_j(k_i1, …, k_im, k_i0)}
    Bundles                x_iS = min{share_S(k_i·, 0), min_{j∈S} share_iS(l^j over all i and S ∋ j, 0)}
    Choice                 x_k = share_k(l)
    Shares                 x_i = capacity · share_i(l_1, …, l_n, l_0)
    Place                  x = low + (high − low)·σ(l)
    Plan                   x_ti = stock_t · share_i(l_t1, …, l_tn, l_t0)                     of what earlier periods left

`share` is softmax, or sparsemax (Martins & Astudillo 2016), which gives exact zeros and is piecewise linear. The double softmax and
its minimum are those of Dütting, Feng, Narasimhan, Parkes & Ravindranath (RegretNet; JACM 2024, sections 5.2 and 5.3).
Feasible in exact numbers; in float32 up to a rounding, which `LearnedMechanism` takes away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...mechanisms.decisions import Allocation, Bundles, Choice, Decisions, Place, Shares
from ...mechanisms.environments.periods import Plan

Share = Callable[[jax.Array], jax.Array]
"""Over the last axis: any numbers → shares ≥ 0 that sum to one."""


def sparsemax(x: jax.Array) -> jax.Array:
    """The nearest point of the simplex, over the last axis."""
    down = -jnp.sort(-x, axis=-1)
    count = jnp.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    total = jnp.cumsum(down, axis=-1)
    kept = (1 + count * down > total).sum(axis=-1, keepdims=True)
    level = (jnp.take_along_axis(total, kept - 1, axis=-1) - 1) / kept
    return jnp.maximum(x - level, 0.0)


SHARES: dict[str, Share] = {"softmax": lambda x: jax.nn.softmax(x, axis=-1), "sparsemax": sparsemax}


def share_of(name: str) -> Share:
    """Raises InputError for an unknown name."""
    if name not in SHARES:
        raise InputError(where="net, share", needed=f"one of {', '.join(SHARES)}", found=repr(name))
    return SHARES[name]


class Head(ABC):
    """From [..., size] to decisions [..., *shape]."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many numbers it takes."""

    @abstractmethod
    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        """The decision."""


def _with_none(x: jax.Array, axis: int) -> jax.Array:
    """With one more entry of zero at the end."""
    wide = [(0, 0)] * x.ndim
    wide[axis] = (0, 1)
    return jnp.pad(x, wide)


@dataclass(frozen=True)
class AllocationHead(Head):
    """Numbers [nobody last: agent + 1, item], and for unit demand [agent, nothing last: item + 1] after them."""

    space: Allocation

    @property
    def size(self) -> int:
        n, m = self.space.shape
        return (n + 1) * m + (n * (m + 1) if self.space.demand == "unit" else 0)

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        n, m = self.space.shape
        to = x[..., : (n + 1) * m].reshape(*x.shape[:-1], n + 1, m)
        given = jnp.swapaxes(share(jnp.swapaxes(to, -1, -2)), -1, -2)[..., :n, :]
        if self.space.demand == "additive":
            return given
        of = x[..., (n + 1) * m :].reshape(*x.shape[:-1], n, m + 1)
        return jnp.minimum(given, share(of)[..., :m])


@dataclass(frozen=True)
class BundlesHead(Head):
    """Numbers [1 + item, agent, bundle]: the first for each agent's own choice, the others for who gets each item."""

    space: Bundles

    @property
    def size(self) -> int:
        return (1 + self.space.items) * int(np.prod(self.space.shape))

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        n, bundles = self.space.shape
        x = x.reshape(*x.shape[:-1], 1 + self.space.items, n, bundles)
        got = share(_with_none(x[..., 0, :, :], -1))[..., :bundles]
        for j in range(self.space.items):
            has = np.flatnonzero(self.space.has[:, j])  # bundles with the item
            flat = x[..., 1 + j, :, :][..., has].reshape(*x.shape[:-3], n * len(has))
            of = share(_with_none(flat, -1))[..., :-1].reshape(*x.shape[:-3], n, len(has))
            got = got.at[..., has].min(of)
        return got


@dataclass(frozen=True)
class ChoiceHead(Head):
    """Numbers [option]."""

    space: Choice

    @property
    def size(self) -> int:
        return self.space.options

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        return share(x)


@dataclass(frozen=True)
class SharesHead(Head):
    """Numbers [agent + 1]; the last is what nobody gets."""

    space: Shares

    @property
    def size(self) -> int:
        return self.space.agents + 1

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        return self.space.capacity * share(x)[..., :-1]


@dataclass(frozen=True)
class PlaceHead(Head):
    """Numbers [place, coordinate]."""

    space: Place

    @property
    def size(self) -> int:
        return int(np.prod(self.space.shape))

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        low, high = jnp.asarray(self.space.low, jnp.float32), jnp.asarray(self.space.high, jnp.float32)
        return low + (high - low) * jax.nn.sigmoid(x.reshape(*x.shape[:-1], *self.space.shape))


@dataclass(frozen=True)
class PlanHead(Head):
    """Numbers [period, agent + 1]; the last is what stays in the stock."""

    space: Plan

    @property
    def size(self) -> int:
        return self.space.periods * (self.space.agents + 1)

    def __call__(self, x: jax.Array, share: Share) -> jax.Array:
        parts = share(x.reshape(*x.shape[:-1], self.space.periods, self.space.agents + 1))[..., :-1]
        stock, taken = jnp.full((*x.shape[:-1], 1), self.space.first, x.dtype), []
        for t in range(self.space.periods):
            taken.append(stock * parts[..., t, :])
            stock = stock - taken[-1].sum(axis=-1, keepdims=True) + self.space.inflow
        return jnp.stack(taken, axis=-2)


HEADS: dict[type[Decisions], Callable[[Any], Head]] = {
    Allocation: AllocationHead,
    Bundles: BundlesHead,
    Choice: ChoiceHead,
    Shares: SharesHead,
    Place: PlaceHead,
    Plan: PlanHead,
}


def head_of(space: Decisions) -> Head:
    """Raises InputError for a space that has none."""
    make = HEADS.get(type(space))
    if make is None:
        known = ", ".join(sorted(kind.__name__ for kind in HEADS))
        remedy = "Add a Head for it to rulewright.learning.mechanisms.heads.HEADS, or search without gradients."
        raise InputError(where="decisions", needed=f"one of {known}", found=type(space).__name__, remedy=remedy)
    return make(space)
