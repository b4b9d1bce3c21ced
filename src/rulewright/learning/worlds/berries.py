"""Berries, one colour of which is poison: rules that matter, and silly ones beside them.

After Köster, Hadfield-Menell, Everett, Weidinger, Hadfield & Leibo (2022, PNAS). Berries of four colours grow back where they
grew. Red is poison, which shows only later (`berries_poison.py`). Who eats a taboo colour is marked for all to see, at once:

    berries("none")        nothing marks
    berries("important")   red marks
    berries("silly")       red marks, and so does yellow, which is harmless

A punishing zap costs its shooter a little and whom it hits more; hitting the marked brings a reward. Payoffs, delays, sizes and
the number of players of the paper were NOT verified; the defaults are this house's (those of its reduced model), to be set.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import ACTIONS, ZAP, Beam, Bodies, Map, View
from ..grid.beam import cooled, fires, hits
from ..grid.bodies import turned
from ..grid.moves import moved
from ..grid.spawn import opened, returned, unit, waiting
from ..grid.view import drawn, relative, seen
from ..world import Events, Kind, Seen, Turn, World, draws, pytree, static
from ..world.events import NO_YES, flags
from ..world.world import action_kind, agents
from .berries_poison import Health, after, well

COLOURS = ("red", "yellow", "blue", "green")
POISON = 0
TABOO = {"none": (False,) * 4, "important": (True, False, False, False), "silly": (True, True, False, False)}
HITS = ("none", "unmarked", "marked")
FLOOR, WALL, BARE, BERRY, SELF, OTHER = 1, 2, 3, 4, 8, 9
"""Codes of the view; 0 is nothing. Ripe berries are BERRY + their colour. Others are OTHER + 4 where marked + their heading
as seen by the viewer."""


@cache
def meadow(side: int, each: int, layout: int) -> Map:
    """A walled square with `each` berries of every colour, and the altar in the middle; places drawn with the seed `layout`."""
    board = np.full((side + 2, side + 2), " ")
    board[[0, -1]] = board[:, [0, -1]] = "W"
    middle = (side + 1) // 2
    board[middle, middle] = "T"
    free = np.random.default_rng(layout).permutation(np.flatnonzero(board == " "))
    berries = each * len(COLOURS)
    if berries + 1 > len(free):
        raise InputError(where="berries", needed=f"at most {len(free) - 1} of them", found=f"4 × {each}")
    board.flat[free[:berries]] = np.repeat(list("rybg"), each)
    board.flat[free[berries : berries + 32]] = "P"
    legend = (("W", "wall"), ("P", "spawn"), ("T", "altar"), *zip("rybg", COLOURS, strict=True))
    return Map(tuple("".join(row) for row in board), legend)


@cache
def growing(world: Map) -> tuple[np.ndarray, np.ndarray]:
    """(int32 [cell + 1], which berry grows in each cell, their number for none; int32 [berry + 1], its colour, 4 for none)."""
    cells = world.cells(*COLOURS)
    at = np.full(world.size + 1, len(cells), np.int32)
    at[cells] = np.arange(len(cells))
    colour = [next(k for k, name in enumerate(COLOURS) if cell in world.cells(name)) for cell in cells]
    return at, np.array([*colour, len(COLOURS)], np.int32)


@pytree
class BerriesState:
    bodies: Bodies
    ripe: jax.Array
    """bool [berry]."""
    health: Health
    time: jax.Array


@pytree
class Berries(World):
    """Make it with `berries`. All numbers that are no shapes are leaves, to be swept: even the rule is."""

    taboo: jax.Array
    """bool [colour]; which colours mark."""
    regrowth: jax.Array | float = 0.02
    """Chance per step that a bare place bears again."""
    reward: jax.Array | float = 1.0
    weakened: jax.Array | float = 0.25
    """Share of the reward that berries bring the poisoned."""
    delay: jax.Array | int = 60
    duration: jax.Array | int = 100
    mark: jax.Array | int = 60
    cost: jax.Array | float = 0.3
    """Of a zap."""
    loss: jax.Array | float = 4.0
    """Of whom it hits."""
    bonus: jax.Array | float = 1.2
    """For each marked player hit."""
    absolve: jax.Array | bool = True
    """Whether a mark goes when it was punished."""
    count: int = static(default=8)
    steps: int = static(default=1000)
    beam: Beam = static(default=Beam(3, 1))
    cooldown: int = static(default=4)
    away: int = static(default=0)
    """Steps out of the game of whom a zap hits; 0: nobody is taken out."""
    map: Map = static(default=meadow(15, 15, 0))
    view: View = static(default=View())

    @property
    def players(self) -> tuple[str, ...]:
        return agents(self.count)

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (ACTIONS,) * self.count

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """taboo: ate what the rule forbids; hit: on whom; marked, poisoned, out: as they stood when players acted."""
        return (
            action_kind(self.actions),
            Kind("meal", ("none", *COLOURS)),
            Kind("taboo", NO_YES),
            Kind("hit", HITS, "pair"),
            Kind("marked", NO_YES),
            Kind("poisoned", NO_YES),
            Kind("out", NO_YES),
        )

    @property
    def horizon(self) -> int:
        return self.steps

    @property
    def view_codes(self) -> int:
        return OTHER + 8

    @property
    def number_names(self) -> tuple[str, ...]:
        return ("ready to zap", "in the game", "marked")

    def reset(self, key: jax.Array) -> BerriesState:
        bodies = opened(self.map, draws.bits(key, (2 * self.count,)))
        return BerriesState(bodies, jnp.ones(len(growing(self.map)[1]) - 1, bool), well(self.count), jnp.int32(0))

    def step(self, key: jax.Array, state: BerriesState, actions: jax.Array) -> Turn:
        n, many, health = self.count, state.ripe.shape[0], state.health
        who, back, chance = jnp.split(draws.bits(key, (3 * n + many,)), (n, 3 * n))
        acts = jnp.where(state.bodies.inside, actions, 0)
        bodies = replace(state.bodies, heading=turned(state.bodies.heading, acts))
        bodies = replace(bodies, cell=moved(self.map, bodies, acts, who))
        at = jnp.asarray(growing(self.map)[0])[bodies.cell]
        here = (at[:, None] == jnp.arange(many)) & state.ripe
        eats = here.any(1)
        colour = jnp.where(eats, jnp.asarray(growing(self.map)[1])[at], len(COLOURS))
        poison, taboo = colour == POISON, jnp.append(self.taboo, False)[colour]

        zaps, marked, ill = fires(bodies, acts == ZAP), health.mark > 0, health.ill > 0
        on = hits(self.map, self.beam, bodies, zaps)
        right = (on & marked).sum(1)
        struck = on.any(0)
        pay = self.reward * jnp.where(ill, self.weakened, 1.0) * eats
        pay = pay - self.cost * zaps - self.loss * on.sum(0) + self.bonus * right
        health = after(health, poison, taboo, struck & self.absolve, self.delay, self.duration, self.mark)
        bodies = replace(bodies, cool=cooled(bodies, zaps, self.cooldown))
        if self.away:
            bodies, returns = waiting(self.map, bodies, struck, self.away - 1)
            bodies = returned(self.map, bodies, returns, back)
        ripe = (state.ripe & ~here.any(0)) | (unit(chance) < self.regrowth)

        time, nothing = state.time + 1, jnp.zeros(n, jnp.float32)
        meal = jnp.where(eats, colour + 1, 0)
        on_whom = jnp.where(on, 1 + marked, 0)
        codes = (actions, meal, flags(taboo), on_whom, flags(marked), flags(ill), flags(~state.bodies.inside))
        return Turn(
            state=BerriesState(bodies, ripe, health, time),
            base=pay.astype(jnp.float32),
            transfer=nothing,
            care=nothing,
            fund=jnp.float32(0),
            terminated=jnp.bool_(False),
            truncated=time >= self.steps,
            events=Events(codes, self.kinds),
        )

    def observe(self, state: BerriesState) -> Seen:
        at, colour = growing(self.map)
        bodies, marked = state.bodies, state.health.mark > 0
        berry = jnp.where(state.ripe, BERRY + jnp.asarray(colour[:-1]), BARE).astype(jnp.int8)
        ground = np.where(self.map.walls, WALL, FLOOR).astype(np.int8)
        none = at[:-1] == len(colour) - 1
        codes = jnp.where(none, ground, jnp.append(berry, jnp.int8(0))[at[:-1]])
        signs = (OTHER + 4 * marked + bodies.heading).astype(jnp.int8)
        views = relative(seen(self.map, self.view, drawn(codes, bodies, signs), bodies), bodies, OTHER)
        own = jnp.where(bodies.inside, jnp.int8(SELF), jnp.int8(0))
        views = views.at[:, self.view.ahead, self.view.left].set(own)
        ready = jnp.where(bodies.inside, 1 - bodies.cool / max(self.cooldown, 1), 0.0)
        return Seen(views, jnp.stack([ready, bodies.inside, marked], axis=-1).astype(jnp.float32))


def berries(
    rule: str = "important", players: int = 8, *, side: int = 15, each: int = 15, layout: int = 0, **more: object
) -> Berries:
    """A meadow of `side` × `side` cells with `each` berries of every colour under a rule; `more`: other fields of `Berries`.

    Raises InputError: another rule than none, important or silly, too little room, more players than spawn points, chances that
    are none, negative times.
    """
    if rule not in TABOO:
        raise InputError(where="rule", needed=f"one of {', '.join(TABOO)}", found=repr(rule))
    if side < 3 or each < 1:
        raise InputError(where="meadow", needed="side ≥ 3 and each ≥ 1", found=f"side {side}, each {each}")
    plan = meadow(side, each, layout)
    plan.asked(players)
    world = Berries(jnp.asarray(TABOO[rule]), count=players, map=plan, **more)  # type: ignore[arg-type]
    for name in ("regrowth", "weakened"):
        value = np.asarray(getattr(world, name))
        if not ((value >= 0) & (value <= 1)).all():
            raise InputError(where=name, needed="a number between 0 and 1", found=str(value))
    for name in ("delay", "duration", "mark", "cooldown", "away", "steps"):
        if np.any(np.asarray(getattr(world, name)) < 0):
            raise InputError(where=name, needed="no negative number of steps", found=str(getattr(world, name)))
    return world
