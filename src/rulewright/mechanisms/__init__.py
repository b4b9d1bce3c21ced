"""Mechanisms for continuous types and many items: searched for in floats, truthful by construction, audited by strangers."""

from .affine import AffineMaximiser, SizeBoosted, learn_affine
from .audit import Audit, audit
from .compatible import CompatibleMenus, learn_compatible
from .decisions import Allocation, Bundles, Choice, Place, Shares
from .environment import GOALS, REVENUE, SURPLUS, WELFARE, WORST_OFF, Environment, Goal, auction, bundle_auction
from .fees import EntryFees
from .itemwise import Itemwise
from .laws import Exponential, Law, Pieces, Triangle, Uniform
from .mechanism import Estimate, Mechanism, Menu, MenuMechanism, Outcome, estimate, estimates
from .menus import PostedMenu, SizeMenu, learn_menu
from .repair import Repaired, repair

__all__ = [
    "GOALS",
    "REVENUE",
    "SURPLUS",
    "WELFARE",
    "WORST_OFF",
    "AffineMaximiser",
    "Allocation",
    "Audit",
    "Bundles",
    "Choice",
    "CompatibleMenus",
    "EntryFees",
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
    "PostedMenu",
    "Repaired",
    "Shares",
    "SizeBoosted",
    "SizeMenu",
    "Triangle",
    "Uniform",
    "auction",
    "audit",
    "bundle_auction",
    "estimate",
    "estimates",
    "learn_affine",
    "learn_compatible",
    "learn_menu",
    "repair",
]
