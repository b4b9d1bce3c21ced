"""Reputation: a running score of conduct, which buys something later (after eq. 14–15 of the ICSAP proposal; algebra ours).

    r_t = λ·r_{t−1} + (1 − λ)·g_t            g_t: this period's score, from 0 to 1

Let a unit of repute be worth one per period, and δ the patience of the player. A deviation that gains Δu now and costs Δg in this
period's score loses (1 − λ)·Δg·Σ_k (δλ)^k, so that it does not pay iff

    Δu ≤ (1 − λ)/(1 − δλ) · Δg

For a player without patience the factor is 1 − λ: long memory destroys incentives. For a patient one it goes to 1. In a world a
record is read as it stood when players acted: today's conduct is paid from tomorrow on, and the factor is δ times that. Repute
that buys nothing enforces nothing: here it buys money, or access to larger takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..classification import Classification
from ..world import Kind, Record, Turn, World, pytree, static
from ..world.events import numerals
from .charge import Tariffs
from .ledger import FUND, MOST, WorldInstitution, a_world, whole, within
from .limits import LimitBy


def largest_gain(memory: Any, patience: Any, score: Any = 1, *, delayed: bool = False) -> Any:
    """The largest Δu that does not pay: (1 − λ)/(1 − δλ)·Δg, times δ where repute is paid from the next period on.

    Exact for Fractions. Raises InputError for a memory or a patience outside 0 … 1 (1 excluded for patience).
    """
    if not 0 <= memory <= 1 or not 0 <= patience < 1:
        raise InputError(
            where="reputation",
            needed="memory from 0 to 1 and patience from 0 to below 1",
            found=f"{memory} and {patience}",
        )
    factor = (1 - memory) / (1 - patience * memory)
    return factor * score * (patience if delayed else 1)


@pytree
class Repute(Record):
    """The score, as the event “repute” in steps of 1 / levels, shown to its owner."""

    classification: Classification
    memory: jax.Array
    """float32 []; λ."""
    first_score: jax.Array
    """float32 []; r_0."""
    levels: int = static(default=100)

    @property
    def kind(self) -> Kind:
        return Kind("repute", numerals(self.levels + 1))

    @property
    def shown_names(self) -> tuple[str, ...]:
        return ("my repute",)

    def first(self, key: jax.Array, world: World, state: Any) -> jax.Array:
        del key, state
        return jnp.broadcast_to(self.first_score, (world.n,))

    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: jax.Array) -> jax.Array:
        del key, world, before
        good = 1.0 - self.classification.wrong(turn.events)
        return self.memory * value + (1 - self.memory) * good

    def code(self, value: jax.Array) -> jax.Array:
        return jnp.round(value * self.levels).astype(jnp.int32)

    def shown(self, world: World, state: Any, value: jax.Array) -> jax.Array:
        return value[:, None]


@dataclass(frozen=True)
class Reputation(WorldInstitution):
    """A score of good conduct that earns `worth` per unit and step, and opens takes above `closed` to those at `access` or more."""

    classification: Classification
    memory: Any
    worth: Any = 0.0
    access: float | None = None
    closed: float = 0.0
    """What players below may take at most."""
    start: Any = 1.0
    levels: int = 100

    def __post_init__(self) -> None:
        within(
            "reputation", 0, 1, memory=self.memory, start=self.start, access=0 if self.access is None else self.access
        )
        within("reputation", 0, MOST, worth=self.worth, closed=self.closed)
        whole("reputation", 1, levels=self.levels)

    @property
    def budget(self) -> str:
        return FUND

    def moves(self, game: Any) -> tuple[Any, ...]:
        self.classification.fits(a_world(game, "reputation"))
        memory, start = jnp.asarray(self.memory, jnp.float32), jnp.asarray(self.start, jnp.float32)
        said: list[Any] = [Repute(self.classification, memory, start, self.levels)]
        scale = jnp.arange(self.levels + 1) / self.levels
        if not isinstance(self.worth, (int, float)) or self.worth:
            said.append(Tariffs(self.worth * scale, ("repute",), FUND))
        if self.access is not None:
            said.append(LimitBy(jnp.where(scale >= self.access - 1e-6, jnp.inf, self.closed), "repute"))
        return tuple(said)

    def describe(self) -> str:
        opens = f", and opens takes above {self.closed:g} to those at {self.access:g} or more" if self.access else ""
        return f"a score of conduct with memory {self.memory} earns {self.worth} per unit and step{opens}; fund"
