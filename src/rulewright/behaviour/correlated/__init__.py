"""Correlated and coarse correlated equilibria: worst, best, all extreme ones, in many games at once."""

from .correlated import Correlated, Polytope
from .generation import Extreme, extreme
from .polytope import optimum, polytope

__all__ = ["Correlated", "Extreme", "Polytope", "extreme", "optimum", "polytope"]
