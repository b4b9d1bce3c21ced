"""What a world is, what it emits, what its players see, and how one is wrapped."""

from .events import Events, Kind, Reading
from .pytree import pytree, static
from .record import Record, Recorded
from .seen import Seen
from .turn import Entry, Turn
from .world import World
from .wrapper import Wrapper

__all__ = [
    "Entry",
    "Events",
    "Kind",
    "Reading",
    "Record",
    "Recorded",
    "Seen",
    "Turn",
    "World",
    "Wrapper",
    "pytree",
    "static",
]
