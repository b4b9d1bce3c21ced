"""Mechanisms for continuous types and many items: searched for in floats, truthful by construction, audited by strangers."""

from .decisions import Allocation, Bundles, Choice, Place, Shares
from .environment import GOALS, REVENUE, SURPLUS, WELFARE, WORST_OFF, Environment, Goal, auction, bundle_auction
from .itemwise import Itemwise
from .laws import Exponential, Law, Pieces, Triangle, Uniform
from .mechanism import Estimate, Mechanism, Menu, MenuMechanism, Outcome, estimate

__all__ = [
    "GOALS",
    "REVENUE",
    "SURPLUS",
    "WELFARE",
    "WORST_OFF",
    "Allocation",
    "Bundles",
    "Choice",
    "Environment",
    "Estimate",
    "Exponential",
    "Goal",
    "Itemwise",
    "Law",
    "Mechanism",
    "Menu",
    "MenuMechanism",
    "Outcome",
    "Pieces",
    "Place",
    "Shares",
    "Triangle",
    "Uniform",
    "auction",
    "bundle_auction",
    "estimate",
]
