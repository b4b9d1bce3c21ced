"""Institutions as a runtime: acts pass a guard that permits, pays, audits, sanctions, hears appeals, and keeps a ledger."""

from .act import Act, Verdict
from .charter import Charter
from .ledger import Entry, Head, Ledger
from .runtime import Guard
from .tools import Refused, guarded
from .wrapping import guard, wrapped

__all__ = ["Act", "Charter", "Entry", "Guard", "Head", "Ledger", "Refused", "Verdict", "guard", "guarded", "wrapped"]
