"""Cognitive hierarchy: players think 0, 1, 2 … steps ahead, and each believes that all others think fewer steps than itself.

    f(k) = e^{−τ} τ^k / k!                         how many think k steps (Poisson, on average τ)
    β_k  = Σ_{h<k} f(h) σ^h / Σ_{h<k} f(h)         what a player of k steps believes that each other does
    σ^k  = best replies to β_k, ties split evenly;  σ^0 = random play
    σ    = Σ_k f(k) σ^k                            what is seen: the prediction

(Camerer, Ho & Chong 2004, Q. J. Econ. 119.) With more than two players the others' levels, and so their actions, are believed
independent. Levels beyond which less than 10⁻¹² of all players think count as the last one that is reckoned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.games import Games
from ..game.lower import core, lifted
from ..game.play import Play
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, register, wanted_goal
from .levels import LEVEL_ZERO, UNIFORM, level_zero, replies, said, same_zero
from .prediction import Plays, Spans, residual_of
from .replies import Against, Strategies, spans_at

TAIL = 1e-12  # share of players beyond the highest level reckoned
HIGHEST = 100.0  # τ; the data of the paper lie between 0 and 5 or so, and factors e^{−τ} underflow far above


@dataclass(frozen=True, eq=False)
class Thinkers:
    """The levels of a hierarchy, one by one."""

    shares: Array
    """[level]: f(k)."""
    plays: tuple[Play, ...]
    """Per level: the play in which everybody is of that level."""


@dataclass(frozen=True)
class Hierarchy(Behaviour):
    """A population that thinks `tau` steps on average."""

    tau: float
    zero: str = UNIFORM
    """Level 0, as in `Level`."""
    lam: float | None = None
    """Replies are logit with this λ, per unit of payoff; None: they are best."""

    def __post_init__(self) -> None:
        if not 0 <= self.tau <= HIGHEST:
            raise InputError(where="behaviour hierarchy", needed=f"τ between 0 and {HIGHEST:g}", found=f"{self.tau:g}")

    @property
    def name(self) -> str:
        head = f"hierarchy:{self.tau:g}" if self.lam is None else f"hierarchy-noisy:{self.tau:g},{self.lam:g}"
        return head if self.zero == UNIFORM else f"{head},{self.zero}"

    def __call__(self, game: Game) -> Plays:
        """One play: everybody drawn from the population. Raises InputError as `Level` does."""
        plays = (lifted(game.floats, self.population(core(game).floats) if game.active else []),)
        return Plays(self.name, game, plays, self._how, residual_of(plays))

    def population(self, inner: Game) -> Strategies:
        """Per player of a core game in floats [type, action]: what is seen."""
        return self._climb(Against.game(inner), level_zero(inner, self.zero), keep=False)[0]

    def levels(self, game: Game) -> Thinkers:
        """What each level does, and how many are of it."""
        inner = core(game).floats
        _, levels = self._climb(Against.game(inner), level_zero(inner, self.zero))
        plays = tuple(lifted(game.floats, level if game.active else []) for level in levels)
        return Thinkers(poisson(self.tau), plays)

    def many(self, games: Games) -> Spans:
        if self.zero not in LEVEL_ZERO:
            return super().many(games)
        goal, against = wanted_goal(games), Against.games(games)
        seen, _ = self._climb(against, same_zero(against, self.zero), keep=False)
        return spans_at(games, goal, against, seen, self._how)

    def _climb(self, against: Against, zero: Strategies, *, keep: bool = True) -> tuple[Strategies, list[Strategies]]:
        """(population play, play of every level)."""
        shares = poisson(self.tau)
        total, known, levels = [shares[0] * s for s in zero], shares[0], [zero]
        for share in shares[1:]:
            level = replies(against, [s / known for s in total], self.lam)
            total, known = [s + share * x for s, x in zip(total, level, strict=True)], known + share
            levels += [level] if keep else []
        return [s / s.sum(axis=1, keepdims=True) for s in total], levels

    @property
    def _how(self) -> str:
        kind = "best" if self.lam is None else f"logit (λ = {self.lam:g})"
        top = len(poisson(self.tau)) - 1
        return (
            f"levels 0 to {top}, Poisson with mean {self.tau:g}: {kind} replies to lower levels, from {said(self.zero)}"
        )


def poisson(tau: float) -> Array:
    """[level]: the shares of players who think 0, 1, 2 … steps; what lies beyond the last is counted with it."""
    shares = [math.exp(-tau)]
    while 1 - math.fsum(shares) > TAIL and len(shares) < 400:
        shares.append(shares[-1] * tau / len(shares))
    return np.array([*shares[:-1], shares[-1] + max(0.0, 1 - math.fsum(shares))])


def _hierarchy(text: str) -> Hierarchy:
    tau, _, zero = text.partition(",")
    return Hierarchy(
        argument("hierarchy", tau, float, "a number of at least 0, as in hierarchy:1.5", 0.0), zero or UNIFORM
    )


def _noisy(text: str) -> Hierarchy:
    needed = "a mean level and a λ, as in hierarchy-noisy:1.5,5"
    tau, _, rest = text.partition(",")
    lam, _, zero = rest.partition(",")
    mean = argument("hierarchy-noisy", tau, float, needed, 0.0)
    return Hierarchy(mean, zero or UNIFORM, argument("hierarchy-noisy", lam, float, needed, 0.0))


register("hierarchy", _hierarchy)
register("hierarchy-noisy", _noisy)
