"""Iterated persuasion: the posterior of one round is the prior of the next (after eq. 19–21 of the ICSAP proposal).

    μ_{t+1} = μ_t updated by what was said, moved by Q;   a*(μ) best for Σ μ·u;   each round the sender's best signal at μ_t

What a signal is worth averages over what it may say: E_s[ E_{μ_s} v(a*(μ_s), ω) ]. Printed, the expectation is taken under
μ_t, before the signal. Two readings of that, both wrong (`misread`): E_{μ_t} v(a*(μ_t), ω) does not depend on the signal at all;
E_s[ E_{μ_t} v(a*(μ_s), ω) ] lets acts answer what was said, and the state not.

The round is a map T on laws of beliefs. Say nothing where nothing can be gained. Then, if the state stays (Q = 1),

1. T μ splits beliefs: E[T μ] = μ (beliefs are a martingale). All stages together are one signal, so no number of rounds brings
   more than the concave closure at the prior, which the first round reaches.
2. Beliefs after it lie where v̂ touches its closure, so T T = T: a fixed point after one round.
3. Even a sender who goes on to split at random along faces of the closure cannot cycle: each round is a mean-preserving spread
   of the last, the order of spreads has no cycles, and bounded martingales converge (Doob).

If the state moves, rounds matter: T may take many rounds to settle, settle on average only, or cycle (Q a permutation).
Beliefs as a state: Ely 2017 (Am. Econ. Rev. 107); Renault, Solan & Vieille 2017 (Games Econ. Behav. 104).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ....errors import InputError, TooLarge
from ....numerics import rational
from ....numerics.given import numbers, whole
from ....numerics.rational import Array
from ..concave import concavify
from ..exact import exact_prior
from ..persuasion import TIE, checked, persuade, replied, unit

MOST_BELIEFS = 2_000
Belief = tuple[Fraction, ...]
Law = dict[Belief, Fraction]


@dataclass(frozen=True, eq=False)
class Round:
    """One round: beliefs before anything is said, beliefs after, and what acts then bring the sender. Fractions."""

    before: Array = field(repr=False)
    """[k, ω]."""
    chances: Array = field(repr=False)
    """[k]."""
    after: Array = field(repr=False)
    """[j, ω]."""
    chances_after: Array = field(repr=False)
    """[j]."""
    value: Fraction
    """E[v̂(μ_s)] in this round."""


@dataclass(frozen=True, eq=False)
class Iterated:
    """The course of iterated persuasion."""

    rounds: tuple[Round, ...] = field(repr=False)
    settled: int | None
    """The first round whose law of beliefs (before anything is said) is met again; None if that was not seen."""
    period: int | None
    """After how many rounds it is met again: 1 at a fixed point, more on a cycle."""
    once: Fraction
    """What one signal at the prior brings: the concave closure."""

    @property
    def change(self) -> Fraction:
        """Total variation between the laws of beliefs before the last two rounds: how far from settled it stopped."""
        if len(self.rounds) < 2:
            return Fraction(1)
        old, new = (
            {tuple(b): c for b, c in zip(r.before, r.chances, strict=True)} for r in (self.rounds[-2], self.rounds[-1])
        )
        zero = Fraction(0)
        return sum((abs(old.get(b, zero) - new.get(b, zero)) for b in {*old, *new}), zero) / 2

    @property
    def values(self) -> tuple[Fraction, ...]:
        """What acts bring in each round."""
        return tuple(r.value for r in self.rounds)


def iterate(prior: Any, sender: Any, receiver: Any, *, moves: Any = None, rounds: int = 12) -> Iterated:
    """Rounds of the best signal for prior[ω], sender[ω, a], receiver[ω, a], two or three ω; moves[ω, ω′], or none.

    The sender looks at one round at a time. Exact: a fixed point or a cycle that is reported is one. Stops when it has met one.
    Raises InputError, TooLarge where beliefs become too many.
    """
    checked(prior, sender, receiver)
    whole(rounds, "iterated persuasion, rounds")
    p = exact_prior(prior)
    v, u = rational.exact(sender), rational.exact(receiver)
    chain = None if moves is None else _chain(moves, len(p))
    law: Law = {tuple(p): Fraction(1)}
    seen: list[Law] = []
    found: list[Round] = []
    once = concavify(p, v, u).value
    splits: dict[Belief, tuple[Array, Array, Fraction]] = {}
    for _ in range(rounds):
        if law in seen:
            break
        seen.append(law)
        after: Law = {}
        value = Fraction(0)
        for belief, chance in law.items():
            if belief not in splits:
                splits[belief] = _split(belief, v, u)
            parts, posteriors, brings = splits[belief]
            value += chance * brings
            for part, posterior in zip(parts, posteriors, strict=True):
                key = tuple(posterior)
                after[key] = after.get(key, Fraction(0)) + chance * part
        found.append(Round(*_arrays(law), *_arrays(after), value))
        law = _moved(after, chain)
        if len(law) > MOST_BELIEFS:
            raise TooLarge(
                where="iterated persuasion", needed=f"{len(law)} beliefs", found=f"{MOST_BELIEFS} that are kept"
            )
    at = seen.index(law) if law in seen else None
    return Iterated(tuple(found), at, None if at is None else len(seen) - at, once)


def _chain(moves: Any, states: int) -> Array:
    table = numbers(moves, "iterated persuasion, moves", (states, states))
    off = abs(table.sum(axis=1) - 1).max()
    if (table < 0).any() or off > (0 if rational.is_exact(table) else 1e-9):
        raise InputError(
            where="iterated persuasion", needed="moves[ω, ω′] with rows that sum to one", found=f"off by {float(off):g}"
        )
    return table if rational.is_exact(table) else rational.exact_law(table)


def _split(belief: Belief, v: Array, u: Array) -> tuple[Array, Array, Fraction]:
    """(chances, posteriors, value) of the best signal at a belief; nothing is said where nothing is gained."""
    q = np.array(belief, dtype=object)
    if sum(x > 0 for x in belief) < len(belief) and len(belief) == 3:
        live = [k for k, x in enumerate(belief) if x > 0]
        if len(live) == 2:
            picture = concavify(q[live], v[live], u[live])
            posteriors = np.full((len(picture.chances), 3), Fraction(0), dtype=object)
            posteriors[:, live] = picture.posteriors
            return picture.chances, posteriors, picture.value
    picture = concavify(q, v, u)
    return picture.chances, picture.posteriors, picture.value


def _moved(law: Law, chain: Array | None) -> Law:
    if chain is None:
        return law
    found: Law = {}
    for belief, chance in law.items():
        key = tuple(np.array(belief, dtype=object) @ chain)
        found[key] = found.get(key, Fraction(0)) + chance
    return found


def _arrays(law: Law) -> tuple[Array, Array]:
    return np.array([list(b) for b in law], dtype=object), np.array(list(law.values()), dtype=object)


@dataclass(frozen=True)
class Misread:
    """What eq. 21, as printed, says of three signals, beside what they bring."""

    before: float
    """E_{μ} v(a*(μ), ω): the same for every signal."""
    apart: tuple[float, float, float]
    """E_s[ E_{μ} v(a*(μ_s), ω) ] of saying nothing, saying all, and the best signal."""
    right: tuple[float, float, float]
    """E_s[ E_{μ_s} v(a*(μ_s), ω) ] of the same three."""


def misread(prior: Any, sender: Any, receiver: Any) -> Misread:
    """Both readings of the printed objective, and the repaired one, for prior[ω], sender[ω, a] and receiver[ω, a]."""
    p, v, u = checked(prior, sender, receiver)
    best = persuade(p, v, u)
    splits = [(np.ones(1), p[None]), (p[p > 0], np.eye(len(p))[p > 0]), best.posteriors(p)]
    apart, right = [], []
    for chances, beliefs in splits:
        liked = beliefs @ v
        worth = beliefs @ u
        good = worth >= worth.max(axis=1, keepdims=True) - TIE * unit(u)
        act = np.where(good, liked, -np.inf).argmax(axis=1)
        apart.append(float(chances @ (p @ v)[act]))
        right.append(float(chances @ liked[np.arange(len(act)), act]))
    return Misread(float(replied(p @ v, p @ u)), (apart[0], apart[1], apart[2]), (right[0], right[1], right[2]))
