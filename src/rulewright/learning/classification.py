"""Who calls what wrong, what follows, who may change it and who sees whom: one small interface for normative orders.

A *classification institution* (Hadfield & Weingast 2012, J. Legal Analysis 4) supplies a public logic: is this act of this actor
wrongful, given what is publicly known? Sanctions may then be anybody's. Four parts, each replaceable:

    classification    code(given, act, actor) → which reason; reasons[0] is "allowed"
    schedule          penalty(k) of the k-th offence, and how long good conduct takes to be forgiven
    amendment         who may propose, how many must agree, which rule can follow which
    observers         chance that one player sees another's act

Everything is written for codes of events, arrays in and out, so that a world settles on it in one look-up; `classify` says the
same of one act in words. Law, altars and silly rules are tables of the same kind: what differs is which acts the table holds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError
from .numbers import MOST, whole, within
from .world import Events, World, pytree, static
from .world.events import position

ALLOWED = "allowed"


@dataclass(frozen=True)
class Verdict:
    """What a classification says of one act."""

    wrong: bool
    reasons: tuple[str, ...]
    """Why; empty where the act is allowed."""


class Classification(ABC):
    """Subclasses are pytrees."""

    on: str
    """Kind of event, of players, whose outcomes are the acts."""
    given: tuple[str, ...]
    """Kinds of the public history that it looks at, of players or of the world."""

    @property
    @abstractmethod
    def reasons(self) -> tuple[str, ...]:
        """What a code means; reasons[0] is "allowed"."""

    @abstractmethod
    def code(self, given: tuple[jax.Array, ...], act: jax.Array, actor: jax.Array) -> jax.Array:
        """int, of the shape of `act` and `actor`: which reason. `given` holds one code per kind in `given`, for that actor."""

    def codes(self, events: Events) -> jax.Array:
        """int [player]: of what each player did in a step."""
        act = events.code(self.on)
        history = tuple(jnp.broadcast_to(events.code(kind), act.shape) for kind in self.given)
        return self.code(history, act, jnp.arange(act.shape[0]))

    def wrong(self, events: Events) -> jax.Array:
        """bool [player]."""
        return self.codes(events) > 0

    def classify(self, given: tuple[int, ...], act: int, actor: int) -> Verdict:
        """The verdict on one act, with its reason."""
        k = int(self.code(tuple(map(jnp.asarray, given)), jnp.asarray(act), jnp.asarray(actor)))
        return Verdict(k > 0, (self.reasons[k],) if k else ())

    def fits(self, world: World) -> None:
        """Raises InputError where the world does not emit what is classified."""
        kinds = world.kinds
        for name in (self.on, *self.given):
            kind = kinds[position(name, kinds)]
            if kind.among == "pair" or (name == self.on and kind.among != "player"):
                raise InputError(
                    where=f"classification of “{self.on}”",
                    needed="events of players",
                    found=f"{name} of a {kind.among}",
                )
        self.tables_fit(world)

    def tables_fit(self, world: World) -> None:
        """Raises InputError where a table of it has other outcomes or players than the world; there may be none."""
        del world

    def _has(self, what: str, wanted: int, found: int, *others: int) -> None:
        if found not in (wanted, *others):
            raise InputError(
                where=f"classification of “{self.on}”", needed=f"a table of {wanted} {what}", found=str(found)
            )


@pytree
class Codebook(Classification):
    """A table of what is forbidden to whom under which rule: the rule in force is a public record (or there is one rule only)."""

    table: jax.Array
    """int [rule, actor, act]: which reason, 0 allowed. The axis of actors may have length one: the same law for all."""
    on: str = static()
    why: tuple[str, ...] = static(default=("forbidden",))
    rule: str = static(default="")
    """Kind of the world that says which rule is in force; empty where there is one rule."""

    @property
    def given(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.rule,) if self.rule else ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (ALLOWED, *self.why)

    def tables_fit(self, world: World) -> None:
        kinds = world.kinds
        rules = len(kinds[position(self.rule, kinds)].outcomes) if self.rule else 1
        for what, wanted, found in zip(
            ("rules", "players", "outcomes"),
            (rules, world.n, len(kinds[position(self.on, kinds)].outcomes)),
            np.shape(self.table),
            strict=True,
        ):
            self._has(what, wanted, found, *((1,) if what == "players" else ()))
        if not isinstance(self.table, jax.core.Tracer):
            self._has("reasons", len(self.reasons), max(len(self.reasons), int(np.max(self.table)) + 1))

    def code(self, given: tuple[jax.Array, ...], act: jax.Array, actor: jax.Array) -> jax.Array:
        in_force = given[0] if given else jnp.zeros_like(act)
        return self.table[in_force, jnp.minimum(actor, self.table.shape[1] - 1), act]


@pytree
class Allowance(Classification):
    """More than is allowed is wrong: the outcome's number against each player's allowance."""

    most: jax.Array
    """float [actor] or []; allowed up to it, included."""
    amount: jax.Array
    """float [act]; how much an outcome is."""
    on: str = static()

    @property
    def given(self) -> tuple[str, ...]:  # type: ignore[override]
        return ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (ALLOWED, "more than is allowed")

    def tables_fit(self, world: World) -> None:
        self._has("outcomes", len(world.kinds[position(self.on, world.kinds)].outcomes), np.shape(self.amount)[0])
        if not isinstance(self.most, jax.core.Tracer) and np.isnan(np.asarray(self.most, float)).any():
            raise InputError(where=f"classification of “{self.on}”", needed="an allowance", found="NaN")
        if np.ndim(self.most):
            self._has("players", world.n, np.shape(self.most)[0])

    def code(self, given: tuple[jax.Array, ...], act: jax.Array, actor: jax.Array) -> jax.Array:
        most = self.most if jnp.ndim(self.most) == 0 else self.most[actor]
        return (self.amount[act] > most).astype(jnp.int32)


@dataclass(frozen=True)
class Schedule:
    """Penalties by offence count, and the path back (Ostrom's fifth principle asks for both)."""

    penalties: tuple[float, ...]
    """penalties[k]: for an offence after k earlier ones that still count; the last one for all further. Reward units."""
    recovery: int = 0
    """Clean steps after which one offence is forgiven; 0 for never."""

    def __post_init__(self) -> None:
        within("sanction schedule", 0, MOST, several=True, penalties=self.penalties)
        whole("sanction schedule", 0, 2**30, recovery=self.recovery)

    @property
    def graduated(self) -> bool:
        """Never falling, and the first below the last."""
        steps = np.diff(np.asarray(self.penalties, float))
        return bool((steps >= 0).all() and len(steps) and self.penalties[0] < self.penalties[-1])

    def deters(self, detection: float, gain: float) -> int | None:
        """The first offence count k at which detection · penalty(k) ≥ gain, or None."""
        return next((k for k, fine in enumerate(self.penalties) if detection * fine >= gain), None)


@dataclass(frozen=True)
class Amendment:
    """How the rule is changed."""

    voters: tuple[int, ...]
    """Players who may propose and vote."""
    quorum: int
    """Votes that a change needs."""
    follows: tuple[tuple[bool, ...], ...] = ((True,),)
    """follows[rule][other]: whether one vote leads from a rule to the other."""

    def __post_init__(self) -> None:
        for i in self.voters:
            whole("amendment rule", 0, voter=i)
        whole("amendment rule", 1, quorum=self.quorum)
        if self.quorum > len(set(self.voters)) or len(set(self.voters)) < len(self.voters):
            raise InputError(
                where="amendment rule",
                needed="different voters, and a quorum of no more than all",
                found=f"{self.quorum} of {self.voters}",
            )

    def passes(self, votes: tuple[int, ...]) -> bool:
        """Whether the players who say yes carry it. Votes of others do not count."""
        return len(set(votes) & set(self.voters)) >= self.quorum

    @property
    def reaches(self) -> bool:
        """Whether every rule can be reached from every rule, in however many votes."""
        step = np.array(self.follows, bool) | np.eye(len(self.follows), dtype=bool)
        return bool(np.linalg.matrix_power(step.astype(float), max(1, len(step))).astype(bool).all())


@dataclass(frozen=True)
class NormativeOrder:
    """The four parts together."""

    classification: Classification
    schedule: Schedule
    amendment: Amendment | None = None
    observers: Any = 1.0
    """Chance that observer i sees the act of j: float, or [observer, actor]."""

    def seen(self, key: jax.Array, players: int) -> jax.Array:
        """bool [observer, actor]: who saw whom in one step; nobody needs eyes for its own act."""
        drawn = jax.random.uniform(key, (players, players)) < jnp.asarray(self.observers)
        return drawn | jnp.eye(players, dtype=bool)
