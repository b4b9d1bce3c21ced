"""Search: many settings in one call are the settings one by one; evolution finds a known best; the gradient points uphill."""

import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.institutions import Charge, catch_tax
from rulewright.learning.learners.networks import Network
from rulewright.learning.learners.ppo import IPPO
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.search import ascend, evolve, grid
from rulewright.learning.study import episodes
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.repeated import Repeated

SMALL = Fishery(count=2, most=4, capacity=12, months=3)
LEARNER = IPPO(worlds=4, steps=6, epochs=1, minibatches=1, network=Network(hidden=(8,)), scale=0.2)


def taxed(theta):
    return catch_tax(float(theta), "fund")(SMALL)


def test_a_grid_is_its_settings_one_by_one():
    thetas = (0.0, 0.5, 1.5)
    together = grid([taxed(t) for t in thetas], Uniform(), seeds=2, episodes=3, seed=5)
    alone = [episodes(taxed(t), Uniform(), seeds=2, episodes=3, seed=5) for t in thetas]
    cut = grid([taxed(t) for t in thetas], Uniform(), seeds=2, episodes=3, seed=5, memory=40_000)
    for a, b, c, theta in zip(together, alone, cut, thetas, strict=True):
        assert (a.base == b.base).all() and (c.base == b.base).all()
        np.testing.assert_allclose(a.transfer, -theta * a.base, atol=1e-4)
        assert (a.length == 3).any() and a.events["catch"].sum() == 2 * a.length.sum()


def test_every_setting_in_a_grid_has_learners_of_its_own():
    low_high, high_low = (
        grid([taxed(t) for t in thetas], LEARNER, steps=240, seeds=2, episodes=3) for thetas in ((0, 3), (3, 0))
    )
    for one, other in zip(low_high, reversed(high_low), strict=True):
        assert (one.base == other.base).all() and (one.fund == other.fund).all()
    assert low_high[1].base.sum() < low_high[0].base.sum(), "who pays three for a ton catches fewer"


def test_evolution_finds_a_known_best():
    """Two boats take 2 tons each in three months: a fund of 6 needs half a ton's worth per ton."""

    def goal(sample):
        return -np.abs(sample.fund - 6.0)

    found = evolve(
        lambda x: taxed(x[0]), [0.0], [3.0], goal, Fixed(jnp.array([2, 2])), rounds=12, seeds=2, episodes=1, seed=3
    )
    assert found.best[0] == pytest.approx(0.5, abs=0.05) and found.goal > -0.6
    assert found.tried.shape == (12, 8, 1) and found.interval.n == 8
    again = evolve(
        lambda x: taxed(x[0]), [0.0], [3.0], goal, Fixed(jnp.array([2, 2])), rounds=12, seeds=2, episodes=1, seed=3
    )
    assert (again.tried == found.tried).all(), "same seed, same search"


def test_the_gradient_points_to_where_cooperation_pays():
    game = rw.library.prisoners()
    pd = Repeated.of(game, 1)
    cooperate = game.actions[0][0]

    def make(x):
        return Charge("action", amounts={cooperate: x[0]}, to="fund")(pd)

    learner = IPPO(worlds=64, steps=1, epochs=1, minibatches=1, network=Network(hidden=(4,)), anneal=False)
    way = ascend(make, [0.5], [0.0], [4.0], learner, unroll=2, inner=1.0, steps=3, runs=64, rate=0.1)
    assert (way.slopes[:, 0] > 0).all() and (np.diff(way.settings[:, 0]) > 0).all()
    assert np.isfinite(way.paid).all() and way.best.shape == (1,)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: grid([taxed(1)], LEARNER), "a learner with training steps"),
        (lambda: grid([taxed(1), SMALL], Uniform()), "many, world 1"),
        (lambda: grid([taxed(1)], Uniform(), memory=10), "GB for one setting"),
        (lambda: evolve(taxed, [1.0], [0.0], len, Uniform()), "as many lower as upper bounds"),
        (lambda: evolve(taxed, [0.0], [1.0], len, Uniform(), seeds=1), "two seeds"),
        (lambda: ascend(taxed, [2.0], [0.0], [1.0], LEARNER), "low ≤ start ≤ high"),
    ],
)
def test_what_cannot_be_searched_is_told(call, words):
    with pytest.raises((rw.InputError, rw.TooLarge), match=words):
        call()


def test_equality_is_one_less_gini():
    from rulewright.learning.study import equality

    assert equality(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]])).tolist() == pytest.approx(
        [1, 1 / 3, 1]
    )
