"""Altars: one of several rules is in force, it changes, and where it stands is shown at a place, to all, or to nobody.

After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. 2024 (altared environments): which zone may be harvested changes with the
state of the commons; an altar shows it to those who go there. With "hidden" the rule and its sanctions are byte for byte the same
and only the observation differs. A stale altar goes on showing the first rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..classification import Codebook, Schedule
from ..world import Kind, Record, Turn, World, pytree, static
from ..world.events import position
from .graduated import Graduated
from .ledger import BALANCED, MOST, WorldInstitution, a_world, of_players, whole, within
from .monitors import Monitors

POSTED, HIDDEN = "posted", "hidden"


@pytree
class RuleValue:
    rule: jax.Array
    """int32 []; in force."""
    display: jax.Array
    """int32 []; what the altar shows."""
    there: jax.Array
    """bool [player]; who can see it now."""
    age: jax.Array
    """int32 []; steps that the rule has been in force."""


@pytree
class RuleOfTheDay(Record):
    """The rule in force as the event “rule” of the world; drawn anew by `weights` every `period` steps, or on an event."""

    weights: jax.Array
    """float32 [rule]; how likely each is drawn."""
    period: jax.Array
    """int32 []; steps, 0 for never."""
    rules: tuple[str, ...] = static()
    shown_at: str = static(default=POSTED)
    """"posted", "hidden", or the kind of event of a player that is at the place (any outcome but the first)."""
    until: tuple[str, tuple[int, ...]] | None = static(default=None)
    """A kind of the world and its codes at which the rule is drawn anew."""
    stale: bool = static(default=False)

    @property
    def kind(self) -> Kind:
        return Kind("rule", self.rules, "world")

    @property
    def shown_names(self) -> tuple[str, ...]:
        return tuple(f"altar shows {rule}" for rule in self.rules)

    def first(self, key: jax.Array, world: World, state: Any) -> RuleValue:
        del state
        rule = self._drawn(key)
        return RuleValue(rule, rule, jnp.full(world.n, self.shown_at == POSTED), jnp.int32(0))

    def _drawn(self, key: jax.Array) -> jax.Array:
        return jax.random.categorical(key, jnp.log(self.weights)).astype(jnp.int32)

    def after(self, key: jax.Array, world: World, before: Any, turn: Turn, value: RuleValue) -> RuleValue:
        del before
        age = value.age + 1
        anew = (self.period > 0) & (age >= self.period)
        if self.until is not None:
            kind, codes = self.until
            anew |= (turn.events.code(kind) == jnp.array(codes)).any()
        rule = jnp.where(anew, self._drawn(key), value.rule)
        if self.shown_at in (POSTED, HIDDEN):
            there = jnp.full(world.n, self.shown_at == POSTED)
        else:
            there = turn.events.code(self.shown_at) > 0
        return RuleValue(rule, value.display if self.stale else rule, there, jnp.where(anew, 0, age))

    def code(self, value: RuleValue) -> jax.Array:
        return value.rule

    def shown(self, world: World, state: Any, value: RuleValue) -> jax.Array:
        return value.there[:, None] * jax.nn.one_hot(value.display, len(self.rules))


@dataclass(frozen=True)
class Altar(WorldInstitution):
    """Rules that forbid outcomes of `on`, one in force at a time, shown as `shown` says, and fined.

    Raises InputError for outcomes that the world does not emit, weights that are no law, or a place that is no event.
    """

    on: str
    forbids: Mapping[str, tuple[str, ...]]
    """Of each rule by name: the outcomes of `on` that are wrong."""
    fine: Any
    weights: tuple[float, ...] | None = None
    period: int = 0
    shown: str = POSTED
    until: tuple[str, tuple[str, ...]] | None = None
    """An event of the world and its outcomes at which the rule changes."""
    stale: bool = False
    look: Any = 1.0
    hit: Any = 1.0
    false: Any = 0.0
    to: str = BALANCED

    def __post_init__(self) -> None:
        within("altar", 0, MOST, fine=self.fine)
        within("altar", 0, np.inf, several=True, weights=(0,) if self.weights is None else self.weights)
        whole("altar", 0, 2**30, period=self.period)
        if not self.forbids or (self.weights is not None and len(self.weights) != len(self.forbids)):
            raise InputError(
                where="altar", needed="one or more rules and a weight for each", found=f"{self.forbids}, {self.weights}"
            )

    @property
    def budget(self) -> str:
        return self.to

    def codebook(self, world: World) -> Codebook:
        """What is wrong under which rule, in the outcomes of this world."""
        outcomes = of_players(world, self.on, "altar")
        return Codebook(
            table_of(outcomes, tuple(self.forbids.values()), "altar"), self.on, ("forbidden today",), "rule"
        )

    def moves(self, game: Any) -> tuple[Any, ...]:
        world = a_world(game, "altar")
        if self.shown not in (POSTED, HIDDEN):
            of_players(world, self.shown, "altar")
        until = None
        if self.until is not None:
            outcomes = world.kinds[position(self.until[0], world.kinds)].outcomes
            unknown = [y for y in self.until[1] if y not in outcomes]
            if unknown:
                raise InputError(
                    where="altar", needed=f"outcomes of {self.until[0]}", found=", ".join(map(str, unknown))
                )
            until = self.until[0], tuple(outcomes.index(y) for y in self.until[1])
        weights = jnp.asarray(self.weights or (1.0,) * len(self.forbids), jnp.float32)
        record = RuleOfTheDay(weights, jnp.int32(self.period), tuple(self.forbids), self.shown, until, self.stale)
        monitors = Monitors(self.codebook(world), look=self.look, hit=self.hit, false=self.false)
        return (record, *Graduated(monitors, Schedule((self.fine,)), self.to).moves(world))

    def describe(self) -> str:
        rules = "; ".join(f"{rule}: not {', '.join(wrong) or 'anything'}" for rule, wrong in self.forbids.items())
        where = {POSTED: "posted for all to see", HIDDEN: "hidden"}.get(self.shown, f"shown at “{self.shown}”")
        return f"one rule on {self.on} at a time ({rules}), {where}{', stale' if self.stale else ''}, fined {self.fine}; {self.to}"


def table_of(outcomes: tuple[str, ...], forbidden: tuple[tuple[str, ...], ...], where: str) -> jax.Array:
    """int32 [rule, 1, outcome]: 1 where an outcome is forbidden. Raises InputError for outcomes that there are not."""
    lists = [[wrong] if isinstance(wrong, str) else list(wrong) for wrong in forbidden]
    unknown = [y for wrong in lists for y in wrong if y not in outcomes]
    if unknown or any(isinstance(wrong, str) for wrong in forbidden):
        raise InputError(
            where=where,
            needed=f"a list of outcomes among {', '.join(outcomes)}",
            found=", ".join(map(str, unknown)) or repr(forbidden),
        )
    return jnp.array([[[int(y in wrong) for y in outcomes]] for wrong in forbidden], jnp.int32)
