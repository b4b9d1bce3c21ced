"""How near the users are to a mix of the AIs: each to a mix of her own, or all to the same one.

    weak     for every user m weights w^m ≥ 0:     u_m ≈ Σ_i w^m_i·U_im             within a range ρ_m
    common   one w ≥ 0 and α_m > 0 for all:   α_m·u_m ≈ Σ_i w_i·U_im           within a range ρ_m

    range of f = Σ_i w_i·U_im − α_m·u_m :   ρ_m = Σ_s p_s·( max_a f(s, a) − min_a f(s, a) )

Offsets that depend on the state are free: no AI moves the state. Definitions are our own, after market alignment (Collina et
al. 2025).

**Personalised.** Weak alignment suffices: user m loses at most ρ_m in every equilibrium in which each AI could have told her
all (theorem T1, user by user; U_i is a sum over users, and a deviation towards one user leaves the others alone).

**Anonymous.** An AI that tells all users everything moves all of them at once: in an equilibrium only its *sum* Σ_m q_m·U_im
is at least that of full information. With common weights: Σ_i w_i Σ_m q_m (U_im(full) − U_im(NE)) ≤ 0, hence

    Σ_m q_m·α_m·( OPT_m − u_m(NE) ) ≤ Σ_m q_m·ρ_m,     each user:  OPT_m − u_m(NE) ≤ Σ_m′ q_m′·ρ_m′ / (q_m·α_m).

Proof. α_m·(OPT_m − u_m(NE)) = Σ_i w_i·(U_im(full) − U_im(NE)) − (f(full) − f(NE)) ≤ Σ_i w_i·(U_im(full) − U_im(NE)) + ρ_m;
weight with q_m, add up, and drop the sum that is at most 0. No user gets more than OPT_m, so each term of the sum is at most
the whole. ∎
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import Unsolved
from ...numerics import rational
from ...numerics.exact import Linear
from ...numerics.rational import Array
from .setting import Users

CLOSE = (1e-6, 1e-9, 1e-12)  # of simple rationals to the solver's decimals


@dataclass(frozen=True, eq=False)
class Weak:
    """Each user's own mix."""

    weights: Array
    """w[m, i] ≥ 0."""
    ranges: Array
    """ρ[m] ≥ 0; what each user loses at most where AIs serve her by herself."""


@dataclass(frozen=True, eq=False)
class Common:
    """One mix for all users."""

    weights: Array
    """w[i] ≥ 0."""
    scales: Array
    """α[m]; Σ q·α = 1."""
    ranges: Array
    """ρ[m] ≥ 0, in units of α_m·u_m."""
    total: Any
    """Σ_m q_m·ρ_m: the loss at most of Σ_m q_m·α_m·u_m under one message for all."""
    losses: tuple[Any, ...]
    """[m]: what each user loses at most; None where α_m = 0 and nothing is known."""


def ranges(users: Users, weights: Array, scales: Array) -> Array:
    """ρ[m] for weights w[m, i] and scales α[m]: exact in exact arithmetic."""
    found = []
    for m in range(users.m):
        f = np.tensordot(weights[m], users.ais[:, m], axes=1) - scales[m] * users.users[m]
        found.append(((f.max(axis=1) - f.min(axis=1)) * users.prior).sum())
    return np.array(found, dtype=users.users.dtype)


def weak(users: Users) -> Weak:
    """The weights that make each ρ_m least: vertices of linear programmes in rationals, or rationals near the solver's; ρ is
    exact."""
    exact = users.exact
    one = rational.filled((1,), [Fraction(1)])
    weights = np.stack([_least(exact, [m], fixed=True)[0] for m in range(users.m)])  # her q does not matter
    found = ranges(exact, weights, np.repeat(one, users.m))
    return Weak(weights, found)


def common(users: Users, *, scaled: bool = True) -> Common:
    """The common weights that make Σ q·ρ least; `scaled`: users' scales α_m may differ (Σ q·α = 1), else all are 1.

    With scales free the least total may leave a user out (α_m = 0), for whom nothing is proved then: see `losses`. Ranges are exact
    for the weights that are returned, which need not be the least where no vertex was found in rationals.
    """
    exact = users.exact
    w, alpha = _least(exact, list(range(users.m)), fixed=not scaled)
    rho = ranges(exact, np.stack([w] * users.m), alpha)
    total = (exact.weights * rho).sum()
    losses = tuple(total / (q * a) if a > 0 else None for q, a in zip(exact.weights, alpha, strict=True))
    return Common(w, alpha, rho, total, losses)


def _least(users: Users, chosen: list[int], *, fixed: bool) -> tuple[Array, Array]:
    """(w[i], α[chosen]) that make Σ q_m·ρ_m least: columns w, α, then hi and lo of f per user and state."""
    k, n, (s, a) = users.k, len(chosen), users.users.shape[1:]
    q = users.weights[chosen] / users.weights[chosen].sum()
    zero, one = Fraction(0), Fraction(1)
    width = k + n + 2 * n * s
    cost: Array = np.full(width, zero, dtype=object)
    rows, sides = [], []
    if not fixed:
        row: Array = np.full(width, zero, dtype=object)
        row[k : k + n] = q
        rows.append(row)
        sides.append(one)
    for c, m in enumerate(chosen):
        for state in range(s):
            high = k + n + 2 * (c * s + state)
            cost[high], cost[high + 1] = q[c] * users.prior[state], -q[c] * users.prior[state]
            for act in range(a):
                for column, sign in ((high, 1), (high + 1, -1)):  # hi ≥ f, and f ≥ lo
                    row = np.full(width, zero, dtype=object)
                    row[column] = one * sign
                    row[:k] = -sign * users.ais[:, m, state, act]
                    row[k + c] = sign * users.users[m, state, act]
                    rows.append(row)
                    sides.append(zero)
    infinite: Array = np.full(width, np.inf, dtype=object)
    low: Array = np.full(width, zero, dtype=object)
    low[k + n :] = -np.inf
    high_side = infinite.copy()
    if fixed:
        low[k : k + n] = high_side[k : k + n] = one
    programme = Linear(cost, np.stack(rows), np.array(sides, dtype=object), low, high_side, equal=0 if fixed else 1)
    try:
        found = programme.exactly()
        return found.x[:k], found.x[k : k + n]
    except Unsolved:
        return _rounded(users, chosen, programme.solve().point(), fixed)


def _rounded(users: Users, chosen: list[int], x: Array, fixed: bool) -> tuple[Array, Array]:
    """Simple rationals near the solver's: whatever weights are taken, their ranges are evaluated exactly, and prove as much."""
    k, n = users.k, len(chosen)
    q = users.weights[chosen] / users.weights[chosen].sum()
    best: tuple[Any, Array, Array] | None = None
    for close in CLOSE:
        near = rational.filled((k + n,), rational.simplest(np.maximum(x[: k + n], 0.0), close))
        w, alpha = near[:k], near[k:]
        if not fixed:
            w, alpha = w / (q * alpha).sum(), alpha / (q * alpha).sum()
        all_w, all_alpha = np.stack([w] * users.m), np.full(users.m, Fraction(0), dtype=object)
        all_alpha[chosen] = alpha
        total = (q * ranges(users, all_w, all_alpha)[chosen]).sum()
        if best is None or total < best[0]:
            best = total, w, alpha
    assert best is not None
    return best[1], best[2]
