"""Market alignment: how near people's utility is to a mix of those of the AIs on offer."""

from .fit import KINDS, Comparison, Decomposition, Fit, compare
from .growth import Growth
from .reading import read, rows
from .table import Table

__all__ = [
    "KINDS",
    "Comparison",
    "Decomposition",
    "Fit",
    "Growth",
    "Table",
    "compare",
    "read",
    "rows",
]
