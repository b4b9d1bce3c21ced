"""Events as plain data: what happened in one step of anything that is played in steps, and how a rule reads it.

Each *kind* of event is a code per player, per pair of players, or for the whole world; `outcomes` says what the codes mean, in
words (numerals where a rate per unit makes sense). A kind and players make a *reading*, the signal that a rule is written on:

    kind                                   reading
    Kind("meal", ("none", "0", "1", …))    "meal of agent 3"             among = "player"    code[n]
    Kind("zap", ("no", "yes"), "pair")     "zap of agent 3 on agent 5"   among = "pair"      code[actor, target]
    Kind("alarm", ("off", "on"), "world")  "alarm"                       among = "world"     code[]

The kind "action" is there in every world, and its outcomes are the player's own actions. `Emitter` is what an institution asks
of anything that emits events, in the words of `Game`; worlds of `learning/` and environments of other people are ones.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..errors import InputError
from .game import SINGLE

ACTION = "action"
NO_YES = ("no", "yes")
QUIET = ("no", "none", "nothing", "off")
"""Outcomes that say that nothing happened: left out where events are told in words."""


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

    def code(self, events: Any) -> Any:
        """int: which outcome it was; `events` is anything with `code(kind)`."""
        return events.code(self.kind)[self.at]


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


def numerals(count: int) -> tuple[str, ...]:
    """ "0", "1", …: outcomes of a countable event, of which a rate per unit makes sense."""
    return tuple(map(str, range(count)))


def action_kind(actions: Sequence[Sequence[str]]) -> Kind:
    """The first kind of everything that is played."""
    return Kind(ACTION, tuple(max(actions, key=len)))  # type: ignore[arg-type]


class Emitter(ABC):
    """Players, actions and kinds of events: all that an institution asks of what it is applied to."""

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """Names, all different."""

    @property
    @abstractmethod
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """actions[i]: labels of player i's actions; code k is the k-th."""

    @property
    @abstractmethod
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of events that a step emits; the first is "action"."""

    @property
    def n(self) -> int:
        return len(self.players)

    @property
    def action_counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.actions))

    @property
    def types(self) -> tuple[tuple[str, ...], ...]:
        """Nobody knows anything in private that lasts; what is hidden in a state is hidden in what is observed."""
        return (SINGLE,) * self.n

    @property
    def type_counts(self) -> tuple[int, ...]:
        return (1,) * self.n

    @property
    def designer(self) -> bool:
        """Whether player 0 is a rule-maker whose decisions institutions commit to."""
        return False

    @property
    def strategic(self) -> tuple[int, ...]:
        return tuple(range(1 if self.designer else 0, self.n))

    def index(self, player: str | int) -> int:
        """Position of a player given by name or position. Raises InputError naming the players there are."""
        if isinstance(player, int) and not isinstance(player, bool) and 0 <= player < self.n:
            return player
        if player in self.players:
            return self.players.index(str(player))
        raise InputError(where="player", needed=f"one of {', '.join(self.players)}", found=repr(player))

    @cached_property
    def signals(self) -> tuple[Reading, ...]:
        """Everything that a rule can be written on."""
        return tuple(self._readings.values())

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return readings(self.kinds, self.players, self.actions)

    def signal(self, name: str) -> Reading:
        """The signal of that name: "meal of agent 0", say. Raises InputError naming the events that are emitted."""
        if name in self._readings:
            return self._readings[name]
        shapes = {"player": "of a player", "pair": "of one player on another", "world": "of the world"}
        raise InputError(
            where=f"signal {name!r}",
            needed="an event that this world emits: "
            + "; ".join(f"“{kind.name}” ({shapes[kind.among]})" for kind in self.kinds),
            found=repr(name),
            remedy=f"Players are {', '.join(self.players)}; write for example {self.signals[0].name!r}.",
        )


def told(
    emitter: Emitter, codes: Sequence[Any], actor: int | None = None, leave: Sequence[str] = ()
) -> tuple[str, ...]:
    """What happened, in words: "catch of agent 0: 12", …; what did not happen is left out.

    `codes` are int arrays in the order of the emitter's kinds, −1 for a player who is gone; with `actor`, only what that
    player did, or what was done to it, and what concerns everybody; kinds in `leave` are left out.
    """
    code = {kind.name: codes[k] for k, kind in enumerate(emitter.kinds)}
    said = []
    for reading in emitter.signals:
        if reading.kind in leave or (actor is not None and reading.at and actor not in reading.at):
            continue
        outcome = int(code[reading.kind][reading.at])
        if outcome >= 0 and reading.outcomes[outcome] not in QUIET:
            said.append(f"{reading.name}: {reading.outcomes[outcome]}")
    return tuple(said)
