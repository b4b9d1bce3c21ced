"""Closed forms of the contest against brute force, and against the game on a grid."""

import math
from dataclasses import replace

import numpy as np
import pytest

import rulewright as rw
from rulewright.behaviour.nash.pure import pure_profiles
from rulewright.competition.evaluation.effort import Contest, against_items, institutions, on_grid, symmetric
from rulewright.errors import InputError, TooLarge

BASE = Contest(2, 1, 8, 2, overlap=2, reputation=2, gaming=1.5, spread=0.5)


@pytest.mark.parametrize("noise", ["normal", "gumbel"])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_density_is_the_slope_of_the_chance_to_win(noise, k):
    contest = replace(BASE, k=k, noise=noise)
    h = 1e-5
    slope = (contest.wins(np.array(h), 3.0) - contest.wins(np.array(-h), 3.0)) / (2 * h)
    assert contest.wins(np.array(0.0), 3.0) == pytest.approx(1 / k)
    assert slope == pytest.approx(contest.sharpness(3.0), rel=1e-5)


@pytest.mark.parametrize("noise", ["normal", "gumbel"])
def test_no_deviation_pays_where_noise_is_large(noise):
    for items, k in ((0.05, 2), (0.3, 2), (1.0, 2), (2.0, 2), (0.05, 4), (0.3, 4), (1.0, 3)):
        found = symmetric(replace(BASE, noise=noise, k=k), items)
        assert found.holds and found.honest > 0


def test_a_play_next_to_it_does_not_hold():
    from rulewright.competition.evaluation import effort

    found = symmetric(BASE, 1.0)
    assert effort._gain(BASE, 1.0, found.honest + 0.05, found.gaming) > 1e-3
    assert effort._gain(BASE, 1.0, found.honest, found.gaming + 0.05) > 1e-3


def test_first_order_conditions_fail_where_noise_is_small_and_it_says_so():
    found = symmetric(BASE, 100.0)
    assert found.gain > 1 and not found.holds


def test_honest_effort_peaks_where_gaming_starts():
    start = BASE.gaming_starts
    before, at, after = (symmetric(BASE, start * x) for x in (0.9, 1.0, 1.1))
    assert before.gaming == 0 and after.gaming > 0 and at.gaming == pytest.approx(0, abs=1e-12)
    assert before.honest < at.honest > after.honest
    assert not BASE.more_helps and after.value < at.value


def test_more_items_help_past_the_start_where_the_condition_says_so():
    for harm in (0.0, 0.1, 0.3, 2.0):
        for overlap in (0.2, 1.0, 2.0):
            contest = replace(BASE, overlap=overlap, harm=harm)
            low, high = (symmetric(contest, contest.gaming_starts * x) for x in (1.1, 1.2))
            assert low.honest > 0 and (high.value > low.value) == contest.more_helps


def test_secret_shares_are_thresholds():
    contest = replace(BASE, harm=0.5)
    h = contest.secret_against_gaming
    assert 0 < h < 1 and math.isinf(replace(contest, secret=h + 1e-9).gaming_starts)
    assert math.isfinite(replace(contest, secret=h - 1e-3).gaming_starts)
    g = contest.secret_for_more_items
    assert 0 < g < h
    assert replace(contest, secret=g + 1e-6).more_helps and not replace(contest, secret=g - 1e-6).more_helps
    efforts = [x.gaming for x in institutions(contest, 2.0, [0.0, 0.3, 0.6, 0.9])]
    assert efforts == sorted(efforts, reverse=True) and efforts[-1] == 0 < efforts[0]


@pytest.mark.parametrize("noise", ["normal", "gumbel"])
@pytest.mark.parametrize("k", [2, 3])
def test_the_closed_form_is_the_equilibrium_of_the_game_on_a_grid(noise, k):
    contest = replace(BASE, noise=noise, k=k)
    found = symmetric(contest, 1.0)
    steps = np.array([-0.1, 0.0, 0.1])
    grid = on_grid(contest, 1.0, found.honest + steps, np.maximum(found.gaming + 0.5 * steps, 0))
    middle = 4
    assert [middle] * k in pure_profiles(grid.game).tolist()
    assert grid.people[(middle,) * k] == pytest.approx(found.value)
    assert grid.efforts[middle] == pytest.approx([found.honest, found.gaming])


def test_curve_and_errors():
    table = against_items(BASE, [0.1, 1.0])
    assert table.shape == (2, 4) and table[0, 1] == 0 < table[1, 1]
    assert symmetric(replace(BASE, overlap=3.9, gaming_cost=2.0), 50.0).honest == 0
    with pytest.raises(InputError):
        replace(BASE, overlap=4.0)
    with pytest.raises(InputError):
        symmetric(BASE, 0)
    with pytest.raises(TooLarge):
        on_grid(replace(BASE, k=4), 1.0, range(10), range(10))


def test_where_no_pure_play_is_left_behaviours_of_the_house_find_mixed_ones():
    """n = 10,000 of BASE with ten times the spread: no pure equilibrium on the grid; correlated and Nash agree."""
    contest = replace(BASE, spread=5.0)
    grid = on_grid(contest, 10_000.0, np.linspace(0, 0.4, 6), np.linspace(0, 1, 6))
    assert not symmetric(contest, 10_000.0).holds and not len(pure_profiles(grid.game))
    correlated, nash = (kind(grid.game).span(grid.people[None, None]) for kind in (rw.Correlated(), rw.Nash()))
    assert correlated.worst <= nash.worst + 1e-7 and nash.count >= 1 and nash.residual < 1e-9
