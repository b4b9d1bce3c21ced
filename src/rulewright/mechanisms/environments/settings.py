"""What constructors of environments share: numbers that must make sense, and the uniform law of one private number."""

from __future__ import annotations

import math

from ...errors import InputError
from ..environment import few
from ..laws import FARTHEST, Uniform


def counted(where: str, **numbers: int) -> None:
    """Raises InputError unless all are whole and at least 1, TooLarge where their product is absurd."""
    for name, n in numbers.items():
        if isinstance(n, bool) or int(n) != n or n < 1:
            raise InputError(where=f"{where}, {name}", needed="a whole number, at least 1", found=str(n))
    few(where, math.prod(numbers.values()))


def positive(where: str, **numbers: float) -> None:
    """Raises InputError unless all are above 0, and neither they nor their inverses absurd."""
    for name, x in numbers.items():
        if not 1 / FARTHEST <= x <= FARTHEST:
            needed = f"a finite number above 0 (from {1 / FARTHEST:g} to {FARTHEST:g})"
            raise InputError(where=f"{where}, {name}", needed=needed, found=str(x))


def uniform_from(where: str, low: float, high: float, dimensions: int = 1, *, least: float = 0.0) -> Uniform:
    """Each number uniform on [low, high], `least` ≤ low < high. Raises InputError."""
    if not (math.isfinite(low) and math.isfinite(high) and least <= low < high):
        raise InputError(where=where, needed=f"{least:g} ≤ low < high, both finite", found=f"{low}, {high}")
    return Uniform((float(low),) * dimensions, (float(high),) * dimensions)
