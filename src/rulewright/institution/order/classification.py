"""Who calls what wrong: a public logic, as a table or as a limit, with reasons.

A *classification institution* (Hadfield & Weingast 2012, J. Legal Analysis 4) supplies a common logic: is this act of this actor
wrongful, given what is publicly known? Here

    code(given, act, actor)  →  which reason; reasons[0] is "allowed"

with `given` one code per kind of public history that is looked at. Codes are arrays in and out, and the arithmetic is indexing and
comparing, so that the same lines serve NumPy here and JAX in `rulewright.learning`, which adds what needs a world. Law, altars and
silly rules are tables of the same kind: what differs is which acts the table holds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array

ALLOWED = "allowed"


@dataclass(frozen=True)
class Verdict:
    """What a classification says of one act."""

    wrong: bool
    reasons: tuple[str, ...]
    """Why; empty where the act is allowed."""


class Classification(ABC):
    """A public logic: which reason speaks against an act of an actor, given public history."""

    on: str
    """What the acts are outcomes of: a signal, or a kind of event, of players."""
    given: tuple[str, ...]
    """Kinds of the public history that it looks at."""

    @property
    @abstractmethod
    def reasons(self) -> tuple[str, ...]:
        """What a code means; reasons[0] is "allowed"."""

    @abstractmethod
    def code(self, given: tuple[Any, ...], act: Any, actor: Any) -> Any:
        """int, of the shape of `act` and `actor`: which reason. `given` holds one code per kind in `given`, for that actor."""

    def classify(self, given: tuple[int, ...], act: int, actor: int) -> Verdict:
        """The verdict on one act, with its reason."""
        k = int(self.code(tuple(map(np.asarray, given)), np.asarray(act), np.asarray(actor)))
        return Verdict(k > 0, (self.reasons[k],) if k else ())


class Tabled(Classification):
    """What every table does, whichever arrays it is held in."""

    table: Any
    """int [rule, actor, act]: which reason, 0 allowed. The axis of actors may have length one: the same law for all."""
    why: tuple[str, ...]
    """Names of reasons 1, 2, …"""
    rule: str
    """Kind of the public record that says which rule is in force; empty where there is one rule."""

    @property
    def given(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.rule,) if self.rule else ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (ALLOWED, *self.why)

    def code(self, given: tuple[Any, ...], act: Any, actor: Any) -> Any:
        in_force = given[0] if given else act * 0
        return self.table[in_force, actor * (self.table.shape[1] > 1), act]


class Limited(Classification):
    """More than is allowed is wrong: the outcome's number against each player's allowance."""

    most: Any
    """float [actor] or []; allowed up to it, included."""
    amount: Any
    """float [act]; how much an outcome is."""

    @property
    def given(self) -> tuple[str, ...]:  # type: ignore[override]
        return ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (ALLOWED, "more than is allowed")

    def code(self, given: tuple[Any, ...], act: Any, actor: Any) -> Any:
        most = self.most if np.ndim(self.most) == 0 else self.most[actor]
        return (self.amount[act] > most).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Codebook(Tabled):
    """A table of what is forbidden to whom under which rule, in NumPy.

    Raises InputError for a table of another shape, codes that are no whole numbers, or reasons without a name.
    """

    table: Array = field(repr=False)
    on: str = ""
    why: tuple[str, ...] = ("forbidden",)
    rule: str = ""

    def __post_init__(self) -> None:
        table = np.asarray(self.table)
        if table.ndim != 3 or table.size == 0 or table.dtype.kind not in "iub":
            raise InputError(
                where="codebook",
                needed="whole numbers [rule, actor, act], at least one of each",
                found=f"{table.dtype} {table.shape}",
            )
        if not self.rule and table.shape[0] > 1:
            raise InputError(
                where="codebook",
                needed="the name of the public record that says which rule is in force",
                found=f"{table.shape[0]} rules and no name",
            )
        table = table.astype(np.int64)
        if table.min() < 0 or table.max() > len(self.why):
            raise InputError(
                where="codebook", needed=f"codes from 0 to {len(self.why)}", found=f"{table.min()} to {table.max()}"
            )
        object.__setattr__(self, "table", rational.frozen(table))

    @property
    def wrong(self) -> Array:
        """bool [rule, actor, act]."""
        found: Array = self.table > 0
        return found


@dataclass(frozen=True, eq=False)
class Allowance(Limited):
    """More than is allowed is wrong, in NumPy."""

    most: Array
    amount: Array
    on: str = ""

    def __post_init__(self) -> None:
        for name in ("most", "amount"):
            numbers = np.asarray(getattr(self, name), float)
            if np.isnan(numbers).any():
                raise InputError(where=f"allowance, {name}", needed="numbers", found="NaN")
            object.__setattr__(self, name, rational.frozen(numbers))

    def codebook(self, actors: int = 1) -> Codebook:
        """The same as a table: [1, actors, act]."""
        who, act = np.arange(actors)[:, None], np.arange(len(self.amount))[None, :]
        codes = np.broadcast_to(self.code((), act, who), (actors, len(self.amount)))
        return Codebook(codes[None], self.on, self.reasons[1:])
