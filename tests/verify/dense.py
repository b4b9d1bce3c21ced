"""The generalised principal–agent programme once more, by loops over deviation plans: slow, dense, written from scratch.

Its duals are weights of whole plans (report, reply to each recommendation); a certificate wants w(θ, r, told, does).
"""

from dataclasses import dataclass
from fractions import Fraction as F
from itertools import product

import numpy as np

from rulewright.game.game import Game, Signal
from rulewright.numerics.linprog import INFINITY, Programme
from rulewright.verify import bounds

Q = np.vectorize(F, otypes=[object])


@dataclass
class Setting:
    """A game and a family, as numbers."""

    game: Game
    payments: list  # (to, on, low, high)
    money_weight: F = F(0)
    slack: F = F(0)
    post: bool = False
    outside: dict | None = None
    budget: F | None = None

    def family(self):
        return bounds.family(
            self.game,
            payments=self.payments,
            money_weight=self.money_weight,
            slack=self.slack,
            incentives="ex post" if self.post else "bayesian",
            outside=self.outside,
            budget=self.budget,
        )


def random_setting(seed, *, most_types=2):
    """Up to two players beside the designer; a noisy signal of all that is done; whole numbers."""
    rng = np.random.default_rng(seed)
    n = 2 + int(rng.integers(2))
    types = [int(rng.integers(1, most_types + 1)) for _ in range(n)]
    acts = [int(rng.integers(1, 3)) for _ in range(n)]
    weights = rng.integers(0, 4, types)
    weights.flat[0] += 1
    prior = Q(weights.astype(object)) / int(weights.sum())
    payoff = Q(rng.integers(-3, 5, (n, *types, *acts)).astype(object))
    law = rng.integers(1, 5, (*types, *acts, 2)).astype(object)
    law = Q(law) / law.sum(axis=-1, keepdims=True)
    game = Game.bayesian(payoff, prior, designer=True, signals=[Signal("seen", ("yes", "no"), law)])
    payments = []
    for i in range(1, n):
        if rng.random() < 0.7:
            on = [("seen",), (f"action of {game.players[i]}",), (f"type of {game.players[-1]}", "seen")][
                rng.integers(3)
            ]
            payments.append((game.players[i], on, -int(rng.integers(0, 3)), int(rng.integers(0, 4))))
    outside = {game.players[1]: [F(int(v)) for v in rng.integers(-2, 1, types[1])]} if rng.random() < 0.6 else {}
    budget = F(int(rng.integers(0, 3)), 2) if payments and rng.random() < 0.5 else None
    slack = F(int(rng.integers(0, 2)), 10) if rng.random() < 0.4 else F(0)
    return Setting(game, payments, F(int(rng.integers(0, 3)), 2), slack, bool(rng.integers(2)), outside, budget)


class Dense:
    """Variables μ(x, d, a) and z_k = μ·t_k; `rows` collects (coefficients of μ, of each z_k, at least)."""

    def __init__(self, setting):
        self.s, self.game = setting, setting.game
        game = self.game.floats
        self.n, self.prior, self.u = game.n, game.prior, game.payoff
        self.shape = game.payoff.shape[1:]
        self.laws = []
        for _, on, *_ in setting.payments:
            law = np.ones((*self.shape, 1))
            for name in on:
                law = (law[..., :, None] * game.signal(name).law[..., None, :]).reshape(*self.shape, -1)
            self.laws.append(law)
        self.rows, self.keys = [], []

    def blank(self):
        return np.zeros(self.shape), [np.zeros(law.shape) for law in self.laws]

    def add(self, row, i, c, true, weight):
        """What i gets from the rule at c, if types and actions are in truth those of `true`, times weight·p."""
        p = weight * self.prior[true[: self.n]]
        row[0][c] += p * self.u[i][true]
        for k, (to, *_) in enumerate(self.s.payments):
            if self.game.index(to) == i:
                row[1][k][c] += p * self.laws[k][true]

    def cells(self, i, kappa, own):
        others = [j for j in range(1, self.n) if j != i]
        for c in product(*map(range, self.shape)):
            if (not self.s.post or tuple(c[j] for j in others) == kappa) and c[i] == own:
                yield c

    def require(self, key, row, least):
        self.keys.append(key)
        self.rows.append((row, least))

    def incentives(self, i):
        types, acts = self.shape[i], self.shape[self.n + i]
        others = [self.shape[j] for j in range(1, self.n) if j != i]
        quiet = max(self.shape[1 : self.n]) == 1
        outside = (self.s.outside or {}).get(self.game.players[i])
        for kappa in product(*map(range, others)) if self.s.post else [()]:
            for t in range(types):
                mass = sum(self.prior[c[: self.n]] for c in self.cells(i, kappa, t) if not any(c[self.n :]))
                for r, plan in product(range(types), product(range(acts), repeat=acts)):
                    if r != t:
                        row = self.blank()
                        for c in self.cells(i, kappa, t):
                            self.add(row, i, c, c, 1.0)
                        for c in self.cells(i, kappa, r):
                            true = list(c)
                            true[i], true[self.n + i] = t, plan[c[self.n + i]]
                            self.add(row, i, c, tuple(true), -1.0)
                        self.require(("honest", i, kappa, t, r, plan), row, float(self.s.slack) * mass)
                for a, b in product(range(acts), repeat=2):
                    if a != b:
                        row = self.blank()
                        for c in self.cells(i, kappa, t):
                            if c[self.n + i] == a:
                                true = list(c)
                                true[self.n + i] = b
                                self.add(row, i, c, c, 1.0)
                                self.add(row, i, c, tuple(true), -1.0)
                                row[0][c] -= float(self.s.slack) * self.prior[c[: self.n]]
                        self.require(("obey", i, kappa, t, a, b), row, 0.0)
                for a in range(acts) if outside is not None and quiet else [None] if outside is not None else []:
                    row = self.blank()
                    for c in self.cells(i, kappa, t):
                        if a is None or c[self.n + i] == a:
                            self.add(row, i, c, c, 1.0)
                            row[0][c] -= float(outside[t]) * self.prior[c[: self.n]]
                    self.require(("voluntary", i, kappa, t, a), row, 0.0)

    def solve(self, elastic=False):
        """(Solution, multipliers by key). Elastic: the least by which every row has to give, instead of the goal."""
        for i in range(1, self.n):
            self.incentives(i)
        weight = self.prior.reshape(self.prior.shape + (1,) * self.n)
        if self.s.budget is not None:
            row = self.blank()
            for k, law in enumerate(self.laws):
                row[1][k][...] = -law * weight[..., None]
            self.require(("budget",), row, -float(self.s.budget))
        lp = Programme()
        gives = lp.add_columns(1, cost=-1.0 * elastic)
        real = 0.0 if elastic else 1.0
        mu = lp.add_columns(self.shape, cost=real * weight * self.u[0])
        sums = lp.add_rows(self.prior.shape, lower=1.0, upper=1.0)
        lp.put(sums.reshape(sums.shape + (1,) * self.n), mu, 1.0)
        zs = []
        for (_, _, low, high), law in zip(self.s.payments, self.laws, strict=True):
            price = -real * float(self.s.money_weight)
            z = lp.add_columns(law.shape, lower=-INFINITY, cost=price * law * weight[..., None])
            for side, sign in ((low, 1.0), (high, -1.0)):
                rows = lp.add_rows(law.shape, lower=0.0)
                lp.put(rows, z, sign)
                lp.put(rows, mu[..., None], -sign * float(side))
            zs.append(z)
        first = lp.add_rows(len(self.rows), lower=[least for _, least in self.rows]) if self.rows else []
        for at, ((on_mu, on_z), _) in zip(first, self.rows, strict=True):
            lp.put(at, mu, on_mu)
            for z, part in zip(zs, on_z, strict=True):
                lp.put(at, z, part)
            if elastic:
                lp.put(at, gives, 1.0)
        solution = lp.solve(maximise=True)
        if solution.duals is None:
            return solution, {}
        return solution, dict(zip(self.keys, -solution.duals[first] if self.rows else [], strict=True))

    def multipliers(self, duals):
        """{player: w}, {player: π}, β from weights of plans."""
        w, pi, beta = {}, {}, 0.0
        quiet = max(self.shape[1 : self.n]) == 1
        for i in range(1, self.n):
            types, acts = self.shape[i], self.shape[self.n + i]
            known = [self.shape[j] for j in range(1, self.n) if j != i] if self.s.post else []
            name = self.game.players[i]
            w[name] = np.zeros((*known, types, types, acts, acts))
            if name in (self.s.outside or {}):
                pi[name] = np.zeros((*known, types, acts) if quiet else (*known, types))
        for key, weight in duals.items():
            if key[0] == "budget":
                beta = weight
                continue
            kind, i, kappa, t, *rest = key
            name = self.game.players[i]
            if kind == "honest":
                for a, b in enumerate(rest[1]):
                    w[name][(*kappa, t, rest[0], a, b)] += weight
            elif kind == "obey":
                w[name][(*kappa, t, t, *rest)] += weight
            else:
                pi[name][(*kappa, t, rest[0]) if quiet else (*kappa, t)] += weight
        return w, pi, beta
