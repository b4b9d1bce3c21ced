"""Who is what: the posterior over characters, given what a player was shown and did.

    Pr(character | play) ∝ Pr(character) Π_t Pr(choice_t | prospect_t, character) · Π_m Pr(message_m | character)

Laws of choice are known (`personalities.laws`), each with a tremble ε. The λ of the noisy is not known: its likelihood is the mean
over a grid of λ, in units of what is at stake. Of messages only whether they pose as rules counts: with chance HIT for the
injector, MISS for everybody else. Two characters whose laws agree wherever the player was asked are *alike*: no play of that
kind tells them apart, and the verdict names both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ...behaviour.estimation.choice import Choices
from ...behaviour.estimation.logit import Precision, of_choices
from ...errors import InputError
from ...numerics.rational import Array
from ..episode import Episode
from ..personalities.laws import LAWS, noisy
from ..personalities.personality import PERSONALITIES
from .injection import poses
from .seen import Seen, choices, several, texts

STAKES = (1.0, 3.0, 10.0, 30.0, 100.0)
"""λ times the largest difference in own worth of the median choice: the grid."""
HIT, MISS = 0.9, 0.02
"""Assumed chances that a message of an injector, or of another, poses as a rule."""
ALIKE = 1e-9


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read off the play of one player."""

    player: str
    n: int
    """Choices that it is made of."""
    messages: int
    names: tuple[str, ...]
    posterior: Array
    """[character], sums to 1."""
    likelihood: Array = field(repr=False)
    """[character], natural logarithms."""
    distance: Array = field(repr=False)
    """[character, character]: how far apart two laws ever were where the player was asked, at most 1; 0 where they cannot be told
    apart."""

    @property
    def best(self) -> str:
        """The likeliest; of those that are alike the first."""
        return self.names[int(self.posterior.argmax())]

    @property
    def alike(self) -> tuple[str, ...]:
        """All that cannot be told from the likeliest by what was asked, itself included."""
        k = int(self.posterior.argmax())
        return tuple(n for j, n in enumerate(self.names) if self.distance[k, j] <= ALIKE)

    @property
    def odds(self) -> float:
        """Of the likeliest (with those alike) against all others."""
        inside = float(sum(self.posterior[self.names.index(n)] for n in self.alike))
        return math.inf if inside >= 1 else inside / (1 - inside)

    def chance(self, name: str) -> float:
        return float(self.posterior[self.names.index(name)])


def classify(
    episodes: Episode | Iterable[Episode],
    player: str,
    *,
    names: tuple[str, ...] = PERSONALITIES,
    prior: Mapping[str, float] | None = None,
    tremble: float = 0.05,
    ring: int = 0,
) -> Reading:
    """The posterior of one player over `names`. `prior` even if left out; `ring` is the size of the ring that colluders would be
    in.

    Raises InputError for characters that are none, for a tremble outside (0, 1], and where the player was never asked.
    """
    wrong = [n for n in names if n not in LAWS]
    if wrong or not names:
        raise InputError(
            where="classify", needed=f"characters among {', '.join(LAWS)}", found=", ".join(wrong) or "none"
        )
    if not 0 < tremble <= 1:
        raise InputError(where="classify: tremble", needed="a chance above 0, up to 1", found=f"{tremble:g}")
    if prior is not None and (
        set(prior) - set(names) or min(prior.values(), default=0) < 0 or sum(prior.values()) <= 0
    ):
        raise InputError(where="classify: prior", needed=f"weights of {', '.join(names)}", found=str(dict(prior)))
    episodes = several(episodes)
    seen, written = list(choices(episodes, player)), list(texts(episodes, player))
    if not seen and not written:
        raise InputError(
            where=f"classify {player}", needed="choices with known prospects, or messages", found="neither"
        )
    likelihood, distance = _acts(seen, names, tremble, ring)
    posing = [poses(text) for text in written]
    injects = np.array([n == "injector" for n in names])
    if written:
        likelihood = likelihood + _words(posing, injects)
        distance = np.maximum(distance, injects[:, None] != injects[None, :])
    weight = np.array([1.0 if prior is None else prior.get(n, 0.0) for n in names])
    with np.errstate(divide="ignore"):
        log = likelihood + np.log(weight)
    posterior = np.exp(log - log.max())
    return Reading(player, len(seen), len(written), names, posterior / posterior.sum(), likelihood, distance)


def _words(posing: list[bool], injects: Array) -> Array:
    hit, miss = (sum(math.log(p if x else 1 - p) for x in posing) for p in (HIT, MISS))
    return np.where(injects, hit, miss)


def _acts(seen: list[Seen], names: tuple[str, ...], tremble: float, ring: int) -> tuple[Array, Array]:
    """(log-likelihood [character], distance [character, character])."""
    spans = [float(np.ptp(s.prospect.own)) for s in seen]
    stake = float(np.median([s for s in spans if s > 0])) if any(spans) else 1.0
    grid = [g / stake for g in STAKES]
    total, by_precision = np.zeros(len(names)), np.zeros(len(grid))
    distance = np.zeros((len(names), len(names)))
    for s in seen:
        size = len(s.prospect.options)

        def trembling(law: Array, size: int = size) -> Array:
            return (1 - tremble) * law + tremble / size

        by_precision += np.log([trembling(noisy(s.prospect, g))[s.taken] for g in grid])
        laws = np.array(
            [noisy(s.prospect, grid[-1]) if n == "noisy" else LAWS[n](s.prospect, 0.0, ring) for n in names]
        )
        distance = np.maximum(distance, np.abs(laws[:, None] - laws[None]).sum(-1) / 2)
        total += np.log(trembling(laws)[:, s.taken])
    mixed = by_precision.max() + math.log(float(np.mean(np.exp(by_precision - by_precision.max()))))
    return np.where([n == "noisy" for n in names], mixed, total), distance


def precision(episodes: Episode | Iterable[Episode], player: str, *, level: float = 0.95) -> Precision:
    """λ of one player, if it replies by logit to its prospects: maximum likelihood and intervals (`behaviour.estimation`).

    Per unit of payoff. Raises InputError where nothing was chosen whose prospect was known.
    """
    seen = list(choices(episodes, player))
    if not seen:
        raise InputError(where=f"precision of {player}", needed="choices with known prospects", found="none")
    parts = [
        Choices(np.eye(len(s.prospect.options))[s.taken][None], np.asarray(s.prospect.own, float)[None, :, None])
        for s in seen
    ]
    return of_choices(player, Choices.together(parts), level=level)
