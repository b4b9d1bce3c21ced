"""What moves these agents? Payoffs, λ and levels from observed play, with confidence sets that a robust design takes.

observations, reading   what was seen          logit, levels        how rational
family                  what they may be after weights, preference  what they are after
comparison              which behaviour        confidence           what is sure, and how sure
"""

from .comparison import Comparison, compare
from .confidence import Interval
from .estimate import Estimate, estimate, plain
from .family import Family, PayoffSet
from .levels import Hierarchy, Levels, hierarchy, levels
from .logit import Precision, common, equilibrium, replies
from .mistakes import Mistakes, mistakes
from .observations import Observations
from .preference import Revealed, reveal
from .reading import read
from .summary import tables
from .weights import Weights, weights

__all__ = [
    "Comparison",
    "Estimate",
    "Family",
    "Hierarchy",
    "Interval",
    "Levels",
    "Mistakes",
    "Observations",
    "PayoffSet",
    "Precision",
    "Revealed",
    "Weights",
    "common",
    "compare",
    "equilibrium",
    "estimate",
    "hierarchy",
    "levels",
    "mistakes",
    "plain",
    "read",
    "replies",
    "reveal",
    "tables",
    "weights",
]
