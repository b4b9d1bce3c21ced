"""Is each character detected from its play? A matrix over seeds: who it was, and what it was taken for.

One seat is of the character, the others are of a cast that makes the characters differ (who always meets fair neighbours cannot
be told from a conformist). A verdict that names several alike ones is shared among them. Rates have Clopper and Pearson's
intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import Interval, binomial
from ...errors import InputError
from ...numerics.rational import Array
from ..episode import play
from ..personalities.personality import PERSONALITIES, Personality
from ..stage import Stage
from .classify import Reading, classify
from .holds import seated


@dataclass(frozen=True)
class Setting:
    """A stage, and who sits in the other seats (in turn)."""

    stage: Stage
    others: tuple[Personality, ...]


@dataclass(frozen=True, eq=False)
class Confusion:
    """[character, taken for]."""

    names: tuple[str, ...]
    counts: Array
    """Readings; where several are alike each has its part."""
    n: int
    """Readings of each character."""
    hits: tuple[int, ...]
    """Readings in which the character is named and no other."""
    named: tuple[int, ...]
    """Readings in which it is named, with those alike to it."""

    def rate(self, name: str, level: float = 0.95) -> Interval:
        """Of being named alone."""
        return binomial(self.hits[self.names.index(name)], self.n, level)


def confusion(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    *,
    names: tuple[str, ...] = PERSONALITIES,
    precision: float = 1.0,
    tremble: float = 0.05,
) -> Confusion:
    """Each character plays the first seat of every setting, once a seed; one reading from all settings together."""
    if not settings or not seeds:
        raise InputError(where="confusion", needed="a setting and a seed at least", found="none")
    counts = np.zeros((len(names), len(names)))
    hits, named = [0] * len(names), [0] * len(names)
    for k, name in enumerate(names):
        for seed in seeds:
            found = read(
                settings, Personality(name, precision=precision, tremble=tremble), seed, names=names, tremble=tremble
            )
            for other in found.alike:
                counts[k, names.index(other)] += 1 / len(found.alike)
            hits[k] += found.alike == (name,)
            named[k] += name in found.alike
    return Confusion(names, counts, len(seeds), tuple(hits), tuple(named))


def read(
    settings: Sequence[Setting],
    character: Personality,
    seed: int,
    *,
    names: tuple[str, ...] = PERSONALITIES,
    tremble: float = 0.05,
) -> Reading:
    """One reading of who sits in the first seat of all settings."""
    episodes = []
    for setting in settings:
        first, *rest = setting.stage.players
        cast = {first: seated(character, seed)}
        cast |= {p: seated(setting.others[j % len(setting.others)], seed + 1) for j, p in enumerate(rest)}
        # seats are renamed by their place: the first player of each stage is the one that is read
        episodes.append((first, play(setting.stage, cast, seed=seed)))
    if len({first for first, _ in episodes}) > 1:
        return classify_together(episodes, names=names, tremble=tremble)
    return classify([episode for _, episode in episodes], episodes[0][0], names=names, tremble=tremble)


def classify_together(episodes: Sequence[tuple[str, object]], **settings: object) -> Reading:
    """One reading of a player who bears another name on each stage: [(name there, episode)]."""
    parts = [classify(episode, name, **settings) for name, episode in episodes]  # type: ignore[arg-type]
    log = np.sum([part.likelihood for part in parts], axis=0)
    posterior = np.exp(log - log.max())
    distance = np.max([part.distance for part in parts], axis=0)
    n, messages = sum(part.n for part in parts), sum(part.messages for part in parts)
    return Reading(parts[0].player, n, messages, parts[0].names, posterior / posterior.sum(), log, distance)
