"""What a learner is: three functions, pure, so that they compile, batch over seeds and over institutions, and can be resumed.

    state = learner.init(key, world)
    state, metrics = learner.update(state)          plays for a while and learns from it
    policy = learner.policy(state)                  how players act by now

Everything that changes is in the state, the world's numbers included, and nothing else is: the same state goes on in the same
way, on the same machine to the same bits. A learner is a frozen pytree: rates are leaves, sizes are static.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ..policy import Policy
from ..world import Turn, World, pytree, static
from .collect import Tally


@pytree
class Metrics:
    """What one update, or several, came to."""

    tally: Tally
    learning: tuple[jax.Array, ...]
    """float32 []; what `names` says, means over the updates."""
    names: tuple[str, ...] = static()


class Learner(ABC):
    """Subclasses are pytrees."""

    name: str

    @property
    @abstractmethod
    def steps_per_update(self) -> int:
        """Environment steps that an update plays, all worlds of the batch together."""

    @abstractmethod
    def init(self, key: jax.Array, world: World) -> Any:
        """The state before anything is learned. Raises InputError where it does not fit the world."""

    @abstractmethod
    def update(self, state: Any) -> tuple[Any, Metrics]:
        """The state after playing and learning once, and what happened."""

    @abstractmethod
    def policy(self, state: Any) -> Policy:
        """How players act."""

    def working_bytes(self, state: Any) -> int:
        """About how many bytes an update needs beside the state (shapes suffice). Default: as much again."""
        return size(state)

    def planned(self, state: Any, updates: int) -> Any:
        """The state when told how many updates there will be in all: rates fall to zero by the last. Default: no plan."""
        del updates
        return state


REWARDS = ("all", "base")


def pays(what: str, scale: jax.Array) -> Any:
    """turn → float32 [..., player]: what is learned from. Raises InputError for another word."""
    if what not in REWARDS:
        raise InputError(where="learner, reward", needed=f"one of {', '.join(REWARDS)}", found=repr(what))

    def reward(turn: Turn) -> jax.Array:
        return scale * (turn.reward if what == "all" else turn.base)

    return reward


def left(updates: jax.Array, planned: jax.Array) -> jax.Array:
    """float32: the share of a falling rate that is left, never below zero; 1 where nothing is planned (planned = 0)."""
    return jnp.where(planned > 0, jnp.maximum(0.0, 1.0 - updates / jnp.maximum(planned, 1)), 1.0)


def size(tree: Any) -> int:
    """Bytes of all leaves, shapes or arrays."""
    return sum(math.prod(leaf.shape) * _item(leaf.dtype) for leaf in jax.tree.leaves(tree))


def _item(dtype: Any) -> int:
    return 8 if jnp.issubdtype(dtype, jax.dtypes.prng_key) else int(dtype.itemsize)


def at_least_one(learner: str, **sizes: int) -> None:
    """Raises InputError naming the first size below one."""
    for name, size in sizes.items():
        if size < 1:
            raise InputError(where=f"{learner}, {name}", needed="at least 1", found=str(size))
