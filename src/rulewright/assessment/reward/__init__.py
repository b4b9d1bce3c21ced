"""Reward functions: eight sanity checks, each with what shows it, and how to mend what fails."""

from .assess import assess, report
from .python import read

__all__ = ["assess", "read", "report"]
