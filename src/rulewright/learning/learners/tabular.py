"""Independent Q-learning with tables: every player learns what its actions are worth, as if the others were part of the world.

    Q_i(s, a) ← Q_i(s, a) + α·(r_i + γ·max_b Q_i(s′, b) − Q_i(s, a))        with chance ε_t any action, else the best

Watkins & Dayan 1992 (Machine Learning 8); ε_t = max(ε_least, e^{−β·t}) as in Calvano et al. 2020 (Am. Econ. Rev. 110). One
world, learned from at every step; many seeds at once make it fast. What is seen must be a few numbers of few values each.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError, TooLarge
from ..policy import Policy
from ..world import Seen, World, pytree, static
from .collect import NOBODY, Field, Tally, collect, opened
from .learner import Learner, Metrics, at_least_one, pays
from .networks import NEVER, seen_by
from .population import learning

NAMES = ("explored", "error")
MOST_CELLS = 1_000_000


@pytree
class Table:
    """Q of the players that learn."""

    values: jax.Array
    """float32 [player, cell, action]; −1e9 where the player has no such action."""
    players: tuple[int, ...] = static()
    bins: tuple[int, ...] | None = static(default=None)
    """How many values each number that is seen has, evenly from 0 to 1; None: the numbers at `states` say which state it is."""
    states: tuple[int, ...] = static(default=())

    def cell(self, numbers: jax.Array) -> jax.Array:
        """int32 [...]: which row of the table, of numbers [..., number]."""
        if self.bins is None:
            return numbers[..., jnp.array(self.states)].argmax(-1).astype(jnp.int32)
        found = jnp.zeros(numbers.shape[:-1], jnp.int32)
        for k, size in enumerate(self.bins):
            code = jnp.clip(jnp.round(numbers[..., k] * (size - 1)), 0, size - 1)
            found = found * size + code.astype(jnp.int32)
        return found

    def row(self, numbers: jax.Array) -> jax.Array:
        """float32 [B, player, action]: what actions are worth where numbers [B, player, number] are seen."""
        return self.values[jnp.arange(len(self.players)), self.cell(numbers)]


@pytree
class Greedy(Policy):
    """Everybody who learned does what its table says is best; the first of several."""

    table: Table
    others: Policy = NOBODY

    def first(self, world: World) -> Any:
        return self.others.first(world)

    def law(self, world: World, state: Any) -> jax.Array:
        """float32 [learning player, action]: probabilities in one state."""
        best = self._best(world, state, world.observe(state))
        return jax.nn.one_hot(best, self.table.values.shape[-1])

    def _best(self, world: World, state: Any, seen: Seen) -> jax.Array:
        at = jnp.array(self.table.players)
        worth = self.table.row(seen.numbers[None, at])[0]
        return jnp.where(world.available(state)[at], worth, NEVER).argmax(-1).astype(jnp.int32)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        at = jnp.array(self.table.players)
        actions, memory = self.others.act(key, world, state, seen, memory)
        return actions.at[at].set(self._best(world, state, seen)), memory


@pytree
class TabularState:
    world: World
    table: Table
    field: Field
    key: jax.Array
    updates: jax.Array


@pytree
class TabularQ(Learner):
    """Q-learning at every step of one world; an update is `steps` of them."""

    rate: float = 0.1
    """α."""
    gamma: float = 0.95
    decay: float = 1e-3
    """β, per step."""
    least: float = 0.0
    """ε never falls below it."""
    start: float = 0.0
    """Q before anything is learned; above what can be got, everything is tried."""
    spread: float = 0.0
    """Uniform noise up to it is added to the first Q."""
    scale: float = 1.0
    others: Policy = NOBODY
    steps: int = static(default=500)
    bins: tuple[int, ...] | int | None = static(default=None)
    """How many values each number that is seen has, evenly from 0 to 1; one number: all of them as many. None: one number per
    state, one where the world is in it, as tabular and repeated worlds show it; time is left out."""
    players: tuple[int, ...] | None = static(default=None)
    reward: str = static(default="all")
    endless: bool = static(default=True)
    name = "q"

    @property
    def steps_per_update(self) -> int:
        return self.steps

    def init(self, key: jax.Array, world: World) -> TabularState:
        at_least_one(self.name, steps=self.steps)
        pays(self.reward, jnp.float32(1))
        players, seen = learning(world, self.players), seen_by(world)
        if seen.view.size:
            raise InputError(
                where="q with tables",
                needed="a world without a picture",
                found=f"one of {seen.view.shape[1]} × {seen.view.shape[2]} cells",
                remedy="Use DeepQ.",
            )
        states, cells = self._cells(world, seen.numbers.shape[-1])
        one, two, rest = jax.random.split(key, 3)
        shape = (len(players), cells, max(world.action_counts))
        counts = jnp.array([world.action_counts[i] for i in players])
        first = self.start + self.spread * jax.random.uniform(one, shape)
        values = jnp.where(jnp.arange(shape[2]) < counts[:, None, None], first, NEVER)
        field = opened(world, two, 1, jnp.zeros((len(players), 0)), self.others)
        bins = self._bins(seen.numbers.shape[-1])
        return TabularState(world, Table(values, players, bins, states), field, rest, jnp.int32(0))

    def _bins(self, count: int) -> tuple[int, ...] | None:
        """Of each of `count` numbers."""
        return (self.bins,) * count if isinstance(self.bins, int) else self.bins

    def _cells(self, world: World, count: int) -> tuple[tuple[int, ...], int]:
        """(the numbers that say which state it is, rows of the table)."""
        bins = self._bins(count)
        if bins is None:
            states = tuple(k for k, name in enumerate(world.number_names) if name != "time")
            if states and not _one_each(world, states):
                needed = "bins, how many values each number has, or a world that shows one number per state"
                raise InputError(where="q with tables", needed=needed, found=", ".join(world.number_names))
            return states or (0,), max(1, len(states))
        if len(bins) != count or min(bins, default=1) < 1:
            needed = f"bins for {count} numbers: {', '.join(world.number_names)}"
            raise InputError(where="q with tables", needed=needed, found=str(self.bins))
        cells = math.prod(bins)
        if cells > MOST_CELLS:
            needed = f"at most {MOST_CELLS:,} cells"
            raise TooLarge(where="q with tables", needed=needed, found=f"{cells:,}", remedy="Use DeepQ.")
        return (), cells

    def policy(self, state: TabularState) -> Greedy:
        return Greedy(state.table, self.others)

    def explored(self, step: jax.Array) -> jax.Array:
        """ε after so many steps."""
        return jnp.maximum(self.least, jnp.exp(-self.decay * step))

    def update(self, state: TabularState) -> tuple[TabularState, Metrics]:
        world, key = state.world, state.key
        key, mine = jax.random.split(key)
        steps = state.updates * self.steps + jnp.arange(self.steps)
        count = len(state.table.players)

        def one(
            carry: tuple[Table, Field, Tally], inputs: tuple[jax.Array, jax.Array]
        ) -> tuple[tuple[Table, Field, Tally], tuple[jax.Array, jax.Array]]:
            table, field, tally = carry
            k, step = inputs
            chance = self.explored(step)

            def choose(k: jax.Array, view: Any, numbers: jax.Array, memory: jax.Array, available: jax.Array) -> Any:
                action, tried = explore(k, table.row(numbers), available, chance)
                return action, (table.cell(numbers), tried), memory

            def expect(view: Any, numbers: jax.Array, memory: jax.Array) -> jax.Array:
                return table.row(numbers).max(-1)

            at = jnp.array(table.players)
            field, path, now, later = collect(
                world,
                field,
                k,
                1,
                table.players,
                choose,
                expect,
                lambda seen: (seen.view[..., at, :, :], seen.numbers[..., at, :]),
                self.others,
                pays(self.reward, jnp.float32(self.scale)),
                jnp.zeros((count, 0)),
                jnp.float32(self.gamma),
                self.endless,
            )
            cell, tried = path.notes
            target = path.reward[0, 0] + self.gamma * jnp.where(path.done[0, 0], 0.0, later[0])
            where = jnp.arange(count), cell[0, 0], path.action[0, 0]
            error = target - table.values[where]
            table = replace(table, values=table.values.at[where].add(self.rate * error))
            return (table, field, jax.tree.map(jnp.add, tally, now)), (tried.mean(), jnp.abs(error).mean())

        start = (state.table, state.field, Tally.zero(world))
        (table, field, tally), told = jax.lax.scan(one, start, (jax.random.split(mine, self.steps), steps))
        after = TabularState(world, table, field, key, state.updates + 1)
        return after, Metrics(tally, tuple(x.mean() for x in told), NAMES)


def _one_each(world: World, states: tuple[int, ...]) -> bool:
    """Whether exactly one of the numbers is one, the others zero, at the start and a step later.

    Taken on trust where numbers are not known yet.
    """
    with jax.ensure_compile_time_eval():
        key = jax.random.key(0)
        state = world.reset(key)
        turn = world.step(key, state, jnp.zeros(world.n, jnp.int32))
        looks = jnp.stack([world.observe(s).numbers[:, jnp.array(states)] for s in (state, turn.state)])
        each = ((looks == 0) | (looks == 1)).all() & (looks.sum(-1) == 1).all()
        return isinstance(each, jax.core.Tracer) or bool(each)


def explore(key: jax.Array, worth: jax.Array, available: jax.Array, chance: jax.Array) -> tuple[jax.Array, jax.Array]:
    """(actions int32 [...], float32 whether any was tried): the best of worth [..., action], or with `chance` any."""
    try_, any_ = jax.random.split(key)
    tried = jax.random.uniform(try_, worth.shape[:-1]) < chance
    best = jnp.where(available, worth, NEVER).argmax(-1)
    random = jnp.where(available, jax.random.uniform(any_, worth.shape), -1.0).argmax(-1)
    return jnp.where(tried, random, best).astype(jnp.int32), tried.astype(jnp.float32)
