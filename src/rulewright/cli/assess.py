"""`rulewright assess`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from .app import app
from .console import console, deliver, errors, interruptible, parameters


@app.command()
def assess(
    source: Annotated[
        str, typer.Argument(help="A scenario file (.toml), a game (.nfg, .efg), or the name of a scenario that ships.")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, result.json and certificate.json.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
) -> None:
    """The main job: diagnose, design, certify and stress one scenario."""
    from ..assessment import assess as assess_scenario
    from ..assessment import save
    from ..scenario.load import load

    scenario = load(source, parameters(parameter or []))
    with interruptible(), errors.status("reading", spinner="dots") as status:
        found = assess_scenario(scenario, tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")))
        paths = []
        if out is not None:
            status.update(Text(f"{scenario.name}: writing the report …"))
            paths = save(found, out)
    deliver(found.report, paths)
    if out is None:
        console.print("  Nothing was written; --out DIR writes report.html, result.json and certificate.json.")
    if found.report.impossible:
        raise typer.Exit(3)
