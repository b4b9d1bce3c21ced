"""Rules for a lake, to choose from: nothing, a quota with audits, a contract, licences, members who watch each other.

Each is a small frozen record that a file can say by name and settings (`rule(""
"quota", audit=0.3)`), and answers four questions: what
is told, how much may be landed by the letter, how much can be landed at all, what it costs to land more. `judged` says what came
of a month. Fines are money: they never change what the lake gives. Audits, licences and sanctions cost people what they cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from ....errors import InputError
from ....numerics.rational import Array
from ...stage import Event
from ..named import made


@dataclass(frozen=True)
class Month:
    """What a rule may know of a month."""

    number: int
    stock: int
    share: int
    """What each may take sustainably."""
    fishers: tuple[str, ...]
    offences: Mapping[str, int] = field(default_factory=dict)
    """Offences on record, by fisher."""


@dataclass(frozen=True)
class Judged:
    """What a rule makes of a month's landings."""

    transfers: Mapping[str, float] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    cost: float = 0.0
    """Fish that enforcement costs people."""
    offences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """No rule at all; the others refine it."""

    name = "none"
    watches = False
    """Whether members are asked, after each month, whom to fine."""
    open = False
    """Whether everybody is told what each landed."""

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                continue
            most = 1.0 if part.metadata.get("chance") else math.inf
            if not (0 <= value <= most and math.isfinite(value)):
                needed = "a chance from 0 to 1" if most == 1 else "a finite number of at least 0"
                raise InputError(where=f"{self.name}: {part.name}", needed=needed, found=f"{value:g}")

    def told(self) -> str:
        return "There is no rule: everybody takes what it likes."

    def limit(self, month: Month, fisher: str) -> float:
        """Fish that may be landed by the letter of the rule."""
        return math.inf

    def most(self, month: Month, fisher: str) -> int:
        """Fish that can be landed at all: where this binds, the rule is a permit and cannot be broken."""
        return month.stock

    def takers(self, month: Month) -> int:
        """How many can land anything: those who share what is taken if all do the same."""
        return len(month.fishers)

    def owed(self, month: Month, fisher: str, landed: Array) -> Array:
        """[option]: what landing so many fish is expected to cost the fisher."""
        return np.zeros(np.shape(landed))

    def judged(self, month: Month, landed: Mapping[str, int], rng: np.random.Generator) -> Judged:
        return Judged(offences=month.offences, events=self.broken(month, landed))

    def broken(self, month: Month, landed: Mapping[str, int]) -> tuple[Event, ...]:
        """Violations of the letter, seen by anybody or not."""
        over = {f: landed[f] - self.limit(month, f) for f in month.fishers}
        return tuple(Event("violation", f, amount=float(v), about=self.name) for f, v in over.items() if v > 0)


def chance(default: float) -> Any:
    return field(default=default, metadata={"chance": True})


@dataclass(frozen=True)
class Quota(Rule):
    """The sustainable share each, audits by chance, fines that grow with the offences on record (graduated sanctions)."""

    name = "quota"
    audit: float = chance(0.5)
    """Chance of each fisher to be audited in a month."""
    fine: float = 3.0
    """For each fish above the quota, at the first offence."""
    step: float = 1.5
    """Times as much for each offence on record."""
    error: float = chance(0.0)
    """Chance that an audit finds an excess of one fish where there is none."""
    tolerance: int = 0
    """Fish above the share that the letter lets pass: a margin of the scales, and a loophole."""
    cost: float = 0.5
    """Of an audit, in fish."""

    def told(self) -> str:
        slack = f" (plus {self.tolerance} fish, a margin for the scales)" if self.tolerance else ""
        return (
            f"Quota: each may land the sustainable share of the month{slack}. With chance {self.audit:g} a month you are audited; "
            f"a fish above the quota then costs {self.fine:g}, {self.step:g} times as much for each offence on record."
        )

    def limit(self, month: Month, fisher: str) -> float:
        return month.share + self.tolerance

    def rate(self, month: Month, fisher: str) -> float:
        return self.fine * self.step ** month.offences.get(fisher, 0)

    def owed(self, month: Month, fisher: str, landed: Array) -> Array:
        over = np.maximum(np.asarray(landed) - self.limit(month, fisher), 0)
        over = np.where(over > 0, over, self.error)
        return self.audit * self.rate(month, fisher) * over

    def judged(self, month: Month, landed: Mapping[str, int], rng: np.random.Generator) -> Judged:
        audited, wrong = rng.random((2, len(month.fishers)))
        transfers, offences, events, cost = {}, dict(month.offences), list(self.broken(month, landed)), 0.0
        for k, f in enumerate(month.fishers):
            if audited[k] >= self.audit:
                continue
            cost += self.cost
            events.append(Event("audit", "office", f))
            over = landed[f] - self.limit(month, f)
            found = over if over > 0 else float(wrong[k] < self.error)
            if found > 0:
                transfers[f] = -found * self.rate(month, f)
                offences[f] = offences.get(f, 0) + 1
                events.append(Event("sanction", "office", f, -transfers[f], over > 0, self.name))
        return Judged(transfers, tuple(events), cost, offences)


@dataclass(frozen=True)
class Contract(Rule):
    """All have signed: who lands more than the sustainable share pays the others for each fish. Landings are seen; money
    balances.
    """

    name = "contract"
    open = True
    price: float = 2.0
    """For each fish above the share, split evenly among the others."""
    signing: float = 0.0
    """Cost of having the contract, a month, in fish."""

    def told(self) -> str:
        return (
            f"Contract, signed by all: landings are public, and whoever lands more than the sustainable share of the "
            f"month pays the "
            f"others {self.price:g} for each fish above it, split evenly."
        )

    def limit(self, month: Month, fisher: str) -> float:
        return month.share

    def owed(self, month: Month, fisher: str, landed: Array) -> Array:
        return self.price * np.maximum(np.asarray(landed) - month.share, 0)

    def judged(self, month: Month, landed: Mapping[str, int], rng: np.random.Generator) -> Judged:
        due = {f: self.price * max(landed[f] - month.share, 0) for f in month.fishers}
        others = len(month.fishers) - 1
        transfers = {f: (sum(due.values()) - due[f]) / others - due[f] for f in due} if others else {}
        events = [Event("contract", f, amount=due[f], about="kept" if not due[f] else "broken") for f in due]
        events += self.broken(month, landed)
        events += [Event("sanction", "contract", f, paid, True, self.name) for f, paid in due.items() if paid]
        return Judged(transfers, tuple(events), self.signing, month.offences)


@dataclass(frozen=True)
class Licences(Rule):
    """Only holders can fish, and no more than their part of what is sustainable; licences go round. Gates cannot be climbed."""

    name = "licences"
    holders: int = 2
    """Licences a month."""
    cost: float = 2.0
    """Of the gate, a month, in fish."""

    def told(self) -> str:
        return (
            f"Licences: {self.holders} of you may fish in a month, in turn; a holder can land its part of the "
            f"sustainable catch and no "
            "more, the others nothing."
        )

    def most(self, month: Month, fisher: str) -> int:
        n, held = len(month.fishers), min(self.holders, len(month.fishers))
        if not held:
            return 0
        place = (month.fishers.index(fisher) - held * (month.number - 1)) % n
        return month.stock // 2 // held if place < held else 0

    def takers(self, month: Month) -> int:
        return max(1, min(self.holders, len(month.fishers)))

    def limit(self, month: Month, fisher: str) -> float:
        return self.most(month, fisher)

    def judged(self, month: Month, landed: Mapping[str, int], rng: np.random.Generator) -> Judged:
        return Judged(offences=month.offences, cost=self.cost, events=self.broken(month, landed))


@dataclass(frozen=True)
class Watch(Rule):
    """No office: members see what each landed, and each may fine one other, at a cost (1 to take 3, as in SanctSim's public
    code).
    """

    name = "watch"
    watches = True
    fee: float = 1.0
    """What fining costs who does it, for each unit."""
    bite: float = 3.0
    """What a unit takes from who is fined."""
    units: int = 4
    """Units of a fine."""

    def told(self) -> str:
        return (
            f"No office. The custom is that nobody lands more than the sustainable share. After each month you see "
            f"what each landed, and "
            f"may fine one of them: it costs you {self.fee * self.units:g} and takes {self.bite * self.units:g}."
        )

    def limit(self, month: Month, fisher: str) -> float:
        return month.share


RULES: dict[str, type[Rule]] = {
    "none": Rule,
    "quota": Quota,
    "contract": Contract,
    "licences": Licences,
    "watch": Watch,
}


def rule(name: str, **settings: Any) -> Rule:
    """A rule by name and settings, as a file says them. Raises InputError for names and settings that are none."""
    return made("fishery rule", RULES, name, settings)
