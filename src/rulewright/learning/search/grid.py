"""Many settings of an institution, learners inside, in one compiled call.

    worlds  = [catch_tax(theta)(Fishery()) for theta in numpy.linspace(0, 2, 500)]
    samples = grid(worlds, TabularQ(…), steps=20_000, seeds=8)        500 × 8 societies learn side by side

What all worlds share is kept once (see `many.py`). Every setting meets the same seeds, so differences between settings are paired.
Where all of them do not fit in `memory` they are cut into equal calls of the same program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np

from ...errors import InputError, TooLarge
from ..learners.learner import Learner
from ..many import MEMORY, Many, bytes_of, many
from ..policy import Policy
from ..rollout import Played, alike, played
from ..study import Sample, keys, sampled
from ..world import World

Tell = Callable[[str], None]


def grid(
    worlds: Sequence[World],
    by: Learner | Policy,
    *,
    steps: int = 0,
    seeds: int = 8,
    episodes: int = 16,
    seed: int = 0,
    memory: float = MEMORY,
    tell: Tell = lambda _: None,
) -> list[Sample]:
    """One sample for each world: `episodes` episodes of every seed, after each seed's learners were trained for `steps` steps.

    by: a learner, or a policy that everybody follows (then `steps` is 0). steps: environment steps of each seed, rounded up to
    whole updates. Raises InputError where worlds differ in more than numbers, TooLarge where one of them exceeds `memory` (bytes).
    """
    if isinstance(by, Learner) != (steps > 0) or seeds < 1 or episodes < 1:
        raise InputError(
            where="search",
            needed="a learner with training steps, or a policy without; at least one seed and one episode",
            found=f"{type(by).__name__}, {steps} steps, {seeds} seeds, {episodes} episodes",
        )
    group = many(worlds)
    updates = -(-steps // by.steps_per_update) if isinstance(by, Learner) else 0
    size = _chunk(group, by, seeds, episodes, memory)
    found: list[Sample] = []
    for start in range(0, group.count, size):
        at = np.minimum(np.arange(start, start + size), group.count - 1)
        leaves = [leaf[at] if apart else leaf for leaf, apart in zip(group.leaves, group.stacked, strict=True)]
        part = jax.block_until_ready(
            _grid(group.structure, group.stacked, leaves, by, keys(seed, seeds), updates, episodes)
        )
        for w in range(min(size, group.count - start)):
            found.append(sampled(jax.tree.map(lambda x, w=w: x[w], part), group.world(start + w)))
        tell(f"{len(found):,} of {group.count:,} settings, {seeds} seeds each")
    return found


@partial(jax.jit, static_argnums=(0, 1, 5, 6))
def _grid(
    structure: Any, stacked: tuple[bool, ...], leaves: list[Any], by: Any, keys: jax.Array, updates: int, episodes: int
) -> Played:
    """[world, seed, episode, …]."""

    def one(parts: list[Any], key: jax.Array) -> Played:
        world: World = jax.tree_util.tree_unflatten(structure, parts)
        learn, play = jax.random.split(key) if updates else (key, key)
        policy = _taught(by, world, learn, updates) if updates else by
        total, _ = played(
            alike(world, policy), world, lambda k: jax.random.split(k, episodes), play, None, episodes, True
        )
        return replace(total, state=())

    each_seed = jax.vmap(one, in_axes=(None, 0))
    axes = [0 if apart else None for apart in stacked]
    if not any(stacked):
        return jax.tree.map(lambda x: x[None], each_seed(leaves, keys))  # type: ignore[no-any-return]
    return jax.vmap(each_seed, in_axes=(axes, None))(leaves, keys)  # type: ignore[no-any-return]


def _taught(learner: Learner, world: World, key: jax.Array, updates: int) -> Policy:
    """The policy after so many updates. The world is kept out of what is carried, so that what is shared stays shared."""

    def without(state: Any) -> Any:
        return replace(state, world=())

    def update(state: Any, _: None) -> tuple[Any, None]:
        return without(learner.update(replace(state, world=world))[0]), None

    first = without(learner.planned(learner.init(key, world), updates))
    last, _ = jax.lax.scan(update, first, None, length=updates)
    return learner.policy(replace(last, world=world))


def _chunk(group: Many, by: Any, seeds: int, episodes: int, memory: float) -> int:
    """Worlds per call, of equal calls."""
    world = group.world(0)
    if isinstance(by, Learner):
        state = jax.eval_shape(lambda: by.update(by.init(jax.random.key(0), world))[0])
        own = 3 * sum(int(np.prod(x.shape)) * max(1, getattr(x.dtype, "itemsize", 8)) for x in jax.tree.leaves(state))
        acting = by.policy(by.init(jax.random.key(0), world))
    else:
        own, acting = 0, by
    one = seeds * (own + episodes * bytes_of(world, acting))
    fit = int(memory // one)
    if fit < 1:
        raise TooLarge(
            where="search",
            needed=f"about {one / 1e9:.3g} GB for one setting with {seeds} seeds",
            found=f"{memory / 1e9:.3g} GB",
            remedy="Give fewer seeds or episodes, or more memory.",
        )
    return -(-group.count // -(-group.count // fit))
