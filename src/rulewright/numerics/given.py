"""What a caller gave, as arrays in one of the two fields, of the shape that is needed; anything else is told with its place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from ..errors import InputError
from . import rational
from .rational import Array

PLAIN = 1000  # a law whose chances are near fractions of denominators up to this is read as these


def numbers(array: Any, where: str, shape: tuple[int | None, ...]) -> Array:
    """`array` in one of the two fields, finite and of this shape (None is any length). Raises InputError."""
    try:
        table = rational.numbers(array)
    except (TypeError, ValueError) as error:
        raise InputError(where=where, needed="numbers", found=str(error)) from None
    fits = table.ndim == len(shape) and all(w in (None, k) for w, k in zip(shape, table.shape, strict=False))
    if not fits or not table.size:
        said = " × ".join("any" if k is None else str(k) for k in shape) or "one number"
        raise InputError(where=where, needed=f"an array of shape {said}", found=f"shape {table.shape}")
    if not rational.is_exact(table) and not np.isfinite(table).all():
        raise InputError(where=where, needed="finite numbers", found="NaN or infinity")
    return table


def number(value: Any, where: str, *, least: Any = None) -> Any:
    """One exact number, at least `least`. Raises InputError."""
    try:
        exact = rational.fraction(value)
    except ValueError as error:
        raise InputError(where=where, needed="a number", found=str(error)) from None
    if least is not None and exact < least:
        raise InputError(where=where, needed=f"{where} of at least {least}", found=str(exact))
    return exact


def whole(value: Any, where: str, *, least: int = 1) -> int:
    """One whole number, at least `least`; a truth value is none. Raises InputError."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise InputError(where=where, needed=f"a whole number of at least {least}", found=repr(value))
    return int(value)


def real(value: Any, where: str, *, above: float | None = None) -> float:
    """One finite number as a float: at least 0, or above `above` where that is given. Raises InputError."""
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not (number >= 0 if above is None else above < number) or math.isinf(number):
        needed = "a finite number " + ("of at least 0" if above is None else f"above {above:g}")
        raise InputError(where=where, needed=needed, found=repr(value))
    return number


def one_of(value: Any, where: str, count: int) -> int:
    """A position among `count` things, from 0. Raises InputError."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or not 0 <= value < count:
        raise InputError(where=where, needed=f"a number from 0 to {count - 1}", found=repr(value))
    return int(value)


def named(given: Any, prefix: str, count: int, what: str) -> tuple[str, ...]:
    """The names given, one for each, or made-up ones ("·" where there is only one). Raises InputError."""
    if given is not None and (isinstance(given, str) or not isinstance(given, Iterable)):
        raise InputError(where=f"names of {what}", needed=f"{count} different names, in a list", found=repr(given))
    made = ("·",) if count == 1 else tuple(f"{prefix}{k + 1}" for k in range(count))
    found = made if given is None else tuple(map(str, given))
    if len(found) != count or len(set(found)) != count:
        raise InputError(where=f"names of {what}", needed=f"{count} different names", found=", ".join(found))
    return found


def bounds(value: Any, where: str, count: int) -> Array:
    """One bound per entry, as an exact array in which infinity stays the float: [count]."""
    source = np.asarray(value, dtype=object)
    if source.shape not in ((), (count,)):
        raise InputError(where=where, needed=f"one number, or {count}", found=f"shape {source.shape}")
    source = np.broadcast_to(source, (count,))
    try:
        return np.array([x if infinite(x) else rational.fraction(x) for x in source], dtype=object)
    except ValueError as error:
        raise InputError(where=where, needed="numbers, or infinity", found=str(error)) from None


def infinite(x: Any) -> bool:
    return isinstance(x, (float, np.floating)) and math.isinf(x)


def law(table: Array) -> Array:
    """The same chances as rationals that sum to exactly one over the last axis.

    Decimals that sum to one are taken as they are; near fractions of small denominators as these (1 − 0.8 is a fifth); others
    are divided by their sum.
    """
    if rational.is_exact(table):
        return table
    flat = table.reshape(-1, table.shape[-1])
    rows = [_law(row) for row in flat.tolist()]
    return rational.filled(table.shape, [x for row in rows for x in row])


def _law(row: list[float]) -> list[Fraction]:
    decimals = [Fraction(repr(p)) for p in row]
    common = math.lcm(*(p.denominator for p in decimals))
    whole = [p.numerator * (common // p.denominator) for p in decimals]
    total = sum(whole)
    if total == common:
        return decimals
    plain = []
    for p in decimals:
        near = p.limit_denominator(PLAIN)
        if abs(near - p) > 1e-14:
            break
        plain.append(near)
    else:
        if sum(plain) == 1:
            return plain
    return [Fraction(w, total) for w in whole]
