"""What kind of dilemma a game is: is it greed that tempts away from the wanted play, or fear, or a question of which?

For two symmetric actions with payoffs R (both do what is wanted), S (alone in doing it), T (alone in not), P (nobody):
greed T − R, what deviating from the wanted play gains; fear P − S, what it costs to be alone in it (Macy & Flache
2002, PNAS 99). Generalised here: greed and fear of player i are the most it gains by leaving the wanted action when all
others keep to theirs, and when all others play some other profile.

Selection risk of a wanted profile: the least p such that keeping to it is a best reply for everybody who believes that
the others do so with probability at least p, whatever else they may do (p-dominance: Morris, Rob & Shin 1995,
Econometrica 63). In two-action coordination games p < 1/2 is risk dominance (Harsanyi & Selten 1988).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..game.game import Game
from ..game.lower import core
from ..numerics import rational
from ..numerics.rational import Array


@dataclass(frozen=True)
class Dilemma:
    """Payoff units; positive greed or fear tempts."""

    wanted: tuple[str, ...]
    greed: float
    fear: float
    kind: str
    selection_risk: float | None
    """None if the wanted profile is no strict equilibrium: then no belief makes it safe."""


def classify(game: Game, wanted: tuple[int, ...]) -> Dilemma:
    """The dilemma that a game without types poses to players who are wanted to play `wanted` (positions in the core)."""
    inner = core(game)
    gains = [_gains(inner, i, wanted) for i in range(inner.n)]
    greed = max(float(here) for here, _, _ in gains)
    fear = max(float(elsewhere) for _, elsewhere, _ in gains)
    risks = [risk for *_, risk in gains]
    risk = None if any(r is None for r in risks) else float(max(r for r in risks if r is not None))
    labels = tuple(inner.actions[i][a] for i, a in enumerate(wanted))
    return Dilemma(labels, greed, fear, _kind(greed, fear), risk)


def _gains(inner: Game, i: int, wanted: tuple[int, ...]) -> tuple[Fraction | float, Fraction | float, Fraction | None]:
    """(greed, fear, p) of one player."""
    table = np.moveaxis(inner.payoff[i].reshape(inner.action_counts), i, 0)
    at = tuple(a for j, a in enumerate(wanted) if j != i)
    others = np.prod(table.shape[1:], dtype=int)
    flat = table.reshape(table.shape[0], -1)
    here = int(np.ravel_multi_index(at, table.shape[1:])) if at else 0
    gain: Array = np.delete(flat - flat[wanted[i]], wanted[i], axis=0)  # [other action, others' profile]
    greed = gain[:, here].max()
    elsewhere = np.delete(gain, here, axis=1)
    fear = elsewhere.max() if others > 1 else greed
    if not greed < 0:
        return greed, fear, None
    zero = rational.zeros((1,), gain)[0]
    worst = elsewhere.max(axis=1) if others > 1 else gain[:, here]
    needed = [w / (w - g) if w > 0 else zero for w, g in zip(worst, gain[:, here], strict=True)]
    return greed, fear, max(needed)


def _kind(greed: float, fear: float) -> str:
    if greed > 0 and fear > 0:
        return "greed and fear: the wanted play is no equilibrium, and nobody dares to be alone in it"
    if greed > 0:
        return "greed: the wanted play is no equilibrium"
    if fear > 0:
        return "fear: the wanted play is an equilibrium, but not safe to be alone in"
    return "none: the wanted play is best whatever the others do"
