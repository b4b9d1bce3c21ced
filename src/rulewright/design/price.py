"""The price of robustness: what the best rule is worth, against how much may be other than the game says.

Bertsimas & Sim 2004, Oper. Res. 52, after whom the curve is named. It falls: each set holds those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..errors import Impossible, InputError
from ..game.game import Game
from ..numerics import rational
from .programme import solve
from .robustness import Robustness
from .rules import Rules


@dataclass(frozen=True)
class Price:
    """A curve: the value at each level."""

    kind: str
    levels: tuple[Fraction, ...]
    values: tuple[float, ...]
    """Of the best rule in the worst case, in units of the goal; NaN where no rule survives."""
    plain: float
    """The value under the rules as they are given, without the level; NaN where even then there is no rule."""
    what: str
    """What a level is."""

    @property
    def prices(self) -> tuple[float, ...]:
        """What robustness costs, at each level."""
        return tuple(self.plain - value for value in self.values)

    def describe(self) -> str:
        lines = [f"{self.what}: what the best rule is worth, and what surviving costs"]
        for level, value, price in zip(self.levels, self.values, self.prices, strict=True):
            said = "no rule survives" if value != value else f"{value:10.4f} {price:10.4f}"
            lines.append(f"{float(level):10.4g} {said}")
        return "\n".join(lines)


def _everyone(game: Game, level: Fraction) -> dict[str, Fraction]:
    return {game.players[i]: level for i in game.strategic}


KINDS: dict[str, tuple[str, Callable[[Robustness, Game, Fraction], Robustness]]] = {
    "payoff_box": (
        "error of every payoff, in payoff units",
        lambda robust, game, level: replace(robust, payoff_box=_everyone(game, level)),
    ),
    "gain_at_most": (
        "gain that nothing but payments stands against, in payoff units",
        lambda robust, game, level: replace(robust, gain_at_most=_everyone(game, level)),
    ),
    "prior_ball": (
        "total variation distance of the prior",
        lambda robust, game, level: replace(robust, prior_ball=level),
    ),
    "irrational": (
        "share of players who may do anything",
        lambda robust, game, level: replace(robust, irrational=level),
    ),
    "faulty": ("number of players who may do anything", lambda robust, game, level: replace(robust, faulty=int(level))),
}


def price_of_robustness(game: Game, rules: Rules, levels: Sequence[object], kind: str) -> Price:
    """Design again at each level of one kind of robustness; what else `rules` asks for stays.

    `kind` is a field of `Robustness` with a size: "payoff_box" and "gain_at_most" (the same for every player), "prior_ball",
    "irrational", "faulty". Raises InputError for another.
    """
    if kind not in KINDS:
        raise InputError(where="price of robustness", needed=f"kind {' or '.join(KINDS)}", found=repr(kind))
    what, at = KINDS[kind]
    exact = tuple(rational.fraction(level) for level in levels)
    if kind == "faulty" and any(level.denominator != 1 for level in exact):
        raise InputError(
            where="price of robustness", needed="whole numbers of players", found=str(list(map(str, exact)))
        )
    start = rules.robust or Robustness()
    values = [_value(game, replace(rules, robust=at(start, game, level))) for level in exact]
    return Price(kind, exact, tuple(values), _value(game, rules), what)


def _value(game: Game, rules: Rules) -> float:
    try:
        return solve(game, rules).value
    except Impossible:
        return float("nan")
