"""Scripted characters: selfish, conformist, altruist, noisy, colluder, lawyer, injector, reciprocator; on any stage."""

from .personality import PERSONALITIES, Personality, personality
from .prospect import Prospect, prospects

__all__ = ["PERSONALITIES", "Personality", "Prospect", "personality", "prospects"]
