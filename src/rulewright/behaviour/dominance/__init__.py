"""Iterated dominance: strict and weak, by mixtures, at types; in many games at once."""

from .dominance import Box, Dominance, WeakDominance
from .strict import iterated
from .survivors import Step, Survivors
from .weak import weakly

__all__ = ["Box", "Dominance", "Step", "Survivors", "WeakDominance", "iterated", "weakly"]
