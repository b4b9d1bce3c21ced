"""A player: whoever answers views. Scripted ones compute, language models are asked (`rulewright.agents.reader`)."""

from __future__ import annotations

from typing import Protocol

from .view import Answer, View


class Player(Protocol):
    """One participant of one episode; it may remember what it saw."""

    async def answer(self, view: View) -> Answer:
        """An answer with a valid value for every choice of the view."""
