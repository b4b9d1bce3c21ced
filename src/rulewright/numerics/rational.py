"""Exact numbers in arrays: floats find, rationals check.

An array is *exact* when its dtype is `object` and every element a `fractions.Fraction`, and *floating* when its dtype
is float64. NumPy's elementwise arithmetic, indexing and reductions serve both, so that whatever is written with them
works in either field; `like` brings a constant into the field of another array.

A float stands for the shortest decimal that prints as it: 0.1 becomes 1/10, not 3602879701896397/36028797018963968,
because a person who types 0.1 means a tenth.
"""

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError

Array = np.ndarray[Any, np.dtype[Any]]
ROUNDING = 4 * float(np.finfo(float).eps)  # relative, of sums of a few floats

_ENDLESS = re.compile(r"[eE][+-]?0*[1-9][0-9_]{4,}\s*$")  # written out, 1e999999999 would fill the memory


def fraction(value: Any) -> Fraction:
    """The rational that `value` (int, float, Decimal, Fraction, NumPy scalar, or text such as "1/3") stands for.

    Raises ValueError for NaN, infinities and text that is no number, and for booleans (a yes is no quantity).
    """
    if isinstance(value, Fraction):
        if type(value.numerator) is int and type(value.denominator) is int:
            return value
        return Fraction(int(value.numerator), int(value.denominator))  # NumPy integers inside would overflow
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"a truth value ({value}) is not a number")
    if isinstance(value, (float, np.floating)):
        return Fraction(repr(float(value)))
    if isinstance(value, np.integer):
        return Fraction(int(value))
    try:
        if isinstance(value, (str, Decimal)) and _ENDLESS.search(str(value)):
            raise OverflowError
        return Fraction(value)
    except (OverflowError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"{value!r} is not a finite number") from error


def is_exact(array: Array) -> bool:
    return array.dtype == object


def filled(shape: tuple[int, ...], values: Sequence[Fraction | int]) -> Array:
    """An exact array of this shape with these values, in C order."""
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    return flat.reshape(shape)


def exact(array: Any) -> Array:
    """The same numbers as an object array of Fractions; shape kept."""
    source = np.asarray(array)
    if source.dtype == object and all(type(x) is Fraction and type(x.numerator) is int for x in source.flat):
        return source
    return filled(source.shape, [fraction(x) for x in source.flat])


def exact_law(law: Array) -> Array:
    """Probabilities as rationals that sum to exactly one over the last axis: 1 − 0.8 is a fifth again."""
    near = filled(law.shape, simplest(law.ravel(), 1e-14))
    return near / near.sum(axis=-1, keepdims=True)


def floats(array: Any) -> Array:
    """The same numbers as float64; shape kept."""
    return np.asarray(array, dtype=np.float64)


def like(array: Any, field: Array) -> Array:
    """`array` in the field (exact or floating) of `field`."""
    return exact(array) if is_exact(field) else floats(array)


def zeros(shape: tuple[int, ...], field: Array) -> Array:
    """Zeros in the field of `field`."""
    return np.full(shape, Fraction(0), dtype=object) if is_exact(field) else np.zeros(shape)


def numbers(array: Any) -> Array:
    """Anything array-like as an array in one of the two fields: exact if it holds Fractions, else floating.

    Raises InputError for what is no table of numbers.
    """
    try:
        source = np.asarray(array)
        if source.dtype.kind == "c":
            raise TypeError("complex numbers")
        return exact(source) if source.dtype == object or source.dtype.kind in "iu" else floats(source)
    except (ValueError, TypeError) as error:  # NumPy's word for rows of different lengths, and for what is no number
        raise InputError(
            where="a table of numbers",
            needed="numbers, in rows of one length",
            found=str(error).split(" The detected")[0],
        ) from None


def frozen(array: Array) -> Array:
    """A read-only view that shares the memory."""
    view = array.view()
    view.setflags(write=False)
    return view


def comparable(array: Array, terms: int = 2) -> Array:
    """The same numbers times a positive constant, in the fastest field in which sums of `terms` of them are still right.

    Exact arrays become int64 over their common denominator where that cannot overflow, else stay Fractions; floating
    arrays stay as they are (compare those with a tolerance).
    """
    if not is_exact(array) or not array.size:
        return array
    common = math.lcm(*{x.denominator for x in array.flat})
    scaled = [x.numerator * (common // x.denominator) for x in array.flat]
    if max(map(abs, scaled)) >= 2**62 // terms:
        return array
    return np.array(scaled, dtype=np.int64).reshape(array.shape)


def whole(array: Array, bits: int = 512) -> Array:
    """The same numbers times a positive constant: Python's whole numbers, whose sums cost a fifth of those of Fractions.

    For sums and comparisons only. What is not exact, or has a common denominator of more than `bits` bits, comes back as it is.
    """
    if not is_exact(array) or not array.size:
        return array
    common = math.lcm(*{x.denominator for x in array.flat})
    if common.bit_length() > bits:
        return array
    return filled(array.shape, [x.numerator * (common // x.denominator) for x in array.flat])


def spread(array: Array, axes: tuple[int, ...] | None = None) -> tuple[Array, Array]:
    """(largest minus least over `axes`, what of it may be rounding) of a floating array; the axes are kept.

    Averages of one number over types differ in the last digit: what is no more than that is no difference.
    """
    low, high = array.min(axis=axes, keepdims=True), array.max(axis=axes, keepdims=True)
    return high - low, ROUNDING * np.maximum(np.abs(low), np.abs(high))


def text(value: Fraction) -> str:
    """The canonical spelling in certificates: "3/7", "-2"."""
    return str(value)


def decimal(value: Any, digits: int = 4) -> str:
    """A rounded decimal for people: no trailing zeros, no minus zero."""
    shown = f"{float(value):.{digits}f}".rstrip("0").rstrip(".") if digits else f"{float(value):.0f}"
    return "0" if shown in ("-0", "") else shown


def simplest(values: Iterable[float], tolerance: float) -> list[Fraction]:
    """For each float the rational of smallest power-of-ten-bounded denominator within `tolerance` of it.

    Turns a solver's 0.42857142857 into 3/7. What it returns is a candidate; only the checker says whether it serves.
    """
    result = []
    for value in values:
        target = Fraction(float(value))
        for bound in (1, 12, 100, 1_000, 10_000, 100_000, 10_000_000):
            candidate = target.limit_denominator(bound)
            if abs(candidate - target) <= tolerance:
                break
        else:
            candidate = target
        result.append(candidate)
    return result
