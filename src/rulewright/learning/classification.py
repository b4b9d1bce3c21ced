"""The normative order of `rulewright.institution.order`, lifted to worlds: the same tables as pytrees, on codes of events.

What an act is, what a code means and how it is looked up is said there, once. Here is what needs a world: which events are acts,
whether a table fits the world's outcomes and players, and who saw whom in a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError
from ..institution import order
from ..institution.order import ALLOWED, Amendment, Sanctioning, Schedule, Verdict
from ..institution.order.classification import Limited, Tabled
from .world import Events, World, pytree, static
from .world.events import position

__all__ = [
    "ALLOWED",
    "Allowance",
    "Amendment",
    "Classification",
    "Codebook",
    "NormativeOrder",
    "Sanctioning",
    "Schedule",
    "Verdict",
]


class Classification(order.Classification):
    """Subclasses are pytrees; `on` is a kind of event, of players, and `given` are kinds of players or of the world."""

    def codes(self, events: Events) -> jax.Array:
        """int [player]: of what each player did in a step."""
        act = events.code(self.on)
        history = tuple(jnp.broadcast_to(events.code(kind), act.shape) for kind in self.given)
        return self.code(history, act, jnp.arange(act.shape[0]))  # type: ignore[no-any-return]

    def wrong(self, events: Events) -> jax.Array:
        """bool [player]."""
        return self.codes(events) > 0

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
class Codebook(Tabled, Classification):
    """A table of what is forbidden to whom under which rule: the rule in force is a public record (or there is one rule only)."""

    table: jax.Array
    """int [rule, actor, act]: which reason, 0 allowed. The axis of actors may have length one: the same law for all."""
    on: str = static()
    why: tuple[str, ...] = static(default=("forbidden",))
    rule: str = static(default="")
    """Kind of the world that says which rule is in force; empty where there is one rule."""

    @staticmethod
    def of(book: order.Codebook) -> Codebook:
        """The same table for a world."""
        return Codebook(jnp.asarray(book.table, jnp.int32), book.on, book.why, book.rule)

    @property
    def plain(self) -> order.Codebook:
        """The same table in NumPy."""
        return order.Codebook(np.asarray(self.table), self.on, self.why, self.rule)

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


@pytree
class Allowance(Limited, Classification):
    """More than is allowed is wrong: the outcome's number against each player's allowance."""

    most: jax.Array
    """float [actor] or []; allowed up to it, included."""
    amount: jax.Array
    """float [act]; how much an outcome is."""
    on: str = static()

    def tables_fit(self, world: World) -> None:
        self._has("outcomes", len(world.kinds[position(self.on, world.kinds)].outcomes), np.shape(self.amount)[0])
        if not isinstance(self.most, jax.core.Tracer) and np.isnan(np.asarray(self.most, float)).any():
            raise InputError(where=f"classification of “{self.on}”", needed="an allowance", found="NaN")
        if np.ndim(self.most):
            self._has("players", world.n, np.shape(self.most)[0])


@dataclass(frozen=True)
class NormativeOrder(order.NormativeOrder):
    """The parts together, for a world."""

    def seen(self, key: jax.Array, players: int) -> jax.Array:
        """bool [observer, actor]: who saw whom in one step; nobody needs eyes for its own act."""
        drawn = jax.random.uniform(key, (players, players)) < jnp.asarray(self.observers)
        return drawn | jnp.eye(players, dtype=bool)
