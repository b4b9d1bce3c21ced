"""Appeals: who was sanctioned in the wrong may have it reversed, after a while and at a cost (Ostrom 1990, sixth principle).

A false sanction is a report on an act that the classification allows. An appeal against it succeeds with probability `succeeds`,
one against a true sanction with probability `mistaken`; the fine comes back `latency` steps later from those who received it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..world import Events, Kind, Turn, World, Wrapper, pytree, static
from ..world.events import NO_YES, flags
from .graduated import Graduated
from .ledger import BALANCED, MOST, WorldInstitution, a_world, among_others, coins, whole, within

REVERSAL = Kind("reversal", NO_YES)


@pytree
class AppealState:
    inner: Any
    due: jax.Array
    """float32 [latency, player]; refunds, the next first."""


@pytree
class Appealed(Wrapper):
    """A world in which sanctions may be reversed: one kind more, “reversal”."""

    inner: World
    fines: jax.Array
    """float32 [offence count]."""
    chances: jax.Array
    """float32 [2]: succeeds, mistaken."""
    cost: jax.Array
    """float32 []; of hearing an appeal, in units of base reward, used up."""
    latency: int = static()
    to: str = static(default=BALANCED)
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, REVERSAL)

    def inner_state(self, state: AppealState) -> Any:
        return state.inner

    def reset(self, key: jax.Array) -> AppealState:
        return AppealState(self.inner.reset(key), jnp.zeros((self.latency, self.n), jnp.float32))

    def step(self, key: jax.Array, state: AppealState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        events: Events = turn.events
        report, wrong = events.code("report") > 0, events.code("verdict") > 0
        chance = jnp.where(wrong, self.chances[1], self.chances[0])
        upheld = report & (jax.random.uniform(self.own(key), (self.n,)) < chance)
        fine = self.fines[events.code("offences")]
        back = state.due[0]
        due = jnp.concatenate([state.due[1:], jnp.where(upheld, fine, 0.0)[None]])
        money = among_others(back) if self.to == BALANCED else coins(back)
        return replace(
            turn,
            state=AppealState(turn.state, due),
            events=events.plus(REVERSAL, flags(back > 0)),
            transfer=turn.transfer + money,
            fund=turn.fund - money.sum(),
            cost=turn.cost + self.cost * report.sum(),
        )


@pytree
class Hear:
    """The move: appeals against sanctions that came before."""

    fines: jax.Array
    chances: jax.Array
    cost: jax.Array
    latency: int = static()
    to: str = static(default=BALANCED)

    def wrap(self, world: World) -> World:
        world.signal(f"offences of {world.players[0]}")
        return Appealed(world, self.fines, self.chances, self.cost, self.latency, self.to)


@dataclass(frozen=True)
class Appeals(WorldInstitution):
    """Graduated sanctions, with appeals. An offence that was reversed still counts until it is forgiven."""

    sanctions: Graduated
    succeeds: Any
    mistaken: Any = 0.0
    latency: int = 1
    cost: Any = 0.0

    def __post_init__(self) -> None:
        within("appeals", 0, 1, succeeds=self.succeeds, mistaken=self.mistaken)
        within("appeals", 0, MOST, cost=self.cost)
        whole("appeals", 1, latency=self.latency)
        if not isinstance(self.sanctions, Graduated):
            raise InputError(where="appeals", needed="graduated sanctions", found=type(self.sanctions).__name__)

    @property
    def budget(self) -> str:
        return self.sanctions.budget

    def moves(self, game: Any) -> tuple[Any, ...]:
        a_world(game, "appeals")
        chances = jnp.stack([jnp.asarray(x, jnp.float32) for x in (self.succeeds, self.mistaken)])
        fines = jnp.asarray(self.sanctions.schedule.penalties, jnp.float32)
        hear = Hear(fines, chances, jnp.asarray(self.cost, jnp.float32), self.latency, self.sanctions.to)
        return (*self.sanctions.moves(game), hear)

    def describe(self) -> str:
        return (
            f"{self.sanctions.describe()}; appeals against false sanctions succeed with probability {self.succeeds} "
            f"after {self.latency} steps"
        )
