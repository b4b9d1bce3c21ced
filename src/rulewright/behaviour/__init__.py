"""Behaviours: what agents do. Importing the room registers every behaviour under its name."""

from . import quantal
from .adaptive import RegretMatching
from .behaviour import Behaviour, known, named, register
from .coalitions import CoalitionProof, Strong
from .communication import Communication
from .correlated import Correlated
from .crowd import AdversarialShare, RandomShare
from .dominance import Dominance, WeakDominance
from .hierarchy import Hierarchy
from .inattentive import Inattentive
from .levels import Level
from .nash import LemkeHowson, Nash, NashPath, Pure
from .near import NearCorrelated, NearPure
from .noisy import Noisy
from .perfect import SubgamePerfect
from .prediction import Plays, Prediction, Span, Spans
from .quantal import AllQuantal, Quantal
from .sequential import Sequential
from .stackelberg import Stackelberg

__all__ = [
    "AdversarialShare",
    "AllQuantal",
    "Behaviour",
    "CoalitionProof",
    "Communication",
    "Correlated",
    "Dominance",
    "Hierarchy",
    "Inattentive",
    "LemkeHowson",
    "Level",
    "Nash",
    "NashPath",
    "NearCorrelated",
    "NearPure",
    "Noisy",
    "Plays",
    "Prediction",
    "Pure",
    "Quantal",
    "RandomShare",
    "RegretMatching",
    "Sequential",
    "Span",
    "Spans",
    "Stackelberg",
    "Strong",
    "SubgamePerfect",
    "WeakDominance",
    "known",
    "named",
    "quantal",
    "register",
]
