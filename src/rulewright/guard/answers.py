"""A line of the ledger, read back as the answer that was given: so that a request that is sent again is answered alike."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..errors import InputError
from .act import Act, Verdict
from .ledger import Entry
from .ledger.chain import canonical


def repeated(entry: Entry, kinds: tuple[str, ...], asked: Mapping[str, Any]) -> Entry:
    """The line of a request that comes again. Raises InputError where another one is asked for under its key."""
    told = entry.body.get("asked", entry.body)
    if entry.kind not in kinds or canonical({name: told.get(name) for name in asked}) != canonical(dict(asked)):
        raise InputError(
            where=f"request {entry.key!r} of {entry.agent}",
            needed=f"a new key for this {kinds[0]}",
            found=f"that of {'another' if entry.kind in kinds else 'a'} {entry.kind}",
        )
    return entry


def done_of(act: Act) -> dict[str, Any]:
    """An act as the ledger has it."""
    return {"name": str(act.name), "arguments": dict(act.arguments), "session": str(act.session)}


def done(entry: Entry) -> Act:
    """The act that an entry is the record of."""
    body = entry.body
    return Act(entry.agent, body["name"], body["arguments"], body["session"])


def answer(entry: Entry, act: Act | None = None) -> Verdict:
    """The verdict that an entry is the record of."""
    body = entry.body
    if entry.kind in ("message", "withheld"):
        told = Act(entry.agent, "message", {"to": body["to"], "text": body["text"]})
        return Verdict(entry.kind == "message", told, body["reason"], 0.0, entry.number)
    return Verdict(
        entry.kind != "refused",
        act or done(entry),
        body["reason"],
        float(Fraction(body.get("charged", body.get("owed", 0)))),
        entry.number,
    )
