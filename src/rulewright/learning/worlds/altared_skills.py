"""Players of an altared world who choose what to do, not how: act as if the altar showed some sign, or go and look.

What a player sees is a few numbers: the sign that it read last, how long ago, and how much of each food there is. So learners learn
in minutes what a visible rule is worth, and the same policy plays both altared worlds: what is carried over is "punish what the
altar says". Skills are this house's; the paper's players move step by step.

    skilled(altared(…), "altar")     who is at the altar reads it
    skilled(altared(…), "posted")    everybody reads it at every step
    skilled(altared(…), "hidden")    nobody ever does

All three are one structure: they stack, and compile once.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid import ZAP
from ..grid.bodies import direction
from ..grid.bodies import moves as is_move
from ..grid.map import steps
from ..grid.ways import FAR, directions, distances, step_towards
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from ..world.seen import no_view
from ..world.world import action_kind
from .altared import Altared
from .altared_berries import AltaredBerries
from .altared_players import Villagers
from .berries import COLOURS, growing

ARMS = {"posted": (0.0, 1.0), "altar": (1.0, 0.0), "hidden": (0.0, 0.0)}
"""(whether who is at the altar reads it, whether everybody does)."""
SIGNS, NEVER = 4, 4
"""Signs that an altar can show; and what has been read by who has read nothing."""
SKILLS = (*(f"live by {s}" for s in range(SIGNS)), *(f"judge by {s}" for s in range(SIGNS)), "go to the altar")


@pytree
class SkilledState:
    inner: Any
    read: jax.Array
    """int32 [player]; the sign read last."""
    age: jax.Array
    """int32 [player]; steps ago."""

    @property
    def drawn(self) -> jax.Array:
        return self.inner.drawn


@pytree
class Skilled(Wrapper):
    """An altared world whose players choose what to do, not how: act as if the altar showed sign s, or go and look.

    "live by s": go to the nearest food that s allows; "judge by s": the same, but first hunt and zap whoever ate what s forbids.
    What a player sees are numbers: the sign it read last, how long ago, and how much of each food there is.
    """

    inner: Any
    altar: jax.Array
    """float32 []; 1 where who is at the altar reads its sign."""
    posted: jax.Array
    """float32 []; 1 where everybody reads it at every step."""
    stray: float = static(default=0.1)
    draws = True

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return (SKILLS,) * self.n

    @property
    def view_codes(self) -> int:
        return 0

    @property
    def number_names(self) -> tuple[str, ...]:
        food = tuple(f"food {k}" for k in range(SIGNS))
        return (*(f"read {k}" for k in range(SIGNS)), "read nothing", "read how long ago", *food, "in the game")

    def inner_state(self, state: SkilledState) -> Any:
        return state.inner

    def available(self, state: SkilledState) -> jax.Array:
        return World.available(self, state)

    def said(self, key: jax.Array, state: SkilledState, actions: jax.Array) -> Events:
        return World.said(self, key, state, actions)

    # the two worlds, alike

    @property
    def commons(self) -> bool:
        return isinstance(self.inner, Altared)

    @property
    def sort(self) -> np.ndarray:
        """int [food]: the zone of an apple, the colour of a berry."""
        return self.inner.zone if self.commons else growing(self.inner.inner.map)[1][:-1]

    @property
    def food(self) -> np.ndarray:
        """int [food]: where it grows."""
        plan = self.inner.inner.map
        return plan.cells("apple") if self.commons else plan.cells(*COLOURS)

    def forbids(self, sign: jax.Array, sort: jax.Array) -> jax.Array:
        """bool: whether a sign forbids food of that sort; the commons show what is allowed, berries what is taboo."""
        return sort != sign if self.commons else sort == sign

    def live(self, state: SkilledState) -> jax.Array:
        """bool [food]."""
        here = state.inner.inner
        return here.apples if self.commons else here.ripe

    # what a world does

    def reset(self, key: jax.Array) -> SkilledState:
        inner = self.inner.reset(key)
        return self.looked(SkilledState(inner, jnp.full(self.n, NEVER, jnp.int32), jnp.zeros(self.n, jnp.int32)))

    def looked(self, state: SkilledState) -> SkilledState:
        """After everybody read what it can."""
        there = self.inner.near(state.inner) & (self.altar > 0) | (self.posted > 0)
        return SkilledState(
            state.inner, jnp.where(there, state.inner.posted, state.read), jnp.where(there, 0, state.age + 1)
        )

    def step(self, key: jax.Array, state: SkilledState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, self.moves(self.own(key), state, actions))
        codes = (actions, *turn.events.codes[1:])
        return replace(
            turn,
            state=self.looked(SkilledState(turn.state, state.read, state.age)),
            events=Events(codes, self.kinds),
        )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (action_kind(self.actions), *self.inner.kinds[1:])

    def moves(self, key: jax.Array, state: SkilledState, skill: jax.Array) -> jax.Array:
        """int32 [player]: the moves that these skills come to."""
        bodies, plan, one, two = state.inner.inner.bodies, self.inner.inner.map, *jax.random.split(key)
        sign = skill % SIGNS
        food = tuple(self.food.tolist())
        may = self.live(state) & ~self.forbids(sign[:, None], jnp.asarray(self.sort))
        target = jnp.where(may, jnp.asarray(distances(plan, food))[bodies.cell], FAR).argmin(1)
        altar = jnp.asarray(directions(plan, (int(plan.cells("altar")[0]),)))[bodies.cell, 0]
        way = jnp.where(may.any(1), jnp.asarray(directions(plan, food))[bodies.cell, target], altar)
        at_altar = self.inner.near(state.inner)
        to_altar = jnp.where(at_altar, 0, step_towards(altar.astype(jnp.int32), bodies.heading))
        wanted = jnp.where(skill == 2 * SIGNS, to_altar, step_towards(way.astype(jnp.int32), bodies.heading))
        slate = state.inner.slate
        wrong = self.forbids(sign[:, None], slate.zone) & (slate.zone < len(set(self.sort.tolist())))
        hunt, hunts = self.hunt(state, wrong)
        wanted = jnp.where((skill >= SIGNS) & (skill < 2 * SIGNS) & hunts, hunt, wanted)
        strays = (jax.random.uniform(one, (self.n,)) < self.stray) & (wanted != ZAP)
        wanted = jnp.where(strays, jax.random.randint(two, (self.n,), 1, 5), wanted)
        to = jnp.asarray(steps(plan))[direction(bodies.heading, wanted), bodies.cell]
        treads = ((to[:, None] == jnp.asarray(self.food)) & self.live(state) & ~may).any(1) & is_move(wanted)
        return jnp.where(treads & (skill < 2 * SIGNS), 0, wanted).astype(jnp.int32)

    def hunt(self, state: SkilledState, wrong: jax.Array) -> tuple[jax.Array, jax.Array]:
        """As the wardens of `altared_players`, for any bool [player, player] of whom each thinks guilty: (action, has a quarry)."""
        inner, many = state.inner, SIGNS
        believed = SimpleNamespace(n=self.n, many=many, inner=self.inner.inner)
        zone = jnp.where(wrong, 0, many)
        told = SimpleNamespace(inner=inner.inner, slate=SimpleNamespace(zone=zone, since=inner.slate.since))
        return WARDEN.judge(believed, told, jnp.ones(self.n, jnp.int32))

    def observe(self, state: SkilledState) -> Seen:
        sort = jnp.asarray(self.sort)
        many = jnp.asarray([max(1, int((self.sort == k).sum())) for k in range(SIGNS)])
        shares = (self.live(state)[:, None] & (sort[:, None] == jnp.arange(SIGNS))).sum(0) / many
        age = jnp.minimum(state.age, 50)[:, None] / 50
        inside = state.inner.inner.bodies.inside[:, None]
        parts = (jax.nn.one_hot(state.read, NEVER + 1), age, jnp.broadcast_to(shares, (self.n, SIGNS)), inside)
        return Seen(no_view(self.n), jnp.concatenate([p.astype(jnp.float32) for p in parts], axis=-1))


WARDEN = Villagers(chase=10)


def skilled(world: Any, arm: str) -> Skilled:
    """An altared world whose players choose among skills, in one of three arms. Raises InputError for another world or arm."""
    if not isinstance(world, Altared | AltaredBerries):
        raise InputError(where="skilled", needed="an altared world", found=type(world).__name__)
    if arm not in ARMS:
        raise InputError(where="skilled, arm", needed=f"one of {', '.join(ARMS)}", found=repr(arm))
    return Skilled(jax.tree.map(_strong, world), *(jnp.float32(x) for x in ARMS[arm]))


def _strong(leaf: Any) -> jax.Array:
    """As an array whose type does not depend on what it meets: a learner's update then compiles once."""
    return jnp.asarray(leaf, jnp.float32 if np.asarray(leaf).dtype.kind == "f" else jnp.int32)
