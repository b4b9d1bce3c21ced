"""How an agent's private type is drawn: a law over vectors θ[dimension], by inverse transforms of uniform draws.

    law.at(u[..., dimension])  →  θ[..., dimension]          u within (0, 1), the same numbers in NumPy and in JAX

A law knows the box that holds its types: what may be reported. Types of different agents are drawn independently.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError

FARTHEST = 1e100
"""Of numbers from 0, so that sums and squares of values stay numbers."""


class Law(ABC):
    """A law of one agent's types."""

    low: tuple[float, ...]
    """[dimension]: the least value of each number; in the units of the agent's values."""
    high: tuple[float, ...]
    """[dimension]: the most; may be infinite."""

    @property
    def dimensions(self) -> int:
        return len(self.low)

    @abstractmethod
    def at(self, u: Any, xp: Any = np) -> Any:
        """[..., dimension]: types, from uniform draws of the same shape; `xp` is NumPy or jax.numpy."""

    def holds(self, types: Any, xp: Any = np) -> Any:
        """bool [...]: whether these may be reported."""
        types = xp.asarray(types)
        return ((types >= xp.asarray(self.low)) & (types <= xp.asarray(self.high))).all(axis=-1)


@dataclass(frozen=True)
class Uniform(Law):
    """Every number independently uniform between its own ends."""

    low: tuple[float, ...] = (0.0,)
    high: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if len(self.low) != len(self.high) or not all(
            -FARTHEST <= a <= b <= FARTHEST for a, b in zip(self.low, self.high, strict=True)
        ):
            needed = f"low ≤ high, equally many, within ±{FARTHEST:g}"
            raise InputError(where="law", needed=needed, found=f"{self.low}, {self.high}")

    def at(self, u: Any, xp: Any = np) -> Any:
        low, high = xp.asarray(self.low), xp.asarray(self.high)
        return low + (high - low) * u


@dataclass(frozen=True)
class Exponential(Law):
    """Every number independently exponential with its own mean; no most value."""

    mean: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if not all(0 < m <= FARTHEST for m in self.mean):
            raise InputError(where="law", needed=f"means above 0, up to {FARTHEST:g}", found=str(self.mean))

    @property
    def low(self) -> tuple[float, ...]:  # type: ignore[override]
        return (0.0,) * len(self.mean)

    @property
    def high(self) -> tuple[float, ...]:  # type: ignore[override]
        return (float("inf"),) * len(self.mean)

    def at(self, u: Any, xp: Any = np) -> Any:
        return -xp.asarray(self.mean) * xp.log1p(-u)


@dataclass(frozen=True)
class Triangle(Law):
    """Uniform on {θ ≥ 0, θ₁ + θ₂ ≤ 1}: two values that are not independent of each other."""

    low: tuple[float, ...] = (0.0, 0.0)
    high: tuple[float, ...] = (1.0, 1.0)

    def at(self, u: Any, xp: Any = np) -> Any:
        larger = xp.sqrt(u[..., 0])  # the sum has density 2s
        return xp.stack([larger * u[..., 1], larger * (1 - u[..., 1])], axis=-1)

    def holds(self, types: Any, xp: Any = np) -> Any:
        types = xp.asarray(types)
        return (types >= 0).all(axis=-1) & (types.sum(axis=-1) <= 1)


@dataclass(frozen=True)
class Pieces(Law):
    """Every number independently from one law of pieces: piece k has chance p_k and is uniform on [edge_k, edge_{k+1}]."""

    edges: tuple[tuple[float, ...], ...]
    chances: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.chances):
            found = f"{len(self.edges)}, {len(self.chances)}"
            raise InputError(where="law", needed="edges and chances of equally many values", found=found)
        for e, p in zip(self.edges, self.chances, strict=True):
            known = len(e) == len(p) + 1 > 1 and all(-FARTHEST <= x <= FARTHEST for x in e) and all(q >= 0 for q in p)
            if not known or abs(sum(p) - 1) > 1e-9 or sorted(e) != list(e):
                raise InputError(
                    where="law", needed="rising edges, one more than chances that sum to 1", found=f"{e}, {p}"
                )

    @property
    def low(self) -> tuple[float, ...]:  # type: ignore[override]
        return tuple(e[0] for e in self.edges)

    @property
    def high(self) -> tuple[float, ...]:  # type: ignore[override]
        return tuple(e[-1] for e in self.edges)

    def at(self, u: Any, xp: Any = np) -> Any:
        columns = [
            xp.interp(u[..., k], xp.asarray(np.cumsum([0.0, *p])), xp.asarray(e))
            for k, (e, p) in enumerate(zip(self.edges, self.chances, strict=True))
        ]
        return xp.stack(columns, axis=-1)
