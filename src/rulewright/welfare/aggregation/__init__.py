"""Aggregators of people's judgements, in a declared family, with their laws."""

from .aggregator import Aggregator
from .bridging import Bridging
from .consensus import GroupConsensus, Leximin, group_consensus
from .counted import Majority, Supermajority
from .family import aggregator
from .judgements import Judgements
from .laws import Law, laws
from .middles import Mean, Median
from .opinion import Opinions, opinion_groups
from .rankings import approval, borda, condorcet_winner

__all__ = [
    "Aggregator",
    "Bridging",
    "GroupConsensus",
    "Judgements",
    "Law",
    "Leximin",
    "Majority",
    "Mean",
    "Median",
    "Opinions",
    "Supermajority",
    "aggregator",
    "approval",
    "borda",
    "condorcet_winner",
    "group_consensus",
    "laws",
    "opinion_groups",
]
