"""Culture: exact laws in fractions, the cumulative condition, simulations against closed forms, and wrong settings."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.behaviour.estimation.confidence import mean
from rulewright.errors import InputError
from rulewright.society.culture import Culture, CumulativeCulture, cumulative, places, rogers
from rulewright.society.model import Plan

LEVEL = 0.999  # of intervals over seeds: dozens are asked to hold
inside = st.fractions(F(1, 1000), F(999, 1000), max_denominator=1000)
changes = st.fractions(F(1, 1000), F(1, 2), max_denominator=1000)
steps = st.fractions(0, 1, max_denominator=1000)


@given(inside, changes)
def test_at_rest_both_do_equally_well_exactly(c, g):
    x = rogers.rest(c, g)
    assert 0 < x < 1 and 2 * rogers.right(x, g) - 1 == 1 - c


@given(inside, changes)
def test_p_is_what_its_recursion_leaves_alone(x, g):
    p = rogers.right(x, g)
    assert 1 - x + x * ((1 - 2 * g) * p + g) == p


@given(inside, inside, changes)
def test_the_difference_falls_at_the_stated_slope(x, y, g):
    """The secant of W_I − W_L between x and y is −2g/((1 − xk)(1 − yk)); the slope is its limit."""
    k = 1 - 2 * g
    if x != y:
        secant = 2 * (rogers.right(x, g) - rogers.right(y, g)) / (x - y)
        assert secant == -2 * g / ((1 - x * k) * (1 - y * k)) < 0
    assert rogers.slope(x, g) == -2 * g / (1 - x * k) ** 2 < 0


@given(inside, changes, st.integers(1, 12))
def test_claims_hold_and_are_exact(c, g, n):
    model = Culture(cost=float(c), change=float(g), models=n)
    claims = model.claims()
    assert len(claims) == 3 and all(row.holds and row.grade == "proved" for row in claims)
    assert "W_I − W_L = 0 exactly" in claims[0].says


@given(st.floats(0, 2), st.floats(0, 0.5), st.integers(1, 6), st.floats(0, 1))
def test_subsidised_everybody_has_q_times_s_more(cost, change, n, part):
    model = Culture(cost=cost, change=change, models=n, subsidy=part * cost)
    for o in model.outcomes():
        assert np.isfinite(list(o.measures.values())).all()
        if change > 0 and 0 < o.measures["imitators"] < 1:
            assert o.measures["fitness"] == pytest.approx(2 - cost + o.measures["imitators"] * model.subsidy)


@pytest.mark.parametrize(
    ("settings", "name", "fitness"),
    [
        ({"cost": 1.0}, "nobody learns", 1.0),
        ({"cost": 3.0}, "nobody learns", 1.0),
        ({"benefit": 0.0}, "nobody learns", 1.0),
        ({"cost": 0.0}, "everybody learns", 2.0),
        ({"subsidy": 0.2}, "everybody learns", 1.8),
        ({"change": 0.0}, "all imitate, as few right as can last", 1.8),
        ({"change": 0.5}, "learners and imitators do equally well", 1.8),
    ],
)
def test_corners(settings, name, fitness):
    first = Culture(**settings).outcomes()[0]
    assert first.name == name and first.measures["fitness"] == pytest.approx(fitness)


def test_in_a_world_that_never_changes_all_right_is_another_end():
    assert [o.measures["fitness"] for o in Culture(change=0.0).outcomes()] == pytest.approx([1.8, 2.0])


@pytest.mark.parametrize("settings", [{}, {"cost": 0.5, "change": 0.05, "models": 5}, {"change": 0.3, "models": 1}])
def test_the_best_share_is_the_best_and_its_subsidy_leads_there(settings):
    model = Culture(**settings)
    best, subsidy = model.best
    q = np.linspace(0, 1, 20_001)[:-1]
    assert float(model.mean(best)) >= float(np.max(model.mean(q))) - 1e-12
    assert Culture(**settings, subsidy=subsidy).share == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"change": 0.6}, "change.*0.5"),
        ({"change": float("nan")}, "change"),
        ({"cost": -1.0}, "cost"),
        ({"models": 0}, "models"),
        ({"models": 65}, "models"),
        ({"imitating": 1.5}, "imitating"),
        ({"base": float("inf")}, "base"),
    ],
)
def test_wrong_settings(settings, words):
    with pytest.raises(InputError, match=words):
        Culture(**settings)


def interval(model, measure, agents=6_400, generations=300, after=150, seeds=range(12)):
    course = model.simulate(Plan(agents, generations, seeds))
    return mean(course.measures[measure][:, after:].mean(axis=1), LEVEL)


@pytest.mark.parametrize("settings", [{}, {"cost": 0.5, "change": 0.05, "models": 5}, {"change": 0.3, "models": 1}])
def test_the_simulation_goes_where_the_closed_form_says(settings):
    model = Culture(**settings)
    course = model.simulate(Plan(6_400, 300, range(12)))
    for name, value in model.outcomes()[0].measures.items():
        found = mean(course.measures[name][:, 150:].mean(axis=1), LEVEL)
        assert value in found and found.high - found.low < 0.025


@pytest.mark.parametrize(("n", "g", "q"), [(3, 0.1, 0.6), (5, 0.05, 0.9), (64, 0.2, 0.98)])
def test_held_at_a_share_imitators_are_as_often_right(n, g, q):
    """With 64 models an imitator sees its whole place, and still no limit is taken."""
    model = Culture(models=n, change=g, imitating=q)
    found = interval(model, "right", generations=150 if n < 64 else 60, after=30)
    assert model.outcomes()[0].measures["right"] in found and found.high - found.low < 0.025


@pytest.mark.parametrize(("a", "g"), [(0.1, 0.01), (0.05, 0.02), (0.2, 0.05)])
def test_the_gap_of_a_society_of_imitators(a, g):
    model = CumulativeCulture(step=a, change=g, imitating=1.0)
    assert model.outcomes()[0].measures["gap"] in interval(model, "gap")


def test_where_steps_are_small_both_last_and_nobody_gains():
    model = CumulativeCulture(step=0.01, change=0.1)
    (end,) = model.outcomes()
    course = model.simulate(Plan(6_400, 300, range(12)))
    for name in ("gap", "imitators", "gained"):
        found = mean(course.measures[name][:, 100:].mean(axis=1), LEVEL)
        assert end.measures[name] in found and found.high - found.low < 0.025


def test_an_agent_looks_at_different_agents_of_its_own_place():
    first, stride = np.meshgrid(np.arange(64, dtype=np.uint32), np.arange(1, 64, 2, dtype=np.uint32))
    look = places.Look(np.full(first.size, 128, np.uint32), first.ravel(), stride.ravel())
    seen = np.sort([look.model(k) for k in range(64)], axis=0)
    assert (seen == np.arange(128, 192)[:, None]).all()


def test_blocks_change_nothing(monkeypatch):
    plan = Plan(1000, 20, [3])
    for model in (Culture(), CumulativeCulture()):
        whole = model.simulate(plan)
        with monkeypatch.context() as patch:
            patch.setattr(places, "BLOCK", 128)
            parts = model.simulate(plan)
        assert whole.agents == parts.agents == 1024
        for name, values in whole.measures.items():
            assert np.allclose(values, parts.measures[name], atol=1e-6)


def test_worlds_of_places_are_independent():
    """Imitators only, who copy for ever: a place is right or wrong as its own world has it, so that shares differ by place."""
    model = Culture(models=1, change=0.5, imitating=1.0)
    right = model.simulate(Plan(6400, 200, [1])).measures["right"][0, 20:]
    assert 0.01 < right.std() < 0.12  # 100 places of one fate each: .05; one fate for all: .5


@given(steps, st.fractions(F(1, 1000), 1, max_denominator=1000), steps)
def test_the_gap_is_what_its_recursion_leaves_alone(a, g, q):
    e = cumulative.gap(q, a, g)
    assert g + (1 - g) * (1 - a) * q * e == e and g <= e <= 1


@given(steps, inside, inside)
def test_the_condition_in_odds_is_the_condition(a, g, delta):
    ess = delta > cumulative.gap(1, a, g)
    assert ess == (delta / (1 - delta) * a > g / (1 - g))
    assert not ess or delta / (1 - delta) * a > g  # that of the slides follows


@given(st.floats(0, 1), st.floats(0.001, 1), st.floats(0, 1.2), st.floats(0, 1))
def test_three_regimes_and_culture_pays_in_one(step, change, learning, imitation):
    model = CumulativeCulture(learning=learning, imitation=imitation, step=step, change=change)
    (end,) = model.outcomes()
    delta, a, g = model.exact
    assert all(row.holds for row in model.claims()) or delta == cumulative.gap(1, a, g)
    gained, q = end.measures["gained"], end.measures["imitators"]
    if q == 1:
        assert delta >= cumulative.gap(1, a, g) and gained >= 0
    else:
        assert abs(gained) < 1e-12
        assert (delta <= g) if q == 0 else (g < delta < cumulative.gap(1, a, g))
    if 0 < model.threshold < 1:
        at = model.threshold
        assert delta == cumulative.gap(1, at, g)


@pytest.mark.parametrize("settings", [{"change": 0.0}, {"value": 0.0}, {"step": 1.1}, {"imitating": -0.1}])
def test_wrong_settings_of_the_cumulative_one(settings):
    with pytest.raises(InputError, match=next(iter(settings))):
        CumulativeCulture(**settings)
