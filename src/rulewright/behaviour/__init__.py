"""Behaviours: what agents do. Those that few games ask for are loaded when they are named, here or by `named`."""

from importlib import import_module
from typing import Any

from . import quantal
from .behaviour import Behaviour, known, named, register
from .correlated import Correlated
from .dominance import Dominance, WeakDominance
from .dynamics import Dynamics, FictitiousPlay, Learning, QLearning, RareMutants, RegretMatching
from .levels import Level
from .nash import LemkeHowson, Nash, NashPath, Pure
from .prediction import Plays, Prediction, Span, Spans
from .quantal import AllQuantal, Quantal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .coalitions import CoalitionProof, Strong
    from .communication import Communication
    from .crowd import AdversarialShare, RandomShare
    from .hierarchy import Hierarchy
    from .inattentive import Inattentive
    from .near import NearCorrelated, NearPure
    from .noisy import Noisy
    from .perfect import SubgamePerfect
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

_AT = {
    "CoalitionProof": "coalitions",
    "Strong": "coalitions",
    "Communication": "communication",
    "AdversarialShare": "crowd",
    "RandomShare": "crowd",
    "Hierarchy": "hierarchy",
    "Inattentive": "inattentive",
    "NearCorrelated": "near",
    "NearPure": "near",
    "Noisy": "noisy",
    "SubgamePerfect": "perfect",
    "Sequential": "sequential",
    "Stackelberg": "stackelberg",
}
"""{class: the file it is in}."""


def __getattr__(name: str) -> Any:
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_AT[name]}", __name__), name)
