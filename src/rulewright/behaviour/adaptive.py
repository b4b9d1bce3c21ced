"""Agents that learn: regret matching. It lives with the other learners in `behaviour/dynamics/learners.py`."""

from .dynamics.learners import RegretMatching
from .dynamics.runs import Runs

__all__ = ["RegretMatching", "Runs"]
