"""Emergency merge: cars in line before a merge, an ambulance behind them (after Christoffersen, Haupt, Damani & Hadfield-Menell
2023, AAMAS, "Get It in Writing"; constants as in their public code).

Positions run from −10 to 10; each step everybody brakes, keeps its speed or accelerates, by .1. Cars drive at most .25 a step, the
ambulance 1. Every step costs a car 1 and the ambulance 100, until it is at the end; a crash costs everybody 10,000 and ends it.
Before the merge at 0 there are two lanes, the ambulance's and the cars'; from there on one, where nobody passes: who is caught up
with from behind has a crash. Lanes, starts and how a crash is told are ours.

For a contract: "merged" says who has just passed the merge, "room" of a player on another by how many whole units the first was
then ahead of the second, "wait" by how many it was behind; 0 otherwise. A contract by distance is pay on these.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.events import NO_YES, flags, numerals
from ..world.seen import no_view
from ..world.world import action_kind

NEAR, FAR = -10.0, 10.0
LENGTH = int(FAR - NEAR)


@pytree
class MergeState:
    place: jax.Array
    """float32 [player]; the ambulance first."""
    speed: jax.Array
    """float32 [player]; per step."""
    time: jax.Array
    """int32 []."""


@pytree
class Merge(World):
    """An ambulance and `cars` cars."""

    gain: Any = 0.1
    """What accelerating adds to the speed, and braking takes from it."""
    fast: Any = 1.0
    """The ambulance's limit."""
    slow: Any = 0.25
    """The cars' limit."""
    delay: Any = 1.0
    """What a step costs a car."""
    urgency: Any = 100.0
    """What it costs the ambulance."""
    crash: Any = 10_000.0
    """What a crash costs everybody."""
    gap: Any = 1.0
    """Between cars at the start, the first of them standing one gap before the merge."""
    cars: int = static(default=3)
    steps: int = static(default=200)

    def __post_init__(self) -> None:
        if not 1 <= self.cars <= LENGTH or self.steps < 1:
            raise InputError(
                where="merge", needed=f"1 to {LENGTH} cars and a step", found=f"{self.cars} cars, {self.steps} steps"
            )

    @property
    def players(self) -> tuple[str, ...]:
        return ("ambulance", *(f"car {k}" for k in range(self.cars)))

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (("keep", "brake", "accelerate"),) * self.n

    @property
    def n(self) -> int:
        return 1 + self.cars

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (
            action_kind(self.actions),
            Kind("merged", NO_YES),
            Kind("room", numerals(LENGTH + 1), "pair"),
            Kind("wait", numerals(LENGTH + 1), "pair"),
            Kind("crash", NO_YES, "world"),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*(f"{what} of {p}" for what in ("place", "speed") for p in self.players), "time")

    def reset(self, key: jax.Array) -> MergeState:
        del key
        line = -jnp.float32(self.gap) * jnp.arange(1, self.n)
        return MergeState(jnp.append(NEAR, line).astype(jnp.float32), jnp.zeros(self.n), jnp.int32(0))

    def step(self, key: jax.Array, state: MergeState, actions: jax.Array) -> Turn:
        del key
        change = jnp.array([0.0, -1.0, 1.0])[actions] * self.gain
        limit = jnp.full(self.n, self.slow).at[0].set(self.fast)
        under_way = state.place < FAR
        speed = jnp.where(under_way, jnp.clip(state.speed + change, 0.0, limit), 0.0)
        reach = state.place + speed
        place = jnp.minimum(reach, FAR)
        ambulance, joined = jnp.arange(self.n) == 0, reach > 0
        one_lane = (ambulance[:, None] == ambulance) | (joined[:, None] & joined)
        was_ahead = state.place[:, None] > state.place
        caught = (reach[:, None] <= reach) & was_ahead & one_lane & under_way[:, None] & under_way
        hit = caught.any()
        merged = (state.place <= 0) & joined
        ahead = jnp.where(merged[:, None], jnp.trunc(jnp.clip(place[:, None] - place, -LENGTH, LENGTH)), 0)
        room, wait = (jnp.maximum(sign * ahead, 0).astype(jnp.int32) for sign in (1, -1))
        cost = jnp.where(ambulance, self.urgency, self.delay) * under_way + self.crash * hit
        time, nothing = state.time + 1, jnp.zeros(self.n, jnp.float32)
        return Turn(
            state=MergeState(place, speed, time),
            base=-cost.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=hit | (place >= FAR).all(),
            truncated=time >= self.steps,
            events=Events((actions, flags(merged), room, wait, flags(hit)), self.kinds),
        )

    def observe(self, state: MergeState) -> Seen:
        numbers = jnp.concatenate([state.place / FAR, state.speed, state.time[None] / self.steps]).astype(jnp.float32)
        return Seen(no_view(self.n), jnp.broadcast_to(numbers, (self.n, 2 * self.n + 1)))
