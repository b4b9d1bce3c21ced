"""Agents that read and write: every rule under every cast, what people get, who breaks it, who is what."""

from .assess import assess

__all__ = ["assess"]
