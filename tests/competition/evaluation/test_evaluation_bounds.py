"""Intervals hold as often as they say, whatever the law; and what is shorter does not."""

import math

import numpy as np
import pytest

from rulewright.competition.evaluation import bounds
from rulewright.errors import InputError

LAWS = {
    "fair coin": lambda rng, size: (rng.random(size) < 0.5).astype(float),
    "rare success": lambda rng, size: (rng.random(size) < 0.03).astype(float),
    "little spread": lambda rng, size: 0.4 + 0.1 * rng.random(size),
}
MEANS = {"fair coin": 0.5, "rare success": 0.03, "little spread": 0.45}
RUNS, ALPHA = 4000, 0.1


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("method", bounds.METHODS)
def test_one_sided_coverage_at_n_50(law, method):
    """4,000 runs, seed 1: the mean exceeds its upper bound at most 10 % of the time (3.5 standard errors allowed)."""
    x = LAWS[law](np.random.default_rng(1), (RUNS, 50))
    mean, variance = x.mean(axis=1), x.var(axis=1, ddof=1)
    wide = bounds.radius(method, variance, 50, ALPHA, 1.0)
    limit = ALPHA + 3.5 * math.sqrt(ALPHA * (1 - ALPHA) / RUNS)
    assert np.mean(MEANS[law] > mean + wide) <= limit


def test_a_radius_of_half_the_length_would_not_do():
    x = LAWS["fair coin"](np.random.default_rng(1), (RUNS, 50))
    wide = bounds.hoeffding(50, ALPHA)
    assert np.mean(x.mean(axis=1) + wide / 2 < 0.5) > ALPHA


def test_bernstein_is_shorter_where_scores_differ_little():
    assert bounds.bernstein(0.001, 1000, 0.05) < bounds.hoeffding(1000, 0.05) / 2
    assert bounds.better(0.001, 1000, 0.05) < bounds.hoeffding(1000, 0.05)
    assert np.isinf(bounds.bernstein(0.0, 1, 0.05))


def test_looking_after_every_item_needs_the_any_time_radius():
    """1,500 walks of 1,500 fair coins, seed 2: Hoeffding's two-sided radius for one n is left at some n far too often."""
    x = LAWS["fair coin"](np.random.default_rng(2), (1500, 1500))
    t = np.arange(1, 1501)
    off = abs(np.cumsum(x, axis=1) / t - 0.5)
    assert np.mean((off > bounds.any_time(t, ALPHA)).any(axis=1)) <= ALPHA + 3.5 * math.sqrt(0.09 / 1500)
    assert np.mean((off > bounds.hoeffding(t, ALPHA / 2)).any(axis=1)) > 2 * ALPHA


def test_any_time_radius_is_the_mixture_bound():
    """r solves √(ρ/(v+ρ))·exp(S²/2(v+ρ)) = 1/α at S = r·t, for one ρ at all t."""
    alpha, t = 0.05, np.array([10.0, 100.0, 5000.0])
    s, v = bounds.any_time(t, alpha) * t, t / 4

    def martingale(rho):
        return np.sqrt(rho / (v + rho)) * np.exp(s**2 / (2 * (v + rho)))

    rho = 25 / (math.log(1 / alpha**2) + math.log1p(math.log(1 / alpha**2)))
    assert martingale(rho) == pytest.approx(np.full(3, 1 / alpha))


def test_least_finds_the_first():
    assert bounds.least(lambda n: n >= 1) == 1
    assert bounds.least(lambda n: n >= 777) == 777
    assert bounds.least(lambda n: False, most=1000) is None


def test_wrong_input_is_told():
    with pytest.raises(InputError, match="one of hoeffding"):
        bounds.radius("guess", 0, 3, 0.1, 1)
    with pytest.raises(InputError, match="between 0 and 1"):
        bounds.scores_in([[0.5, 1.5]], 0, 1)
    with pytest.raises(InputError, match="low < high"):
        bounds.scores_in([[0.5, 0.5]], 1, 0)
    with pytest.raises(InputError, match="finite"):
        bounds.scores_in([[0.5, 0.5]], 0, math.inf)
    for confidence in (1.0, "0.9"):
        with pytest.raises(InputError):
            bounds.level(confidence)
