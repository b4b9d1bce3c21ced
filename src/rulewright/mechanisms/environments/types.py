"""Types of an environment on a grid: equally likely points for each number, middles of cells in chance.

θ^k = law.at((k + ½)/points),  k = 0 … points − 1
"""

from __future__ import annotations

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array
from ..environment import Environment
from .settings import counted

MOST = 1 << 22  # numbers


def grid(environment: Environment, points: int) -> tuple[Array, ...]:
    """Per agent [type, dimension]: types that are equally likely, `points` for each dimension, the last varying fastest.

    For laws whose numbers are independent. Raises InputError, and TooLarge above four million numbers.
    """
    counted("grid", points=points)
    count, d = points**environment.dimensions, environment.dimensions
    if count * d > MOST:
        raise TooLarge(
            where="grid", needed=f"at most {MOST} numbers", found=str(count * d), remedy="Take fewer points."
        )
    middle = (np.arange(points) + 0.5) / points
    u = np.stack([a.ravel() for a in np.meshgrid(*[middle] * d, indexing="ij")], axis=-1)
    found = tuple(np.asarray(law.at(u)) for law in environment.laws)
    if any(len({tuple(t) for t in types}) < count for types in found) or not all(
        law.holds(t).all() for law, t in zip(environment.laws, found, strict=True)
    ):
        raise InputError(where="grid", needed="laws that spread every number", found=str(environment.laws))
    return found
