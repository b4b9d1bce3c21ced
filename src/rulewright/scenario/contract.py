"""A contract scenario: an agent whose type and act are hidden, what people see and may pay for, and ways to a contract to compare.

A file is one of this kind if it has a table [contract]. The agency is one that ships (`rulewright.mechanisms.contracts` knows
them), or is written out: acts, outcomes, chances, costs. In its formulas `act`, `outcome` and `type` stand for the numbers that
they were given, or for their labels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import Field

from ..errors import InputError
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.memory import FRACTION_BYTES, reserve
from ..numerics.rational import Array
from .rule import along, values
from .scenario import label
from .schema import Expression, Headed, Label, Part, Table
from .written import Written, cells

Said = dict[str, Any]
Listed = list[Label] | dict[str, Expression] | str
AXES = ("type", "act", "outcome")
OWN = ("acts", "outcomes", "types", "chances", "odds", "costs", "cap", "outside", "features")
"""Keys of an agency that is written out."""


class Wanted(Part):
    """What people want."""

    value: Expression | Table | None = Field(
        None,
        description="what people get before they pay: a formula of outcome, act and type, or a number for each outcome; "
        "the outcome's number, if left out",
    )
    weight: Expression | None = Field(None, description="what a unit paid costs people; 1 if left out")


class Agent(Part):
    """Who acts, and what is seen of it."""

    agency: str | None = Field(None, description="an agency that ships: random_agency, signals; else it is written out")
    set: Said = Field(default_factory=dict, description="its settings: numbers or formulas of parameters, lists")
    acts: Listed | None = Field(None, description='labels, {label = number}, or a range "from:to:step"')
    outcomes: Listed | None = Field(None, description="what is seen, and paid for; likewise")
    types: dict[str, Expression] | None = Field(None, description="{label = chance}; one type, if left out")
    chances: Expression | Table | None = Field(
        None, description="a formula, or a table by type (where there are several), act and outcome; sums of exactly 1"
    )
    odds: Expression | Table | None = Field(None, description="instead of chances: these are in proportion to it")
    costs: Expression | Table | None = Field(
        None, description="of each act for the agent; the act's number, if left out"
    )
    cap: Expression | None = Field(None, description="the largest payment; none is below 0")
    outside: Expression | None = Field(
        None, description="what the agent gets elsewhere; it must take part, if left out"
    )
    features: list[Expression] = Field(
        default_factory=list, description="formulas of the outcome that a learned network reads; each outcome by itself"
    )


class Way(Part):
    """A way to a contract."""

    name: str
    about: str = ""
    method: str = Field(description="a way that ships: exact programme, learned network, promises, …")
    set: Said = Field(default_factory=dict, description="its settings")


class ContractFile(Headed):
    """A whole contract scenario."""

    people: Wanted = Wanted()
    contract: Agent
    compare: list[Way] = Field(min_length=1)


@dataclass(frozen=True)
class OwnAgency:
    """An agency that a file writes out. Exact."""

    chances: Array = field(repr=False)
    """[type, act, outcome]"""
    costs: Array = field(repr=False)
    """[type, act]"""
    reward: Array | None = field(repr=False)
    """[outcome], where people's value is that of the outcome."""
    worth: Array | None = field(repr=False)
    """[type, act], where it is not."""
    prior: Array = field(repr=False)
    features: Array | None = field(repr=False)
    cap: Fraction
    outside: Fraction | None
    types: tuple[str, ...]
    acts: tuple[str, ...]
    outcomes: tuple[str, ...]
    numbers: Array = field(repr=False)
    """[outcome]; for pictures: its number, or its place in the list."""


@dataclass(frozen=True)
class ContractScenario(Written):
    """A contract scenario that was read from a file."""

    file: ContractFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters, self.weight
        names: set[str] = set()
        for k, way in enumerate(self.file.compare):
            if way.name in names:
                with self.at("compare", k, "name"):
                    raise InputError(needed="a name that no other way has", found=repr(way.name))
            names.add(way.name)
        said = self.file.contract
        if said.agency is None:
            if said.set:
                with self.at("contract", "set"):
                    raise InputError(needed="`agency`, whose settings these are", found="none")
            _ = self.own
            return
        for key in OWN:
            if key in said.model_fields_set:
                with self.at("contract", key):
                    raise InputError(
                        needed="either `agency` or an agency that is written out", found=f"both, with `{key}`"
                    )
        if self.file.people.value is not None:
            with self.at("people", "value"):
                raise InputError(needed=f"nothing: {said.agency} says what acts are worth", found="a value")

    @cached_property
    def weight(self) -> Fraction | None:
        """What a unit paid costs people, where the file says so."""
        if self.file.people.weight is None:
            return None
        found = self.number(self.file.people.weight, "people", "weight")
        if found < 0:
            with self.at("people", "weight"):
                raise InputError(needed="a number of at least 0", found=str(found))
        return found

    @cached_property
    def own(self) -> OwnAgency:
        """The agency that the file writes out. Raises InputError with its place."""
        said = self.file.contract
        for key in ("acts", "outcomes", "cap"):
            if getattr(said, key) is None:
                with self.at("contract"):
                    raise InputError(
                        needed=f"`{key}`, as the agency is written out", found="none", remedy="Or name one by `agency`."
                    )
        acts, act = self._listed(said.acts, "acts")
        outcomes, outcome = self._listed(said.outcomes, "outcomes")
        types = tuple(said.types) if said.types else ("agent",)
        prior = self.law(said.types, "contract", "types") if said.types else rational.exact([1])
        counts = (len(types), len(acts), len(outcomes))
        with self.at("contract"):
            reserve(counts, "the table of chances", item_bytes=FRACTION_BYTES)
            for name in AXES:
                if name in self.parameters:
                    raise InputError(where="parameters", needed=f"names other than {', '.join(AXES)}", found=name)
        seen = dict(zip(AXES, (values(types), act, outcome), strict=True))
        there = {**self.parameters, **{name: along(v, k, 3) for k, (name, v) in enumerate(seen.items())}}
        chances = self._chances(there, counts, types, acts)
        by_act = {**self.parameters, **{name: along(seen[name], k, 2) for k, name in enumerate(AXES[:2])}}
        with self.at("contract", "costs"):
            costs = cells("act" if said.costs is None else said.costs, by_act, counts[:2], AXES[:2])
            self._finite(costs)
        reward, worth = self._value(there, outcome, chances, counts)
        number = outcome if outcome.dtype == object else rational.exact(np.arange(len(outcomes)))
        cap, outside = self.number(str(said.cap), "contract", "cap"), said.outside
        if cap <= 0:
            with self.at("contract", "cap"):
                raise InputError(needed="a largest payment above 0", found=str(cap))
        return OwnAgency(
            chances, costs, reward, worth, prior, self._features(outcome), cap,
            None if outside is None else self.number(outside, "contract", "outside"), types, acts, outcomes, number,
        )  # fmt: skip

    def _listed(self, said: Any, key: str) -> tuple[tuple[str, ...], Array]:
        """(labels, what formulas see of them)"""
        with self.at("contract", key):
            if isinstance(said, str):
                found = self.range(said)
                return tuple(label(x) for x in found), np.array(found, dtype=object)
            if not said or len(set(said)) != len(said):
                raise InputError(needed="at least one label, all different", found=str(list(said)))
            if isinstance(said, dict):
                return tuple(said), np.array([self.number(x) for x in said.values()], dtype=object)
            return tuple(said), values(tuple(said))

    def _chances(self, there: dict[str, Array], counts: tuple[int, ...], types: Any, acts: Any) -> Array:
        said = self.file.contract
        if (said.chances is None) == (said.odds is None):
            with self.at("contract"):
                raise InputError(needed="either `chances` or `odds`", found="both" if said.odds is not None else "none")
        key = "odds" if said.chances is None else "chances"
        with self.at("contract", key):
            found = np.array(cells(getattr(said, key), there, counts, AXES))
            self._finite(found)
            total = found.sum(axis=2)
            for k, a in np.ndindex(*counts[:2]):
                who = f"{acts[a]} of {types[k]}" if len(types) > 1 else acts[a]
                if (found[k, a] < 0).any():
                    raise InputError(
                        where=who, needed=f"{key} of at least 0", found=rational.decimal(found[k, a].min())
                    )
                if key == "odds" and not total[k, a]:
                    raise InputError(where=who, needed="an outcome whose odds are above 0", found="none")
                if key == "chances" and total[k, a] != 1:
                    raise InputError(
                        where=who, needed="chances that sum to 1", found=f"a sum of {rational.decimal(total[k, a], 9)}",
                        remedy="Correct the entry that is off, or say `odds`: chances are in proportion to them.",
                    )  # fmt: skip
        return found / total[..., None]

    def _value(
        self, there: dict[str, Array], outcome: Array, chances: Array, counts: tuple[int, ...]
    ) -> tuple[Array | None, Array | None]:
        """(reward, worth): one of them is None."""
        said = "outcome" if self.file.people.value is None else self.file.people.value
        with self.at("people", "value"):
            if isinstance(said, str) and {"act", "type"} & Formula(said, "formula").names:
                found = cells(said, there, counts, AXES)
                self._finite(found)
                return None, (chances * found).sum(axis=2)
            found = cells(said, {**self.parameters, "outcome": outcome}, counts[2:], AXES[2:])
            self._finite(found)
            return found, None

    def _features(self, outcome: Array) -> Array | None:
        found = []
        for k, text in enumerate(self.file.contract.features):
            with self.at("contract", "features", k):
                there = {**self.parameters, "outcome": outcome}
                column = np.broadcast_to(Formula(text, "formula").value(there), outcome.shape)
                self._finite(column)
                found.append(rational.floats(column))
        return np.stack(found, axis=1) if found else None

    @staticmethod
    def _finite(table: Array) -> None:
        if table.dtype != object or any(not isinstance(x, Fraction) for x in table.flat):
            raise InputError(
                needed="numbers",
                found="labels",
                remedy='Give labels numbers ({good = 10, bad = 0}), or compare them (10 if outcome == "good" else 0).',
            )
