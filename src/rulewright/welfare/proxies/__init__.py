"""Proxies: what becomes of what people want while something that leaves part of it out is optimised."""

from .ascent import Course, Wants, ascent
from .best_of_n import Curve, best_of_n
from .limits import Limit, limit, optimum

__all__ = ["Course", "Curve", "Limit", "Wants", "ascent", "best_of_n", "limit", "optimum"]
