"""Alignment of values, of preferences and of objectives: of one agent alone, and of the same agents together."""

from .compare import Compared, compare
from .model import AlignmentTypes
from .scores import Group, Scores, scores

__all__ = ["AlignmentTypes", "Compared", "Group", "Scores", "compare", "scores"]
