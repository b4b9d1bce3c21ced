"""The main job for worlds of learning agents."""

from .assess import assess

__all__ = ["assess"]
