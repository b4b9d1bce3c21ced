"""Equilibrium selection risk: equilibria traced along a parameter, tipping points, hysteresis, margin and recovery cost."""

from .loops import Loop, critical, fold, learning, logit_response, loop
from .trace import Branch, Jump, Trace, trace

__all__ = ["Branch", "Jump", "Loop", "Trace", "critical", "fold", "learning", "logit_response", "loop", "trace"]
