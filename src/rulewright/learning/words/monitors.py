"""Monitors: what a rule can see of an event is a signal with a known law, which misses and raises false alarms.

    P(shown | what happened)                    Watched("catch", "flag", ("no", "yes"), law)
    P(shown | decision, what happened)          … by="rule-maker": only who is inspected can be flagged

A fine on the flag hits the innocent as well. What looking costs is booked in `Turn.cost`: it is used up, and nobody receives it.
After Becker 1968 (J. Polit. Econ. 76), as on arrays in `institution/sanctions.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...numerics import rational
from ..numbers import MOST, within
from ..world import Kind, Turn, World, Wrapper, pytree, static
from ..world.events import ACTION, NO_YES, position
from .admit import with_designer
from .fit import drawn


@pytree
class Monitored(Wrapper):
    """A world with a noisy signal of one of its kinds, at the same players."""

    inner: World
    law: Any
    """float32 [decision or 1, outcome, shown]."""
    cost: Any
    """float32 [decision or 1]; per step."""
    on: str = static()
    kind: Kind = static()
    by: int = static(default=-1)
    """Who decides whether to look; −1 for nobody."""
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, self.kind)

    def step(self, key: jax.Array, state: Any, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state, actions)
        decision = turn.events.code(ACTION)[self.by] if self.by >= 0 else 0
        law = jnp.asarray(self.law)[decision][turn.events.code(self.on)]
        shown = drawn(self.own(key), law)
        return replace(
            turn, events=turn.events.plus(self.kind, shown), cost=turn.cost + jnp.asarray(self.cost)[decision]
        )


@dataclass(frozen=True, eq=False)
class Watched:
    """Watch a kind of event through a monitor; a move, to stand in a sentence before those that read its signal."""

    on: str
    """The kind that is watched: "catch"."""
    name: str
    """The kind that is shown, of the same players: "flag", read as "flag of agent 0"."""
    shown: tuple[str, ...]
    law: Any
    """[outcome, shown], or [decision, outcome, shown] with `by`; rows sum to one."""
    by: str | None = None
    """The player whose decision in the same step the law depends on."""
    cost: Any = 0
    """Of looking, per step; a number, or one for each decision of `by`; at least 0."""

    def describe(self) -> str:
        return f"watch {self.on} through {self.name}" + (f", as {self.by} decides" if self.by else "")

    def wrap(self, world: World) -> World:
        """The world with the signal. Raises InputError for an unknown kind, a name that is taken, or a law of another shape."""
        kind = world.kinds[position(self.on, world.kinds)]
        where = f"monitor {self.name}"
        if not isinstance(self.name, str) or not self.name or self.name in {known.name for known in world.kinds}:
            raise InputError(where=where, needed="a name that no event has yet", found=repr(self.name))
        by = -1 if self.by is None else world.index(self.by)
        lead = () if by < 0 else (len(world.acts[by]),)
        law = np.asarray(rational.floats(rational.numbers(self.law)), float)
        wanted = (*lead, len(kind.outcomes), len(self.shown))
        if law.shape != wanted:
            raise InputError(where=where, needed=f"a law of shape {wanted}", found=f"shape {law.shape}")
        check_law(law, where)
        cost = np.asarray(rational.floats(rational.numbers(self.cost)), np.float32)
        if cost.shape not in ((), lead) or (cost < 0).any():
            raise InputError(where=where, needed="a cost of at least 0, or one for each decision", found=str(self.cost))
        law = law if lead else law[None]
        cost = np.broadcast_to(cost, law.shape[:1]).astype(np.float32)
        made = Kind(self.name, tuple(self.shown), kind.among)
        return Monitored(world, law.astype(np.float32), cost, self.on, made, by)


def watched(
    world: World,
    kind: str,
    offences: Sequence[str],
    *,
    detected: float = 1.0,
    false_alarm: float = 0.0,
    cost: float = 0.0,
    name: str = "flag",
    decisions: tuple[str, str] = ("inspect", "wait"),
) -> World:
    """`world` with a rule-maker who inspects or waits, and a flag on everybody that is raised where it inspects.

    `detected` is the probability that an outcome among `offences` raises the flag, `false_alarm` that another does; an
    inspection costs `cost`. `Audit("inspect", "wait", p, fines)` works on it. Raises InputError for unknown outcomes.
    """
    within(f"watched {kind}", 0, 1, detected=detected, false_alarm=false_alarm)
    within(f"watched {kind}", 0, MOST, cost=cost)
    here = world if world.designer else with_designer(world, decisions)
    outcomes = world.kinds[position(kind, world.kinds)].outcomes
    unknown = [y for y in offences if y not in outcomes]
    if unknown or tuple(here.acts[0]) != tuple(decisions):
        raise InputError(
            where=f"watched {kind}",
            needed=f"offences among {', '.join(outcomes)}, and a rule-maker who may {' or '.join(decisions)}",
            found=unknown[0] if unknown else ", ".join(here.acts[0]),
        )
    chance = np.array([detected if y in offences else false_alarm for y in outcomes])
    looked = np.stack([1 - chance, chance], axis=-1)
    law = np.stack([looked, np.broadcast_to([1.0, 0.0], looked.shape)])
    return Watched(kind, name, NO_YES, law, by=here.players[0], cost=(cost, 0.0)).wrap(here)
