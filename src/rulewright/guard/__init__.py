"""Institutions as a runtime: acts pass a guard that permits, pays, audits, sanctions, hears appeals, and keeps a ledger."""

from .act import Act, Verdict
from .charter import Charter
from .guard import Guard
from .ledger import Entry, Head, Ledger

__all__ = ["Act", "Charter", "Entry", "Guard", "Head", "Ledger", "Verdict"]
