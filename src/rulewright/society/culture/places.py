"""Learners and imitators agent by agent, in many places that each have a world of their own.

One world is one fate: whoever shares it is wrong together. Closed forms are means over fates, so agents live in places of
SIZE, each place with its own world that switches with chance g a generation, all independent. In generation t each agent
imitates with chance q and learns with chance 1 − q, by a draw of its own; who imitates looks at distinct agents of its place
in generation t − 1.

    With roles drawn independently and distinct models, the chance that n models all imitate is qⁿ, and the one copied is right as
    often as any imitator: the mean over places obeys A2.3 exactly, for places of any size of at least n. No limit is taken.

q is held, or moves for the whole population by the replicator in log-odds on what both earned on average over places,

    log q/(1−q)  ←  log q/(1−q) + PACE (W_I − W_L)/scale

so that at rest the average of W_I − W_L over time is nought, whatever the noise. An agent's models are those at b, b + a, b +
2a, … of its place, b uniform and a uniform among odd numbers (so that they differ, SIZE being a power of two): agents of one
place are alike in law, so that any distinct ones do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics import counter
from ...numerics.rational import Array

SIZE = 64  # agents of a place; a power of two
BLOCK = 1 << 15  # agents at a time, so that a step stays in the cache
SWITCH, ROLE, MODEL, BORN = 0, 1, 2, 3  # streams of draws
PACE = 0.25  # of selection: mean fitness at rest is off by the variance of q, which is of the order of PACE over places
SURE = 30.0  # log-odds: a share within 1e-13 of a corner goes no further

Copied = Callable[[Array, "Look", Array], Array]
"""(state of all of the last generation, whom each agent of a block looks at, whether its world switched) → state it copies."""


@dataclass(frozen=True)
class Look:
    """Whom the agents of a block look at."""

    place: Array
    """int [agent]: index of the first agent of its place."""
    first: Array
    stride: Array

    def model(self, k: int) -> Array:
        """int [agent]: index of the k-th model."""
        return self.place + ((self.first + np.uint32(k) * self.stride) & np.uint32(SIZE - 1))


@dataclass(frozen=True)
class Way:
    """How one generation follows from another."""

    change: float
    """g, of each place."""
    learner: float
    """State of a learner."""
    start: Callable[[Array], Array]
    """Draws → states of the first generation."""
    copied: Copied
    advantage: Callable[[float], float]
    """Mean state of imitators → (W_I − W_L)/scale."""
    held: float | None = None
    """Share of imitators, where it does not move."""


def whole(agents: int) -> int:
    """How many agents that many are, in whole places."""
    return -(-agents // SIZE) * SIZE


def run(way: Way, agents: int, steps: int, seed: int) -> tuple[Array, Array]:
    """(share of imitators, their mean state), float [step] each; a mean is NaN where nobody imitates.

    `agents` is rounded up to whole places. Raises InputError for a share outside [0, 1].
    """
    if way.held is not None and not 0 <= way.held <= 1:
        raise InputError(where="imitating", needed="a share from 0 to 1", found=str(way.held))
    n, odds = whole(agents), 0.0
    last = way.start(counter.draws(seed, BORN, 0, n))
    now = np.empty_like(last)
    shares, means = np.empty(steps), np.empty(steps)
    for t in range(steps):
        q = way.held if way.held is not None else float(1 / (1 + np.exp(-odds)))
        switched = counter.happens(counter.draws(seed, SWITCH, t, n // SIZE), way.change)
        count, total = 0, 0.0
        for low in range(0, n, BLOCK):
            more, added = _block(way, last, now, switched, q, low, min(low + BLOCK, n), t, seed)
            count, total = count + more, total + added
        last, now = now, last
        shares[t], means[t] = q, total / count if count else np.nan
        if count:
            odds = float(np.clip(odds + PACE * way.advantage(means[t]), -SURE, SURE))
    return shares, means


def _block(
    way: Way, last: Array, now: Array, switched: Array, q: float, low: int, high: int, t: int, seed: int
) -> tuple[int, float]:
    """Agents low to high of a generation; (how many imitated, sum of their states)."""
    imitates = counter.happens(counter.draws(seed, ROLE, t, high - low, start=low), q)
    drawn = counter.draws(seed, MODEL, t, high - low, start=low)
    at = np.arange(low, high, dtype=np.uint32)
    look = Look(at & ~np.uint32(SIZE - 1), drawn & np.uint32(SIZE - 1), (drawn >> np.uint32(6)) | np.uint32(1))
    there = np.repeat(switched[low // SIZE : high // SIZE], SIZE)
    copied = way.copied(last, look, there)
    now[low:high] = np.where(imitates, copied, last.dtype.type(way.learner))
    return int(np.count_nonzero(imitates)), float(np.sum(way_state(copied)[imitates], dtype=float))


def way_state(copied: Array) -> Array:
    """What is averaged of a state: the lowest bit of whole numbers, else the number."""
    return copied & 1 if copied.dtype.kind == "u" else copied
