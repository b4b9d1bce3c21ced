"""Finite populations that play in groups: chances of fixation, stationary laws, single events, and crowds of millions."""

from .backends import run
from .chain import Imitation
from .crowd import Counted, Crowd
from .events import Course, follow
from .game import GroupGame

__all__ = ["Counted", "Course", "Crowd", "GroupGame", "Imitation", "follow", "run"]
