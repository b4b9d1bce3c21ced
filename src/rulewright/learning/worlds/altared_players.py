"""Scripted players of an altared commons: who reads the altar, who guesses, who does not care, and who sanctions.

Everybody harvests the nearest apple of the zone that it believes to be allowed, walks around the apples of other zones, and does
not wait where one may grow under its feet. Readers believe the altar, and guess where it shows nothing; guessers believe a zone
drawn at each new rule, right with chance 1/3; thieves take the nearest apple of all. Wardens go after whom they have seen harvest
where they believe that one may not, and zap where nobody else can come into the beam.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import ZAP, Map
from ..grid.bodies import direction, moves
from ..grid.map import steps
from ..grid.spawn import unit
from ..grid.ways import directions, distances, step_towards
from ..policy import Policy
from ..world import Seen, World, pytree, static
from .altared import Altared, AltaredState
from .harvest import apple_at

SOURCES = ("altar", "guess")


@pytree
class Guesses:
    zone: jax.Array
    """int32 [player]."""
    drawn: jax.Array
    """int32 []; which rule they are about."""


@pytree
class Villagers(Policy):
    """The first `wardens` players sanction as well, the last `thieves` take what they like."""

    harvest_by: str = static(default="altar")
    """What harvesters believe: "altar", or "guess"."""
    judge_by: str = static(default="altar")
    """What wardens judge by."""
    wardens: int = static(default=2)
    thieves: int = static(default=0)
    chase: int = static(default=20)
    """Steps after an offence for which a warden follows."""
    stray: jax.Array | float = 0.1
    """Chance of a move in any direction instead, so that nobody is blocked for ever."""

    def first(self, world: World) -> Guesses:
        for name in ("harvest_by", "judge_by"):
            if getattr(self, name) not in SOURCES:
                raise InputError(where=name, needed=f"one of {', '.join(SOURCES)}", found=repr(getattr(self, name)))
        return Guesses(jnp.zeros(world.n, jnp.int32), jnp.int32(-1))

    def act(
        self, key: jax.Array, world: World, state: AltaredState, seen: Seen, memory: Guesses
    ) -> tuple[jax.Array, Guesses]:
        del seen
        if not isinstance(world, Altared):
            raise InputError(where="policy Villagers", needed="an altared world", found=type(world).__name__)
        bits = jax.random.bits(key, (3, world.n))
        anew = (unit(bits[2]) * world.many).astype(jnp.int32)
        memory = Guesses(jnp.where(state.drawn != memory.drawn, anew, memory.zone), state.drawn)
        posted = memory.zone if world.altar == "hidden" else jnp.broadcast_to(state.posted, (world.n,))
        sources = {"altar": posted, "guess": memory.zone}
        thief = jnp.arange(world.n) >= world.n - self.thieves
        warden = jnp.arange(world.n) < self.wardens
        wanted = self.harvest(world, state, sources[self.harvest_by], thief)
        after, hunts = self.judge(world, state, sources[self.judge_by])
        wanted = jnp.where(warden & hunts, after, wanted)
        strays = (unit(bits[0]) < self.stray) & (wanted != ZAP)
        wanted = jnp.where(strays, 1 + (bits[1] & 3).astype(jnp.int32), wanted)
        wrong = self.wrong(world, state, wanted, sources[self.harvest_by]) & ~thief
        return jnp.where(wrong, 0, wanted), memory

    def wrong(self, world: Altared, state: AltaredState, actions: jax.Array, believed: jax.Array) -> jax.Array:
        """bool [player]: whose move leads onto an apple of a zone that it believes to be prohibited."""
        bodies, plan = state.inner.bodies, world.inner.map
        to = jnp.asarray(steps(plan))[direction(bodies.heading, actions), bodies.cell]
        apple = to[:, None] == jnp.asarray(plan.cells("apple"))
        forbidden = apple & state.inner.apples & (jnp.asarray(world.zone) != believed[:, None])
        return forbidden.any(1) & moves(actions)

    def harvest(self, world: Altared, state: AltaredState, believed: jax.Array, thief: jax.Array) -> jax.Array:
        """int32 [player]: a step towards the nearest apple that each believes it may eat, thieves towards any."""
        bodies = state.inner.bodies
        away, ways = (jnp.asarray(table) for table in _tables(world.inner.map, tuple(world.zone.tolist()), world.many))
        sort = jnp.where(thief, world.many, believed)
        may = (jnp.asarray(world.zone) == believed[:, None]) | thief[:, None]
        wanted = may & state.inner.apples
        nearest = jnp.where(wanted, away[sort, bodies.cell], jnp.iinfo(away.dtype).max).argmin(1)
        way = ways[sort, bodies.cell, nearest].astype(jnp.int32)
        altar = tuple(world.inner.map.cells("altar").tolist())
        home = jnp.asarray(directions(world.inner.map, altar))[bodies.cell, 0].astype(jnp.int32)
        under = jnp.asarray(apple_at(world.inner.map))[bodies.cell] < len(world.zone)
        leave = jnp.where(under, step_towards(home, bodies.heading), 0)
        return jnp.where(wanted.any(1), step_towards(way, bodies.heading), leave)

    def judge(self, world: Altared, state: AltaredState, believed: jax.Array) -> tuple[jax.Array, jax.Array]:
        """(int32 [player], what a warden does about the offender nearest to it; bool [player], whether it knows of one)."""
        bodies, beam, width = state.inner.bodies, world.inner.beam, world.inner.map.width
        zone, since = state.slate.zone, state.slate.since
        wrong = (zone < world.many) & (zone != believed[:, None]) & bodies.inside & ~jnp.eye(world.n, dtype=bool)
        row, column = bodies.cell // width, bodies.cell % width
        down, right = row - row[:, None], column - column[:, None]
        offender = wrong & (since <= self.chase)
        distance = jnp.where(offender, abs(down) + abs(right), jnp.iinfo(jnp.int32).max)
        who = distance.argmin(1)
        one = jnp.arange(world.n)
        d, r = down[one, who], right[one, who]
        way = jnp.where(abs(d) >= abs(r), jnp.where(d < 0, 0, 2), jnp.where(r > 0, 1, 3))
        near = (jnp.maximum(abs(d), abs(r)) <= beam.length) & (jnp.minimum(abs(d), abs(r)) <= beam.radius)
        turn = jnp.where(((way - bodies.heading) & 3) == 3, 5, 6)
        safe = self.safe(world, state, wrong & (since <= 1))
        aim = jnp.where(way != bodies.heading, turn, jnp.where(safe & (bodies.cool == 0), ZAP, 0))
        return jnp.where(near, aim, step_towards(way, bodies.heading)).astype(jnp.int32), offender.any(1)

    def safe(self, world: Altared, state: AltaredState, surely: jax.Array) -> jax.Array:
        """bool [player]: some surely guilty player is ahead, and nobody else could be in the beam after one move."""
        bodies, beam, width = state.inner.bodies, world.inner.beam, world.inner.map.width
        row, column = bodies.cell // width, bodies.cell % width
        down, right = row - row[:, None], column - column[:, None]
        ahead = jnp.stack([-down, right, down, -right])[bodies.heading, jnp.arange(world.n)]
        beside = jnp.stack([right, down, -right, -down])[bodies.heading, jnp.arange(world.n)]
        inside = bodies.inside & ~jnp.eye(world.n, dtype=bool)

        def within(margin: int) -> jax.Array:
            box = (ahead >= -margin) & (ahead <= beam.length + margin) & (abs(beside) <= beam.radius + margin)
            return box & inside

        back = (bodies.out == 1).any()  # somebody may come back right there
        return (within(0) & surely).any(1) & ~(within(1) & ~surely).any(1) & ~back


@cache
def _tables(world: Map, zone: tuple[int, ...], many: int) -> tuple[np.ndarray, np.ndarray]:
    """Moves to each apple and the first of them, [zone, cell, apple], around the apples of other zones; last the straight ways."""
    apples = world.cells("apple")
    targets, found = tuple(apples.tolist()), []
    for allowed in range(many):
        board = np.array(list("".join(world.rows)))
        board[apples[np.asarray(zone) != allowed]] = next(sign for sign, word in world.legend if word == "wall")
        rows = tuple("".join(row) for row in board.reshape(world.height, world.width))
        found.append(replace(world, rows=rows))
    found.append(world)
    return tuple(np.stack([table(plan, targets) for plan in found]) for table in (distances, directions))  # type: ignore[return-value]
