"""A behaviour: a named way of predicting what agents do. `behaviour(game) → Prediction`.

Names are the same in scenario files, flags and results: `pure`, `nash`, `correlated`, `coarse`, `dominance`,
`logit:5`, `level:2`, `regret-matching`. `named` reads them; `register` adds one from outside.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib import import_module

from ..errors import InputError
from ..game.game import Game
from ..game.games import Games
from ..numerics.rational import Array
from .prediction import Prediction, Spans, spans_of


class Behaviour(ABC):
    """Anything that predicts play."""

    @property
    @abstractmethod
    def name(self) -> str:
        """As written in files, for example "logit:5"."""

    @abstractmethod
    def __call__(self, game: Game) -> Prediction:
        """What agents of this kind do in `game`."""

    def many(self, games: Games) -> Spans:
        """Worst and best of the goal in each of many games. One by one here; behaviours that vectorise do better.

        Raises InputError where the games have no goal.
        """
        wanted_goal(games)
        spans, complete, how = [], [], ""
        for game in games:
            found = self(game)
            spans.append(found.span(game.goal))
            complete.append(found.complete)
            how = found.how
        return spans_of(spans, complete, how)


def wanted_goal(games: Games) -> Array:
    """goal[game, *actions]. Raises InputError where nobody said what people want."""
    if games.goal is None:
        raise InputError(
            where="games",
            needed="a goal, of which to tell the worst and the best",
            found="none",
            remedy="Give it to Games(payoff, goal), or make them with Games.of from games that have a designer.",
        )
    return games.goal


_KINDS: dict[str, Callable[[str], Behaviour]] = {}
_AT = {
    "adversarial-share": "crowd",
    "coalition-proof": "coalitions",
    "communication": "communication",
    "hierarchy": "hierarchy",
    "hierarchy-noisy": "hierarchy",
    "inattentive": "inattentive",
    "near-coarse": "near",
    "near-correlated": "near",
    "near-pure": "near",
    "noisy": "noisy",
    "noisy-uniform": "noisy",
    "random-share": "crowd",
    "sequential": "sequential",
    "stackelberg": "stackelberg",
    "strong": "coalitions",
    "subgame-perfect": "perfect",
}
"""{kind: the file that registers it}, of those that are loaded only when they are named."""
ELSEWHERE = {
    "qre": "logit",
    "quantal": "logit",
    "ch": "hierarchy",
    "ce": "correlated",
    "cce": "coarse",
    "bce": "correlated",
    "spe": "subgame-perfect",
    "spne": "subgame-perfect",
    "enummixed": "nash",
    "enumpoly": "nash",
    "enumpure": "pure",
    "hedge": "multiplicative-weights",
    "cfr": "regret-matching",
}
"""What other books and libraries call them: for a hint, not as names."""


def register(kind: str, make: Callable[[str], Behaviour]) -> None:
    """Make `named("kind")` and `named("kind:argument")` work; `make` gets the text after the colon, "" if none."""
    _KINDS[kind] = make


def named(name: str) -> Behaviour:
    """The behaviour of that name. Raises InputError with the nearest known name."""
    kind, _, argument = name.partition(":")
    if kind in _AT and kind not in _KINDS:
        import_module(f".{_AT[kind]}", __package__)
    if kind not in _KINDS:
        known_elsewhere = ELSEWHERE.get(kind.lower())
        near = [known_elsewhere] if known_elsewhere else difflib.get_close_matches(kind.lower(), known(), n=1)
        raise InputError(
            where="behaviours",
            needed=f"one of {', '.join(known())}",
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return _KINDS[kind](argument)


def known() -> tuple[str, ...]:
    """All names, loaded or not."""
    return tuple(sorted({*_KINDS, *_AT}))


def argument(kind: str, text: str, convert: Callable[[str], float], needed: str, least: float) -> float:
    """The number after the colon. Raises InputError naming what was needed."""
    try:
        value = convert(text)
        if not least <= value < float("inf"):
            raise ValueError
    except ValueError:
        raise InputError(where=f"behaviour {kind}", needed=needed, found=repr(text)) from None
    return value


def no_argument(kind: str, text: str, make: Callable[[], Behaviour]) -> Behaviour:
    if text:
        raise InputError(where=f"behaviour {kind}", needed="no argument", found=repr(text))
    return make()
