"""What agents that read and write play: any game, and commons, markets and offices with rules of their own."""

from .altar import Altar
from .bayesian import Bayesian
from .cournot import Cournot
from .fishery import Fishery
from .institution_choice import InstitutionChoice
from .markov import Markov
from .repeated import Repeated
from .silly import SillyRules

__all__ = [
    "Altar",
    "Bayesian",
    "Cournot",
    "Fishery",
    "InstitutionChoice",
    "Markov",
    "Repeated",
    "SillyRules",
]
