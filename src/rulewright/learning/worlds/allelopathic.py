"""Allelopathic harvest: three colours of berries that smother each other, players who like different ones, sanctions that escalate.

Rules and constants of Melting Pot's allelopathic_harvest__open (Agapiou et al. 2022; the game is Köster et al. 2020, arXiv
2010.09054): a torus of 30 × 29 cells with 348 berries, 116 of each colour at first; 16 players, half of whom like red and half
green. The favourite colour pays 2, any other 1. Ripening and planting are in `allelopathic_berries.py`; zaps mark, and a zap on
a marked player takes it out and costs it 10, see `allelopathic_marking.py`. Planting turns the player's own colour into the one
planted; eating turns it grey again with a chance of one less the share of the commonest colour.

Two differences: where the berries grow is drawn here, once, with `layout`, as the published places look drawn; and players come
into the world at 96 free cells, spread evenly, instead of at all of them.
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
from ..world.events import NO_YES, flags
from ..world.world import action_kind, agents
from .allelopathic_berries import COLOURS, monoculture, planted, ripening
from .allelopathic_marking import Marks, none, sanctioned

PLANT = ZAP + 1
SOIL, UNRIPE, RIPE, SELF, OTHER = 1, 2, 5, 8, 9
"""Codes of the view; 0 is nothing. Berries are UNRIPE or RIPE + their colour. Others are OTHER + 4·look + their heading as seen by
the viewer; a look is 0 grey, or 1 + the colour last planted, and 4 more for who is marked."""


@cache
def field(height: int, width: int, each: int, layout: int) -> Map:
    """A torus with `each` berries of every colour at places drawn with the seed `layout`."""
    board = np.full(height * width, " ")
    places = np.random.default_rng(layout).permutation(height * width)[: len(COLOURS) * each]
    board[places] = np.repeat(list("123"), each)
    free = np.flatnonzero(board == " ")
    board[free[np.linspace(0, len(free) - 1, min(96, len(free))).astype(int)]] = "P"
    rows = tuple("".join(row) for row in board.reshape(height, width))
    return Map(rows, (*zip("123", COLOURS, strict=True), ("P", "spawn")), torus=True)


@cache
def berry_at(world: Map) -> np.ndarray:
    """int32 [cell + 1]: which berry grows in each cell, their number where none does."""
    cells = world.cells(*COLOURS)
    found = np.full(world.size + 1, len(cells), np.int32)
    found[cells] = np.arange(len(cells))
    return found


@cache
def furrows(world: Map, beam: Beam) -> np.ndarray:
    """int32 [heading, cell, offset]: the berries in the way of a planting beam, in order."""
    return berry_at(world)[lanes(world, beam)[:, :, beam.radius]]


@pytree
class AllelopathicState:
    bodies: Bodies
    planter: jax.Array
    """int32 [player]; steps until it may plant again."""
    colour: jax.Array
    """int32 [berry]."""
    ripe: jax.Array
    """bool [berry]."""
    wait: jax.Array
    """int32 [berry]; steps before it may ripen."""
    marks: Marks
    look: jax.Array
    """int32 [player]; 0 grey, 1 + colour last planted."""
    time: jax.Array


@pytree
class Allelopathic(World):
    """Make it with `allelopathic`. Rates, rewards and the fine are leaves, to be swept."""

    likes: jax.Array
    """int32 [player]; the favourite colour."""
    base: jax.Array | float = 5e-6
    """Chance to ripen, per step and berry of the same colour."""
    favourite: jax.Array | float = 2.0
    other: jax.Array | float = 1.0
    fine: jax.Array | float = 10.0
    """What it costs a marked player to be zapped."""
    least: int = static(default=10)
    """Steps before a berry may ripen."""
    count: int = static(default=16)
    steps: int = static(default=2000)
    zap: Beam = static(default=Beam(3, 1))
    zap_wait: int = static(default=4)
    plant: Beam = static(default=Beam(3, 0))
    plant_wait: int = static(default=2)
    freeze: int = static(default=25)
    recovery: int = static(default=50)
    away: int = static(default=25)
    map: Map = static(default=field(30, 29, 116, 0))
    view: View = static(default=View())

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return ((*ACTIONS, *(f"plant {colour}" for colour in COLOURS)),) * self.count

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """meal and planted: which colour; sanction: what a zap did; marked and out: as they stood when players acted."""
        shares = ("below 40%", "40–60%", "60–80%", "80% or more")
        return (
            action_kind(self.actions),
            Kind("meal", ("none", *COLOURS)),
            Kind("planted", ("none", *COLOURS)),
            Kind("zap", NO_YES, "pair"),
            Kind("fined", NO_YES),
            Kind("marked", NO_YES),
            Kind("out", NO_YES),
            Kind("monoculture", shares, "world"),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def view_codes(self) -> int:
        return OTHER + 4 * 2 * (1 + len(COLOURS))

    @property
    def number_names(self) -> tuple[str, ...]:
        return (
            "ready to zap",
            "ready to plant",
            "in the game",
            "frozen",
            "marked",
            *(f"likes {colour}" for colour in COLOURS),
        )

    def reset(self, key: jax.Array) -> AllelopathicState:
        n, cells = self.count, self.map.cells(*COLOURS)
        first = np.select([np.isin(cells, self.map.cells(colour)) for colour in COLOURS], range(len(COLOURS)))
        nothing = jnp.zeros(n, jnp.int32)
        return AllelopathicState(
            bodies=opened(self.map, draws.bits(key, (2 * n,))),
            planter=nothing,
            colour=jnp.asarray(first, jnp.int32),
            ripe=jnp.zeros(len(cells), bool),
            wait=jnp.full(len(cells), self.least, jnp.int32),
            marks=none(n),
            look=nothing,
            time=jnp.int32(0),
        )

    def step(self, key: jax.Array, state: AllelopathicState, actions: jax.Array) -> Turn:
        n, many, kinds = self.count, state.colour.shape[0], len(COLOURS)
        who, back, order, hide, chance = jnp.split(draws.bits(key, (5 * n + many,)), (n, 3 * n, 4 * n, 5 * n))
        acts = jnp.where(state.bodies.inside, actions, 0)
        acts = jnp.where((state.marks.frozen > 0) & (acts <= ZAP), 0, acts)  # who is frozen may still plant
        bodies = replace(state.bodies, heading=turned(state.bodies.heading, acts))
        bodies = replace(bodies, cell=moved(self.map, bodies, acts, who))
        at = jnp.asarray(berry_at(self.map))[bodies.cell]
        here = (at[:, None] == jnp.arange(many)) & state.ripe
        eats, eaten = here.any(1), here.any(0)
        meal = jnp.where(eats, jnp.append(state.colour, 0)[at] + 1, 0)

        zaps = fires(bodies, acts == ZAP)
        on = hits(self.map, self.zap, bodies, zaps)
        plants = (acts >= PLANT) & (state.planter == 0)
        path = jnp.where(plants[:, None], jnp.asarray(furrows(self.map, self.plant))[bodies.heading, bodies.cell], many)
        ripe = state.ripe & ~eaten
        rank = (order[:, None] > order[None, :]).sum(1) * n + jnp.arange(n)
        colour, sown = planted(state.colour, ripe, path, acts - PLANT, rank)
        marks, fines, out = sanctioned(state.marks, on.sum(0), bodies.inside, self.freeze, self.recovery)
        bodies = replace(bodies, cool=cooled(bodies, zaps, self.zap_wait))
        bodies = replace(bodies, cool=jnp.where(marks.frozen > 0, self.zap_wait, bodies.cool))
        bodies, returns = waiting(self.map, bodies, out, self.away)
        bodies = returned(self.map, bodies, returns, back)

        wait = jnp.where(eaten | (colour != state.colour), self.least, state.wait) - 1
        ripens = unit(chance) < ripening(colour, wait, kinds, self.base)
        look = jnp.where(sown < many, acts - PLANT + 1, state.look)
        grey = (eats & (unit(hide) < 1 - monoculture(state.colour, kinds))) | returns
        pay = jnp.where(meal == self.likes + 1, self.favourite, self.other) * eats - self.fine * fines
        nothing, time = jnp.zeros(n, jnp.float32), state.time + 1
        share = monoculture(state.colour, kinds)
        codes = (
            *(actions, meal, jnp.where(sown < many, acts - PLANT + 1, 0), flags(on), flags(fines > 0)),
            *(flags(state.marks.marked), flags(~state.bodies.inside)),
            (share[None] >= jnp.array([0.4, 0.6, 0.8]) - 1e-6).sum(),
        )
        after = AllelopathicState(
            bodies=bodies,
            planter=jnp.where(plants, self.plant_wait, jnp.maximum(state.planter - 1, 0)),
            colour=colour,
            ripe=ripe | ripens,
            wait=jnp.maximum(wait, 0),
            marks=marks,
            look=jnp.where(grey, 0, look),
            time=time,
        )
        return Turn(
            state=after,
            base=pay.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=time >= self.steps,
            events=Events(codes, self.kinds),
        )

    def observe(self, state: AllelopathicState) -> Seen:
        bodies, marks = state.bodies, state.marks
        berry = (state.colour + jnp.where(state.ripe, RIPE, UNRIPE)).astype(jnp.int8)
        codes = jnp.append(berry, jnp.int8(SOIL))[jnp.asarray(berry_at(self.map)[:-1])]
        signs = OTHER + 4 * (state.look + (1 + len(COLOURS)) * marks.marked) + bodies.heading
        views = seen(self.map, self.view, drawn(codes, bodies, signs.astype(jnp.int8)), bodies)
        views = relative(views, bodies, OTHER)
        own = jnp.where(bodies.inside, jnp.int8(SELF), jnp.int8(0))
        views = views.at[:, self.view.ahead, self.view.left].set(own)
        ready = 1 - jnp.stack([bodies.cool / max(self.zap_wait, 1), state.planter / max(self.plant_wait, 1)], axis=1)
        likes = self.likes[:, None] == jnp.arange(len(COLOURS))
        more = jnp.stack([bodies.inside, marks.frozen > 0, marks.marked], axis=1)
        numbers = jnp.concatenate([jnp.where(bodies.inside[:, None], ready, 0.0), more, likes], axis=1)
        return Seen(views, numbers.astype(jnp.float32))


def allelopathic(
    likes: tuple[str, ...] = ("red",) * 8 + ("green",) * 8, *, layout: int = 0, each: int = 116, **more: object
) -> Allelopathic:
    """Allelopathic harvest; `likes`: the favourite colour of each player; `each`: berries of each colour; `more`: other fields.

    Raises InputError: an unknown colour, more players than spawn points, more berries than fit, a negative rate.
    """
    if not likes or not set(likes) <= set(COLOURS):
        raise InputError(where="likes", needed=f"for each player one of {', '.join(COLOURS)}", found=str(likes))
    if not 1 <= each * len(COLOURS) <= 30 * 29 - len(likes):
        raise InputError(where="each", needed="berries that leave room for the players on 870 cells", found=str(each))
    plan = field(30, 29, each, layout)
    plan.asked(len(likes))
    code = jnp.asarray([COLOURS.index(colour) for colour in likes], jnp.int32)
    world = Allelopathic(code, count=len(likes), map=plan, **more)  # type: ignore[arg-type]
    for name in ("base", "steps", "zap_wait", "plant_wait", "freeze", "recovery", "away", "least"):
        if np.any(np.asarray(getattr(world, name)) < 0):
            raise InputError(where=name, needed="no negative number", found=str(getattr(world, name)))
    return world
