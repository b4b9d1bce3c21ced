"""Talk within a stage, before its acts: one text each, at the same time, heard by all (`agents.talk` puts it before any stage)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..quote import said as line
from ..stage import Event
from ..view import Answer, Choice

MESSAGE = Choice("message", "what you say to all the others", text=True, default="")


def said(players: Sequence[str], answers: Mapping[str, Answer]) -> tuple[tuple[str, str], ...]:
    """(who, what) of those who said something."""
    return tuple((p, answers[p]["message"]) for p in players if answers[p]["message"])


def messages(spoken: Sequence[tuple[str, str]]) -> tuple[Event, ...]:
    return tuple(Event("message", who, about=what) for who, what in spoken)


def heard(spoken: Sequence[tuple[str, str]]) -> list[str]:
    """Lines of a view. Quoted, so that what a player writes cannot pass for what the stage says."""
    return [line(who, what) for who, what in spoken]
