"""Market alignment of a ratings table: who is near, what is missing, what would help, and what that guarantees."""

from .align import hull
from .found import HullFound
from .output import save

__all__ = ["HullFound", "hull", "save"]
