"""Decisions of agents beside those of people and of institutions."""

from .assess import assess

__all__ = ["assess"]
