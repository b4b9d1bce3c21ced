"""The irrigation game of the laboratory: a common canal, an upstream and a downstream (Anderies, Janssen, Lee & Wasserman 2013,
Ecol. Econ. 87; tables as in the public code of the experiment).

Five players A (upstream) … E have 10 tokens a round. First each puts some into the canal; then each opens its gate, and upstream
takes first. With E the efficiency of the canal, I_i the investments, w_i the water used:

    E ← min(100, max(0, E − 25) + Σ I_i)      flow = min(capacity(E), supply)      pay of i: 10 − I_i + tokens(w_i)

A round is 1 + `openings` steps: one in which tokens are put in, then as many as gates are set again, each for 50/openings
seconds. That players choose *either* tokens *or* a gate keeps both plain actions with labels of their own, so that a contract on
investment is `pay` on "investment of A", a quota `permit` on gates, and who sees what `reveal`; one composite action would need
tables of 11 × 26 outcomes. Who has first access is no action: `Access` sets it, and it is a permit too (to take what those before
have left), but one whose extent depends on other gates at the same moment, so the canal resolves it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from ..world.events import numerals
from ..world.seen import no_view
from ..world.world import action_kind

SECONDS = 50
MOST_TOKENS, MOST_GATE = 10, 25
START, FULL, DECAY, SUPPLY = 75, 100, 25, 30
CAPACITY_FROM = (46, 52, 56, 59, 62, 66, 71, 81)
"""Efficiencies from which the canal carries 5, 10, …, 40 cubic feet a second."""
WATER_FROM = (0, 150, 200, 250, 300, 350, 400, 500, 550, 650, 700, 750, 800, 850, 900)
TOKENS = (0, 1, 4, 10, 15, 18, 19, 20, 19, 18, 15, 10, 4, 1, 0)
"""Tokens for water used, from each edge in `WATER_FROM` on: too much hurts as well."""
ORDERS = ("upstream", "rotation", "random")
VISIONS = ("all", "neighbours")
NO_QUOTA = SECONDS * MOST_GATE


def capacity(efficiency: Any) -> Any:
    """Cubic feet a second that a canal of this efficiency carries: 0, 5, …, 40."""
    return 5 * (jnp.asarray(efficiency)[..., None] >= jnp.array(CAPACITY_FROM)).sum(axis=-1)


def tokens(water: Any) -> Any:
    """Tokens for cubic feet of water used in a round."""
    return jnp.array(TOKENS)[jnp.searchsorted(jnp.array(WATER_FROM), jnp.asarray(water), side="right") - 1]


@pytree
class IrrigationState:
    efficiency: jax.Array
    """int32 []; E."""
    round: jax.Array
    """int32 []."""
    phase: jax.Array
    """int32 []; 0 while tokens are put in, then which opening it is."""
    invested: jax.Array
    """int32 [player]; tokens of this round, of the last one while new ones are put in."""
    water: jax.Array
    """int32 [player]; cubic feet, likewise."""
    turn: jax.Array
    """int32 [player]; 0 for who has first access in this round."""


@pytree
class Irrigation(World):
    """Twenty rounds of five players. `degradation` and `supply` are leaves: one number, or one for each round."""

    degradation: Any = DECAY
    """Efficiency lost before each round."""
    supply: Any = SUPPLY
    """Cubic feet a second in the river."""
    quota: Any = NO_QUOTA
    """Cubic feet a round at which a player's gate shuts; a leaf, see `Access`."""
    rounds: int = static(default=20)
    openings: int = static(default=1)
    """How often a round gates are set; divides 50."""
    vision: str = static(default="all")
    """ "neighbours": the investments and water of the players next upstream and next downstream only."""
    order: str = static(default="upstream")
    """Who has first access: "upstream"; "rotation", the first of a round being last in the next; or "random"."""
    count: int = static(default=5)

    def __post_init__(self) -> None:
        for what, options, found in (("vision", VISIONS, self.vision), ("order", ORDERS, self.order)):
            if found not in options:
                raise InputError(where=f"irrigation, {what}", needed=" or ".join(options), found=repr(found))
        if not 1 <= self.openings <= SECONDS or SECONDS % self.openings or self.rounds < 1 or not 1 <= self.count <= 26:
            raise InputError(
                where="irrigation",
                needed=f"rounds, 1 to 26 players, and a number of openings that divides {SECONDS} seconds",
                found=f"{self.rounds} rounds, {self.count} players, {self.openings} openings",
            )

    @property
    def players(self) -> tuple[str, ...]:
        return tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: self.count])

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """ "invest 0" … "invest 10", then "gate 0" … "gate 25" in cubic feet a second."""
        put = tuple(f"invest {k}" for k in range(MOST_TOKENS + 1))
        return ((*put, *(f"gate {k}" for k in range(MOST_GATE + 1))),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Investment is read when made, 0 at other steps; water at the end of a round, in units of 50 cubic feet, rounded down."""
        return (
            action_kind(self.actions),
            Kind("investment", numerals(MOST_TOKENS + 1)),
            Kind("water", numerals(MOST_GATE + 1)),
            Kind("turn", tuple(str(k + 1) for k in range(self.count))),
            Kind("phase", ("invest", "open"), "world"),
            Kind("efficiency", numerals(FULL + 1), "world"),
        )

    @property
    def horizon(self) -> int:
        return self.rounds * (1 + self.openings)

    @property
    def number_names(self) -> tuple[str, ...]:
        seen = [f"{what} of {p}" for what in ("investment", "water") for p in self.players]
        return ("efficiency", "flow", "phase", "round", "own place", "own turn", *seen)

    def available(self, state: IrrigationState) -> jax.Array:
        opening = jnp.arange(MOST_TOKENS + MOST_GATE + 2) > MOST_TOKENS
        return jnp.broadcast_to(opening == (state.phase > 0), (self.count, opening.size))

    def reset(self, key: jax.Array) -> IrrigationState:
        nobody = jnp.zeros(self.count, jnp.int32)
        start, zero = jnp.int32(START), jnp.int32(0)
        return IrrigationState(start, zero, zero, nobody, nobody, self.turns(key, zero))

    def turns(self, key: jax.Array, round: jax.Array) -> jax.Array:
        """int32 [player]: everybody's place in the order of access in that round."""
        along = jnp.arange(self.count)
        if self.order == "rotation":
            return (along - round) % self.count
        return jax.random.permutation(key, along) if self.order == "random" else along

    def in_round(self, what: Any, round: jax.Array) -> jax.Array:
        return jnp.broadcast_to(jnp.asarray(what, jnp.int32), (self.rounds,))[jnp.minimum(round, self.rounds - 1)]

    def flow(self, state: IrrigationState) -> jax.Array:
        """int32 []: cubic feet a second in the canal."""
        return jnp.minimum(capacity(state.efficiency), self.in_round(self.supply, state.round)).astype(jnp.int32)

    def step(self, key: jax.Array, state: IrrigationState, actions: jax.Array) -> Turn:
        investing, last = state.phase == 0, state.phase == self.openings
        put = jnp.where(investing, jnp.minimum(actions, MOST_TOKENS), 0)
        gate = jnp.where(investing, 0, jnp.maximum(actions - MOST_TOKENS - 1, 0))
        water = jnp.where(investing, 0, state.water)
        water = water + self.taken(state, gate, water)
        kept = jnp.maximum(0, state.efficiency - self.in_round(self.degradation, state.round))
        round = state.round + last
        after = IrrigationState(
            efficiency=jnp.where(investing, jnp.minimum(FULL, kept + put.sum()), state.efficiency),
            round=round,
            phase=jnp.where(last, 0, state.phase + 1),
            invested=jnp.where(investing, put, state.invested),
            water=water,
            turn=jnp.where(last, self.turns(key, round), state.turn),
        )
        base = jnp.where(investing, MOST_TOKENS - put, 0) + jnp.where(last, tokens(water), 0)
        used = jnp.where(last, water // SECONDS, 0)
        phase = (~investing).astype(jnp.int32)
        nothing = jnp.zeros(self.count, jnp.float32)
        return Turn(
            state=after,
            base=base.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=round >= self.rounds,
            events=Events((actions, put, used, state.turn, phase, after.efficiency), self.kinds),
        )

    def taken(self, state: IrrigationState, gate: jax.Array, water: jax.Array) -> jax.Array:
        """int32 [player]: cubic feet that each gets in one opening, those with an earlier turn first.

        Who would pass its quota gets just that, as if its gate stood lower all the while.
        """
        seconds = SECONDS // self.openings
        wanted = jnp.minimum(gate * seconds, jnp.maximum(jnp.asarray(self.quota, jnp.int32) - water, 0))
        by_turn = wanted[state.turn.argsort()]
        before = jnp.cumsum(by_turn) - by_turn
        got = jnp.clip(self.flow(state) * seconds - before, 0, by_turn)
        return got[state.turn]

    def observe(self, state: IrrigationState) -> Seen:
        along = jnp.arange(self.count)
        common = jnp.stack(
            [
                state.efficiency / FULL,
                self.flow(state) / SUPPLY,
                state.phase / self.openings,
                state.round / self.rounds,
            ]
        )
        own = jnp.stack([along / self.count, state.turn / self.count], axis=1)
        others = jnp.stack([state.invested / MOST_TOKENS, state.water / (SECONDS * SUPPLY)])
        near = jnp.abs(along[:, None] - along) <= (1 if self.vision == "neighbours" else self.count)
        shown = (near[:, None] * others).reshape(self.count, -1)
        numbers = jnp.concatenate([jnp.broadcast_to(common, (self.count, 4)), own, shown], axis=1)
        return Seen(no_view(self.count), numbers.astype(jnp.float32))


@dataclass(frozen=True)
class Access:
    """A rule of the canal: who opens first, and how much a player may use in a round. Part of a sentence on a world."""

    order: str = "upstream"
    """ "upstream", "rotation" or "random"."""
    quota: Any = NO_QUOTA
    """Cubic feet a round."""

    def wrap(self, world: World) -> World:
        """The world with this rule on its canal. Raises InputError where there is none."""
        if isinstance(world, Wrapper):
            return replace(world, inner=self.wrap(world.inner))  # type: ignore[type-var]
        if not isinstance(world, Irrigation):
            raise InputError(where="rule of access", needed="an irrigation world", found=type(world).__name__)
        return replace(world, order=self.order, quota=self.quota)


# ── shocks in the last ten of twenty rounds ─────────────────────────────────────────────────────────────────────────

T1 = (DECAY,) * 10 + (20, 30, 25) * 3 + (20,)
T2 = (DECAY,) * 10 + (10, 10, 80, 10, 10, 10, 10, 80, 10, 10)
T3 = (SUPPLY,) * 10 + (25, 35, 30) * 3 + (25,)
T4 = (SUPPLY,) * 10 + (21, 39, 30) * 3 + (21,)


def treatment(name: str, **changed: Any) -> Irrigation:
    """ "stable"; "T1" or "T2", degradation that varies little or much; "T3" or "T4", a supply that does (25–35, 21–39).

    Ranges are those of the experiment, and T1's first three; the order of the others is ours. Raises InputError for another name.
    """
    shocks = {
        "stable": {},
        "T1": {"degradation": T1},
        "T2": {"degradation": T2},
        "T3": {"supply": T3},
        "T4": {"supply": T4},
    }
    if name not in shocks:
        raise InputError(where="treatment", needed=" or ".join(shocks), found=repr(name))
    leaves = {what: jnp.array(values, jnp.int32) for what, values in shocks[name].items()}
    return Irrigation(**{**leaves, **changed})


# ── what can be had ─────────────────────────────────────────────────────────────────────────────────────────────────


def most_tokens(water: int, players: int = 5) -> int:
    """The most tokens that a group can make of that much water: exact, giving out 50 cubic feet at a time, player by player."""
    each = np.asarray(tokens(np.arange(0, NO_QUOTA + 1, SECONDS)))
    units = water // SECONDS
    best = np.zeros(units + 1, int)
    for _ in range(players):
        best = np.array(
            [max(best[w - k] + each[k] for k in range(min(w, len(each) - 1) + 1)) for w in range(units + 1)]
        )
    return int(best[-1])


def best_net(rounds: int = 20, degradation: Any = DECAY, supply: Any = SUPPLY, players: int = 5) -> int:
    """The most that a group can earn in so many rounds, tokens kept included: exact, by dynamic programming over efficiencies."""
    lost, river = (np.broadcast_to(np.asarray(x), (rounds,)) for x in (degradation, supply))
    carried = np.asarray(capacity(np.arange(FULL + 1)))
    group = {int(f): most_tokens(SECONDS * int(f), players) for f in {*np.minimum.outer(carried, river).flat}}
    put = np.arange(MOST_TOKENS * players + 1)
    ahead = np.zeros(FULL + 1, int)
    for t in reversed(range(rounds)):
        earned = np.array([group[int(min(c, river[t]))] for c in carried])
        after = np.minimum(FULL, np.maximum(0, np.arange(FULL + 1) - lost[t])[:, None] + put)
        ahead = (MOST_TOKENS * players - put + (earned + ahead)[after]).max(axis=1)
    return int(ahead[START])
