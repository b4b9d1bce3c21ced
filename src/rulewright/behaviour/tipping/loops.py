"""Following one play as a parameter moves slowly there and back: jumps, folds, hysteresis; and where stability is lost.

    settle(t, x)    where the dynamics at t ends that starts at x: learning, logit response, any map repeated until it rests

Adiabatic: each value starts where the last one ended. The way there and the way back differ between the two jumps, and that
interval is the hysteresis loop. A *fold* is where a stable point of rest ends (it meets an unstable one: saddle-node
bifurcation, Strogatz 2015, Nonlinear Dynamics and Chaos, section 3.1); `fold` brackets it by following from the stable side.
Where a formula or a Jacobian gives the leading exponent, `critical` finds its sign change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...game.markov import MarkovGame
from ...numerics.rational import Array, floats
from ..markov.crld import Learner, learn
from .family import Family, form_of
from .pure import root

Settle = Callable[[Any, Any], Any]
Observe = Callable[[Any], float]
FORGETS = 1e-12  # a logit response moves less at rest
MOST_STEPS = 2_000_000


@dataclass(frozen=True, eq=False)
class Loop:
    """What is observed where the dynamics ends, on the way there and, back in the order of `values`, on the way back."""

    values: Array
    there: Array
    """[value]."""
    back: Array
    """[value]: at the same values."""
    ends: tuple[Any, ...] = field(repr=False)
    """Points of rest, there and back: 2·values of them, in the order of travel."""

    @property
    def up(self) -> tuple[float, float]:
        """(value, change): the largest change on the way there, and the value at which it was first seen."""
        return self._largest(self.values, self.there)

    @property
    def down(self) -> tuple[float, float]:
        """The same on the way back."""
        return self._largest(self.values[::-1], self.back[::-1])

    @property
    def hysteresis(self) -> tuple[float, float]:
        """The interval between the two jumps; empty (equal ends) where both ways agree."""
        if np.allclose(self.there, self.back, atol=1e-6 * max(1.0, float(np.ptp(self.there)))):
            return self.up[0], self.up[0]
        low, high = sorted((self.up[0], self.down[0]))
        return low, high

    @staticmethod
    def _largest(values: Array, seen: Array) -> tuple[float, float]:
        steps = np.diff(seen)
        k = int(np.argmax(np.abs(steps)))
        return float(values[k + 1]), float(steps[k])


def loop(settle: Settle, values: Sequence[Any], start: Any, observe: Observe) -> Loop:
    """Move the parameter over the values and back again. Raises InputError for fewer than two values."""
    if len(values) < 2:
        raise InputError(where="loop", needed="at least two values of the parameter", found=str(len(values)))
    x, ends = start, []
    for t in (*values, *reversed(values)):
        x = settle(t, x)
        ends.append(x)
    seen = np.array([observe(x) for x in ends])
    n = len(values)
    return Loop(np.array(values, float), seen[:n], seen[n:][::-1], tuple(ends))


def fold(
    settle: Settle, stays: Any, gone: Any, start: Any, observe: Observe, *, jump: float, width: float = 1e-9
) -> float:
    """The value, between `stays` and `gone`, at which the point of rest reached from `start` ends.

    It is gone where what is observed changes by more than `jump`. width: of the bracket, in units of t. Raises Unsolved where it
    does not end there.
    """
    low, high = float(stays), float(gone)
    x = settle(low, start)
    if abs(observe(settle(high, x)) - observe(x)) <= jump:
        raise Unsolved(
            where="fold",
            needed=f"a jump of more than {jump:g} between {low:g} and {high:g}",
            found="a play that goes on",
        )
    while abs(high - low) > width:
        middle = (low + high) / 2
        after = settle(middle, x)
        if abs(observe(after) - observe(x)) > jump:
            high = middle
        else:
            low, x = middle, after
    return (low + high) / 2


def critical(exponent: Callable[[float], float], low: float, high: float) -> float:
    """Where the leading exponent changes its sign, to 13 digits. Raises Unsolved if it has one sign at both ends."""
    ends = exponent(low), exponent(high)
    if not (min(ends) <= 0 <= max(ends)):
        raise Unsolved(
            where="critical value",
            needed=f"exponents of different signs at {low:g} and {high:g}",
            found=f"{ends[0]:.3g} and {ends[1]:.3g}",
        )
    return root(exponent, float(low), float(high))


def learning(
    family: Callable[[Any], MarkovGame], learner: Learner, steps: int, *, tolerance: float = 0.0, nudge: float = 0.0
) -> Settle:
    """Collective learning (CRLD) in a family of Markov games, as `settle`; x is X[player, state, action].

    nudge: the share of random play mixed in at the start at each value, so that learners that do not explore can leave a
    pure play that is no longer stable.
    """

    def settle(t: Any, x: Array) -> Array:
        share = (x > 0) / (x > 0).sum(axis=-1, keepdims=True) if nudge == 0 else np.full_like(x, 1 / x.shape[-1])
        return learn(family(t), (1 - nudge) * x + nudge * share, steps, learner, tolerance=tolerance).last

    return settle


def logit_response(family: Family, rationality: float, *, rate: float = 1.0) -> Settle:
    """Smoothed best replies in a family of games, as `settle`: x ← (1 − r)x + r·softmax(λ u(·, x_-i)) until it rests.

    x is one list of mixtures, one for each player who chooses. λ is per unit of payoff (Fudenberg & Levine 1998, chapter 4).
    """

    def settle(t: Any, x: Sequence[Array]) -> list[Array]:
        game = family(t)
        payoff = floats(form_of(game).payoff) if not isinstance(game, MarkovGame) else None
        if payoff is None:
            raise InputError(where="logit response", needed="games without states", found="a Markov game")
        now = [floats(z) for z in x]
        for _ in range(MOST_STEPS):
            after = []
            for i in range(len(now)):
                worth = payoff[i]
                for j in reversed(range(len(now))):
                    if j != i:
                        worth = np.tensordot(worth, now[j], axes=([j], [0]))
                z = np.exp(rationality * (worth - worth.max()))
                after.append((1 - rate) * now[i] + rate * z / z.sum())
            moved = max(float(np.abs(a - b).max()) for a, b in zip(after, now, strict=True))
            now = after
            if moved < FORGETS:
                break
        return now

    return settle
