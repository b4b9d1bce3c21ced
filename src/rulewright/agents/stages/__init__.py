"""What agents that read and write play: any game, and commons, markets and offices with rules of their own."""

from .fishery import Fishery
from .repeated import Repeated

__all__ = ["Fishery", "Repeated"]
