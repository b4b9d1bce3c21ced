"""Gather and build: wood and stone grow back, a house takes one of each, skill says what it earns (after the AI Economist).

A small world after Zheng, Trott, Srinivasa, Parkes & Socher 2022 (Science Advances 8): a square field, wood on its left side,
stone on its right. Moving, gathering and building are labour; coins come from houses alone, so many as a player is skilled.

    reward = coins of the house built − labour of the action          both in coins: no one is averse to risk here

Sizes, growth and labour are ours; markets for materials and houses that stand in the way are left out. What a tax on income needs
is there: unequal skills, effort that can be withheld, and an event “income” that a rule reads.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..policy import Policy
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.events import numerals
from ..world.world import action_kind, agents
from ..world.wrapper import base_state, base_world

MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
STAY, GATHER, BUILD = 0, len(MOVES), len(MOVES) + 1
WOOD, STONE = range(2)
EMPTY, TREE, ROCK, SELF, OTHER = range(5)


@pytree
class BuildingState:
    field: jax.Array
    """bool [material, row, column]; what can be gathered where."""
    place: jax.Array
    """int32 [player, 2]; row and column."""
    pack: jax.Array
    """int32 [player, material]."""
    coins: jax.Array
    """int32 [player]; earned so far."""
    time: jax.Array
    """int32 []."""


@pytree
class Building(World):
    """Four players of unequal skill on three by three cells; all of it may be changed."""

    growth: Any = 0.5
    """Chance that an empty source has something again, per step: a leaf."""
    labour: Any = 0.1
    """Coins that a step of moving or gathering is worth to the player: a leaf."""
    effort: Any = 2.0
    """Coins that building is worth to the player: a leaf."""
    skills: tuple[int, ...] = static(default=(2, 3, 5, 9))
    """Coins that a house earns each player."""
    side: int = static(default=3)
    steps: int = static(default=100)

    def __post_init__(self) -> None:
        if not self.skills or min(self.skills) < 1 or max(self.skills) > 1000 or self.side < 2 or self.steps < 1:
            raise InputError(
                where="gather and build",
                needed="skills of 1 to 1000 coins, a side of at least 2 cells and a step",
                found=f"skills {self.skills}, side {self.side}, {self.steps} steps",
            )

    @property
    def count(self) -> int:
        return len(self.skills)

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (("stay", "up", "down", "left", "right", "gather", "build"),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return action_kind(self.actions), Kind("income", numerals(max(self.skills) + 1))

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def view_codes(self) -> int:
        return 5

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("row", "column", "wood", "stone", "skill", "time")

    def sources(self) -> np.ndarray[Any, Any]:
        """bool [material, row, column]: where things grow: the first columns, and the last."""
        found = np.zeros((2, self.side, self.side), bool)
        wide = max(1, self.side // 3)
        found[WOOD, :, :wide] = True
        found[STONE, :, -wide:] = True
        return found

    def available(self, state: BuildingState) -> jax.Array:
        """Who has no wood or no stone cannot build."""
        able = (state.pack > 0).all(axis=-1, keepdims=True)
        return jnp.concatenate([jnp.ones((self.count, BUILD), bool), able], axis=-1)

    def reset(self, key: jax.Array) -> BuildingState:
        return BuildingState(
            jnp.asarray(self.sources()),
            jax.random.randint(key, (self.count, 2), 0, self.side),
            jnp.zeros((self.count, 2), jnp.int32),
            jnp.zeros(self.count, jnp.int32),
            jnp.int32(0),
        )

    def step(self, key: jax.Array, state: BuildingState, actions: jax.Array) -> Turn:
        lot, grow = jax.random.split(key)
        move = jnp.array(MOVES)[jnp.where(actions < GATHER, actions, STAY)]
        place = jnp.clip(state.place + move, 0, self.side - 1)
        row, column = place[:, 0], place[:, 1]
        rank = jax.random.permutation(lot, self.count)
        tries = (actions == GATHER) & state.field.any(axis=0)[row, column]
        earlier = (place[:, None] == place).all(axis=-1) & tries & (rank < rank[:, None])
        takes = tries & ~earlier.any(axis=1)  # of several in one cell, the one whose lot it is
        got = takes[:, None] & state.field[:, row, column].T
        builds = (actions == BUILD) & (state.pack > 0).all(axis=-1)
        income = jnp.where(builds, jnp.array(self.skills), 0)
        field = state.field.at[:, row, column].min(~takes)
        field = field | (jnp.asarray(self.sources()) & (jax.random.uniform(grow, field.shape) < self.growth))
        after = BuildingState(field, place, state.pack + got - builds[:, None], state.coins + income, state.time + 1)
        toil = jnp.where(builds, self.effort, jnp.where(actions == STAY, 0.0, self.labour))
        nothing = jnp.zeros(self.count, jnp.float32)
        return Turn(
            state=after,
            base=(income - toil).astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=after.time >= self.steps,
            events=Events((actions, income), self.kinds),
        )

    def observe(self, state: BuildingState) -> Seen:
        row, column = state.place[:, 0], state.place[:, 1]
        skill = jnp.array(self.skills) / max(self.skills)
        pack = jnp.minimum(state.pack, 3) / 3
        time = jnp.full(self.count, state.time / self.steps)
        numbers = jnp.stack([row / self.side, column / self.side, pack[:, WOOD], pack[:, STONE], skill, time], axis=1)
        board = jnp.where(state.field[STONE], ROCK, jnp.where(state.field[WOOD], TREE, EMPTY)).astype(jnp.int8)
        board = board.at[row, column].set(OTHER)
        view = jax.vmap(lambda r, c: board.at[r, c].set(SELF))(row, column)
        return Seen(view, numbers.astype(jnp.float32))


@pytree
class Builders(Policy):
    """Everybody fetches what is missing from the nearest column, and builds; `rest` steps of staying after each house."""

    rest: Any = 0.0
    """Chance of staying instead of acting, per step: a leaf."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        inner, there = base_world(world), base_state(world, state)
        if not isinstance(inner, Building):
            raise InputError(where="builders", needed="the world gather_and_build", found=type(inner).__name__)
        able = (there.pack > 0).all(axis=-1)
        need = jnp.where(there.pack[:, WOOD] == 0, WOOD, STONE)
        row, column = there.place[:, 0], there.place[:, 1]
        here = there.field[need, row, column]
        towards = jnp.where(need == WOOD, 3, 4)  # left to wood, right to stone
        edge = jnp.where(need == WOOD, column == 0, column == inner.side - 1)
        seek = jnp.where(edge, jnp.where(row == 0, 2, 1), towards)
        act = jnp.where(able, BUILD, jnp.where(here, GATHER, seek))
        rests = jax.random.uniform(key, (inner.count,)) < self.rest
        return jnp.where(rests, STAY, act).astype(jnp.int32), memory
