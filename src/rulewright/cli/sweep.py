"""`rulewright sweep`: a grid of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from .app import app
from .console import console, errors, interruptible, parameters

MOST_ROWS = 60  # on the terminal


@app.command()
def sweep(
    source: Annotated[str, typer.Argument(help="A scenario file, or the name of a scenario that ships.")],
    over: Annotated[
        list[str],
        typer.Option(metavar="NAME=FROM:TO:STEP", help="Values of a parameter, or NAME=A,B,C; repeated: a grid."),
    ],
    predict: Annotated[str, typer.Option(help="Behaviours, between commas; those of the scenario if none.")] = "",
    rule: Annotated[str, typer.Option(help='"today", or the name of a rule of [[compare]].')] = "today",
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for sweep.csv and sweep.json; a sweep goes on there.")
    ] = None,
    on: Annotated[
        str,
        typer.Option(metavar="PLACE", help="Where: inline, local:4, ray, ray://HOST:PORT, slurm:partition=P,time=M."),
    ] = "inline",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Worst and best goal of each behaviour at every point of a grid of parameters, under one rule."""
    from ..assessment.sweep import sweep as run
    from ..scenario.load import load

    scenario = load(source, parameters(parameter or []))
    grid = parameters(over, "--over")
    behaviours = [name.strip() for name in predict.split(",") if name.strip()] or None
    kept = "nothing was kept; --out DIR keeps what is finished"
    if out is not None:
        kept = f"finished points are kept in {out}; the same command goes on"
    with interruptible(kept), errors.status("reading", spinner="dots") as status:
        found = run(
            scenario,
            grid,
            behaviours,
            rule=rule,
            out=out,
            on=on,
            tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")),
        )
    if as_json:
        print(found.json(), end="")
        return
    _print_sweep(found)
    if out is not None:
        console.print(f"  {out / 'sweep.csv'}\n  {out / 'sweep.json'}", markup=False, soft_wrap=True)


def _print_sweep(found: Any) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in found.heads():
        table.add_column(Text(name), justify="right", overflow="fold")
    rows = found.rows()
    for row in rows[:MOST_ROWS]:
        table.add_row(*(Text("–" if v is None else v if isinstance(v, str) else f"{v:.6g}") for v in row))
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"… and {len(rows) - MOST_ROWS:,} more points; --out DIR or --json has all of them.")
