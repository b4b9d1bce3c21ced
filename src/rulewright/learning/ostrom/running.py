"""Running an institution under probes: everybody as the policy has it, one who offends, one who reforms, outsiders who take all.

All probes are one compiled call: they differ in who is told what to do, not in shapes. What happens is kept step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..policy import Policy
from ..world import Kind, Seen, World, pytree
from ..world.events import position

Array = np.ndarray[Any, Any]


@pytree
class Probe(Policy):
    """The policy, but some players do one thing until a time and another one after it."""

    policy: Policy
    before: jax.Array
    """int32 [player]; −1 for as the policy has it."""
    later: jax.Array
    """int32 [player]; from step `change` on."""
    change: jax.Array
    """int32 []."""

    def first(self, world: World) -> Any:
        return self.policy.first(world), jnp.int32(0)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        inner, t = memory
        actions, inner = self.policy.act(key, world, state, seen, inner)
        told = jnp.where(t < self.change, self.before, self.later)
        return jnp.where(told < 0, actions, told).astype(jnp.int32), (inner, t + 1)


@dataclass(frozen=True)
class Log:
    """What happened in a batch of episodes, until each came to its end."""

    kinds: tuple[Kind, ...]
    codes: tuple[Array, ...]
    """Of each kind: int [episode, step, …]."""
    base: Array
    """float [episode, step, player]."""
    transfer: Array
    """float [episode, step, player]."""
    alive: Array
    """bool [episode, step]; whether the episode was still on when the step began."""

    def has(self, kind: str) -> bool:
        """Whether the world emits that kind."""
        return any(k.name == kind for k in self.kinds)

    def code(self, kind: str) -> Array:
        """int [episode, step, …]."""
        return self.codes[position(kind, self.kinds)]

    def amount(self, kind: str) -> Array:
        """float [episode, step, …]: outcomes as the numbers that they are; 0 for those that are none."""
        outcomes = self.kinds[position(kind, self.kinds)].outcomes
        return np.array([float(y) if _numeral(y) else 0.0 for y in outcomes])[self.code(kind)]

    @property
    def on(self) -> Array:
        """bool [episode, step, 1]: `alive`, to stand beside players."""
        return self.alive[..., None]


def _numeral(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()


@jax.jit
def _run(world: World, probes: Any, keys: jax.Array, times: jax.Array) -> Any:
    def episode(probe: Any, key: jax.Array) -> Any:
        start, loop = jax.random.split(key)

        def one(carry: Any, inputs: Any) -> Any:
            state, memory, alive = carry
            _, key = inputs
            choose, move = jax.random.split(key)
            actions, memory = probe.act(choose, world, state, world.observe(state), memory)
            turn = world.step(move, state, actions)
            out = turn.events.codes, turn.base, turn.transfer, alive
            return (turn.state, memory, alive & ~turn.done), out

        opening = world.reset(start), probe.first(world), jnp.bool_(True)
        return jax.lax.scan(one, opening, (times, jax.random.split(loop, times.shape[0])))[1]

    return jax.vmap(lambda probe: jax.vmap(lambda key: episode(probe, key))(keys))(probes)


def logs(world: World, probes: list[Probe], key: jax.Array, *, episodes: int, steps: int) -> list[Log]:
    """Every probe on the same episodes (same keys), each played to its end or for `steps` steps."""
    stacked = jax.tree.map(lambda *leaves: jnp.stack([jnp.asarray(x) for x in leaves]), *probes)
    codes, base, transfer, alive = _run(world, stacked, jax.random.split(key, episodes), jnp.arange(steps))
    return [
        Log(
            world.kinds,
            tuple(np.asarray(code[k]) for code in codes),
            np.asarray(base[k]),
            np.asarray(transfer[k]),
            np.asarray(alive[k]),
        )
        for k in range(len(probes))
    ]
