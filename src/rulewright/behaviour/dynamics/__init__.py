"""Dynamics: agents that adjust, learn or imitate, and what their play comes to. Importing the room registers its behaviours."""

from .alpharank import alpha_rank, alpha_rank_one, stochastically_stable
from .basins import Basins, basins
from .fictitious import Averages, fictitious_play
from .finite import Population, fixations, rare_mutation, stationary_law
from .flows import FLOWS, Contest
from .follow import ENDED, Followed, follow
from .learners import FictitiousPlay, Learning, QLearning, RegretMatching
from .memory import Learned, Learner, q_learning
from .moving import Dynamics, RareMutants
from .regrets import RULES, learn
from .runs import Runs

__all__ = [
    "ENDED",
    "FLOWS",
    "RULES",
    "Averages",
    "Basins",
    "Contest",
    "Dynamics",
    "FictitiousPlay",
    "Followed",
    "Learned",
    "Learner",
    "Learning",
    "Population",
    "QLearning",
    "RareMutants",
    "RegretMatching",
    "Runs",
    "alpha_rank",
    "alpha_rank_one",
    "basins",
    "fictitious_play",
    "fixations",
    "follow",
    "learn",
    "q_learning",
    "rare_mutation",
    "stationary_law",
    "stochastically_stable",
]
