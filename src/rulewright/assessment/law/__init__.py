"""Laws: a score card of legal attributes, for a rule as data, as a function, or as a table of decisions."""

from .assess import assess
from .check import checked

__all__ = ["assess", "checked"]
