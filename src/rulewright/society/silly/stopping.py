"""When to leave a group whose enforcement one does not know (after Hadfield-Menell, Andrus & Hadfield 2019, AIES).

The paper's claims are known, its equations and parameters are not: this is a reconstruction, by optimal stopping. An unknown share
θ of a group punishes. A member holds Beta(a, b) over it, with mean m = a/(a+b), and counts: a += 1 where a violation was punished,
b += 1 where it was not.

    important   chance 1−d an event: take part, for +R if enforced and −L if not, and see which; or abstain: 0, and nothing is seen
    silly       chance d: following or signalling the rule costs c; what happens is seen; nothing else hangs on it
    leave       0 for ever

    P(a,b) = m R − (1−m) L + γ E V′      S(a,b) = −c + γ E V′      E V′ = m V(a+1,b) + (1−m) V(a,b+1)
    V = max( 0,  (1−d) P + d S,  W )     W = d S / (1 − (1−d) γ):  abstain until the next silly event
    after N observations beliefs stay as they are:  V = max(0, [(1−d) max(0, mR−(1−m)L) − d c] / (1−γ))

γ discounts one event. "displacing" (A): one event a slot, γ = g. "added" (B): one important event a slot and d/(1−d) silly ones
beside it, γ = g^(1−d). V grows with the number of punishments that were seen, and so does what taking part adds to abstaining:

    (1−d)P + dS ≥ W   ⇔   mR − (1−m)L + γ [ (1−γ) E V′ + d c ] / (1 − (1−d)γ)  ≥  0

so that a policy is two numbers for each number of observations: `stays` punishments at least to stay, `joins` to take part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

VARIANTS = ("added", "displacing")
LEAVE, ABSTAIN, TAKE_PART = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Policy:
    """What members do, for a batch of settings of any shape."""

    value: Array
    """[*batch]: V of the first belief."""
    stays: Array
    """int [*batch, 1 + observations]: the fewest punishments seen, among so many observations, with which one stays."""
    joins: Array
    """int [*batch, 1 + observations]: the fewest with which one takes part in important interactions; never below `stays`."""
    belief: tuple[Array, Array]
    """(a, b), each [*batch]."""
    worth: Array | None = None
    """V [*batch, observations, punishments], where it was kept; NaN where there are more punishments than observations."""

    @property
    def observations(self) -> int:
        return self.stays.shape[-1] - 1

    def acts(self) -> Array:
        """uint8 [*batch, observations, punishments]: LEAVE, ABSTAIN or TAKE_PART."""
        punished = np.arange(self.observations + 1)
        found = (punished >= self.stays[..., None]).astype(np.uint8)
        return found + (punished >= self.joins[..., None])

    def means(self) -> tuple[Array, Array]:
        """[*batch, 1 + observations]: the mean beliefs from which one stays, and takes part; NaN where none of that many does."""
        a, b = (v[..., None] for v in self.belief)
        n = np.arange(self.observations + 1)
        stays, joins = (np.where(least <= n, (a + least) / (a + b + n), np.nan) for least in (self.stays, self.joins))
        return stays, joins


def event_discount(density: Any, discount: Any, variant: str) -> Array:
    """γ from g, the discount of a slot."""
    if variant not in VARIANTS:
        raise InputError(where="variant", needed=f"one of {', '.join(VARIANTS)}", found=repr(variant))
    return np.asarray(discount, float) ** ((1 - np.asarray(density, float)) if variant == "added" else 1)


def policy(
    density: Any,
    cost: Any,
    belief: tuple[Any, Any],
    *,
    reward: Any = 1.0,
    loss: Any = 1.0,
    discount: Any = 0.97,
    observations: int = 260,
    variant: str = "added",
    keep: bool = False,
) -> Policy:
    """Backward induction over the lattice of observations, whole anti-diagonals and the whole batch at once.

    Numbers or arrays that broadcast: `density` d within [0, 1), `cost` c ≥ 0 of a silly event, `belief` (a, b), `reward` R, `loss`
    L, `discount` g of a slot. A tie between leaving and staying is left, one between abstaining and taking part is taken part in.
    """
    gamma = event_discount(density, discount, variant)
    given = [np.asarray(v, float) for v in (density, cost, *belief, reward, loss)]
    batch = np.broadcast_shapes(*(v.shape for v in (*given, gamma)))
    d, c, a, b, gain, harm, g = (np.broadcast_to(v, batch)[..., None] for v in (*given, gamma))
    stays, joins = (np.empty((*batch, observations + 1), np.int64) for _ in range(2))
    worth = np.full((*batch, observations + 1, observations + 1), np.nan) if keep else None
    silent = 1 - (1 - d) * g

    def settle(n: int, taking: Array, waiting: Array) -> Array:
        """V at n observations; notes from where one stays and takes part."""
        best = np.maximum(taking, waiting)
        away = best <= 0
        stays[..., n] = away.sum(axis=-1)
        joins[..., n] = (away | (taking < waiting)).sum(axis=-1)
        value = np.where(away, 0.0, best)
        if worth is not None:
            worth[..., n, : n + 1] = value
        return value

    m = (a + np.arange(observations + 1)) / (a + b + observations)
    taking = (1 - d) * (m * gain - (1 - m) * harm)
    # where important ones are not worth it, one would stay only if silly events cost less than nothing
    value = settle(observations, (taking - d * c) / (1 - g), np.where(taking < 0, -d * c / (1 - g), -np.inf))
    for n in range(observations - 1, -1, -1):
        m = (a + np.arange(n + 1)) / (a + b + n)
        after = g * (m * value[..., 1:] + (1 - m) * value[..., :-1])
        heard = d * (after - c)
        value = settle(n, (1 - d) * (m * gain - (1 - m) * harm + after) + heard, heard / silent)
    return Policy(value[..., 0], stays, joins, (a[..., 0], b[..., 0]), worth)


def critical_cost(
    density: Any,
    belief: tuple[float, float],
    *,
    reward: float = 1.0,
    loss: float = 1.0,
    most: float = 1.0,
    rounds: int = 11,
    **settings: Any,
) -> Array:
    """c*(d), shape of `density`: the cost of a silly event from which on a member with this belief leaves at once.

    V does not grow with c: there is one such cost. Its interval is cut in sixteen, `rounds` times (eleven: 13 digits of `most`).
    0 where even free silly rules keep nobody; inf where one stays whatever they cost up to `most`.
    """
    d = np.asarray(density, float)
    low, high = np.zeros(d.shape), np.full(d.shape, most)
    at_ends = [
        policy(d, np.full(d.shape, c), belief, reward=reward, loss=loss, **settings).value > 0 for c in (0.0, most)
    ]
    cuts = np.arange(1, 16) / 16
    for _ in range(rounds):
        tried = low[..., None] + (high - low)[..., None] * cuts
        stay = policy(d[..., None], tried, belief, reward=reward, loss=loss, **settings).value > 0
        k = stay.sum(axis=-1)
        width = (high - low) / 16
        low, high = low + k * width, low + (k + 1) * width
    return np.where(~at_ends[0], 0.0, np.where(at_ends[1], np.inf, (low + high) / 2))
