"""`rulewright check-reward`: eight sanity checks on a user's reward function."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from .app import app
from .console import deliver, errors, interruptible


@app.command("check-reward")
def check_reward(
    file: Annotated[
        str,
        typer.Argument(
            help="A reward: FILE.py (or FILE.py:function), a scenario file with [reward], or the name of one that ships."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for report.html and result.json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
) -> None:
    """Eight sanity checks on a reward function: pass, fail or cannot tell, with what shows it. Exit 1 if one fails."""
    from ..assessment.assessment import Assessment
    from ..assessment.output import save
    from ..assessment.reward import assess, read, report
    from ..errors import InputError
    from ..scenario.kinds import kind, kind_name
    from ..scenario.load import load
    from ..scenario.reward import RewardScenario
    from ..user_code import split

    # what a user's function prints is no part of the answer
    with interruptible(), errors.status("reading", spinner="dots") as status, redirect_stdout(sys.stderr):

        def tell(words: str) -> None:
            status.update(Text(f"{file}: {words} …"))

        if split(file)[0].suffix == ".py":
            case, title = read(file)
            found = Assessment(report(case, split(file)[0].stem, title, source=file, tell=tell), None)
        else:
            scenario = load(file)
            if not isinstance(scenario, RewardScenario):
                raise InputError(
                    where=file,
                    needed="a reward function: Python, or a file with a table [reward]",
                    found=kind(kind_name(scenario)).means,
                    remedy="`rulewright assess` reads every kind.",
                )
            found = assess(scenario, tell=tell)
        paths = [] if out is None else save(found, out)
    deliver(found.report, paths, as_json=as_json)
    if getattr(found.report, "failed", False):
        raise typer.Exit(1)
