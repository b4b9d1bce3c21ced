"""Finite populations that play in groups: chances of fixation, stationary laws, single events, and crowds of millions."""

from .backends import run
from .crowd import Counted, Crowd
from .game import GroupGame

__all__ = ["Counted", "Crowd", "GroupGame", "run"]
