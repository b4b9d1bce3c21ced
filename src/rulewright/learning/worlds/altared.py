"""Commons harvest with an altar: one zone may be harvested at a time, and the altar shows which, to those who look at it.

After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. (2024, workshop "Altared environments"): 7 players, 6 patches in 3 zones, the
two in the north red, those in the middle blue, those in the south green; apples and regrowth of commons harvest. A sanction, a
zap that hits, costs the sanctioner 10 and removes the target for 25 steps; it brings the sanctioner 20 where the target was
harvesting from an inappropriate patch: +10 when it was right, −10 when it was not. How the rule is drawn is in `altared_zones.py`.
The map, the thresholds and for how long a harvest counts are ours: the published ones were not found.

    altared("shown")     the altar has the colour of the zone allowed, yellow where nothing is: whoever has it in view knows
    altared("hidden")    the same world, moves, rewards and rules; the altar has no colour
    altared("stale")     the altar keeps for ever what it showed first, while the rule moves on

Rewards and transitions are the same functions in all three: only what is seen differs.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import Map
from ..grid.spawn import unit
from ..grid.view import seen
from ..world import Events, Kind, Seen, Turn, Wrapper, pytree, static
from ..world.events import NO_YES, flags, numerals
from .altared_zones import Slate, ate, clean, redrawn
from .harvest import APPLE, Harvest, HarvestState, harvest

COLOURS = ("red", "blue", "green")
ALTARS = ("shown", "hidden", "stale")


def _map() -> Map:
    """Six diamonds of 13 apples in three rows of two, three cells apart; the altar in the middle of the aisle between them."""
    rows, columns, aisle = 23, 21, 10
    board = np.full((rows, columns), " ")
    row, column = np.mgrid[:rows, :columns]
    for r in (4, 11, 18):
        for c in (4, 16):
            board[abs(row - r) + abs(column - c) <= 2] = "A"
    board[np.ix_(range(2, rows - 2, 2), (aisle - 1, aisle + 1))] = "P"
    board[rows // 2, aisle] = "T"
    board[[0, -1]] = board[:, [0, -1]] = "W"
    return Map(tuple("".join(line) for line in board), (("W", "wall"), ("A", "apple"), ("P", "spawn"), ("T", "altar")))


MAP = _map()


@pytree
class AltaredState:
    inner: HarvestState
    rule: jax.Array
    """int32 []; the zone allowed, 3 for none."""
    posted: jax.Array
    """int32 []; what the altar says, whether or not it shows it."""
    drawn: jax.Array
    """int32 []; how often the rule was drawn anew."""
    slate: Slate


@pytree
class Altared(Wrapper):
    """Make it with `altared`. Thresholds, costs and the bonus are leaves, to be swept."""

    inner: Harvest
    least: jax.Array | int = 18
    """Apples below which the zone in force is left."""
    enough: jax.Array | int = 22
    """Apples that a zone must have to be drawn."""
    memory: jax.Array | int = 5
    """Steps for which a meal counts as harvesting."""
    cost: jax.Array | float = 10.0
    bonus: jax.Array | float = 20.0
    altar: str = static(default="shown")
    zones: tuple[int, ...] = static(default=(0, 0, 1, 1, 2, 2))
    """zones[patch]."""

    @property
    def many(self) -> int:
        """How many zones there are; also the rule that prohibits everything."""
        return len(COLOURS)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """trespass: a meal against the rule; rule and at altar: as they stood when players acted."""
        hit = numerals(self.inner.beam.rays + 1)
        return (
            *self.inner.kinds,
            Kind("rule", (*COLOURS, "none"), "world"),
            Kind("trespass", NO_YES),
            Kind("correct sanction", hit),
            Kind("misdirected sanction", hit),
            Kind("at altar", NO_YES),
        )

    @property
    def view_codes(self) -> int:
        return self.inner.view_codes + 2 * self.many + 2

    @cached_property
    def zone(self) -> np.ndarray:
        """int [apple]: the zone of each."""
        return np.asarray(self.zones)[self.inner.patch]

    def held(self, apples: jax.Array) -> jax.Array:
        """int32 [zone]: live apples."""
        return (apples[:, None] & jnp.asarray(self.zone[:, None] == np.arange(self.many))).sum(0)

    def inner_state(self, state: AltaredState) -> HarvestState:
        return state.inner

    def reset(self, key: jax.Array) -> AltaredState:
        ours, theirs = jax.random.split(key)
        inner = self.inner.reset(theirs)
        rule, _ = redrawn(
            jnp.int32(self.many), self.held(inner.apples), self.least, self.enough, jax.random.uniform(ours)
        )
        return AltaredState(inner, rule, rule, jnp.int32(0), clean(self.n, self.many))

    def step(self, key: jax.Array, state: AltaredState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        patch = turn.events.code("patch")
        zone = jnp.asarray((*self.zones, self.many), jnp.int32)[patch - 1]  # patch 0 is no meal: the last
        slate = ate(state.slate, zone, self.many)
        guilty = slate.guilty(state.rule, self.many, self.memory)
        hit = turn.events.code("zap") == 1
        right, wrong = (hit & guilty).sum(1), (hit & ~guilty).sum(1)
        base = turn.base - self.cost * (right + wrong) + self.bonus * right
        events: Events = turn.events
        found = (state.rule, flags((zone < self.many) & (zone != state.rule)), right, wrong, flags(self.near(state)))
        for kind, code in zip(self.kinds[-len(found) :], found, strict=True):
            events = events.plus(kind, code)

        u = unit(jax.random.bits(jax.random.fold_in(key, 1)))
        rule, due = redrawn(state.rule, self.held(turn.state.apples), self.least, self.enough, u)
        fresh = clean(self.n, self.many)
        slate = jax.tree.map(lambda new, old: jnp.where(due, new, old), fresh, slate)
        posted = state.posted if self.altar == "stale" else rule
        after = AltaredState(turn.state, rule, posted, state.drawn + due, slate)
        return replace(turn, state=after, base=base, events=events)

    def near(self, state: AltaredState) -> jax.Array:
        """bool [player]: who stands on the altar or beside it, corners included."""
        at, width, cell = int(self.inner.map.cells("altar")[0]), self.inner.map.width, state.inner.bodies.cell
        beside = (abs(cell // width - at // width) <= 1) & (abs(cell % width - at % width) <= 1)
        return beside & state.inner.bodies.inside

    def observe(self, state: AltaredState) -> Seen:
        """As harvest, with apples in the colours of their zones; then the altar: three colours, yellow, and without colour."""
        inner, base = self.inner.observe(state.inner), self.inner.view_codes
        where = seen(self.inner.map, self.inner.view, jnp.asarray(self._places), state.inner.bodies)
        apples = (inner.view == APPLE) & (where > 0) & (where <= self.many)
        views = jnp.where(apples, base - 1 + where, inner.view)
        shown = self.many + 1 if self.altar == "hidden" else state.posted
        fire = jnp.asarray(base + self.many + shown, jnp.int8)
        free = (inner.view > 0) & (inner.view < APPLE)
        return replace(inner, view=jnp.where((where > self.many) & free, fire, views).astype(jnp.int8))

    @cached_property
    def _places(self) -> np.ndarray:
        """int8 [cell]: 1 + the zone of an apple's cell, one more than that for the altar, 0 elsewhere."""
        found = np.zeros(self.inner.map.size, np.int8)
        found[self.inner.map.cells("apple")] = self.zone + 1
        found[self.inner.map.cells("altar")] = self.many + 1
        return found


def altared(
    altar: str = "shown",
    players: int = 7,
    *,
    map: Map = MAP,
    zones: tuple[int, ...] = (0, 0, 1, 1, 2, 2),
    out: int = 25,
    least: int = 18,
    enough: int = 22,
    memory: int = 5,
    cost: float = 10.0,
    bonus: float = 20.0,
    **more: Any,
) -> Altared:
    """An altared commons; `more`: further arguments of `harvest`.

    Raises InputError: another altar than shown, hidden or stale, not one altar on the map, a patch without a zone, thresholds
    that contradict each other, and whatever `harvest` raises.
    """
    if altar not in ALTARS:
        raise InputError(where="altar", needed=f"one of {', '.join(ALTARS)}", found=repr(altar))
    if len(map.cells("altar")) != 1:
        raise InputError(
            where="map", needed="one cell with the word “altar”", found=f"{len(map.cells('altar'))} of them"
        )
    inner = harvest(map, players, timeout=out - 1, **more)
    patches = int(inner.patch.max()) + 1
    if len(zones) != patches or not set(zones) <= set(range(len(COLOURS))):
        raise InputError(where="zones", needed=f"0, 1 or 2 for each of {patches} patches", found=str(zones))
    if not 0 <= least <= enough:
        raise InputError(where="thresholds", needed="0 ≤ least ≤ enough", found=f"least {least}, enough {enough}")
    if memory < 0 or out < 1:
        raise InputError(where="altared", needed="memory ≥ 0 and out ≥ 1", found=f"memory {memory}, out {out}")
    return Altared(inner, least, enough, memory, cost, bonus, altar, zones)
