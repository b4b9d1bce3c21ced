"""Random games by class, for laws and benchmarks. Payoffs are exact integers; the same seed gives the same game."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..errors import InputError
from ..numerics import rational
from .game import Game, Signal

KINDS = ("independent", "common interest", "zero sum", "symmetric")


def sample(
    actions: Sequence[int],
    *,
    types: Sequence[int] | None = None,
    kind: str = "independent",
    seed: int = 0,
    span: int = 9,
) -> Game:
    """A game with payoffs drawn uniformly from the integers −span … span.

    `actions` and `types` are counts per player. Kinds: "independent" payoffs, "common interest" (everybody's are the
    same), "zero sum" (two players), "symmetric" (two players who may swap places).
    """
    if kind not in KINDS:
        raise InputError(where="random game", needed=f"a kind among {', '.join(KINDS)}", found=repr(kind))
    n = len(actions)
    if kind in ("zero sum", "symmetric") and (n != 2 or (kind == "symmetric" and actions[0] != actions[1])):
        raise InputError(where="random game", needed=f"two players for kind {kind!r}, with equal actions", found=str(n))
    counts = tuple(types or (1,) * n)
    generator = np.random.default_rng(seed)
    shape = (*counts, *actions)
    if kind == "common interest":
        payoff = np.broadcast_to(generator.integers(-span, span + 1, shape), (n, *shape))
    elif kind == "zero sum":
        first = generator.integers(-span, span + 1, shape)
        payoff = np.stack([first, -first])
    elif kind == "symmetric":
        first = generator.integers(-span, span + 1, shape)
        payoff = np.stack([first, first.transpose(1, 0, 3, 2)])
    else:
        payoff = generator.integers(-span, span + 1, (n, *shape))
    weights = generator.integers(1, 6, counts)
    prior = rational.exact(weights) / Fraction(int(weights.sum()))
    return Game.bayesian(payoff, prior)


def with_signal(game: Game, outcomes: int = 2, *, seed: int = 0, name: str = "seen") -> Game:
    """The same game with a noisy signal of random law."""
    generator = np.random.default_rng(seed)
    weights = rational.exact(generator.integers(1, 6, (*game.payoff.shape[1:], outcomes)))
    law = weights / weights.sum(axis=-1, keepdims=True)
    signal = Signal(name, tuple(f"y{k}" for k in range(1, outcomes + 1)), rational.like(law, game.payoff))
    return replace(game, signals=(*game.signals, signal))
