"""The foraging experiment: tokens on a field that grow back next to others (Janssen, Holahan, Lee & Ostrom 2010, Science 328).

Five players on 29 × 29 cells, a quarter of them with a token. Once per second every empty cell gets a token with probability

    .01 · (occupied neighbours) / (existing neighbours)        of its eight, all cells at once

for 240 seconds. A step is one press of a key, `keys` of them a second: go to a next cell, pick up the token of one's own cell, or,
where sanctions are allowed, pay 1 to take 2 from another player, while both have a positive balance. Several players may stand in
one cell; who picks up first there is drawn afresh. The first tokens are exactly 210, at cells drawn by lot.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..policy import Policy
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.events import NO_YES, flags, numerals
from ..world.world import action_kind, agents
from ..world.wrapper import base_state, base_world

AROUND = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))
MOVES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
STAY, COLLECT = 0, len(MOVES)
EMPTY, TOKEN, SELF, OTHER, OUTSIDE = range(5)


def neighbours(field: jax.Array) -> jax.Array:
    """float32 [row, column]: occupied cells among the eight around each."""
    rows, columns = field.shape
    wide = jnp.pad(field.astype(jnp.float32), 1)
    down = wide[:-2] + wide[1:-1] + wide[2:]
    box = down[:, :columns] + down[:, 1 : columns + 1] + down[:, 2 : columns + 2]
    return box - wide[1 : rows + 1, 1 : columns + 1]


def existing(side: int) -> np.ndarray:
    """float32 [row, column]: how many neighbours each cell has, 3 to 8."""
    wide = np.pad(np.ones((side, side), np.float32), 1)
    return sum(wide[1 + i : 1 + i + side, 1 + j : 1 + j + side] for i, j in AROUND)  # type: ignore[return-value]


def regrown(key: jax.Array, field: jax.Array, rate: Any) -> jax.Array:
    """bool [row, column]: the field a second later."""
    chance = rate * neighbours(field) / existing(field.shape[0])
    return field | (jax.random.uniform(key, field.shape) < chance)


def sown(key: jax.Array, side: int, tokens: int) -> jax.Array:
    """bool [row, column]: that many tokens at cells drawn by lot."""
    return (jax.random.permutation(key, side * side) < tokens).reshape(side, side)


@pytree
class ForagingState:
    field: jax.Array
    """bool [row, column]; where tokens are."""
    place: jax.Array
    """int32 [player, 2]; row and column."""
    balance: jax.Array
    """int32 [player]; tokens."""
    time: jax.Array
    """int32 []; keys pressed so far."""


@pytree
class Foraging(World):
    """The field of the experiment; all sizes may be changed."""

    rate: Any = 0.01
    """Of regrowth, per second: a leaf."""
    fee: Any = 1
    """Tokens that a sanction costs."""
    fine: Any = 2
    """Tokens that it takes."""
    count: int = static(default=5)
    side: int = static(default=29)
    tokens: int = static(default=210)
    """At the start."""
    seconds: int = static(default=240)
    keys: int = static(default=5)
    """Steps a second."""
    sanctions: bool = static(default=False)
    """Whether players can pay to take tokens from others."""
    sight: int = static(default=0)
    """Players see so many cells each way; 0: the whole field."""

    def __post_init__(self) -> None:
        wrong = min(self.count, self.side - 1, self.seconds, self.keys) < 1 or self.sight < 0
        if wrong or not 0 <= self.tokens <= self.side**2:
            raise InputError(
                where="foraging",
                needed="players, at least 2 × 2 cells, seconds, keys a second, and no more tokens than cells",
                found=f"{self.count} players, side {self.side}, {self.tokens} tokens, {self.seconds} s, {self.keys} keys",
            )

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        own = ("stay", "up", "down", "left", "right", "collect")
        others = tuple(f"sanction {player}" for player in self.players) if self.sanctions else ()
        return ((*own, *others),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """A meal is told by how many neighbours of the token were there, before anybody collected."""
        return (
            action_kind(self.actions),
            Kind("meal", ("none", *numerals(9))),
            Kind("sanction", NO_YES, "pair"),
        )

    @property
    def horizon(self) -> int:
        return self.seconds * self.keys

    @property
    def view_codes(self) -> int:
        return 5

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("row", "column", "own balance", "tokens on the field", "time")

    def available(self, state: ForagingState) -> jax.Array:
        """Everything but sanctions of oneself."""
        plain = jnp.ones((self.count, COLLECT + 1), bool)
        return jnp.concatenate([plain, ~jnp.eye(self.count, dtype=bool)], axis=1) if self.sanctions else plain

    def reset(self, key: jax.Array) -> ForagingState:
        field, place = jax.random.split(key)
        return ForagingState(
            sown(field, self.side, self.tokens),
            jax.random.randint(place, (self.count, 2), 0, self.side),
            jnp.zeros(self.count, jnp.int32),
            jnp.int32(0),
        )

    def step(self, key: jax.Array, state: ForagingState, actions: jax.Array) -> Turn:
        lot, growth = jax.random.split(key)
        move = jnp.array(MOVES)[jnp.where(actions < COLLECT, actions, STAY)]
        place = jnp.clip(state.place + move, 0, self.side - 1)
        row, column = place[:, 0], place[:, 1]
        tries = (actions == COLLECT) & state.field[row, column]
        rank = jax.random.permutation(lot, self.count)
        same = (place[:, None] == place).all(axis=-1) & tries & (rank < rank[:, None])
        eats = tries & ~same.any(axis=1)
        around = neighbours(state.field)[row, column].astype(jnp.int32)
        field = state.field.at[row, column].min(~eats)
        balance = state.balance + eats
        hits = jnp.zeros((self.count, self.count), bool)
        if self.sanctions:
            balance, hits = self.punished(balance, actions, rank)
        time = state.time + 1
        field = jnp.where(time % self.keys == 0, regrown(growth, field, self.rate), field)
        nothing = jnp.zeros(self.count, jnp.float32)
        return Turn(
            state=ForagingState(field, place, balance, time),
            base=(balance - state.balance).astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=time >= self.horizon,
            events=Events((actions, jnp.where(eats, around + 1, 0), flags(hits)), self.kinds),
        )

    def punished(self, balance: jax.Array, actions: jax.Array, rank: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(balances, bool [actor, target]) after this step's sanctions, one after the other in the order of `rank`."""
        hits = jnp.zeros((self.count, self.count), bool)
        for k in rank.argsort():
            target = actions[k] - COLLECT - 1
            works = (target >= 0) & (target != k) & (balance[k] > 0) & (balance[target] > 0)
            balance = balance.at[k].add(-self.fee * works).at[target].add(-self.fine * works)
            hits = hits.at[k, target].max(works)
        return balance, hits

    def observe(self, state: ForagingState) -> Seen:
        row, column = state.place[:, 0], state.place[:, 1]
        share = jnp.full(self.count, state.field.mean())
        time = jnp.full(self.count, state.time / self.horizon)
        numbers = jnp.stack([row / self.side, column / self.side, state.balance / self.tokens, share, time], axis=1)
        board = jnp.where(state.field, TOKEN, EMPTY).astype(jnp.int8).at[row, column].set(OTHER)
        s = self.sight
        if s == 0:
            view = jax.vmap(lambda r, c: board.at[r, c].set(SELF))(row, column)
        else:
            wide = jnp.pad(board, s, constant_values=OUTSIDE)
            window = (2 * s + 1, 2 * s + 1)
            view = jax.vmap(lambda r, c: jax.lax.dynamic_slice(wide, (r, c), window).at[s, s].set(SELF))(row, column)
        return Seen(view, numbers.astype(jnp.float32))


# ── scripted players ────────────────────────────────────────────────────────────────────────────────────────────────


@pytree
class Gatherer(Policy):
    """Everybody sees the whole field, goes to the nearest token and picks it up, as long as the field is fuller than `keep`; at
    the end, when the time left is what clearing takes at `speed` tokens a second, whatever the density.

    Ties go to cells drawn afresh, so that players part.
    """

    keep: Any = 0.0
    """Density below which nobody collects."""
    speed: Any = 0.0
    """Tokens a second that all together can clear; 0: no clearing at the end."""

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        now: ForagingState = base_state(world, state)
        side = now.field.shape[0]
        left = (world.horizon - now.time) / base_world(world).keys  # type: ignore[attr-defined]
        go = (now.field.mean() > self.keep) | (left * self.speed <= now.field.sum())
        at = jnp.arange(side)
        down, right = at[:, None] - now.place[:, 0, None, None], at - now.place[:, 1, None, None]
        far = jnp.abs(down) + jnp.abs(right) + 0.5 * jax.random.uniform(key, (world.n, side, side))
        goal = jnp.where(now.field, far, jnp.inf).reshape(world.n, -1).argmin(axis=1)
        step = jnp.stack([goal // side, goal % side], axis=1) - now.place
        along = jnp.where(step[:, 1] < 0, 3, 4)
        walk = jnp.where(step[:, 0] != 0, jnp.where(step[:, 0] < 0, 1, 2), along)
        act = jnp.where((step == 0).all(axis=1), COLLECT, walk)
        return jnp.where(go & now.field.any(), act, STAY).astype(jnp.int32), memory


@pytree
class Collected:
    """What one hand that reaches everywhere took."""

    tokens: jax.Array
    """int32 []."""
    emptied: jax.Array
    """int32 []; the second after which no token was left, 0 if there always was one."""


@jax.jit
def central(world: Foraging, key: jax.Array, speed: Any, keep: Any = 0.0) -> Collected:
    """One collector in place of all players: it takes up to `speed` tokens a second anywhere on the field, walking not counted.

    Above the density `keep` it takes those with the fullest surroundings, where the least is lost; when the time left is what
    clearing takes, all of them. keep = 0: greed, which takes any.
    """
    cells = world.side**2

    def second(carry: tuple[jax.Array, Collected], t: jax.Array) -> tuple[tuple[jax.Array, Collected], None]:
        field, so_far = carry
        lot, growth = jax.random.split(jax.random.fold_in(key, t + 1))
        there = field.sum()
        spare = jnp.maximum(there - keep * cells, 0)
        clearing = (world.seconds - t) * speed <= there
        wanted = jnp.minimum(jnp.where(clearing, there, spare), speed)
        full = jnp.where(field, (keep > 0) * neighbours(field) / existing(world.side), -1.0)
        full = full + 1e-3 * jax.random.uniform(lot, field.shape)
        line = jnp.append(jnp.sort(-full, axis=None), jnp.inf)[jnp.floor(wanted).astype(jnp.int32)]
        taken = field & (-full < line)
        field = field & ~taken
        now_empty = ~field.any() & (so_far.emptied == 0)
        after = Collected(so_far.tokens + taken.sum(), jnp.where(now_empty, t + 1, so_far.emptied))
        return (regrown(growth, field, world.rate), after), None

    start = Collected(jnp.int32(0), jnp.int32(0))
    first = sown(jax.random.fold_in(key, 0), world.side, world.tokens)
    (_, found), _ = jax.lax.scan(second, (first, start), jnp.arange(world.seconds))
    return found


def mean_field(tokens: float = 210.25, cells: float = 841, rate: float = 0.01, seconds: float = 240) -> float:
    """What a well-mixed field yields: logistic growth to half of the cells, the largest steady yield, all of it at the end.

    Growth is rate·x·(1 − x/cells), so that half is reached after ln((cells − x₀)/x₀)/rate seconds and then rate·cells/4 grow each
    second. An estimate, not a bound on a real field: an empty row between two full ones grows faster than a mixed field does.
    """
    wait = float(np.log((cells - tokens) / tokens)) / rate
    return (seconds - wait) * rate * cells / 4 + cells / 2
