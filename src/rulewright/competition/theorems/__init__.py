"""Theorems as claims: which guarantee holds in this case, which does not, and what is missing; every answer with its proof."""

from .certify import Certified
from .confirm import Confirmed, confirm_rich
from .guarantees import Guarantee, guarantee

__all__ = [
    "Certified",
    "Confirmed",
    "Guarantee",
    "confirm_rich",
    "guarantee",
]
