"""`rulewright check-law`: the legal attributes of a rule that a user brings."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from .app import app
from .console import deliver, errors, interruptible


@app.command()
def check_law(
    source: Annotated[
        str,
        typer.Argument(
            help="A function (FILE.py or FILE.py:name), a law scenario (.toml or its name), or decisions (.csv)."
        ),
    ],
    identities: Annotated[
        str, typer.Option(metavar="A,B", help="Attributes that must not matter, such as names.")
    ] = "",
    hidden: Annotated[str, typer.Option(metavar="A,B", help="Attributes that are not public.")] = "",
    flips: Annotated[
        float | None, typer.Option(help="Most verdicts of a table that may change on a later day, as a share.")
    ] = None,
    agreement: Annotated[
        float | None, typer.Option(help="Least agreement of a table with everybody's own logic.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Cases drawn where a function has too many to ask all.")] = 2_000,
    most: Annotated[
        int, typer.Option(min=1, help="The largest space of which every case is asked of a function.")
    ] = 100_000,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time that a function may take in all.")] = 60.0,
    seed: Annotated[int, typer.Option(min=0, help="Draws the cases.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print result.json instead of a summary.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html and result.json.")] = None,
) -> None:
    """Legal attributes as tests: is a rule general, impersonal, free of contradiction, prospective, public, stable, …?"""
    from ..assessment.law.check import checked, today_fails
    from ..assessment.output import save
    from ..errors import InputError
    from ..society.legality.law import Bounds
    from ..society.legality.python import Effort

    if not source.endswith(".csv") and (flips is not None or agreement is not None):
        raise InputError(
            where="--flips, --agreement", needed="a table (.csv)", found=source, remedy="Set BOUNDS in the file."
        )
    names = [[n.strip() for n in said.split(",") if n.strip()] for said in (identities, hidden)]
    # what a user's function prints is no part of the answer
    with interruptible(), errors.status("reading", spinner="dots") as status, redirect_stdout(sys.stderr):
        found = checked(
            source,
            effort=Effort(enumerate=most, samples=samples, seconds=seconds, seed=seed),
            identities=names[0],
            hidden=names[1],
            bounds=Bounds(flips, agreement),
            tell=lambda words: status.update(Text(f"{words} …")),
        )
        paths = [] if out is None else save(found, out)
    deliver(found.report, paths, as_json=as_json)
    if today_fails(found.report):  # type: ignore[arg-type]
        raise typer.Exit(1)
