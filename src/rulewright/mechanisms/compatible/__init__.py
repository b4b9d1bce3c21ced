"""Menus for two bidders and two items that can never conflict, for any types of the continuum, proved in whole numbers."""

from .certificate import certify
from .learn import Learned, Step, learn_compatible
from .menus import CompatibleMenus
from .raising import lower_prices, raise_prices

__all__ = ["CompatibleMenus", "Learned", "Step", "certify", "learn_compatible", "lower_prices", "raise_prices"]
