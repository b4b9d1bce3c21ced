"""Persuasion in time with a continuous state s in [0, 1] that all see, and a parameter θ, uniform on (0, 1), that the sender sees.

    s ──▶ θ ──▶ recommendation ──▶ a ──▶ v(s,θ,a), u(s,θ,a) ──▶ s′ = f(s,θ,a)

Any law of θ is a function of a uniform draw. `table` puts both on grids (s′ shared between its two neighbours, which keeps its
mean): a tabular process that `design.information.markov` solves exactly, where that fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from ...design.information.markov import Process
from ...errors import InputError
from ...numerics.given import whole
from ...numerics.memory import reserve
from ...numerics.rational import Array

Table = Callable[[Any, Any, Any], Any]
"""(s [...], θ [...], xp) → [..., act], with `xp` NumPy or jax.numpy."""


@dataclass(frozen=True, eq=False)
class Continuum:
    """A problem; `settings` name it in checkpoints."""

    sender: Table = field(repr=False)
    receiver: Table = field(repr=False)
    moves: Table = field(repr=False)
    """The next state, within [0, 1]."""
    acts: int
    discount: float = 0.9
    name: str = ""
    settings: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.discount < 1:
            raise InputError(
                where="persuasion, discount", needed="a number from 0 to below 1", found=str(self.discount)
            )
        for key in ("sender", "receiver", "moves"):
            found = np.asarray(getattr(self, key)(np.linspace(0, 1, 5), np.full(5, 0.5), np))
            if found.shape != (5, self.acts) or not np.isfinite(found).all():
                raise InputError(
                    where=f"persuasion, {key}", needed=f"finite [..., {self.acts}]", found=str(found.shape)
                )
        if found.min() < 0 or found.max() > 1:
            raise InputError(
                where="persuasion, moves", needed="states within [0, 1]", found=f"{found.min()}, {found.max()}"
            )

    def grids(self, states: int, parameters: int) -> tuple[Array, Array]:
        """(s [state], θ [parameter]): ends included; middles of equal cells."""
        return np.linspace(0, 1, states), (np.arange(parameters) + 0.5) / parameters

    def table(self, states: int = 17, parameters: int = 16, start: int = 0) -> Process:
        """The process on grids, beginning in state number `start`. Raises InputError for fewer than two states."""
        whole(parameters, "persuasion, table, parameters")
        if whole(states, "persuasion, table, states") < 2 or not 0 <= start < states:
            raise InputError(where="persuasion, table", needed="two states or more", found=f"{states}, start {start}")
        reserve((states, parameters, self.acts, 3 * states), "moves of the table")
        grid, theta = self.grids(states, parameters)
        s, t = np.broadcast_arrays(grid[:, None], theta)
        v, u, after = (np.asarray(f(s, t, np), float) for f in (self.sender, self.receiver, self.moves))
        place = np.clip(after, 0, 1) * (states - 1)
        low = np.minimum(place.astype(int), states - 2)
        share = place - low
        one = np.eye(states)
        moves = (1 - share)[..., None] * one[low] + share[..., None] * one[low + 1]
        law = np.full((states, parameters), 1 / parameters)
        return Process(law, v, u, moves, one[start], self.discount, self.discount, self.name)


def traffic(
    delay: float = 2.0,
    detour: float = 0.7,
    crowding: float = 1.0,
    fill: float = 0.4,
    clears: float = 0.3,
    discount: float = 0.9,
) -> Continuum:
    """Drivers and a navigator who knows how bad the highway is today, after `markov.navigator`, with all things continuous.

    s is how full the highway is; θ·delay is today's delay on it. Acts: highway, side road, stay at home (cost 3/2·detour, and the
    highway empties twice as fast). Drivers lose delay and crowding·s/2; the city loses that, and crowding·s more per driver.
    """
    numbers = {"delay": delay, "detour": detour, "crowding": crowding, "fill": fill, "clears": clears}
    if not all(np.isfinite(v) and v >= 0 for v in numbers.values()) or fill > 1 or clears > 0.5:
        raise InputError(where="traffic", needed="costs of at least 0, fill ≤ 1, clears ≤ ½", found=str(numbers))

    def receiver(s: Any, t: Any, xp: Any = jnp) -> Any:
        flat = 0 * t
        return xp.stack([-delay * t - crowding / 2 * s, flat - detour, flat - 1.5 * detour], axis=-1)

    def sender(s: Any, t: Any, xp: Any = jnp) -> Any:
        return receiver(s, t, xp) - xp.stack([crowding * s, 0 * s, 0 * s], axis=-1)

    def moves(s: Any, t: Any, xp: Any = jnp) -> Any:
        flat = 0 * t
        return xp.stack([s + fill * (1 - s) + flat, s * (1 - clears) + flat, s * (1 - 2 * clears) + flat], axis=-1)

    settings = tuple(sorted({**numbers, "discount": discount}.items()))
    return Continuum(sender, receiver, moves, 3, discount, "traffic", settings)
