"""The shape of a known answer."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Known:
    """A number, its source, and how this house computes it."""

    what: str
    source: str
    """Paper and place, or "closed form: …"; a reconstruction says "after …"."""
    published: float | Fraction | bool
    ours: Callable[[], float | Fraction | bool]
    tolerance: float = 0.0
    """Absolute. 0 where the answer is exact."""
