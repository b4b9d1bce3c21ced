"""Payments at a rate: the number that each outcome of a signal stands for."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from .rules import Payment


def numbers_of(game: Game, payment: Payment) -> Array:
    """[outcome], exact: the number that each outcome of the signal stands for, for payments at a rate."""
    if len(payment.on) != 1:
        raise InputError(where=f"payment to {payment.to}", needed="one signal to be linear in", found=str(payment.on))
    outcomes = game.signal(payment.on[0]).outcomes
    try:
        return np.array([rational.fraction(label) for label in outcomes], dtype=object)
    except ValueError:
        raise InputError(
            where=f"payment to {payment.to}",
            needed=f"numbers as outcomes of {payment.on[0]}, to be linear in",
            found=", ".join(outcomes),
            remedy='Use form = "free", or number the outcomes.',
        ) from None
