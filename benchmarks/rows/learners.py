"""Learning: IPPO end to end on commons harvest, an update of 16 worlds × 128 steps, compiled before the clock starts.

SocialJax is no package: its loop was run from its source with the same sizes; docs/theory/learners.md has the figures.
"""

from importlib.util import find_spec
from typing import Any

from ..row import Ready, Row, Work

UPDATES = 4


def update(**settings: Any) -> Work:
    """`UPDATES` updates of IPPO."""
    import jax
    import jax.numpy as jnp

    from rulewright.learning.learners import IPPO
    from rulewright.learning.learners.train import advance, start
    from rulewright.learning.worlds.harvest import harvest

    learner, world = IPPO(**settings), harvest()
    state = start(learner, world, jax.random.key(0), 1, UPDATES)
    count = jnp.int32(UPDATES)
    jax.block_until_ready(advance(learner, state, count))
    return lambda: jax.block_until_ready(advance(learner, state, count))


def mlp() -> Work:
    return update()


def conv() -> Work:
    from rulewright.learning.learners import Network

    return update(network=Network(view="conv"))


def rows() -> list[Row]:
    if find_spec("jax") is None:
        return []
    steps = f"{UPDATES * 16 * 128:,} environment steps of 7 agents"
    none = (("SocialJax's loop is no package: see docs/theory/learners.md", None),)
    return [
        Row(f"IPPO on harvest, picture looked up: {steps}", Ready(mlp), none, "> 5,000 steps/CPU-s: < 1.6 s", 3),
        Row(f"IPPO on harvest, convolution: {steps}", Ready(conv), none, "usable", 3),
    ]
