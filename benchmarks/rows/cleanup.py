"""Clean-up, and the other grid worlds: steps of a batch of worlds with random actions, everybody's view included.

SocialJax is not on a package index in a form that can be pinned: the row runs it where `import socialjax` works (a clone of
cooperativex/SocialJax on the path, with jax, flax, chex and distrax). Compiled before the clock starts; the work is the number of
steps given, so that steps per CPU-second are that number over the seconds.
"""

import importlib.util
from typing import Any

from ..row import Ready, Row, Work

LIMIT = 120
SIZES = ((1, 4_000, 1_000), (64, 20_000, 1_280), (1024, 40_000, 2_048))
"""(worlds, steps of a world in all for ours, the same for the peer)."""


def rows() -> list[Row]:
    found = []
    for batch, steps, fewer in SIZES:
        peers = (social_jax(batch, fewer),)
        what = f"clean-up, {batch:,} worlds, {steps:,} steps in all (peer: {fewer:,})"
        target = f"at most {steps / fewer / 15:.2f} × SocialJax: 15 × its speed"
        found.append(Row(what, Ready(lambda b=batch, s=steps: ours("clean-up", b, s)), peers, target, limit=LIMIT))
    for name in ("allelopathic", "berries", "altared"):
        found.append(
            Row(f"{name}, 64 worlds, 20,000 steps in all", Ready(lambda n=name: ours(n, 64, 20_000)), limit=LIMIT)
        )
    return found


def ours(name: str, batch: int, steps: int) -> Work:
    import jax
    import jax.numpy as jnp

    from rulewright.learning.worlds.allelopathic import allelopathic
    from rulewright.learning.worlds.altared import altared
    from rulewright.learning.worlds.berries import berries
    from rulewright.learning.worlds.cleanup import clean_up

    world = {"clean-up": clean_up, "allelopathic": allelopathic, "berries": berries, "altared": altared}[name]()

    @jax.jit
    def go(key: jax.Array, state: Any) -> Any:
        def one(carry: Any, key: jax.Array) -> Any:
            state, total = carry
            draw, move = jax.random.split(key)
            actions = jax.random.randint(draw, (batch, world.n), 0, world.action_counts[0])
            turn = jax.vmap(world.step)(jax.random.split(move, batch), state, actions)
            seen = jax.vmap(world.observe)(turn.state)
            total = total + seen.view.astype(jnp.int32).sum() + seen.numbers.sum() + turn.base.sum()
            return (turn.state, total), None

        return jax.lax.scan(one, (state, jnp.float32(0)), jax.random.split(key, steps // batch))[0]

    first = jax.jit(lambda key: jax.vmap(world.reset)(jax.random.split(key, batch)))(jax.random.key(0))
    jax.block_until_ready(go(jax.random.key(1), first))
    return lambda: jax.block_until_ready(go(jax.random.key(2), first))


def social_jax(batch: int, steps: int) -> tuple[str, Work | None]:
    if importlib.util.find_spec("socialjax") is None:
        return "SocialJax (not importable here)", None

    def prepare() -> Work:
        import jax
        import socialjax

        world = socialjax.make("clean_up")

        @jax.jit
        def go(key: jax.Array) -> Any:
            def one(carry: Any, key: jax.Array) -> Any:
                state, total = carry
                draw, move = jax.random.split(key)
                actions = list(jax.random.randint(draw, (world.num_agents, batch), 0, 9))
                seen, state, reward, *_ = jax.vmap(world.step)(jax.random.split(move, batch), state, actions)
                return (state, total + sum(x.sum() for x in jax.tree.leaves((seen, reward)))), None

            _, state = jax.vmap(world.reset)(jax.random.split(key, batch))
            return jax.lax.scan(one, (state, 0.0), jax.random.split(key, steps // batch))[0]

        jax.block_until_ready(go(jax.random.PRNGKey(1)))
        return lambda: jax.block_until_ready(go(jax.random.PRNGKey(2)))

    return "SocialJax", Ready(prepare)
