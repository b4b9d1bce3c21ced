"""Re-using a test set: counts against brute force, bounds against an attack; and what the winner's score is worth."""

import itertools
import math

import numpy as np
import pytest

from rulewright.competition.evaluation.reuse import Ladder, log_histories, reuse, survives, winner
from rulewright.errors import InputError


@pytest.mark.parametrize("m, steps", [(1, 1), (2, 1), (3, 2), (5, 2), (4, 4), (6, 1)])
def test_histories_are_counted(m, steps):
    rising = plain = 0
    for j in range(m):
        for answers in itertools.product(range(-1, steps + 1), repeat=j):
            rising += all(a <= b for a, b in itertools.pairwise((-1, *answers)))
        plain += (steps + 1) ** j
    assert math.exp(log_histories(m, "ladder", steps)) == pytest.approx(rising)
    assert math.exp(log_histories(m, "rounded", steps)) == pytest.approx(plain)
    assert math.exp(log_histories(m, "beforehand", None)) == pytest.approx(m)


def test_ladder_tells_only_rises():
    ladder = Ladder(10)
    assert [ladder.submit(x) for x in (0.51, 0.58, 0.55, 0.6, 0.2)] == [0.5, 0.5, 0.5, 0.6, 0.6]


def majority(rng, items, submissions, told):
    """Labels are coins, nothing can be learnt: random answers are submitted, and those that seemed to help are put to a vote.

    Returns how much better the last submission looks on the test set than it is, 1/2.
    """
    truth = rng.random(items) < 0.5
    votes, ladder, before = np.zeros(items), Ladder(20), -1.0
    for _ in range(submissions - 1):
        guess = rng.random(items) < 0.5
        score = float((guess == truth).mean())
        if told == "exact":
            votes += np.where(guess, 1, -1) * np.sign(score - 0.5)
        else:
            shown = ladder.submit(score)
            votes += np.where(guess, 1, -1) * (shown > before)
            before = shown
    return float(((votes > 0) == truth).mean()) - 0.5


def test_exact_scores_are_overfitted_and_the_ladder_is_not():
    """500 items, 200 submissions, 30 attacks, seed 3."""
    rng = np.random.default_rng(3)
    exact = np.mean([majority(rng, 500, 200, "exact") for _ in range(30)])
    ladder = [majority(rng, 500, 200, "ladder") for _ in range(30)]
    assert exact > reuse(500, 200, told="beforehand").error  # the bound for submissions fixed beforehand is broken
    assert max(ladder) < reuse(500, 200, told="ladder", steps=20).error
    assert np.mean(ladder) < exact / 3


def test_submissions_fixed_beforehand_stay_within_the_bound():
    """200 items, 50 submissions, 2,000 test sets, seed 4; the bound at 90 %."""
    rng = np.random.default_rng(4)
    off = abs(rng.binomial(200, 0.5, size=(2000, 50)) / 200 - 0.5).max(axis=1)
    error = reuse(200, 50, 0.9, told="beforehand").error
    assert np.mean(off > error) <= 0.1 and np.mean(off > 0.7 * error) > 0.1


def test_numbers_that_mean_nothing_are_told():
    for arguments, steps in (((10, 2.5), 5), ((float("nan"), 1), 5), ((10, 3), 2.5), ((10, 3), None)):
        with pytest.raises(InputError):
            reuse(*arguments, steps=steps)
    for error in (float("nan"), 0.0, -0.1, 1.0, 2.0):
        with pytest.raises(InputError):
            survives(100, error, steps=5)
    for score in (float("nan"), -0.1, 1.1):
        with pytest.raises(InputError):
            Ladder(10).submit(score)


def test_survival_is_the_inverse():
    for told, steps in (("beforehand", None), ("rounded", 10), ("ladder", 10)):
        m = survives(1000, 0.1, told=told, steps=steps)
        assert reuse(1000, m, told=told, steps=steps).error <= 0.1 < reuse(1000, m + 1, told=told, steps=steps).error
    assert survives(5, 0.01, told="beforehand") == 0
    assert survives(20000, 0.05, steps=20) > 10 * survives(20000, 0.05, told="rounded", steps=20)
    for wrong in ({"told": "gossip"}, {"told": "ladder"}, {"told": "rounded", "steps": 0}):
        with pytest.raises(InputError):
            reuse(10, 10, **wrong)


def test_the_winners_score_is_too_high_and_the_fresh_one_is_not():
    """400 tables of 100 items × 20 equal AIs, seed 9."""
    rng = np.random.default_rng(9)
    found = [winner((rng.random((100, 20)) < 0.5).astype(float), 0.9, seed=r) for r in range(400)]
    boast = np.mean([f.boasted for f in found]) - 0.5
    assert 0.05 < boast <= found[0].curse_at_most
    assert abs(np.mean([f.estimate for f in found]) - 0.5) < 3.5 * 0.5 / math.sqrt(50 * 400)
    assert np.mean([0.5 not in f.fresh for f in found]) <= 0.1
    assert np.mean([f.curse for f in found]) == pytest.approx(boast, abs=0.01)
    assert "fresh items" in found[0].describe()


def test_same_seed_same_answer():
    scores = np.random.default_rng(0).random((40, 3))
    assert winner(scores, seed=5).estimate == winner(scores, seed=5).estimate
    with pytest.raises(InputError, match="two halves"):
        winner(scores[:3], seed=1)
