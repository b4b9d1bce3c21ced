"""One episode, filmed: boards as codes, what happened in words, the three accounts and the fund, and what rules remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.events import told
from ..policy import Policy
from ..world import World
from ..world.wrapper import base_state, base_world
from . import board, panel
from .scene import Scene, Tile


@dataclass(frozen=True)
class Recording:
    """T steps, T + 1 moments; moment t is after step t."""

    title: str
    players: tuple[str, ...]
    tiles: tuple[Tile, ...]
    scenes: tuple[Scene, ...] = field(repr=False)
    """[moment]."""
    events: tuple[tuple[str, ...], ...] = field(repr=False)
    """[moment]: what happened on the way there, in words; nothing at first."""
    base: Any = field(repr=False)
    """float32 [T, player]; what the world paid in each step."""
    transfer: Any = field(repr=False)
    care: Any = field(repr=False)
    fund: Any = field(repr=False)
    """float32 [T]; what the rule-maker's fund received."""
    rules: tuple[str, ...] = ()
    standing_names: tuple[str, ...] = ()
    standing: tuple[tuple[tuple[str, ...], ...], ...] = field(default=(), repr=False)
    """[moment][player]: what rules remember of each player, and last what rules forbid it."""
    lines: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    """[moment]: what stands of the whole world."""
    ended: str = ""
    """How it ended: by the world's own rules, at its time, or because filming stopped."""

    @property
    def steps(self) -> int:
        return len(self.base)


@partial(jax.jit, static_argnames="steps")
def _film(world: World, policy: Policy, key: jax.Array, steps: int) -> Any:
    first, loop = jax.random.split(key)
    state = world.reset(first)

    def look(state: Any) -> Any:
        return (
            board.shown(world, state),
            base_state(world, state),
            board.forbidden(world, state),
            world.standing(state).codes,
        )

    def one(carry: Any, key: jax.Array) -> Any:
        state, memory = carry
        choose, move = jax.random.split(key)
        actions, memory = policy.act(choose, world, state, world.observe(state), memory)
        turn = world.step(move, state, actions)
        got = (turn.base, turn.transfer, turn.care, turn.fund, turn.terminated, turn.truncated, turn.events.codes)
        return (turn.state, memory), (got, look(turn.state))

    _, (got, looks) = jax.lax.scan(one, (state, policy.first(world)), jax.random.split(loop, steps))
    return got, jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), look(state), looks)


def record(
    world: World,
    policy: Policy,
    key: jax.Array,
    steps: int | None = None,
    *,
    title: str = "",
    rules: Sequence[str] | None = None,
) -> Recording:
    """Films one episode of at most `steps` steps (the horizon if None), everybody acting by `policy`. Same key, same film.

    `rules`: sentences on the rules in force, `institution.describe()` say; read off the world if None. Raises InputError where
    there is no step to film or the policy does not fit the world.
    """
    length = world.horizon if steps is None else min(steps, world.horizon)
    if length < 1:
        raise InputError(where="record", needed="at least one step", found=str(steps))
    policy.check(world)
    got, looks = _film(world, policy, key, length)
    base, transfer, care, fund, ended, cut, codes = jax.device_get(got)
    over = np.flatnonzero(ended | cut)
    count = int(over[0]) + 1 if len(over) else length
    found, states, forbidden, standing = looks
    found, forbidden, standing = jax.device_get((found, forbidden, standing))
    happened = [None, *(tuple(c[t] for c in codes) for t in range(count))]
    kinds = jax.eval_shape(lambda k: world.standing(world.reset(k)), key).kinds
    stood = [kind.name for kind in kinds]  # told as it stands now, not as an event of the step before
    names, rows, lines = _standing(world, kinds, standing, forbidden, count + 1)
    host = _host(states)
    how = "by its own rules" if len(over) and ended[over[0]] else "at its time" if len(over) else "filming stopped"
    return Recording(
        title=title or type(base_world(world)).__name__,
        players=world.players,
        tiles=board.tiles(world),
        scenes=tuple(board.scenes(world, found, lambda t: jax.tree.map(lambda x: x[t], host), happened, count + 1)),
        events=tuple(() if codes is None else told(world, codes, leave=stood) for codes in happened),
        base=base[:count],
        transfer=transfer[:count],
        care=care[:count],
        fund=fund[:count],
        rules=tuple(rules) if rules is not None else panel.rules(world),
        standing_names=names,
        standing=rows,
        lines=lines,
        ended=how,
    )


def _host(states: Any) -> Any:
    """States as NumPy, keys of random numbers left where they are."""
    return jax.tree.map(lambda x: x if jnp.issubdtype(x.dtype, jax.dtypes.prng_key) else np.asarray(x), states)


def _standing(world: World, kinds: Any, standing: Any, forbidden: Any, moments: int) -> Any:
    """(names, [moment][player][name], [moment] lines) of records and masks; a column that is empty throughout is left out."""
    names: tuple[str, ...] = ()
    rows, lines = [], []
    for t in range(moments):
        names, columns, said = panel.standings(world, kinds, [code[t] for code in standing])
        columns.append(panel.barred(world, forbidden[t]))
        rows.append(tuple(tuple(column[i] for column in columns) for i in range(world.n)))
        lines.append(tuple(said))
    if any(row[-1] for moment in rows for row in moment):
        return (*names, "forbidden"), tuple(rows), tuple(lines)
    return names, tuple(tuple(row[:-1] for row in moment) for moment in rows), tuple(lines)
