"""Myerson's generalised principal–agent problem as one linear programme; every row is an option of `Rules`."""

from .solve import Outcome, solve

__all__ = ["Outcome", "solve"]
