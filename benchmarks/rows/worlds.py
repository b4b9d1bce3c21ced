"""Learning worlds: environment steps with observations under random actions, beside SocialJax and Melting Pot.

A row is a fixed number of environment steps (all players act once, everybody sees), compiled before the clock starts; divide to get
steps per CPU-second. Actions and keys are drawn before the loop, and the last views are carried, for ours and SocialJax alike;
Melting Pot gets its actions ready made. SocialJax and Melting Pot are looked for where Python finds `socialjax` and `meltingpot`.
"""

from importlib.util import find_spec

from ..row import Ready, Row, Work

SIZES = ((1, 4_000), (64, 80), (1024, 6))
"""(environments, steps of each)."""
SETTINGS, SEEDS = 500, 8


def rows() -> list[Row]:
    if find_spec("jax") is None:
        return []
    return (
        [
            Row(
                f"harvest, {batch:,} environment{'s' * (batch > 1)}, {batch * steps:,} environment steps with views",
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
        + [
            Row(
                f"{name}, 64 environments, 10 steps: compiling and running",
                Ready(lambda w=name: compiling(w)),
                (),
                "< 10 s",
                3,
            )
            for name in ("harvest", "clean-up")
        ]
        + [
            Row(
                f"catch tax in the fishery, {SETTINGS} rates × {SEEDS} seeds, scripted players, one call, compiling included",
                lambda: sweep(range(SETTINGS)),
                ((f"one by one, 5 of the {SETTINGS} rates", lambda: [sweep([k]) for k in range(0, SETTINGS, 100)]),),
                "one compiled call",
                repeats=3,
            )
        ]
    )


def peer(module: str, make, batch: int, steps: int) -> Work | None:
    return Ready(lambda: make(batch, steps)) if find_spec(module) else None


def ours(batch: int, steps: int) -> Work:
    import jax
    import jax.numpy as jnp

    from rulewright.learning.rollout import renewed
    from rulewright.learning.worlds.harvest import harvest

    world = harvest()

    def one(carry, given):
        (state, _, total), (actions, move, anew) = carry, given
        turn = jax.vmap(world.step)(move, state, actions)
        state = renewed(world, anew, turn.state, turn.done)
        return (state, jax.vmap(world.observe)(state), total + turn.base.sum()), None

    @jax.jit
    def run(key):
        first, choose, move, anew = jax.random.split(key, 4)
        state = jax.vmap(world.reset)(jax.random.split(first, batch))
        actions = jax.random.randint(choose, (steps, batch, world.n), 0, 8)
        given = actions, jax.random.split(move, (steps, batch)), jax.random.split(anew, steps)
        return jax.lax.scan(one, (state, jax.vmap(world.observe)(state), jnp.float32(0)), given)[0]

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

    def one(carry, given):
        (state, _, total), (actions, move) = carry, given
        acts = [actions[:, i] for i in range(7)]
        seen, state, reward, _, _ = jax.vmap(env.step)(move, state, acts)
        return (state, seen, total + sum(jnp.sum(x) for x in jax.tree.leaves(reward))), None

    @jax.jit
    def run(key):
        first, choose, move = jax.random.split(key, 3)
        seen, state = jax.vmap(env.reset)(jax.random.split(first, batch))
        actions = jax.random.randint(choose, (steps, batch, 7), 0, env.action_space(0).n)
        given = actions, jax.random.split(move, (steps, batch))
        return jax.lax.scan(one, (state, seen, jnp.float32(0)), given)[0]

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


def compiling(name: str) -> Work:
    """What was never compiled, compiled and run."""
    import jax

    from rulewright.learning.policy import Uniform
    from rulewright.learning.rollout import rollout
    from rulewright.learning.worlds.cleanup import clean_up
    from rulewright.learning.worlds.harvest import harvest

    world, key = {"harvest": harvest, "clean-up": clean_up}[name](), jax.random.key(0)
    return lambda: jax.block_until_ready(rollout(world, Uniform(), key, steps=10, batch=64).base)


def sweep(numbers) -> object:
    from rulewright.learning.institutions import catch_tax
    from rulewright.learning.policy import Uniform
    from rulewright.learning.search.grid import grid
    from rulewright.learning.worlds.fishery import Fishery

    return grid([catch_tax(2 * k / SETTINGS)(Fishery()) for k in numbers], Uniform(), seeds=SEEDS, episodes=4)
