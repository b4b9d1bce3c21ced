"""A play: what everybody does, the law of outcomes that this gives, what it is worth, and who would rather deviate.

A play is either a profile of behaviour strategies σ_i(a_i | θ_i), drawn independently, or a law π(a | θ) that
correlates the players, as a mediator or a history of learning does. Values are expectations under p(θ)·π(a | θ).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .game import Game, check_law


def expected(array: Array, strategies: Sequence[Array], keep: Sequence[int] = ()) -> Array:
    """Sum [..., *types, *actions] over the types and actions of every player that is not in `keep`.

    strategies[j] is [type, action] and weighs player j's axes; those of kept players stay, in order. Leading axes ride
    along. Weigh `array` with the prior before the call.
    """
    n = len(strategies)
    lead = array.ndim - 2 * n
    axes = list(range(array.ndim))
    for j in reversed(range(n)):
        if j in keep:
            continue
        pair = [lead + j, lead + n + j]
        rest = [axis for axis in axes if axis not in pair]
        array = np.einsum(array, axes, strategies[j], pair, rest)
        axes = rest
    return array


def interim(game: Game, strategies: Sequence[Array], i: int) -> Array:
    """[type, action]: i's expected payoff from each action, times the probability of its type, against the others."""
    return expected(weighted(game, i), strategies, keep=(i,))


def weighted(game: Game, i: int) -> Array:
    """[*types, *actions]: p(θ)·u_i(θ, a)."""
    return game.payoff[i] * game.prior.reshape(game.prior.shape + (1,) * game.n)


def marginal(game: Game, i: int) -> Array:
    """[type]: probability of each type of player i."""
    return game.prior.sum(axis=tuple(j for j in range(game.n) if j != i))


@dataclass(frozen=True, eq=False)
class Play:
    """What everybody does in one game. Make one with `Play.of`, `Play.pure` or `Play.joint`."""

    game: Game
    law: Array = field(repr=False)
    """[*types, *actions]; p(θ)·π(a | θ), sums to one."""
    strategies: tuple[Array, ...] | None = None
    """Per player [type, action], rows sum to one; None if the play is correlated."""

    @staticmethod
    def of(game: Game, strategies: Sequence[Any]) -> Play:
        """From behaviour strategies, one [type, action] array per player. Raises InputError for a wrong shape or law."""
        profile = tuple(rational.like(s, game.payoff) for s in strategies)
        for i, (strategy, player) in enumerate(zip(profile, game.players, strict=True)):
            wanted = (game.type_counts[i], game.action_counts[i])
            if strategy.shape != wanted:
                raise InputError(
                    where=f"strategy of {player}", needed=f"shape {wanted} [type, action]", found=str(strategy.shape)
                )
            check_law(strategy, f"strategy of {player}")
        reserve(game.payoff.shape[1:], "the law of a play", item_bytes=game.item_bytes)
        law = game.prior.reshape(game.prior.shape + (1,) * game.n)
        for i, strategy in enumerate(profile):
            shape = [1] * (2 * game.n)
            shape[i], shape[game.n + i] = strategy.shape
            law = law * strategy.reshape(shape)
        return Play(game, rational.frozen(np.broadcast_to(law, game.payoff.shape[1:])), profile)

    @staticmethod
    def pure(game: Game, choices: Mapping[str, str | Sequence[str]] | Sequence[Any]) -> Play:
        """From action labels: {player: label, or one label per type}; a player with one action may be left out.

        A sequence of positions (one int, or one per type, for every player) serves as well.
        """
        strategies = []
        for i, player in enumerate(game.players):
            if isinstance(choices, Mapping):
                chosen = choices.get(player, game.actions[i][0] if game.action_counts[i] == 1 else None)
            else:
                chosen = choices[i]
            per_type = [chosen] * game.type_counts[i] if isinstance(chosen, (str, int, np.integer)) else chosen
            if per_type is None or len(per_type) != game.type_counts[i]:
                raise InputError(
                    where=f"play of {player}",
                    needed=f"one action for each of {game.type_counts[i]} types",
                    found=repr(chosen),
                )
            strategy = rational.zeros((game.type_counts[i], game.action_counts[i]), game.payoff)
            for t, action in enumerate(per_type):
                if isinstance(action, str) and action not in game.actions[i]:
                    raise InputError(
                        where=f"play of {player}", needed=f"one of {', '.join(game.actions[i])}", found=repr(action)
                    )
                strategy[t, game.actions[i].index(action) if isinstance(action, str) else int(action)] = Fraction(1)
            strategies.append(strategy)
        return Play.of(game, strategies)

    @staticmethod
    def joint(game: Game, law: Any) -> Play:
        """From a correlated law p(θ)·π(a | θ), [*types, *actions]."""
        table = rational.like(law, game.payoff)
        if table.shape != game.payoff.shape[1:]:
            raise InputError(where="law of play", needed=f"shape {game.payoff.shape[1:]}", found=str(table.shape))
        check_law(table.reshape(-1), "law of play")
        return Play(game, rational.frozen(table))

    @cached_property
    def values(self) -> Array:
        """[player]: expected payoffs."""
        axes = tuple(range(1, 1 + 2 * self.game.n))
        return (self.game.payoff * self.law).sum(axis=axes)

    @property
    def goal(self) -> Any:
        """Expected payoff of the designer: what people get."""
        return (self.game.goal * self.law).sum()

    @cached_property
    def transfers(self) -> Array:
        """[player]: expected money received from rules."""
        axes = tuple(range(1, 1 + 2 * self.game.n))
        return (self.game.transfer * self.law).sum(axis=axes)

    @property
    def paid(self) -> Any:
        """Expected money that rules pay out, all players together (fines count against it)."""
        return self.transfers.sum()

    @cached_property
    def regrets(self) -> Array:
        """[player]: the most that one type of the player gains by a better rule of action, given that it has that type.

        Correlated plays: by the best function from (type, action told) to actions, in ex-ante units.
        """
        return np.array([self._regret(i) for i in range(self.game.n)], dtype=self.game.payoff.dtype)

    @property
    def regret(self) -> Any:
        """The largest of the players' regrets; zero exactly at an equilibrium (a correlated one, for a joint law)."""
        return max(self.regrets[list(self.game.active)], default=self.game.payoff.dtype.type(0))

    def _regret(self, i: int) -> Any:
        game = self.game
        if game.action_counts[i] == 1:
            return Fraction(0) if game.is_exact else 0.0
        if self.strategies is not None:
            worth = interim(game, self.strategies, i)
            chance = marginal(game, i)
            gains = [
                (row.max() - (row * strategy).sum()) / p
                for row, strategy, p in zip(worth, self.strategies[i], chance, strict=True)
                if p > 0
            ]
            return max(gains)
        others = [axis for axis in range(2 * game.n) if axis not in (i, game.n + i)]
        total = Fraction(0) if game.is_exact else 0.0
        for told in range(game.action_counts[i]):
            law = np.take(self.law, [told], axis=game.n + i)
            worth = (law * game.payoff[i]).sum(axis=tuple(others))  # [type, action played instead]
            total = total + (worth.max(axis=1) - worth[:, told]).sum()
        return total

    @cached_property
    def slack(self) -> Any:
        """What somebody loses at the least by an action that is not asked of its type; negative if somebody gains.

        None if nobody has such an action. For independent play.
        """
        losses = []
        for i in self.game.active if self.strategies is not None else ():
            worth, chance = interim(self.game, self.strategies or (), i), marginal(self.game, i)
            for row, sigma, p in zip(worth, (self.strategies or ())[i], chance, strict=True):
                if p > 0:
                    here = (row * sigma).sum()
                    losses += [(here - x) / p for x, q in zip(row, sigma, strict=True) if q == 0]
        return min(losses, default=None)

    @cached_property
    def slack_in_effect(self) -> Any:
        """As `slack`, but without actions that come to the same: everybody's expected payoffs and transfers are equal.

        A plan that differs only in its reply to what it is never told is such an action.
        """
        found = [self.slack_in_effect_of(i) for i in self.game.active if self.strategies is not None]
        return min([slack for slack in found if slack is not None], default=None)

    def slack_in_effect_of(self, i: int) -> Any:
        """As `slack_in_effect`, of one player's deviations."""
        losses = []
        worth, chance, same = interim(self.game, self.strategies or (), i), marginal(self.game, i), self.copies(i)
        here = (worth * (self.strategies or ())[i]).sum(axis=-1)
        for t, p in enumerate(chance):
            if p > 0:
                losses += [(here[t] - x) / p for x, copy in zip(worth[t], same[t], strict=True) if not copy]
        return min(losses, default=None)

    def copies(self, i: int) -> Array:
        """[type, action]: whether the action comes to the same as what is asked, for everybody's payoffs and transfers."""
        strategies = self.strategies or ()
        rows = [expected(self._chances * table, strategies, keep=(i,)) for table in self._tables]
        outcome = np.stack(rows)  # [payoffs and transfers of all, own type, own action]
        here = (outcome * strategies[i]).sum(axis=-1, keepdims=True)
        return np.asarray((abs(outcome - here) <= (0 if self.game.is_exact else 1e-12)).all(axis=0))

    @property
    def _chances(self) -> Array:
        return self.game.prior.reshape(self.game.prior.shape + (1,) * self.game.n)

    @property
    def _tables(self) -> list[Array]:
        return [*self.game.payoff, *self.game.transfer]

    def temptation(self) -> tuple[Any, str]:
        """(gain, words): the most that one type of one player gains by another action, and which; (0, "") if nobody.

        For independent play; correlated plays have `regret`.
        """
        game, best = self.game, (self.game.payoff.dtype.type(0) if not self.game.is_exact else Fraction(0), "")
        for i in game.active if self.strategies is not None else ():
            worth, chance = interim(game, self.strategies or (), i), marginal(game, i)
            for t, kind in enumerate(game.types[i]):
                if not chance[t] > 0:
                    continue
                row = worth[t] / chance[t]
                a = int(np.argmax(row))
                gain = row[a] - (row * (self.strategies or ())[i][t]).sum()
                if gain > best[0]:
                    who = game.players[i] + (f" of type {kind}" if game.type_counts[i] > 1 else "")
                    best = gain, f"{who} gains {rational.decimal(gain)} by “{game.actions[i][a]}”"
        return best

    def describe(self, digits: int = 3) -> str:
        """Who plays what, in words; mixtures with probabilities, furniture left out."""
        if self.strategies is None:
            return "correlated play"
        said = []
        for i in self.game.active:
            for t, kind in enumerate(self.game.types[i]):
                who = self.game.players[i] + (f" of type {kind}" if self.game.type_counts[i] > 1 else "")
                row = self.strategies[i][t]
                chosen = [(a, p) for a, p in zip(self.game.actions[i], row, strict=True) if p > 10.0**-digits]
                sure = len(chosen) == 1
                mix = " or ".join(a if sure else f"{a} ({rational.decimal(p, digits)})" for a, p in chosen)
                said.append(f"{who}: {mix}")
        return "; ".join(said)
