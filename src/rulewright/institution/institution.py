"""An institution: a function from games to games, written as moves.

What its moves are may depend on the game it is given (a linear contract needs to know the acts that it pays for), so an
institution is asked for its moves at a game. The laws, tested as properties in `rulewright.testing`: the input is
untouched, and (a >> b)(g) equals b(a(g)).

A game may be held in arrays (`Game`) or in functions (a world of `rulewright.learning`): whoever holds games in another way
registers what a move does there, with `moved`, and gives them a game's `players`, `actions`, `index` and `signal`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from ..errors import InputError
from ..game.game import Game
from .moves import Care, Move, apply, as_data

G = TypeVar("G")


@singledispatch
def moved(game: Any, move: Any) -> Any:
    """The game after one move, however it is held."""
    raise InputError(where="institution", needed="a game, or a world of rulewright.learning", found=type(game).__name__)


@moved.register
def _(game: Game, move: Move) -> Game:
    return apply(move, game)


# Games are frozen, so what an institution does to one of them is worked out once, and forgotten with the game. Kept are
# the institution (so that its id stays its own), its moves, and the games after each: nothing that holds the game itself.
_TRACES: WeakKeyDictionary[Any, dict[int, tuple[Any, tuple[Any, ...], tuple[Any, ...]]]] = WeakKeyDictionary()


class Institution(ABC):
    """Anything with moves. `institution(game)` is the induced game; `first >> second` does one after the other."""

    @abstractmethod
    def moves(self, game: Game) -> tuple[Move, ...]:
        """The sentence at this game."""

    @abstractmethod
    def describe(self) -> str:
        """One sentence for people."""

    def __call__(self, game: G) -> G:
        return self.trace(game)[1]

    def trace(self, game: G) -> tuple[tuple[tuple[Move, G], ...], G]:
        """Every move with the game that it is made in, and the game after the last one; worked out once per game."""
        known = _TRACES.setdefault(game, {})
        if id(self) not in known:
            moves, after, here = self.moves(game), [], game  # type: ignore[arg-type]
            for move in moves:
                here = moved(here, move)
                after.append(here)
            known[id(self)] = self, moves, tuple(after)
        _, moves, games = known[id(self)]
        return tuple(zip(moves, (game, *games), strict=False)), (game, *games)[-1]

    def __rshift__(self, other: Institution) -> Institution:
        return Chain((*_links(self), *_links(other)))

    def changes_preferences(self, game: Any) -> bool:
        """Whether it says `care`: the only word that touches what players want."""
        return any(isinstance(move, Care) for move, _ in self.trace(game)[0])

    def as_data(self, game: Game) -> dict[str, Any]:
        """Plain data for certificates, see docs/certificate.md."""
        return {"name": self.describe(), "moves": [as_data(move) for move, _ in self.trace(game)[0]]}


@dataclass(frozen=True)
class Moves(Institution):
    """A sentence that is the same at every game."""

    name: str
    sentence: tuple[Move, ...] = ()

    @staticmethod
    def of(name: str, moves: Iterable[Move]) -> Moves:
        return Moves(name, tuple(moves))

    def moves(self, game: Game) -> tuple[Move, ...]:
        return self.sentence

    def describe(self) -> str:
        return self.name


NOTHING = Moves("no rule")


@dataclass(frozen=True)
class Chain(Institution):
    """Institutions one after the other."""

    links: tuple[Institution, ...]

    def moves(self, game: Game) -> tuple[Move, ...]:
        said: list[Move] = []
        for link in self.links:
            steps, game = link.trace(game)
            said.extend(move for move, _ in steps)
        return tuple(said)

    def describe(self) -> str:
        return ", then ".join(link.describe() for link in self.links) or "no rule"


def _links(institution: Institution) -> tuple[Institution, ...]:
    return institution.links if isinstance(institution, Chain) else (institution,)
