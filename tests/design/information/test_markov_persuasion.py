"""Persuasion of a stream: against the programme written out in full, brute force and laws."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.information import markov as mk
from rulewright.design.information import persuade
from rulewright.errors import Impossible, InputError
from rulewright.numerics.linprog import Programme


def occupation(p, margin=0.0):
    """The optimum from one linear programme over discounted visits: no dynamic programming, no prices."""
    programme = Programme()
    x = programme.add_columns(p.sender.shape, cost=p.sender)
    d = programme.add_columns(p.states)
    laws = programme.add_rows((p.states, p.parameters), lower=0.0, upper=0.0)
    programme.put(laws[..., None], x, 1.0)
    programme.put(laws, d[:, None], -p.law)
    flow = programme.add_rows(p.states, lower=p.start, upper=p.start)
    programme.put(flow, d, 1.0)
    programme.put(flow[None, None, None], x[..., None], -p.discount * p.moves)
    for a in range(p.acts):
        for b in set(range(p.acts)) - {a}:
            rows = programme.add_rows(p.states, lower=0.0)
            programme.put(rows[:, None], x[:, :, a], p.receiver[..., a] - p.receiver[..., b] - margin)
    return programme.solve(maximise=True).value


@pytest.mark.parametrize("seed", range(4))
def test_policy_iteration_is_the_programme_written_out(seed):
    p = mk.drawn(4, 3, 3, discount=0.8, seed=seed)
    found = mk.persuade_stream(p)
    assert found.value == pytest.approx(occupation(p), abs=1e-7)
    assert -1e-9 <= found.gap < 1e-7
    assert mk.audit(p, found.signal).answered == pytest.approx(found.value, abs=1e-6)


def test_with_a_margin():
    p = mk.cases((1.0, 0.5), discount=0.8)
    found = mk.persuade_stream(p, margin=0.1)
    assert found.value == pytest.approx(occupation(p, 0.1), abs=1e-7)
    assert found.value < mk.persuade_stream(p).value - 0.01
    with pytest.raises(Impossible, match="state 0"):
        mk.persuade_stream(p, margin=1.5)


def test_navigator_by_brute_force():
    """All pure obedient signals of all states: the optimum of this instance is one of them."""
    p, best = mk.navigator(), -np.inf
    pure = [np.eye(2)[list(each)] for each in itertools.product(range(2), repeat=2)]
    obeyed = []
    for s in range(p.states):
        slack = [mk.radius(p.law[s], p.receiver[s], sigma) for sigma in pure]
        obeyed.append([sigma for sigma, r in zip(pure, slack, strict=True) if r >= -1e-12])
    for signal in itertools.product(*obeyed):
        best = max(best, float(p.start @ mk.worth(p, np.stack(signal))))
    assert best == pytest.approx(mk.persuade_stream(p).value, abs=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_laws_of_a_stream(seed, horizon):
    p = mk.drawn(3, 3, 3, discount=0.7, seed=seed)
    found = mk.persuade_stream(p, horizon=horizon)
    longer = mk.persuade_stream(p, horizon=horizon + 1)
    assert longer.value >= found.value - 1e-9  # payoffs are not negative here: more horizon never hurts
    assert found.value >= max(found.nothing, found.everything) - 1e-9
    assert abs(found.gap) < 1e-8
    endless = mk.persuade_stream(p)
    assert longer.value <= endless.value + 1e-8
    assert endless.value - longer.value <= 0.7 ** (horizon + 1) / 0.3 + 1e-8
    alone = mk.Process(p.law[:1], p.sender[:1], p.receiver[:1], np.ones((1, 3, 3, 1)), [1.0], 0.7)
    once = persuade(p.law[0], p.sender[0], p.receiver[0]).value
    assert mk.persuade_stream(alone).value == pytest.approx(
        once / 0.3, abs=1e-7
    )  # one state: one shot, again and again


@given(st.integers(0, 10_000), st.sampled_from([0, F(1, 50)]))
@settings(max_examples=10, deadline=None)
def test_exact_schemes(seed, margin):
    p = mk.drawn(2, 3, 3, discount=0.6, seed=seed)
    p = mk.Process(p.law, np.round(p.sender, 2), np.round(p.receiver, 2), p.moves, p.start, 0.6)
    try:
        found = mk.exactly_stream(p, margin=margin)
    except Impossible:
        assert margin
        return
    assert 0 <= found.gap < F(1, 10**6)
    assert float(found.value) == pytest.approx(mk.persuade_stream(p, margin=float(margin)).value, abs=1e-6)
    assert all(r >= 0 for r in mk.radii(found.process, found.signal[0]))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_laws_nearby(seed):
    """The radius is the largest: at it the worst law still obeys, beyond it a law disobeys; and the theorem's is no larger."""
    g = np.random.default_rng(seed)
    law, u, margin = g.dirichlet(np.ones(4)), g.random((4, 3)), 0.05
    try:
        found = persuade(law, g.random((4, 3)), u, margin=margin)
    except Impossible:
        return
    found = replace(found, signal=np.where(found.signal > 1e-9, found.signal, 0.0))
    r = float(mk.radius(law, u, found.signal))
    chance = (law @ found.signal)[found.used]
    apart = max(np.ptp(row) for row in u)
    assert r >= margin * chance.min() / (2 * apart) - 1e-9
    slack = []
    for a, b in itertools.permutations(range(3), 2):
        f = found.signal[:, a] * (u[:, a] - u[:, b])
        slack += [worst_law(law, f, r) @ f, worst_law(law, f, min(1.0, r + 1e-4)) @ f]
    assert min(slack[::2]) >= -1e-9
    assert r == 1 or min(slack[1::2]) < 0


def worst_law(law, f, r):
    """By a linear programme: the law within total variation r at which Σ p′ f is least."""
    programme = Programme()
    p = programme.add_columns(len(law), cost=f)
    away = programme.add_columns(len(law))
    programme.put(programme.add_rows(1, lower=1.0, upper=1.0), p, 1.0)
    rows = programme.add_rows(len(law), upper=law)
    programme.put(rows, p, 1.0)
    programme.put(rows, away, -1.0)
    programme.put(programme.add_rows(1, upper=r), away, 1.0)
    return programme.solve().point()[: len(law)]


def test_a_rare_recommendation_needs_the_factor():
    """Margin 1/10 and payoffs within 1, but a law at distance 1/1000 turns the recommendation: m/(2R) alone is no radius."""
    law, u = np.array([F(1, 1000), F(999, 1000)]), np.array([[F(1), F(0)], [F(0), F(1)]])
    signal = np.array([[F(1), F(0)], [F(1, 1224), F(1223, 1224)]])
    assert law[0] - law[1] * signal[1, 0] >= F(1, 10) * (law @ signal)[0]
    assert mk.radius(law, u, signal) < F(1, 1000)


def test_logit_receivers_come_to_obey():
    p = mk.oversight()
    signal = mk.persuade_stream(p, margin=0.1).signal
    values = [mk.logit_value(p, signal, k) for k in (0, 1, 10, 1000)]
    assert values[-1] == pytest.approx(mk.audit(p, signal).obeyed, abs=1e-6)
    half = np.full(p.sender.shape, 0.5)
    assert values[0] == pytest.approx(float(p.start @ mk.worth(p, half)), abs=1e-9)
    with pytest.raises(InputError):
        mk.logit_value(p, signal, float("nan"))


def test_repair_is_obeyed_and_keeps_what_was():
    p = mk.exact_process(mk.drawn(3, 3, 4, seed=2))
    first_best = np.eye(3)[np.asarray(p.sender, float).argmax(axis=2)]
    mended = mk.repaired(p, first_best)
    assert all(r >= 0 for r in mk.radii(p, mended))
    assert not all(r >= 0 for r in mk.radii(p, np.asarray(first_best, int) + F(0)))
    kept = mk.exactly_stream(mk.oversight())
    assert (mk.repaired(kept.process, kept.signal[0]) == kept.signal[0]).all()


def test_wrong_input():
    p = mk.cases()
    with pytest.raises(InputError, match="discount below 1"):
        mk.persuade_stream(p)
    with pytest.raises(InputError, match="horizon"):
        mk.persuade_stream(p, horizon=0)
    with pytest.raises(InputError, match="margin"):
        mk.persuade_stream(p, horizon=1, margin=float("nan"))
    with pytest.raises(InputError, match="shapes"):
        mk.Process(p.law, p.sender, p.receiver[:1], p.moves, p.start)
    with pytest.raises(InputError, match="sum to one"):
        mk.Process(p.law, p.sender, p.receiver, p.moves * 0.5, p.start)
    with pytest.raises(InputError, match="discount"):
        mk.Process(p.law, p.sender, p.receiver, p.moves, p.start, 1.5)
    with pytest.raises(InputError, match="finite"):
        mk.Process(p.law, p.sender * np.nan, p.receiver, p.moves, p.start)
    with pytest.raises(InputError, match="accident"):
        mk.navigator(accident=2.0)


def test_a_parameter_rarer_than_the_solvers_tolerance_is_told():
    rare = mk.cases((1.0, 0.5), discount=0.9, guilty=1e-13)
    found = mk.persuade_stream(rare)
    assert np.isfinite(found.signal).all() and found.value == pytest.approx(0, abs=1e-9)
    proof = mk.exactly_stream(rare)
    assert 0 <= proof.gap < 1e-9


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_units_do_not_matter(size):
    p = mk.drawn(3, 3, 2, seed=1)
    for other in (replace(p, receiver=p.receiver * size), replace(p, sender=p.sender * size)):
        scale = np.ptp(other.sender) / np.ptp(p.sender)
        proof = mk.exactly_stream(other)
        assert float(proof.gap) < 1e-6 * scale
        assert float(proof.value) / scale == pytest.approx(mk.persuade_stream(p).value, abs=1e-6)
        assert mk.over_histories(other, 2) / scale == pytest.approx(mk.over_histories(p, 2), abs=1e-7)


def test_what_is_never_said_under_the_law_is_not_safe():
    """Obeyed with margin 1, and every recommendation that is heard under p has chance 1: yet no ball is safe."""
    law, u, signal = np.array([1.0, 0.0]), np.array([[1.0, 0.0], [1.0, 0.0]]), np.eye(2)
    assert mk.radius(law, u, signal) == 0
