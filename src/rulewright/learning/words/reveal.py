"""`reveal` on a world: who sees what before it acts.

    Reveal(to, outcomes, law)           a random device, public or private, drawn anew for every step (a mediator)
    Show("clean", rate=0.05)            codes of a kind as numbers: as they stand or last were, or as a running rate
    Hide(("stock",), to=("agent 0",))   numbers that some players no longer see

Nobody has a type in a world, so a law of `Reveal` has no axis of types but single ones; what is hidden in the state is shown by
`Show`. Nothing here moves money or changes what happens: with the same actions the world does the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...institution.moves import Reveal
from ...numerics import rational
from ..world import Events, Kind, Seen, Turn, World, Wrapper, pytree, static
from ..world.events import NO_YES, position
from .fit import drawn
from .last import remembering
from .lift import lift
from .speak import free_name


@pytree
class ToldState:
    inner: Any
    codes: jax.Array
    """int32 [told]; what each was told before acting."""


@pytree
class Told(Wrapper):
    """A world with a random device: told[k] is read by player `to[k]` alone."""

    inner: World
    law: Any
    """float32 [joint outcome], in C order of what each is told."""
    to: tuple[int, ...] = static()
    told: tuple[Kind, ...] = static()
    draws = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (*self.inner.kinds, *self.told)

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*self.inner.number_names, *(f"{kind.name}: {y}" for kind in self.told for y in kind.outcomes))

    @cached_property
    def stands(self) -> tuple[str, ...]:
        return (*self.inner.stands, *(kind.name for kind in self.told))

    def inner_state(self, state: ToldState) -> Any:
        return state.inner

    def _draw(self, key: jax.Array) -> jax.Array:
        joint = drawn(self.own(key), jnp.asarray(self.law))
        return jnp.stack(jnp.unravel_index(joint, [len(kind.outcomes) for kind in self.told])).astype(jnp.int32)

    def reset(self, key: jax.Array) -> ToldState:
        return ToldState(self.inner.reset(key), self._draw(key))

    def step(self, key: jax.Array, state: ToldState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        return replace(turn, state=ToldState(turn.state, self._draw(key)), events=self._with(turn.events, state))

    def _with(self, events: Events, state: ToldState) -> Events:
        for k, kind in enumerate(self.told):
            events = events.plus(kind, state.codes[k])
        return events

    def standing(self, state: ToldState) -> Events:
        return self._with(self.inner.standing(state.inner), state)

    def observe(self, state: ToldState) -> Seen:
        seen, who = self.inner.observe(state.inner), jnp.arange(self.n)[:, None]
        for k, kind in enumerate(self.told):
            shown = jax.nn.one_hot(state.codes[k], len(kind.outcomes))
            seen = seen.plus(jnp.where(who == self.to[k], shown, 0.0))
        return seen


@lift.register
def _(move: Reveal, world: World) -> World:
    where = f"reveal to {', '.join(move.to)}"
    to = tuple(world.index(player) for player in move.to)
    wanted = (*world.type_counts, *map(len, move.outcomes))
    if len(set(to)) != len(to) or len(to) != len(move.outcomes) or np.shape(move.law) != wanted:
        raise InputError(
            where=where,
            needed=f"different players and a law of shape {wanted} [one type each, told to each]",
            found=f"shape {np.shape(move.law)}",
            remedy="Players of a world have no types; what is hidden in its state is shown by `Show`.",
        )
    check_law(move.law.reshape(*world.type_counts, -1), where)
    told = tuple(
        Kind(free_name(f"told {world.players[i]}", world), tuple(y), "world")
        for i, y in zip(to, move.outcomes, strict=True)
    )
    return Told(world, np.asarray(rational.floats(move.law), np.float32).ravel(), to, told)


def features(kind: Kind) -> tuple[np.ndarray, tuple[str, ...]]:
    """(float32 [outcome, k] of order one, what each of the k is): numerals as a share of the largest, yes as 1, else one-hot."""
    if kind.outcomes == NO_YES:
        return np.array([[0.0], [1.0]], np.float32), (kind.name,)
    try:
        units = np.array([float(y) for y in kind.outcomes])
    except ValueError:
        return np.eye(len(kind.outcomes), dtype=np.float32), tuple(f"{kind.name}: {y}" for y in kind.outcomes)
    return (units / (abs(units).max() or 1.0))[:, None].astype(np.float32), (kind.name,)


@pytree
class ShownState:
    inner: Any
    mean: jax.Array
    """float32 [where it is read, feature]; the running mean of what happened. Nothing where no rate is shown."""


@pytree
class Shown(Wrapper):
    """A world in which players see a kind of event."""

    inner: World
    rate: Any
    """float32 []; the weight of the last step in a running mean, 1 for what stands or last was."""
    kind: Kind = static()
    to: tuple[int, ...] = static()
    running: bool = static(default=False)

    @property
    def number_names(self) -> tuple[str, ...]:
        """The kind read at each player or pair, in the order of `World.signals`, each feature in turn."""
        names = features(self.kind)[1]
        places = [r for r in self.inner.signals if r.kind == self.kind.name]
        said = [r.name + n.removeprefix(self.kind.name) for r in places for n in names]
        return (*self.inner.number_names, *(f"rate of {name}" if self.running else name for name in said))

    def inner_state(self, state: ShownState) -> Any:
        return state.inner

    def _read(self, events: Events) -> jax.Array:
        """float32 [place, feature]."""
        code = events.code(self.kind.name)
        if self.kind.among == "pair":
            code = code[~np.eye(self.n, dtype=bool)]
        return jnp.asarray(features(self.kind)[0])[code.reshape(-1)]

    def reset(self, key: jax.Array) -> ShownState:
        places = {"player": self.n, "pair": self.n * (self.n - 1), "world": 1}[self.kind.among] if self.running else 0
        return ShownState(self.inner.reset(key), jnp.zeros((places, features(self.kind)[0].shape[1]), jnp.float32))

    def step(self, key: jax.Array, state: ShownState, actions: jax.Array) -> Turn:
        turn = self.inner.step(key, state.inner, actions)
        mean = state.mean
        if self.running:
            mean = mean + self.rate * (self._read(turn.events) - mean)
        return replace(turn, state=ShownState(turn.state, mean))

    def observe(self, state: ShownState) -> Seen:
        shown = (state.mean if self.running else self._read(self.inner.standing(state.inner))).reshape(-1)
        sees = np.isin(np.arange(self.n), self.to)[:, None]
        return self.inner.observe(state.inner).plus(jnp.where(sees, shown, 0.0))


@dataclass(frozen=True, eq=False)
class Show:
    """Show players a kind of event: as it stands (stocks, records) or last was, or its running mean; a move."""

    kind: str
    to: tuple[str, ...] | None = None
    """Who sees it; everybody if left out."""
    rate: float | None = None
    """Left out: the last code. Else the weight of the newest step in a running mean, above 0 and at most 1."""

    def describe(self) -> str:
        what = self.kind if self.rate is None else f"the rate of {self.kind}"
        return f"show {' and '.join(self.to) if self.to else 'everybody'} {what}"

    def wrap(self, world: World) -> World:
        """The world with more numbers seen. Raises InputError for a kind that is not emitted, or a rate out of range."""
        kind = world.kinds[position(self.kind, world.kinds)]
        if self.rate is not None and not 0 < self.rate <= 1:
            raise InputError(where=f"show {self.kind}", needed="a rate above 0 and at most 1", found=str(self.rate))
        to = tuple(range(world.n)) if self.to is None else tuple(sorted({world.index(p) for p in self.to}))
        inside = world if self.rate is not None else remembering(world, (self.kind,))
        return Shown(inside, np.float32(1 if self.rate is None else self.rate), kind, to, self.rate is not None)


@pytree
class Hidden(Wrapper):
    """A world in which some players do not see some numbers: they read 0."""

    inner: World
    columns: tuple[int, ...] = static()
    who: tuple[int, ...] = static()

    def observe(self, state: Any) -> Seen:
        seen = self.inner.observe(state)
        masked = np.isin(np.arange(self.n), self.who)[:, None] & np.isin(np.arange(seen.numbers.shape[1]), self.columns)
        return replace(seen, numbers=jnp.where(masked, 0.0, seen.numbers))


@dataclass(frozen=True, eq=False)
class Hide:
    """Hide numbers from players (they read 0); a move."""

    numbers: tuple[str, ...]
    to: tuple[str, ...] | None = None
    """From whom; everybody if left out."""

    def describe(self) -> str:
        return f"hide {', '.join(self.numbers)} from {' and '.join(self.to) if self.to else 'everybody'}"

    def wrap(self, world: World) -> World:
        """The world with fewer numbers seen. Raises InputError naming the numbers there are."""
        names = world.number_names
        unknown = [name for name in self.numbers if name not in names]
        if unknown:
            raise InputError(where="hide", needed=f"numbers among {', '.join(names) or 'none'}", found=repr(unknown[0]))
        to: Sequence[int] = range(world.n) if self.to is None else [world.index(p) for p in self.to]
        return Hidden(world, tuple(k for k, name in enumerate(names) if name in self.numbers), tuple(to))
