"""Ways to a mechanism that a scenario file may name: from an environment and plain settings to what was found."""

from __future__ import annotations

from .environment import Environment
from .found import Found
from .itemwise import Itemwise, myerson_uniform


def item_by_item(environment: Environment, reserves: tuple[float, ...] = ()) -> Found:
    """Every item sold alone, at second prices above `reserves`; none given: Myerson's, for a uniform law that all share."""
    return Found(Itemwise(environment, tuple(reserves)) if reserves else myerson_uniform(environment))
