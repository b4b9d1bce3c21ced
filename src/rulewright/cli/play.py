"""`rulewright play`: language models under rules, with a forecast, a budget, and a record that is never paid for twice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from ..errors import InputError
from .app import app
from .console import console, deliver, errors, interruptible, parameters, plain

if TYPE_CHECKING:
    from ..assessment.play.models import Terms
    from ..scenario.play import PlayScenario


AT_MOST = (
    "“At most” is for as long as it was rehearsed, each answer asked for as often as the file allows; a longer play, or a line "
    "that breaks off, can cost more. Only --budget and --tokens are limits."
)


@app.command()
def play(
    source: Annotated[str, typer.Argument(help="A play or a game: a scenario file, or the name of one that ships.")],
    model: Annotated[
        str,
        typer.Option(
            help='"openai:NAME", "ollama:NAME", "http://…/v1#NAME", "inspect:…", "local:MIND". It plays the seats called '
            '"model"; where there are none, one more cast in which it sits everywhere.'
        ),
    ] = "",
    key: Annotated[
        str, typer.Option(metavar="VARIABLE", help="Environment variable that holds the key of the endpoint.")
    ] = "",
    episodes: Annotated[int, typer.Option(min=0, help="Under each rule by each cast; the scenario's if 0.")] = 0,
    budget: Annotated[float | None, typer.Option(min=0, help="Money that may be spent at most; needs --price.")] = None,
    tokens: Annotated[
        int | None, typer.Option(min=0, help="Tokens that may be spent at most, asked and answered.")
    ] = None,
    price: Annotated[
        str, typer.Option(metavar="IN,OUT", help="Money for a million tokens, asked and answered: 2.5,10.")
    ] = "",
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Requests at the same time.")] = 8,
    record: Annotated[
        Path | None,
        typer.Option(help="File of answers; what is there is not asked again. DIR/record.sqlite with --out."),
    ] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Ask nothing: only what is recorded is played.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Spend what the forecast says without asking.")] = False,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.html, result.json, transcripts.jsonl and record.sqlite.")
    ] = None,
) -> None:
    """Let language models play under rules; the same command again goes on where it was stopped, and pays for nothing twice."""
    from ..assessment.output import save, save_text
    from ..assessment.play import run
    from ..assessment.play.models import Terms, spent

    scenario = run.readable(source, parameters(parameter or []), episodes, model)
    _needed(scenario, key=key, budget=budget, tokens=tokens, price=price, replay=replay, record=record)
    terms = Terms(
        model or scenario.file.model.spec,
        record=record or (out / "record.sqlite" if out is not None else None),
        replay=replay,
        concurrency=concurrency,
        budget=run.budgeted(budget, tokens, price),
        prices=run.prices(price),
        key=key or None,
    )
    _agreed(scenario, terms, yes)
    kept = f"answers so far are in {terms.record}; the same command goes on" if terms.record else "nothing was written"
    with interruptible(kept), errors.status("playing", spinner="dots") as status:
        done = run.played(scenario, terms, tell=lambda words: status.update(Text(plain(f"{scenario.name}: {words} …"))))
        found = run.reported(scenario, done)
        paths = []
        if out is not None:
            paths = [*save(found, out), save_text(run.lines(done.played), out / "transcripts.jsonl")]
    deliver(found.report, paths)
    if done.model is not None:
        console.print(plain(spent(done)), markup=False)


def _needed(scenario: PlayScenario, **given: object) -> None:
    """Raise InputError for terms of a model where none is asked."""
    useless = [f"--{name}" for name, value in given.items() if value not in (None, "", False)]
    if useless and not scenario.asks_a_model:
        raise InputError(
            where=" ".join(useless),
            needed="a model that is asked",
            found=f"scripts at every seat of {scenario.name}",
            remedy="Add --model: it sits at every seat of one more cast.",
        )


def _agreed(scenario: PlayScenario, terms: Terms, yes: bool) -> None:
    """Say what it will cost, and ask, where it costs something."""
    from ..assessment.play import run

    forecast = run.forecast(scenario, terms)
    if forecast is None:
        return
    console.print(plain(f"Forecast: {forecast.sentence}"), markup=False)
    if forecast.calls and not (run.is_free(terms.spec) or terms.replay):
        console.print(plain(AT_MOST), markup=False)
    if yes or not forecast.calls or run.is_free(terms.spec) or terms.replay:
        return
    if not sys.stdin.isatty():
        raise InputError(
            where="--yes",
            needed="a word that this may be spent",
            found="nobody to ask",
            remedy="Add --yes, and --budget or --tokens for a limit.",
        )
    typer.confirm("Go on?", abort=True, err=True)
