"""What a mechanism satisfies on a game: computed, with a certificate for every yes and a counterexample for every no."""

from .case import Manipulation, manipulation
from .questions import PROPERTIES, Property
from .table import Finding, PropertyRow, PropertyTable, properties, property_table

__all__ = [
    "PROPERTIES",
    "Finding",
    "Manipulation",
    "Property",
    "PropertyRow",
    "PropertyTable",
    "manipulation",
    "properties",
    "property_table",
]
