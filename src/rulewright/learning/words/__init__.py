"""The seven words on worlds, one file each. Importing this room teaches `institution(world)`."""

from typing import Any

from ...institution.words import phrase
from . import admit, care, commit, monitors, pay, permit, reveal, speak
from .admit import with_designer
from .commit import Scripted
from .lift import lift
from .monitors import Watched, watched
from .permit import Bar
from .reveal import Hide, Show

for _beside in (Bar, Hide, Scripted, Show, Watched):

    @phrase.register(_beside)
    def _(move: Any, game: Any) -> str:
        del game
        return move.describe()  # type: ignore[no-any-return]


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
