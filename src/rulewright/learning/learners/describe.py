"""What a world or a learner is, in plain data: class names, settings, and numbers (long ones by their fingerprint).

Two descriptions are compared leaf by leaf, so that a checkpoint of something else is refused with the difference named.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

import jax
import numpy as np

LONG = 8  # numbers; more are told by a fingerprint


def describe(thing: Any) -> Any:
    """JSON-ready data: nested dictionaries of fields, lists, texts and numbers."""
    if is_dataclass(thing) and not isinstance(thing, type):
        told = {f.name: describe(getattr(thing, f.name)) for f in fields(thing)}
        return {"is": type(thing).__name__} | told
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    if isinstance(thing, (tuple, list)):
        parts = [describe(part) for part in thing]
        return parts if len(parts) <= LONG else fingerprint(repr(parts).encode(), len(parts))
    if isinstance(thing, (jax.Array, np.ndarray, np.generic)):
        array = numpy(thing)
        if array.size <= LONG:
            return array.tolist()
        return fingerprint(f"{array.dtype}{array.shape}".encode() + array.tobytes(), array.size)
    return getattr(thing, "__qualname__", None) or repr(thing)


def fingerprint(data: bytes, count: int) -> str:
    """For people and for comparing."""
    return f"{count:,} values, {hashlib.sha256(data).hexdigest()[:16]}"


def numpy(array: Any) -> np.ndarray[Any, Any]:
    """As NumPy; keys by their numbers."""
    if isinstance(array, jax.Array) and jax.numpy.issubdtype(array.dtype, jax.dtypes.prng_key):
        array = jax.random.key_data(array)
    return np.asarray(array)


def difference(one: Any, other: Any, place: str = "") -> tuple[str, str, str] | None:
    """(where, here, there) of the first difference between two descriptions; None where there is none."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            inner = f"{place}.{name}" if place else name
            if name not in one or name not in other:
                return inner, str(one.get(name, "nothing")), str(other.get(name, "nothing"))
            if found := difference(one[name], other[name], inner):
                return found
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            if found := difference(a, b, f"{place}[{i}]"):
                return found
        return None
    return None if one == other else (place, str(one), str(other))
