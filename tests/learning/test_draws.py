"""Random words in straight lines are those of jax.random."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from rulewright.learning.world import draws


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 5), ()])
def test_words_are_those_of_jax(shape):
    key = jax.random.key(11)
    np.testing.assert_array_equal(draws.bits(key, shape), jax.random.bits(key, shape))
    np.testing.assert_array_equal(draws.uniform(key, shape), jax.random.uniform(key, shape))


def test_keys_are_those_of_jax_alone_and_in_batches():
    keys = jax.random.split(jax.random.key(3), 4)
    ours = jax.vmap(lambda key: jax.random.key_data(draws.split(key, 3)))(keys)
    theirs = jax.vmap(lambda key: jax.random.key_data(jax.random.split(key, 3)))(keys)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("key", [jax.random.PRNGKey(5), jax.random.key(5, impl="rbg")], ids=["raw", "rbg"])
def test_other_keys_are_handed_on(key):
    np.testing.assert_array_equal(draws.bits(key, (6,)), jax.random.bits(key, (6,)))
    assert jnp.shape(draws.split(key, 2)) == jnp.shape(jax.random.split(key, 2))
