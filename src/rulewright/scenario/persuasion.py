"""A scenario of persuasion in time: who sees what, who does what, where that leads, and ways to inform to compare.

A file is one of this kind if it has a table [persuasion]: a process that ships (`process`, `set`), or tables of one's own. In
formulas `state`, `seen` and `act` stand for labels (numbers, if all labels of an axis are); `sender` and `receiver`, in the goal,
for what the two get. Which processes there are is known to `rulewright.design.information.markov.catalogue`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field

from ..design.information.markov.catalogue import PROCESSES
from ..design.information.markov.catalogue import process as named_process
from ..design.information.markov.process import Process, check_horizon
from ..design.information.markov.ties import wanting
from ..errors import InputError
from ..numerics import rational
from ..numerics.memory import FRACTION_BYTES, reserve
from ..numerics.rational import Array
from .rule import law_of
from .schema import Expression, Headed, Label, Part, Table
from .written import Written, cells

Said = dict[str, Any]
OWN = "sender"  # the goal that is what the sender gets
OWN_TABLES = ("states", "start", "seen", "law", "acts", "sender", "receiver", "moves", "discount", "patience")
CONTINUOUS = ("traffic",)  # processes that are put on a grid, and the only ones that can be learned
METHODS = {
    "silent": "nothing is said",
    "tell all": "whatever the sender sees is told",
    "one shot": "the best signal for this step alone, in every state, step after step",
    "stream": "the best signal for receivers who are there for one step",
    "promises": "the best scheme for one receiver who stays: what it is told later depends on whether it obeys",
    "memoryless": "for one who stays: told as much later, whether it obeys or not",
    "learned": "a trained network, repaired until it is obeyed on the grid",
}
NAMES = ("state", "seen", "act", "sender", "receiver")


class Wanted(Part):
    """What people want. The sender works for them: it maximises this."""

    goal: Expression | Table = Field(
        OWN,
        description='"sender": what the sender gets; or a formula of sender, receiver, state, seen, act; '
        "or a table [state][seen][act]",
    )
    whose: str = Field("people", description="whose values these are, for the report: the city, the owner of the code")


class Setting(Part):
    """A process that ships, or one's own tables."""

    process: str = Field("", description="a process that ships: oversight, …; none where tables are written")
    set: Said = Field(default_factory=dict, description="its settings: numbers, formulas of parameters, lists")
    states: list[Label] | str = Field(
        default_factory=lambda: ["always"], description='what everybody sees: labels, or a range "from:to:step"'
    )
    start: Label | dict[str, Expression] | None = Field(
        None, description="where it begins: a state, or {state = chance}; the first state if left out"
    )
    seen: list[Label] | str | None = Field(
        None, description="what the sender alone sees, drawn afresh each step: labels, where `law` is a table"
    )
    law: dict[str, Expression] | Table | None = Field(
        None, description='{label = chance}, formulas of state, one may be "rest"; or a table [state][seen]'
    )
    acts: list[Label] | str | None = Field(None, description="what receivers may do")
    sender: Expression | Table | None = Field(
        None, description="what the sender gets: a formula of state, seen, act, or a table [state][seen][act]"
    )
    receiver: Expression | Table | None = Field(None, description="what the receiver gets, likewise")
    moves: dict[str, Expression] | Table | None = Field(
        None,
        description='{next state = chance}, formulas of state, seen, act, one may be "rest"; or a table [state][seen][act][next]; '
        "left out: the state stays",
    )
    discount: Expression = Field("0.9", description="of the sender, a step; below 1 where there is no horizon")
    patience: Expression | None = Field(None, description="discount of a receiver who stays; the sender's if left out")


class Way(Part):
    """A way to inform."""

    method: str = Field(description="silent, tell all, one shot, stream, promises, memoryless or learned")
    name: str = Field("", description="what it is called; the method if left out")
    about: str = ""

    @property
    def called(self) -> str:
        return self.name or self.method


class Looked(Part):
    """How it is looked at."""

    horizon: int | None = Field(None, ge=1, le=1_000, description="steps; left out: for ever")
    margin: Expression = Field(
        "0.001",
        description="by how much recommendations beat all else, as a share of the range of what receivers get; 0: ties are left",
    )
    promises: int = Field(9, ge=2, le=200, description="promises in every state")
    states: int = Field(9, ge=2, le=200, description="of the grid, where states are continuous")
    parameters: int = Field(16, ge=1, le=500, description="of the grid")
    seeds: int = Field(2, ge=1, le=20, description="of learned signals")
    steps: int = Field(1_500, ge=1, le=1_000_000, description="of training")


def usual() -> list[Way]:
    """What is compared where a file does not say."""
    return [Way(method=method) for method in ("silent", "tell all", "one shot", "stream", "promises")]


class PersuasionFile(Headed):
    """A whole scenario of persuasion in time."""

    people: Wanted = Wanted()
    persuasion: Setting
    compare: list[Way] = Field(default_factory=usual, min_length=1)
    look: Looked = Looked()


@dataclass(frozen=True)
class PersuasionScenario(Written):
    """A scenario of persuasion that was read from a file."""

    file: PersuasionFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters
        seen: set[str] = set()
        said = self.file.persuasion
        for k, way in enumerate(self.file.compare):
            with self.at("compare", k, "name" if way.name else "method"):
                self.known(way.method, list(METHODS), "a way")
                if way.called in seen:
                    raise InputError(needed="a name that no other way has", found=repr(way.called))
            seen.add(way.called)
            with self.at("compare", k, "method"):
                if way.method == "learned" and said.process not in CONTINUOUS:
                    raise InputError(
                        needed=f"a process with continuous states for {way.method!r}: {', '.join(CONTINUOUS)}",
                        found=said.process or "tables",
                        remedy='Tables are solved exactly: "stream" is the best there is.',
                    )
        _ = self.margin
        if said.process not in CONTINUOUS:  # those load JAX: only who looks at them waits for it
            _ = self.process

    @property
    def margin(self) -> Fraction:
        """As a share of the receiver's range. Raises InputError."""
        found = self.number(self.file.look.margin, "look", "margin")
        with self.at("look", "margin"):
            if not 0 <= found <= 1:
                raise InputError(needed="a share from 0 to 1", found=self.file.look.margin)
        return found

    @cached_property
    def continuum(self) -> Any:
        """The process of continuous states that the file names. Raises InputError."""
        return self._named()

    @cached_property
    def process(self) -> Process:
        """What the file says, with people's goal as what the sender gets. Raises InputError with its place."""
        said, look = self.file.persuasion, self.file.look
        if said.process in CONTINUOUS:
            found = self.continuum.table(look.states, look.parameters)
        elif said.process:
            found = self._named()
        else:
            found = self._written()
        with self.at("persuasion", "discount" if "discount" in said.model_fields_set else "set"):
            check_horizon(found, look.horizon)
        with self.at("persuasion", "patience" if "patience" in said.model_fields_set else "set"):
            if look.horizon is None and found.patience is not None and not float(found.patience) < 1:
                raise InputError(
                    needed="a patience below 1, or [look] horizon", found=f"patience {float(found.patience):g}"
                )
        return self._wanted(found)

    def _named(self) -> Any:
        said = self.file.persuasion
        extra = [key for key in OWN_TABLES if key in said.model_fields_set]
        if extra:
            with self.at("persuasion", extra[0]):
                raise InputError(
                    needed=f"only `set` beside process = {said.process!r}",
                    found=extra[0],
                    remedy="Settings of a process that ships go into `set`; for tables of your own leave `process` out.",
                )
        with self.at("persuasion", "process"):
            self.known(said.process, list(PROCESSES), "a process")
        with self.at("persuasion", "set"):
            return named_process(said.process, said.set, self.number)  # type: ignore[arg-type]

    # ── tables of one's own ─────────────────────────────────────────────────────────────────────────────────────

    def _written(self) -> Process:
        said = self.file.persuasion
        for key in ("acts", "law", "receiver"):
            if getattr(said, key) is None:
                with self.at("persuasion"):
                    raise InputError(
                        needed=f"`process`, or tables of your own with the key {key!r}",
                        found="neither",
                        remedy=f"Processes that ship: {', '.join(PROCESSES)}.",
                    )
        if said.set:
            with self.at("persuasion", "set"):
                raise InputError(
                    needed="`process`", found="`set` alone", remedy="Tables of your own use [parameters] instead."
                )
        for name in NAMES:
            if name in self.parameters:
                with self.at("parameters", name):
                    raise InputError(needed="a name other than " + ", ".join(NAMES), found=name)
        states, acts = self._labels(said.states, "states"), self._labels(said.acts, "acts")
        seen = list(said.law) if isinstance(said.law, dict) else self._labels(said.seen, "seen")
        if isinstance(said.law, dict) and said.seen is not None and self._labels(said.seen, "seen") != seen:
            with self.at("persuasion", "seen"):
                raise InputError(needed=f"the labels of `law`: {', '.join(seen)}, or no `seen`", found=str(said.seen))
        reserve((len(states), len(seen), len(acts), len(states)), "moves as rationals", item_bytes=FRACTION_BYTES)
        labels = tuple(states), tuple(seen), tuple(acts)
        names = self.axes(labels)
        return Process(
            law=self._law(names, labels),
            sender=self._payoff("sender", labels) if said.sender is not None else np.zeros(tuple(map(len, labels))),
            receiver=self._payoff("receiver", labels),
            moves=self._moves(names, labels),
            start=self._start(states),
            discount=self._rate(said.discount, "discount"),
            patience=None if said.patience is None else self._rate(said.patience, "patience"),
            name=self.name,
            labels=labels,
        )

    def _labels(self, said: list[str] | str | None, key: str) -> list[str]:
        with self.at("persuasion", key):
            if said is None:
                raise InputError(needed="labels of what the sender sees, as `law` is a table", found="none")
            found = [str(x) for x in self.range(said)] if isinstance(said, str) else [str(x) for x in said]
            if not found:
                raise InputError(needed="at least one label", found="none")
            twice = [x for k, x in enumerate(found) if x in found[:k]]
            if twice:
                raise InputError(needed="labels that differ", found=f"{twice[0]!r} twice")
        return found

    def axes(self, labels: tuple[tuple[str, ...], ...]) -> dict[str, Array]:
        """state, seen and act, which broadcast against each other, and the parameters."""
        shapes = ((-1, 1, 1), (1, -1, 1), (1, 1, -1))
        axes = {n: _axis(each).reshape(shape) for n, each, shape in zip(NAMES, labels, shapes, strict=False)}
        return {**self.parameters, **axes}

    def _payoff(self, key: str, labels: tuple[tuple[str, ...], ...]) -> Array:
        with self.at("persuasion", key):
            return self._cells(getattr(self.file.persuasion, key), self.axes(labels), tuple(map(len, labels)))

    def _cells(self, said: str | list, names: dict[str, Array], shape: tuple[int, ...]) -> Array:
        return np.array(cells(said, names, shape, ("states", "seen", "acts", "next states")[: len(shape)]))

    def _law(self, names: dict[str, Array], labels: tuple[tuple[str, ...], ...]) -> Array:
        said, count = self.file.persuasion.law, len(labels[0])
        flat = {**self.parameters, "state": names["state"].ravel()}
        with self.at("persuasion", "law"):
            if isinstance(said, dict):
                return law_of(said, flat, (count,), "law")
            return self._rows(cells(said, flat, (count, len(labels[1])), ("states", "seen")))  # type: ignore[arg-type]

    def _rows(self, laws: Array) -> Array:
        total = laws.sum(axis=-1)
        if (laws < 0).any() or (total != 1).any():
            first = next((x for x in total.flat if x != 1), None)
            raise InputError(
                needed="rows of chances of at least 0 that sum to 1",
                found="a negative one" if first is None else f"a sum of {rational.decimal(first, 9)}",
                remedy="Correct the entry that is off; nothing is rescaled silently.",
            )
        return laws

    def _moves(self, names: dict[str, Array], labels: tuple[tuple[str, ...], ...]) -> Array:
        said, states = self.file.persuasion.moves, labels[0]
        shape = tuple(map(len, labels))
        with self.at("persuasion", "moves"):
            if said is None:
                one = rational.exact(np.eye(len(states), dtype=int))
                return np.broadcast_to(one[:, None, None], (*shape, len(states)))
            if isinstance(said, list):
                return self._rows(self._cells(said, names, (*shape, len(states))))
            for name in said:
                self.known(name, states, "a state")
            chances = law_of(said, names, shape, "moves")
            found = np.full((*shape, len(states)), Fraction(0), dtype=object)
            found[..., [states.index(name) for name in said]] = chances
            return found

    def _start(self, states: list[str]) -> Array:
        said = self.file.persuasion.start
        with self.at("persuasion", "start"):
            if isinstance(said, dict):
                for name in said:
                    self.known(name, states, "a state")
        if isinstance(said, dict):
            found = np.full(len(states), Fraction(0), dtype=object)
            found[[states.index(name) for name in said]] = self.law(said, "persuasion", "start")
            return found
        with self.at("persuasion", "start"):
            at = 0 if said is None else states.index(self.known(str(said), states, "a state"))
        return rational.exact(np.eye(len(states), dtype=int)[at])

    def _rate(self, said: str, key: str) -> Fraction:
        found = self.number(said, "persuasion", key)
        with self.at("persuasion", key):
            if not 0 <= found <= 1:
                raise InputError(needed="a number from 0 to 1", found=said)
        return found

    # ── what people want ────────────────────────────────────────────────────────────────────────────────────────

    def _wanted(self, found: Process) -> Process:
        goal, own = self.file.people.goal, self.file.persuasion
        silent = not own.process and own.sender is None
        with self.at("people", "goal") if "goal" in self.file.people.model_fields_set else self.at("persuasion"):
            if goal == OWN:
                if silent:
                    raise InputError(
                        needed="what the sender gets: `sender` in [persuasion], or [people] goal", found="neither"
                    )
                return found
            names = {**self.axes(found.called), "receiver": rational.exact(found.receiver)}
            if not silent:
                names["sender"] = rational.exact(found.sender)
            return wanting(found, self._cells(goal, names, found.sender.shape))


def _axis(labels: tuple[str, ...]) -> Array:
    """Labels; numbers where all of them are."""
    try:
        return rational.filled((len(labels),), [Fraction(x) for x in labels])
    except (ValueError, ZeroDivisionError):
        return np.array(labels)
