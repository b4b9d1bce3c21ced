"""Punishment in groups: who cooperates, who makes others cooperate, and what else can be held up that way."""

from .model import Punishment
from .rests import Edge, Rest, edge, invasion
from .stage import TYPES, Stage

__all__ = ["TYPES", "Edge", "Punishment", "Rest", "Stage", "edge", "invasion"]
