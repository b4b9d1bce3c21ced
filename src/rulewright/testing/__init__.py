"""Laws that every institution, behaviour and world must keep, for the house's own tests and for third parties'.

    from rulewright.testing import institution_laws, world_laws
    institution_laws(MyInstitution(), game)        # AssertionError names the law that is broken
    institution_laws(MyInstitution(), world)       # the same on a world of rulewright.learning
    world_laws(MyWorld())

Nothing here imports JAX until a world is given.
"""

from __future__ import annotations

from typing import Any

from ..game.game import Game
from ..institution.institution import Institution
from . import games
from .games import TOLERANCE, behaviour_laws, same

__all__ = ["TOLERANCE", "behaviour_laws", "institution_laws", "same", "word_laws", "world_laws"]


def institution_laws(institution: Institution, game: Any, **options: Any) -> None:
    """The laws of institutions at one game (`tolerance=`) or world (`then=`, `steps=`, `seed=`).

    Raises AssertionError with the law that is broken.
    """
    if isinstance(game, Game):
        games.institution_laws(institution, game, **options)
    else:
        from .worlds import institution_laws as laws

        laws(institution, game, **options)


def world_laws(world: Any, *, steps: int = 4, seed: int = 0) -> None:
    """The laws of worlds, on a few random steps. Raises AssertionError with the law that is broken."""
    from .worlds import world_laws as laws

    laws(world, steps=steps, seed=seed)


def word_laws(world: Any, *, steps: int = 4, seed: int = 0) -> None:
    """What each word may and may not change in this world. Raises AssertionError with the law that is broken."""
    from .worlds import word_laws as laws

    laws(world, steps=steps, seed=seed)
