"""An institution in people's words: one phrase per move, one sentence in all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from ..game.game import Game
from ..numerics.rational import Array, decimal, exact, fraction
from .institution import Institution
from .moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak

MOST = 8  # labels or cases spelt out; beyond that, "…" or a summary
DIGITS = 6


def phrases(institution: Institution, game: Game) -> list[str]:
    """One phrase per move, in order, at this game."""
    return [phrase(move, here) for move, here in institution.trace(game)[0]]


def sentence(institution: Institution, game: Game) -> str:
    """The whole institution in one sentence."""
    return "; ".join(phrases(institution, game)) or "no rule"


@singledispatch
def phrase(move: Any, game: Game) -> str:
    raise TypeError(f"not a move: {move!r}")


def _listed(items: Sequence[str], most: int = MOST) -> str:
    return ", ".join(items[:most]) + (f" … ({len(items) - most} more cases)" if len(items) > most else "")


def seen(signal: str, outcome: str, to: str = "") -> str:
    """One outcome of one signal, in words; `to` is who is spoken about."""
    for prefix, template in (
        ("message of ", "{who} says {what}"),
        ("told ", "{who} was told {what}"),
        ("action of ", "{who} plays {what}"),
        ("act of ", "{who} plays {what}"),
        ("type of ", "{who} knows {what}"),
    ):
        if signal.startswith(prefix):
            who = signal.removeprefix(prefix)
            return template.format(who="it" if who == to else who, what=outcome)
    return f"{signal} is {outcome}"


def _cases(on: Sequence[str], game: Game, table: Array, to: str) -> list[tuple[str, Any]]:
    """(condition, amount) for every amount that is not zero; a linear table on one signal is said as a rate."""
    outcomes = [game.signal(name).outcomes for name in on]
    rate = _rate(outcomes[0], table) if len(on) == 1 else None
    if rate is not None:
        what = "its own action" if on[0] == f"action of {to}" else on[0]
        return [(f"× {what}", rate)]
    if len(on) > 1 and table.shape[-1] > 1 and (table == table[..., :1]).all(axis=-1).any():
        return _merged(on, outcomes, table, to)
    return [(_when(on, cell, to), t) for cell, t in zip(itertools.product(*outcomes), table.ravel(), strict=True) if t]


def _merged(on: Sequence[str], outcomes: Sequence[Sequence[str]], table: Array, to: str) -> list[tuple[str, Any]]:
    """Cases in which the last signal is not mentioned where it makes no difference."""
    cases: list[tuple[str, Any]] = []
    for cell, row in zip(itertools.product(*outcomes[:-1]), table.reshape(-1, table.shape[-1]), strict=True):
        if (row == row[0]).all():
            cases += [(_when(on[:-1], cell, to), row[0])] if row[0] else []
        else:
            cases += [(_when(on, (*cell, y), to), t) for y, t in zip(outcomes[-1], row, strict=True) if t]
    return cases


def _when(on: Sequence[str], cell: Sequence[str], to: str) -> str:
    return " and ".join(seen(s, y, to) for s, y in zip(on, cell, strict=True))


def _rate(outcomes: tuple[str, ...], table: Array) -> Any:
    """The number r with table = r·outcome, for numeric outcomes (three or more); None if there is none."""
    try:
        units = [fraction(y) for y in outcomes]
    except ValueError:
        return None
    exact_table = exact(table)
    rates = {t / u for t, u in zip(exact_table, units, strict=True) if u}
    on_zero = [t for t, u in zip(exact_table, units, strict=True) if not u]
    return rates.pop() if len(outcomes) > 2 and len(rates) == 1 and not any(on_zero) else None


@phrase.register
def _(move: Pay, game: Game) -> str:
    cases = _cases(move.on, game, move.amounts, move.to)
    if not cases:
        return f"pay {move.to} nothing"
    if len(cases) == 1 and cases[0][0].startswith("×"):
        return f"pay {move.to} {decimal(cases[0][1], DIGITS)} {cases[0][0]}"
    amounts = {amount for _, amount in cases}
    if len(cases) == move.amounts.size and len(amounts) == 1:
        return f"{_verb(cases[0][1])} {move.to} {decimal(abs(cases[0][1]), DIGITS)} in any case"
    if len(cases) > MOST:
        low, high = (decimal(bound(move.amounts.ravel()), DIGITS) for bound in (min, max))
        return f"pay {move.to} by a table of {len(cases)} cases on {_signals(move.on)}, from {low} to {high}"
    said: list[str] = []
    for verb in ("pay", "fine"):
        own = [f"{decimal(abs(t), DIGITS)} if {condition}" for condition, t in cases if _verb(t) == verb]
        if own:
            said.append(f"{verb} {'it' if said else move.to} {_listed(own)}")
    return " and ".join(said)


def _verb(amount: Any) -> str:
    return "fine" if amount < 0 else "pay"


@phrase.register
def _(move: Permit, game: Game) -> str:
    return f"permit {move.player} only {_listed(move.allowed)}"


@phrase.register
def _(move: Speak, game: Game) -> str:
    if move.hearer is None:
        return f"let {move.speaker} say one of {_listed(move.messages)}"
    return f"let {move.speaker} tell {move.hearer} in private one of {_listed(move.messages)}"


@phrase.register
def _(move: Commit, game: Game) -> str:
    i = game.index(move.player)
    outcomes = [game.signal(name).outcomes for name in move.on]
    conditions = [game.types[i], *outcomes]
    cases = []
    for cell, row in zip(
        itertools.product(*conditions), move.strategy.reshape(-1, move.strategy.shape[-1]), strict=True
    ):
        kind = [f"it knows {cell[0]}"] if len(game.types[i]) > 1 else []
        when = " and ".join(kind + [seen(s, y) for s, y in zip(move.on, cell[1:], strict=True)])
        cases.append((when, _mix(game.actions[i], row)))
    if len({mix for _, mix in cases}) == 1:
        return f"{move.player} commits to {cases[0][1]}"
    if len(cases) > MOST:
        return f"{move.player} commits to a table of {len(cases)} cases on {_signals(move.on)}"
    return f"{move.player} commits to " + _listed([f"{mix} if {when}" for when, mix in cases])


def _signals(on: Sequence[str]) -> str:
    return ", ".join(on) or "what it knows"


def _mix(labels: Sequence[str], row: Array) -> str:
    said = [
        label if p == 1 else f"{label} with probability {decimal(p, DIGITS)}"
        for label, p in zip(labels, row, strict=True)
        if p
    ]
    return " or ".join(said)


@phrase.register
def _(move: Reveal, game: Game) -> str:
    told = list(itertools.product(*move.outcomes))
    cases = []
    for profile in itertools.product(*map(range, game.type_counts)):
        known = ", ".join(
            f"{p} is {t[k]}" if len(t) > 1 else ""
            for p, t, k in zip(game.players, game.types, profile, strict=True)
            if len(t) > 1
        )
        mix = _mix([", ".join(s) for s in told], move.law[profile].ravel())
        cases.append(f"{mix}" + (f" if {known}" if known else ""))
    return f"tell {' and '.join(move.to)} in private: {_listed(cases)}"


@phrase.register
def _(move: Admit, game: Game) -> str:
    return f"admit {move.player}, who may {_listed(move.actions)}"


@phrase.register
def _(move: Care, game: Game) -> str:
    weights = [f"{decimal(w)} on {p}" for p, w in move.weights.items()]
    dislikes = (
        [f"{decimal(d)} of {a}" for a, d in zip(game.actions[game.index(move.player)], move.dislike, strict=True) if d]
        if move.dislike is not None
        else []
    )
    said = ([f"puts weight {_listed(weights)}"] if weights else []) + (
        [f"dislikes by {_listed(dislikes)}"] if dislikes else []
    )
    said += [move.value.describe()] if move.value is not None else []
    return f"{move.player} {' and '.join(said) or 'is as before'} (preferences change)"
