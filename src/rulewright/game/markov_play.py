"""A stationary play of a Markov game: what it is worth from every state, and who would rather deviate.

Either a profile of stationary strategies σ_i(a_i | s), drawn independently, or a law π(a | s) drawn afresh in every round,
as by a mediator that sees the state. Under it payoffs and moves are those of a Markov chain, and values one linear solve:

    V_i = (I − δ_i T_π)⁻¹ u_i,π        regret_i(s) = max over replies of V_i(s) − V_i(s)

Against stationary play of the others a stationary reply is best (Blackwell 1965), so the regrets are over everything that a player
could do, whatever it remembers; none at any state is a Markov-perfect equilibrium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.decision import best, evaluated
from ..numerics.rational import Array
from .game import check_law
from .markov import MarkovGame


def averaged(table: Array, strategies: Sequence[Array], *, keep: Sequence[int] = (), trailing: int = 0) -> Array:
    """Sum table[..., state, *actions, *trailing] over the actions of players that are not in `keep`.

    strategies[j] is [state, action]. Leading and trailing axes ride along.
    """
    n = len(strategies)
    state = table.ndim - n - 1 - trailing
    axes = list(range(table.ndim))
    for j in reversed(range(n)):
        if j not in keep:
            rest = [axis for axis in axes if axis != state + 1 + j]
            table = np.einsum(table, axes, strategies[j], [state, state + 1 + j], rest)
            axes = rest
    return table


@dataclass(frozen=True, eq=False)
class MarkovPlay:
    """What everybody does in every state of one Markov game. Make one with `of`, `pure` or `joint`."""

    game: MarkovGame
    law: Array = field(repr=False)
    """[state, *actions]; sums to one in every state."""
    strategies: tuple[Array, ...] | None = None
    """Per player [state, action]; None if the play is correlated."""

    @staticmethod
    def of(game: MarkovGame, strategies: Sequence[Any]) -> MarkovPlay:
        """From one [state, action] array per player. Raises InputError for a wrong shape or law, or an act not to be had."""
        profile = tuple(rational.like(s, game.payoff) for s in strategies)
        if len(profile) != game.n:
            raise InputError(where="strategies", needed=f"one for each of {game.n} players", found=f"{len(profile)}")
        law = rational.zeros((game.state_count,) + (1,) * game.n, game.payoff) + 1
        for i, (strategy, player) in enumerate(zip(profile, game.players, strict=True)):
            if strategy.shape != game.available[i].shape:
                raise InputError(
                    where=f"strategy of {player}",
                    needed=f"shape {game.available[i].shape} [state, action]",
                    found=str(strategy.shape),
                )
            check_law(strategy, f"strategy of {player}")
            if (strategy[~game.available[i]] != 0).any():
                raise InputError(where=f"strategy of {player}", needed="available actions only", found="another one")
            shape = [game.state_count] + [1] * game.n
            shape[1 + i] = -1
            law = law * strategy.reshape(shape)
        return MarkovPlay(game, rational.frozen(law), tuple(map(rational.frozen, profile)))

    @staticmethod
    def pure(game: MarkovGame, choices: Mapping[str, str | Sequence[str]] | Sequence[Any]) -> MarkovPlay:
        """From action labels: {player: one label, or one per state}; a player with one action may be left out.

        A sequence of positions (one int, or one per state, for every player) serves as well.
        """
        strategies = []
        for i, player in enumerate(game.players):
            if isinstance(choices, Mapping):
                chosen = choices.get(player, game.actions[i][0] if game.action_counts[i] == 1 else None)
            else:
                chosen = choices[i]
            one = isinstance(chosen, (str, int, np.integer))
            per_state = [chosen] * game.state_count if one else chosen
            if per_state is None or len(per_state) != game.state_count:
                raise InputError(
                    where=f"play of {player}",
                    needed=f"one action for each of {game.state_count} states",
                    found=repr(chosen),
                )
            strategy = rational.zeros(game.available[i].shape, game.payoff)
            for s, action in enumerate(per_state):
                strategy[s, _action(game, i, action)] = rational.fraction(1)
            strategies.append(strategy)
        return MarkovPlay.of(game, strategies)

    @staticmethod
    def joint(game: MarkovGame, law: Any) -> MarkovPlay:
        """From a correlated law π(a | s), [state, *actions]."""
        table = rational.like(law, game.payoff)
        if table.shape != game.payoff.shape[1:]:
            raise InputError(where="law of play", needed=f"shape {game.payoff.shape[1:]}", found=str(table.shape))
        check_law(table.reshape(game.state_count, -1), "law of play")
        for i, mask in enumerate(game.available):
            own = table.sum(axis=tuple(1 + j for j in range(game.n) if j != i))
            if (own[~mask] != 0).any():
                raise InputError(
                    where=f"law of play of {game.players[i]}", needed="available actions only", found="another"
                )
        return MarkovPlay(game, rational.frozen(table))

    @property
    def _over(self) -> tuple[int, ...]:
        return tuple(range(1, 1 + self.game.n))

    @cached_property
    def chain(self) -> Array:
        """[state, next state]: law of the next state under the play."""
        return np.asarray((self.law[..., None] * self.game.transition).sum(axis=self._over))

    def discounted(self, table: Array, discount: Any) -> Array:
        """[state]: expected discounted sum of table[state, *actions] from every state on."""
        table = self.game.per_round(table)
        return evaluated((self.law * table).sum(axis=self._over), self.chain, self.game.rate(discount))

    @cached_property
    def values(self) -> Array:
        """[player, state]: expected discounted sums of payoffs, the present round in full."""
        game = self.game
        return np.stack(
            [self.discounted(table, delta) for table, delta in zip(game.payoff, game.discount, strict=True)]
        )

    @cached_property
    def worth(self) -> Array:
        """[player]: `values` under the law of the first state."""
        return np.asarray(self.values @ self.game.start)

    @property
    def goal(self) -> Any:
        """What the play is worth to people (the designer) under the law of the first state."""
        assert self.game.goal is not None
        return self.worth[0]

    @cached_property
    def transfers(self) -> Array:
        """[player]: expected discounted money received from rules, under the law of the first state."""
        game = self.game
        rows = [self.discounted(table, d) for table, d in zip(game.transfer, game.discount, strict=True)]
        return np.asarray(np.stack(rows) @ game.start)

    @cached_property
    def occupation(self) -> Array:
        """[player, state]: share of its discounted time that each state takes; rows sum to one."""
        game = self.game
        rows = [(1 - delta) * evaluated_row(game.start, self.chain, delta) for delta in game.discount]
        return np.stack(rows)

    def reply(self, i: int) -> tuple[Array, Array]:
        """(value [state], action positions [state, told]) of player i's best reply to the others; told: its own orders.

        In independent play there is one order (nothing told).
        """
        game = self.game
        reward, transition = self.problem(i)
        return best(reward, transition, game.discount[i], game.available[i])

    def problem(self, i: int) -> tuple[Array, Array]:
        """Player i's decision problem against the others: reward[state, told, action], transition[state, told, action, next]."""
        game = self.game
        if self.strategies is not None:
            reward = averaged(game.payoff[i], self.strategies, keep=(i,))
            transition = averaged(game.transition, self.strategies, keep=(i,), trailing=1)
            return reward[:, None], transition[:, None]
        count = game.action_counts[i]
        laws = np.moveaxis(self.law, 1 + i, 1)  # [state, told, *others]
        payoff = np.moveaxis(game.payoff[i], 1 + i, 1)
        moves = np.moveaxis(game.transition, 1 + i, 1)
        flat = laws.reshape(game.state_count, count, -1)
        reward = np.einsum("stx,sax->sta", flat, payoff.reshape(game.state_count, count, -1))
        moves = moves.reshape(game.state_count, count, -1, game.state_count)
        return reward, np.einsum("stx,saxn->stan", flat, moves)

    @cached_property
    def regrets(self) -> Array:
        """[player, state]: what the player gains from that state on by its best reply (or best disobedience)."""
        zero = rational.zeros((self.game.state_count,), self.game.payoff)
        return np.stack(
            [self.reply(i)[0] - self.values[i] if i in self.game.active else zero for i in range(self.game.n)]
        )

    @property
    def regret(self) -> Any:
        """The largest of `regrets`: how far the play is from a Markov-perfect (or correlated) equilibrium."""
        return self.regrets.max()

    @property
    def regret_at_start(self) -> Any:
        """The largest regret before the first state is drawn: how far the play is from a Nash equilibrium."""
        return (self.regrets @ self.game.start).max()

    @property
    def advantages(self) -> list[Array]:
        """Per player [state, action]: what one round of that action gains, the play going on as before."""
        found = []
        for i in range(self.game.n):
            reward, transition = self.problem(i)
            worth = (reward + self.game.discount[i] * (transition @ self.values[i])).sum(axis=1)
            found.append(worth - self.values[i][:, None])
        return found

    def describe(self, digits: int = 3) -> str:
        """Who plays what in which state, in words; players without a choice are left out."""
        if self.strategies is None:
            return "correlated play"
        said = []
        for i in self.game.active:
            for s, state in enumerate(self.game.states):
                if self.game.available[i][s].sum() == 1:
                    continue
                row = self.strategies[i][s]
                chosen = [(a, p) for a, p in zip(self.game.actions[i], row, strict=True) if p > 10.0**-digits]
                sure = len(chosen) == 1
                mix = " or ".join(a if sure else f"{a} ({rational.decimal(p, digits)})" for a, p in chosen)
                said.append(f"{self.game.players[i]} in {state}: {mix}")
        return "; ".join(said)


def evaluated_row(start: Array, chain: Array, discount: Any) -> Array:
    """[state]: expected discounted visits from the law `start` on."""
    return evaluated(start, chain.T, discount)


def _action(game: MarkovGame, i: int, action: Any) -> int:
    if isinstance(action, str):
        if action not in game.actions[i]:
            raise InputError(
                where=f"play of {game.players[i]}", needed=f"one of {', '.join(game.actions[i])}", found=repr(action)
            )
        return game.actions[i].index(action)
    return int(action)
