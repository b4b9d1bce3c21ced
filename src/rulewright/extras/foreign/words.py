"""The words on somebody else's environment, one layer each: what goes down to it, and what is booked when it comes back.

    pay      a transfer on the events of a step, to an agent that was there; the fund keeps what nobody is there to take
    permit   a mask over the agent's own
    speak    "say m; a": the message is an event, and the hearer is told it with the next observation (infos, "heard")
    commit   the agent has one action left, "as committed"; the rule draws what it does, and may read the others' messages and acts
    care     weights on what others get, a dislike of acts, a value function; booked as care

Reveal needs types, which an environment does not have, and nobody can be admitted whom its own code does not know. What a rule
remembers (records) needs a world of `rulewright.learning`. All three are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import Kind, Reading
from ...game.game import check_law
from ...institution.moves import Admit, Care, Commit, Pay, Permit, Reveal, Speak, with_item
from ...institution.prospect import Prospect
from ...numerics import rational
from .foreign import Foreign

COMMITTED = ("as committed",)


@dataclass
class Booked:
    """One step as it is being settled: the codes so far, and the three accounts with the fund."""

    players: int
    present: Any
    """bool [player]; who was there to act."""
    codes: dict[str, Any] = field(default_factory=dict)
    """{kind: int array}; −1 where nobody was there."""
    heard: list[tuple[int, str, str]] = field(default_factory=list)
    """(hearer, speaker, message)."""

    def __post_init__(self) -> None:
        self.base, self.transfer, self.care = (np.zeros(self.players) for _ in range(3))
        self.fund = 0.0

    def code(self, kind: str) -> Any:
        return self.codes[kind]

    def read(self, on: Sequence[Reading]) -> tuple[int, ...] | None:
        """The outcome of each; None where somebody who is read was gone."""
        cell = tuple(int(reading.code(self)) for reading in on)
        return cell if min(cell, default=0) >= 0 else None

    @property
    def reward(self) -> Any:
        return self.base + self.transfer + self.care


class Layer:
    """What one move does; by default nothing."""

    def mask(self, i: int, inner: Any) -> Any:
        """bool [action under this layer] of player i, from what the layer below allows."""
        del i
        return inner

    def down(self, i: int, code: int, booked: Booked) -> int | None:
        """The action that the layer below gets of player i; None where the rule itself decides, when it has heard everybody."""
        del i, booked
        return code

    def decide(self, booked: Booked, inner: Any, rng: np.random.Generator) -> int:
        """The action of the player whose `down` is None, among those that the layer below allows."""
        raise NotImplementedError

    def settle(self, booked: Booked) -> None:
        """Books what is due."""


@singledispatch
def laid(move: Any, game: Foreign) -> Foreign:
    """The environment under one move more. Raises InputError where the move does not fit."""
    if callable(getattr(move, "wrap", None)):
        raise InputError(
            where="institution",
            needed="a move made of the words pay, permit, speak, commit and care",
            found=f"{type(move).__name__}, which remembers something in the state of a world",
            remedy="Use a world of rulewright.learning, or keep the record yourself and tell it as an event.",
        )
    raise InputError(where="institution", needed="a move made of the seven words", found=repr(move))


# ── pay ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Paid(Layer):
    player: int
    on: tuple[Reading, ...]
    amounts: Any
    """float [outcome of each reading]."""

    def settle(self, booked: Booked) -> None:
        cell = booked.read(self.on)
        if cell is not None and booked.present[self.player]:
            booked.transfer[self.player] += self.amounts[cell]
            booked.fund -= self.amounts[cell]


@laid.register
def _(move: Pay, game: Foreign) -> Foreign:
    i = game.index(move.to)
    on = tuple(game.signal(name) for name in move.on)
    wanted = tuple(len(reading.outcomes) for reading in on)
    money = np.asarray(rational.floats(move.amounts), float)
    if money.shape != wanted:
        raise InputError(
            where=f"pay to {move.to}",
            needed=f"amounts of shape {wanted}, one axis per signal",
            found=f"shape {money.shape}",
        )
    if not np.isfinite(money).all():
        raise InputError(where=f"pay to {move.to}", needed="finite amounts", found="NaN or infinity")
    return game.under(Paid(i, on, money))


# ── permit ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Permitted(Layer):
    player: int
    allowed: Any
    """bool [action]."""

    def mask(self, i: int, inner: Any) -> Any:
        return inner & self.allowed if i == self.player else inner


@laid.register
def _(move: Permit, game: Foreign) -> Foreign:
    i = _listed(move.player, game, "permit")
    unknown = [a for a in move.allowed if a not in game.actions[i]]
    if unknown or not move.allowed:
        raise InputError(
            where=f"permit {move.player}",
            needed=f"at least one of the actions {', '.join(game.actions[i])}",
            found=", ".join(unknown) or "none",
        )
    return game.under(Permitted(i, np.array([a in move.allowed for a in game.actions[i]])))


# ── speak ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Spoken(Layer):
    player: int
    speaker: str
    kind: Kind
    hearer: int | None
    count: int
    """Actions of the speaker below."""

    def mask(self, i: int, inner: Any) -> Any:
        return np.tile(inner, len(self.kind.outcomes)) if i == self.player else inner

    def down(self, i: int, code: int, booked: Booked) -> int:
        if i != self.player:
            return code
        message, action = divmod(code, self.count)
        booked.codes[self.kind.name] = np.array(message)
        if self.hearer is not None:
            booked.heard.append((self.hearer, self.speaker, self.kind.outcomes[message]))
        return action


@laid.register
def _(move: Speak, game: Foreign) -> Foreign:
    i = _listed(move.speaker, game, "speak")
    hearer = None if move.hearer is None else game.index(move.hearer)
    if not move.messages or len(set(move.messages)) != len(move.messages) or hearer == i:
        raise InputError(
            where=f"speak by {move.speaker}",
            needed="different messages, and a hearer other than the speaker",
            found=", ".join(move.messages) or "none",
        )
    bare = len(game.actions[i]) == 1
    said = tuple(f"say {m}" if bare else f"say {m}; {a}" for m in move.messages for a in game.actions[i])
    taken, name, k = {kind.name for kind in game.kinds}, f"message of {game.players[i]}", 1
    while name in taken:
        k += 1
        name = f"message of {game.players[i]} ({k})"
    kind = Kind(name, move.messages, "world")
    layer = Spoken(i, game.players[i], kind, hearer, len(game.actions[i]))
    return game.under(layer, with_item(game.labels, i, said), kind)


# ── commit ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Scripted(Layer):
    player: int
    on: tuple[Reading, ...]
    strategy: Any
    """float [outcome of each reading, action]."""

    def mask(self, i: int, inner: Any) -> Any:
        return np.ones(1, bool) if i == self.player else inner

    def down(self, i: int, code: int, booked: Booked) -> int | None:
        del booked
        return None if i == self.player else code

    def decide(self, booked: Booked, inner: Any, rng: np.random.Generator) -> int:
        cell = booked.read(self.on)
        law = inner / inner.sum() if cell is None else self.strategy[cell] * inner
        law = law / law.sum() if law.sum() > 0 else inner / inner.sum()
        return int(rng.choice(len(law), p=law))


@laid.register
def _(move: Commit, game: Foreign) -> Foreign:
    i, where = _listed(move.player, game, "commit"), f"commit {move.player}"
    on = tuple(game.signal(name) for name in move.on)
    wanted = (1, *(len(reading.outcomes) for reading in on), len(game.actions[i]))
    if np.shape(move.strategy) != wanted:
        raise InputError(
            where=where,
            needed=f"a strategy of shape {wanted} [type, signals, action]",
            found=f"shape {np.shape(move.strategy)}",
        )
    check_law(move.strategy, where)
    fixed = {layer.player for layer in game.layers if isinstance(layer, Scripted)} | {i}
    speaks = {layer.kind.name: layer.player for layer in game.layers if isinstance(layer, Spoken)}
    for reading in on:
        who = reading.at[0] if reading.kind == "action" else speaks.get(reading.kind)
        if who is None or who in fixed:
            raise InputError(
                where=where,
                needed="signals that are known before the environment moves: messages and acts of players who decide themselves",
                found=reading.name,
            )
    strategy = np.asarray(rational.floats(move.strategy), float)[0]
    return game.under(Scripted(i, on, strategy), with_item(game.labels, i, COMMITTED))


# ── care ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Cared(Layer):
    player: int
    weights: Any
    """float [player]."""
    dislike: Any
    """float [action of the player in the environment]."""
    value: Prospect | None

    def settle(self, booked: Booked) -> None:
        i = self.player
        if not booked.present[i]:
            return
        felt = booked.reward[i] + self.weights @ booked.reward - self.dislike[booked.code("action")[i]]
        if self.value is not None:
            felt = self.value.value(np.array([felt]))[0]
        booked.care[i] += felt - booked.reward[i]


@laid.register
def _(move: Care, game: Foreign) -> Foreign:
    i = game.index(move.player)
    weights = np.zeros(game.n)
    for other, weight in move.weights.items():
        weights[game.index(other)] = float(weight)
    dislike = np.zeros(len(game.own[i])) if move.dislike is None else np.asarray(rational.floats(move.dislike), float)
    if dislike.shape != (len(game.own[i]),):
        raise InputError(
            where=f"care of {move.player}",
            needed=f"one number for each of {len(game.own[i])} actions",
            found=f"shape {dislike.shape}",
        )
    return game.under(Cared(i, weights, dislike, move.value))


# ── what has no meaning here ────────────────────────────────────────────────────────────────────────────────────────


@laid.register
def _(move: Reveal, game: Foreign) -> Foreign:
    raise InputError(
        where=f"reveal to {', '.join(move.to)}",
        needed="types to reveal something about",
        found="an environment of somebody else's, whose players have none that a rule could read",
        remedy="Declare what it shows as an event, or let a player speak.",
    )


@laid.register
def _(move: Admit, game: Foreign) -> Foreign:
    raise InputError(
        where=f"admit {move.player}",
        needed="an environment that knows this player",
        found=f"one with {', '.join(game.players)}",
        remedy="Let the environment itself have one agent more, and commit it or leave it to a learner.",
    )


def _listed(player: str, game: Foreign, word: str) -> int:
    i = game.index(player)
    if not game.listed[i]:
        raise InputError(
            where=f"{word} {player}",
            needed="a list of actions (a Discrete space)",
            found=str(game.env.action_space(game.agents[i])),
            remedy="Pay on events that you declare instead.",
        )
    return i
