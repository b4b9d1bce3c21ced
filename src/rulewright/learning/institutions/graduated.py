"""Graduated sanctions: a fine that grows with the offences that still count, and a way back (Ostrom 1990, fifth principle).

Offences are counted on reports, so that what the monitor misses costs nothing and what it makes up does. After `recovery`
clean steps one offence is forgiven. An act that gains g is deterred at count k iff detection · penalty(k) ≥ g.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..classification import Classification, Schedule
from ..world import Kind, Record, Turn, World, pytree, static
from ..world.events import numerals
from .charge import Tariffs
from .ledger import BALANCED, FUND, WorldInstitution
from .monitors import Monitors


@pytree
class OffenceValue:
    count: jax.Array
    """int32 [player]; offences that still count."""
    clean: jax.Array
    """int32 [player]; steps since the last one, or since one was forgiven."""


@pytree
class Offences(Record):
    """Reports that still count, as the event “offences”, shown to everybody who has them."""

    recovery: jax.Array
    """int32 []; clean steps after which one is forgiven, 0 for never."""
    most: int = static()
    """Counted up to."""

    @property
    def kind(self) -> Kind:
        return Kind("offences", numerals(self.most + 1))

    def first(self, key: jax.Array, world: World, state: Any) -> OffenceValue:
        del key, state
        nothing = jnp.zeros(world.n, jnp.int32)
        return OffenceValue(nothing, nothing)

    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: OffenceValue) -> OffenceValue:
        del key, world, before
        report = turn.events.code("report")
        clean = jnp.where(report > 0, 0, value.clean + 1)
        forgiven = (clean >= self.recovery) & (self.recovery > 0)
        count = jnp.clip(value.count + report - forgiven, 0, self.most)
        return OffenceValue(count, jnp.where(forgiven, 0, clean))

    def code(self, value: OffenceValue) -> jax.Array:
        return value.count

    def shown(self, world: World, state: Any, value: OffenceValue) -> jax.Array:
        return value.count[:, None] / max(self.most, 1)

    @property
    def shown_names(self) -> tuple[str, ...]:
        return ("my offences",)


@dataclass(frozen=True)
class Graduated(WorldInstitution):
    """Monitors, a count of offences and fines by the schedule; fines go to the others, evenly, or into the fund."""

    monitors: Monitors
    schedule: Schedule
    to: str = BALANCED
    above: WorldInstitution | None = None
    """What stands between a report and its consequences: an outside authority, say."""

    def __post_init__(self) -> None:
        if self.to not in (BALANCED, FUND):
            raise InputError(where="graduated sanctions", needed="balanced or fund", found=repr(self.to))

    @property
    def budget(self) -> str:
        return BALANCED if self.to == self.monitors.budget == BALANCED else FUND

    @property
    def classification(self) -> Classification:
        return self.monitors.classification

    def moves(self, game: Any) -> tuple[Any, ...]:
        fines = jnp.asarray(self.schedule.penalties, jnp.float32)
        record = Offences(jnp.int32(self.schedule.recovery), len(self.schedule.penalties) - 1)
        table = jnp.stack([jnp.zeros_like(fines), -fines])
        above = () if self.above is None else self.above.moves(game)
        return (*self.monitors.moves(game), *above, record, Tariffs(table, ("report", "offences"), self.to))

    def describe(self) -> str:
        fines = ", ".join(f"{x:g}" for x in self.schedule.penalties)
        back = (
            f"one is forgiven after {self.schedule.recovery} clean steps"
            if self.schedule.recovery
            else "never forgiven"
        )
        return (
            f"{self.monitors.describe()}; fines by offence {fines} to the {self.to.replace('balanced', 'others')}, {back}"
            + (f"; {self.above.describe()}" if self.above else "")
        )
