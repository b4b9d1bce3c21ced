"""Culture: learners and imitators in a world that changes, and what improving what one copies does to that."""

from .cumulative import CumulativeCulture
from .rogers import Culture

__all__ = ["Culture", "CumulativeCulture"]
