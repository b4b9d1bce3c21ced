"""Several periods with a state: what is given today changes what there is tomorrow (Zhang et al. eq. 8–12, repaired).

    s_1 = start,  x_t = x(r_t, s_t, t),  s_{t+1} = next(s_t, x_t),  u_i = Σ_t δ^{t−1} [ worth_i(θ_t, x_t, s_t) − t_it ]

The mechanism is causal by construction: one network, unrolled, that sees today's reports, today's state and the date. Types are
drawn anew each period, or once. A lie is a whole path of reports r_i1 … r_iT, by an agent that knows all its types, the later ones
too: that is more than a real agent can do, so that the regret searched for is at least what one can gain (periodic ex post).
Payments are made every period, out of what that period's decision is worth: nobody is ever worse off by staying for a period.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...mechanisms.decisions import Decisions, Shares
from ...mechanisms.environment import WELFARE, Environment, Goal
from ...mechanisms.laws import Law, Uniform

Next = Callable[[Any, Any], Any]
"""(state [..., size], decision [..., *shape]) → the next state [..., size]."""
Worth = Callable[[Any, Any, Any], Any]
"""(types of the period [..., agent, dimension], decision [..., *shape], state [..., size]) → [..., agent], in money."""


@dataclass(frozen=True)
class Repeated(Decisions):
    """One decision of a space in each period."""

    each: Decisions
    periods: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.periods, *self.each.shape

    def excess(self, decision: Any, xp: Any = np) -> Any:
        return self.each.excess(decision, xp).max(axis=-1)


@dataclass(frozen=True)
class Anew(Law):
    """Types drawn from one law in each period, independently: period by period in one long vector."""

    each: Law
    periods: int

    @property
    def low(self) -> tuple[float, ...]:  # type: ignore[override]
        return self.each.low * self.periods

    @property
    def high(self) -> tuple[float, ...]:  # type: ignore[override]
        return self.each.high * self.periods

    def at(self, u: Any, xp: Any = np) -> Any:
        split = u.reshape(*u.shape[:-1], self.periods, self.each.dimensions)
        return self.each.at(split, xp).reshape(u.shape)

    def holds(self, types: Any, xp: Any = np) -> Any:
        types = xp.asarray(types)
        split = types.reshape(*types.shape[:-1], self.periods, self.each.dimensions)
        return self.each.holds(split, xp).all(axis=-1)


@dataclass(frozen=True, eq=False)
class Periods(Environment):
    """An environment of several periods; made by `periods`."""

    start: tuple[float, ...] = ()
    """The first state."""
    next: Next = field(default=lambda state, decision: state, repr=False)
    worth: Worth = field(default=lambda types, decision, state: types[..., 0], repr=False)
    discount: float = 1.0
    count: int = 1
    once: bool = False
    """Whether types are drawn once and hold in all periods."""

    @property
    def each(self) -> Decisions:
        """What is decided in a period."""
        space = self.decisions
        assert isinstance(space, Repeated)
        return space.each

    def today(self, types: Any, t: int) -> Any:
        """[..., agent, dimension of a period]: the part of types or reports that belongs to period t, from 0."""
        d = self.dimensions if self.once else self.dimensions // self.count
        return types if self.once else types[..., t * d : (t + 1) * d]

    def first(self, shape: tuple[int, ...], xp: Any = np) -> Any:
        """[*shape, size]: the first state."""
        return xp.broadcast_to(xp.asarray(self.start), (*shape, len(self.start)))

    def stages(self, types: Any, decision: Any, xp: Any = np) -> Any:
        """[..., period, agent]: what each period is worth, discounted."""
        state, found = None, []
        for t in range(self.count):
            x = decision[(..., t, *[slice(None)] * len(self.each.shape))]
            batch = x.shape[: x.ndim - len(self.each.shape)]
            state = self.first(batch, xp) if state is None else state
            found.append(self.discount**t * self.worth(self.today(types, t), x, state))
            state = self.next(state, x)
        return xp.stack(found, axis=-2)


def periods(
    laws: tuple[Law, ...],
    each: Decisions,
    worth: Worth,
    next: Next,
    *,
    start: tuple[float, ...],
    count: int,
    discount: float = 1.0,
    once: bool = False,
    goal: Goal = WELFARE,
    transfers: bool = True,
    budget: float = float("inf"),
    name: str = "",
) -> Periods:
    """`count` periods of decisions of one space, with a state from `start` on.

    budget: the most that one agent can pay in a period (discounted to the first). Raises InputError for sizes.
    """
    if count < 1 or not start or not 0 < discount <= 1:
        raise InputError(
            where="periods", needed="a period, a state, 0 < discount ≤ 1", found=f"{count}, {start}, {discount}"
        )
    drawn = laws if once else tuple(Anew(law, count) for law in laws)

    def values(types: Any, decision: Any) -> Any:
        return made.stages(types, decision, np if isinstance(decision, np.ndarray) else _like(decision)).sum(axis=-2)

    made = Periods(
        drawn, Repeated(each, count), values, goal, transfers, 0.0, budget, name,
        start=start, next=next, worth=worth, discount=discount, count=count, once=once,
    )  # fmt: skip
    return made


def _like(array: Any) -> Any:
    """jax.numpy, for its arrays."""
    import jax.numpy as jnp

    del array
    return jnp


def regrowing(
    agents: int = 2, count: int = 3, growth: float = 0.2, discount: float = 1.0, *, goal: Goal = WELFARE
) -> Periods:
    """A stock of one that regrows by `growth` a period; each period agents, worth θ_it ~ U[0, 1] a unit, get shares of it."""
    return periods(
        (Uniform(),) * agents,
        Shares(agents),
        lambda types, shares, stock: types[..., 0] * shares * stock,
        lambda stock, shares: (stock - shares.sum(axis=-1, keepdims=True) * stock) * (1 + growth),
        start=(1.0,), count=count, discount=discount, goal=goal, name=f"{agents} agents, {count} periods, a stock that regrows",
    )  # fmt: skip
