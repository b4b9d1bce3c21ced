"""Robust programmes written out in full: one row for each vertex of a set, or each thing that others may do."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.design.programme import solve
from rulewright.design.rules import Payment
from rulewright.errors import Impossible
from rulewright.game.game import Game, Signal
from rulewright.numerics.linprog import INFINITY, Programme

NAMES = ("people", "ann", "bob", "cat")


def random_game(seed, types, acts):
    rng = np.random.default_rng(seed)
    prior = rng.integers(1, 6, types).astype(float)
    payoff = rng.integers(-4, 5, (len(types), *types, *acts)).astype(float)
    law = rng.dirichlet(np.ones(2), size=(*types, *acts))
    return Game.bayesian(
        payoff,
        prior / prior.sum(),
        players=NAMES[: len(types)],
        designer=True,
        signals=[Signal("seen", ("yes", "no"), law)],
    )


def paying(*players, most=1):
    return tuple(Payment(p, ("seen",), F(-most), F(most)) for p in players)


# ── the programme written out ───────────────────────────────────────────────────────────────────────────────────────


class WrittenOut:
    """The designer's programme with every row put down by hand. An entry is (sign, what is drawn, what happens)."""

    def __init__(self, game, rules):
        self.game, self.rules, self.n = game, rules, game.n
        self.programme = p = Programme()
        self.mu = p.add_columns(game.payoff.shape[1:])
        flat = self.mu.reshape(game.prior.size, -1)
        p.put(p.add_rows(len(flat), lower=1.0, upper=1.0)[:, None], flat, 1.0)
        self.paid = []
        for payment in rules.payments:
            law = game.signal(payment.on[0]).law
            z = p.add_columns(law.shape, lower=-INFINITY)
            for bound, sign in ((payment.low, 1.0), (payment.high, -1.0)):
                rows = p.add_rows(law.shape, lower=0.0)
                p.put(rows, z, sign)
                p.put(rows, self.mu[..., None], -sign * float(bound))
            self.paid.append((game.index(payment.to), z, law))
        self.value = p.add_columns(1, lower=-INFINITY, cost=1.0)

    def form(self, entries, prior, table, shares, off=0.0):
        """[column]: Σ sign p (μ·(table − off, on the true side) + shares of what is paid)."""
        total = np.zeros(self.programme.columns)
        for sign, drawn, done in entries:
            chance = sign * prior[done[: self.n]]
            total[self.mu[drawn]] += chance * (table[done] - (off if sign > 0 else 0.0))
            for (_, z, law), share in zip(self.paid, shares, strict=True):
                total[z[drawn]] += chance * share * law[done]
        return total

    def at_least(self, form, column=None):
        row = self.programme.add_rows(1, lower=0.0)
        at = np.flatnonzero(form)
        self.programme.put(row, at, form[at])
        if column is not None:
            self.programme.put(row, column, -1.0)

    def solve(self):
        return self.programme.solve(maximise=True).value

    def all_cells(self):
        return list(np.ndindex(*self.game.payoff.shape[1:]))

    def truth(self):
        return [(1.0, c, c) for c in self.all_cells()]

    def deviations(self, i):
        """Entries of every (type, report, plan) against truth, and of every act against the recommended one."""
        n, game = self.n, self.game
        types, acts = game.type_counts[i], game.action_counts[i]

        def changed(cell, axis, digit):
            return (*cell[:axis], digit, *cell[axis + 1 :])

        for theta in range(types):
            own = [c for c in self.all_cells() if c[i] == theta]
            for a, b in itertools.permutations(range(acts), 2):
                told = [c for c in own if c[n + i] == a]
                yield [(1.0, c, c) for c in told] + [(-1.0, c, changed(c, n + i, b)) for c in told]
            for r in range(types):
                if r == theta:
                    continue
                for plan in itertools.product(range(acts), repeat=acts):
                    there = [(-1.0, changed(c, i, r), changed(c, n + i, plan[c[n + i]])) for c in own]
                    yield [(1.0, c, c) for c in own] + there

    def required(self, i):
        """(entries, what they have to be worth per unit of chance): deviations, and taking part."""
        for entries in self.deviations(i):
            yield entries, float(self.rules.slack)
        stays = self.rules.outside.get(self.game.players[i])
        if stays is not None:
            told = max(self.game.type_counts[1:]) == 1
            parts = {}
            for cell in self.all_cells():
                parts.setdefault((cell[i], cell[self.n + i] if told else 0), []).append((1.0, cell, cell))
            for entries in parts.values():
                yield entries, float(stays)

    def shares(self, i):
        return [float(to == i) - (i == 0) * float(self.rules.money_weight) for to, _, _ in self.paid]


def written_out(game, rules, payoffs=None, off=0.0):
    """Each incentive for each error vertex of its player: `payoffs(i, entries)` yields tables."""
    lp = WrittenOut(game, rules)
    for i in range(1, game.n):
        for entries, slack in lp.required(i):
            for table in [game.payoff[i]] if payoffs is None else payoffs(i, entries):
                lp.at_least(lp.form(entries, game.prior, table, lp.shares(i), off + slack))
    lp.at_least(lp.form(lp.truth(), game.prior, game.payoff[0], lp.shares(0)), lp.value)
    return lp.solve()


SMALL = [
    ((1, 1, 1), (1, 2, 2)),
    ((2, 1, 1), (2, 2, 1)),
    ((1, 2, 1), (2, 1, 2)),
    ((1, 2, 1), (1, 2, 1)),
    ((1, 2, 2), (2, 1, 1)),
]
WEIGHT = F(1, 4)
OUTSIDE = {"ann": F(-2), "bob": F(-2)}


def both(game, rules, reference):
    """Our value and that of the programme written out; both None where there is no rule."""
    try:
        ours = solve(game, rules).value
    except Impossible:
        ours = None
    theirs = reference if np.isfinite(reference) else None
    return ours, theirs


def agree(game, rules, reference):
    ours, theirs = both(game, rules, reference)
    assert (ours is None) == (theirs is None)
    assert ours is None or ours == pytest.approx(theirs, abs=1e-6)
    return ours


def point(lp, outcome):
    """The rule as values of the written-out programme's columns."""
    x = np.zeros(lp.programme.columns)
    x[lp.mu] = outcome.law
    for (_, z, _), (_, amounts) in zip(lp.paid, outcome.payments, strict=True):
        x[z] = amounts * outcome.law[..., None]
    return x


def ball_vertices(prior, radius):
    """Take mass from profiles one after the other until `radius` is taken, and put it all on one."""
    flat = prior.ravel()
    for target in range(flat.size):
        for order in itertools.permutations([k for k in range(flat.size) if k != target]):
            left, moved = radius, flat.copy()
            for k in order:
                taken = min(left, moved[k])
                moved[k], moved[target], left = moved[k] - taken, moved[target] + taken, left - taken
            yield moved.reshape(prior.shape)


def helped(game):
    """The same game where everybody likes what people like a little: so that something can be asked of them."""
    payoff = game.payoff.copy()
    payoff[1:] += 0.5 * payoff[0]
    return replace(game, payoff=payoff)
