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
from ..world import World, Wrapper
from ..world.wrapper import base_state, base_world
from ..worlds.fishery import Fishery
from ..worlds.foraging import Foraging
from .scene import Bar, Scene, Tile, unnamed

_OUT, _FLOOR, _WALL = Tile("outside", "#2b323a"), Tile("ground", "#efe9dc"), Tile("wall", "#6b6f76")
_APPLE, _BARE = Tile("apple", "#4c9a3f"), Tile("bare apple cell", "#d7dcb8")
_HARVEST = (_OUT, _FLOOR, _WALL, _BARE, _APPLE)
_BERRIES = (("red", "#c8453b", "#e3b1a8"), ("green", "#4c9a3f", "#b9d3ae"), ("blue", "#3d6fb6", "#b0c3de"))
_ZONES = tuple((name, ripe) for name, ripe, _ in (_BERRIES[0], _BERRIES[2], _BERRIES[1]))  # red, blue, green
_FIRES = (*_ZONES, ("yellow", "#e8c52f"), ("no colour", "#9a8f80"))
TILES: dict[str, tuple[Tile, ...]] = {
    "Harvest": _HARVEST,
    "CleanUp": (_OUT, _FLOOR, _WALL, Tile("water", "#8fc3e0"), Tile("dirt", "#8a6d3b"), _APPLE),
    "Allelopathic": (
        _OUT,
        Tile("soil", "#e6dcc6"),
        *(Tile(f"{name} berry, unripe", pale) for name, _, pale in _BERRIES),
        *(Tile(f"{name} berry", ripe) for name, ripe, _ in _BERRIES),
    ),
    "Altared": (
        *_HARVEST,
        *(Tile("player", "#6c7480") for _ in range(5)),
        *(Tile(f"apple, {name} zone", ripe) for name, ripe in _ZONES),
        *(Tile(f"altar, {name}", colour) for name, colour in _FIRES),
    ),
    "Foraging": (Tile("empty", "#efe9dc"), Tile("token", "#4c9a3f")),
}
"""{world: tiles in the order of the codes of its view}; codes beyond them get tiles without a name."""


def tiles(world: World) -> tuple[Tile, ...]:
    """What the codes of scenes of this world stand for."""
    outer = pictured(world)
    own = getattr(outer, "tiles", None)
    if own is not None:
        return tuple(own)
    known = TILES.get(type(outer).__name__, ())
    return known + unnamed(max(world.view_codes, 1))[len(known) :]


def pictured(world: World) -> World:
    """The outermost of the wrappers that put something new into the picture, else the innermost world."""
    while isinstance(world, Wrapper):
        if world.view_codes != world.inner.view_codes:
            return world
        world = world.inner
    return world


def _within(world: World, state: Any, inside: World) -> Any:
    """The state of the world `inside` of `world`."""
    while world is not inside and isinstance(world, Wrapper):
        state = world.inner_state(state)
        world = world.inner
    return state


def is_grid(world: World) -> bool:
    """Whether the world has a map, bodies on it, and a view that can be widened."""
    return all(hasattr(base_world(world), name) for name in ("map", "view"))


def board(world: World, state: Any) -> jax.Array:
    """int8 [row, column]: the codes of the whole map without players."""
    outer = pictured(world)
    state = _within(world, state, outer)

    def scouted(column: int) -> jax.Array:
        wide, there = _scout(outer, state, column)
        return wide.observe(there).view[0]

    return scouted(0).at[0, 0].set(scouted(1)[0, 0])  # a scout does not see the ground it stands on


def _scout(world: World, state: Any, column: int) -> tuple[World, Any]:
    """World and state with player 0 at the top, so many columns from the left, seeing everything; the others are gone."""
    if isinstance(world, Wrapper):
        inner, there = _scout(world.inner, world.inner_state(state), column)
        outer = replace(world, inner=inner)  # type: ignore[type-var]
        return outer, there if world.inner_state(state) is state else replace(state, inner=there)
    rows, columns = world.map.height, world.map.width  # type: ignore[attr-defined]
    gone, bodies = jnp.arange(world.n) > 0, state.bodies
    bodies = replace(
        bodies,
        cell=jnp.where(gone, world.map.nowhere, column).astype(bodies.cell.dtype),  # type: ignore[attr-defined]
        heading=jnp.zeros_like(bodies.heading),
        out=gone.astype(bodies.out.dtype),
    )
    view = View(left=column, right=columns - 1 - column, ahead=0, behind=rows - 1)
    return replace(world, view=view), replace(state, bodies=bodies)  # type: ignore[type-var]


Shown = tuple[Any, ...]


def shown(world: World, state: Any) -> Shown:
    """What scenes are made of, under JAX: (board, cell, heading, in the game) of a grid, else (views, numbers)."""
    if is_grid(world):
        base = base_state(world, state)
        if hasattr(base, "bodies"):
            bodies = base.bodies
            return board(world, state), bodies.cell, bodies.heading, bodies.out == 0
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
    """bool [player, action]: what the innermost world allows and the rules around it do not.

    Nothing of players whose actions are others than in the innermost world, and of those whom rules admitted.
    """
    base, most = base_world(world), max(world.action_counts)
    same = np.array([i < base.n and world.actions[i] == base.actions[i] for i in range(world.n)])
    could = base.available(base_state(world, state))
    wide = jnp.zeros((world.n, most), bool)
    rows, columns = min(world.n, base.n), min(most, could.shape[1])
    wide = wide.at[:rows, :columns].set(could[:rows, :columns])
    return wide & ~world.available(state) & same[:, None]


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


@_drawn.register
def _(world: Foraging, states: Callable[[int], Any], codes: Sequence[Any], count: int) -> list[Scene]:
    """The field, and where everybody is."""
    del world, codes
    found = []
    for t in range(count):
        state = states(t)
        avatars = tuple((int(row), int(column), -1, i) for i, (row, column) in enumerate(state.place))
        found.append(Scene(codes=np.asarray(state.field).astype(np.int8), avatars=avatars))
    return found
