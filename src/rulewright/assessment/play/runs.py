"""Every rule by every cast, a number of episodes each, and what came of them.

Episodes of scripted players cost nothing and are played one by one; where models are asked, several go on at once, and each request
waits for its turn at the model. Episodes are kept in the order of their seeds, whichever ends first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import fmean

from ...agents.episode import Episode, played
from ...agents.player import Player
from ...agents.request import Model
from ...agents.stage import Event, Stage
from ...behaviour.estimation.confidence import Interval, mean
from ...errors import RulewrightError
from ...scenario.play import MODEL, Cast, Ruled, seats

Tell = Callable[[str], None]
Opener = Callable[[], AbstractAsyncContextManager[Model]]
"""Opens the model that plays the seats called "model", in the event loop that asks it."""
AT_ONCE = 8
"""Episodes that go on at the same time where a model is asked; the model's own limit is on requests."""


@dataclass(frozen=True)
class Lineup:
    """Who plays: made afresh for every episode, since players remember."""

    cast: Cast
    players: Callable[[int, Model | None], Mapping[str, Player]]
    """(seed, model that plays the seats of models) → players."""
    reads: bool
    """Whether a model sits in it."""


@dataclass(frozen=True)
class Played:
    """One rule by one cast."""

    rule: Ruled
    cast: Cast
    stage: Stage
    episodes: tuple[Episode, ...] = field(repr=False)

    @cached_property
    def goal(self) -> float:
        return fmean(episode.goal for episode in self.episodes)

    @cached_property
    def interval(self) -> Interval | None:
        """Of the mean goal; None of one episode."""
        return mean([episode.goal for episode in self.episodes]) if len(self.episodes) > 1 else None

    @property
    def reads(self) -> bool:
        """Whether a model sits in the cast."""
        return MODEL in {seat if isinstance(seat, str) else seat.play for seat in seats(self.cast)}

    @cached_property
    def eventful(self) -> bool:
        """Whether anything happened that a rule is about: of a bare game nothing ever does."""
        return any(turn.events for episode in self.episodes for turn in episode.turns)

    def rate(self, kind: str, test: Callable[[Event], bool] = lambda _: True) -> float:
        """Events of a kind in an episode, on average."""
        return fmean(sum(map(test, episode.events(kind))) for episode in self.episodes)

    def measures(self) -> dict[str, float]:
        """What happened in an episode, on average."""
        found = {
            "violations": self.rate("violation"),
            "sanctions met right": self.rate("sanction", lambda e: e.correct is True),
            "misdirected": self.rate("sanction", lambda e: e.correct is False),
        }
        return {name: value for name, value in found.items() if value or name == "violations"}

    def payoff(self, player: str) -> float:
        return fmean(episode.payoff(player) for episode in self.episodes)


@dataclass(frozen=True)
class Plan:
    """All that is to be played: a rule, its stage, a cast; in that order."""

    parts: tuple[tuple[Ruled, Stage, Lineup], ...]
    seeds: range
    best: float | None = None
    """What people could have had of an episode, where the file says so."""

    @property
    def reads(self) -> bool:
        """Whether a model is asked anything."""
        return any(lineup.reads for _, _, lineup in self.parts)


@dataclass(frozen=True)
class Done:
    """All that was played, and the model that was asked, if one was: closed by now, its tally is left."""

    played: list[Played] = field(repr=False)
    model: Model | None = None


def played_all(plan: Plan, opened: Opener | None, tell: Tell) -> Done:
    """Everything, in the order of the plan; `opened` opens the model, where one sits anywhere."""
    return asyncio.run(_all(plan, opened, tell))


async def _all(plan: Plan, opened: Opener | None, tell: Tell) -> Done:
    found = []
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(opened()) if opened is not None and plan.reads else None
        for rule, stage, lineup in plan.parts:
            tell(f"{rule.name}, {lineup.cast.name}")
            episodes = await _episodes(stage, lineup, plan.seeds, model, tell)
            if plan.best is not None:
                episodes = [replace(episode, best=plan.best) for episode in episodes]
            found.append(Played(rule, lineup.cast, stage, tuple(episodes)))
    return Done(found, model)


async def _episodes(stage: Stage, lineup: Lineup, seeds: range, model: Model | None, tell: Tell) -> list[Episode]:
    if not lineup.reads:
        return [await played(stage, lineup.players(seed, None), seed=seed) for seed in seeds]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> Episode:
        async with gate:
            return await played(
                stage,
                lineup.players(seed, model),
                seed=seed,
                tell=lambda turn: tell(f"{lineup.cast.name}, episode {seed}, round {turn.number}"),
            )

    try:
        async with asyncio.TaskGroup() as group:  # one that fails stops the others: nothing more is spent
            tasks = [group.create_task(one(seed)) for seed in seeds]
    except BaseExceptionGroup as failed:
        raise _first(failed) from None
    return [task.result() for task in tasks]


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """What is told of several that failed: something with a sentence, if there is one."""
    with_words = failed.subgroup(RulewrightError)
    found: BaseException = failed if with_words is None else with_words
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
