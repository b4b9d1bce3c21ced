"""Several receivers, receivers with types, and the concavification picture, against exhaustive oracles."""

import json
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rulewright.design.information import (
    concavify,
    disclosure,
    exactly,
    guaranteed,
    persuade,
    persuade_kinds,
    public,
)
from rulewright.errors import Impossible, InputError
from rulewright.game.game import Game
from rulewright.numerics.linprog import Programme

INSIDE = 1e-7  # how far inside an interval of beliefs the oracle looks


def closure(beliefs, worth, prior):
    """The best split of the prior over a list of beliefs; NaN if there is none."""
    if not len(worth):
        return float("nan")
    programme = Programme()
    share = programme.add_columns(len(worth), cost=worth)
    programme.put(programme.add_rows(len(prior), lower=prior, upper=prior)[:, None], share[None], beliefs.T)
    return programme.solve(maximise=True).value


def stable_at(q, u):
    """Pure equilibria of the receivers at belief q, by trying every deviation."""
    acts = u.shape[2:]
    table = np.tensordot(q, u, axes=(0, 1))
    return [
        a
        for a in np.ndindex(*acts)
        if all(table[(i, *a)] >= table[i][(*a[:i], slice(None), *a[i + 1 :])].max() - 1e-9 for i in range(len(u)))
    ]


def two_player(seed, whole=False):
    g = np.random.default_rng(seed)
    draw = (lambda *shape: g.integers(0, 5, shape).astype(float)) if whole else (lambda *shape: g.random(shape))
    return g.dirichlet([1, 1]), draw(2, 2, 3), draw(2, 2, 2, 3)


def game(p, v, u):
    n = 1 + len(u)
    table = np.concatenate([v[None], u]).reshape(n, len(p), *[1] * (n - 1), 1, *v.shape[1:])
    return Game.bayesian(table, p.reshape(-1, *[1] * (n - 1)), designer=True)


def indifferent(u):
    """All beliefs of two states at which somebody might be indifferent."""
    cuts = {0.0, 1.0}
    for i in range(len(u)):
        for a in np.ndindex(*u.shape[2:]):
            for b in range(u.shape[2 + i]):
                lead = u[(i, slice(None), *a)] - u[(i, slice(None), *a[:i], b, *a[i + 1 :])]
                if lead[0] * lead[1] < 0:
                    cuts.add(lead[1] / (lead[1] - lead[0]))
    return np.array(sorted(cuts))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
@example(338062)
def test_public_signals_against_all_beliefs(seed):
    """Two states: only beliefs at which somebody is indifferent, and corners, can matter; all of them are tried."""
    p, v, u = two_player(seed)
    cuts = indifferent(u)
    beliefs = np.stack([cuts, 1 - cuts], axis=1)
    equilibria = [stable_at(q, u) for q in beliefs]
    usable = [k for k, found in enumerate(equilibria) if found]
    best = np.array([max(float(beliefs[k] @ v[(slice(None), *a)]) for a in equilibria[k]) for k in usable])
    oracle = closure(beliefs[usable], best, p)
    try:
        found = public(p, v, u)
    except Impossible:
        assert np.isnan(oracle)
        return
    assert found.value == pytest.approx(oracle, abs=1e-7)
    assert found.bound == pytest.approx(found.value, abs=1e-8)
    try:
        sure = guaranteed(p, v, u)
    except Impossible:
        return
    assert sure.complete and sure.value <= found.value + 1e-7
    steepest = 1 + np.ptp(v) / np.diff(cuts).min()  # of a concave closure over these beliefs
    assert sure.value == pytest.approx(worst_oracle(p, v, u, cuts), abs=4 * INSIDE * steepest)


def worst_oracle(p, v, u, cuts):
    """Beliefs just inside every interval between indifferences, and where the sender's payoffs cross: the worst at each.

    Between those the worst equilibrium is one and the same, and its payoff is linear.
    """
    high, low = v.reshape(2, -1)  # payoffs q·high + (1 − q)·low of all profiles
    slope, level = high - low, low
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = ((level[None] - level[:, None]) / (slope[:, None] - slope[None])).ravel()
    cross = cross[np.isfinite(cross)]
    inside = np.concatenate([[a + INSIDE, b - INSIDE, *cross[(cross > a) & (cross < b)]] for a, b in pairwise(cuts)])
    beliefs = np.stack([inside, 1 - inside], axis=1)
    equilibria = [stable_at(q, u) for q in beliefs]
    usable = [k for k, found in enumerate(equilibria) if found]
    worst = np.array([min(float(beliefs[k] @ v[(slice(None), *a)]) for a in equilibria[k]) for k in usable])
    return closure(beliefs[usable], worst, p)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_privacy_is_worth_something(seed):
    p, v, u = two_player(seed)
    try:
        table = disclosure(game(p, v, u))
    except Impossible:
        return
    assert table.privacy >= -1e-7
    for less in (table.nothing, table.everything):
        assert np.isnan(less) or less <= table.public + 1e-7


def voters(n, p):
    """Each of n receivers should stop in state 0 (probability 1 − p) and go in state 1; the sender wants someone to stop."""
    u = np.zeros((n, 2, *[2] * n))
    for i in range(n):
        for s in range(2):
            u[(i, s, *[slice(None)] * i, s)] = 1
    v = np.ones((2, *[2] * n))
    v[(slice(None), *[1] * n)] = 0
    return np.array([1 - p, p]), v, u


@pytest.mark.parametrize(("n", "p"), [(2, 0.7), (2, 0.6), (3, 0.8), (3, 0.9)])
def test_one_of_many_is_easier_to_persuade_in_private(n, p):
    """Of 1 − p each can be told a lie about; in private, the lies are shared out: min(1, (n + 1)(1 − p))."""
    prior, v, u = voters(n, p)
    table = disclosure(game(prior, v, u))
    assert table.public == pytest.approx(min(1, 2 * (1 - p)))
    assert table.private == pytest.approx(min(1, (n + 1) * (1 - p)))
    assert guaranteed(prior, v, u).value == pytest.approx(table.public)


def test_wrong_arrays_of_receivers_are_named():
    with pytest.raises(InputError, match="one axis of acts"):
        public([1.0], np.zeros((1, 2, 2)), np.zeros((3, 1, 2, 2)))
    with pytest.raises(InputError, match="receiver"):
        persuade_kinds([[1.0]], np.zeros((1, 2)), np.zeros((1, 2)))
    p = voters(2, 0.7)[0]
    with pytest.raises(InputError, match="decides nothing"):
        disclosure(Game.bayesian(np.zeros((1, 2, 2)), p, designer=True))
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], float)[:, None]
    with pytest.raises(Impossible, match="pure equilibrium"):
        public([1.0], np.zeros((1, 2, 2)), pennies)


# ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def thresholds(good, needs, shares):
    """A receiver of type t acts if the state is good with probability at least needs[t]; the sender wants action."""
    p = np.outer([good, 1 - good], shares)
    u = np.zeros((2, len(needs), 2))
    u[0, :, 1], u[1, :, 1] = 1 - np.array(needs), -np.array(needs)
    v = np.zeros(u.shape)
    v[..., 1] = 1
    return p, v, u


@settings(max_examples=20, deadline=None)
@given(st.floats(0.02, 0.98), st.integers(0, 10**6), st.integers(1, 4))
def test_unknown_thresholds(good, seed, types):
    """The closure of the law of thresholds; and asking adds nothing (Kolotilin et al. 2017)."""
    g = np.random.default_rng(seed)
    needs, shares = np.sort(g.uniform(0.05, 0.95, types)), g.dirichlet(np.ones(types))
    found = persuade_kinds(*thresholds(good, needs, shares))
    points = np.concatenate([[0.0], needs, [1.0]])
    acts = np.concatenate([[0.0], np.cumsum(shares), [1.0]])
    assert found.unasked == pytest.approx(
        closure(np.stack([points, 1 - points], axis=1), acts, [good, 1 - good]), abs=1e-7
    )
    assert found.asked == pytest.approx(found.unasked, abs=1e-6)
    assert found.signal.sum(axis=tuple(range(1, types + 1))) == pytest.approx([1, 1])


def test_asking_can_help_where_there_are_three_acts():
    g = np.random.default_rng(7)
    v = g.integers(0, 4, (3, 1, 3)) * np.ones((1, 2, 1))
    u = g.integers(0, 5, (3, 2, 3)).astype(float)
    found = persuade_kinds(np.full((3, 2), 1 / 6), v, u)
    assert found.unasked == pytest.approx(7 / 3) and found.asked == pytest.approx(2.81666667)
    assert max(found.nothing, found.everything) <= found.unasked


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([2, 3]), st.booleans())
def test_the_closure_is_what_persuasion_reaches(seed, states, whole):
    g = np.random.default_rng(seed)
    acts = int(g.integers(1, 7))
    p = g.dirichlet(np.ones(states))
    v, u = g.integers(0, 4, (2, states, acts)).astype(float) if whole else g.random((2, states, acts))
    found = concavify(p, v, u)
    assert float(found.value) == pytest.approx(persuade(p, v, u).value, abs=1e-8)
    assert found.chances.sum() == 1 and (found.chances @ found.posteriors == found.prior).all()
    assert (found.posteriors >= 0).all()
    assert found.value == found.prior @ found.price
    assert float(found.here) == pytest.approx(persuade(p, v, u).nothing, abs=1e-8)
    beliefs = g.dirichlet(np.ones(states), 200)
    assert (found.at(beliefs) <= found.closure(beliefs) + 1e-8).all()
    assert (found.closure(beliefs) <= beliefs @ found.price.astype(float) + 1e-8).all()
    assert found.closure(p) == pytest.approx(float(found.value), abs=1e-8)
    weights = exactly(p, v, u)
    assert 0 <= weights.bound - found.value <= F(1, 10**6)


def test_convex_means_all_and_concave_means_none():
    """Kamenica & Gentzkow 2011: with common interests v̂ is convex, with opposed ones concave."""
    g = np.random.default_rng(1)
    p, u = [F(1, 5), F(3, 10), F(1, 2)], g.integers(0, 9, (3, 5))
    shared, opposed = concavify(p, u, u), concavify(p, -u, u)
    assert (
        shared.value
        == persuade([0.2, 0.3, 0.5], u, u).everything
        == pytest.approx(float(np.array([0.2, 0.3, 0.5]) @ u.max(axis=1)))
    )
    assert opposed.value == opposed.here and not opposed.helps
    assert opposed.posteriors.tolist() == [p]


def test_four_states_have_no_picture():
    with pytest.raises(InputError, match="two or three states"):
        concavify(np.full(4, 0.25), np.zeros((4, 2)), np.zeros((4, 2)))


@pytest.mark.parametrize("states", [2, 3])
@pytest.mark.parametrize("case", ["random", "flat", "one act", "edge"])
def test_the_picture_draws(states, case):
    pytest.importorskip("altair")
    vl_convert = pytest.importorskip("vl_convert")
    from rulewright.report import figures

    g = np.random.default_rng(5)
    p = np.full(states, F(1, states)) if case != "edge" else np.array([F(1)] + [F(0)] * (states - 1))
    v, u = g.random((2, states, 1 if case == "one act" else 4))
    data = concavify(p, v * (case != "flat"), u)
    names = ['a "quoted" name', "it's", "plain"][:states]
    picture = vl_convert.vegalite_to_svg(json.dumps(figures.concave(data, states=names).to_dict()))
    assert picture.startswith("<svg") and "NaN" not in picture and "undefined" not in picture
    assert "plain" in picture or states == 2
