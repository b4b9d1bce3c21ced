"""Beyond one equilibrium: the others of an induced game, and rules whose worst equilibrium is as good as can be had."""

from .others import Others, others, others_of
from .search import Worst, guarantee

__all__ = ["Others", "Worst", "guarantee", "others", "others_of"]
