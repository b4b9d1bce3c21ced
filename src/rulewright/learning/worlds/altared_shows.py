"""What the altar shows, as a rule to be compared: the same world, moves and rewards; only what is seen differs.

After Trivedi, Hadfield-Menell, Hadfield, Leibo et al. (2024, workshop), whose arms these are; see `altared.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...errors import InputError
from ..institutions.ledger import WorldInstitution, a_world
from ..world import World
from .altared import ALTARS, Altared
from .altared_berries import AltaredBerries

SAYS = {
    "shown": "the altar shows the rule to those who look at it",
    "hidden": "the altar shows nothing",
    "stale": "the altar goes on showing the first rule",
}


@dataclass(frozen=True)
class AltarShows(WorldInstitution):
    """The altar of an altared world is "shown", "hidden" or "stale" from now on. Raises InputError for another word."""

    altar: str

    def __post_init__(self) -> None:
        if self.altar not in ALTARS:
            raise InputError(where="altar shows", needed=f"one of {', '.join(ALTARS)}", found=repr(self.altar))

    def moves(self, game: Any) -> tuple[Any, ...]:
        if not isinstance(a_world(game, "altar shows"), Altared | AltaredBerries):
            raise InputError(
                where="altar shows", needed="an altared world, before other rules", found=type(game).__name__
            )
        return (self,)

    def wrap(self, world: World) -> World:
        assert isinstance(world, Altared | AltaredBerries)
        return replace(world, altar=self.altar)

    def describe(self) -> str:
        return SAYS[self.altar]
