"""A finite Markov game: the arrays of a game with a state axis in front, a law of the next state, and discounting.

In state s players i = 0 … n−1 choose actions a_i at the same time, get u_i(s, a), and the next state s′ is drawn from
T(s, a, s′). Player i discounts the next round by δ_i: a play is worth Σ_t δ_i^t u_i(s_t, a_t) to it, the first round in full
(Shapley 1953, PNAS 39: "stochastic games"; Fink 1964 for n players). Axes are in the same order everywhere:

    payoff[player, state, *actions]      transition[state, *actions, next state]      discount[player]      start[state]

Everybody sees the state. Where a rule-maker is part of the story it is player 0, with one action, and its payoff is what
people want, as in `Game`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.memory import FLOAT_BYTES, FRACTION_BYTES
from ..numerics.rational import Array
from .game import SINGLE, Game, check_law, labels, names


@dataclass(frozen=True, eq=False)
class MarkovGame:
    """Frozen and checked once, when it is made. Numbers are all exact (Fractions) or all floating (float64).

    Build one with `MarkovGame.of`.
    """

    players: tuple[str, ...]
    states: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    """actions[i]: labels of player i's actions, the same in every state; `available` says which of them a state has."""
    payoff: Array = field(repr=False)
    """[player, state, *actions]; per round, in the players' own units, transfers included."""
    transition: Array = field(repr=False)
    """[state, *actions, next state]; sums to one over the last axis."""
    discount: Array = field(repr=False)
    """[player]; 0 ≤ δ_i < 1."""
    start: Array = field(repr=False)
    """[state]; law of the first state."""
    transfer: Array = field(repr=False)
    """[player, state, *actions]; the part of `payoff` that is money moved by rules (positive: received)."""
    available: tuple[Array, ...] = field(repr=False)
    """Per player [state, action], bool; at least one action in every state. What tables say elsewhere does not matter: there
    they repeat what the first available action brings."""
    designer: bool = False
    """Whether player 0 is the rule-maker, whose payoff is the goal."""

    # ── building ────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def of(
        payoff: Any,
        transition: Any,
        discount: Any,
        *,
        start: Any = None,
        players: Sequence[str] | None = None,
        states: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        available: Sequence[Any] | None = None,
        designer: bool = False,
    ) -> MarkovGame:
        """From payoff[player, state, *actions] or payoff[player, state, *actions, next state], which is averaged over T.

        discount: one δ for all, or one per player. start: [state], uniform where None. available: per player
        [state, action], or None for a player who always has all of its actions. Integers and Fractions stay exact, and then
        all else is read as rationals too. Raises InputError for a wrong shape, law or discount.
        """
        table = rational.numbers(payoff)
        n = table.shape[0] if table.ndim else 0
        if n == 0 or table.ndim not in (n + 2, n + 3):
            raise InputError(
                where="payoff table",
                needed="axes [player, state, *actions], with or without [next state] behind",
                found=f"shape {table.shape}",
            )
        law = rational.like(transition, table)
        count, counts = table.shape[1], table.shape[2 : n + 2]
        if law.shape != (count, *counts, count):
            raise InputError(
                where="transition",
                needed=f"shape {(count, *counts, count)} [state, *actions, next state]",
                found=f"shape {law.shape}",
            )
        if table.ndim == n + 3:
            if table.shape[-1] != count:
                raise InputError(
                    where="payoff table, last axis (next state)", needed=f"{count} entries", found=str(table.shape[-1])
                )
            table = (table * law).sum(axis=-1)
        delta = rational.like(discount, table)
        first = rational.zeros((count,), table) + rational.fraction(1) / count if start is None else start
        if available is not None and len(available) != n:
            raise InputError(where="available", needed=f"one table for each of {n} players", found=f"{len(available)}")
        masks = [None] * n if available is None else list(available)
        return MarkovGame(
            players=tuple(players) if players is not None else names("player ", n),
            states=tuple(states) if states is not None else labels("s", count),
            actions=tuple(map(tuple, actions)) if actions is not None else tuple(labels("a", k) for k in counts),
            payoff=table,
            transition=law,
            discount=np.broadcast_to(delta, (n,)) if delta.ndim == 0 else delta,
            start=rational.like(first, table),
            transfer=rational.zeros(table.shape, table),
            available=tuple(
                np.ones((count, k), bool) if mask is None else np.asarray(mask, bool)
                for mask, k in zip(masks, counts, strict=True)
            ),
            designer=designer,
        )

    def __post_init__(self) -> None:
        self._check_labels()
        n, count, counts = self.n, self.state_count, self.action_counts
        shape = (n, count, *counts)
        for what, array, wanted in (
            ("payoff table", self.payoff, shape),
            ("transfers", self.transfer, shape),
            ("transition", self.transition, (*shape[1:], count)),
            ("discount", self.discount, (n,)),
            ("start", self.start, (count,)),
            *(
                (f"available actions of {player}", mask, (count, k))
                for player, mask, k in zip(self.players, self.available, counts, strict=True)
            ),
        ):
            if array.shape != wanted:
                raise InputError(where=what, needed=f"shape {wanted}", found=f"shape {array.shape}")
        for player, mask in zip(self.players, self.available, strict=True):
            if not mask.any(axis=1).all():
                state = self.states[int(np.flatnonzero(~mask.any(axis=1))[0])]
                raise InputError(
                    where=f"{player} in state {state}", needed="at least one available action", found="none"
                )
        self._overwrite_unavailable()
        parts = (self.payoff, self.transition, self.discount, self.start, self.transfer)
        if len({rational.is_exact(array) for array in parts}) > 1:
            raise InputError(where="Markov game", needed="numbers all exact or all floating", found="a mixture of both")
        if not rational.is_exact(self.payoff) and not np.isfinite(self.payoff).all():
            at = np.argwhere(~np.isfinite(self.payoff))[0]
            raise InputError(
                where=f"payoff of {self.players[at[0]]} in state {self.states[at[1]]}",
                needed="a finite number",
                found=str(self.payoff[tuple(at)]),
            )
        check_law(self.start, "start")
        for s, state in enumerate(self.states):
            check_law(self.transition[s], f"transition from state {state}")
        for player, delta in zip(self.players, self.discount, strict=True):
            if not 0 <= delta < 1:
                raise InputError(
                    where=f"discount of {player}",
                    needed="a number of at least 0 and below 1",
                    found=rational.decimal(delta, 9),
                    remedy="Without discounting a play may be worth infinitely much; give the probability of going on.",
                )
        for name in ("payoff", "transition", "discount", "start", "transfer"):
            object.__setattr__(self, name, rational.frozen(getattr(self, name)))
        object.__setattr__(self, "available", tuple(map(rational.frozen, self.available)))

    def _overwrite_unavailable(self) -> None:
        """So that nothing that stands where nobody can go, a sentinel of −10⁹ say, sets the scale of what is computed."""
        if all(mask.all() for mask in self.available):
            return
        at: list[Array] = [np.arange(self.state_count).reshape(-1, *[1] * self.n)]
        for i, mask in enumerate(self.available):
            kept = np.where(mask, np.arange(mask.shape[1]), mask.argmax(axis=1)[:, None])
            at.append(kept.reshape(self.state_count, *(-1 if j == i else 1 for j in range(self.n))))
        for name, cells in (
            ("payoff", (slice(None), *at)),
            ("transfer", (slice(None), *at)),
            ("transition", tuple(at)),
        ):
            object.__setattr__(self, name, getattr(self, name)[cells])

    def _check_labels(self) -> None:
        if not self.players or len(set(self.players)) != self.n:
            raise InputError(
                where="Markov game", needed="at least one player, all names different", found=str(self.players)
            )
        if not self.states or len(set(self.states)) != self.state_count:
            raise InputError(
                where="Markov game", needed="at least one state, all names different", found=str(self.states)
            )
        if len(self.actions) != self.n or len(self.available) != self.n:
            raise InputError(
                where="actions", needed=f"one list for each of {self.n} players", found=f"{len(self.actions)}"
            )
        for player, list_ in zip(self.players, self.actions, strict=True):
            if not list_ or len(set(list_)) != len(list_):
                raise InputError(
                    where=f"actions of {player}", needed="at least one label, all different", found=str(list_)
                )

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        return len(self.players)

    @property
    def state_count(self) -> int:
        return len(self.states)

    @property
    def action_counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.actions))

    @property
    def active(self) -> tuple[int, ...]:
        """Players with a choice in some state."""
        return tuple(i for i, mask in enumerate(self.available) if (mask.sum(axis=1) > 1).any())

    @property
    def strategic(self) -> tuple[int, ...]:
        """Everyone but the designer."""
        return tuple(range(1 if self.designer else 0, self.n))

    @property
    def goal(self) -> Array:
        """What people want per round, [state, *actions]. Raises InputError where there is no designer."""
        if not self.designer:
            raise InputError(
                where="Markov game",
                needed="a designer (player 0) whose payoff is what people want",
                found="none",
                remedy="Give the game a goal first: game.with_goal(game.total), for example.",
            )
        return self.payoff[0]

    @property
    def total(self) -> Array:
        """[state, *actions]: the sum of all players' payoffs (without the designer)."""
        return np.asarray(self.payoff[list(self.strategic)].sum(axis=0))

    def index(self, player: str | int) -> int:
        """Position of a player given by name or position. Raises InputError naming the players there are."""
        return _position(player, self.players, "player")

    def state(self, state: str | int) -> int:
        """Position of a state given by name or position. Raises InputError naming the states there are."""
        return _position(state, self.states, "state")

    def per_round(self, goal: Any) -> Array:
        """goal[state, *actions] in this game's field. Raises InputError for another shape."""
        table = rational.like(goal, self.payoff)
        if table.shape != self.payoff.shape[1:]:
            raise InputError(
                where="goal", needed=f"shape {self.payoff.shape[1:]} [state, *actions]", found=f"{table.shape}"
            )
        return table

    def rate(self, discount: Any = None, *, finite: bool = False) -> Any:
        """A discount in this game's field; the first player's where None. Raises InputError unless 0 ≤ δ < 1.

        finite: 1 will do too, because rounds are counted.
        """
        if discount is None:
            return self.discount[0]
        try:
            delta = rational.fraction(discount)
        except ValueError:
            delta = rational.fraction(-1)
        if not (0 <= delta < 1 or (finite and delta == 1)):
            needed = f"a number of at least 0 and {'at most' if finite else 'below'} 1"
            raise InputError(where="discount", needed=needed, found=str(discount))
        return delta if self.is_exact else float(delta)

    def joint_available(self, s: int) -> tuple[Array, ...]:
        """Per player, the positions of its actions in state s."""
        return tuple(np.flatnonzero(mask[s]) for mask in self.available)

    def stage(self, state: str | int, continuation: Any = None) -> Game:
        """The game of one round in one state, among the actions available there.

        continuation[player, next state]: what the future is worth; then payoffs are u_i + δ_i Σ_s′ T(s, a, s′)·w_i(s′).
        """
        s = self.state(state)
        cells: Any = (slice(None), *np.ix_(*self.joint_available(s)))
        table = self.payoff[:, s]
        if continuation is not None:
            table = self.worth(rational.like(continuation, self.payoff))[:, s]
        game = Game.bayesian(
            table[cells].reshape((self.n,) + (1,) * self.n + table[cells].shape[1:]),
            rational.zeros((1,) * self.n, self.payoff) + 1,
            players=self.players,
            actions=[[self.actions[i][k] for k in at] for i, at in enumerate(self.joint_available(s))],
            designer=self.designer,
        )
        money = self.transfer[:, s][cells].reshape(game.payoff.shape)
        return replace(game, transfer=money)

    def worth(self, continuation: Array) -> Array:
        """[player, state, *actions]: this round's payoff and the discounted continuation[player, next state] after it."""
        ahead = np.stack([self.transition @ continuation[i] for i in range(self.n)])
        return self.payoff + self.discount.reshape((-1,) + (1,) * (self.n + 1)) * ahead

    # ── changing ────────────────────────────────────────────────────────────────────────────────────────────────

    def paid(self, amount: Any) -> MarkovGame:
        """With transfers amount[player, state, *actions] (anything that broadcasts to it), received if positive.

        The `pay` word where what is seen is the state and the actions.
        """
        money = np.broadcast_to(rational.like(amount, self.payoff), self.payoff.shape)
        return replace(self, payoff=self.payoff + money, transfer=self.transfer + money)

    def through(self, rule: Callable[[Game], Game]) -> MarkovGame:
        """With an institution applied to every state's stage game, so that its rules read this round's actions only.

        Raises InputError where it changes who plays, what they may do, or what they know: such words need a new state.
        """
        payoff, transfer = self.payoff.copy(), self.transfer.copy()
        for s, state in enumerate(self.states):
            before = self.stage(s)
            after = rule(before)
            if after.players != before.players or after.actions != before.actions or after.types != before.types:
                raise InputError(
                    where=f"institution in state {state}",
                    needed="the same players, types and actions as before (payments, fines, care)",
                    found="other ones",
                    remedy="Write what is said or permitted into the states and the available actions instead.",
                )
            cells: Any = (slice(None), s, *np.ix_(*self.joint_available(s)))
            payoff[cells] = rational.like(after.payoff, payoff).reshape(payoff[cells].shape)
            transfer[cells] = rational.like(after.transfer, payoff).reshape(payoff[cells].shape)
        return replace(self, payoff=payoff, transfer=transfer)

    def with_goal(self, goal: Any, *, discount: Any = None, name: str = "people") -> MarkovGame:
        """The same game with a designer in front whose payoff per round is goal[state, *actions] (of this game's axes).

        discount: people's; the players' where they all share one. If there is a designer already, only its payoff (and
        discount, if given) is replaced.
        """
        wanted = np.broadcast_to(rational.like(goal, self.payoff), self.payoff.shape[1:])
        if discount is None and not self.designer and len(set(self.discount)) > 1:
            raise InputError(
                where="people's discount",
                needed="a number, since the players discount differently",
                found="none",
                remedy="Give discount= a number of at least 0 and below 1.",
            )
        delta = rational.like(self.discount[0] if discount is None else discount, self.payoff).reshape(1)
        if self.designer:
            rest = (self.payoff[1:], self.discount[1:])
            return replace(
                self, payoff=np.concatenate([wanted[None], rest[0]]), discount=np.concatenate([delta, rest[1]])
            )
        money = np.concatenate([rational.zeros((1, *wanted.shape), self.payoff), self.transfer])
        return replace(
            self,
            players=(name, *self.players),
            actions=(SINGLE, *self.actions),
            payoff=np.expand_dims(np.concatenate([wanted[None], self.payoff]), 2),
            transition=np.expand_dims(self.transition, 1),
            discount=np.concatenate([delta, self.discount]),
            transfer=np.expand_dims(money, 2),
            available=(np.ones((self.state_count, 1), bool), *self.available),
            designer=True,
        )

    # ── fields of numbers ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_exact(self) -> bool:
        return rational.is_exact(self.payoff)

    @property
    def item_bytes(self) -> int:
        return FRACTION_BYTES if self.is_exact else FLOAT_BYTES

    @cached_property
    def exact(self) -> MarkovGame:
        """The same game in rationals: each float read as the decimal that it prints as, laws made to sum to exactly one."""
        if self.is_exact:
            return self
        return replace(
            self,
            payoff=rational.exact(self.payoff),
            transition=rational.exact_law(self.transition),
            discount=rational.exact(self.discount),
            start=rational.exact_law(self.start),
            transfer=rational.exact(self.transfer),
        )

    @cached_property
    def floats(self) -> MarkovGame:
        """The same game in float64, for solvers."""
        if not self.is_exact:
            return self
        return replace(
            self,
            payoff=rational.floats(self.payoff),
            transition=rational.floats(self.transition),
            discount=rational.floats(self.discount),
            start=rational.floats(self.start),
            transfer=rational.floats(self.transfer),
        )

    def __repr__(self) -> str:
        sizes = ", ".join(
            f"{p} ({k} action{'s' * (k > 1)})" for p, k in zip(self.players, self.action_counts, strict=True)
        )
        kind = "exact" if self.is_exact else "floating"
        return f"MarkovGame({self.state_count} states; {sizes}; {kind})"


def _position(which: str | int, known: tuple[str, ...], what: str) -> int:
    if isinstance(which, (int, np.integer)) and not isinstance(which, bool) and 0 <= which < len(known):
        return int(which)
    if which in known:
        return known.index(str(which))
    raise InputError(where=what, needed=f"one of {', '.join(known)}", found=repr(which))
