"""Rival senders: Alice decides, AIs who know more tell her what suits them, and compete."""

from .entry import Changes, biased, colluding, market_changes, merged, with_entrant, without
from .families import FAMILIES, family, measure, pilot, turned
from .persuasion import Advice, Curve, advice, curve
from .rich import Rich
from .selection import Alone, Selection, alone, best_ai
from .setting import Rivals

__all__ = [
    "FAMILIES",
    "Advice",
    "Alone",
    "Changes",
    "Curve",
    "Rich",
    "Rivals",
    "Selection",
    "advice",
    "alone",
    "best_ai",
    "biased",
    "colluding",
    "curve",
    "family",
    "market_changes",
    "measure",
    "merged",
    "pilot",
    "turned",
    "with_entrant",
    "without",
]
