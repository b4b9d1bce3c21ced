"""A mechanism scenario: private types of the continuum, what may be decided, what people want, and ways to a mechanism to compare.

A file is one of this kind if it has a table [mechanism]. Which environments and methods there are is known to
`rulewright.mechanisms`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from ..errors import InputError
from .schema import Expression, Headed, Part
from .written import Written

Said = dict[str, Any]


class Wanted(Part):
    """What people want."""

    goal: Expression = Field(
        "revenue",
        description="a sum of revenue, welfare, surplus and worst_off with weights that may use parameters; "
        '"own": the goal that the environment comes with',
    )


class Where(Part):
    """Whose types are private, and what may be decided."""

    environment: str = Field(description="an environment that ships: auction, …")
    set: Said = Field(
        default_factory=dict, description="its settings: numbers or formulas of parameters, labels, lists"
    )


class Way(Part):
    """A way to a mechanism."""

    name: str
    about: str = ""
    method: str = Field(description="a method that ships: item by item, …")
    set: Said = Field(default_factory=dict, description="its settings")


class Looked(Part):
    """How closely mechanisms are looked at."""

    profiles: int = Field(200_000, ge=100, le=10_000_000, description="on which what people get is measured")
    seed: int = Field(1, ge=0, lt=2**31)
    audited: int = Field(
        500, ge=0, le=1_000_000, description="profiles on which the auditor looks for lies that pay; 0: none"
    )


class MechanismFile(Headed):
    """A whole mechanism scenario."""

    people: Wanted = Wanted()
    mechanism: Where
    compare: list[Way] = Field(min_length=1)
    look: Looked = Looked()


@dataclass(frozen=True)
class MechanismScenario(Written):
    """A mechanism scenario that was read from a file."""

    file: MechanismFile = field(repr=False)

    def check(self) -> None:
        _ = self.parameters
        if self.file.look.audited == 1:
            with self.at("look", "audited"):
                raise InputError(needed="0, or at least 2 profiles, which have a mean and its spread", found="1")
        names: set[str] = set()
        for k, way in enumerate(self.file.compare):
            if way.name in names:
                with self.at("compare", k, "name"):
                    raise InputError(needed="a name that no other way has", found=repr(way.name))
            names.add(way.name)
