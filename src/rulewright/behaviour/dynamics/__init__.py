"""Dynamics: agents that adjust, learn or imitate, and what their play comes to."""

from .flows import FLOWS, Contest
from .follow import ENDED, Followed, follow

__all__ = ["ENDED", "FLOWS", "Contest", "Followed", "follow"]
