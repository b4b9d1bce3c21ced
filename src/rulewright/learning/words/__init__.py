"""The seven words on worlds, one file each. Importing this room teaches `institution(world)`."""

from . import pay
from .lift import lift

__all__ = ["lift", "pay"]
