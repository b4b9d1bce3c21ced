"""Optimal auctions of several items on grids of values."""

from .interim import Interim, interim
from .optimal import Auction, optimal
from .setting import Setting, midpoints, product

__all__ = ["Auction", "Interim", "Setting", "interim", "midpoints", "optimal", "product"]
