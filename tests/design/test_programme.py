"""The programme: its first known answers, corners against closed forms, and two paths that must agree."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rulewright.behaviour import named
from rulewright.design.compiled import compiled
from rulewright.design.design import design
from rulewright.design.implementation import implement
from rulewright.design.programme import solve
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible, InputError
from rulewright.game import library
from rulewright.game.game import Game, Signal
from rulewright.game.sample import sample
from rulewright.welfare.goals import Goal


def prosecutor(guilt):
    """Kamenica & Gentzkow 2011: types guilty, innocent; the judge convicts or acquits."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1
    return Game.bayesian(payoff, [[guilt], [1 - guilt]], designer=True)


def effort(if_work=F(8, 10), if_shirk=F(2, 10), cost=1, worth=10):
    """One agent, two actions, success or failure."""
    law = np.array([[[[[if_work, 1 - if_work], [if_shirk, 1 - if_shirk]]]]], dtype=object).reshape(1, 1, 1, 2, 2)
    payoff = np.zeros((2, 1, 1, 1, 2), dtype=object)
    payoff[0, 0, 0, 0] = [worth * if_work, worth * if_shirk]
    payoff[1, 0, 0, 0] = [-F(cost), F(0)]
    return Game.bayesian(
        payoff,
        np.array([[F(1)]], dtype=object),
        players=("principal", "agent"),
        designer=True,
        signals=[Signal("result", ("success", "failure"), law)],
    )


def bidders(values, goal):
    """Two bidders with equally likely values; the seller keeps the good or gives it to one of them."""
    k = len(values)
    payoff = np.zeros((3, 1, k, k, 3, 1, 1), dtype=object)
    payoff[1, 0, :, :, 1, 0, 0] = np.array(values, dtype=object)[:, None]
    payoff[2, 0, :, :, 2, 0, 0] = np.array(values, dtype=object)[None, :]
    if goal == "welfare":
        payoff[0] = payoff[1] + payoff[2]
    prior = np.full((1, k, k), F(1, k * k), dtype=object)
    sale = Signal("sale", ("done",), np.full((1, k, k, 3, 1, 1, 1), F(1), dtype=object))
    return Game.bayesian(payoff, prior, players=("seller", "ann", "bob"), designer=True, signals=[sale])


def auction(incentives, money_weight, most):
    pay = tuple(Payment(p, ("sale",), F(-most), F(0)) for p in ("ann", "bob"))
    return Rules(payments=pay, money_weight=F(money_weight), outside={"ann": F(0), "bob": F(0)}, incentives=incentives)


BONUS = Rules(payments=(Payment("agent", ("result",), F(0), F(20)),), money_weight=F(1))


@pytest.mark.parametrize("guilt", [F(1, 10), F(3, 10), F(45, 100), F(1, 2), F(3, 4)])
def test_prosecutor_doubles_the_prior(guilt):
    """Kamenica & Gentzkow 2011: convictions min(1, 2·prior)."""
    assert solve(prosecutor(guilt), Rules()).value == pytest.approx(float(min(1, 2 * guilt)))


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, 8 - 0.8 * 5 / 3),  # the textbook case: 6⅔
        ({"cost": 3}, 10 * 0.8 - 0.8 * 5),  # bonus 5
        ({"cost": 5}, 2.0),  # inducing work would cost 0.8·25/3 > 6: better not
    ],
)
def test_hidden_effort(changes, value):
    """Bonus c/(p − q) on success where it pays (limited liability)."""
    assert solve(effort(**changes), BONUS).value == pytest.approx(value)


def test_the_bonus_is_five_thirds_on_success():
    outcome = solve(effort(), BONUS)
    ((_, amounts),) = outcome.payments
    assert amounts[0, 0, 0, 0] == pytest.approx([5 / 3, 0], abs=1e-6)
    assert outcome.law.ravel() == pytest.approx([1, 0])


def test_chicken_with_a_mediator():
    assert solve(Goal.total().on(library.chicken()), Rules()).value == pytest.approx(10.5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_mediation_is_the_best_correlated_equilibrium(seed):
    """Two programmes written separately: Myerson's, and the polytope of correlated equilibria."""
    game = Goal.total().on(sample((2, 3), seed=seed))
    assert solve(game, Rules()).value == pytest.approx(named("correlated")(game).span(game.goal).best, abs=1e-6)


@pytest.mark.parametrize("incentives", ["bayesian", "dominant"])
def test_two_bidders_revenue(incentives):
    """Myerson 1981: virtual values 2 − 1 = 0 at value 1 and 2 at value 2: revenue 3/4 · 2."""
    assert solve(bidders((1, 2), "revenue"), auction(incentives, 1, 4)).value == pytest.approx(1.5)


@pytest.mark.parametrize(("values", "revenue"), [((1, 3), 2.25), ((2, 3), 2.25), ((1, 2, 3), 1 / 9 * 3 * 2 + 0)])
def test_myerson_on_grids(values, revenue):
    """E[max(0, highest virtual value)], virtual value v_k − (v_{k+1} − v_k)·P(above)/P(v_k), regular cases."""
    k = len(values)
    virtual = [v - (values[j + 1] - v) * (k - 1 - j) if j + 1 < k else v for j, v in enumerate(values)]
    closed = sum(max(0, *pair) for pair in ((a, b) for a in virtual for b in virtual)) / k**2
    found = solve(bidders(values, "revenue"), auction("dominant", 1, 9)).value
    assert found == pytest.approx(closed, abs=1e-6)


def test_efficiency_can_be_dominant():
    outcome = solve(bidders((1, 2), "welfare"), auction("dominant", 0, 4))
    assert outcome.value == pytest.approx(1.75)


def test_deterrence_with_errors_of_both_kinds():
    """Audit probability 1/(tpr(1 + L) − fpr·L) with the gain forfeited on detection (specification, section 4.1)."""
    tpr, fpr, stake = F(8, 10), F(5, 100), 3
    payoff = np.zeros((2, 1, 1, 2, 2), dtype=object)  # auditor: audit, trust; agent: comply, violate
    payoff[0, 0, 0] = [[-F(1, 10), -F(51, 10)], [F(0), -F(5)]]
    payoff[1, 0, 0] = [[F(0), 1 - tpr], [F(0), F(1)]]
    flag = np.array([[fpr, tpr], [F(0), F(0)]], dtype=object)
    law = np.stack([flag, 1 - flag], axis=-1).reshape(1, 1, 2, 2, 2)
    game = Game.bayesian(
        payoff,
        np.array([[F(1)]], dtype=object),
        players=("auditor", "agent"),
        designer=True,
        signals=[Signal("monitor", ("flag", "quiet"), law)],
    )
    rules = Rules(payments=(Payment("agent", ("monitor",), F(-stake), F(0)),))
    outcome = solve(game, rules)
    audit = outcome.law[0, 0, 0, 0]
    assert audit == pytest.approx(float(1 / (tpr * (1 + stake) - fpr * stake)))
    assert audit == pytest.approx(0.3279, abs=1e-4)


CASES = [
    (prosecutor(F(3, 10)), Rules()),
    (effort(), BONUS),
    (Goal.total().on(library.chicken()), Rules()),
    (bidders((1, 2), "revenue"), auction("bayesian", 1, 4)),
    (bidders((1, 2, 3), "welfare"), auction("dominant", 0, 4)),
]


@pytest.mark.parametrize(("game", "rules"), CASES)
def test_what_is_compiled_is_an_equilibrium_of_the_same_value(game, rules):
    """Programme and induced game are two paths: exact regret zero, and the value that the solver promised."""
    outcome = solve(game, rules)
    said = compiled(game, outcome, "rule")
    assert said.play.regret == 0
    value = said.play.goal - rules.money_weight * said.play.paid
    assert float(value) == pytest.approx(outcome.value, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(1, 1), (2, 1), (2, 2)]))
def test_reports_and_recommendations_together(seed, kinds):
    """Random games with a designer who knows, decides, asks, recommends and pays: obeyed, within rounding."""
    base = sample((2, 2, 2), types=(2, *kinds), seed=seed, span=4)
    game = replace(base, designer=True)
    pay = (Payment("player 2", ("action of player 3",), F(-1), F(1)),)
    rules = Rules(payments=pay, money_weight=F(1, 2))
    outcome = solve(game, rules)
    said = compiled(game, outcome, "rule")
    assert float(said.play.regret) < 1e-4
    value = said.play.goal - rules.money_weight * said.play.paid
    assert float(value) == pytest.approx(outcome.value, abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
@example(338)  # ex post, nothing is possible there
def test_more_instruments_never_hurt(seed):
    game = replace(sample((2, 2, 2), types=(1, 2, 1), seed=seed, span=4), designer=True)
    pay = (Payment("player 2", ("action of player 2",), F(0), F(2)),)
    bare, paid = solve(game, Rules()).value, solve(game, Rules(payments=pay)).value
    assert bare <= paid + 1e-7
    try:
        strict = solve(game, Rules(payments=pay, incentives="ex post")).value
    except Impossible:  # truth for every type of the others may be too much to ask
        return
    assert strict <= paid + 1e-7


def test_impossible_says_what_would_have_to_give():
    rules = replace(auction("bayesian", 0, 4), budget=F(-5))
    with pytest.raises(Impossible) as caught:
        solve(bidders((1, 2), "welfare"), rules)
    assert caught.value.exit_code == 3
    assert "must want to take part (short by" in str(caught.value)


def test_linear_payments_need_numbers():
    rules = Rules(payments=(Payment("agent", ("result",), F(0), F(1), form="linear"),))
    with pytest.raises(InputError, match="numbers as outcomes of result"):
        solve(effort(), rules)


@pytest.mark.parametrize("size", [F(1, 10**9), F(1, 1000), F(10**7)])
def test_units_do_not_matter(size):
    """The solver's tolerances are absolute; the answer must not be."""
    game, unit = effort(), F(size)
    scaled = replace(game, payoff=game.payoff * unit)
    rules = replace(BONUS, payments=(Payment("agent", ("result",), F(0), 20 * unit),))
    outcome = solve(scaled, rules)
    assert outcome.value / float(unit) == pytest.approx(20 / 3)
    assert outcome.payments[0][1][0, 0, 0, 0, 0] / float(unit) == pytest.approx(5 / 3)


def test_whoever_may_stay_away_is_content_with_what_it_is_told():
    """Random hidden action with negative payments allowed: what is compiled keeps everybody in, told or not."""
    for seed in range(12):
        generator = np.random.default_rng(seed)
        law = generator.integers(1, 5, (1, 1, 1, 2, 2)).astype(object) + F(0)
        law = law / law.sum(axis=-1, keepdims=True)
        payoff = np.zeros((2, 1, 1, 1, 2), dtype=object) + F(0)
        payoff[0, 0, 0, 0], payoff[1, 0, 0, 0] = generator.integers(0, 9, 2), -generator.integers(0, 4, 2)
        game = Game.bayesian(
            payoff,
            np.array([[F(1)]], dtype=object),
            players=("p", "a"),
            designer=True,
            signals=[Signal("y", ("s", "f"), law)],
        )
        rules = Rules(payments=(Payment("a", ("y",), F(-1), F(3)),), money_weight=F(1), outside={"a": F(0)})
        designed = design([({}, game)], rules)
        assert designed.flaw == 0
        assert float(designed.value) == pytest.approx(solve(game, rules).value, abs=1e-5)


def test_payments_are_made_as_small_as_they_can_be_before_budgets_are_asked_for():
    """Fines on the path count against a budget, and the least budget that is named is enough."""
    pay = tuple(Payment(p, (f"action of {p}",), F(-2), F(9)) for p in ("row", "column"))
    game = Goal.total().on(library.prisoners())
    rules = Rules(payments=pay, margin=F(1, 10), budget=F(-5))
    with pytest.raises(Impossible, match=r"smallest budget that would do is 0\.2") as caught:
        implement(game, (0, 0, 0), rules)
    assert caught.value.exit_code == 3
    assert implement(game, (0, 0, 0), replace(rules, budget=F(2, 10))).paid == F(2, 10)
