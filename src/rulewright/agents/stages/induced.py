"""A game under any institution, taken apart for play: base payoffs, what people want, money, and how acts are asked for.

The seven words are applied a second time, without the two that change payoffs of their own accord:

    base    what the game gives, carried along by permit, speak, commit, reveal and admit
    sure    money that follows from types and acts with certainty (`pay` on what shows them)
    chance  money that follows from a noisy signal: its outcome is drawn, so that what is paid is what was seen
    care    is in what players are told that they want (`game.payoff`), in no money and in no goal

An act of the induced game may be several things at once: a message and an act, or a reply to each message that may be heard.
Each of them is one choice (`Form`), the last changing fastest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game, Signal
from ...institution.institution import Institution
from ...institution.moves import Admit, Care, Commit, Move, Pay, Permit, Speak, apply, joint_law
from ...numerics import rational
from ...numerics.rational import Array

ACT = "action"


@dataclass(frozen=True)
class Form:
    """What one player is asked for: (name, options) of every part."""

    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def size(self) -> int:
        return math.prod(len(options) for _, options in self.parts)

    def position(self, values: Mapping[str, Any]) -> int:
        """Which action of the induced game these values are."""
        at = 0
        for name, options in self.parts:
            at = at * len(options) + options.index(values[name])
        return at


@dataclass(frozen=True)
class Draw:
    """A payment on a noisy signal."""

    player: int
    signal: str
    amounts: Array
    """[outcome], floats."""


@dataclass(frozen=True)
class Induced:
    """A game under an institution. All in floats."""

    game: Game
    """With what players want: payoffs, money and cares included."""
    base: Array
    """[player, *types, *actions]: what the game gives without money and cares."""
    goal: Array
    """[*types, *actions]: what people want, in the base game."""
    sure: Array
    """[player, *types, *actions]: money without chance."""
    signals: Mapping[str, Array]
    """{name: law[*types, *actions, outcome]} of the signals that draws are on."""
    draws: tuple[Draw, ...]
    forms: tuple[Form, ...]

    def expected(self) -> Array:
        """[player, *types, *actions]: money, chance averaged over. What `game.transfer` is."""
        total = self.sure.copy()
        for draw in self.draws:
            total[draw.player] += self.signals[draw.signal] @ draw.amounts
        return total


def induce(game: Game, institution: Institution | None = None, goal: Any = None) -> Induced:
    """`game` under `institution`. `goal`[*types, *actions] of the base game: its designer's payoff, or the sum of all, if left out.

    An entrant's payoff is no part of a sum. Raises InputError where the goal has another shape or a move does not fit.
    """
    shape = game.payoff.shape[1:]
    moves = [] if institution is None else [move for move, _ in institution.trace(game)[0]]
    after = game if institution is None else institution(game)
    plain, forms = game.floats, [Form(((ACT, a),) if len(a) > 1 else ()) for a in game.actions]
    keys: dict[tuple[Any, ...], str] = {}
    draws = []
    for move in moves:
        if isinstance(move, Pay):
            law = joint_law(plain, move.on) if move.on and _noisy(plain, move.on) else None
            if law is not None:
                key = (move.on, *(plain.signal(name).outcomes for name in move.on))
                if key not in keys:
                    keys[key] = f"payments on {', '.join(move.on)} ({len(keys) + 1})"
                    seen = Signal(keys[key], tuple(map(str, range(law.shape[-1]))), law)
                    plain = replace(plain, signals=(*plain.signals, seen))
                draws.append(Draw(plain.index(move.to), keys[key], rational.floats(move.amounts).ravel()))
                continue
        if not isinstance(move, Care):
            forms = _asked(move, plain, forms)
            plain = apply(move, plain)
    base = plain.payoff - plain.transfer
    forms = [
        form if form.size == len(labels) else Form(((ACT, labels),))
        for form, labels in zip(forms, after.actions, strict=True)
    ]
    if goal is not None:
        try:
            table = np.broadcast_to(rational.floats(goal), shape)
        except ValueError:
            raise InputError(
                where="goal", needed=f"shape {shape} [*types, *actions]", found=str(np.shape(goal))
            ) from None
        wanted = _carried(table, game, moves)
    else:
        wanted = base[0] if game.designer else base[: game.n].sum(axis=0)
    signals = {name: plain.signal(name).law for name in keys.values()}
    return Induced(after.floats, base, wanted, plain.transfer, signals, tuple(draws), tuple(forms))


def _noisy(game: Game, on: Sequence[str]) -> bool:
    return any(not ((law == 0) | (law == 1)).all() for law in (game.signal(name).law for name in on))


def _carried(table: Array, game: Game, moves: Sequence[Move]) -> Array:
    """A table over the base game's plays, over those of the induced one."""
    floats = game.floats
    here = replace(floats, payoff=np.broadcast_to(table, floats.payoff.shape))
    for move in moves:
        if isinstance(move, Admit):
            move = replace(move, effect=None)
        if not isinstance(move, (Pay, Care)):
            here = apply(move, here)
    return here.payoff[0]


def _asked(move: Move, game: Game, forms: list[Form]) -> list[Form]:
    """The forms after a move that is made in `game`."""
    changed = list(forms)
    match move:
        case Speak(speaker=speaker, messages=messages, hearer=hearer):
            i = game.index(speaker)
            to = "the rule" if hearer is None else hearer
            name = _free(f"message to {to}", forms[i])
            changed[i] = Form(((name, messages), *forms[i].parts))
            if hearer is not None:
                j = game.index(hearer)
                heard = [
                    (f"{part}, told {message} by {speaker}", options)
                    for message in messages
                    for part, options in forms[j].parts
                ]
                changed[j] = Form(tuple(heard))
        case Permit(player=player, allowed=allowed):
            i = game.index(player)
            kept = tuple(label for label in game.actions[i] if label in allowed)
            changed[i] = Form(((ACT, kept),) if len(kept) > 1 else ())
        case Commit(player=player):
            changed[game.index(player)] = Form()
        case Admit(actions=actions):
            changed.append(Form(((ACT, actions),) if len(actions) > 1 else ()))
    return changed


def _free(name: str, form: Form) -> str:
    taken, found, k = {part for part, _ in form.parts}, name, 2
    while found in taken:
        found, k = f"{name} ({k})", k + 1
    return found
