"""An episode: players on a stage until it is over, with everything that was shown, said and paid.

Those who are asked in a round answer at the same time, so that slow models wait for each other only once a round.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..errors import InputError
from .player import Player
from .stage import Event, Settled, Stage
from .view import Answer, View

LONGEST = 10_000
"""Rounds after which an episode that does not end is called wrong."""


@dataclass(frozen=True)
class Turn:
    """One round: what was shown, said, and what came of it."""

    number: int
    views: Mapping[str, View]
    answers: Mapping[str, Answer]
    payoffs: Mapping[str, float]
    transfers: Mapping[str, float]
    goal: float
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Episode:
    """A whole play."""

    stage: str
    players: tuple[str, ...]
    seed: int
    best: float
    turns: tuple[Turn, ...] = field(repr=False)

    @property
    def goal(self) -> float:
        """What people got of it."""
        return math.fsum(turn.goal for turn in self.turns)

    @property
    def gap(self) -> float:
        """What people missed; NaN where nobody knows what was to be had."""
        return self.best - self.goal

    def payoff(self, player: str) -> float:
        """What the base game gave a player, and rules moved to it."""
        return math.fsum(turn.payoffs.get(player, 0.0) + turn.transfers.get(player, 0.0) for turn in self.turns)

    def events(self, kind: str) -> tuple[Event, ...]:
        return tuple(event for turn in self.turns for event in turn.events if event.kind == kind)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Plain data for JSONL: a head, a line for each turn, a foot."""
        yield {"stage": self.stage, "players": list(self.players), "seed": self.seed}
        for turn in self.turns:
            yield asdict(turn)
        yield {"goal": self.goal, "payoffs": {player: self.payoff(player) for player in self.players}}


async def played(
    stage: Stage, players: Mapping[str, Player], *, seed: int = 0, tell: Callable[[Turn], None] = lambda _: None
) -> Episode:
    """One episode. `tell` hears of every turn as it ends. Raises InputError where a player of the stage has nobody to play it."""
    absent = [name for name in stage.players if name not in players]
    if absent:
        raise InputError(where=stage.name, needed=f"somebody to play {', '.join(absent)}", found="nobody")
    state, turns = stage.start(seed), []
    for number in range(1, LONGEST + 1):
        views = stage.asked(state)
        said = await asyncio.gather(*(players[name].answer(view) for name, view in views.items()))
        answers = dict(zip(views, said, strict=True))
        found: Settled = stage.settle(state, answers)
        turn = Turn(number, views, answers, found.payoffs, found.transfers, found.goal, found.events)
        turns.append(turn)
        tell(turn)
        state = found.state
        if found.over:
            return Episode(stage.name, stage.players, seed, stage.best, tuple(turns))
    raise InputError(where=stage.name, needed=f"an end within {LONGEST:,} rounds", found="none")


def play(stage: Stage, players: Mapping[str, Player], *, seed: int = 0) -> Episode:
    """`played`, for those who do not await."""
    return asyncio.run(played(stage, players, seed=seed))
