"""Optimal auctions of several items on grids of values."""

from . import myerson
from .exact import Exact, exact
from .games import additive_auction_game, mechanism
from .interim import Interim, interim
from .optimal import Auction, optimal
from .setting import Setting, midpoints, product

__all__ = [
    "Auction",
    "Exact",
    "Interim",
    "Setting",
    "additive_auction_game",
    "exact",
    "interim",
    "mechanism",
    "midpoints",
    "myerson",
    "optimal",
    "product",
]
