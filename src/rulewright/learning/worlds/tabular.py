"""Any finite Markov game as a world, with the same states, acts, payoffs and moves: what learners do is held against exact values.

Payoffs are the game's, less the money that rules moved in it, which goes to the account of transfers; the discount rides along,
for whoever values a play. A rule reads "action of i" and "state" (as it stood when the players acted), and nothing else. An action
that is not available in a state counts as the first that is, as in the game's own tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ..policy import Policy
from ..world import Events, Kind, Seen, Turn, World, pytree, static
from ..world.seen import no_view
from ..world.world import action_kind
from ..world.wrapper import base_state


@pytree
class TabularState:
    state: jax.Array
    """int32 []."""
    time: jax.Array
    """int32 []."""


@pytree
class Tabular(World):
    """Make one with `Tabular.of(game)`."""

    payoff: jax.Array
    """float32 [player, state, *actions]; without what rules move."""
    transfer: jax.Array
    """float32 [player, state, *actions]."""
    below: jax.Array
    """float32 [state, *actions, next state]; cumulative law of the next state."""
    start: jax.Array
    """float32 [state]; cumulative law of the first state."""
    discount: jax.Array
    """float32 [player]; what a later round is worth."""
    masks: jax.Array
    """bool [player, state, most actions]; what is available."""
    names: tuple[str, ...] = static()
    states: tuple[str, ...] = static()
    labels: tuple[tuple[str, ...], ...] = static()
    rounds: int = static(default=100)
    has_designer: bool = static(default=False)

    @staticmethod
    def of(game: MarkovGame, rounds: int = 100) -> Tabular:
        """`game` played for so many rounds. Raises InputError for something else, or fewer rounds than one."""
        if not isinstance(game, MarkovGame) or rounds < 1:
            raise InputError(
                where="tabular world",
                needed="a MarkovGame and at least one round",
                found=f"{type(game).__name__}, {rounds} rounds",
            )
        floats, most = game.floats, max(game.action_counts)
        masks = np.zeros((game.n, game.state_count, most), bool)
        for i, mask in enumerate(game.available):
            masks[i, :, : mask.shape[1]] = mask
        return Tabular(
            payoff=jnp.asarray(floats.payoff - floats.transfer, jnp.float32),
            transfer=jnp.asarray(floats.transfer, jnp.float32),
            below=cumulative(floats.transition),
            start=cumulative(floats.start),
            discount=jnp.asarray(floats.discount, jnp.float32),
            masks=jnp.asarray(masks),
            names=game.players,
            states=game.states,
            labels=game.actions,
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
    def kinds(self) -> tuple[Kind, ...]:
        return (action_kind(self.labels), Kind("state", self.states, "world"))

    @property
    def horizon(self) -> int:
        return self.rounds

    @property
    def designer(self) -> bool:
        return self.has_designer

    @property
    def number_names(self) -> tuple[str, ...]:
        return (*(f"in {state}" for state in self.states), "time")

    def available(self, state: TabularState) -> jax.Array:
        return self.masks[:, state.state]

    def reset(self, key: jax.Array) -> TabularState:
        return TabularState(drawn(key, self.start), jnp.int32(0))

    def step(self, key: jax.Array, state: TabularState, actions: jax.Array) -> Turn:
        s, mask = state.state, self.masks[:, state.state]
        can = jnp.take_along_axis(mask, actions[:, None], axis=1)[:, 0]
        done = jnp.where(can, actions, mask.argmax(axis=1)).astype(jnp.int32)
        cell = (s, *(done[i] for i in range(self.n)))
        money = self.transfer[(slice(None), *cell)]
        return Turn(
            state=TabularState(drawn(key, self.below[cell]), state.time + 1),
            base=self.payoff[(slice(None), *cell)],
            transfer=money,
            care=jnp.zeros(self.n, jnp.float32),
            fund=-money.sum(),
            terminated=jnp.bool_(False),
            truncated=state.time + 1 >= self.rounds,
            events=Events((done, s), self.kinds),
        )

    def observe(self, state: TabularState) -> Seen:
        numbers = jnp.append(jax.nn.one_hot(state.state, len(self.states)), state.time / self.rounds)
        return Seen(no_view(self.n), jnp.broadcast_to(numbers.astype(jnp.float32), (self.n, len(self.states) + 1)))


def cumulative(law: Any) -> jax.Array:
    """float32: probabilities summed up over the last axis; one, whatever the rounding, from the last possible outcome on."""
    sums = np.asarray(law, float).cumsum(axis=-1)
    sums[sums > 1 - 1e-9] = 1
    sums[..., -1] = 1
    return jnp.asarray(sums, jnp.float32)


def drawn(key: jax.Array, below: jax.Array) -> jax.Array:
    """int32 []: an outcome of the cumulative law."""
    return (jax.random.uniform(key) >= below).argmin().astype(jnp.int32)


@pytree
class Stationary(Policy):
    """Everybody mixes in each state of a tabular world as it says. Make one with `Stationary.of`."""

    below: jax.Array
    """float32 [player, state, most actions]; cumulative."""

    @staticmethod
    def of(strategies: Sequence[Any] | MarkovPlay) -> Stationary:
        """From one [state, action] array per player, or an independent play. Raises InputError for a correlated one."""
        tables = strategies.strategies if isinstance(strategies, MarkovPlay) else strategies
        if tables is None:
            raise InputError(where="stationary policy", needed="independent play", found="a correlated one")
        most = max(np.shape(t)[1] for t in tables)
        wide = [np.pad(np.asarray(t, float), ((0, 0), (0, most - np.shape(t)[1]))) for t in tables]
        return Stationary(cumulative(np.stack(wide)))

    def act(self, key: jax.Array, world: World, state: Any, seen: Seen, memory: Any) -> tuple[jax.Array, Any]:
        del seen
        below = self.below[:, base_state(world, state).state]
        return jax.vmap(drawn)(jax.random.split(key, world.n), below), memory
