"""Learning worlds: environment steps with observations under random actions, beside SocialJax and Melting Pot.

A row is a fixed number of environment steps (all players act once, everybody sees), compiled before the clock starts; divide to get
steps per CPU-second. SocialJax and Melting Pot are looked for where Python finds `socialjax` and `meltingpot`.
"""

from importlib.util import find_spec

from ..row import Ready, Row, Work

SIZES = ((1, 20_000), (64, 640), (1024, 40))
"""(environments, steps of each)."""


def rows() -> list[Row]:
    if find_spec("jax") is None:
        return []
    return [
        Row(
            f"harvest, {batch:,} environments, {batch * steps:,} environment steps with views",
            Ready(lambda batch=batch, steps=steps: ours(batch, steps)),
            (
                ("SocialJax", peer("socialjax", socialjax, batch, steps)),
                ("Melting Pot, one environment", peer("meltingpot", meltingpot, batch, steps)),
            ),
            target="20× SocialJax, 40× Melting Pot",
            limit=120,
        )
        for batch, steps in SIZES
    ]


def peer(module: str, make, batch: int, steps: int) -> Work | None:
    return Ready(lambda: make(batch, steps)) if find_spec(module) else None


def ours(batch: int, steps: int) -> Work:
    import jax
    import jax.numpy as jnp

    from rulewright.learning.rollout import renewed
    from rulewright.learning.worlds.harvest import harvest

    world = harvest()

    def one(carry, key):
        state, total = carry
        choose, move, anew = jax.random.split(key, 3)
        actions = jax.random.randint(choose, (batch, world.n), 0, 8)
        turn = jax.vmap(world.step)(jax.random.split(move, batch), state, actions)
        state = renewed(world, anew, turn.state, turn.done)
        seen = jax.vmap(world.observe)(state)
        return (state, total + turn.base.sum() + seen.view.astype(jnp.int32).sum() + seen.numbers.sum()), None

    @jax.jit
    def run(key):
        first, loop = jax.random.split(key)
        state = jax.vmap(world.reset)(jax.random.split(first, batch))
        return jax.lax.scan(one, (state, jnp.float32(0)), jax.random.split(loop, steps))[0][1]

    return ready(run)


def ready(run) -> Work:
    """Compiled, then run on another key."""
    import jax

    jax.block_until_ready(run(jax.random.key(0)))
    return lambda: jax.block_until_ready(run(jax.random.key(1)))


def socialjax(batch: int, steps: int) -> Work:
    import jax
    import jax.numpy as jnp
    import socialjax

    env = socialjax.make("harvest_common_open", num_agents=7, num_inner_steps=1000, shared_rewards=False)

    def one(carry, key):
        state, total = carry
        choose, move = jax.random.split(key)
        actions = jax.random.randint(choose, (batch, 7), 0, env.action_space(0).n)
        acts = [actions[:, i] for i in range(7)]
        seen, state, reward, _, _ = jax.vmap(env.step)(jax.random.split(move, batch), state, acts)
        return (state, total + sum(jnp.sum(x) for x in jax.tree.leaves((seen, reward)))), None

    @jax.jit
    def run(key):
        first, loop = jax.random.split(key)
        _, state = jax.vmap(env.reset)(jax.random.split(first, batch))
        return jax.lax.scan(one, (state, jnp.float32(0)), jax.random.split(loop, steps))[0][1]

    return ready(run)


def meltingpot(batch: int, steps: int) -> Work:
    """As many steps of one environment: it has no batches."""
    import numpy as np
    from meltingpot import substrate

    config = substrate.get_config("commons_harvest__open")
    env = substrate.build("commons_harvest__open", roles=config.default_player_roles)
    env.reset()
    actions = np.random.default_rng(0).integers(0, 8, (batch * steps, 7))

    def run() -> None:
        for row in actions:
            if env.step(row.tolist()).last():
                env.reset()

    return run
