"""The quality game: nearly aligned agents whose only equilibrium is the worst.

After Conitzer & Oesterheld, Foundations of Cooperative AI.

    q_i ∈ {0, s, 2s, …, Q}      people get min(q_1, q_2)      u_i = min(q_1, q_2) + ε [q_i < q_j]

    ε < s    every (q, q) is an equilibrium
    ε = s    all (q, q) still are, and asymmetric ones beside them
    ε > s    the pure equilibria are exactly (0, 0), (0, s), (s, 0): people get 0
             with any penalty for the higher one (Basu's traveler's dilemma) only (0, 0)

Alone, against a partner at Q, an agent gives up at most s of quality, for a gain of at most ε. Rules change who is paid for what:

    u_i = min(q_1, q_2) + r q_i + (min(ε, cap) − p F − t) [q_i < q_j] + (t − penalty) [q_i > q_j]

r: pay on own quality; cap of the bonus; audits with chance p and a fine F for the lower; t: what the lower owes the higher.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.rational import Array
from .scores import Group

MOST = 401  # qualities


def qualities(highest: Fraction, step: Fraction) -> list[Fraction]:
    """0, s, 2s, …, Q. Raises InputError where Q is no multiple of s."""
    if step <= 0 or highest <= 0 or (highest / step).denominator != 1 or highest / step >= MOST:
        raise InputError(
            where="step", needed=f"a step that divides the highest quality into fewer than {MOST}", found=str(step)
        )
    return [k * step for k in range(int(highest / step) + 1)]


def quality_group(
    highest: Fraction = Fraction(1),
    step: Fraction = Fraction(1, 10),
    bonus: Fraction = Fraction(3, 20),
    *,
    own_pay: Fraction = Fraction(0),
    cap: Fraction | None = None,
    audit: Fraction = Fraction(0),
    fine: Fraction = Fraction(0),
    transfer: Fraction = Fraction(0),
    penalty: Fraction = Fraction(0),
    least: Fraction = Fraction(1, 2),
) -> Group:
    """Two players; values forbid a quality below `least`; each principal ranks outcomes by the lower quality. Exact."""
    grid = qualities(highest, step)
    q = rational.filled((len(grid),), grid)
    mine, other = np.meshgrid(q, q, indexing="ij")
    lower, higher = (mine < other).astype(int), (mine > other).astype(int)
    on_top = (bonus if cap is None else min(bonus, cap)) - audit * fine - transfer
    u = np.minimum(mine, other) + own_pay * mine + on_top * lower + (transfer - penalty) * higher
    labels = tuple(map(rational.decimal, grid))
    game = Game.normal(
        rational.filled((2, *u.shape), [*u.ravel(), *u.T.ravel()]),
        players=("writer", "reviewer"),
        actions=(labels,) * 2,
    )
    people: Array = np.minimum(mine, other).astype(float)
    below = (mine < least).astype(float)
    return Group(game, people, np.stack([below, below.T]), np.stack([people, people]))
