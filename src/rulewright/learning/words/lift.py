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
        return named_apart(move.wrap(world), move)
    raise InputError(where="institution", needed="a move made of the seven words, or a record", found=repr(move))


def named_apart(made: World, move: Any) -> World:
    """`made`, whose events have different names. Raises InputError: of two that are named alike, rules read the first only."""
    names = [kind.name for kind in made.kinds]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(
            where=f"institution, {type(move).__name__}",
            needed="events that the world does not emit yet",
            found=f"a second “{twice}”",
            remedy="Two rules of this kind cannot stand in one sentence: each would read the other's events.",
        )
    return made


@moved.register
def _(game: World, move: Any) -> World:
    return lift(move, game)
