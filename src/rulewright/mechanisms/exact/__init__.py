"""Mechanisms that are truthful by construction beyond auctions, the few foils that are not, and a search among them."""

from .capacity import EfficientDivision, EqualSplit, ProportionalShare
from .cost_sharing import EqualShares, SerialShares
from .expected_externality import ExpectedExternality, expected_externality
from .families import FAMILIES, Family, choice_boosts, phantom_places, posted_prices, task_reserves
from .maximal import Maximal, broker, clarke, groves, pivotal
from .medians import Medians, median, percentiles, phantoms
from .procurement import Procurement, cheapest, myerson_procurement
from .ranges import Range, listed
from .redistribution import Ratio, Redistribution, best_ratio, cavallo, redistributing, worst_ratio
from .search import Searched, search
from .trade import McAfee, PostedTrade, SecondBest, SplitTheGap, linear_equilibrium

__all__ = [
    "FAMILIES",
    "EfficientDivision",
    "EqualShares",
    "EqualSplit",
    "ExpectedExternality",
    "Family",
    "Maximal",
    "McAfee",
    "Medians",
    "PostedTrade",
    "Procurement",
    "ProportionalShare",
    "Range",
    "Ratio",
    "Redistribution",
    "Searched",
    "SecondBest",
    "SerialShares",
    "SplitTheGap",
    "best_ratio",
    "broker",
    "cavallo",
    "cheapest",
    "choice_boosts",
    "clarke",
    "expected_externality",
    "groves",
    "linear_equilibrium",
    "listed",
    "median",
    "myerson_procurement",
    "percentiles",
    "phantom_places",
    "phantoms",
    "pivotal",
    "posted_prices",
    "redistributing",
    "search",
    "task_reserves",
    "worst_ratio",
]
