"""Goods by two questions: can one be kept from using it, does one's use leave less for others? (Ostrom & Ostrom 1977.)

                      leaves as much           leaves less
    all may use it    public good              common-pool resource
    some are kept out club good                private good

`provision` is one family over the whole square. n players contribute or do not; m contributors make a good of worth v·m. Of the
others a share e is kept from it (e: how excludable), so A = m + (1 − e)(n − m) use it; a share s of it is divided among the users
(s: how subtractable), the rest all of them have in full:

    contributor       v·m ((1 − s) + s/A) − c
    who does not      (1 − e) · v·m ((1 − s) + s/A)

`appropriation` is the other face of a common pool: what is taken from it (Ostrom, Gardner & Walker 1994, chapter 5). Each of n
players with w tokens puts x into the pool, and the rest into something that pays y per token:

    y (w − x_i) + (x_i / X) (a X − b X²)            X = Σ x_j
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError, TooLarge
from ..numerics import rational
from ..numerics.rational import Array
from .game import Game

CONTRIBUTES, RIDES = "contribute", "ride free"
MOST_CELLS = 2_000_000
NAMES = {(0, 0): "public good", (1, 0): "club good", (0, 1): "common-pool resource", (1, 1): "private good"}


def kind(excludable: Any, subtractable: Any) -> str:
    """What the nearest corner of the square is called."""
    corner = tuple(int(rational.fraction(x) >= Fraction(1, 2)) for x in (excludable, subtractable))
    return NAMES[corner]  # type: ignore[index]


def shares(n: int, value: Any, cost: Any, excludable: Any = 0, subtractable: Any = 0) -> tuple[list[Fraction], ...]:
    """(contributing, riding): payoffs when m *others* contribute, m = 0 … n − 1. Exact. Raises InputError."""
    v, c, e, s = (rational.fraction(x) for x in (value, cost, excludable, subtractable))
    if n < 2 or not 0 <= e <= 1 or not 0 <= s <= 1:
        raise InputError(
            where="goods", needed="two players or more, and shares from 0 to 1", found=f"{n} players, {e} and {s}"
        )

    def has(m: int) -> Fraction:
        users = m + (1 - e) * (n - m)
        return v * m * ((1 - s) + s / users) if m else Fraction(0)

    return [has(m + 1) - c for m in range(n)], [(1 - e) * has(m) for m in range(n)]


def provision(players: int = 4, value: Any = 2, cost: Any = 3, *, excludable: Any = 0, subtractable: Any = 0) -> Game:
    """The good as a game: everybody contributes or rides free. Exact payoffs; the first action is the one that people want."""
    mine, free = shares(players, value, cost, excludable, subtractable)
    return of_counts(mine, free, (CONTRIBUTES, RIDES))


def of_counts(first: list[Fraction], second: list[Fraction], actions: tuple[str, str]) -> Game:
    """The symmetric game of n players in which an action pays by how many *others* take the first one: two lists of n payoffs."""
    n = len(first)
    if n * 2**n > MOST_CELLS:
        raise TooLarge(where="game by counts", needed=f"at most {MOST_CELLS:,} payoffs", found=f"{n * 2**n:,}")
    takes = np.indices((2,) * n) == 0
    payoff = np.empty((n, *(2,) * n), dtype=object)
    table = np.array([second, first], dtype=object)
    for i in range(n):
        payoff[i] = table[takes[i].astype(int), takes.sum(axis=0) - takes[i]]
    return Game.normal(payoff, players=tuple(f"p{k}" for k in range(1, n + 1)), actions=(actions,) * n)


def taken(total: Any, own: Any, tokens: int, outside: Any, a: Any, b: Any) -> Any:
    """What a player has that puts `own` of its tokens into a pool that holds `total` with it. Numbers or arrays of Fractions."""
    return outside * (tokens - own) + own * (a - b * total)


def appropriation(players: int = 3, tokens: int = 6, outside: Any = 5, a: Any = 23, b: Any = Fraction(3, 4)) -> Game:
    """The pool as a game: everybody puts 0 … tokens into it. Exact payoffs."""
    if players < 1 or tokens < 1:
        raise InputError(where="appropriation", needed="players and tokens", found=f"{players} and {tokens}")
    cells = players * (tokens + 1) ** players
    if cells > MOST_CELLS:
        raise TooLarge(where="appropriation", needed=f"at most {MOST_CELLS:,} payoffs", found=f"{cells:,}")
    own = np.indices((tokens + 1,) * players).astype(object)
    y, first, second = (rational.fraction(x) for x in (outside, a, b))
    payoff: Array = np.array([taken(own.sum(axis=0), x, tokens, y, first, second) for x in own], dtype=object)
    payoff = payoff + Fraction(0)
    labels = tuple(str(x) for x in range(tokens + 1))
    return Game.normal(payoff, players=tuple(f"p{k}" for k in range(1, players + 1)), actions=(labels,) * players)
