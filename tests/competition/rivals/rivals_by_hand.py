"""Rivals worked out the long way: one linear programme for each question, grids for the rest, nothing of the library's curves."""

from itertools import pairwise, product

import numpy as np

from rulewright.competition.rivals.setting import Rivals
from rulewright.numerics.linprog import INFINITY, Programme


def drawn(seed, k=3, states=3, types=1, actions=3):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(states * types)).reshape(states, types)
    shape = (states, types, actions)
    return Rivals.of(p, rng.random(shape), rng.random((k, *shape)))


class ByHand:
    """x[s, π] obedient, as one programme for each question."""

    def __init__(self, rivals):
        r = rivals.floats
        p, u, bobs = r.prior, r.alice, r.bobs
        states, types, acts = u.shape
        self.plans = list(product(range(acts), repeat=types))
        self.programme = Programme()
        self.x = self.programme.add_columns((states, len(self.plans)))
        self.u, self.bobs = np.zeros(self.x.shape), np.zeros((len(bobs), *self.x.shape))
        for s in range(states):
            total = p[s].sum()
            self.programme.put(self.programme.add_rows(1, lower=total, upper=total), self.x[s], 1.0)
            for n, plan in enumerate(self.plans):
                for t in range(types):
                    self.u[s, n] += p[s, t] / total * u[s, t, plan[t]]
                    self.bobs[:, s, n] += p[s, t] / total * bobs[:, s, t, plan[t]]
        for n, plan in enumerate(self.plans):
            for t, b in product(range(types), range(acts)):
                row = self.programme.add_rows(1, lower=0.0)
                gain = [p[s, t] / p[s].sum() * (u[s, t, plan[t]] - u[s, t, b]) for s in range(states)]
                self.programme.put(row, self.x[:, n], np.array(gain))
        self.floor = self.programme.add_rows(1, lower=-INFINITY)
        self.programme.put(self.floor, self.x, self.u)

    def phi(self, i, v):
        """φ_i(v) and an x that attains it."""
        self.programme._sides[-1][0][:] = v
        found = self.programme.solve(self.bobs[i].ravel(), maximise=True)
        return found.value, found.point()[self.x]

    def is_obedient(self, x, near=1e-7):
        least, most, low, _ = self.programme.sides()
        start, index, value = self.programme.matrix()
        sums = np.array([value[a:b] @ x.ravel()[index[a:b]] for a, b in pairwise(start)])
        rows = np.arange(len(sums)) != self.floor[0]
        return bool(((sums >= least - near) & (sums <= most + near))[rows].all() and (x >= low.min() - near).all())

    def is_equilibrium(self, x, opt, near=1e-7):
        """Whether no Bob has anything to offer that gives Alice more and himself too; at OPT, whether one Bob can be the winner."""
        v = (x * self.u).sum()
        short = [self.phi(i, v - near)[0] - (x * self.bobs[i]).sum() for i in range(len(self.bobs))]
        return self.is_obedient(x) and (max(short) <= 1e-5 or (v >= opt - near and min(short) <= 1e-5))


def on_a_grid(rivals, points=21):
    """The pilot: for each winner the least standing offer v of a grid at which no loser gains; the least of their values."""
    hand, r = ByHand(rivals), rivals.floats
    worst = r.opt
    for i in range(r.k):
        for v in np.linspace(r.uninformed, r.opt, points):
            _, x = hand.phi(i, v - 1e-9)
            value = min((x * hand.u).sum(), r.opt)
            losers = [j for j in range(r.k) if j != i]
            if all(hand.phi(j, value - 1e-9)[0] <= (x * hand.bobs[j]).sum() + 1e-7 for j in losers):
                worst = min(worst, value)
                break
    return worst


def beliefs(n, states=3):
    """All points of the simplex with coordinates in multiples of 1/n."""
    return np.array([c for c in product(range(n + 1), repeat=states) if sum(c) == n]) / n


def persuaded(mu, sender, receiver):
    """The value of persuasion from each prior mu[k, s], by its dual: min Σ μ·λ, λ(s) ≥ v(s,a) + Σ_b y(a,b)·(u(s,a) − u(s,b))."""
    states, acts = receiver.shape
    programme = Programme()
    price = programme.add_columns(states, lower=-INFINITY)
    y = programme.add_columns((acts, acts))
    rows = programme.add_rows((states, acts), lower=sender)
    programme.put(rows, price[:, None], 1.0)
    programme.put(rows[..., None], y[None], receiver[:, None, :] - receiver[:, :, None])
    return programme.sweep(np.concatenate([mu, np.zeros((len(mu), y.size))], axis=1))


def rich_on_a_grid(rivals, n, more=()):
    """Algorithm G on the grid 1/n, the prior and `more` beliefs: worst value; None where those marked do not surround the prior.

    One type; Alice's ties are free.
    """
    r = rivals.floats
    p, u, bobs = r.prior[:, 0], r.alice[:, 0], r.bobs[:, :, 0]
    mu = np.concatenate([beliefs(n, len(p)), p[None], *[np.reshape(more, (-1, len(p)))]])
    free = (mu @ u) >= (mu @ u).max(axis=1, keepdims=True) - 1e-9  # [belief, act]
    for i in range(r.k):
        free &= mu @ bobs[i] >= persuaded(mu, bobs[i], u)[:, None] - 1e-9
    at = free.any(axis=1)
    if not at.any():
        return None
    programme = Programme()
    tau = programme.add_columns(int(at.sum()), cost=(mu @ u).max(axis=1)[at])
    sums = programme.add_rows(len(p), lower=p, upper=p)
    programme.put(sums[:, None], tau[None], mu[at].T)
    found = programme.solve()
    return None if found.x is None else found.value


def epsilon(rivals):
    """min ε: |Σ w_i U_i + c − u| ≤ ε, w ≥ 0."""
    flat, u = rivals.bobs.reshape(rivals.k, -1), rivals.alice.ravel()
    programme = Programme()
    w, c = programme.add_columns(rivals.k), programme.add_columns(1, lower=-INFINITY)
    e = programme.add_columns(1, cost=1.0)
    for sign in (1, -1):
        rows = programme.add_rows(len(u), lower=sign * u)
        programme.put(rows[:, None], w[None], sign * flat.T)
        programme.put(rows, c, sign)
        programme.put(rows, e, 1.0)
    return programme.solve().value


def range_certificate(rivals):
    """ρ = min over w ≥ 0 of E[max_a f − min_a f], f = Σ w_i U_i − u."""
    p, u = rivals.prior, rivals.alice
    programme = Programme()
    w = programme.add_columns(rivals.k)
    high = programme.add_columns(p.shape, lower=-INFINITY, cost=p)
    low = programme.add_columns(p.shape, lower=-INFINITY, cost=-p)
    for sign, end in ((1, high), (-1, low)):
        rows = programme.add_rows(u.shape, lower=-sign * u)
        programme.put(rows[None], w[:, None, None, None], -sign * rivals.bobs)
        programme.put(rows, end[..., None], sign)
    return programme.solve().value
