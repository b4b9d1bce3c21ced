"""How much an episode will ask of a model, before anything is asked: the stage is played by defaults, and prompts are counted.

What is counted is what `Reader` would send. Whoever answers in the dry play does what is stated as a default and writes as much
as it may, so that words are counted at their longest. `most` adds what may go wrong: every answer refused until the last try,
each of full length. Where the play itself decides how long the episode lasts or what is shown, another play may cost more.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..episode import played
from ..request import Reply, Request, Usage
from ..stage import Stage
from ..view import Answer, View
from .memory import REASON, tokens
from .reader import TROUBLE, Reader

KEPT = ("persona", "temperature", "memory", "tries", "limit", "seed", "number", "structured")
AROUND = 60
"""Tokens that frame a refusal: "That answer cannot be used …"."""


@dataclass(frozen=True)
class Count:
    """Of one player: requests, and tokens by the rule of thumb of `memory.tokens`."""

    requests: int = 0
    asked: int = 0
    answered: int = 0
    """Tokens of answers, at their limit."""

    def __add__(self, other: Count) -> Count:
        return Count(self.requests + other.requests, self.asked + other.asked, self.answered + other.answered)


@dataclass(frozen=True)
class Questions:
    """What an episode asks for."""

    least: Mapping[str, Count]
    """{player: if every first answer fits}."""
    most: Mapping[str, Count]
    """{player: if only the last try does}."""
    requests: tuple[Request, ...] = field(default=(), repr=False)
    """Those of the first tries and of notes, for whoever puts a price on them (`agents.models`)."""

    @property
    def all_least(self) -> Count:
        return sum(self.least.values(), Count())

    @property
    def all_most(self) -> Count:
        return sum(self.most.values(), Count())

    def __str__(self) -> str:
        low, high = self.all_least, self.all_most
        return (
            f"{low.requests:,} to {high.requests:,} requests; about {low.asked:,} to {high.asked:,} tokens asked, "
            f"at most {low.answered:,} to {high.answered:,} answered"
        )


@dataclass(eq=False)
class _Silent:
    """A model that costs nothing: it says as much as it may."""

    name: str = "nobody"

    async def complete(self, request: Request) -> Reply:
        return Reply("x" * (4 * request.limit), usage=Usage())


@dataclass(eq=False)
class _Counting(Reader):
    """A reader that answers its defaults, words at their longest, and keeps the prompts that it would have sent."""

    counts: list[tuple[Count, Count]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def _tried(self, view: View, messages: tuple[Any, ...], fallback: Mapping[str, Any]) -> Answer:
        request = self._request(messages, view.schema() if self.structured else None, self.limit)
        self.requests.append(request)
        schema = tokens(str(request.schema)) if self.structured else 0
        size = schema + sum(tokens(message.content) for message in messages)
        more = self.limit + AROUND + math.ceil(TROUBLE / 4)
        high = self.tries * size + more * self.tries * (self.tries - 1) // 2
        self.counts.append((Count(1, size, self.limit), Count(self.tries, high, self.tries * self.limit)))
        words = {choice.name: "x" * choice.length for choice in view.choices if choice.text}
        return Answer({**fallback, **words}, "x" * REASON)


def questions(stage: Stage, players: Mapping[str, Any], *, seed: int = 0) -> Questions:
    """What `play(stage, players)` would ask of models. Players who do not read answer as they are and cost nothing.

    Raises InputError where a choice that a reader would be asked has no default that fits.
    """
    dry = {name: _counting(player) if isinstance(player, Reader) else player for name, player in players.items()}
    asyncio.run(played(stage, dry, seed=seed))
    readers = {name: player for name, player in dry.items() if isinstance(player, _Counting)}
    return Questions(
        {name: sum((low for low, _ in reader.counts), _notes(reader)) for name, reader in readers.items()},
        {name: sum((high for _, high in reader.counts), _notes(reader)) for name, reader in readers.items()},
        tuple(request for reader in readers.values() for request in (*reader.requests, *_asked(reader))),
    )


def _counting(reader: Reader) -> _Counting:
    kept = {name: getattr(reader, name) for name in KEPT}
    return _Counting(_Silent(), **kept)


def _asked(reader: _Counting) -> list[Request]:
    return [exchange.request for exchange in reader.exchanges if exchange.kind == "notes"]


def _notes(reader: _Counting) -> Count:
    """What summaries ask for."""
    asked = _asked(reader)
    return Count(
        len(asked),
        sum(tokens(message.content) for request in asked for message in request.messages),
        sum(request.limit for request in asked),
    )
