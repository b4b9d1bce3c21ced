"""A stage: what is played, round by round. Its state is its own; whoever runs it only passes it on.

In each round the players named by `asked` answer at the same time; `settle` says what comes of it. Payoffs are in units of the
stage's base game; money that rules move is kept apart, so that what people want can be read in the base game.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .view import Answer, View


@dataclass(frozen=True)
class Event:
    """Something that rules are about: a violation, a sanction, a contract, an audit, a message that was withheld."""

    kind: str
    """"violation", "sanction", "contract", "audit", "appeal", "message", …"""
    actor: str
    target: str = ""
    amount: float = 0.0
    correct: bool | None = None
    """Of a sanction or a verdict: whether it met one who broke the rule; None where that has no meaning."""
    about: str = ""


@dataclass(frozen=True)
class Settled:
    """What came of one round."""

    state: Any
    payoffs: Mapping[str, float]
    """{player: what the base game gives it}."""
    transfers: Mapping[str, float] = field(default_factory=dict)
    """{player: money that rules moved to it}; negative for fines."""
    goal: float = 0.0
    """What people get of this round."""
    events: tuple[Event, ...] = ()
    over: bool = False


class Stage(Protocol):
    """A game in rounds, under an institution."""

    @property
    def name(self) -> str:
        """For reports."""

    @property
    def players(self) -> tuple[str, ...]:
        """Those who need somebody to play them."""

    @property
    def best(self) -> float:
        """The goal of a whole episode if all did what is best for people: the yardstick of the gap. NaN where it is not known."""

    def start(self, seed: int) -> Any:
        """The first state; all chance of the episode comes from `seed`."""

    def asked(self, state: Any) -> Mapping[str, View]:
        """Who is asked now, and what each is shown."""

    def settle(self, state: Any, answers: Mapping[str, Answer]) -> Settled:
        """What comes of the answers of those who were asked."""
