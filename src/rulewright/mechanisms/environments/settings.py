"""What constructors of environments share: numbers that must make sense, and the uniform law of one private number."""

from __future__ import annotations

import math

from ...errors import InputError
from ..laws import Uniform


def counted(where: str, **numbers: int) -> None:
    """Raises InputError unless all are whole and at least 1."""
    for name, n in numbers.items():
        if isinstance(n, bool) or int(n) != n or n < 1:
            raise InputError(where=f"{where}, {name}", needed="a whole number, at least 1", found=str(n))


def positive(where: str, **numbers: float) -> None:
    """Raises InputError unless all are finite and above 0."""
    for name, x in numbers.items():
        if not (math.isfinite(x) and x > 0):
            raise InputError(where=f"{where}, {name}", needed="a finite number above 0", found=str(x))


def uniform_from(where: str, low: float, high: float, dimensions: int = 1, *, least: float = 0.0) -> Uniform:
    """Each number uniform on [low, high], `least` ≤ low < high. Raises InputError."""
    if not (math.isfinite(low) and math.isfinite(high) and least <= low < high):
        raise InputError(where=where, needed=f"{least:g} ≤ low < high, both finite", found=f"{low}, {high}")
    return Uniform((float(low),) * dimensions, (float(high),) * dimensions)
