"""Clean-up: an orchard that bears fruit only while somebody cleans the river, which pays nothing.

Rules and constants of Melting Pot's clean_up (Agapiou et al. 2022, arXiv 2211.13746; Leibo et al. 2021, ICML), the game is of
Hughes et al. (2018, NeurIPS). Apples pay 1 to who steps on them and nothing else pays. Beams: "zap" reaches 3 cells ahead and
one to each side, waits 10 steps, and takes whom it hits out for 50; "clean" has the same shape, waits 2 steps, and each of its
three rays removes the first dirt that it meets. What river and orchard do is in `cleanup_river.py`, where they lie in
`cleanup_map.py`.

Order of a step: turns and moves one after the other, meals, beams, returns, dirt, apples; who stands under a tree eats what
sprouts. As measured on the engine of Melting Pot (see `harvest.py`), who is zapped misses one step more than the 50.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import ACTIONS, ZAP, Beam, Bodies, Map, View
from ..grid.beam import cooled, fires, hits, lanes
from ..grid.bodies import turned
from ..grid.moves import moved
from ..grid.spawn import opened, returned, unit, waiting
from ..grid.view import drawn, relative, seen
from ..world import Events, Kind, Seen, Turn, World, draws, pytree, static
from ..world.events import NO_YES, flags, numerals
from ..world.world import action_kind, agents
from . import cleanup_map as plan
from .cleanup_river import LEVELS, level, shots, soiled, sprouting

CLEAN = ZAP + 1
MAP = Map(
    plan.rows(),
    (
        (plan.WALL, "wall"),
        (plan.WATER, "water"),
        (plan.CLEAN, "river"),
        (plan.DIRTY, "soiled"),
        (plan.TREE, "tree"),
        (plan.SPAWN, "spawn"),
    ),
)
SAND, WALL, WATER, DIRT, APPLE, SELF, OTHER = range(1, 8)
"""Codes of the view; 0 is nothing. Others are OTHER + their heading as seen by the viewer."""


@pytree
class CleanUpState:
    bodies: Bodies
    cleaner: jax.Array
    """int32 [player]; steps until the clean beam may be fired again."""
    apples: jax.Array
    """bool [tree]."""
    dirty: jax.Array
    """bool [river cell]."""
    time: jax.Array
    """int32 []."""


@cache
def places(world: Map) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """int32 [cell + 1], which tree stands in a cell, else their number; the same of river cells; bool [river], dirty at first."""
    tree, river = (_numbered(world, world.cells(*words)) for words in (("tree",), ("river", "soiled")))
    return tree, river, np.isin(world.cells("river", "soiled"), world.cells("soiled"))


def _numbered(world: Map, cells: np.ndarray) -> np.ndarray:
    found = np.full(world.size + 1, len(cells), np.int32)
    found[cells] = np.arange(len(cells))
    return found


@cache
def sweeps(world: Map, beam: Beam) -> np.ndarray:
    """int32 [heading, cell, ray, offset]: the river cells that a clean beam covers, in order; their number for anything else."""
    return places(world)[1][lanes(world, beam)]


@cache
def ground(world: Map) -> np.ndarray:
    """int8 [cell]: codes of what never changes."""
    found = np.full(world.size, SAND, np.int8)
    found[world.cells("water", "river", "soiled")] = WATER
    found[world.walls] = WALL
    return found


@pytree
class CleanUp(World):
    """Seven players. Rates and thresholds are leaves, to be swept; waits, beams and the map are part of the shape."""

    most: jax.Array | float = 0.05
    """Chance per step that an empty tree bears an apple, at its best."""
    depletion: jax.Array | float = 0.4
    """Share of the river that is dirty at which no apples grow any more."""
    restoration: jax.Array | float = 0.0
    """Share at which they grow at their best."""
    rate: jax.Array | float = 0.5
    """Chance per step that a clean river cell becomes dirty."""
    ending: jax.Array | float = 0.0
    """Chance that an episode ends after step 1000, and every 100 steps from then on; Melting Pot's is 0.2, with 5000 steps."""
    count: int = static(default=7)
    delay: int = static(default=50)
    """First steps in which no dirt arrives."""
    steps: int = static(default=1000)
    """Cut-off."""
    zap: Beam = static(default=Beam(3, 1))
    zap_wait: int = static(default=10)
    away: int = static(default=50)
    """Frames till respawn in Melting Pot's constants; who was zapped misses one step more."""
    clean: Beam = static(default=Beam(3, 1))
    clean_wait: int = static(default=2)
    map: Map = static(default=MAP)
    view: View = static(default=View())

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return ((*ACTIONS, "clean"),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (
            action_kind(self.actions),
            Kind("meal", NO_YES),
            Kind("cleaned", numerals(self.clean.rays + 1)),
            Kind("zap", NO_YES, "pair"),
            Kind("out", NO_YES),
            Kind("dirt", LEVELS, "world"),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def view_codes(self) -> int:
        return OTHER + 4

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("ready to zap", "ready to clean", "in the game")

    def reset(self, key: jax.Array) -> CleanUpState:
        bodies = opened(self.map, draws.bits(key, (2 * self.count,)))
        first = places(self.map)[2]
        return CleanUpState(
            bodies,
            jnp.zeros(self.count, jnp.int32),
            jnp.zeros(len(self.map.cells("tree")), bool),
            jnp.asarray(first),
            jnp.int32(0),
        )

    def step(self, key: jax.Array, state: CleanUpState, actions: jax.Array) -> Turn:
        n, trees = self.count, state.apples.shape[0]
        bits = draws.bits(key, (4 * n + trees + 3,))
        who, back, order, chance, soil, end = jnp.split(bits, (n, 3 * n, 4 * n, 4 * n + trees, 4 * n + trees + 2))
        acts = jnp.where(state.bodies.inside, actions, 0)
        bodies = replace(state.bodies, heading=turned(state.bodies.heading, acts))
        bodies = replace(bodies, cell=moved(self.map, bodies, acts, who))
        tree = jnp.asarray(places(self.map)[0])
        enters = (tree[bodies.cell][:, None] == jnp.arange(trees)) & state.apples

        zaps, cleans = fires(bodies, acts == ZAP), (acts == CLEAN) & (state.cleaner == 0)
        on = hits(self.map, self.zap, bodies, zaps)
        dirty, cleaned = self.washed(state.dirty, bodies, cleans, order)
        cleaner = jnp.where(cleans, self.clean_wait, jnp.maximum(state.cleaner - bodies.inside, 0))
        bodies = replace(bodies, cool=cooled(bodies, zaps, self.zap_wait))
        bodies, returns = waiting(self.map, bodies, on.any(0), self.away)
        stands = tree[bodies.cell][:, None] == jnp.arange(trees)
        bodies = returned(self.map, bodies, returns, back)

        dirty = soiled(dirty, state.time >= self.delay, unit(soil), self.rate)
        sprout = unit(chance) < sprouting(dirty.mean(), self.most, self.depletion, self.restoration)
        apples = (state.apples | sprout) & ~enters.any(0)
        eats = (enters | (stands & apples)).any(1)
        apples &= ~stands.any(0)
        time = state.time + 1
        over = (time >= 1000) & (time % 100 == 0) & (unit(end[0]) < self.ending)
        nothing = jnp.zeros(n, jnp.float32)
        codes = (actions, flags(eats), cleaned, flags(on), flags(~state.bodies.inside), level(state.dirty.mean()))
        return Turn(
            state=CleanUpState(bodies, cleaner, apples, dirty, time),
            base=eats.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=over,
            truncated=time >= self.steps,
            events=Events(codes, self.kinds),
        )

    def washed(
        self, dirty: jax.Array, bodies: Bodies, cleans: jax.Array, order: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """(bool [river] after the clean beams, int32 [player] cells that each cleaned)."""
        rays = jnp.asarray(sweeps(self.map, self.clean))[bodies.heading, bodies.cell]
        rank = (order[:, None] > order[None, :]).sum(1) * self.count + jnp.arange(self.count)
        return shots(dirty, jnp.where(cleans[:, None, None], rays, dirty.shape[0]), rank)

    def observe(self, state: CleanUpState) -> Seen:
        tree, river, _ = places(self.map)
        still = jnp.asarray(ground(self.map))
        fruit = jnp.append(state.apples, False)[jnp.asarray(tree[:-1])]
        dirt = jnp.append(state.dirty, False)[jnp.asarray(river[:-1])]
        codes = jnp.where(fruit, jnp.int8(APPLE), jnp.where(dirt, jnp.int8(DIRT), still))
        marks = (OTHER + state.bodies.heading).astype(jnp.int8)
        views = seen(self.map, self.view, drawn(codes, state.bodies, marks), state.bodies)
        views = relative(views, state.bodies, OTHER)
        inside = state.bodies.inside
        own = jnp.where(inside, jnp.int8(SELF), jnp.int8(0))
        views = views.at[:, self.view.ahead, self.view.left].set(own)
        ready = 1 - jnp.stack([state.bodies.cool / self.zap_wait, state.cleaner / self.clean_wait], axis=1)
        numbers = jnp.append(jnp.where(inside[:, None], ready, 0.0), inside[:, None], axis=1)
        return Seen(views, numbers.astype(jnp.float32))


def clean_up(players: int = 7, *, map: Map = MAP, **more: object) -> CleanUp:
    """Clean-up with the constants of Melting Pot; `more`: other fields of `CleanUp`.

    Raises InputError: fewer spawn points than players, no trees or no river, chances and shares that are none, no steps.
    """
    map.asked(players)
    if not len(map.cells("tree")) or not len(map.cells("river", "soiled")):
        raise InputError(where="map", needed="cells with the word “tree”, and with “river” or “soiled”", found="none")
    world = CleanUp(count=players, map=map, **more)  # type: ignore[arg-type]
    for name in ("most", "depletion", "restoration", "rate", "ending"):
        value = np.asarray(getattr(world, name))
        if not ((value >= 0) & (value <= 1)).all():
            raise InputError(where=name, needed="a number between 0 and 1", found=str(value))
    if (np.asarray(world.depletion) == np.asarray(world.restoration)).any():
        raise InputError(where="depletion", needed="another share than restoration", found=str(world.depletion))
    for name in ("steps", "zap_wait", "clean_wait", "away"):
        if getattr(world, name) < 1:
            raise InputError(where=name, needed="at least one step", found=str(getattr(world, name)))
    return world
