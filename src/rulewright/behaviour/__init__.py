"""Behaviours: what agents do. Importing the room registers every behaviour under its name."""

from . import quantal
from .behaviour import Behaviour, known, named, register
from .coalitions import CoalitionProof, Strong
from .communication import Communication
from .correlated import Correlated
from .crowd import AdversarialShare, RandomShare
from .dominance import Dominance, WeakDominance
from .dynamics import Dynamics, FictitiousPlay, Learning, QLearning, RareMutants, RegretMatching
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
    "Dynamics",
    "FictitiousPlay",
    "Hierarchy",
    "Inattentive",
    "Learning",
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
    "QLearning",
    "Quantal",
    "RandomShare",
    "RareMutants",
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
