"""What passes a guard: an act before it is done, and the verdict on it. Plain data, the same for every framework.

An environment's action, a tool call, a message to a colleague: each is an act of one agent, with a name and arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Act:
    """What an agent is about to do, or has done."""

    agent: str
    name: str
    """The action's label, the tool's name."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """JSON values only: they are written to the ledger."""
    session: str = ""
    """Which episode or conversation it belongs to."""


@dataclass(frozen=True)
class Verdict:
    """What the rules say of an act."""

    allowed: bool
    act: Act
    """What may be done: the act itself, or what the rules put in its place."""
    reason: str = ""
    """For the agent, in a sentence; empty where nothing is to be said."""
    owed: float = 0.0
    """What the agent is paid for it (negative: what it pays), at the next settlement."""
    entry: int = -1
    """Number of the ledger's line about it."""
