"""Repeated quantity competition under a governance graph, a constitution, or nothing: `Cournot(law("graph", fine=2))`."""

from .cournot import CUTS, LAWS, Books, Constitution, Cournot, Graph, Law, law, tier
from .graph import Entry, Manifest, Standing, Transition, graduated
from .market import Market

__all__ = [
    "CUTS",
    "LAWS",
    "Books",
    "Constitution",
    "Cournot",
    "Entry",
    "Graph",
    "Law",
    "Manifest",
    "Market",
    "Standing",
    "Transition",
    "graduated",
    "law",
    "tier",
]
