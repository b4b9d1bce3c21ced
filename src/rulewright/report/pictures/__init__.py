"""Pictures of games, each one call; plain SVG that needs no extra."""

from .basins import basins
from .canvas import Picture
from .flows import simplex
from .replies import polytopes

__all__ = ["Picture", "basins", "polytopes", "simplex"]
