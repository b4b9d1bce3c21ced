"""An institution of seven words at a game, as a charter: what the induced game pays on a play, the guard settles on that play.

Each word has its meaning at runtime: `permit` is a permit of one act a round; `pay` is the same table on the same signals;
`speak` puts "say m; a" in the place of a, and a hearer answers what it heard with a plain act, not with a plan for everything
that it might hear; `commit` is drawn by the guard. What is refused: `care` changes what agents want, which no guard can;
`admit` brings payoffs of somebody new, which are the world's; `reveal` needs types, which a guard does not see.

A signal that is certain given acts is read off them by the guard (`Shown`); every other one has to be reported to `after`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import SINGLE, Game, Signal
from ...institution import moves as words
from ...institution.institution import Institution
from ...numerics import rational
from .charter import Charter
from .clauses import Agent, Commit, Pay, Permit, Shown, Speak

LARGEST = 200_000
"""Cells of one table."""


def runtime(institution: Institution, game: Game) -> tuple[Game, list[Pay], list[Commit], list[Speak]]:
    """(the game whose acts agents have at runtime, and the tables): `commit` leaves its player's acts, hearers have no plans."""
    here, pays, commits, speaks = game, [], [], []
    committed: set[str] = set()
    for move, at in institution.trace(game)[0]:
        _refuse(move, committed)
        if isinstance(move, words.Commit):
            committed.add(move.player)
            commits.append(_commit(move, at, here))
            continue
        if isinstance(move, words.Speak):
            hearers = (move.hearer,) if move.hearer else ("*",)
            if move.hearer:
                speaks.append(Speak(move.speaker, hearers, move.messages, quota=1))
            move = replace(move, hearer=None)
        if isinstance(move, words.Permit):
            unknown = [a for a in move.allowed if a not in here.actions[here.index(move.player)]]
            if unknown:
                raise InputError(
                    where=f"charter, permit {move.player}",
                    needed="plain acts",
                    found=f"a plan, {unknown[0]}",
                    remedy="Permit before the message is let through: agents act once they have heard.",
                )
        if isinstance(move, words.Pay):
            pays.append(_pay(move, here))
        here = words.apply(move, here)
    return here, pays, commits, speaks


def _refuse(move: Any, committed: set[str]) -> None:
    reasons = {
        words.Care: "care, which changes what an agent wants: no guard can",
        words.Admit: "admit, which brings payoffs of somebody new: those are the world's, make the game with it",
        words.Reveal: "reveal, which tells signals about types: a guard sees none, tell agents in the world itself",
    }
    touched = {str(p) for name in ("player", "speaker", "hearer") if (p := getattr(move, name, None)) is not None}
    if type(move) in reasons:
        raise InputError(where="charter", needed="pay, permit, speak or commit", found=reasons[type(move)])
    if touched & committed:
        raise InputError(
            where="charter",
            needed="nothing said about a player's acts after it is committed",
            found=f"{type(move).__name__.lower()} of {', '.join(sorted(touched & committed))}",
        )


def _pay(move: words.Pay, game: Game) -> Pay:
    outcomes = [game.signal(name).outcomes for name in move.on]
    names = tuple(game.signal(name).name for name in move.on)
    if move.amounts.shape != tuple(map(len, outcomes)):
        raise InputError(
            where=f"charter, pay {move.to}",
            needed="payments for plain acts",
            found="payments for plans of what to do on every message",
            remedy="Pay for a signal of the act, made before the message is let through.",
        )
    amounts = rational.exact(move.amounts)
    _small(amounts.size, f"pay {move.to}")
    cells = zip(itertools.product(*outcomes), amounts.flat, strict=True)
    return Pay(move.to, names, {cell: amount for cell, amount in cells if amount})


def _commit(move: words.Commit, at: Game, here: Game) -> Commit:
    i = at.index(move.player)
    if at.actions[i] != here.actions[i]:
        raise InputError(
            where=f"charter, commit {move.player}", needed="plain acts", found="plans for what it might hear"
        )
    outcomes = [at.signal(name).outcomes for name in move.on]
    names = tuple(at.signal(name).name for name in move.on)
    if len(at.types[i]) > 1:
        names, outcomes = (f"type of {move.player}", *names), [at.types[i], *outcomes]
    law = (
        rational.exact_law(np.asarray(move.strategy, float)) if not rational.is_exact(move.strategy) else move.strategy
    )
    _small(law.size, f"commit {move.player}")
    rows = law.reshape(-1, law.shape[-1])
    return Commit(
        move.player,
        at.actions[i],
        names,
        {cell: tuple(row) for cell, row in zip(itertools.product(*outcomes), rows, strict=True)},
    )


def _small(cells: int, where: str) -> None:
    if cells > LARGEST:
        raise TooLarge(where=f"charter, {where}", needed=f"at most {LARGEST:,} cells", found=f"{cells:,}")


def shown(game: Game, signal: Signal) -> Shown | None:
    """The signal as the guard reads it off acts; None where it depends on types or on chance."""
    law = signal.law
    if not ((law == 0) | (law == 1)).all():
        return None
    position = np.asarray(law != 0).argmax(axis=-1)
    for i in range(game.n):
        if (position != np.take(position, [0], axis=i)).any():
            return None
    position = position[(0,) * game.n]
    of = [i for i in range(game.n) if (position != np.take(position, [0], axis=i)).any()]
    for i in reversed([i for i in range(game.n) if i not in of]):
        position = np.take(position, 0, axis=i)
    _small(position.size, f"signal {signal.name}")
    cells = itertools.product(*(game.actions[i] for i in of))
    table = {cell: signal.outcomes[k] for cell, k in zip(cells, position.flat, strict=True)}
    return Shown(signal.name, tuple(game.players[i] for i in of), table)


def chartered(institution: Any, game: Any, *, name: str, instead: Mapping[str, str]) -> Charter:
    """See `Charter.of`."""
    if not isinstance(institution, Institution) or not isinstance(game, Game):
        raise InputError(
            where="charter",
            needed="a house institution and a game",
            found=f"{type(institution).__name__}, {type(game).__name__}",
        )
    here, pays, commits, speaks = runtime(institution, game)
    wanted = dict.fromkeys([s for p in pays for s in p.on] + [s for c in commits for s in c.on])
    seen = [shown(here, here.signal(s)) for s in wanted if not s.startswith("type of ")]
    for player, act in instead.items():
        if act not in here.actions[here.index(player)]:
            raise InputError(where=f"charter, instead of {player}", needed="a permitted act", found=act)
    return Charter(
        name=name or institution.describe(),
        agents=tuple(Agent(p, instead=instead.get(p, "")) for p in here.players),
        permits=tuple(
            Permit(a, (p,), quota=1)
            for p, a in zip(here.players, here.actions, strict=True)
            if a != SINGLE or p in {c.agent for c in commits}
        ),
        pays=tuple(pays),
        shown=tuple(s for s in seen if s is not None),
        commits=tuple(commits),
        speaks=tuple(speaks),
    )
