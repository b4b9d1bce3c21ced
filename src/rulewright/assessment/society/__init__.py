"""Societies: where they end under every rule, where that tips, and what a simulation of them says."""

from .assess import assess

__all__ = ["assess"]
