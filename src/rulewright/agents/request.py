"""What is asked of a language model, and what comes back: plain data, the same for every provider.

A request is all that the answer may depend on: two equal requests may be answered from a record. `number` tells apart draws that
are meant to be independent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: str
    """"system", "user" or "assistant"."""
    content: str


@dataclass(frozen=True)
class Request:
    """A conversation to be gone on with."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    """JSON Schema that the answer has to meet; None for free text."""
    temperature: float = 0.0
    limit: int = 512
    """Tokens of the answer, at most."""
    seed: int = 0
    number: int = 0
    """Which of several independent draws of the same question."""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    def key(self, model: str) -> str:
        """64 hexadecimal digits (SHA-256) that name this question to this model, whatever the process, machine or day."""
        data = {"model": model, **self.as_data()}
        text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Usage:
    """Tokens, as the provider counts them."""

    asked: int = 0
    answered: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.asked + other.asked, self.answered + other.answered)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    text: str
    reasoning: str = ""
    """What the model thought aloud, where the provider tells it apart."""
    usage: Usage = field(default_factory=Usage)
    finish: str = "stop"
    """"stop", "length" (cut off at the limit) or "filter" (the provider withheld it)."""
    recorded: bool = False
    """Whether it came from a record, and cost nothing now."""


class Model(Protocol):
    """Anything that goes on with a conversation."""

    @property
    def name(self) -> str:
        """What requests are kept under: provider, model and version, as far as they are known."""

    async def complete(self, request: Request) -> Reply:
        """Raises Unsolved where no answer is to be had, after its own retries."""
