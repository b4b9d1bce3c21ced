"""Somebody else's parallel environment, as institutions read it: players, actions, kinds of events, and the rules so far.

A `Foreign` is frozen, and holds no state of play; an institution makes another one with more layers. `parallel()` makes
the environment that is played. Layers are in the order of the sentence, the innermost first; see `words.py` for what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...errors import InputError
from ...game.events import Emitter, Kind, Reading, action_kind, numerals, readings
from ...institution.institution import moved

ACTS = ("acts",)
"""The one action of an agent whose space is not a list: what it does is passed on, and nothing can be said about it."""


@dataclass(frozen=True)
class Happened:
    """One step of the environment, as a user's function reads it for events. Dictionaries are by agent, as they came."""

    before: Mapping[Any, Any]
    """Observations that the agents acted on."""
    actions: Mapping[Any, Any]
    observations: Mapping[Any, Any]
    rewards: Mapping[Any, float]
    infos: Mapping[Any, Any]


@dataclass(frozen=True, eq=False)
class Foreign(Emitter):
    """An environment under rules. `Foreign.of(env)` is the one without any."""

    env: Any = field(repr=False)
    names: tuple[str, ...]
    agents: tuple[Any, ...]
    """As the environment calls the players."""
    own: tuple[tuple[str, ...], ...]
    """own[i]: labels of what agent i does in the environment."""
    listed: tuple[bool, ...]
    """Whether an agent's actions are a list (a Discrete space)."""
    labels: tuple[tuple[str, ...], ...]
    """labels[i]: what player i may do under the rules so far; messages included."""
    told: tuple[Kind, ...]
    events: Callable[[Happened], Mapping[str, Any]] | None = None
    layers: tuple[Any, ...] = ()
    otherwise: str | None = None

    @staticmethod
    def of(
        env: Any,
        *,
        kinds: Sequence[Kind] = (),
        events: Callable[[Happened], Mapping[str, Any]] | None = None,
        labels: Mapping[Any, Sequence[str]] | None = None,
        names: Sequence[str] | None = None,
        otherwise: str | None = None,
    ) -> Foreign:
        """The environment without rules.

        `kinds`: events that the environment is said to emit beside actions; `events` reads them after every step: {kind: codes},
        where codes are {agent: outcome} of a player's kind (who is not named did the first outcome), {(actor, target): outcome}
        of a pair's, an outcome of the world's, and an outcome is a label or a code. An environment that has the attributes
        `kinds` and `codes` itself (as `to_pettingzoo` makes them) needs neither.
        `labels`: names of an agent's actions; numbers from 0 if not given.
        `names`: how institutions call the agents, in the order of `possible_agents`; as the environment does, if not given.
        `otherwise`: the action that is done instead of one that is not permitted; None refuses it with InputError.
        """
        _parallel(env)
        agents = tuple(env.possible_agents)
        found = tuple(str(name) for name in (names or getattr(env, "players", None) or agents))
        if len(found) != len(agents) or len(set(found)) != len(found):
            raise InputError(where="names", needed=f"{len(agents)} different names", found=", ".join(found))
        listed = tuple(hasattr(env.action_space(agent), "n") for agent in agents)
        given = labels or dict(zip(agents, getattr(env, "action_labels", ()), strict=False))
        own = tuple(
            _labels(agent, env.action_space(agent), given.get(agent)) if known else ACTS
            for agent, known in zip(agents, listed, strict=True)
        )
        itself = not kinds and events is None and hasattr(env, "kinds")
        told = tuple(env.kinds)[1:] if itself else tuple(kinds)
        if bool(told) != (events is not None) and not itself:
            raise InputError(
                where="events",
                needed="kinds, and a function that reads them after a step",
                found="kinds without a function" if told else "a function without kinds",
            )
        if len({kind.name for kind in told} | {"action"}) != len(told) + 1:
            raise InputError(
                where="events", needed="different names, none of them “action”", found=", ".join(k.name for k in told)
            )
        for i, labels_of in enumerate(own):
            if otherwise is not None and listed[i] and otherwise not in labels_of:
                raise InputError(
                    where="otherwise", needed=f"an action of {found[i]}: {', '.join(labels_of)}", found=repr(otherwise)
                )
        return Foreign(env, found, agents, own, listed, own, told, events, (), otherwise)

    @property
    def players(self) -> tuple[str, ...]:
        return self.names

    @property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        return self.labels

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        return (action_kind(self.own), *self.told)

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        return readings(
            self.kinds, self.names, self.own
        )  # an act is what reaches the environment, whatever is said beside it

    def under(self, layer: Any, labels: tuple[tuple[str, ...], ...] | None = None, kind: Kind | None = None) -> Foreign:
        """With one layer more, outermost."""
        return replace(
            self,
            layers=(*self.layers, layer),
            labels=self.labels if labels is None else labels,
            told=self.told if kind is None else (*self.told, kind),
        )

    def parallel(self) -> Any:
        """The environment that is played, a PettingZoo `ParallelEnv`; it plays on the one that was given, so play one at a time."""
        from .governed import Governed

        return Governed(self)


@moved.register
def _(game: Foreign, move: Any) -> Foreign:
    from .words import laid

    return laid(move, game)


def _parallel(env: Any) -> None:
    if hasattr(env, "agent_iter") or hasattr(env, "agent_selection"):
        raise InputError(
            where="environment",
            needed="a parallel environment, in which all agents act at once",
            found=f"one where agents act in turn (AEC), {type(env).__name__}",
            remedy="Convert it first: pettingzoo.utils.conversions.aec_to_parallel(env).",
        )
    missing = [name for name in ("possible_agents", "action_space", "reset", "step") if not hasattr(env, name)]
    if missing:
        raise InputError(
            where="environment",
            needed="a PettingZoo parallel environment whose possible_agents are known",
            found=f"{type(env).__name__} without {missing[0]}",
        )


def _labels(agent: Any, space: Any, given: Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return numerals(int(space.n))
    labels = tuple(map(str, given))
    if len(labels) != int(space.n) or len(set(labels)) != len(labels):
        raise InputError(where=f"labels of {agent}", needed=f"{space.n} different labels", found=", ".join(labels))
    return labels
