"""Laws that every institution, behaviour and world must keep, for the house's own tests and for third parties'.

    from rulewright.testing import institution_laws, world_laws
    institution_laws(MyInstitution(), game)        # AssertionError names the law that is broken
    institution_laws(MyInstitution(), world)       # the same on a world of rulewright.learning
    world_laws(MyWorld())

Claims about incentives as tests (docs/howto/incentive_tests.md; with the plugin `pytest_rulewright`):

    assert_incentives(game, claims=["equilibrium"], play={…})
    @rulewright.test(game="service_quality", institution="remove the bonus", expect_gap=0)

Nothing here imports JAX until a world is given.
"""

from __future__ import annotations

from typing import Any

from ..game.game import Game
from ..institution.institution import Institution
from . import games
from .games import TOLERANCE, behaviour_laws, same

__all__ = [
    "TOLERANCE",
    "assert_incentives",
    "behaviour_laws",
    "game_of",
    "institution_laws",
    "same",
    "test",
    "word_laws",
    "world_laws",
]


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


def assert_incentives(game: Any, institution: Any = None, **options: Any) -> Any:
    """`incentives.assert_incentives`: claims about a game under a rule, exactly; AssertionError says who gains how much by what."""
    from .incentives import assert_incentives as checked

    return checked(game, institution, **options)


def game_of(actions: Any, reward: Any, goal: Any = None) -> Game:
    """`incentives.game_of`: a game from reward code. Raises InputError."""
    from .incentives import game_of as made

    return made(actions, reward, goal)


def test(game: Any, institution: Any = None, **options: Any) -> Any:
    """`incentives.test`: a decorator that makes pytest check claims before a test runs. Raises InputError."""
    from .incentives import test as marked

    return marked(game, institution, **options)


test.__test__ = False  # type: ignore[attr-defined]  # pytest does not take it for one itself
