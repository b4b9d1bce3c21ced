"""Optimising a proxy: two phases, failure that only grows, remedies that never fall below the start, the worked example."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.welfare.proxies.additive import Additive
from rulewright.welfare.proxies.course import course

FOUR = Additive(4, 8.0)
ONES = np.ones(4)


def test_two_phases_then_failure_that_only_grows():
    found = course(FOUR, ONES, 2)
    turn = found.peak
    assert (
        found.utility[turn] == pytest.approx(2 * np.log(3), abs=2e-3) == pytest.approx(FOUR.binding(2, 1.0), abs=2e-3)
    )
    assert (np.diff(found.utility[: turn + 1]) > 0).all() and (np.diff(found.proxy[: found.stopped]) > 0).all()
    assert (np.diff(found.utility[turn : found.stopped]) < 0).all() and found.utility[found.stopped] < -4
    assert found.proxy[-1] == pytest.approx(2 * np.log(4), abs=2e-3) and found.proxy[-1] < 2 * np.log(4)


@pytest.mark.parametrize("floor", [1e-2, 1e-5, 1e-9])
def test_a_lower_floor_is_a_deeper_fall(floor):
    utility, proxy = Additive(4, 8.0, floor).optimised(2)
    assert utility == pytest.approx(2 * np.log(4 - floor) + 2 * np.log(floor)) and proxy < 2 * np.log(4)
    assert utility < Additive(4, 8.0, 10 * floor).optimised(2)[0]


def test_impact_stops_where_the_budget_does_and_keeps_what_it_has():
    found = course(FOUR, ONES, 2, rule="impact")
    assert found.late == pytest.approx(2 * np.log(3), abs=2e-3) and (found.states[:, 2:] == 1).all()
    assert (np.diff(found.utility) >= 0).all() and found.stopped is not None


PERIODS = {1: 2.7726, 50: 2.7721, 200: 2.7692, 500: 2.7497, 1500: 2.5283}


def test_quality_falls_with_the_period_at_which_the_proxy_is_chosen_anew():
    late = [course(FOUR, ONES, 2, rule="interactive", every=m).late for m in PERIODS]
    assert late == pytest.approx(list(PERIODS.values()), abs=5e-5) and late == sorted(late, reverse=True)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.2, 1.9), min_size=4, max_size=4), st.integers(1, 3), st.integers(1, 60))
def test_remedies_never_end_below_the_start(start, mentioned, every):
    s = np.array(start)
    before = FOUR.utility(s)
    for rule in ("impact", "interactive"):
        found = course(FOUR, s, mentioned, rule=rule, steps=600, size=0.005, every=every)
        assert found.utility.min() >= before - 1e-2 * (rule == "interactive")
        assert found.states.sum(axis=1).max() <= 8 + 1e-9


def test_without_diminishing_returns_nothing_is_lost():
    linear = Additive(4, 8.0, -3.0, "linear")
    found = course(linear, ONES, 2)
    assert found.utility[-1] == pytest.approx(8.0) == pytest.approx(linear.best())
    assert linear.optimised(2)[0] == pytest.approx(8.0)
    assert FOUR.best() == pytest.approx(4 * np.log(2))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Additive(4, 8.0, taste="cubic"),
        lambda: Additive(4, 8.0, -1.0),
        lambda: Additive(4, float("nan")),
        lambda: Additive(1, 8.0),
        lambda: Additive(4, 4.0, 1.0),
        lambda: FOUR.optimised(4),
        lambda: course(FOUR, np.ones(3), 2),
        lambda: course(FOUR, np.full(4, 3.0), 2),
        lambda: course(FOUR, ONES, 0),
        lambda: course(FOUR, ONES, 2, size=0.0),
        lambda: course(FOUR, ONES, 2, rule="hope"),
    ],
)
def test_absurd_settings_are_refused(wrong):
    with pytest.raises(InputError):
        wrong()
