"""Choosing the best AI from evaluations on finite samples: what a sample proves, and what the choice makes AIs do."""

from .effort import Contest, on_grid, symmetric
from .noise import Probit, Sampled, Softmax, guarantee
from .planning import Plan, plan, within
from .reuse import Ladder, survives, winner
from .selection import degradation, worst
from .sequential import eliminate, halve
from .verdict import Verdict, judge

__all__ = [
    "Contest",
    "Ladder",
    "Plan",
    "Probit",
    "Sampled",
    "Softmax",
    "Verdict",
    "degradation",
    "eliminate",
    "guarantee",
    "halve",
    "judge",
    "on_grid",
    "plan",
    "survives",
    "symmetric",
    "winner",
    "within",
    "worst",
]
