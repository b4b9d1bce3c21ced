"""Ledgers: append-only, hash-chained, on disk before anything is answered."""

from .ledger import Entry, Head, Ledger

__all__ = ["Entry", "Head", "Ledger"]
