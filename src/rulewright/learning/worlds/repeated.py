"""Any game again and again: types drawn afresh each round and seen in private, signals drawn by their laws when all have acted.

Rules read what they read in the game itself: "action of i", "type of i", and the game's own signals by name.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...game.play import Play
from ..policy import Policy
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.seen import no_view
from ..world.world import action_kind
from ..world.wrapper import base_state
from .tabular import cumulative, drawn


@pytree
class RepeatedState:
    types: jax.Array
    """int32 [player]; position among its own types."""
    time: jax.Array
    """int32 []."""


@pytree
class Repeated(World):
    """Make one with `Repeated.of(game, rounds)`."""

    payoff: jax.Array
    """float32 [player, *types, *actions]; without what rules move."""
    transfer: jax.Array
    """float32 [player, *types, *actions]."""
    prior: jax.Array
    """float32 [type profile]; cumulative, in C order."""
    laws: tuple[jax.Array, ...]
    """Of each signal: float32 [*types, *actions, outcome], cumulative."""
    names: tuple[str, ...] = static()
    sets: tuple[tuple[str, ...], ...] = static()
    """Type labels of each player."""
    labels: tuple[tuple[str, ...], ...] = static()
    shown: tuple[tuple[str, tuple[str, ...]], ...] = static(default=())
    """(name, outcomes) of each signal."""
    rounds: int = static(default=1)
    has_designer: bool = static(default=False)

    @staticmethod
    def of(game: Game, rounds: int = 1) -> Repeated:
        """`game` for so many rounds. Raises InputError for something else, or fewer rounds than one."""
        if not isinstance(game, Game) or rounds < 1:
            raise InputError(
                where="repeated world",
                needed="a Game and at least one round",
                found=f"{type(game).__name__}, {rounds} rounds",
            )
        floats = game.floats
        return Repeated(
            payoff=jnp.asarray(floats.payoff - floats.transfer, jnp.float32),
            transfer=jnp.asarray(floats.transfer, jnp.float32),
            prior=cumulative(floats.prior.ravel()),
            laws=tuple(cumulative(signal.law) for signal in floats.signals),
            names=game.players,
            sets=game.types,
            labels=game.actions,
            shown=tuple((signal.name, signal.outcomes) for signal in game.signals),
            rounds=rounds,
            has_designer=game.designer,
        )

    @property
    def players(self) -> tuple[str, ...]:
        return self.names

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self.labels

    @property
    def all_types(self) -> tuple[str, ...]:
        """Labels of all players' types, each once: the outcomes of "type of i"."""
        return tuple(dict.fromkeys(label for own in self.sets for label in own))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        own = (action_kind(self.labels), Kind("type", self.all_types))
        return (*own, *(Kind(name, outcomes, "world") for name, outcomes in self.shown))

    @property
    def horizon(self) -> int:
        return self.rounds

    @property
    def designer(self) -> bool:
        return self.has_designer

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*(f"own type is number {k + 1}" for k in range(max(map(len, self.sets)))), "time")

    def nature(self, key: jax.Array) -> jax.Array:
        """int32 [player]: types drawn from the prior."""
        return jnp.stack(jnp.unravel_index(drawn(key, self.prior), tuple(map(len, self.sets)))).astype(jnp.int32)

    def reset(self, key: jax.Array) -> RepeatedState:
        return RepeatedState(self.nature(key), jnp.int32(0))

    def step(self, key: jax.Array, state: RepeatedState, actions: jax.Array) -> Turn:
        anew, *looks = jax.random.split(key, 1 + len(self.laws))
        cell = (*(state.types[i] for i in range(self.n)), *(actions[i] for i in range(self.n)))
        money = self.transfer[(slice(None), *cell)]
        most = max(map(len, self.sets))
        words = np.array([[self.all_types.index(own[min(k, len(own) - 1)]) for k in range(most)] for own in self.sets])
        told = jnp.take_along_axis(jnp.asarray(words), state.types[:, None], axis=1)[:, 0].astype(jnp.int32)
        codes = (drawn(look, law[cell]) for look, law in zip(looks, self.laws, strict=True))
        return Turn(
            state=RepeatedState(self.nature(anew), state.time + 1),
            base=self.payoff[(slice(None), *cell)],
            transfer=money,
            care=jnp.zeros(self.n, jnp.float32),
            fund=-money.sum(),
            terminated=jnp.bool_(False),
            truncated=state.time + 1 >= self.rounds,
            events=Events((actions, told, *codes), self.kinds),
        )

    def observe(self, state: RepeatedState) -> Seen:
        own = jax.nn.one_hot(state.types, max(map(len, self.sets)))
        time = jnp.full((self.n, 1), state.time / self.rounds)
        return Seen(no_view(self.n), jnp.concatenate([own, time], axis=1).astype(jnp.float32))


@pytree
class ByType(Policy):
    """Everybody mixes as its type says, in every round. Make one with `ByType.of`."""

    below: jax.Array
    """float32 [player, type, most actions]; cumulative."""

    @staticmethod
    def of(play: Play) -> ByType:
        """What everybody does in one independent play. Raises InputError for a correlated one."""
        if play.strategies is None:
            raise InputError(where="policy by type", needed="independent play", found="a correlated one")
        types, most = max(play.game.type_counts), max(play.game.action_counts)
        wide = np.zeros((play.game.n, types, most))
        for i, table in enumerate(play.strategies):
            wide[i, : table.shape[0], : table.shape[1]] = np.asarray(table, float)
        return ByType(cumulative(wide))

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        types = base_state(world, state).types
        below = jnp.take_along_axis(self.below, types[:, None, None], axis=1)[:, 0]
        return jax.vmap(drawn)(jax.random.split(key, world.n), below), memory
