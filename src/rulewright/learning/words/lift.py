"""What a move does to a world: one function per word, registered here, so that every institution works on worlds unchanged.

A sentence on a world may hold, beside the seven words, records (what the rule remembers, see `world/record.py`) and wrappers of
its own, anything with `wrap(world) -> World`.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from ...errors import InputError
from ...institution.institution import moved
from ..world import World


@singledispatch
def lift(move: Any, world: World) -> World:
    """The world after one move. Raises InputError where the move does not fit the world."""
    if callable(getattr(move, "wrap", None)):
        return move.wrap(world)  # type: ignore[no-any-return]
    raise InputError(where="institution", needed="a move made of the seven words, or a record", found=repr(move))


@moved.register
def _(game: World, move: Any) -> World:
    return lift(move, game)
