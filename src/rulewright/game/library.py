"""Named base games, each with its source. Payoffs are exact; the first action is the one that people want."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ..errors import InputError
from .game import Game
from .trees import beer_and_quiche, entry, horse, outside_option

TWO = ("cooperate", "defect")


def symmetric(reward: int, sucker: int, temptation: int, punishment: int, actions: tuple[str, str] = TWO) -> Game:
    """Two players, two actions, payoffs R, S, T, P of the row player (the letters of Rapoport & Chammah 1965)."""
    row = np.array([[reward, sucker], [temptation, punishment]])
    return Game.normal(np.array([row, row.T]), players=("row", "column"), actions=(actions, actions))


def prisoners() -> Game:
    """Prisoner's dilemma (Rapoport & Chammah 1965), R 3, S 0, T 5, P 1 (Axelrod 1984)."""
    return symmetric(3, 0, 5, 1)


def stag_hunt() -> Game:
    """Stag hunt (after Rousseau; Skyrms 2004), stag together 4, alone 0; hare 3 whatever the other does."""
    return symmetric(4, 0, 3, 3, ("stag", "hare"))


def chicken() -> Game:
    """Chicken, with the payoffs of Aumann 1974 (J. Math. Econ. 1): (6,6), (2,7), (7,2), (0,0)."""
    return symmetric(6, 2, 7, 0, ("yield", "dare"))


def bach_or_stravinsky() -> Game:
    """Battle of the sexes (Luce & Raiffa 1957; Osborne & Rubinstein 1994): together at 2, 1 or 1, 2, else 0."""
    row = np.array([[2, 0], [0, 1]])
    column = np.array([[1, 0], [0, 2]])
    names = ("bach", "stravinsky")
    return Game.normal(np.array([row, column]), players=("row", "column"), actions=(names, names))


def coordination() -> Game:
    """Pure coordination on one of two conventions (Schelling 1960), one of them better: 2 and 1."""
    return symmetric(2, 0, 0, 1, ("left", "right"))


def matching_pennies() -> Game:
    """Matching pennies: no pure equilibrium; both mix half and half."""
    row = np.array([[1, -1], [-1, 1]])
    names = ("heads", "tails")
    return Game.normal(np.array([row, -row]), players=("even", "odd"), actions=(names, names))


def rock_paper_scissors() -> Game:
    """Rock, paper, scissors: one equilibrium, uniform."""
    row = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    names = ("rock", "paper", "scissors")
    return Game.normal(np.array([row, -row]), players=("row", "column"), actions=(names, names))


def travelers_dilemma(highest: int = 100, lowest: int = 2, bonus: int | Fraction = 2) -> Game:
    """Traveler's dilemma (Basu 1994, Am. Econ. Rev. 84): both get the lower claim, the lower claimant a bonus more."""
    claims = np.arange(lowest, highest + 1)
    mine, other = np.meshgrid(claims, claims, indexing="ij")
    row = np.minimum(mine, other) + bonus * (np.sign(other - mine))
    labels = tuple(map(str, claims))
    return Game.normal(np.array([row, row.T]), players=("first", "second"), actions=(labels, labels))


def public_goods(players: int = 4, factor: Fraction = Fraction(8, 5)) -> Game:
    """Public goods: each keeps 1 or gives it; gifts are multiplied and shared by all (Isaac & Walker 1988)."""
    gifts = np.indices((2,) * players) == 0
    share = factor * gifts.sum(axis=0) / Fraction(players)
    payoff = np.array([share + (1 - gift.astype(object)) for gift in gifts], dtype=object)
    return Game.normal(
        payoff, players=tuple(f"p{k}" for k in range(1, players + 1)), actions=(("give", "keep"),) * players
    )


GAMES: dict[str, Callable[[], Game]] = {
    make.__name__: make
    for make in (
        prisoners,
        stag_hunt,
        chicken,
        bach_or_stravinsky,
        coordination,
        matching_pennies,
        rock_paper_scissors,
        travelers_dilemma,
        public_goods,
        horse,
        beer_and_quiche,
        entry,
        outside_option,
    )
}


def game(name: str) -> Game:
    """A game of the library by name. Raises InputError with the nearest known name."""
    if name not in GAMES:
        near = difflib.get_close_matches(name, GAMES, n=1)
        raise InputError(
            where="library",
            needed=f"one of {', '.join(GAMES)}",
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return GAMES[name]()
