"""When to stop early: a figure reaches a target, or no longer improves. Any function of the chunks so far will do as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError


def _figure(chunks: Sequence[Any], name: str) -> Any:
    """[chunk]: values that are there. Raises InputError for a name that no chunk has."""
    if name not in chunks[-1].values:
        raise InputError(where="stop", needed=f"one of {', '.join(chunks[-1].values)}", found=repr(name))
    values = np.array([chunk.values.get(name, np.nan) for chunk in chunks], dtype=float)
    return values[np.isfinite(values)]


@dataclass(frozen=True)
class Target:
    """Stop when the mean of the last `over` chunks' figure is at least `value` (at most, where `below`)."""

    name: str
    value: float
    over: int = 3
    below: bool = False

    def __call__(self, chunks: Sequence[Any]) -> str | None:
        values = _figure(chunks, self.name)
        if len(values) < self.over:
            return None
        mean = float(values[-self.over :].mean())
        reached = mean <= self.value if self.below else mean >= self.value
        return f"{self.name} reached {mean:.4g}" if reached else None


@dataclass(frozen=True)
class Plateau:
    """Stop when the mean figure of the last `patience` chunks is no better than that of the `patience` before, by `least`."""

    name: str
    patience: int = 10
    least: float = 0.0

    def __call__(self, chunks: Sequence[Any]) -> str | None:
        values = _figure(chunks, self.name)
        if len(values) < 2 * self.patience:
            return None
        now, before = values[-self.patience :].mean(), values[-2 * self.patience : -self.patience].mean()
        return None if now > before + self.least else f"{self.name} no longer rises ({before:.4g} to {now:.4g})"
