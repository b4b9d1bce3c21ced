"""Numbers in names of behaviours that stay exact: near-pure:1/3, random-share:0.2."""

from __future__ import annotations

from fractions import Fraction

from ..errors import InputError
from ..numerics.rational import fraction
from .behaviour import argument


def exact(kind: str, text: str, needed: str, least: float = 0.0, most: float = float("inf")) -> Fraction:
    """The rational after the colon. Raises InputError naming what was needed."""

    def number(said: str) -> float:
        if fraction(said) > most:
            raise ValueError
        try:
            return float(fraction(said))
        except OverflowError:  # beyond 1e308
            raise ValueError from None

    argument(kind, text, number, needed, least)
    return fraction(text)


def within(kind: str, value: Fraction, needed: str, most: float = float("inf")) -> None:
    """Raises InputError unless 0 ≤ value ≤ most: for those who make a behaviour without its name."""
    if not 0 <= value <= most:
        raise InputError(where=f"behaviour {kind}", needed=needed, found=f"{value}")


def spelt(value: Fraction) -> str:
    """As it is read: a decimal where that is short and exact, else a quotient."""
    short = f"{float(value):g}"
    return short if fraction(short) == value else str(value)
