"""From an optimal rule to words: what the programme found, said as speak, reveal, pay and commit.

Where nobody reports, what players are recommended is revealed to them, payments are promised, and the designer commits
to its decision. Where players report, the designer's recommendations and the players' reports are messages. The
institution is then applied by `institution/` and checked on the induced game by `verify/`: two independent paths.

The solver's decimals become the simplest rationals nearby. That may break an incentive by a hair; the checker would say so.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..game.play import Play
from ..institution.institution import Moves
from ..institution.moves import Commit, Move, Pay, Reveal, Speak, free_name
from ..numerics import rational
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .programme import Outcome
from .rates import numbers_of
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
    stakes: Mapping[int, Array] = field(default_factory=dict, repr=False)
    """Per player that reports and follows recommendations [type, action of the induced game]: how likely the action differs
    from what is asked, in what it says (surely) or in what it does when it is told."""


def compiled(game: Game, outcome: Outcome, name: str, *, close: float = CLOSE, unit: float = 1.0) -> Compiled:
    """Say `outcome`, found for `game`, in words; everything exact, tables within `close` of the solver's (money: in `unit`s)."""
    game, rules = game.exact, outcome.rules
    law = _rational(outcome.law, close)
    law = law / law.sum(axis=tuple(range(game.n, 2 * game.n)), keepdims=True)
    payments = [(p, _amounts(game, p, amount, close * unit)) for p, amount in outcome.payments]
    reporters = [i for i in range(1, game.n) if game.type_counts[i] > 1]
    if reporters and not rules.informed:
        if rules.recommend == "public" and any(game.action_counts[i] > 1 for i in range(1, game.n)):
            raise InputError(
                where=name,
                needed="players without private types, to recommend in public in words",
                found=f"reports of {', '.join(game.players[i] for i in reporters)}",
                remedy="Recommend in private (recommend = true).",
            )
        return _with_reports(game, law, payments, name)
    return _with_recommendations(game, law, payments, name, public=rules.recommend == "public")


def _rational(array: Array, close: float) -> Array:
    return rational.filled(array.shape, rational.simplest(array.ravel(), close))


def _amounts(game: Game, payment: Payment, amounts: Array, close: float) -> Array:
    """Exact amounts of the form that was asked for; rounding must not break liability."""
    if payment.form in ("linear", "two-part"):
        units = numbers_of(game, payment)
        far = int(np.argmax(abs(units)))
        near = int(np.argmin(units)) if payment.form == "two-part" else far
        if payment.form == "linear":
            return _rational(amounts[..., [far]] / float(units[far] or 1), close) * units
        rate = _rational((amounts[..., [far]] - amounts[..., [near]]) / float((units[far] - units[near]) or 1), close)
        return _rational(amounts[..., [near]], close) + rate * (units - units[near])
    low, high = payment.bounds(amounts.shape[-1])
    return np.minimum(np.maximum(_rational(amounts, close), low), high)


# ── nobody reports: reveal, pay, commit ─────────────────────────────────────────────────────────────────────────────


def _with_recommendations(
    game: Game, law: Array, payments: list[tuple[Payment, Array]], name: str, *, public: bool
) -> Compiled:
    n = game.n
    used = [law.sum(axis=tuple(a for a in range(2 * n) if a != n + i)) > 0 for i in range(n)]
    told = [i for i in range(1, n) if used[i].sum() > 1]  # others have one thing to do, and know it
    asked = [int(np.flatnonzero(used[i])[0]) for i in range(n)]
    kept = {i: np.flatnonzero(used[i]) for i in told}
    index: list = [slice(None)] * (2 * n)
    for i in range(1, n):
        index[n + i] = kept[i] if i in told else np.array([asked[i]])
    narrow = _take(law, index)  # [*types, d, recommendations that are ever made]
    idle = tuple(n + i for i in range(1, n) if i not in told)
    narrow = narrow.sum(axis=idle) if idle else narrow
    typed = [i for i in range(1, n) if game.type_counts[i] > 1]  # known to the rule without asking
    plain = tuple(i for i in range(1, n) if i not in typed)
    narrow = narrow.sum(axis=plain) if plain else narrow  # [ω, types that there are, d, told]
    moves, names = _told(game, narrow, told, kept, len(typed), public=public)
    seen = [f"type of {game.players[i]}" for i in typed]
    lead = 2 + len(typed)
    if public and len(told) > 1:  # one message carries all
        narrow, names = narrow.reshape(*narrow.shape[:lead], -1), names[:1]
    for payment, amount in payments:
        t = _take(amount, [*index, slice(None)])
        drop = plain + idle  # axes of length one
        t = (t.sum(axis=drop) if drop else t).reshape(*narrow.shape, -1)
        on = [f"type of {game.players[0]}", *seen, f"action of {game.players[0]}", *names]
        move = _pay(game, payment, on, t, _reached(narrow, t.ndim))
        if move is not None:
            moves.append(move)
    if game.action_counts[0] > 1:
        strategy = np.moveaxis(narrow, 1 + len(typed), -1)  # [ω, types, told, d]
        moves.append(_commit(game.players[0], [*seen, *names], strategy))
    institution = Moves.of(name, moves)
    induced = institution(game)
    choices: list[Any] = []
    for i in range(n):
        if i in told:
            choices.append(_obeying(told, kept, i, game.type_counts[i], public=public))
        else:
            choices.append(0 if i == 0 else asked[i])
    return Compiled(game, institution, induced, Play.pure(induced, choices))


def _told(
    game: Game, narrow: Array, told: list[int], kept: dict[int, Array], typed: int, *, public: bool
) -> tuple[list[Move], list[str]]:
    """Reveal to each of `told` its recommendation, or to all of them everybody's; and the signals that show what was said."""
    if not told:
        return [], []
    said = narrow.sum(axis=1 + typed)  # [ω, types, told]
    shape = [k if i == 0 or k > 1 else 1 for i, k in enumerate(game.type_counts)]
    labels = tuple(tuple(game.actions[i][a] for a in kept[i]) for i in told)
    names = [free_name(f"told {game.players[i]}", game) for i in told]
    players = tuple(game.players[i] for i in told)
    if not public or len(told) == 1:
        return [Reveal(players, labels, said.reshape(*shape, *(len(k) for k in labels)))], names
    # one message for all: the first is told everybody's part, and each of the others hears the same
    flat = said.reshape(*said.shape[: 1 + typed], -1)
    joint = [", ".join(f"{p}: {x}" for p, x in zip(players, row, strict=True)) for row in itertools.product(*labels)]
    reserve((*flat.shape[:-1], *[len(joint)] * len(told)), "a public message")
    diagonal = np.full((*flat.shape[:-1], *[len(joint)] * len(told)), Fraction(0), dtype=object)
    for m in range(len(joint)):
        here: Any = (..., *[m] * len(told))
        diagonal[here] = flat[..., m]
    return [Reveal(players, (tuple(joint),) * len(told), diagonal.reshape(*shape, *[len(joint)] * len(told)))], names


def _obeying(told: list[int], kept: dict[int, Array], i: int, types: int, *, public: bool) -> list[int]:
    """What player i does, for each of its types in the induced game: (type, told), told fastest."""
    if not public or len(told) == 1:
        return [int(a) for a in kept[i]] * types
    sizes = [len(kept[j]) for j in told]
    own = np.unravel_index(np.arange(int(np.prod(sizes))), sizes)[told.index(i)]
    return [int(kept[i][k]) for k in own] * types


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
    stakes = {i: _stakes(game, law, i, i in reporters) for i in doers}
    return Compiled(game, institution, induced, Play.pure(induced, choices), stakes)


def _stakes(game: Game, law: Array, i: int, reports: bool) -> Array:
    """[type, (report, plan)] of player i: the chance of being told something that the plan does not follow; 1 for a lie."""
    n, acts, types = game.n, game.action_counts[i], game.type_counts[i]
    chance = law * game.prior.reshape(game.prior.shape + (1,) * n)
    told = chance.sum(axis=tuple(a for a in range(2 * n) if a not in (i, n + i)))
    total = told.sum(axis=1, keepdims=True)
    told = np.where(total > 0, told / np.where(total > 0, total, rational.exact(1)), ZERO)  # [θ, told a]
    plans = np.array(list(itertools.product(range(acts), repeat=acts)))
    astray = (plans != np.arange(acts)).astype(int)  # [plan, told a]
    obeying = told @ astray.T.astype(object)  # [θ, plan]
    if not reports:
        return obeying
    stake = np.full((types, types, len(plans)), Fraction(1), dtype=object)
    stake[np.arange(types), np.arange(types)] = obeying
    return stake.reshape(types, -1)


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
