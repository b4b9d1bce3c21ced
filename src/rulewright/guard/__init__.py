"""Institutions as a runtime: acts pass a guard that permits, pays, audits, sanctions, hears appeals, and keeps a ledger."""

from .act import Act, Verdict

__all__ = ["Act", "Verdict"]
