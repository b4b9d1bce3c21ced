"""The six measures of Köster et al. (2022, PNAS; names as in the authors' published data), of what was played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ..rollout import Played
from ..world import World
from ..world.events import position
from .berries import HITS


@dataclass(frozen=True)
class Measures:
    """Of every world of a batch: float [batch]."""

    misdirected: np.ndarray
    """A: hits on the unmarked."""
    punished: np.ndarray
    """B: hits on the marked."""
    marked: np.ndarray
    """C: share of the players' time marked."""
    poisoned: np.ndarray
    """D: share of the players' time poisoned."""
    taboo: np.ndarray
    """E: taboo berries eaten."""
    collective: np.ndarray
    """F: sum of what the world paid, punishments included."""


def measures(world: World, played: Played) -> Measures:
    """A to F of a rollout in a world of berries, or one around it. Raises InputError where the world has no such events."""
    if not {"hit", "marked", "poisoned", "taboo"} <= {kind.name for kind in world.kinds}:
        raise InputError(
            where="measures",
            needed="a world of berries",
            found=f"events {', '.join(k.name for k in world.kinds)}",
        )

    def count(name: str, outcome: int) -> np.ndarray:
        seen = np.asarray(played.counts[position(name, world.kinds)])[..., outcome]
        return seen.reshape(seen.shape[0], -1).sum(axis=1).astype(float)

    def share(name: str) -> np.ndarray:
        yes = count(name, 1)
        return yes / (yes + count(name, 0))

    return Measures(
        misdirected=count("hit", HITS.index("unmarked")),
        punished=count("hit", HITS.index("marked")),
        marked=share("marked"),
        poisoned=share("poisoned"),
        taboo=count("taboo", 1),
        collective=np.asarray(played.base).sum(axis=1),
    )
