"""Taxes on earned income: schedules, what workers earn under them, Saez' formula, and the planner who looks at all of it."""

from .planner import GOALS, Planned, equality, planned, veil
from .saez import elasticity, linear_rate, saez_rates, top_rate
from .schedule import Schedule
from .workers import Workers

__all__ = [
    "GOALS",
    "Planned",
    "Schedule",
    "Workers",
    "elasticity",
    "equality",
    "linear_rate",
    "planned",
    "saez_rates",
    "top_rate",
    "veil",
]
