"""The seven words on worlds, one file each. Importing this room teaches `institution(world)`."""

from . import admit, care, commit, monitors, pay, permit, reveal, speak
from .admit import with_designer
from .commit import Scripted
from .lift import lift
from .monitors import Watched, watched
from .permit import Bar
from .reveal import Hide, Show

__all__ = [
    "Bar",
    "Hide",
    "Scripted",
    "Show",
    "Watched",
    "admit",
    "care",
    "commit",
    "lift",
    "monitors",
    "pay",
    "permit",
    "reveal",
    "speak",
    "watched",
    "with_designer",
]
