"""What a search for a mechanism comes back with: the mechanism, how the search went, and a certificate where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .mechanism import Mechanism


@dataclass(frozen=True)
class Curve:
    """How a search went: the goal on profiles that were not searched on, and found regret where truth is not proved best."""

    steps: tuple[float, ...]
    goal: tuple[float, ...]
    regret: tuple[float, ...] = ()
    """Per agent, found by an auditor who is stronger than the adversary of the training; never the regret of the training."""


@dataclass(frozen=True, eq=False)
class Found:
    """A mechanism and where it comes from."""

    mechanism: Mechanism
    curve: Curve | None = None
    certificate: dict[str, Any] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    """What a reader should know: of what class, where it was started, what was left out."""
