"""Enforcers with a quorum: binomials against enumeration, the value of a common logic, who takes part, and the model."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.assessment.society.case import model
from rulewright.behaviour.estimation.confidence import mean
from rulewright.behaviour.nash.pure import Pure
from rulewright.errors import InputError
from rulewright.game.game import Game
from rulewright.numerics.binomial import tail
from rulewright.scenario.load import load
from rulewright.society.law import Enforcers, Quorum, slope, support
from rulewright.society.model import Plan

chance = st.fractions(0, 1, max_denominator=12)
sizes = st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@settings(deadline=None)
@given(sizes, chance)
def test_a_quorum_counts_who_acts(size, p):
    n, k = size
    by_hand = sum(
        (p ** sum(who) * (1 - p) ** (n - sum(who)) for who in itertools.product((0, 1), repeat=n) if sum(who) >= k),
        F(0),
    )
    assert tail(n, k, p) == by_hand


@settings(deadline=None)
@given(sizes, st.fractions(F(1, 100), F(99, 100)))
def test_the_slope_is_that_of_small_steps_and_the_tail_moves_as_it_should(size, p):
    n, k = size
    step = F(1, 10**8)
    assert abs(float(slope(n, k, p) - (tail(n, k, p + step) - tail(n, k, p - step)) / (2 * step))) < 1e-6
    assert slope(n, k, p) > 0 and tail(n + 1, k, p) > tail(n, k, p) > tail(n, k + 1, p) >= 0


@settings(deadline=None)
@given(sizes, chance, chance, chance, chance, st.fractions(0, 2), st.fractions(0, 2), chance)
def test_the_value_of_a_common_logic_case_by_case(size, q, a, w, e, s, f, loss):
    n, k = size
    one = Enforcers(n, k, q, a, w, s, f, e, loss)
    lost = {"private": F(0), "common": loss}
    for wrong, p_case in ((True, w), (False, 1 - w)):
        right_call = tail(n, k, q if wrong else 1 - q)  # own logics: boycott where they call it wrong
        for called, p_call in ((wrong, 1 - e), (not wrong, e)):
            met = tail(n, k, a) if called else F(0)
            lost["common"] += p_case * p_call * (s * (1 - met) if wrong else f * met)
        lost["private"] += p_case * (s * (1 - right_call) if wrong else f * right_call)
    assert one.value == lost["private"] - lost["common"]


@settings(max_examples=20, deadline=None)
@given(sizes, st.fractions(F(1, 2), F(19, 20), max_denominator=20), st.fractions(0, F(1, 10), max_denominator=20))
def test_the_accuracy_from_which_a_common_logic_does_not_pay(size, a, loss):
    one = Enforcers(*size, adoption=a, congruence=loss)
    below, above = one.threshold
    assert one.at_accuracy(below).value >= 0 >= one.at_accuracy(above).value and above - below < F(1, 10**12)
    assert one.at_accuracy(F(0)).value > 0 > one.at_accuracy(F(1)).value - F(1, 10**9)
    alone = Enforcers(*size, adoption=a, harm=0).threshold
    assert alone[0] <= a <= alone[1]  # with nothing but deterrence at stake, q* is the adoption


def test_there_need_be_no_such_accuracy():
    assert Enforcers(3, 2, adoption=1, error=0).threshold is None  # nobody judges better than all, all the time
    assert Enforcers(3, 2, adoption="0.5", congruence=3).threshold is None


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    st.fractions(F(1, 10), 2, max_denominator=10),
    st.fractions(F(1, 10), 2, max_denominator=10),
)
def test_who_takes_part_is_what_the_game_of_enforcers_says(size, c, g):
    n, k = size
    payoff = np.full((n, *[2] * n), F(0), dtype=object)
    for who in itertools.product((0, 1), repeat=n):
        for i in range(n):
            payoff[(i, *who)] = g * (sum(who) >= k) - c * who[i]
    counts = {sum(int(np.argmax(x)) for x in play.strategies) for play in Pure()(Game.normal(payoff)).plays}
    said = support(n, k, c, g)
    assert counts == {m for m, there in ((0, said.nobody), (k, said.exactly)) if there}
    for low, high in said.mixed:
        assert 0 < low <= high < 1
        gains = [g * (tail(n - 1, k - 1, p) - tail(n - 1, k, p)) - c for p in (low, high)]
        assert min(gains) <= 0 <= max(gains) and abs(float(gains[0])) < 1e-9
    peak = max(tail(n - 1, k - 1, F(x, 60)) - tail(n - 1, k, F(x, 60)) for x in range(61))
    assert bool(said.mixed) == (c < g * said.most) or c == g * said.most
    assert peak <= said.most


def test_a_quorum_of_all_is_worth_it_to_each_and_many_hands_are_not():
    assert support(7, 7, F(1, 50), F(1, 2)).most == 1
    crowded = Quorum(n=7, k=4, logic="common", in_force=True)
    assert not crowded.holds and Quorum(n=3, k=2, logic="common").holds
    assert [o.name for o in crowded.outcomes()] == ["the common logic is enforced", "some leave it to the others"]
    assert [o.stable for o in crowded.outcomes()] == [False, True]
    assert crowded.deciding == 20 * F(9, 10) ** 3 * F(1, 10) ** 3


def pays(one, p):
    return one.gain * (tail(one.n - 1, one.k - 1, p) - tail(one.n - 1, one.k, p)) - one.cost


@settings(max_examples=40, deadline=None)
@given(sizes, st.sampled_from(["private", "common"]), chance, chance, st.fractions(0, 1), st.fractions(0, 1))
def test_where_those_who_begin_with_it_come_to(size, logic, q, a, cost, gain):
    one = Quorum(*size, logic, q, a, cost=cost, gain=gain, in_force=True)
    p = one.share * one.called
    assert 0 <= one.share <= 1
    if one.share == 1:
        assert pays(one, p) >= 0
    else:
        assert pays(one, one.called) < 0
        if p > 0:  # it would pay a little below, not a little above
            assert pays(one, p * (1 - F(1, 10**9))) > 0 > pays(one, p + F(1, 10**9))
        # nothing stable lies between: taking part pays nowhere on the way down
        assert all(pays(one, p + (one.called - p) * F(k, 30)) < F(1, 10**9) for k in range(1, 31))
    last = one.outcomes()[-1]
    assert (last.name == "nobody enforces") == (one.share == 0)


def test_those_who_stay_away_are_drawn_too():
    one = Quorum(n=7, k=4, logic="common", in_force=True)
    course = one.simulate(Plan(8000, 6, range(6)))
    for name, value in one.measures(one.share).items():
        interval = mean(course.measures[name].mean(axis=1), 0.999)
        assert interval.low <= float(value) <= interval.high, name
    assert abs(one.share * one.called - F("0.8521475472")) < F(1, 10**9)
    none = Quorum(n=7, k=4, cost=F(1, 2), in_force=True)
    assert none.share == 0 and (none.simulate(Plan(100, 2, range(2))).measures["welfare"] < 0).all()
    assert not none.simulate(Plan(100, 2, range(2))).measures["boycotts"].any()


@pytest.mark.parametrize("logic", ["private", "common"])
def test_cases_judged_one_by_one_agree(logic):
    one = Quorum(logic=logic, error=F(1, 10), congruence=F(1, 20))
    course = one.simulate(Plan(8000, 6, range(6)))
    for name, value in one.measures().items():
        interval = mean(course.measures[name].mean(axis=1), 0.999)
        assert interval.low <= float(value) <= interval.high, name
    again = one.simulate(Plan(8000, 6, range(6)))
    assert all((again.measures[name] == found).all() for name, found in course.measures.items())


def test_what_it_claims_holds_and_can_fail():
    assert all(row.holds for row in Quorum().claims())
    poor = Quorum(accuracy=F(99, 100), adoption=F(6, 10), cost=F(1, 2))
    assert [row.holds for row in poor.claims()] == [False, True, False]
    assert len(poor.sections()[1].tables[0].rows) == 5 and "3 of 5" in poor.describe()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (lambda: Quorum(n=3, k=4), "k ≤ n"),
        (lambda: Quorum(logic="law"), "logic"),
        (lambda: Quorum(accuracy=F(3, 2)), "accuracy"),
        (lambda: Quorum(cost=F(-1)), "cost"),
        (lambda: Enforcers(error="x"), "error"),
        (lambda: support(3, 0, 1, 1), "quorum"),
        (lambda: support(3, 1, float("nan"), 1), "cost"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, word):
    with pytest.raises(InputError, match=word):
        wrong()


def test_dear_enforcement_falls_where_the_largest_chance_of_deciding_says():
    """g · C(6, 3)/2⁶ = 5/32: above it nobody takes part, below it some do."""
    settings_ = {"n": 7, "k": 4, "logic": "common", "in_force": True}
    assert Quorum(**settings_, cost=F(5, 32) - F(1, 10**6)).share > F(1, 2)
    assert Quorum(**settings_, cost=F(5, 32) + F(1, 10**6)).share == 0


@pytest.mark.parametrize("name", ["law", "quorum"])
def test_shipped_scenarios_have_an_outcome_to_count_on_under_every_rule(name):
    scenario = load(name)
    for rule in scenario.rules:
        found = model(scenario, rule)
        assert any(outcome.stable for outcome in found.outcomes()) and found.describe()
        assert all(set(outcome.measures) == set(found.MEASURES) for outcome in found.outcomes())
