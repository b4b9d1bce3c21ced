"""What the formats share about the table itself: its size, its labels, and which games they can hold.

In a file labels are for people: they may be empty or occur twice. A `Game` addresses actions by them, so that an empty
one becomes the label that `Game` itself would make up ("player 2", "a3") and a repeated one gets " (2)", " (3)", …
"""

import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.memory import FRACTION_BYTES, reserve
from ...numerics.rational import Array
from ..game import Game, labels, names
from .tokens import LONGEST

TITLE = "Game written by rulewright"
MOST_AXES = 32  # of an array that NumPy can run through element by element
MOST_PLAYERS = (MOST_AXES - 1) // 2  # a payoff table has 1 + 2 × players axes


def check_fit(shape: Sequence[int], what: str, *, item_bytes: int = FRACTION_BYTES) -> None:
    """Raise TooLarge where an array of this shape does not fit; sizes beyond any machine are shown as powers of ten."""
    cells = math.prod(shape)
    if cells > sys.maxsize:
        raise TooLarge(
            where=what,
            needed=f"an array of about 10^{int(cells.bit_length() * math.log10(2))} numbers",
            found="less memory than that in any machine",
            remedy="Use fewer actions, types or players, or a coarser grid.",
        )
    reserve(tuple(shape), what, item_bytes=item_bytes)


def check_players(count: int, where: str) -> None:
    """Raise TooLarge where the table would have more axes than an array can have."""
    if count > MOST_PLAYERS:
        raise TooLarge(
            where=where,
            needed=f"a payoff table of 1 + 2 × {count} axes for {count} players",
            found=f"at most {MOST_AXES} axes, which is enough for {MOST_PLAYERS} players",
            remedy="Leave out players that have no choice.",
        )


def player_names(given: Sequence[str]) -> tuple[str, ...]:
    return _different(own or made for own, made in zip(given, names("player ", len(given)), strict=True))


def action_labels(given: Sequence[str]) -> tuple[str, ...]:
    return _different(own or made for own, made in zip(given, labels("a", len(given)), strict=True))


def _different(given: Iterable[str]) -> tuple[str, ...]:
    """The same labels, with a number behind each that has occurred before."""
    wanted = list(given)
    taken, seen, result = set(wanted), dict.fromkeys(wanted, 0), []
    for label in wanted:
        seen[label] += 1
        unique = label
        while seen[label] > 1 and (unique := f"{label} ({seen[label]})") in taken:
            seen[label] += 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


def plain_table(game: Game, where: str) -> Array:
    """payoff[player, *actions] of a game that the formats can hold. Raises InputError for any other."""
    for player, types in zip(game.players, game.types, strict=True):
        if len(types) > 1:
            raise InputError(
                where=where,
                needed="a game with one type per player",
                found=f"{len(types)} types of {player}",
                remedy="Write its normal form instead: rulewright.game.lower.normal(game).",
            )
    for kind, label in [("player", p) for p in game.players] + [("action", a) for row in game.actions for a in row]:
        if not label:
            raise InputError(where=where, needed=f"a label for every {kind}", found="an empty one")
    return game.payoff.reshape((game.n, *game.action_counts))


def spelled(payoff: Any, where: str) -> str:
    """A payoff as the tokenizer reads it back: "3/7", "-2"; a float as the decimal that it prints as."""
    value = rational.fraction(payoff)
    size = sum(int(x).bit_length() for x in (value.numerator, value.denominator))
    if size > 3 * LONGEST:  # 3.3 bits make a digit
        raise InputError(
            where=where,
            needed=f"payoffs of fewer than about {LONGEST} digits",
            found="a longer one",
            remedy="Round the payoffs of the game first.",
        )
    return rational.text(value)


def notes(game: Game) -> str:
    """What the file cannot say of the game; it goes into the comment."""
    said = [f"Player 1 ({game.players[0]}) is the designer."] if game.designer else []
    if game.signals:
        said.append(f"Left out: the signals {', '.join(s.name for s in game.signals)}.")
    if np.any(game.transfer != 0):
        said.append("Payoffs include transfers.")
    return " ".join(said)
