"""A charter: an institution as a runtime enforces it. Frozen, public, and written into the first line of its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .clauses import Agent, Clauses


@dataclass(frozen=True)
class Charter(Clauses):
    """Read one with `Charter.read`, make one from an institution with `Charter.of`, or write its clauses in Python."""

    name: str = "charter"
    agents: tuple[Agent, ...] = ()
    free: bool = False
    """Whether acts that no permit names are allowed."""
    talk: bool = False
    """Whether messages that no speak names are delivered."""
    balanced: bool = False
    """Whether rewards are paid only out of what the fund has."""

    @staticmethod
    def of(institution: Any, game: Any, *, name: str = "", instead: Mapping[str, str] | None = None) -> Charter:
        """The charter of a house `Institution` at a game: the same transfers on every play as the induced game.

        `instead` puts an agent's permitted act in the place of one that is not. Raises InputError for what has no meaning
        at runtime.
        """
        raise NotImplementedError

    @staticmethod
    def read(path: Path | str) -> Charter:
        """From TOML or JSON. Raises InputError with a sentence."""
        raise NotImplementedError

    def write(self, path: Path | str) -> None:
        """As TOML or JSON, by the name's ending; `read` gives the same charter."""
        raise NotImplementedError
