"""From an optimal rule to words: what the programme found, said as speak, reveal, pay and commit.

Where nobody reports, what players are recommended is revealed to them, payments are promised, and the designer commits
to its decision. Where players report, the designer's recommendations and the players' reports are messages. The
institution is then applied by `institution/` and checked on the induced game by `verify/`: two independent paths.

The solver's decimals become the simplest rationals nearby. That may break an incentive by a hair; the checker would say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..game.game import Game
from ..game.play import Play
from ..institution.institution import Moves
from ..institution.moves import Commit, Move, Pay, Reveal, Speak, free_name
from ..numerics import rational
from ..numerics.rational import Array
from .programme import Outcome
from .rules import Payment

ZERO = rational.exact(0)
CLOSE = 1e-6  # how far the rational of a table may be from the solver's number; the checker judges the result


@dataclass(frozen=True, eq=False)
class Compiled:
    """An institution, the game it is for, the game it induces, and the play it asks for."""

    base: Game = field(repr=False)
    """The game asked about, with a signal for each act that is paid for once players have plans."""
    institution: Moves
    induced: Game = field(repr=False)
    play: Play = field(repr=False)
    """Truthful and obedient, in the induced game."""


def compiled(game: Game, outcome: Outcome, name: str, *, close: float = CLOSE) -> Compiled:
    """Say `outcome`, found for `game`, in words; everything exact, tables within `close` of the solver's."""
    game = game.exact
    law = _rational(outcome.law, close)
    law = law / law.sum(axis=tuple(range(game.n, 2 * game.n)), keepdims=True)
    payments = [(p, _within(_rational(amount, close), p)) for p, amount in outcome.payments]
    reporters = [i for i in range(1, game.n) if game.type_counts[i] > 1]
    say = _with_reports if reporters else _with_recommendations
    return say(game, law, payments, name)


def _rational(array: Array, close: float) -> Array:
    return rational.filled(array.shape, rational.simplest(array.ravel(), close))


def _within(amounts: Array, payment: Payment) -> Array:
    """Rounding must not break liability."""
    return np.minimum(np.maximum(amounts, rational.exact(payment.low)), rational.exact(payment.high))


# ── nobody reports: reveal, pay, commit ─────────────────────────────────────────────────────────────────────────────


def _with_recommendations(game: Game, law: Array, payments: list[tuple[Payment, Array]], name: str) -> Compiled:
    n = game.n
    used = [law.sum(axis=tuple(a for a in range(2 * n) if a != n + i)) > 0 for i in range(n)]
    told = [i for i in range(1, n) if used[i].sum() > 1]  # others have one thing to do, and know it
    asked = [int(np.flatnonzero(used[i])[0]) for i in range(n)]
    moves: list[Move] = []
    names = {}
    if told:
        public = law.sum(axis=(n, *(n + j for j in range(1, n) if j not in told)))  # [*types, rec of each told]
        kept = [np.flatnonzero(used[i]) for i in told]
        public = public[(slice(None),) * n + np.ix_(*kept)]
        labels = tuple(tuple(game.actions[i][a] for a in k) for i, k in zip(told, kept, strict=True))
        moves.append(Reveal(tuple(game.players[i] for i in told), labels, public))
        names = {i: free_name(f"told {game.players[i]}", game) for i in told}
    index: list = [slice(None)] * (2 * n)
    for i in range(1, n):
        index[n + i] = np.flatnonzero(used[i]) if i in told else np.array([asked[i]])
    narrow = _take(law, index)
    drop = tuple(n + i for i in range(1, n) if i not in told)
    narrow = narrow.sum(axis=drop) if drop else narrow  # [*types, d, rec of each told]
    types = tuple(range(1, n))  # one type each: nobody reports
    narrow = narrow.reshape(game.type_counts[0], game.action_counts[0], *narrow.shape[n + 1 :])
    for payment, amount in payments:
        t = _take(amount, [*index, slice(None)])
        t = t.sum(axis=types + drop) if types + drop else t  # axes of length one
        on = [f"type of {game.players[0]}", f"action of {game.players[0]}", *(names[i] for i in told)]
        move = _pay(game, payment, on, t, _reached(narrow, t.ndim))
        if move is not None:
            moves.append(move)
    if game.action_counts[0] > 1:
        strategy = np.moveaxis(narrow, 1, -1)  # [ω, rec of each told, d]
        moves.append(_commit(game.players[0], [names[i] for i in told], strategy))
    institution = Moves.of(name, moves)
    induced = institution(game)
    choices: list[Any] = []
    for i in range(n):
        if i in told:
            choices.append([int(a) for a in np.flatnonzero(used[i])])
        else:
            choices.append(0 if i == 0 else asked[i])
    return Compiled(game, institution, induced, Play.pure(induced, choices))


def _take(array: Array, index: list) -> Array:
    for axis, chosen in enumerate(index):
        if not isinstance(chosen, slice):
            array = np.take(array, chosen, axis=axis)
    return array


# ── players report: speak, pay, commit ──────────────────────────────────────────────────────────────────────────────


def _with_reports(game: Game, law: Array, payments: list[tuple[Payment, Array]], name: str) -> Compiled:
    """The designer recommends (to those who have a choice of action), the players report (those who have types)."""
    n = game.n
    doers = [i for i in range(1, n) if game.action_counts[i] > 1]
    game, payments = _acts_seen(game, payments)
    reporters = [i for i in range(1, n) if game.type_counts[i] > 1]
    designer = game.players[0]
    moves: list[Move] = [Speak(designer, game.actions[i], game.players[i]) for i in doers]
    moves += [Speak(game.players[i], game.types[i]) for i in reporters]
    heard = [free_name(f"message of {game.players[i]}", game) for i in reporters]
    # μ as [ω, reports of reporters, (rec of doers, last spoken slowest, then d)]
    idle_types = tuple(i for i in range(1, n) if i not in reporters)
    idle_acts = tuple(n + i for i in range(1, n) if i not in doers)
    decided = [n + i for i in reversed(doers)] + [n]
    order = [0, *reporters, *idle_types, *decided, *idle_acts]
    head = (game.type_counts[0], *(game.type_counts[i] for i in reporters))
    rule = np.transpose(law, order).reshape(*head, -1)
    for payment, amount in payments:
        t = np.transpose(amount, [*order, 2 * n]).reshape(*rule.shape, -1)
        on = [f"type of {designer}", *heard, f"action of {designer}"]
        move = _pay(game, payment, on, t, _reached(rule, t.ndim))
        if move is not None:
            moves.append(move)
    if rule.shape[-1] > 1:
        moves.append(_commit(designer, heard, rule))
    institution = Moves.of(name, moves)
    induced = institution(game)
    choices: list = []
    for i in range(n):
        plan = _obedient_plan(game.action_counts[i]) if i in doers else 0
        plans = game.action_counts[i] ** game.action_counts[i] if i in doers else game.action_counts[i]
        choices.append([t * plans + plan for t in range(game.type_counts[i])] if i in reporters else plan)
    return Compiled(game, institution, induced, Play.pure(induced, choices))


def _acts_seen(game: Game, payments: list[tuple[Payment, Array]]) -> tuple[Game, list[tuple[Payment, Array]]]:
    """Payments on "action of X" are on what X does, not on its plan: give the act a signal before plans are made."""
    renamed = []
    for payment, amount in payments:
        on = []
        for name in payment.on:
            act = name.replace("action of ", "act of ", 1) if name.startswith("action of ") else name
            if act != name and act not in [s.name for s in game.signals]:
                game = replace(game, signals=(*game.signals, replace(game.signal(name), name=act)))
            on.append(act)
        renamed.append((replace(payment, on=tuple(on)), amount))
    return game, renamed


def _obedient_plan(actions: int) -> int:
    """Position, among all functions from recommendations to actions in lexicographic order, of the identity."""
    return sum(a * actions ** (actions - 1 - a) for a in range(actions))


# ── payments and commitments ────────────────────────────────────────────────────────────────────────────────────────


def _reached(law: Array, ndim: int) -> Array:
    """Where the rule ever gets, in the shape of a payment table (its last axis is the signal)."""
    return (law > 0).reshape(law.shape + (1,) * (ndim - law.ndim))


def _pay(game: Game, payment: Payment, known: list[str], amounts: Array, reached: Array) -> Pay | None:
    """The payment, on as few signals as it really depends on; None if it never pays anything."""
    on = [*known, *payment.on]
    shape = amounts.shape[:-1] + tuple(len(game.signal(name).outcomes) for name in payment.on)
    reached = np.broadcast_to(reached, amounts.shape).reshape(shape)
    amounts = amounts.reshape(shape)
    for axis in reversed(range(amounts.ndim)):
        merged = _merge(amounts, reached, axis)
        if merged is not None:
            amounts, reached = merged
            del on[axis]
    if not (amounts != 0).any():
        return None
    filled = np.where(reached, amounts, ZERO)
    return Pay(payment.to, tuple(on), filled)


def _merge(amounts: Array, reached: Array, axis: int) -> tuple[Array, Array] | None:
    """Without this axis, if amounts agree along it wherever the rule gets; a table must keep one axis."""
    if amounts.ndim == 1:
        return None
    first = reached.argmax(axis=axis)
    pick = np.take_along_axis(amounts, np.expand_dims(first, axis), axis=axis)
    if (np.where(reached, amounts - pick, ZERO) != 0).any():
        return None
    return np.squeeze(pick, axis), np.asarray(reached.any(axis=axis))


def _commit(designer: str, on: list[str], weights: Array) -> Commit:
    """The decision given type and signals; where the rule never gets, its first decision."""
    total = weights.sum(axis=-1, keepdims=True)
    default = np.full(weights.shape, Fraction(0), dtype=object)
    default[..., 0] = Fraction(1)
    safe = np.where(total > 0, total, rational.exact(1))
    return Commit(designer, tuple(on), np.where(total > 0, weights / safe, default))
