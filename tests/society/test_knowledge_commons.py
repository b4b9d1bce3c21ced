"""A commons of answers: rests and folds against brute force, following, the mean field as expectation, remedies."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.tipping import fold
from rulewright.errors import InputError
from rulewright.society.knowledge_commons import KnowledgeCommons, closed_folds
from rulewright.society.model import Plan

shares = st.floats(0, 1).map(lambda v: round(v, 3))
TIPS = KnowledgeCommons()


@st.composite
def commons(draw):
    return KnowledgeCommons(
        supply=draw(shares),
        fresh=draw(shares),
        gives=draw(st.sampled_from([0.05, 0.12, 0.16, 0.2, 0.4])),
        unasked=draw(st.sampled_from([0.0, 0.001, 0.005, 0.02])),
        decay=draw(st.sampled_from([0.02, 0.05, 0.1])),
        attribution=draw(shares),
        withheld=draw(shares),
        paid=draw(st.sampled_from([0.0, 0.01, 0.05])),
    )


@given(commons())
@settings(deadline=None)
def test_rests_are_the_sign_changes_of_growth(model):
    """Stability and number against signs on a grid; what the grid sees, the exact count sees."""
    found = model.rests
    assert any(r.stable for r in found)
    for r in found:
        assert abs(model.growth(r.stock)) < 1e-10
    assert sum(o.basin for o in model.outcomes() if o.stable) == pytest.approx(1.0, abs=1e-6)
    grid = np.linspace(1e-9, float(model.most), 4001)
    signs = np.sign([model.growth(k) for k in grid])
    for k in np.flatnonzero(signs[:-1] * signs[1:] < 0):
        inside = [r for r in found if grid[k] <= r.stock <= grid[k + 1]]
        assert len(inside) % 2 == 1 and inside[0].stable == (signs[k] > 0)


@given(commons())
@settings(max_examples=20, deadline=None)
def test_euler_steps_end_where_settle_says(model):
    for start in (0.01, 1.0, 6.0):
        stock = start
        for _ in range(20_000):
            moved = model.growth(stock)
            stock += moved
            if abs(moved) < 1e-9:
                break
        assert abs(moved) > 1e-9 or stock == pytest.approx(model.settle(model.supply, start), abs=1e-3)


@given(st.floats(0.0005, 0.0095), st.floats(0.15, 0.5))
@settings(max_examples=30, deadline=None)
def test_folds_are_the_roots_of_the_cubic(unasked, gives):
    model = KnowledgeCommons(fresh=0, unasked=round(unasked, 6), gives=round(gives, 6))
    closed = closed_folds(model.unasked, model.gives, model.decay)
    inside = [f for f in closed if 0 <= f.supply <= 1]
    assert len(model.folds) == len(inside)
    for found, wanted in zip(model.folds, inside, strict=True):
        assert found.supply == pytest.approx(wanted.supply, abs=1e-9)
        assert found.stock == pytest.approx(wanted.stock, abs=1e-7)


def test_who_gives_enough_unasked_never_tips():
    enough = 0.05 / (3 * math.sqrt(3))
    assert closed_folds(enough * 1.0001, 0.2, 0.05) is None
    assert KnowledgeCommons(fresh=0, unasked=enough * 1.0001).folds == []


def test_following_finds_the_same_tipping_points():
    lost, back = TIPS.critical

    def alive(stock):
        return float(stock > 0.42)  # between the stocks at the two folds, .21 and .64

    up = fold(TIPS.settle, 0.0, 1.0, 3.0, alive, jump=0.5, width=1e-9)
    down = fold(TIPS.settle, 1.0, 0.0, 0.1, alive, jump=0.5, width=1e-9)
    assert (up, down) == (pytest.approx(lost, abs=1e-7), pytest.approx(back, abs=1e-7))
    low, high = TIPS.loop(101).hysteresis
    assert back - 0.011 <= low <= back + 0.011 and lost - 0.011 <= high <= lost + 0.011


def test_between_the_two_it_is_a_matter_of_history():
    lost, back = TIPS.critical
    for supply, count in ((back - 1e-6, 1), (back + 1e-6, 2), (lost - 1e-6, 2), (lost + 1e-6, 1)):
        model = replace(TIPS, supply=supply)
        assert sum(o.stable for o in model.outcomes()) == count
    assert all(row.holds and row.grade == "proved" for row in TIPS.claims())


def test_collapse_leaves_people_knowing_less_than_without_assistants():
    without = replace(TIPS, supply=0.0).outcomes()[0].measures["knowledge"]
    (lost,) = TIPS.outcomes()
    assert lost.measures["knowledge"] < 0.5 * without


@pytest.mark.parametrize("part", [0.1, 0.25])
def test_attribution_and_withholding_move_the_tipping_point_by_one_over_what_is_left(part):
    lost, back = TIPS.critical
    for rule in ("attribution", "withheld"):
        assert replace(TIPS, **{rule: part}).critical == (
            pytest.approx(lost / (1 - part)),
            pytest.approx(back / (1 - part)),
        )


def test_an_assistant_that_needs_fresh_answers_cannot_kill_the_commons_at_once():
    assert TIPS.folds and not replace(TIPS, fresh=1.0).folds


@given(commons(), st.floats(0.05, 3))
@settings(max_examples=10, deadline=None)
def test_one_step_is_on_average_the_mean_field(model, stock):
    steps = [model.step(stock, 4000, seed, 5) for seed in range(24)]
    moved = np.array([after - stock for after, _ in steps])
    expected = model.measures(stock)
    for seen, wanted in (
        (moved, model.growth(stock)),
        (np.array([s["knowledge"] for _, s in steps]), expected["knowledge"]),
        (np.array([s["visits"] for _, s in steps]), expected["visits"]),
        (np.array([s["synthetic"] for _, s in steps]), expected["synthetic"]),
    ):
        error = seen.std(ddof=1) / np.sqrt(len(seen))
        assert abs(seen.mean() - wanted) <= 5 * error + 1e-4


def test_the_simulation_ends_at_the_rest():
    for model in (replace(TIPS, attribution=0.5), replace(TIPS, supply=0.95)):
        course = model.simulate(Plan(20_000, 400, [0, 1, 2]))
        for name in ("knowledge", "stock"):
            end = course.measures[name][:, 350:].mean()
            assert end == pytest.approx(model.outcomes()[0].measures[name], abs=0.02)


def test_without_any_who_give_unasked_an_empty_commons_stays_empty():
    first = replace(TIPS, unasked=0.0).rests[0]
    assert (first.stock, first.stable) == (0.0, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"decay": 0.0}, "decay"),
        ({"supply": 1.1}, "supply"),
        ({"supply": float("nan")}, "supply"),
        ({"gives": 0.9, "paid": 0.2}, "gives.*at most 1"),
        ({"start": float("inf")}, "start"),
    ],
)
def test_wrong_settings(said, words):
    with pytest.raises(InputError, match=words):
        KnowledgeCommons(**said)
