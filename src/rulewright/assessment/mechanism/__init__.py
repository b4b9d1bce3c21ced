"""Mechanisms for private types: what each way to one comes to, whether truth is best, and what lies were found."""

from .assess import assess

__all__ = ["assess"]
