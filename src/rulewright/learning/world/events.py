"""The record of what happened in one step, typed: institutions settle on it, reports count it, learners never see it.

Each *kind* of event is a code per player, per pair of players, or for the whole world; `outcomes` says what the codes mean, in
words (numerals where a rate per unit makes sense). A kind and players make a *reading*, the signal that a rule is written on:

    kind                                   reading
    Kind("meal", ("none", "0", "1", …))    "meal of agent 3"             among = "player"    code[n]
    Kind("zap", ("no", "yes"), "pair")     "zap of agent 3 on agent 5"   among = "pair"      code[actor, target]
    Kind("alarm", ("off", "on"), "world")  "alarm"                       among = "world"     code[]

The kind "action" is there in every world, and its outcomes are the player's own actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from ...errors import InputError
from .pytree import pytree, static

ACTION = "action"


@dataclass(frozen=True)
class Kind:
    """A kind of event."""

    name: str
    outcomes: tuple[str, ...]
    """outcomes[code]: what the code means."""
    among: str = "player"
    """"player", "pair" (actor, target) or "world"."""

    def __post_init__(self) -> None:
        if self.among not in ("player", "pair", "world"):
            raise InputError(where=f"event {self.name}", needed="player, pair or world", found=self.among)
        if len(set(self.outcomes)) != len(self.outcomes):
            raise InputError(where=f"event {self.name}", needed="different outcomes", found=", ".join(self.outcomes))


@dataclass(frozen=True)
class Reading:
    """One kind read at certain players: what a game calls a signal. `at` indexes the code array of the kind."""

    name: str
    outcomes: tuple[str, ...]
    kind: str
    at: tuple[int, ...]

    def code(self, events: Events) -> jax.Array:
        """int: which outcome it was."""
        return events.code(self.kind)[self.at]


@pytree
class Events:
    """What happened in one step."""

    codes: tuple[jax.Array, ...]
    """Of each kind in order: int [player], [actor, target] or []."""
    kinds: tuple[Kind, ...] = static()

    def code(self, name: str) -> jax.Array:
        """The code array of one kind. Raises InputError where there is no such event."""
        return self.codes[position(name, self.kinds)]

    def plus(self, kind: Kind, code: jax.Array) -> Events:
        """With one kind more, last."""
        return Events((*self.codes, code), (*self.kinds, kind))


def position(name: str, kinds: Sequence[Kind]) -> int:
    """Where the kind of that name stands. Raises InputError naming what there is."""
    names = [kind.name for kind in kinds]
    if name not in names:
        raise InputError(where="event", needed=f"one of {', '.join(names)}", found=repr(name))
    return names.index(name)


def readings(kinds: Sequence[Kind], players: Sequence[str], actions: Sequence[Sequence[str]]) -> dict[str, Reading]:
    """Every signal of a world by name. An action reads in the words of the player whose it is."""
    found: list[Reading] = []
    for kind in kinds:
        if kind.among == "world":
            found.append(Reading(kind.name, kind.outcomes, kind.name, ()))
        for i, player in enumerate(players):
            outcomes = tuple(actions[i]) if kind.name == ACTION else kind.outcomes
            if kind.among == "player":
                found.append(Reading(f"{kind.name} of {player}", outcomes, kind.name, (i,)))
            if kind.among == "pair":
                found += [
                    Reading(f"{kind.name} of {player} on {target}", outcomes, kind.name, (i, j))
                    for j, target in enumerate(players)
                    if j != i
                ]
    return {reading.name: reading for reading in found}


def flags(condition: jax.Array) -> jax.Array:
    """Codes of a yes-or-no event (outcomes "no", "yes")."""
    return condition.astype(jnp.int32)


NO_YES = ("no", "yes")


def numerals(count: int) -> tuple[str, ...]:
    """ "0", "1", …: outcomes of a countable event, of which a rate per unit makes sense."""
    return tuple(map(str, range(count)))
