"""Pictures of games, each one call; plain SVG that needs no extra."""

from .bands import Band, bands
from .basins import basins
from .beliefs import beliefs
from .canvas import Picture
from .edgeworth import edgeworth
from .flows import simplex
from .logit import logit_path
from .losses import losses
from .payoffs import equilibria
from .replies import polytopes
from .tree import tree
from .votes import thresholds, votes

__all__ = [
    "Band",
    "Picture",
    "bands",
    "basins",
    "beliefs",
    "edgeworth",
    "equilibria",
    "logit_path",
    "losses",
    "polytopes",
    "simplex",
    "thresholds",
    "tree",
    "votes",
]
