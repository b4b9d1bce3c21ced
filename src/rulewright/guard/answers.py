"""A line of the ledger, read back as the answer that was given: so that a request that is sent again is answered alike."""

from __future__ import annotations

from fractions import Fraction

from .act import Act, Verdict
from .ledger import Entry


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
