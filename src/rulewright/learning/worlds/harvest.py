"""Commons harvest of Melting Pot (Leibo et al. 2021, ICML; after Janssen et al. 2010, Science): apples grow back by apples.

Whoever stands where an apple is eats it and is paid 1: on entering its cell, or when it grows under its feet. A bare apple cell
with m live apples within distance 2 grows one, at each step, with probability p_min(m, 3); p_0 = 0, so that a patch eaten bare
is lost. A zap takes a player off the board for a while and costs neither of them anything. In a step players turn and move one
after another in random order; then all zaps are fired at once; then those whose time is up return; what grows in the step is
decided by how things stood one step before it (so an apple is back two steps after it was eaten at the earliest). The last
three are not in the papers: they were measured on the engine of Melting Pot itself, as was that who is hit misses one step more
than its constant says.

    world = harvest()                open map; harvest("closed"), harvest("partnership"), harvest(Map(...))
    world = harvest(regrowth=(0, 0.001, 0.005, 0.025))      numbers are leaves: may be swept
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import ACTIONS, ZAP, Beam, Bodies, Map, View
from ..grid.beam import cooled, fires, hits
from ..grid.bodies import turned
from ..grid.map import near, patches
from ..grid.moves import moved
from ..grid.spawn import opened, returned, unit, waiting
from ..grid.view import drawn, relative, seen
from ..world import Events, Kind, Seen, Turn, World, draws, pytree, static
from ..world.events import NO_YES, flags, numerals
from ..world.world import action_kind, agents
from .harvest_maps import harvest_map

FLOOR, WALL, BARE, APPLE, PLAYER = 1, 2, 3, 4, 5
"""Codes of the view; 0 is nothing. A player is PLAYER + its heading as seen by the viewer, who is one too."""


LIVE = 4


@pytree
class HarvestState:
    bodies: Bodies
    apples: jax.Array
    """bool [apple cell]; in the order of `map.cells("apple")`."""
    stage: jax.Array
    """int32 [apple cell]; live neighbours up to 3 as they were a step ago, LIVE where an apple was or grew: what growth goes by."""
    time: jax.Array
    """int32 []; steps done."""


@pytree
class Harvest(World):
    """Commons harvest; make it with `harvest`."""

    regrowth: jax.Array
    """float32 [4]; chance per step with 0, 1, 2, 3 or more live apples near."""
    ending: jax.Array
    """float32 []; chance that an episode ends, after step 1000 and every 100 steps from then on; Melting Pot's is 0.15."""
    map: Map = static()
    count: int = static(default=7)
    beam: Beam = static(default=Beam(3, 1))
    cooldown: int = static(default=2)
    """Steps after a zap in which there can be no other."""
    timeout: int = static(default=4)
    """Frames till respawn in Melting Pot's constants; who is hit misses one step more."""
    steps: int = static(default=1000)
    """At which an episode is cut off."""
    view: View = static(default=View())

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (ACTIONS,) * self.count

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """meal: live apples around the one eaten, before anybody ate; patch: where; zap: who hit whom; out: who could not act."""
        return (
            action_kind(self.actions),
            Kind("meal", ("none", *numerals(int(self.beside.sum(axis=1).max()) + 1))),
            Kind("patch", ("none", *(f"patch {k}" for k in range(int(self.patch.max()) + 1)))),
            Kind("zap", NO_YES, "pair"),
            Kind("out", NO_YES),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def view_codes(self) -> int:
        return PLAYER + 4

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("ready to zap", "in the game")

    @property
    def beside(self) -> np.ndarray:
        """bool [apple, apple]; neighbours."""
        return near(self.map, "apple")

    @property
    def patch(self) -> np.ndarray:
        """int [apple]; its patch."""
        return patches(self.map, "apple")

    def reset(self, key: jax.Array) -> HarvestState:
        inside = [np.array([cell]) for cell in self.map.cells("inside spawn")]
        bodies = opened(self.map, draws.bits(key, (2 * self.count,)), tuple(inside[: self.count]))
        many = len(self.patch)
        return HarvestState(bodies, jnp.ones(many, bool), jnp.full(many, LIVE, jnp.int32), jnp.int32(0))

    def step(self, key: jax.Array, state: HarvestState, actions: jax.Array) -> Turn:
        n, many = self.count, len(self.patch)
        bits = draws.bits(key, (3 * n + many + 1,))
        actions = jnp.where(state.bodies.inside, actions, 0)
        heading = turned(state.bodies.heading, actions)
        start = replace(state.bodies, heading=heading)
        now = replace(start, cell=moved(self.map, start, actions, bits[:n]))

        near_ = state.apples.astype(jnp.float32) @ jnp.asarray(near(self.map, "apple").astype(np.float32))
        chance = jnp.append(self.regrowth, 0.0)[state.stage]
        live = state.apples | (unit(bits[3 * n : 3 * n + many]) < chance)
        at = jnp.asarray(apple_at(self.map))[now.cell]
        here = (at[:, None] == jnp.arange(many)) & live
        eats = here.any(axis=1)
        meal = jnp.where(eats, (here * (near_ + 1.0)).sum(axis=1), 0.0).astype(jnp.int32)
        place = (here * jnp.asarray(self.patch + 1)).sum(axis=1)
        apples = live & ~here.any(axis=0)
        stage = jnp.where(live, LIVE, jnp.minimum(near_, 3.0).astype(jnp.int32))

        fired = fires(now, actions == ZAP)
        hit = hits(self.map, self.beam, now, fired)
        left, returns = waiting(self.map, now, hit.any(axis=0), self.timeout)
        left = replace(left, cool=cooled(now, fired, self.cooldown))
        bodies = returned(self.map, left, returns, bits[n : 3 * n])

        time = state.time + 1
        over = (time >= 1000) & (time % 100 == 0) & (unit(bits[-1]) < self.ending)
        nothing = jnp.zeros(n, jnp.float32)
        return Turn(
            state=HarvestState(bodies, apples, stage, time),
            base=eats.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=over,
            truncated=time >= self.steps,
            events=Events((actions, meal, place, flags(hit), flags(~state.bodies.inside)), self.kinds),
        )

    def observe(self, state: HarvestState) -> Seen:
        bodies = state.bodies
        ground, at = jnp.asarray(_ground(self.map)), apple_at(self.map)[:-1]
        live = jnp.append(state.apples, False)[at]
        codes = jnp.where(live, jnp.int8(APPLE), ground)
        marks = (PLAYER + bodies.heading).astype(jnp.int8)
        views = relative(seen(self.map, self.view, drawn(codes, bodies, marks), bodies), bodies, PLAYER)
        ready = jnp.where(bodies.inside, 1 - bodies.cool / max(self.cooldown, 1), 0.0)
        return Seen(views, jnp.stack([ready, bodies.inside], axis=-1).astype(jnp.float32))


def apple_at(world: Map) -> np.ndarray:
    """int32 [cell]: the number of the apple that grows there, the number of apples where none does."""
    apples = world.cells("apple")
    found = np.full(world.size + 1, len(apples), np.int32)
    found[apples] = np.arange(len(apples))
    return found


def _ground(world: Map) -> np.ndarray:
    """int8 [cell]: the codes of the empty map."""
    codes = np.where(world.walls, WALL, FLOOR).astype(np.int8)
    codes[world.cells("apple")] = BARE
    return codes


OPEN, CLOSED = (0.0, 0.0025, 0.005, 0.025), (0.0, 0.001, 0.005, 0.025)


def harvest(
    map: str | Map = "open",
    players: int = 7,
    regrowth: Sequence[float] | None = None,
    ending: float = 0.0,
    steps: int = 1000,
    **more: object,
) -> Harvest:
    """Commons harvest with the constants of Melting Pot on "open", "closed" or "partnership"; on "orchard" and on a map of
    yours, those of "open".

    `ending` 0.15 with `steps` 5000 is Melting Pot's random end; by default an episode has 1000 steps. `more`: other fields of
    `Harvest`. Raises InputError: unknown map, no apples, fewer spawn points than players, chances that are none.
    """
    rooms = map in ("closed", "partnership")
    plan = harvest_map(map) if isinstance(map, str) else map
    plan.asked(players)
    if not len(plan.cells("apple")):
        raise InputError(where="map", needed="at least one cell with the word “apple”", found="none")
    chances = np.asarray((CLOSED if rooms else OPEN) if regrowth is None else regrowth, np.float32)
    if chances.shape != (4,) or not ((chances >= 0) & (chances <= 1)).all():
        raise InputError(
            where="regrowth",
            needed="four chances between 0 and 1: with 0, 1, 2, and 3 or more live apples near",
            found=str(regrowth),
        )
    rules = {"beam": Beam(4, 1), "cooldown": 1, "timeout": 100} if rooms else {}
    own = {**rules, **more}
    return Harvest(jnp.asarray(chances), jnp.float32(ending), plan, players, steps=steps, **own)  # type: ignore[arg-type]
