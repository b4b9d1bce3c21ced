"""Dominance: margins recomputed from the steps, sets against programmes for every action, batches against one by one."""

from fractions import Fraction as F

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.dominance import iterated, mixtures, weakly
from rulewright.behaviour.dominance.dominance import Dominance
from rulewright.numerics.linprog import INFINITY, Programme


def margin_of(table, a, others):
    """The most by which a mixture of `others` is better than a in every column: the textbook programme."""
    p = Programme()
    m, s = p.add_columns(len(others)), p.add_columns(1, lower=-INFINITY, cost=1.0)
    p.put(p.add_rows(1, lower=1, upper=1)[:, None], m[None], 1.0)
    rows = p.add_rows(table.shape[1], lower=0)
    p.put(rows[:, None], m[None], (table[others] - table[a]).T)
    p.put(rows, s, -1.0)
    return p.solve(maximise=True).value


def brute(payoff):
    """Per player, what survives: every action tried by a programme in every round."""
    n = len(payoff)
    left = [list(range(k)) for k in payoff.shape[1:]]
    while True:
        gone = []
        for i in range(n):
            kept = payoff[i][np.ix_(*left)]
            table = np.moveaxis(kept, i, 0).reshape(len(left[i]), -1)
            for a in range(len(left[i])):
                others = [b for b in range(len(left[i])) if b != a]
                if others and margin_of(table, a, others) > 1e-7:
                    gone.append((i, left[i][a]))
        if not gone:
            return [tuple(x) for x in left]
        i, a = gone[0]
        left[i].remove(a)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("actions", [(4, 3), (5, 5), (3, 3, 2)])
def test_what_survives(actions, exact):
    for seed in range(8):
        game = rw.sample(actions, seed=seed, span=6)
        payoff = game.floats.payoff.reshape(len(actions), *actions)
        found = iterated(game if exact else game.floats)
        assert [types[0] for types in found.left] == brute(payoff)


@pytest.mark.parametrize("types", [None, (2, 2)])
def test_steps_say_what_is_true(types):
    """Each step's margin, in its turn and without rounding, from the payoffs."""
    for seed in range(12):
        game = rw.sample((4, 4), types=types, seed=seed, span=5)
        left = {(i, t): list(range(game.action_counts[i])) for i in range(game.n) for t in range(game.type_counts[i])}
        for step in iterated(game).order:
            i = game.index(step.player)
            t, a = game.types[i].index(step.type), game.actions[i].index(step.action)
            table, prior = (np.moveaxis(x, i, 0)[t] for x in (game.payoff[i], game.prior))
            total = F(0)
            for other, p in np.ndenumerate(prior):
                rows = np.moveaxis(table[other], i, 0)[:, left[1 - i, other[0]]]
                blend = sum(w * rows[game.actions[i].index(b)] for b, w in step.by.items())
                total += p / prior.sum() * min(blend - rows[a])
            assert 0 < step.margin <= total  # found against what was left when its round began
            assert all(game.actions[i].index(b) in left[i, t] for b in step.by) and sum(step.by.values()) == 1
            left[i, t].remove(a)


def test_margins_far_below_the_tolerances_of_solvers():
    """The first step at 99 claims: about 3e-11, by weights over ten digits; exact games find and prove it."""
    survivors = iterated(rw.library.travelers_dilemma(100))
    assert survivors.unique and len(survivors.order) == 196
    assert F(1, 10**11) < survivors.margin < F(1, 10**10)


@pytest.mark.parametrize("seed", range(10))
def test_tableau_against_the_programme(seed):
    table = np.random.default_rng(seed).integers(-5, 6, (6, 7)).astype(float)
    best = margin_of(table, 0, list(range(1, 6)))
    weights = mixtures.pivoted(table[1:] - table[0])
    assert weights is not None and weights.any() == (best > 1e-9)
    if weights.any():
        assert 1 / weights.sum() == pytest.approx(best)
        assert ((weights / weights.sum()) @ (table[1:] - table[0])).min() == pytest.approx(best)


def test_many_as_one_by_one():
    rng = np.random.default_rng(1)
    games = rw.Games(rng.integers(-4, 5, (60, 2, 4, 3)).astype(float), rng.random((60, 4, 3)))
    spans = Dominance().many(games)
    for k, game in enumerate(games):
        span = Dominance()(game).span(game.goal)
        assert spans.count[k] == span.count
        assert (spans.worst[k], spans.best[k], spans.mean[k]) == pytest.approx((span.worst, span.best, span.mean))


def test_mixtures_matter_in_batches():
    one = np.array([[[4.0, 0], [1, 1], [0, 4]], [[0, 0], [0, 0], [0, 0]]])
    spans = Dominance().many(rw.Games(one[None], np.arange(6.0).reshape(1, 3, 2)))
    assert spans.count.tolist() == [4]


def test_weak_dominance_goes_at_once():
    """Row's second and column's second are weakly dominated; at once, both go, though either alone would save the other."""
    row = [[1, 0], [1, 0]]
    column = [[1, 1], [0, 0]]
    assert weakly(rw.Game.normal([row, column])).order == ()  # duplicates dominate nothing
    game = rw.Game.normal([[[1, 1], [1, 0]], [[1, 1], [1, 0]]])
    assert weakly(game).left == (((0,),), ((0,),))
    assert iterated(game).order == ()


def test_weak_dominance_by_a_mixture():
    """The third row is never better than half of each other, and worse in the last column only."""
    game = rw.Game.normal([[[2, 0, 1], [0, 2, 1], [1, 1, 0]], [[0, 0, 0]] * 3])
    (step,) = weakly(game).order
    assert step.action == "a3" and step.by == {"a1": F(1, 2), "a2": F(1, 2)} and step.margin == 1


def test_weak_dominance_in_a_second_price_auction():
    """Bids 0–4, values 3 and 2, ties to the first: each keeps bids that no other is always as good as; own value stays."""
    bids = np.arange(5)
    mine, other = np.meshgrid(bids, bids, indexing="ij")
    first = np.where(mine >= other, 3 - other, 0)
    second = np.where(other > mine, 2 - mine, 0)
    prediction = rw.named("weak-dominance")(rw.Game.normal([first, second]))
    left = weakly(rw.Game.normal([first, second])).left
    assert 3 in left[0][0] or 2 in left[0][0]
    assert "another order" in prediction.how


def test_rationalisable_is_the_other_name():
    game = rw.Goal.total().on(rw.sample((4, 4), seed=2))
    one, two = (rw.named(name)(game).span(game.goal) for name in ("dominance", "rationalisable"))
    assert (one.worst, one.best, one.count) == (two.worst, two.best, two.count)
