"""Design by learning: settings of an institution are tried with learners inside, or followed uphill."""

from .evolution import Evolved, evolve
from .gradient import Ascent, ascend
from .grid import grid

__all__ = ["Ascent", "Evolved", "ascend", "evolve", "grid"]
