"""A signal and a bound that need no solver to be believed: rationals only, every obedience row and every price exact.

Floats find the signal σ and the multipliers y. Rounded to rationals, σ is kept if nobody gains by disobeying it, exactly;
and y ≥ 0, whatever it became by rounding, proves

    V ≤ Σ_s p(s)·λ(s),       λ(s) = max_a [ v(s,a) + Σ_b y(a,b)·(u(s,a) − u(s,b)) ]

Belief by belief: where a is a best reply to the belief q, Σ q·v(·,a) ≤ Σ q·λ. So λ is a plane above the sender's payoff at
all beliefs, and above its concave closure (Kamenica & Gentzkow 2011, Am. Econ. Rev. 101, corollary 2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from ...errors import Impossible
from ...numerics import rational
from ...numerics.rational import Array, floats
from .persuasion import Persuasion, checked, persuade, unit

GRAIN = 1 << 62  # probabilities become multiples of one in so many where nothing simpler is obeyed
SIMPLE = (1e-9, 1e-12)  # closeness of simple rationals to the solver's decimals, in the order tried
CUSHIONS = (1e-12, 1e-10, 1e-7)  # of the receiver's range of payoffs: margins that rounding may not use up
CLOSE = 1e-8  # of the sender's range of payoffs: near enough to the solver's value to stop
DUST = 1e-12  # probabilities below this are noise of the solver
MOST_SOLVED = 80  # positive probabilities of a signal for which its equations are solved exactly
LONG = 256  # bits of a common denominator that is still cheap


@dataclass(frozen=True, eq=False)
class ExactPersuasion:
    """A signal that is obeyed, exactly, and a bound on what any signal can bring; Fractions throughout."""

    prior: Array = field(repr=False)
    """p[s]; sums to exactly one."""
    signal: Array = field(repr=False)
    """σ[s, a]; rows sum to exactly one."""
    value: Fraction
    bound: Fraction
    price: Array = field(repr=False)
    """λ[s] with bound = Σ p·λ."""
    weights: Array = field(repr=False)
    """y[a, b] ≥ 0, from which anybody gets the prices."""

    @property
    def gap(self) -> Fraction:
        """What a better signal could add at the most; 0 where this one is proved optimal."""
        return self.bound - self.value


def whole(array: Array) -> tuple[Array, int]:
    """(integers, denominator): the same exact numbers over their common denominator."""
    common = lcm(*{x.denominator for x in array.flat})
    flat = np.empty(array.size, dtype=object)
    flat[:] = [x.numerator * (common // x.denominator) for x in array.flat]
    return flat.reshape(array.shape), common


def exact_prior(prior: Any) -> Array:
    """p[s] in rationals that sum to one: simple ones where their common denominator is not too long, else decimals."""
    given = np.asarray(prior)
    if given.dtype == object:
        return rational.exact(given)
    simple = rational.exact_law(floats(given))
    if lcm(*{x.denominator for x in simple}).bit_length() <= LONG:
        return simple
    decimals = rational.exact(given)
    largest = int(np.argmax(floats(given)))
    decimals[largest] += 1 - decimals.sum()
    return decimals


def gains(prior: Array, receiver: Array, signal: Array) -> Array:
    """[a]: the most that disobeying recommendation a gains, times its probability and a positive constant; 0 if nothing."""
    joint, _ = whole(prior[:, None] * signal)
    payoff, _ = whole(receiver)
    found = np.full(signal.shape[1], 0, dtype=object)
    for a in np.flatnonzero((joint != 0).any(axis=0)):
        told = np.flatnonzero(joint[:, a] != 0)
        worth = joint[told, a] @ payoff[told]
        found[a] = worth.max() - worth[a]
    return found


def prices(sender: Array, receiver: Array, weights: Array) -> Array:
    """λ[s], exactly, from exact payoffs [s, a] and weights y[a, b] ≥ 0."""
    v, unit_v = whole(sender)
    u, unit_u = whole(receiver)
    y, unit_y = whole(weights)
    worth = v * (unit_u * unit_y)
    for a in range(v.shape[1]):
        b = np.flatnonzero(y[a] != 0)
        if len(b):
            worth[:, a] = worth[:, a] + (u[:, [a]] - u[:, b]) @ y[a, b] * unit_v
    scale = unit_v * unit_u * unit_y
    return rational.filled((len(v),), [Fraction(x, scale) for x in worth.max(axis=1)])


def grained(signal: Array) -> Array:
    """The nearest multiples of 1/GRAIN, what is left over added to the largest entry of each row."""
    kept = np.where(signal > DUST, signal, 0.0)
    counts = np.empty(kept.shape, dtype=object)
    counts.ravel()[:] = [round(Fraction(x) * GRAIN) for x in map(float, kept.flat)]
    counts[np.arange(len(kept)), kept.argmax(axis=1)] += GRAIN - counts.sum(axis=1)
    return rational.filled(kept.shape, [Fraction(x, GRAIN) for x in counts.flat])


def simple(signal: Array, close: float) -> Array:
    near = rational.filled(signal.shape, rational.simplest(np.where(signal > DUST, signal, 0.0).flat, close))
    return near / near.sum(axis=1, keepdims=True)


def exactly(prior: Any, sender: Any, receiver: Any, found: Persuasion | None = None) -> ExactPersuasion:
    """An exact signal close to the optimum, with its exact bound. `found` is what `persuade` said, if it was asked.

    Tried in turn: simple rationals near the solver's decimals; fine ones; the exact solution of the equations that the
    solver's answer meets; fine ones of a signal with a cushion under every incentive. A recommendation that would still be
    disobeyed is replaced by telling the state. The best one is kept.
    """
    p0, v0, u0 = checked(prior, sender, receiver)
    found = found or persuade(p0, v0, u0)
    p, v, u = exact_prior(prior), rational.exact(sender), rational.exact(receiver)
    best: tuple[Fraction, Array] | None = None
    for signal in _candidates(p0, v0, u0, found, p, u):
        broken = gains(p, u, signal) > 0
        kept = _told(signal, u, broken) if broken.any() else signal
        value = (p[:, None] * kept * v).sum()
        if best is None or value > best[0]:
            best = value, kept
        if not broken.any() and float(value) >= found.value - CLOSE * unit(v0):
            break
    value, signal = best or (Fraction(0), p)
    weights, price = min(((y, prices(v, u, y)) for y in _weights(found)), key=lambda pair: (p * pair[1]).sum())
    return ExactPersuasion(p, signal, value, (p * price).sum(), price, weights)


def _candidates(p: Array, v: Array, u: Array, found: Persuasion, exact_p: Array, exact_u: Array) -> Any:
    small = found.signal.size <= 2_500  # simple rationals have many denominators, which is slow where there are many
    for close in SIMPLE if small else ():
        yield simple(found.signal, close)
    yield grained(found.signal)
    at_corner = solved(exact_p, exact_u, found.signal)
    if at_corner is not None:
        yield at_corner
    for cushion in CUSHIONS:
        try:
            yield grained(persuade(p, v, u, margin=cushion * unit(u)).signal)
        except Impossible:
            return  # some act can be recommended, but never with room to spare


def solved(prior: Array, receiver: Array, signal: Array) -> Array | None:
    """The exact signal with the same zeros and the same ties as the floating one; None where there is none, or it is large.

    Acts that are tied wherever they are best can be recommended at a few beliefs only, which no rounding hits.
    """
    p, u = floats(prior), floats(receiver)
    s, a = np.nonzero((signal > SIMPLE[0]) & (p > 0)[:, None])
    if len(s) > MOST_SOLVED:
        return None
    joint = np.where(signal > SIMPLE[0], p[:, None] * signal, 0.0)
    told = joint.T @ u
    slack = np.diag(told)[:, None] - told
    np.fill_diagonal(slack, 1.0)
    used = joint.sum(axis=0) > 0
    ties = [(k, b) for k, b in np.argwhere((abs(slack) <= SIMPLE[0] * unit(u)) & used[:, None])]
    rows = [[Fraction(int(i == k)) for i in s] + [prior[k]] for k in np.unique(s)]
    rows += [
        [(receiver[i, k] - receiver[i, b]) * int(j == k) for i, j in zip(s, a, strict=True)] + [0] for k, b in ties
    ]
    x = _near(rows, [Fraction(float(joint[i, j])) for i, j in zip(s, a, strict=True)])
    if x is None or min(x) < 0:
        return None
    result = rational.filled(signal.shape, [Fraction(int(q > 0.5)) for q in signal.flat])
    result[p > 0] = Fraction(0)
    for i, j, q in zip(s, a, x, strict=True):
        result[i, j] = q / prior[i]
    return result


def _near(rows: list[list[Fraction]], guess: list[Fraction]) -> list[Fraction] | None:
    """The solution of [A | b], by elimination, in which free unknowns are as guessed; None if there is none."""
    work = np.array(rows, dtype=object)
    pivots: list[int] = []
    for column in np.argsort([-float(g) for g in guess], kind="stable"):  # large probabilities bear the corrections
        top = len(pivots)
        below = [r for r in range(top, len(work)) if work[r, column] != 0]
        if not below:
            continue
        work[[top, below[0]]] = work[[below[0], top]]
        work[top] = work[top] / work[top, column]
        for r in range(len(work)):
            if r != top and work[r, column] != 0:
                work[r] = work[r] - work[top] * work[r, column]
        pivots.append(int(column))
    if any(row[-1] != 0 for row in work[len(pivots) :]):
        return None
    x = list(guess)
    free = [k for k in range(len(guess)) if k not in pivots]
    for row, column in zip(work, pivots, strict=False):
        x[column] = row[-1] - sum((row[k] * guess[k] for k in free), Fraction(0))
    return x


def _told(signal: Array, receiver: Array, broken: Array) -> Array:
    """The signal that tells the state where it would recommend an act that is not obeyed.

    To an act that is obeyed already, states are added at which it is best: it stays obeyed.
    """
    kept = signal.copy()
    moved = kept[:, broken].sum(axis=1)
    kept[:, broken] = Fraction(0)
    best = np.array([int(np.argmax(row)) for row in receiver])
    kept[np.arange(len(kept)), best] += moved
    return kept


def _weights(found: Persuasion) -> Any:
    shape = found.weights.shape
    fine = [round(x * (1 << 40)) for x in found.weights.flat]
    yield rational.filled(shape, [Fraction(x, 1 << 40) for x in fine])
    if found.signal.size <= 2_500:
        yield rational.filled(shape, rational.simplest(found.weights.flat, 1e-9))
