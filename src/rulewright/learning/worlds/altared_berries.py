"""A second altared world, to see whether “punish what the altar says” carries over: berries, and an altar that names the taboo.

After the question posed by Trivedi, Hadfield-Menell, Hadfield, Leibo et al. (2024, workshop); what they built was not found, so
that all constants are ours. One colour of berries at a time is taboo, drawn anew with chance 1/`period` in each step; the altar
in the middle shows it, or not (see `altared.py` for the three arms). Sanctions cost and bring what they do there: −cost, and
+bonus where the target ate of the taboo colour in the last `memory` steps; who is hit is out for 25 steps. Red is poison here, too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..grid.spawn import unit
from ..grid.view import seen
from ..world import Events, Kind, Seen, Turn, Wrapper, pytree, static
from ..world.events import NO_YES, flags, numerals
from .altared import ALTARS
from .altared_zones import Slate, ate, clean
from .berries import BERRY, COLOURS, Berries, BerriesState, berries

MANY = len(COLOURS)


@pytree
class AltaredBerriesState:
    inner: BerriesState
    rule: jax.Array
    """int32 []; the taboo colour."""
    posted: jax.Array
    """int32 []; what the altar says."""
    drawn: jax.Array
    """int32 []; how often the rule was drawn anew."""
    slate: Slate
    """Colours in the place of zones."""


@pytree
class AltaredBerries(Wrapper):
    """Make it with `altared_berries`."""

    inner: Berries
    period: jax.Array | float = 200.0
    """Steps that a rule lasts on average."""
    memory: jax.Array | int = 5
    cost: jax.Array | float = 10.0
    bonus: jax.Array | float = 20.0
    altar: str = static(default="shown")

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """trespass: ate the taboo colour; rule and at altar: as they stood when players acted."""
        hit = numerals(self.inner.beam.rays + 1)
        return (
            *self.inner.kinds,
            Kind("rule", COLOURS, "world"),
            Kind("trespass", NO_YES),
            Kind("correct sanction", hit),
            Kind("misdirected sanction", hit),
            Kind("at altar", NO_YES),
        )

    @property
    def view_codes(self) -> int:
        return self.inner.view_codes + MANY + 1

    def inner_state(self, state: AltaredBerriesState) -> BerriesState:
        return state.inner

    def reset(self, key: jax.Array) -> AltaredBerriesState:
        ours, theirs = jax.random.split(key)
        rule = jax.random.randint(ours, (), 0, MANY)
        return AltaredBerriesState(self.inner.reset(theirs), rule, rule, jnp.int32(0), clean(self.n, MANY))

    def step(self, key: jax.Array, state: AltaredBerriesState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        meal = turn.events.code("meal")
        colour = jnp.where(meal > 0, meal - 1, MANY)
        slate = ate(state.slate, colour, MANY)
        guilty = (slate.zone == state.rule) & (slate.since <= self.memory)
        hit = turn.events.code("hit") > 0
        right, wrong = (hit & guilty).sum(1), (hit & ~guilty).sum(1)
        base = turn.base - self.cost * (right + wrong) + self.bonus * right
        events: Events = turn.events
        found = (state.rule, flags(colour == state.rule), right, wrong, flags(self.near(state)))
        for kind, code in zip(self.kinds[-len(found) :], found, strict=True):
            events = events.plus(kind, code)

        u = unit(jax.random.bits(jax.random.fold_in(key, 1), (2,)))
        due = u[0] * self.period < 1
        other = (state.rule + 1 + (u[1] * (MANY - 1)).astype(jnp.int32)) % MANY
        rule = jnp.where(due, other, state.rule)
        slate = jax.tree.map(lambda new, old: jnp.where(due, new, old), clean(self.n, MANY), slate)
        posted = state.posted if self.altar == "stale" else rule
        after = AltaredBerriesState(turn.state, rule, posted, state.drawn + due, slate)
        return replace(turn, state=after, base=base, events=events)

    def near(self, state: AltaredBerriesState) -> jax.Array:
        """bool [player]: who stands on the altar or beside it, corners included."""
        at, width, cell = int(self.inner.map.cells("altar")[0]), self.inner.map.width, state.inner.bodies.cell
        beside = (abs(cell // width - at // width) <= 1) & (abs(cell % width - at % width) <= 1)
        return beside & state.inner.bodies.inside

    def observe(self, state: AltaredBerriesState) -> Seen:
        """As berries; then the altar: in the colour that is taboo, or in none."""
        inner, base = self.inner.observe(state.inner), self.inner.view_codes
        place = np.zeros(self.inner.map.size, np.int8)
        place[self.inner.map.cells("altar")] = 1
        here = seen(self.inner.map, self.inner.view, jnp.asarray(place), state.inner.bodies) == 1
        fire = jnp.asarray(base + (MANY if self.altar == "hidden" else state.posted), jnp.int8)
        free = (inner.view > 0) & (inner.view < BERRY)
        return replace(inner, view=jnp.where(here & free, fire, inner.view).astype(jnp.int8))


def altared_berries(
    altar: str = "shown",
    players: int = 7,
    *,
    period: float = 200.0,
    memory: int = 5,
    cost: float = 10.0,
    bonus: float = 20.0,
    out: int = 25,
    **more: Any,
) -> AltaredBerries:
    """Berries with an altar; `more`: further arguments of `berries`. Nobody is marked, and zaps cost only what sanctions do.

    Raises InputError: another altar than shown, hidden or stale, a period below one step, and whatever `berries` raises.
    """
    if altar not in ALTARS:
        raise InputError(where="altar", needed=f"one of {', '.join(ALTARS)}", found=repr(altar))
    if period < 1 or memory < 0 or out < 1:
        raise InputError(
            where="altared berries",
            needed="period ≥ 1, memory ≥ 0 and out ≥ 1",
            found=f"period {period}, memory {memory}, out {out}",
        )
    free = {"cost": 0.0, "loss": 0.0, "bonus": 0.0}
    return AltaredBerries(berries("none", players, away=out, **{**free, **more}), period, memory, cost, bonus, altar)
