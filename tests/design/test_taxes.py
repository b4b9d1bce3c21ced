"""Bracket taxes: schedules, exact answers of workers, Saez' formula against the best rates, and known closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.design.taxes import (
    Schedule,
    Workers,
    elasticity,
    equality,
    linear_rate,
    planned,
    saez_rates,
    top_rate,
    veil,
)
from rulewright.errors import InputError

QUANTILES = (np.arange(400) + 0.5) / 400
PARETO = Workers(tuple((1 - QUANTILES) ** (-1 / 3)), 0.5)
rates = st.lists(st.integers(0, 9), min_size=3, max_size=3).map(
    lambda r: Schedule((1.0, 3.0), tuple(x / 10 for x in r))
)


@given(rates, st.lists(st.floats(0, 10), min_size=1, max_size=6))
def test_what_is_taken_is_given_back(schedule, incomes):
    income = np.array(incomes)
    assert np.isclose(schedule.after(income).sum(), income.sum())
    by_hand = [
        sum(r * max(0, min(z, b) - a) for r, a, b in zip(schedule.rates, (0, 1, 3), (1, 3, 1e9), strict=True))
        for z in incomes
    ]
    assert np.allclose(schedule.tax(income), by_hand)


@given(rates, st.floats(0.3, 3), st.sampled_from([0.2, 0.5, 1.0]))
def test_workers_answer_best(schedule, skill, e):
    one = Workers((skill,), e)
    income = one.incomes(schedule)
    grid = np.linspace(0, 12, 4001)
    worth = lambda z: z - schedule.tax(z) - (z / skill) ** (1 + 1 / e) / (1 + 1 / e)  # noqa: E731
    assert worth(income[0]) >= worth(grid).max() - 1e-9


def test_under_one_rate_income_answers_with_the_elasticity():
    kept = np.array([0.9, 0.5, 0.2])
    incomes = [PARETO.incomes(Schedule((), (1 - k,))).mean() for k in kept]
    assert elasticity(kept, incomes) == pytest.approx(0.5)


def test_the_best_single_rate_for_its_revenue_is_one_over_one_plus_e():
    revenue = [Schedule((), (r,)).tax(PARETO.incomes(Schedule((), (r,)))).sum() for r in np.arange(0, 1, 0.001)]
    assert np.argmax(revenue) / 1000 == pytest.approx(linear_rate(0, 0.5), abs=1e-3)  # Laffer


def test_one_rate_for_the_worst_off_is_saez():
    *_, saez, best = planned(PARETO, (), "worst off")
    income = saez.incomes
    assert saez.schedule.rates[0] == pytest.approx(linear_rate(income.min() / income.mean(), 0.5), abs=1e-3)
    assert best.goal - saez.goal < 1e-4 * best.goal


def test_the_last_rate_under_paretos_law_is_the_closed_form():
    """Top incomes w^{1+e} of Pareto skills with number 3 have number 3/(1 + e) = 2; weightless, τ = 1/(1 + 2·½) = ½."""
    quantiles = (np.arange(40_000) + 0.5) / 40_000
    workers = Workers(tuple((1 - quantiles) ** (-1 / 3)), 0.5)
    found = [workers.incomes(Schedule((4.0,), (0.5, r))) for r in np.arange(0.3, 0.7, 0.02)]
    revenue = [Schedule((4.0,), (0.5, r)).tax(z).sum() for r, z in zip(np.arange(0.3, 0.7, 0.02), found, strict=True)]
    assert 0.3 + 0.02 * np.argmax(revenue) == pytest.approx(top_rate(2, 0.5), abs=0.021)


def test_behind_the_veil_saez_comes_near_the_best_and_both_beat_the_free_market():
    free, saez, best = planned(PARETO, (1.0, 2.0, 4.0), "veil")
    assert free.goal < saez.goal <= best.goal and best.goal - saez.goal < 0.02 * (best.goal - free.goal)
    assert np.allclose(best.schedule.rates[2:], saez.schedule.rates[2:], atol=0.06)


def test_measures():
    assert equality(np.array([1.0, 1, 1])) == 1 and equality(np.array([0.0, 0, 3])) == pytest.approx(0)
    assert veil(np.array([0.0, np.e - 1])) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Schedule((2.0, 1.0), (0.1, 0.2, 0.3)),
        lambda: Schedule((), (1.1,)),
        lambda: Workers((0.0,)),
        lambda: elasticity([0.5], [1.0]),
        lambda: saez_rates([1.0], [0.0], (), 0.5),
        lambda: top_rate(2, 0),
        lambda: planned(PARETO, (), "gdp"),
    ],
)
def test_wrong_input_is_told(wrong):
    with pytest.raises(InputError):
        wrong()
