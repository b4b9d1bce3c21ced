"""Scenes of any world: its own where it has one, the whole map where it is a grid, else what its players see, and numbers.

A grid's map is drawn by the world's own eyes: a scout is put in a corner with a view of everything, the others are taken off the
board, and what it sees are the codes. So a picture can never disagree with what players are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..grid import View
from ..world import World
from ..world.wrapper import base_state, base_world
from ..worlds.fishery import Fishery
from .scene import Bar, Scene, Tile, unnamed

_OUT, _FLOOR, _WALL = Tile("outside", "#2b323a"), Tile("ground", "#efe9dc"), Tile("wall", "#6b6f76")
_APPLE, _BARE = Tile("apple", "#4c9a3f"), Tile("bare apple cell", "#d7dcb8")
TILES: dict[str, tuple[Tile, ...]] = {
    "Harvest": (_OUT, _FLOOR, _WALL, _BARE, _APPLE),
    "CleanUp": (_OUT, _FLOOR, _WALL, Tile("water", "#8fc3e0"), Tile("dirt", "#8a6d3b"), _APPLE),
}
"""{world: tiles in the order of the codes of its view}; codes beyond them get tiles without a name."""


def tiles(world: World) -> tuple[Tile, ...]:
    """What the codes of scenes of this world stand for."""
    base = base_world(world)
    own = getattr(base, "tiles", None)
    if own is not None:
        return tuple(own)
    known = TILES.get(type(base).__name__, ())
    return known + unnamed(max(world.view_codes, 1))[len(known) :]


def is_grid(world: World) -> bool:
    """Whether the world has a map, bodies on it, and a view that can be widened."""
    return all(hasattr(base_world(world), name) for name in ("map", "view", "count"))


def board(world: World, state: Any) -> jax.Array:
    """int8 [row, column]: the codes of the whole map without players; `state` is the one of the innermost grid world."""
    rows, columns = world.map.height, world.map.width  # type: ignore[attr-defined]

    def scouted(column: int) -> jax.Array:
        view = View(left=column, right=columns - 1 - column, ahead=0, behind=rows - 1)
        gone = jnp.arange(world.n) > 0
        bodies = replace(
            state.bodies,
            cell=jnp.where(gone, world.map.nowhere, column).astype(state.bodies.cell.dtype),  # type: ignore[attr-defined]
            heading=jnp.zeros_like(state.bodies.heading),
            out=gone.astype(state.bodies.out.dtype),
        )
        return replace(world, view=view).observe(replace(state, bodies=bodies)).view[0]  # type: ignore[type-var, no-any-return]

    return scouted(0).at[0, 0].set(scouted(1)[0, 0])  # a scout does not see the ground it stands on


Shown = tuple[Any, ...]


def shown(world: World, state: Any) -> Shown:
    """What scenes are made of, under JAX: (board, cell, heading, in the game) of a grid, else (views, numbers)."""
    if is_grid(world):
        base = base_state(world, state)
        if hasattr(base, "bodies"):
            bodies = base.bodies
            return board(base_world(world), base), bodies.cell, bodies.heading, bodies.out == 0
    seen = world.observe(state)
    return seen.view, seen.numbers


def scenes(world: World, found: Shown, states: Callable[[int], Any], codes: Sequence[Any], count: int) -> list[Scene]:
    """Of `count` moments: `found` is `shown` batched over them, `states(t)` the innermost state, `codes[t]` what led there."""
    base = base_world(world)
    if callable(getattr(base, "scene", None)):
        return [base.scene(states(t)) for t in range(count)]  # type: ignore[attr-defined]
    drawn = _drawn(base, states, codes, count)
    if drawn is not None:
        return drawn
    if len(found) == 4:
        return [_grid(base, *(part[t] for part in found)) for t in range(count)]
    common = (found[1] == found[1][:, :1]).all(axis=(0, 1))
    return [_generic(world, found[0][t], found[1][t], common) for t in range(count)]


def _grid(base: World, codes: Any, cell: Any, heading: Any, inside: Any) -> Scene:
    columns = base.map.width  # type: ignore[attr-defined]
    avatars = tuple(
        (int(c) // columns, int(c) % columns, int(h), i)
        for i, (c, h, here) in enumerate(zip(cell, heading, inside, strict=True))
        if here
    )
    return Scene(codes=np.asarray(codes, np.int8), avatars=avatars)


def _generic(world: World, views: Any, numbers: Any, common: Any) -> Scene:
    """Views side by side; a number once where all see the same in the whole film (`common` bool [number]), else by player."""
    codes = np.zeros((0, 0), np.int8)
    if views[0].size:
        gap = np.zeros((views.shape[1], 1), np.int8)
        codes = np.concatenate([part for view in views for part in (view, gap)][:-1], axis=1)
    bars: list[Bar] = []
    for k, name in enumerate(world.number_names):
        if common[k]:
            bars.append(Bar(name, float(numbers[0, k])))
        else:
            bars += [Bar(f"{name}, {p}", float(numbers[i, k]), player=i) for i, p in enumerate(world.players)]
    return Scene(codes=codes, bars=tuple(bars))


def forbidden(world: World, state: Any) -> jax.Array:
    """bool [player, action]: what the world allows and the rules around it do not; none where rules changed what actions are."""
    base = base_world(world)
    if base.actions != world.actions:
        return jnp.zeros((world.n, max(world.action_counts)), bool)
    return base.available(base_state(world, state)) & ~world.available(state)


# ── worlds without a board ──────────────────────────────────────────────────────────────────────────────────────────


@singledispatch
def _drawn(world: Any, states: Callable[[int], Any], codes: Sequence[Any], count: int) -> list[Scene] | None:
    del world, states, codes, count
    return None


@_drawn.register
def _(world: Fishery, states: Callable[[int], Any], codes: Sequence[Any], count: int) -> list[Scene]:
    """The stock, and what everybody caught on the way here."""
    found = []
    for t in range(count):
        caught = np.zeros(world.n) if codes[t] is None else codes[t][1]
        bars = [
            Bar(f"catch of {p}", float(c), float(world.most), i)
            for i, (p, c) in enumerate(zip(world.players, caught, strict=True))
        ]
        found.append(Scene(bars=(Bar("stock", float(states(t).stock), float(world.capacity)), *bars)))
    return found
