"""Many institutions in one compiled call: worlds of the same structure, stacked leaf by leaf.

    worlds = [tax(rate)(Harvest()) for rate in rates]          500 texts, 500 worlds
    played = many(worlds).rollout(policy, key, seeds=8)        one program; played.base[world, seed, player]

What all worlds share (a map, a table of neighbours) is kept once; what differs gets an axis in front. Every world meets the same
seeds, so differences between rules are paired; `played.base[w]` is what `rollout(worlds[w], policy, key, batch=seeds)` gives.
Where the batch would not fit in `memory` it is cut into equal calls of the same program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError, TooLarge
from .policy import Policy
from .rollout import Played, played
from .world import World

MEMORY = 4e9
"""Bytes that a call may take, about."""
COPIES = 4  # of states, turns and what is seen, that a step has in memory at once


@dataclass(frozen=True)
class Many:
    """Worlds of one structure."""

    structure: Any
    leaves: tuple[Any, ...]
    """Of each leaf: the array that all share, or [world, …]."""
    stacked: tuple[bool, ...]
    """Of each leaf: whether it has the axis of worlds."""
    count: int

    def world(self, w: int) -> World:
        """One of them."""
        parts = [leaf[w] if apart else leaf for leaf, apart in zip(self.leaves, self.stacked, strict=True)]
        return jax.tree_util.tree_unflatten(self.structure, parts)  # type: ignore[no-any-return]

    @property
    def stacked_bytes(self) -> int:
        """Memory of what differs between worlds, each once."""
        return sum(leaf.nbytes for leaf, apart in zip(self.leaves, self.stacked, strict=True) if apart)

    def rollout(
        self,
        policy: Policy | Sequence[Policy],
        key: jax.Array,
        *,
        steps: int | None = None,
        seeds: int = 1,
        memory: float = MEMORY,
    ) -> Played:
        """Everybody acts by `policy` (one for all worlds, or one each) in every world with every seed: [world, seed, …].

        Raises InputError where a policy does not fit, TooLarge where one world with its seeds exceeds `memory`, in bytes.
        """
        policies = [policy] if isinstance(policy, Policy) else list(policy)
        if len(policies) not in (1, self.count) or seeds < 1:
            raise InputError(
                where="many",
                needed=f"one policy, or one for each of {self.count} worlds, and at least one seed",
                found=f"{len(policies)} policies, {seeds} seeds",
            )
        for w, each in enumerate(policies):
            each.check(self.world(w))
        acting = stack(policies, "policy")
        size = self._chunk(acting.world(0), seeds, memory)  # type: ignore[arg-type]
        parts = []
        for start in range(0, self.count, size):
            at = np.minimum(np.arange(start, start + size), self.count - 1)
            part = _played(
                (self.structure, acting.structure),
                (self.stacked, acting.stacked),
                (_taken(self, at, seeds), _taken(acting, at, seeds)),
                key,
                steps,
                size,
                seeds,
            )
            kept = min(size, self.count - start)
            parts.append(jax.tree.map(lambda x, kept=kept: x[:kept], part))
        return parts[0] if len(parts) == 1 else jax.tree.map(lambda *x: jnp.concatenate(x), *parts)

    def _chunk(self, policy: Policy, seeds: int, memory: float) -> int:
        """Worlds per call."""
        one = bytes_of(self.world(0), policy) + self.stacked_bytes // self.count
        fit = int(memory // (one * seeds))
        if fit < 1:
            able = int(memory // one)
            raise TooLarge(
                where="many",
                needed=f"about {one * seeds / 1e9:.3g} GB for one world with {seeds} seeds",
                found=f"{memory / 1e9:.3g} GB",
                remedy=f"seeds={able} would fit." if able else "Give more memory, or make the world smaller.",
            )
        calls = -(-self.count // fit)
        return -(-self.count // calls)


def many(worlds: Sequence[World]) -> Many:
    """Stack worlds. Raises InputError where there is none, or two differ in more than numbers: it names the field."""
    return stack(worlds, "world")


def stack(trees: Sequence[Any], name: str) -> Many:
    """Stack pytrees of one structure."""
    if not trees:
        raise InputError(where="many", needed=f"at least one {name}", found="none")
    flat = [jax.tree_util.tree_flatten(tree) for tree in trees]
    for w, (leaves, structure) in enumerate(flat):
        same = structure == flat[0][1] and all(_alike(a, b) for a, b in zip(leaves, flat[0][0], strict=True))
        if not same:
            raise InputError(
                where=f"many, {name} {w}",
                needed=f"the structure of {name} 0: only numbers may differ",
                found=difference(trees[0], trees[w], name) or "another one",
                remedy="Give rules the same signals in the same order, with amounts of 0 where one says nothing.",
            )
    found: list[Any] = []
    stacked: list[bool] = []
    for column in zip(*(leaves for leaves, _ in flat), strict=True):
        apart = any(leaf is not column[0] and not np.array_equal(leaf, column[0]) for leaf in column[1:])
        found.append(np.stack([np.asarray(leaf) for leaf in column]) if apart else column[0])
        stacked.append(apart)
    return Many(flat[0][1], tuple(found), tuple(stacked), len(trees))


def _alike(one: Any, other: Any) -> bool:
    return jnp.shape(one) == jnp.shape(other) and jnp.result_type(one) == jnp.result_type(other)


def difference(one: Any, other: Any, at: str) -> str | None:
    """Where two pytrees first differ in structure, as "world.inner.rows: … and …"; None where they do not."""
    if type(one) is not type(other):
        return f"{at}: {type(one).__name__} and {type(other).__name__}"
    if is_dataclass(one) and not isinstance(one, type):
        for f in fields(one):
            mine, theirs = getattr(one, f.name), getattr(other, f.name)
            if f.metadata.get("static"):
                if mine != theirs:
                    return f"{at}.{f.name}: {_short(mine)} and {_short(theirs)}"
            elif (found := difference(mine, theirs, f"{at}.{f.name}")) is not None:
                return found
        return None
    if isinstance(one, (tuple, list)):
        if len(one) != len(other):
            return f"{at}: {len(one)} and {len(other)} entries"
        pairs = enumerate(zip(one, other, strict=True))
        return next((d for k, (a, b) in pairs if (d := difference(a, b, f"{at}[{k}]")) is not None), None)
    if hasattr(one, "shape") and not _alike(one, other):
        return f"{at}: shape {one.shape} {one.dtype} and {other.shape} {other.dtype}"
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def bytes_of(world: World, policy: Policy) -> int:
    """About what one world takes while it is played, in bytes."""

    def step(key: jax.Array) -> Any:
        state = world.reset(key)
        seen, memory = world.observe(state), policy.first(world)
        actions, memory = policy.act(key, world, state, seen, memory)
        return state, seen, memory, world.step(key, state, actions)

    shapes = jax.tree.leaves(jax.eval_shape(step, jax.random.key(0)))
    counted = sum(
        len(kind.outcomes) * {"player": world.n, "pair": world.n**2, "world": 1}[kind.among] for kind in world.kinds
    )
    sizes = (int(np.prod(leaf.shape)) * max(1, getattr(leaf.dtype, "itemsize", 8)) for leaf in shapes)
    return COPIES * (sum(sizes) + 4 * counted)


def _taken(group: Many, at: np.ndarray, seeds: int) -> list[Any]:
    """The leaves of those worlds, with one entry per world and seed where they differ."""
    rows = np.repeat(at, seeds)
    return [leaf[rows] if apart else leaf for leaf, apart in zip(group.leaves, group.stacked, strict=True)]


@partial(jax.jit, static_argnums=(0, 1, 4, 5, 6))
def _played(
    structures: tuple[Any, Any],
    stacked: tuple[tuple[bool, ...], tuple[bool, ...]],
    leaves: tuple[list[Any], list[Any]],
    key: jax.Array,
    steps: int | None,
    count: int,
    seeds: int,
) -> Played:
    axes = tuple([0 if apart else None for apart in flags] for flags in stacked)

    def built(parts: tuple[list[Any], list[Any]]) -> tuple[World, Policy]:
        return tuple(jax.tree_util.tree_unflatten(s, p) for s, p in zip(structures, parts, strict=True))  # type: ignore[return-value]

    def each(function: Any, *arrays: Any) -> Any:
        return jax.vmap(lambda parts, *one: function(*built(parts), *one), in_axes=(axes, *(0,) * len(arrays)))(
            leaves, *arrays
        )

    def spread(key: jax.Array) -> jax.Array:
        return jnp.tile(jax.random.split(key, seeds), count)

    first = tuple(
        [leaf[0] if apart else leaf for leaf, apart in zip(ls, flags, strict=True)]
        for ls, flags in zip(leaves, stacked, strict=True)
    )
    total, _ = played(each, built(first)[0], spread, key, steps, count * seeds)  # type: ignore[arg-type]
    return jax.tree.map(lambda x: x.reshape(count, seeds, *x.shape[1:]), total)  # type: ignore[no-any-return]
