"""Implementation by promises: payments that make a wanted profile the only thing to do."""

from .coalitions import Groups
from .family import Family, describe
from .promises import Promise, implement

__all__ = ["Family", "Groups", "Promise", "describe", "implement"]
