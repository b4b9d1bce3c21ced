"""The cases that a rule may meet: attributes and their values. A case is a row of positions of values.

x = (x_1, …, x_m)    x_k one of the values of attribute k        |X| = Π_k |values of k|
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

LARGEST_KEY = 2**62  # cases are numbered in int64 where they fit


@dataclass(frozen=True)
class Space:
    """Attributes with their values, as given: texts, numbers, true and false."""

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]

    def __post_init__(self) -> None:
        for name, values in zip(self.names, self.values, strict=True):
            if not values:
                raise InputError(where=f"attribute {name}", needed="at least one value", found="none")
            if len(set(map(repr, values))) < len(values):
                raise InputError(where=f"attribute {name}", needed="values that differ", found="one of them twice")

    @staticmethod
    def of(attributes: Mapping[str, Iterable[Any]]) -> Space:
        return Space(tuple(attributes), tuple(tuple(values) for values in attributes.values()))

    @cached_property
    def counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.values))

    @property
    def size(self) -> int:
        return prod(self.counts)

    def all(self) -> Array:
        """int32 [case, attribute]: every case; the first has everywhere the first value."""
        if not self.names:
            return np.zeros((1, 0), np.int32)
        return np.indices(self.counts, dtype=np.int32).reshape(len(self.names), -1).T

    def drawn(self, count: int, seed: int) -> Array:
        """int32 [count, attribute]: cases drawn evenly, with repetition."""
        draw = np.random.default_rng(seed)
        return np.stack([draw.integers(n, size=count, dtype=np.int32) for n in self.counts], axis=1)

    def positions(self, names: Iterable[str]) -> list[int]:
        """Raises InputError for a name that is no attribute."""
        found = []
        for name in names:
            if name not in self.names:
                raise InputError(needed=f"an attribute among {', '.join(self.names)}", found=repr(name))
            found.append(self.names.index(name))
        return found

    def groups(self, cases: Array, leave: Sequence[int]) -> Array:
        """int64 [case]: equal for cases that are alike in all but the attributes `leave`."""
        keep = [k for k in range(len(self.names)) if k not in set(leave)]
        if prod(self.counts[k] for k in keep) < LARGEST_KEY:
            key = np.zeros(len(cases), np.int64)
            for k in keep:
                key = key * self.counts[k] + cases[:, k]
            return key
        return np.asarray(np.unique(cases[:, keep], axis=0, return_inverse=True)[1]).reshape(-1).astype(np.int64)

    def case(self, row: Sequence[int] | Array) -> dict[str, Any]:
        """{attribute: value}."""
        return {name: values[k] for name, values, k in zip(self.names, self.values, row, strict=True)}

    def words(self, row: Sequence[int] | Array, leave: Iterable[int] = ()) -> str:
        """ "kind = post, harm = 2", without the attributes `leave`."""
        left = set(leave)
        said = [
            f"{n} = {v[k]}"
            for j, (n, v, k) in enumerate(zip(self.names, self.values, row, strict=True))
            if j not in left
        ]
        return ", ".join(said) or "any"
