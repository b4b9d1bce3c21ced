"""Persuasion in time beyond tables: a sender's network, trained with obedience as a Lagrangian, audited by exact best replies."""

from .continuum import Continuum, traffic
from .sender import Learned, Settings, learn

__all__ = ["Continuum", "Learned", "Settings", "learn", "traffic"]
