"""Compiled kernels: the few inner loops that NumPy cannot say as one operation on arrays.

Every kernel has a NumPy twin, which serves where no library was compiled and is the test of it: both give the same
answers. RULEWRIGHT_NATIVE=0 in the environment leaves the library alone.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

from ..rational import Array
from .build import target

DOUBLES = ctypes.POINTER(ctypes.c_double)
LONGS = ctypes.POINTER(ctypes.c_int64)
BYTES = ctypes.POINTER(ctypes.c_uint8)
_POINTERS = {"float64": DOUBLES, "int64": LONGS, "uint64": LONGS, "uint8": BYTES, "bool": BYTES}


@cache
def library() -> ctypes.CDLL | None:
    """The compiled kernels; None where there are none, or where the environment says to do without."""
    if os.environ.get("RULEWRIGHT_NATIVE") == "0" or not (path := target()).exists():
        return None
    try:
        return ctypes.CDLL(str(path))
    except OSError:  # compiled for another machine
        return None


@cache
def kernel(name: str, result: type | None = ctypes.c_int64) -> ctypes._CFuncPtr | None:  # type: ignore[name-defined]
    """The compiled function of that name; None where it is not to be had, and the NumPy twin serves."""
    loaded = library()
    function = getattr(loaded, name, None) if loaded is not None else None
    if function is not None:
        function.restype = result
    return function


def pointer(array: Array) -> ctypes.c_void_p:
    """To the data of a contiguous array of float64, int64, uint64, uint8 or bool; the caller keeps the array alive."""
    assert array.flags.c_contiguous and array.dtype.name in _POINTERS, (array.dtype, array.flags.c_contiguous)
    return ctypes.c_void_p(array.ctypes.data)


def count(value: int) -> ctypes.c_int64:
    return ctypes.c_int64(value)


def real(value: float) -> ctypes.c_double:
    return ctypes.c_double(value)
