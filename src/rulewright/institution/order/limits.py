"""Whether the numbers of a rule are numbers, and in range: asked when a rule is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

MOST = 2.0**16
"""Reward units: the largest amount of money. Coins are its inverse, so that nothing between is lost to float32."""


def within(where: str, low: float, high: float, /, *, several: bool = False, **values: Any) -> None:
    """Raises InputError where something is no finite number in [low, high], or, with `several`, not a list of them.

    A truth value and text are no numbers.
    """
    for name, value in values.items():
        found = as_numbers(value)
        if (
            found is None
            or found.size == 0
            or (found.ndim > 0 and not several)
            or not (np.isfinite(found) & (found >= low) & (found <= high)).all()
        ):
            limits = f"at least {low:g}" if high == np.inf else f"from {low:g} to {high:g}"
            raise InputError(
                where=where, needed=f"{name} {limits}, {'numbers' if several else 'a number'}", found=repr(value)
            )


def as_numbers(value: Any) -> Array | None:
    """As floats; None where some of it is text, a truth value or nothing."""
    if isinstance(value, (tuple, list)):
        parts = [as_numbers(part) for part in value]
        return None if any(part is None or part.ndim for part in parts) else np.array(parts, float)
    if isinstance(value, (str, bytes)) or np.asarray(value).dtype.kind == "b":
        return None
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def whole(where: str, low: int, high: int = 10_000, /, **values: Any) -> None:
    """Raises InputError where a count is not a whole number in [low, high]."""
    for name, value in values.items():
        within(where, low, high, **{name: value})
        if float(value) != int(value):
            raise InputError(where=where, needed=f"a whole number as {name}", found=repr(value))
