"""`rulewright train`: learners of a world, with checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..errors import InputError
from .app import app
from .console import console, errors, interruptible, parameters, plain


@app.command()
def train(
    source: Annotated[str, typer.Argument(help="A world's scenario file (.toml), or the name of one that ships.")],
    rule: Annotated[str, typer.Option(help='"today", or the name of a rule of [[compare]].')] = "today",
    by: Annotated[
        str, typer.Option(help='"ippo", "q", "pg", "deepq"; the scenario\'s first learner if left out.')
    ] = "",
    steps: Annotated[int, typer.Option(min=0, help="Environment steps of each seed; the scenario's if 0.")] = 0,
    seeds: Annotated[int, typer.Option(min=1, help="Runs at the same time, each with a seed of its own.")] = 1,
    patience: Annotated[
        int, typer.Option(min=0, help="Stop after so many chunks without progress; 0: never early.")
    ] = 0,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for checkpoints and metrics.jsonl.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in --out.")] = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write TensorBoard's files there as well.")
    ] = False,
) -> None:
    """Train agents in a world under one of its rules; killed at any moment, --resume goes on to the same bits."""
    from ..scenario.load import load
    from ..scenario.world import WorldScenario

    scenario = load(source, parameters(parameter or []))
    if not isinstance(scenario, WorldScenario):
        raise InputError(where=source, needed="a world of learning agents: a file with [world]", found="another kind")
    if (resume or tensorboard) and out is None:
        raise InputError(where="--out", needed="a folder, to resume from or to write to", found="none")
    from ..assessment.world.training import run

    kept = "what was there stands" if resume else "nothing was written"
    with interruptible(kept), errors.status("compiling", spinner="dots") as status:
        found = run(
            scenario,
            rule=rule,
            by=by,
            steps=steps,
            seeds=seeds,
            out=out,
            resume=resume,
            tensorboard=tensorboard,
            patience=patience,
            tell=lambda words: status.update(Text(plain(words))),
        )
    table = Table("steps", "paid in an episode", "moved by rules, a step", "steps/CPU-s", box=None, pad_edge=False)
    shown = found.history[:: max(1, len(found.history) // 10)]
    for chunk in [*shown, *(found.history[-1:] if found.history[-1:] != shown[-1:] else [])]:
        v = chunk.values
        cells = (v["return/group"], v["transfer"] * len(found.world.players), v["steps/cpu-s"])
        table.add_row(f"{chunk.step:,}", *("–" if x != x else f"{x:,.4g}" if x < 1e4 else f"{x:,.0f}" for x in cells))
    console.print(table)
    console.print(plain(found.how), markup=False)
    if out is not None:
        console.print(f"  {out}", markup=False, soft_wrap=True)
    if "interrupted" in found.how:
        raise typer.Exit(130)
