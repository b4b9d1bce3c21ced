"""A play from the command line: read, forecast, played on terms, reported.

A game scenario without private types is a play too: its game once, under no rule and under the rule that is designed for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...agents.models import Budget, Forecast, Price, Record, Rehearsal, estimate
from ...agents.request import Model, Reply, Request
from ...errors import InputError
from ...scenario.kinds import kind, kind_name
from ...scenario.load import load
from ...scenario.play import MODEL, Cast, PlayFile, PlayScenario, Ruled, Setting
from ...scenario.scenario import Scenario
from .assess import planned, reported
from .models import Terms, opener
from .runs import Done, Tell, played_all
from .transcript import lines

MODELS = "language models"
"""The cast in which a model sits everywhere."""
FREE = ("local:",)
"""Beginnings of names of models that cost nothing."""


def readable(source: str, parameters: Mapping[str, str], episodes: int = 0, model: str = "") -> PlayScenario:
    """The play of that name or file; with a `model`, one more cast where no cast seats any, so that it is asked.

    Raises InputError where it is neither a play nor a game.
    """
    found = load(source, parameters)
    if isinstance(found, Scenario):
        found = of_game(found, source, parameters)
    if not isinstance(found, PlayScenario):
        raise InputError(
            where=source,
            needed="a play (a file with [play]) or a game",
            found=kind(kind_name(found)).means,
            remedy="`rulewright scenarios --kind play` lists plays that ship.",
        )
    changes: dict[str, Any] = {}
    if episodes:
        changes["episodes"] = found.file.episodes.model_copy(update={"count": episodes})
    if model and not found.asks_a_model:
        changes["cast"] = [*found.file.cast, Cast(name=MODELS, seats=MODEL)]
    made = replace(found, file=found.file.model_copy(update=changes)) if changes else found
    made.check()
    return made


def of_game(game: Scenario, source: str, parameters: Mapping[str, str]) -> PlayScenario:
    """The game once, with a model at every seat, under no rule and under the designed one, where rules are allowed."""
    settings: dict[str, Any] = {"scenario": source, "parameters": dict(parameters)}
    rules = [Ruled(name="designed", rule="designed")] if game.file.rules is not None else []
    file = PlayFile(
        title=game.file.title,
        source=game.file.source,
        about=game.file.about,
        play=Setting(stage="game", set=settings),
        compare=rules,
        cast=[Cast(name=MODELS, seats=MODEL)],
    )
    made = PlayScenario(game.name, file, text="", origin=game.origin, folder=game.folder)
    made.check()
    return made


def prices(said: str) -> Price | None:
    """Of "2.5,10": money for a million tokens asked and answered. Raises InputError."""
    if not said:
        return None
    try:
        asked, answered = (float(part) for part in said.split(","))
    except ValueError:
        raise InputError(
            where="--price", needed="two numbers, money for a million tokens: IN,OUT", found=repr(said), remedy="2.5,10"
        ) from None
    return Price(asked, answered)


def budgeted(money: float | None, tokens: int | None, price: str) -> Budget | None:
    """The most that may be spent. Raises InputError for money without prices."""
    if money is None and tokens is None:
        return None
    if money is not None and not price:
        raise InputError(
            where="--budget",
            needed="--price IN,OUT, since the budget is in money",
            found="none",
            remedy="Or --tokens N.",
        )
    return Budget(tokens, money)


def is_free(spec: str) -> bool:
    return spec.startswith(FREE)


@dataclass
class _Remembering:
    """A rehearsal that says what was said before, where it was asked before: a play that is all on record goes as it went."""

    rehearsal: Rehearsal
    record: Record

    @property
    def name(self) -> str:
        return self.rehearsal.name

    async def complete(self, request: Request) -> Reply:
        known = self.record.find(request.key(self.name))
        made_up = await self.rehearsal.complete(request)
        return made_up if known is None else known


def forecast(scenario: PlayScenario, terms: Terms) -> Forecast | None:
    """What playing it will cost, by a rehearsal with a model that makes its answers up; None where no model sits."""
    plan = planned(scenario)
    if not plan.reads:
        return None
    from ...extras.llm.open import replayed_name

    rehearsal = Rehearsal(replayed_name(terms.spec), seed=scenario.file.episodes.seed)
    record = Record(terms.record) if terms.record is not None and terms.record.exists() else None

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Model]:
        yield rehearsal if record is None else _Remembering(rehearsal, record)

    with record or contextlib.nullcontext():
        played_all(plan, opened, lambda _: None)
        return estimate(
            rehearsal.requests,
            model=rehearsal.name,
            price=terms.prices if isinstance(terms.prices, Price) else None,
            record=record,
            concurrency=terms.concurrency,
            depth=max(len(rehearsal.requests) // max(len(plan.parts[0][1].players), 1), 1),
        )


def played(scenario: PlayScenario, terms: Terms, *, tell: Tell = lambda _: None) -> Done:
    """Everything, with the model on these terms."""
    plan = planned(scenario)
    return played_all(plan, opener(scenario, terms) if plan.reads else None, tell)


__all__ = ["budgeted", "forecast", "is_free", "lines", "of_game", "played", "prices", "readable", "reported"]
