"""Humans and AI systems in one world, and what it is worth to each (after Zhang et al. 2024, arXiv 2402.12907, equations 1–4).

Humans h and AI systems i act at the same time, each for its own discounted value under everybody's policies π,

    V_h(π) = E[ Σ_t γ^t r_h(s_t, a_t) ]        V_i(π) = E[ Σ_t γ^t r_i(s_t, a_t) ]

and people's value is that of the humans, whatever the AI systems get. A human is a policy like any other: scripted, learned from
data, or *replayed* from a table of what people did (`Replay`); `Cast` gives every player its own. `values` estimates V from
rollouts, with an interval; `exact_values` solves for it in a tabular game.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..behaviour.estimation.confidence import student
from ..errors import InputError
from ..game.markov_play import MarkovPlay
from .policy import Policy, Uniform
from .rollout import renewed, where
from .world import Seen, World, pytree, static

COLUMNS = ("round", "player", "action")


# ── everybody its own policy ────────────────────────────────────────────────────────────────────────────────────────


@pytree
class Cast(Policy):
    """A policy for each player. Make one with `Cast.of`."""

    policies: tuple[Policy, ...]
    whose: tuple[int, ...] = static()
    """whose[i]: which of `policies` player i acts by."""

    @staticmethod
    def of(world: World, parts: Mapping[str, Policy], rest: Policy | None = None) -> Cast:
        """{player: policy}, and `rest` for whoever is not named.

        Raises InputError for a name that is no player's, and for a player without a policy.
        """
        by_index = {world.index(player): policy for player, policy in parts.items()}
        missing = [player for i, player in enumerate(world.players) if i not in by_index]
        if missing and rest is None:
            raise InputError(
                where="cast",
                needed="a policy for every player",
                found=f"none for {', '.join(missing)}",
                remedy="Give rest=, a policy for all others.",
            )
        chosen = [by_index.get(i, rest) for i in range(world.n)]
        different = {id(policy): policy for policy in chosen}
        places = {which: k for k, which in enumerate(different)}
        return Cast(tuple(p for p in different.values() if p is not None), tuple(places[id(p)] for p in chosen))

    def first(self, world: World) -> Any:
        return tuple(policy.first(world) for policy in self.policies)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        keys = jax.random.split(key, len(self.policies))
        acts, after = [], []
        for policy, own, before in zip(self.policies, keys, memory, strict=True):
            actions, kept = policy.act(own, world, state, seen, before)
            acts.append(actions)
            after.append(kept)
        whose = jnp.array(self.whose)
        return jnp.stack(acts)[whose, jnp.arange(world.n)].astype(jnp.int32), tuple(after)


# ── people as they were recorded ────────────────────────────────────────────────────────────────────────────────────


@pytree
class Replay(Policy):
    """Players do, step after step, what a table says that they did. Make one with `Replay.of` or `Replay.read`."""

    actions: jax.Array
    """int32 [step, player]; 0 for those whom the table does not name (use `Cast`)."""

    @staticmethod
    def of(world: World, rows: Iterable[Sequence[Any]], where: str = "replay") -> Replay:
        """From rows (round, player, action): rounds count the world's steps from 1, actions are labels of that player.

        Every player named needs an action in every round of the horizon, and one only; rounds after it are no error. Raises
        InputError naming the row, or the first round and player that are missing.
        """
        table = np.full((world.horizon, world.n), -1)
        named = set()
        for k, row in enumerate(rows, start=1):
            place = f"{where}, row {k}"
            if len(row) != len(COLUMNS):
                raise InputError(where=place, needed=f"{', '.join(COLUMNS)}", found=f"{len(row)} entries")
            t, (i, action) = _round(row[0], place), _act(world, str(row[1]), str(row[2]), place)
            named.add(i)
            if t > world.horizon:
                continue
            if table[t - 1, i] >= 0:
                raise InputError(where=place, needed=f"one action of {row[1]} in round {t}", found="a second one")
            table[t - 1, i] = action
        if not named:
            raise InputError(where=where, needed="at least one row of what a player did", found="none")
        for t, i in np.ndindex(table.shape):
            if i in named and table[t, i] < 0:
                raise InputError(
                    where=where,
                    needed=f"an action of {world.players[i]} in each of {world.horizon} rounds",
                    found=f"none in round {t + 1}",
                    remedy="Shorten the world to the rounds that were recorded, or leave the player out.",
                )
        return Replay(jnp.asarray(np.maximum(table, 0), jnp.int32))

    @staticmethod
    def read(path: str | Path, world: World) -> Replay:
        """From a CSV file with the columns round, player, action, or a JSON list of objects with these keys.

        Raises InputError for a file that cannot be read, and as `of` does.
        """
        file = Path(path)
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(where=str(file), needed="a CSV or JSON file", found=type(error).__name__) from None
        rows: Any
        if file.suffix == ".json":
            try:
                rows = json.loads(text)
            except json.JSONDecodeError as error:
                raise InputError(where=f"{file}, line {error.lineno}", needed="JSON", found=error.msg) from None
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise InputError(where=str(file), needed="a list of objects", found=type(rows).__name__)
        else:
            rows = list(csv.DictReader(text.splitlines()))
        for k, row in enumerate(rows, start=1):
            absent = [column for column in COLUMNS if row.get(column) is None]
            if absent:
                raise InputError(where=f"{file}, row {k}", needed=", ".join(COLUMNS), found=f"no {absent[0]}")
        return Replay.of(world, [[row[column] for column in COLUMNS] for row in rows], str(file))

    def first(self, world: World) -> jax.Array:
        del world
        return jnp.int32(0)

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del key, world, state, seen
        return self.actions[memory], memory + 1


def _round(value: Any, place: str) -> int:
    try:
        t = int(str(value))
    except ValueError:
        t = 0
    if t < 1:
        raise InputError(where=place, needed="a round: 1, 2, …", found=repr(value))
    return t


def _act(world: World, player: str, action: str, place: str) -> tuple[int, int]:
    """(player, action) as positions."""
    if player not in world.players:
        raise InputError(where=place, needed=f"a player: one of {', '.join(world.players)}", found=repr(player))
    i = world.players.index(player)
    labels = world.actions[i]
    if action not in labels:
        shown = ", ".join(labels[:12]) + (", …" if len(labels) > 12 else "")
        raise InputError(where=place, needed=f"an action of {player}: {shown}", found=repr(action))
    return i, labels.index(action)


# ── what it is worth ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Values:
    """V of every player under one joint policy."""

    players: tuple[str, ...]
    mean: np.ndarray
    """[player]; expected discounted sum of rewards: what the world pays, what rules move, and what is felt."""
    base: np.ndarray
    """[player]; the same of what the world pays alone."""
    half: np.ndarray
    """[player]; half the width of the 95 % interval of `mean`; zero where it is exact."""
    people: float
    """The humans' `base` together: in what the world pays, since money moves and value does not."""
    people_half: float
    n: int
    """Episodes; 0 where nothing was sampled."""
    seed: int | None = None
    how: str = ""

    def __str__(self) -> str:
        said = (f"{p} {m:.4g} ± {h:.2g}" for p, m, h in zip(self.players, self.mean, self.half, strict=True))
        return f"{'; '.join(said)}; people {self.people:.4g} ± {self.people_half:.2g} ({self.how})"


@partial(jax.jit, static_argnames=("batch", "steps"))
def _sums(
    world: World, policy: Policy, key: jax.Array, discount: jax.Array, batch: int, steps: int
) -> tuple[jax.Array, jax.Array]:
    """([episode, player] discounted rewards, the same of the world's pay), each episode to its first end."""
    first, loop = jax.random.split(key)
    state = jax.vmap(world.reset)(jax.random.split(first, batch))
    memory = jax.tree.map(lambda x: jnp.broadcast_to(x, (batch, *jnp.shape(x))), policy.first(world))
    zeros = jnp.zeros((batch, world.n), jnp.float32)

    def one(carry: Any, key: jax.Array) -> tuple[Any, None]:
        state, memory, weight, total, base, alive = carry
        choose, move, anew = jax.random.split(key, 3)
        seen = jax.vmap(world.observe)(state)
        actions, after = jax.vmap(lambda k, st, se, me: policy.act(k, world, st, se, me))(
            jax.random.split(choose, batch), state, seen, memory
        )
        turn = jax.vmap(world.step)(jax.random.split(move, batch), state, actions)
        counts = alive[:, None] * weight
        carry = (
            renewed(world, anew, turn.state, turn.done),
            where(alive, after, memory),
            weight * discount,
            total + counts * turn.reward,
            base + counts * turn.base,
            alive & ~turn.done,
        )
        return carry, None

    start = (state, memory, jnp.ones(world.n), zeros, zeros, jnp.ones(batch, bool))
    (_, _, _, total, base, _), _ = jax.lax.scan(one, start, jax.random.split(loop, steps))
    return total, base


def values(
    world: World,
    policy: Policy | None = None,
    *,
    humans: Sequence[str] | None = None,
    discount: Any = 1.0,
    episodes: int = 1_000,
    steps: int | None = None,
    seed: int = 0,
) -> Values:
    """V of every player by rollouts of `policy` (uniform where None): means over `episodes`, with Student's 95 % intervals.

    humans: who counts as people, all where None. discount: γ, one or one per player, from 0 to 1. An episode is counted to its
    first end, or for `steps` (the horizon where None); what is cut off is left out, so with γ < 1 let γ^steps be small. Same seed,
    same bytes. Raises InputError for a discount out of range, fewer than two episodes, or a human who does not play.
    """
    rate = np.broadcast_to(np.asarray(discount, float), (world.n,))
    length = world.horizon if steps is None else steps
    if not ((rate >= 0) & (rate <= 1)).all() or episodes < 2 or length < 1:
        raise InputError(
            where="values",
            needed="discounts from 0 to 1, two episodes and a step at least",
            found=f"{discount}, {episodes} episodes, {length} steps",
        )
    who = [world.index(player) for player in (world.players if humans is None else humans)]
    acting = Uniform() if policy is None else policy
    rewards, base = _sums(world, acting, jax.random.key(seed), jnp.asarray(rate, jnp.float32), episodes, length)
    total, paid = np.asarray(rewards, float), np.asarray(base, float)
    together = paid[:, who].sum(axis=1)
    width = student(0.95, episodes - 1) / np.sqrt(episodes)
    return Values(
        players=world.players,
        mean=total.mean(axis=0),
        base=paid.mean(axis=0),
        half=width * total.std(axis=0, ddof=1),
        people=float(together.mean()),
        people_half=float(width * together.std(ddof=1)),
        n=episodes,
        seed=seed,
        how=f"{episodes} episodes of at most {length} steps, seed {seed}, 95 % intervals",
    )


def exact_values(play: MarkovPlay, humans: Sequence[str] | None = None) -> Values:
    """V of every player of a tabular game under stationary play, one linear solve each. Raises InputError for a name not there."""
    game = play.game
    strategic = [game.players[i] for i in game.strategic]
    who = [game.index(player) for player in (strategic if humans is None else humans)]
    mean = np.asarray(play.worth, float)
    base = mean - np.asarray(play.transfers, float)
    zero = np.zeros(game.n)
    return Values(game.players, mean, base, zero, float(base[who].sum()), 0.0, 0, None, "exact, for ever")
