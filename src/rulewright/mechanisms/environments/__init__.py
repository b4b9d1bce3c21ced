"""Environments beyond auctions, one idea a file: who knows what privately, what may be decided, what people want of it."""

from .goods import club_good, public_good
from .items import budget_auction, identical_items
from .periods import stock
from .places import facility_location
from .production import shared_production
from .sharing import bandwidth, compute_sharing
from .tasks import makespan, task_allocation
from .trade import bilateral_trade, double_auction
from .types import grid

__all__ = [
    "bandwidth",
    "bilateral_trade",
    "budget_auction",
    "club_good",
    "compute_sharing",
    "double_auction",
    "facility_location",
    "grid",
    "identical_items",
    "makespan",
    "public_good",
    "shared_production",
    "stock",
    "task_allocation",
]
