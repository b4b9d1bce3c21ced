"""Nash equilibria: textbook games, degenerate ones among them, and how many equilibria they have."""

from fractions import Fraction

import numpy as np

import rulewright as rw
from rulewright.behaviour import nash
from rulewright.numerics import rational

from .answer import Known

F = Fraction


def table(shape, *payoffs):
    """A game from one list of payoffs per player for all profiles, the first player's action varying fastest."""
    return rw.Game.normal(np.array([np.array(p).reshape(shape, order="F") for p in payoffs]))


# Nau, Gomez Canovas & Hansen 2004: sections 4, 5 and 6
IRRATIONAL = table((2, 2, 2), [3, 0, 0, 1, 1, 0, 0, 2], [0, 1, 2, 0, 0, 3, 1, 0], [2, 0, 0, 0, 0, 0, 0, 3])
CONTINUUM = table((2, 2, 2), [0, 3, 0, 0, 1, 0, 0, 0], [0, 0, 3, 0, 1, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 3])
INTERIOR = table(
    (2, 2, 4),
    [2, 0, 0, 1, 1, 0, 0, 2, 1, 0, 0, 2, 2, 0, 0, 1],
    [0, 2, 1, 0, 0, 1, 2, 0, 0, 2, 1, 0, 0, 1, 2, 0],
    [0, 1, 1, 2, 2, 1, 1, 0, 1, 0, 2, 1, 1, 2, 0, 1],
)
NAU = "Nau, Gomez Canovas & Hansen 2004, Int. J. Game Theory 32"
# Shapley 1974, Math. Program. Study 1, figure 3: row by row of a, b
HIDDEN = np.array([[0, 3, 0], [2, 2, 0], [3, 0, 1]]), np.array([[0, 2, 3], [3, 2, 0], [0, 0, 1]])
SHAPLEY = "Shapley 1974, Math. Program. Study 1, figure 3"
# von Stengel 2002, Handbook of Game Theory 3, ch. 45
THREE_BY_TWO = [[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]


def ends_of_paths():
    """Different equilibria that Lemke–Howson reaches from all labels."""
    ends = [nash.lemke_howson(*HIDDEN, label=k) for k in range(6)]
    return len({(tuple(p.x), tuple(p.y)) for p in ends})


def vertices(game):
    return len(rw.Correlated()(rw.Goal.total().on(game)).vertices(exact=True))


def largest_residual(game):
    return float(rw.Nash()(rw.Goal.total().on(game)).residual)


def value_of_stengel():
    """What the row player gets in the equilibrium in which it mixes its last two rows."""
    a = rational.exact(THREE_BY_TWO[0])
    found = nash.extremes(*THREE_BY_TWO)
    return next(x @ a @ y for x, y in zip(found.x, found.y, strict=True) if x[0] == 0)


KNOWN = [
    Known("Equilibria of Shapley's 3×3 game", SHAPLEY, 3, lambda: len(nash.extremes(*HIDDEN))),
    Known("of which Lemke–Howson reaches, from all labels", SHAPLEY, 1, ends_of_paths),
    Known(
        "Equilibria of von Stengel's 3×2 game",
        "von Stengel 2002, Handbook of Game Theory 3, ch. 45",
        3,
        lambda: len(nash.extremes(*THREE_BY_TWO)),
    ),
    Known(
        "and the row player's payoff where it mixes its last two rows",
        "closed form: 2/3 on column 2 makes 2 and 3 alike",
        4,
        value_of_stengel,
    ),
    Known(
        "Equilibria of 7×7 pure coordination",
        "closed form: one for every set of actions, 2⁷ − 1",
        127,
        lambda: len(nash.extremes(np.eye(7, dtype=int), np.eye(7, dtype=int))),
    ),
    Known(
        "Equilibria of a 2×2×2 game whose only one is irrational",
        f"{NAU}, section 4",
        1,
        lambda: len(rw.Nash()(IRRATIONAL).plays),
    ),
    Known("and its regret", f"{NAU}, section 4", 0.0, lambda: largest_residual(IRRATIONAL), 1e-12),
    Known("Vertices of its correlated equilibria", f"{NAU}, section 4", 33, lambda: vertices(IRRATIONAL)),
    Known(
        "Vertices of the correlated equilibria of a game with a continuum of mixed ones",
        f"{NAU}, section 5",
        8,
        lambda: vertices(CONTINUUM),
    ),
    Known("Pure equilibria of that game", f"{NAU}, section 5", 3, lambda: len(rw.Pure()(CONTINUUM).plays)),
    Known(
        "Vertices where Nash equilibria lie inside the correlated ones",
        f"{NAU}, section 6",
        6,
        lambda: vertices(INTERIOR),
    ),
    Known(
        "Payoff of all in Selten's horse, sequentially",
        "Selten 1975, Int. J. Game Theory 4",
        1,
        lambda: rw.named("sequential")(rw.library.game("horse")).plays[0].values[0],
    ),
    Known(
        "Entry deterred by an empty threat? Payoff of the rival",
        "Selten 1978, Theory and Decision 9",
        2,
        lambda: rw.named("subgame-perfect")(rw.library.game("entry")).plays[0].values[0],
    ),
]
