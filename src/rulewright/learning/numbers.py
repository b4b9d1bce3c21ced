"""Whether the numbers of a rule are numbers, and in range: asked when a rule is written, before anything is compiled."""

from __future__ import annotations

from typing import Any

import jax

from ..institution.order import limits
from ..institution.order.limits import MOST

__all__ = ["MOST", "whole", "within"]


def within(where: str, low: float, high: float, /, *, several: bool = False, **values: Any) -> None:
    """`limits.within` for what can be looked at: numbers that JAX is tracing cannot."""
    limits.within(where, low, high, several=several, **_seen(values))


def whole(where: str, low: int, high: int = 10_000, /, **values: Any) -> None:
    """`limits.whole` for what can be looked at."""
    limits.whole(where, low, high, **_seen(values))


def _seen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not isinstance(value, jax.core.Tracer)}
