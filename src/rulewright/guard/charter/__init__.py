"""Charters: what a guard enforces, clause by clause."""

from .charter import Charter
from .clauses import (
    ALL,
    Agent,
    Appeals,
    Audit,
    Commit,
    Drift,
    Ladder,
    Pay,
    Permit,
    Price,
    Reveal,
    Rung,
    Shown,
    Speak,
)

__all__ = [
    "ALL",
    "Agent",
    "Appeals",
    "Audit",
    "Charter",
    "Commit",
    "Drift",
    "Ladder",
    "Pay",
    "Permit",
    "Price",
    "Reveal",
    "Rung",
    "Shown",
    "Speak",
]
