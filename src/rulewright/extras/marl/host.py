"""A world that is stepped from outside, one call at a time: compiled steps on the CPU, arrays of NumPy in and out.

Compiled functions take the world as an argument, so that worlds of the same structure (another tax, say) share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.events import told
from ...learning.policy import Policy
from ...learning.world import Seen, Turn, World


def flat(world: World, seen: Seen) -> jax.Array:
    """float32 [player, d]: the picture one-hot, code by code, then the numbers; d is at least 1."""
    hot = (seen.view[..., None] == jnp.arange(world.view_codes)).reshape(world.n, -1).astype(jnp.float32)
    vector = jnp.concatenate([hot, seen.numbers.astype(jnp.float32)], axis=1)
    return vector if vector.shape[1] else jnp.zeros((world.n, 1), jnp.float32)


def spelt(world: World) -> tuple[str, ...]:
    """The players as agents are called elsewhere: "agent 0" is "agent_0"."""
    names = tuple("_".join(player.split()) for player in world.players)
    return names if len(set(names)) == world.n else world.players


@dataclass(frozen=True)
class Look:
    """What is there to see: NumPy arrays."""

    flat: Any
    """float32 [player, d]."""
    view: Any
    """int8 [player, row, column]."""
    numbers: Any
    """float32 [player, k]."""
    available: Any
    """bool [player, action]."""


def _look(world: World, state: Any) -> tuple[Any, ...]:
    seen = world.observe(state)
    return flat(world, seen), seen.view, seen.numbers, world.available(state)


@jax.jit
def _open(world: World, key: jax.Array) -> Any:
    key, now = jax.random.split(key)
    state = world.reset(now)
    return key, state, _look(world, state)


@jax.jit
def _advance(world: World, key: jax.Array, state: Any, actions: jax.Array) -> Any:
    key, now = jax.random.split(key)
    turn = world.step(now, state, actions)
    return key, turn, _look(world, turn.state)


@jax.jit
def _decide(world: World, policy: Policy, key: jax.Array, state: Any, memory: Any) -> Any:
    key, now = jax.random.split(key)
    actions, memory = policy.act(now, world, state, world.observe(state), memory)
    return key, actions, memory


@contextmanager
def on_cpu() -> Iterator[None]:
    """One world is small: a call to another device would cost more than the step."""
    with jax.default_device(jax.devices("cpu")[0]):
        yield


class Host:
    """One world, its state and its key. Everything that `Parallel` and `Single` share."""

    def __init__(self, world: World, seed: int, unavailable: str | None) -> None:
        self.world, self.agents = world, spelt(world)
        self.instead = tuple(self._instead(i, unavailable) for i in range(world.n))
        self.state: Any = None
        self.look: Look
        self.turn: Turn | None = None
        self.running = False
        self.seed(seed)

    def _instead(self, i: int, label: str | None) -> int | None:
        if label is None:
            return None
        if label not in self.world.actions[i]:
            raise InputError(
                where="unavailable",
                needed=f"an action of {self.world.players[i]}, one of {', '.join(self.world.actions[i])}",
                found=repr(label),
            )
        return self.world.actions[i].index(label)

    def seed(self, seed: int) -> None:
        with on_cpu():
            self.key = jax.random.key(seed)

    def reset(self) -> None:
        """Starts an episode, another one each time."""
        with on_cpu():
            self.key, self.state, look = _open(self.world, self.key)
        self.look, self.turn, self.running = Look(*jax.device_get(look)), None, True

    def decide(self, policy: Policy, memory: Any) -> tuple[Any, Any]:
        """(actions int [n], memory) of the policy here and now."""
        with on_cpu():
            self.key, actions, memory = _decide(self.world, policy, self.key, self.state, memory)
        return np.array(actions), memory

    def step(self, actions: Any) -> None:
        """One step. Raises InputError where an action is not available."""
        codes = np.array([self.checked(i, action) for i, action in enumerate(actions)], np.int32)
        with on_cpu():
            self.key, turn, look = _advance(self.world, self.key, self.state, codes)
        self.state, self.look = turn.state, Look(*jax.device_get(look))
        base, transfer, care, fund, ended, cut, events = jax.device_get(
            (turn.base, turn.transfer, turn.care, turn.fund, turn.terminated, turn.truncated, turn.events)
        )
        self.turn = Turn(None, base, transfer, care, fund, ended, cut, events)
        self.running = not (bool(ended) or bool(cut))

    def checked(self, i: int, action: Any) -> int:
        """The code of player i's action, or of what is done instead."""
        player, count = self.world.players[i], self.world.action_counts[i]
        code = int(action)
        if code != action or not 0 <= code < count:
            raise InputError(
                where=f"action of {player}", needed=f"a whole number from 0 to {count - 1}", found=str(action)
            )
        if self.look.available[i, code]:
            return code
        instead = self.instead[i]
        if instead is not None and self.look.available[i, instead]:
            return instead
        open_ = ", ".join(
            label for label, free in zip(self.world.actions[i], self.look.available[i], strict=False) if free
        )
        raise InputError(
            where=f"action of {player}",
            needed=f"an action that is available now: {open_}",
            found=self.world.actions[i][code],
            remedy="Read the action mask, or name the action to be done instead (unavailable=…).",
        )

    def mask(self, i: int) -> Any:
        """int8 [action of player i]; 1 where it is available."""
        return self.look.available[i, : self.world.action_counts[i]].astype(np.int8)

    def info(self, i: int) -> dict[str, Any]:
        """The mask; and after a step the accounts, and the events that concern player i, in words."""
        if self.turn is None:
            return {"action_mask": self.mask(i)}
        turn = self.turn
        return {
            "action_mask": self.mask(i),
            "base": float(turn.base[i]),
            "transfer": float(turn.transfer[i]),
            "care": float(turn.care[i]),
            "fund": float(turn.fund),
            "events": told(self.world, turn.events.codes, actor=i),
        }

    def vector(self) -> Any:
        """float32 [·]: the whole state, what rules remember included; keys of random numbers left out."""
        leaves = [x for x in jax.tree.leaves(self.state) if not jnp.issubdtype(x.dtype, jax.dtypes.prng_key)]
        parts = [np.asarray(x, np.float32).ravel() for x in jax.device_get(leaves)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def frame(self) -> Any:
        """uint8 [height, width, 3]: a picture of here and now."""
        from ...learning.render import frame

        return frame(self.world, self.state)
