"""Behaviours: what agents do. Importing the room registers every behaviour under its name."""

from . import quantal
from .adaptive import RegretMatching
from .behaviour import Behaviour, known, named, register
from .correlated import Correlated
from .dominance import Dominance
from .levels import Level
from .nash import LemkeHowson, Nash, Pure
from .perfect import SubgamePerfect
from .prediction import Plays, Prediction, Span, Spans
from .quantal import Quantal
from .sequential import Sequential
from .stackelberg import Stackelberg

__all__ = [
    "Behaviour",
    "Correlated",
    "Dominance",
    "LemkeHowson",
    "Level",
    "Nash",
    "Plays",
    "Prediction",
    "Pure",
    "Quantal",
    "RegretMatching",
    "Sequential",
    "Span",
    "Spans",
    "Stackelberg",
    "SubgamePerfect",
    "known",
    "named",
    "quantal",
    "register",
]
