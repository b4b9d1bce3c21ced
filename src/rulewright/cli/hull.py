"""`rulewright hull`: market alignment of a table of utilities."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .console import console, errors, interruptible, plain, print_json


@app.command()
def hull(
    file: Annotated[
        str, typer.Argument(help="A table of utilities (.csv, .parquet, .arrow, .npy), or the name of one that ships.")
    ],
    people: Annotated[
        str, typer.Option(metavar="COLUMN", help="The people's column; every other of numbers is an AI.")
    ],
    case: Annotated[str | None, typer.Option(metavar="COLUMN", help="Rows of one case are actions in it.")] = None,
    item: Annotated[str | None, typer.Option(metavar="COLUMN", help="What rows are called.")] = None,
    kind: Annotated[str, typer.Option(help="cone: weights of any size; hull: weights that sum to one.")] = "cone",
    offset: Annotated[
        str | None, typer.Option(help="none, constant, or case (which it is where there are cases).")
    ] = None,
    ais: Annotated[
        str, typer.Option(metavar="A,B", help="AIs on offer; all other columns of numbers if left out.")
    ] = "",
    candidates: Annotated[str, typer.Option(metavar="A,B", help="AIs that are not on offer but might enter.")] = "",
    folds: Annotated[int, typer.Option(help="Of the cross-validation of squared errors.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Draws the folds.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, result.json and certificate.json.")] = None,
) -> None:
    """Market alignment: how near people are to a mix of the AIs on offer, what is missing, and who would have to enter."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ..assessment.hull import hull as run
    from ..assessment.hull import save
    from ..assessment.hull.show import show
    from ..assessment.output import text

    offered, entering = ([name.strip() for name in said.split(",") if name.strip()] for said in (ais, candidates))

    def tell(words: str, done: float | None = None) -> None:
        bar.update(task, description=words, completed=done or 0, total=None if done is None else 1.0)

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    with interruptible():
        with Progress(*columns, console=errors, transient=True) as bar:
            task = bar.add_task("reading", total=None)
            found = run(
                file,
                people=people,
                case=case,
                item=item,
                kind=kind,
                offset=offset,
                ais=offered or None,
                candidates=entering,
                folds=folds,
                seed=seed,
                tell=tell,
            )
        paths = [] if out is None else save(found, out)
    if as_json:
        print_json(text(found.result()))
        return
    show(found, console, plain)
    for path in paths:
        console.print(f"  {path}", soft_wrap=True, markup=False)
