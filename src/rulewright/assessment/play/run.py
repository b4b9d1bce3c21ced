"""A play from the command line: read, forecast, played on terms, reported.

A game scenario without private types is a play too: its game once, under no rule and under the rule that is designed for it.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...agents.models import Budget, Forecast, Price, Record, Rehearsal, estimate, made_up, sparing, tokens
from ...agents.request import Model, Reply, Request, Usage
from ...errors import InputError
from ...scenario.kinds import kind, kind_name
from ...scenario.load import load
from ...scenario.play import MODEL, Cast, PlayFile, PlayScenario, Ruled, Setting
from ...scenario.scenario import Scenario
from ...scenario.schema import Rule
from .assess import planned, reported
from .models import Terms, opener
from .runs import Done, Plan, Tell, played_all
from .transcript import lines

MODELS = "language models"
"""The cast in which a model sits everywhere."""
FREE = ("local:",)
"""Beginnings of names of models that cost nothing."""
AGAIN = 600
"""Tokens that say, at most, why an answer did not fit: about a letter each."""
CONTRACT = "contract"
"""What a proposal is asked for as."""


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
    today = game.file.today
    rules = [] if today == Rule() else [Ruled(name=f"today: {today.name}" if today.name != "today" else "today")]
    if game.file.rules is not None:
        rules.append(Ruled(name="designed", rule="designed"))
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
    """What playing it will cost, by two rehearsals; None where no model sits.

    Answers are drawn at random in one, and sparing and wordy in the other; what the dearer one asks is expected. At most: each
    of its answers asked for as often as the file allows. A play that goes on longer than both can cost more.
    """
    plan = planned(scenario)
    if not plan.reads:
        return None
    from ...extras.llm.open import replayed_name

    name, seed = replayed_name(terms.spec), scenario.file.episodes.seed
    price = terms.prices if isinstance(terms.prices, Price) else None
    record = Record(terms.record) if terms.record is not None and terms.record.exists() else None
    found = []
    with record or contextlib.nullcontext():
        for manner in (made_up, sparing):
            rehearsal = Rehearsal(name, seed, manner)
            _rehearse(plan, rehearsal, record)
            one = estimate(
                rehearsal.requests,
                model=name,
                price=price,
                record=record,
                concurrency=terms.concurrency,
                depth=max(len(rehearsal.requests) // max(len(plan.parts[0][1].players), 1), 1),
            )
            found.append((one, _at_most(rehearsal.requests, name, record, scenario.file.model.tries)))
    dearest = max((one for one, _ in found), key=lambda one: one.expected.asked + one.expected.answered)
    most = max((most for _, most in found), key=lambda most: most.asked + most.answered)
    return replace(dearest, most=most, money_most=math.nan if price is None else price.of(most))


def _rehearse(plan: Plan, rehearsal: Rehearsal, record: Record | None) -> None:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Model]:
        yield rehearsal if record is None else _Remembering(rehearsal, record)

    played_all(plan, opened, lambda _: None)


def _at_most(requests: Iterable[Request], name: str, record: Record | None, tries: int) -> Usage:
    """Tokens of what is not in the record, each asked for `tries` times: with every answer that did not fit, and why not."""
    total = Usage()
    for key, request in {request.key(name): request for request in requests}.items():
        if record is not None and key in record:
            continue
        one, again = tokens.bound(request), request.limit + AGAIN
        most = Usage(tries * one.asked + again * tries * (tries - 1) // 2, tries * one.answered)
        votes = CONTRACT in ((request.schema or {}).get("properties") or {})  # what is proposed may be put to a vote
        total += most + most if votes else most
    return total


def played(scenario: PlayScenario, terms: Terms, *, tell: Tell = lambda _: None) -> Done:
    """Everything, with the model on these terms."""
    plan = planned(scenario)
    return played_all(plan, opener(scenario, terms) if plan.reads else None, tell)


__all__ = ["budgeted", "forecast", "is_free", "lines", "of_game", "played", "prices", "readable", "reported"]
