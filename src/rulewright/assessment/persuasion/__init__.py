"""Persuasion in time: what each way to inform brings people, however ties are broken, and what is proved of it."""

from .assess import assess

__all__ = ["assess"]
