"""What an agent may read of a ledger, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .charter import Charter
from .ledger import Entry
from .state import State

PUBLIC = ("opening", "nonce", "settlement", "final")
"""Kinds that everybody reads; of a settlement only one's own part."""
OWN = ("transfers", "cut", "payoffs")


def reads(charter: Charter, agent: str, entry: Entry) -> bool:
    """Whether an agent may read an entry."""
    if entry.agent == agent or entry.kind in PUBLIC or (entry.kind != "withheld" and agent in entry.body.get("to", ())):
        return True
    if entry.agent not in {a.name for a in charter.agents}:
        return False
    return any(
        entry.kind in r.kinds and charter.speaks_of(r.to, agent) and charter.speaks_of(r.of, entry.agent)
        for r in charter.reveals
    )


def redacted(entry: Entry, agent: str) -> Entry:
    """The entry without what is others'."""
    if entry.kind != "settlement":
        return entry if entry.agent == agent else replace(entry, key="")
    body: dict[str, Any] = {k: _own(v, agent) if k in OWN else v for k, v in entry.body.items()}
    for name in ("unpaid", "missing", "salt"):
        body.pop(name, None)
    return replace(entry, body=body, key="")


def _own(data: Mapping[str, Any], agent: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name == agent}


@dataclass(frozen=True)
class Standing:
    """One agent at one moment."""

    period: int
    money: Fraction
    """Deposit and what was settled."""
    owed: Fraction
    """For acts, outcomes and sanctions of this period; tables on signals come with the settlement."""
    offences: int
    excluded: int
    """Last period of an exclusion that holds; -1: none."""
    sanctions: tuple[int, ...]
    """Numbers of the sanctions that count."""


def standing(state: State, agent: str) -> Standing:
    """Where an agent stands."""
    one = state.accounts[agent]
    return Standing(state.period, one.money, one.owed, len(one.offences), state.excluded(agent), tuple(one.offences))
