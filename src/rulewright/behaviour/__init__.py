"""Behaviours: what agents do. Importing the room registers every behaviour under its name."""

from . import adaptive, correlated, dominance, levels, nash, quantal
from .behaviour import Behaviour, known, named, register
from .prediction import Plays, Prediction, Span

__all__ = [
    "Behaviour", "Plays", "Prediction", "Span", "adaptive", "correlated", "dominance", "known", "levels", "named",
    "nash", "quantal", "register",
]
