"""`rulewright oversight`: how often to look, with what penalty, by what a log shows of the monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from .app import app
from .console import deliver, errors, interruptible


@app.command()
def oversight(
    log: Annotated[
        str, typer.Argument(help="Labelled suspicion scores: a table .csv, .jsonl or .json, or an Inspect log .eval.")
    ],
    score: Annotated[
        str, typer.Option(metavar="COLUMN", help="The monitor's score; in a log, the scorer (and .key).")
    ] = "",
    label: Annotated[
        str, typer.Option(metavar="COLUMN", help="Misconduct (1) or honest (0); in a log, metadata.key.")
    ] = "",
    gain: Annotated[float, typer.Option(help="By misconduct, at most; every other amount is in its units.")] = 1.0,
    liability: Annotated[float, typer.Option(help="The most that a flag can take from an agent.")] = 3.0,
    forfeit: Annotated[float, typer.Option(help="Share of the gain that is lost on a flag.")] = 1.0,
    budget: Annotated[float, typer.Option(help="Audits per act, at most.")] = 1.0,
    audit_cost: Annotated[float, typer.Option(help="Of looking once, to people and to the reviewer.")] = 0.1,
    wrongful: Annotated[float, typer.Option(help="What a unit of penalty on the honest costs people.")] = 1.0,
    rationality: Annotated[float, typer.Option(help="λ of a noisy agent.")] = 5.0,
    tolerated: Annotated[
        float, typer.Option(help="Violations that are put up with, of noisy and learning agents.")
    ] = 0.05,
    tempted: Annotated[float, typer.Option(help="Share of agents that would violate if nobody looked.")] = 0.1,
    harm: Annotated[float, typer.Option(help="Of a violation that goes unseen, to the auditor.")] = 5.0,
    bounty: Annotated[float, typer.Option(help="To a reviewer for a catch.")] = 0.0,
    stake: Annotated[float, typer.Option(help="The most that a reviewer can lose by a missed known answer.")] = 1.0,
    confidence: Annotated[float, typer.Option(help="Of all that is certified.")] = 0.95,
    bounds: Annotated[str, typer.Option(help="ranks or dkw, both at every threshold at once.")] = "ranks",
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, result.json and certificate.json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
) -> None:
    """Detection and false alarms with intervals, audits and penalties that deter, and whether anybody has a reason to look."""
    from ..assessment.output import save
    from ..assessment.oversight import Question, assess
    from ..design.enforcement.deterrence import number
    from ..design.oversight import Terms, read_labelled
    from ..extras.inspect.logs import is_log, read_log

    with interruptible(), errors.status("reading", spinner="dots") as status:

        def tell(words: str) -> None:
            status.update(Text(f"{log}: {words} …"))

        terms = Terms.of(
            gain=number(gain, "--gain"),
            liability=number(liability, "--liability"),
            forfeit=number(forfeit, "--forfeit", most=1),
            audit_cost=number(audit_cost, "--audit-cost"),
            wrongful_weight=number(wrongful, "--wrongful"),
            budget=number(budget, "--budget", most=1),
            rationality=rationality,
            tolerated=tolerated,
        )
        question = Question(
            terms,
            number(confidence, "--confidence", most=1),
            bounds,
            number(tempted, "--tempted", most=1),
            number(harm, "--harm"),
            number(stake, "--stake"),
            number(bounty, "--bounty"),
        )
        read = read_log if is_log(log) else read_labelled
        found = read(log, score=score, label=label)
        made = assess(found, Path(log).name, question, tell=tell)
        paths = [] if out is None else save(made, out)
    deliver(made.report, paths, as_json=as_json)
