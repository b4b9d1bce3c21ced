"""One buyer: menus of lotteries with prices, truthful by construction; learned, priced exactly for two items, certified."""

from .learn import Learned, Point, learn_menu
from .pictures import AllocationMap, allocation_map
from .posted import PostedMenu
from .proof import certificate, rounded
from .regions import revenue
from .sizes import SizeMenu, straight_jacket

__all__ = [
    "AllocationMap",
    "Learned",
    "Point",
    "PostedMenu",
    "SizeMenu",
    "allocation_map",
    "certificate",
    "learn_menu",
    "revenue",
    "rounded",
    "straight_jacket",
]
