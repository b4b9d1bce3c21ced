"""Two small markets with exact answers: one where a message for all says nothing, one where it says all.

*Stalemate*: k users who all want the same act in the same state; AI i wants well for user i and ill for all others. Every user
is a mix of the AIs (AI i alone, scaled), so served by herself she learns all. A message for all helps every user by the same g
≥ 0, and AI i by q·(stake − (k − 1))·g: nothing to gain from speaking if stake ≤ k − 1, a loss if less.

*Opposed*: two AIs, U_1m = u_m + d_m and U_2m = u_m − d_m for every user: the same weights ½, ½ serve all.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from .setting import Users


def stalemate(k: int = 2, stake: Any = Fraction(1, 2)) -> Users:
    """k users, k AIs, two states of chances 2/3 and 1/3; `stake` is what AI i's own user weighs with it, others weigh 1.

    Utilities in [0, 1] for stakes up to 1. Raises InputError for k < 2 or a stake that is not positive.
    """
    try:
        weight = rational.fraction(stake)
    except ValueError:
        raise InputError(where="stalemate", needed="a stake that is a number", found=repr(stake)) from None
    if not isinstance(k, int) or k < 2 or weight <= 0:
        raise InputError(where="stalemate", needed="k ≥ 2 and a stake above 0", found=f"{k}, {stake}")
    right = rational.exact(np.eye(2, dtype=int))
    ais = np.stack([np.stack([weight * right if i == m else 1 - right for m in range(k)]) for i in range(k)])
    return Users.of([Fraction(2, 3), Fraction(1, 3)], np.stack([right] * k), ais)


def opposed(users: Any, biases: Any, prior: Any) -> Users:
    """users u[m, s, a], biases d[m, s, a]: AIs u + d and u − d. Raises InputError."""
    u, d = rational.numbers(users), rational.numbers(biases)
    return Users.of(prior, u, np.stack([u + d, u - d]))
