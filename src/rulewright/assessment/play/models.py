"""The model at the seats called "model": opened where it is asked, tallied, and told of in the report."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from ...agents.models import Budget, Price, priced
from ...agents.models.forecast import calls
from ...agents.request import Model
from ...report.findings.report import Cell, Section, Table
from ...scenario.play import PlayScenario
from .runs import Done, Opener


@dataclass(frozen=True)
class Terms:
    """On what terms a model is asked."""

    spec: str
    record: Path | None = None
    """File of questions and answers; what stands there is not asked again."""
    replay: bool = False
    """Whether only what is recorded may be asked."""
    concurrency: int = 8
    budget: Budget | None = None
    prices: Price | Mapping[str, Price] | None = None
    key: str | None = None
    """Name of the environment variable that holds the key; None for the usual one."""
    options: Mapping[str, object] = field(default_factory=dict)


def opener(scenario: PlayScenario, terms: Terms | None = None) -> Opener:
    """Opens the model of the scenario, or the one of the terms. Raises MissingExtra where the client is not installed."""
    said = terms or Terms(scenario.file.model.spec)

    def opened() -> AbstractAsyncContextManager[Model]:
        from ...extras.llm import open_model

        made: Callable[..., AbstractAsyncContextManager[Model]] = open_model
        return made(
            said.spec,
            record=said.record,
            mode="replay" if said.replay else "record",
            key=said.key,
            concurrency=said.concurrency,
            budget=said.budget,
            prices=said.prices,
            seed=scenario.file.episodes.seed,
            **said.options,
        )

    return opened


def used(done: Done) -> list[Section]:
    """What was asked of the model, and how often its answers did not fit; nothing where none was asked."""
    if done.model is None:
        return []
    tally = getattr(done.model, "tally", None)
    rows: list[list[Cell]] = []
    for one in done.played:
        answers = [a for episode in one.episodes for turn in episode.turns for a in turn.answers.values() if a.raw]
        if answers:
            again = sum(a.tries - 1 for a in answers)
            rows.append([one.rule.name, one.cast.name, len(answers), again, sum(a.defaulted for a in answers)])
    heads = ["rule", "cast", "answers", "asked again", "default stood"]
    tables = [Table("Answers that did not fit", heads, rows)]
    if tally is not None:
        # what came from a record and what was paid for now differs from run to run, and is no part of a report: see `spent`
        total = tally.usage + tally.saved
        counts: list[list[Cell]] = [[tally.fresh + tally.recorded, total.asked, total.answered]]
        tables.append(Table("Calls", ["answered", "tokens asked", "tokens answered"], counts))
    lead = f"Seats called “model” were played by {done.model.name}."
    return [Section("The model", lead, tables=tables)]


def spent(done: Done) -> str:
    """One sentence on what this run asked anew and what it found in the record; nothing where no model was asked."""
    tally = getattr(done.model, "tally", None)
    if tally is None:
        return ""
    used = getattr(done.model, "usage", tally.usage)
    money = getattr(done.model, "money", math.nan)
    paid = "" if math.isnan(money) else f", {money:,.4f} in money"
    kept = f"; {calls(tally.recorded)} answered from the record" if tally.recorded else ""
    return f"This run: {calls(tally.fresh)} answered anew, {used.asked + used.answered:,} tokens{paid}{kept}."


__all__ = ["Terms", "opener", "priced", "spent", "used"]
