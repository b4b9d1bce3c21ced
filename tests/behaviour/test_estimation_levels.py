"""Levels, the hierarchy, and which behaviour does best: closed forms, and data drawn from each."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour import Hierarchy, Level, Quantal
from rulewright.behaviour.estimation import Observations, compare, estimate, hierarchy, levels, plain, tables
from rulewright.behaviour.estimation.comparison import MOST_PLANS
from rulewright.behaviour.estimation.levels import ladder, mixture, split_up
from rulewright.behaviour.estimation.logit import stacked
from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.game import Game

BANDIT = Game.normal(np.array([[1.0, 0.0]]))


def bandit(good, bad):
    return Observations.of(BANDIT, [[0], [1]], weight=[good, bad])


def test_a_mixture_of_random_and_best_has_a_closed_form():
    """π₀/2 of all choices are wrong: π̂₁ = 1 − 2·bad/n."""
    found = levels(bandit(80, 20), highest=1)
    assert found.shares == pytest.approx([0.4, 0.6], abs=1e-6)
    assert found.posterior[0][0, 0] == pytest.approx([0.25, 0.75], abs=1e-6)
    assert found.posterior[0][0, 1] == pytest.approx([1, 0], abs=1e-12)
    low = found.intervals[1].low
    shares = np.array([(1 - low) / 2 + low, (1 - low) / 2])
    drop = found.likelihood - (80 * math.log(shares[0]) + 20 * math.log(shares[1]))
    assert drop == pytest.approx(1.920729, abs=1e-3)


def test_the_ladder_is_that_of_the_behaviour():
    game = library.travelers_dilemma(12)
    rungs = ladder(game.floats, 3)
    for k in range(4):
        assert np.allclose(rungs[k], stacked([s.astype(float) for s in Level(k)(game).plays[0].strategies]))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_no_shares_do_better_than_the_gap_allows(seed):
    generator = np.random.default_rng(seed)
    table, counts = generator.dirichlet(np.ones(5), size=4), generator.integers(0, 20, 5) + 1.0
    shares, value, gap = mixture(table, counts)
    assert shares.sum() == pytest.approx(1)
    assert gap < 1e-6
    for other in generator.dirichlet(np.ones(4), size=50):
        assert counts @ np.log(other @ table) <= value + gap + 1e-9


def test_levels_that_do_the_same_are_named():
    found = levels(Observations.of(library.prisoners(), [[1, 1], [0, 1]]))
    assert "levels 1, 2, 3 do the same" in found.note


def test_a_hierarchy_of_two_levels_is_poisson():
    """With a dominant action all levels but 0 take it: level 0 is met with e^−τ."""
    for tau in (0.0, 0.5, 1.5):
        assert stacked(Hierarchy(tau).population(BANDIT.floats)) == pytest.approx(
            [1 - math.exp(-tau) / 2, math.exp(-tau) / 2], abs=1e-12
        )
    found = hierarchy(bandit(80, 20))
    assert found.tau == pytest.approx(-math.log(0.4), abs=0.02)
    assert found.interval.low < found.tau < found.interval.high
    assert found.safe.low < found.tau < found.safe.high


def test_shares_are_recovered():
    game = library.travelers_dilemma(20)
    truth = np.array([0.3, 0.4, 0.2, 0.1])
    law = split_up(game.floats, truth @ ladder(game.floats, 3))
    found = levels(Observations.drawn(game, law, 1500, seed=1))
    for share, interval in zip(truth, found.intervals, strict=True):
        assert share in interval
    assert found.shares == pytest.approx(truth, abs=0.05)


def test_a_highest_level_below_one_is_refused():
    with pytest.raises(InputError, match="highest level of at least 1"):
        levels(bandit(1, 1), highest=0)


# ── comparison ──────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(observations, **asked):
    return {row.name: row for row in compare(observations, **asked).rows}


def test_random_and_trembling_play_have_closed_forms():
    found = rows(bandit(80, 20))
    assert found["random"].likelihood == pytest.approx(100 * math.log(0.5))
    assert found["random"].bic == pytest.approx(200 * math.log(2))
    assert found["random"].score == pytest.approx(math.log(0.5))
    best = 80 * math.log(0.8) + 20 * math.log(0.2)
    for name in ("nash", "logit", "levels", "hierarchy", "frequencies"):  # all can say 80 : 20
        assert found[name].likelihood == pytest.approx(best, abs=0.01)
    assert found["nash"].bic == pytest.approx(-2 * best + math.log(100))
    assert found["nash"].parameters == "ε = 0.400"


def drawn(kind):
    game = library.travelers_dilemma(15)
    noise = ladder(game.floats, 0)[0]
    if kind == "logit":
        return game, Quantal(0.8)(game).plays[0].strategies
    if kind == "levels":
        return game, split_up(game.floats, np.array([0.3, 0.1, 0.5, 0.1]) @ ladder(game.floats, 3))
    if kind == "nash":
        law = np.zeros_like(noise)
        law[[0, 14]] = 1.0
        return game, split_up(game.floats, 0.7 * law + 0.3 * noise)
    if kind == "hierarchy":
        return game, split_up(game.floats, stacked(Hierarchy(1.5).population(game.floats)))
    return game, split_up(game.floats, noise)


@pytest.mark.parametrize("kind", ["random", "logit", "levels", "nash", "hierarchy"])
def test_what_drew_the_data_explains_it_best(kind):
    game, law = drawn(kind)
    found = compare(Observations.drawn(game, law, 400, seed=3), folds=3)
    behaviours = [row for row in found.rows if row.name != "frequencies"]
    assert behaviours[0].name == kind
    best = max(behaviours, key=lambda row: row.score)
    assert best.name == kind or best.score - next(r.score for r in behaviours if r.name == kind) < 0.005
    ceiling = next(row for row in found.rows if row.name == "frequencies")
    assert all(row.likelihood <= ceiling.likelihood + 1e-9 for row in behaviours)


def test_a_behaviour_that_cannot_be_had_is_left_out_with_the_reason():
    size = MOST_PLANS  # of each of two: pure equilibria only, and pennies have none
    pennies = Game.normal(np.stack([np.eye(size), -np.eye(size)]))
    found = compare(Observations.of(pennies, np.random.default_rng(0).integers(0, size, (30, 2))))
    assert any(words.startswith("nash: ") for words in found.left_out)
    assert "logit" in {row.name for row in found.rows}


def test_one_observation_has_no_score():
    found = compare(Observations.of(library.stag_hunt(), [[0, 0]]))
    assert all(math.isnan(row.score) for row in found.rows)
    assert found.folds == 1


def test_everything_at_once_is_plain_data():
    game = library.chicken()
    observations = Observations.of(game, np.random.default_rng(1).integers(0, 2, (40, 2)))
    found = estimate(game, observations)
    text = json.dumps(plain(found), allow_nan=False)
    assert text == json.dumps(plain(estimate(game, observations)), allow_nan=False)
    data = json.loads(text)
    assert {row["who"] for row in data["logit"]["replies"]} == {"row", "column"}
    assert data["comparison"]["choices"] == 80
    shown = tables(found)
    assert len(shown) == 5
    assert all(len(row) == len(part.heads) for part in shown for row in part.rows)
