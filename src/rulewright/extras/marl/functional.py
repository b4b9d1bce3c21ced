"""A world under the signature of JaxMARL (Rutherford et al. 2024, NeurIPS) and gymnax: pure functions, dictionaries by agent.

    obs, state = env.reset(key)
    obs, state, reward, done, info = env.step(key, state, actions)        starts anew at the end: done["__all__"]

Baselines written for it run unchanged. Rewards are base + transfer + care; `info` holds the three apart, [agent] each.
Observations are flat vectors, pictures one-hot. Spaces are JaxMARL's own where that package is installed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from ...learning.world import World, pytree
from .host import flat, spelt


class Discrete:
    """Whole numbers from 0 to n − 1."""

    def __init__(self, n: int) -> None:
        self.n, self.shape, self.dtype = n, (), jnp.int32

    def sample(self, key: jax.Array) -> jax.Array:
        return jax.random.randint(key, (), 0, self.n)

    def contains(self, x: Any) -> jax.Array:
        return (jnp.asarray(x) >= 0) & (jnp.asarray(x) < self.n)


class Box:
    """Vectors between `low` and `high`."""

    def __init__(self, low: float, high: float, shape: tuple[int, ...]) -> None:
        self.low, self.high, self.shape, self.dtype = low, high, shape, jnp.float32

    def sample(self, key: jax.Array) -> jax.Array:
        """Uniform; standard normal where there are no bounds."""
        if jnp.isinf(self.low) or jnp.isinf(self.high):
            return jax.random.normal(key, self.shape)
        return jax.random.uniform(key, self.shape, minval=self.low, maxval=self.high)

    def contains(self, x: Any) -> jax.Array:
        return ((jnp.asarray(x) >= self.low) & (jnp.asarray(x) <= self.high)).all()


def _theirs() -> tuple[Any, Any]:
    """(Discrete, Box): some baselines ask for the class."""
    try:
        from jaxmarl.environments import spaces
    except ImportError:
        return Discrete, Box
    return spaces.Discrete, spaces.Box


@pytree
class FunctionalState:
    world: Any
    """The world's own state."""
    step: jax.Array
    """int32 []; steps since the start of the episode."""
    done: jax.Array
    """bool []; whether it is over."""


class Functional:
    """See `to_jaxmarl`. Compared by identity, so that it can be a static argument of `jit`."""

    def __init__(self, world: World, name: str, events: bool) -> None:
        discrete, box = _theirs()
        self.world, self.name, self._events = world, name, events
        self.agents = list(spelt(world))
        self.num_agents = world.n
        size = jax.eval_shape(lambda key: flat(world, world.observe(world.reset(key))), jax.random.key(0)).shape[1]
        self.observation_spaces = {agent: box(-jnp.inf, jnp.inf, (size,)) for agent in self.agents}
        self.action_spaces = {a: discrete(k) for a, k in zip(self.agents, world.action_counts, strict=True)}

    def observation_space(self, agent: str) -> Any:
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        return self.action_spaces[agent]

    @property
    def agent_classes(self) -> dict[str, list[str]]:
        return {"agents": self.agents}

    def _by_agent(self, rows: jax.Array) -> dict[str, jax.Array]:
        return {agent: rows[i] for i, agent in enumerate(self.agents)}

    @partial(jax.jit, static_argnums=0)
    def reset(self, key: jax.Array) -> tuple[dict[str, jax.Array], FunctionalState]:
        """(observations, state)."""
        state = FunctionalState(self.world.reset(key), jnp.int32(0), jnp.bool_(False))
        return self.get_obs(state), state

    @partial(jax.jit, static_argnums=0)
    def step(
        self, key: jax.Array, state: FunctionalState, actions: dict[str, jax.Array], reset_state: Any = None
    ) -> tuple[Any, FunctionalState, dict, dict, dict]:
        """(observations, state, rewards, dones, infos); where the episode ends, the first state of the next one, which is
        `reset_state` if given. Observed once, whether it ends or not."""
        key, anew = jax.random.split(key)
        after, reward, done, info = self._turn(key, state, actions)
        if reset_state is None:
            reset_state = FunctionalState(self.world.reset(anew), jnp.int32(0), jnp.bool_(False))
        after = jax.tree.map(partial(jnp.where, done["__all__"]), reset_state, after)
        return self.get_obs(after), after, reward, done, info

    @partial(jax.jit, static_argnums=0)
    def step_env(
        self, key: jax.Array, state: FunctionalState, actions: dict[str, jax.Array]
    ) -> tuple[Any, FunctionalState, dict, dict, dict]:
        """As `step`, but does not start anew."""
        after, reward, done, info = self._turn(key, state, actions)
        return self.get_obs(after), after, reward, done, info

    def _turn(
        self, key: jax.Array, state: FunctionalState, actions: dict[str, jax.Array]
    ) -> tuple[Any, dict, dict, dict]:
        codes = jnp.stack([jnp.asarray(actions[agent], jnp.int32).reshape(()) for agent in self.agents])
        turn = self.world.step(key, state.world, codes)
        done = turn.terminated | turn.truncated
        info: dict[str, Any] = {"base": turn.base, "transfer": turn.transfer, "care": turn.care}
        if self._events:
            info["events"] = {kind.name: turn.events.code(kind.name) for kind in self.world.kinds}
        dones = {**dict.fromkeys(self.agents, done), "__all__": done}
        return FunctionalState(turn.state, state.step + 1, done), self._by_agent(turn.reward), dones, info

    @partial(jax.jit, static_argnums=0)
    def get_obs(self, state: FunctionalState) -> dict[str, jax.Array]:
        """float32 [d] of each agent."""
        return self._by_agent(flat(self.world, self.world.observe(state.world)))

    @partial(jax.jit, static_argnums=0)
    def get_avail_actions(self, state: FunctionalState) -> dict[str, jax.Array]:
        """bool [its actions] of each agent."""
        mask = self.world.available(state.world)
        return {a: mask[i, : self.world.action_counts[i]] for i, a in enumerate(self.agents)}
