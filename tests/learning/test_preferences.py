"""Reward models from comparisons: the fit against the house's own estimator, the labellers against their probabilities."""

import jax
import jax.numpy as jnp
import numpy as np

from rulewright.behaviour.estimation.choice import Choices
from rulewright.learning.preferences import Labellers, compare, fit, pairs, rewards

WORTH = jnp.array([[0.0, -1.0, -1.5], [-0.5, 0.0, 0.0]])
WRONG = jnp.array([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
SEEMING = jnp.array([[0.0, -1.0, 1.0], [-0.5, 0.0, 0.0]])


EACH = 20_000
counted = jax.jit(lambda key, given: compare(key, given, WORTH, SEEMING, WRONG, EACH))


def labels(precision, tpr=1.0, fpr=0.0, blind=0.0, seed=0):
    given = Labellers(*map(jnp.float32, (precision, tpr, fpr, blind)))
    return np.asarray(counted(jax.random.key(seed), given)) / EACH


def test_the_fit_is_the_logit_model_of_estimation():
    wins, both, each = np.array([14.0, 9.0, 6.0]), np.asarray(pairs(3)), 20
    found = np.asarray(fit(jnp.asarray(wins), each, 3, spread=1e4))
    features = np.eye(3)[both]  # [pair, which of the two, act]
    other, _ = Choices.of(np.stack([wins, each - wins], axis=1), features).highest()
    np.testing.assert_allclose(found - found.mean(), other - other.mean(), atol=2e-4)


def test_the_penalty_keeps_what_was_never_preferred_finite():
    found = np.asarray(fit(jnp.array([30.0, 30.0, 15.0]), 30, 3))
    assert np.isfinite(found).all() and found[0] > found[1] + 2
    assert abs(found.sum()) < 1e-3  # r of highest penalised ℓ sums to zero
    # the gradient of ℓ, written out again, vanishes
    sign = np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1]])
    chance = 1 / (1 + np.exp(-sign @ found))
    np.testing.assert_allclose((np.array([30, 30, 15]) - 30 * chance) @ sign, found / 9, atol=2e-3)


def test_labellers_who_see_all_choose_by_worth():
    shares = labels(2.0)
    expected = 1 / (1 + np.exp(-2.0 * np.asarray(WORTH[:, [0, 0, 1]] - WORTH[:, [1, 2, 2]])))
    np.testing.assert_allclose(shares, expected, atol=0.02)  # 20,000 draws: four standard errors are 0.014


def test_labellers_who_see_nothing_prefer_what_seems_better():
    unseen, blind = labels(2.0, tpr=0.0), labels(2.0, tpr=1.0, blind=1.0)
    np.testing.assert_allclose(unseen[0], blind[0], atol=0.02)
    assert unseen[0, 1] < 0.2 < 0.8 < labels(2.0)[0, 1]  # honest against misconduct, unseen and seen


def test_half_seen_is_the_mean_of_seen_and_unseen():
    half = labels(2.0, tpr=0.5)
    np.testing.assert_allclose(half[0, 1], (labels(2.0)[0, 1] + labels(2.0, tpr=0.0)[0, 1]) / 2, atol=0.02)


def test_rewards_put_the_best_act_at_nought_and_are_scaled():
    given = np.asarray(rewards(jnp.asarray(20 * labels(3.0)), 20, 3))
    assert (given.max(axis=1) == 0).all() and given[0].argmax() == 0 and given[0].argmin() == 2
    scaled = given - given.mean(axis=1, keepdims=True)
    assert abs(scaled.std() - 1) < 1e-3


def test_same_key_same_bytes():
    assert labels(1.0, seed=3).tobytes() == labels(1.0, seed=3).tobytes() != labels(1.0, seed=4).tobytes()
