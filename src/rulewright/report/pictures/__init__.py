"""Pictures of games, each one call; plain SVG that needs no extra."""

from .basins import basins
from .canvas import Picture
from .flows import simplex
from .logit import logit_path
from .payoffs import equilibria
from .replies import polytopes
from .tree import tree

__all__ = ["Picture", "basins", "equilibria", "logit_path", "polytopes", "simplex", "tree"]
