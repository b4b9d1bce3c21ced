"""Optimal auctions of several items on grids of values."""

from .optimal import Auction, optimal
from .setting import Setting, midpoints, product

__all__ = ["Auction", "Setting", "midpoints", "optimal", "product"]
