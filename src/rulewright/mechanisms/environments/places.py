"""Where to put facilities that all go to: private peaks in a box, no money.

    v_i(θ, x) = −min_k d(θ_i, x_k),   d = Σ_c |·|  ("l1"),  (Σ_c |·|²)^½  ("l2"),  Σ_c |·|²  ("squared")

An agent goes to the nearest place. Nobody can stay away: a facility is there for all. After Moulin 1980 (Public Choice 35),
Procaccia & Tennenholtz 2009 (EC).
"""

from __future__ import annotations

from typing import Any

from ...errors import InputError
from ..decisions import Place
from ..environment import WELFARE, Environment
from .settings import counted, uniform_from

POWERS = {"l1": (1.0, 1.0), "l2": (2.0, 0.5), "squared": (2.0, 1.0)}  # of each difference, of their sum


def facility_location(
    agents: int,
    *,
    places: int = 1,
    dimensions: int = 1,
    distance: str = "l1",
    low: float = 0.0,
    high: float = 1.0,
) -> Environment:
    """`places` facilities on [low, high]^dimensions, peaks uniform there; people want the least sum of distances.

    Other goals: `WORST_OFF` for the farthest agent. Raises InputError.
    """
    counted("facility location", agents=agents, places=places, dimensions=dimensions)
    if distance not in POWERS:
        raise InputError(where="facility location, distance", needed=" or ".join(POWERS), found=repr(distance))
    law = uniform_from("facility location", low, high, dimensions, least=-float("inf"))
    each, whole = POWERS[distance]

    def values(types: Any, decision: Any) -> Any:
        apart = abs(types[..., :, None, :] - decision[..., None, :, :])
        return -((((apart**each).sum(axis=-1)) ** whole).min(axis=-1))

    space = Place(places, law.low, law.high)
    name = f"{places} places for {agents} agents"
    return Environment((law,) * agents, space, values, WELFARE, transfers=False, outside=-float("inf"), name=name)
