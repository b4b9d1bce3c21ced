"""What agents that read and write play: any game, and commons, markets and offices with rules of their own."""

from .bayesian import Bayesian
from .markov import Markov
from .repeated import Repeated
from .silly import SillyRules

__all__ = ["Bayesian", "Markov", "Repeated"]
