"""Compiles for tests: most of what the tests of this room cost is compiling, and half of that is optimising what runs once."""

import jax
import pytest


@pytest.fixture(scope="package", autouse=True)
def little_optimised():
    """XLA's expensive passes are left out: a compile costs about half. The same programs; digits may differ in the last place."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
