"""Social dilemmas: two curves for many players, four kinds of goods, a pool that is drawn from, and the institutions that fit."""

from .dilemma import Dilemma
from .goods import Goods
from .pool import Pool

__all__ = ["Dilemma", "Goods", "Pool"]
