"""`rulewright check`: a certificate, checked exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ..errors import InputError
from .app import app
from .console import console, errors


@app.command()
def check(
    certificate: Annotated[Path, typer.Argument(help="A certificate.json that `assess` wrote, or anybody else.")],
) -> None:
    """Check every claim of a certificate exactly, without a solver. Certificates of every format of the house are recognised."""
    from ..verify import checker, formats

    if not certificate.is_file():
        raise InputError(where=str(certificate), needed="a certificate", found="no such file")
    try:
        verdicts = _rule_verdicts(certificate) or formats.check(checker.load(certificate))
    except formats.REFUSALS as error:
        remedy = (
            "A proof, where there is one, is the certificate.json beside it."
            if certificate.name == "result.json"
            else ""
        )
        raise InputError(
            where=str(certificate), needed="a rulewright certificate", found=str(error), remedy=remedy
        ) from None
    table = Table("claim", "holds", "grade", "what was found", box=None, pad_edge=False, header_style="bold")
    answers = {True: "yes", False: "NO", None: "searched"}
    for verdict in verdicts:
        table.add_row(*map(Text, (verdict.claim, answers[verdict.holds], verdict.grade, verdict.says)))
    console.print(table)
    failed, held = ([v.claim for v in verdicts if v.holds is answer] for answer in (False, True))
    if failed:
        errors.print(f"{len(failed)} of {len(verdicts)} claims do not hold: {', '.join(failed)}.", markup=False)
        raise typer.Exit(1)
    if not held:
        errors.print("Nothing here is proved: all was only searched.", markup=False)
        raise typer.Exit(1)
    all_hold = f"All {len(held)} claims hold, exactly."
    rest = f"{len(held)} claims hold, exactly; {len(verdicts) - len(held)} were only searched, which proves nothing."
    console.print(all_hold if len(held) == len(verdicts) else rest)


def _rule_verdicts(certificate: Path) -> list[Any]:
    """Verdicts on a rule certificate, which says in its first line that it is one; none on anything else."""
    from ..verify import rule_checker

    try:
        with open(certificate, encoding="utf-8") as file:
            kind = json.loads(file.readline())["format"]
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return []
    return list(rule_checker.check(certificate)) if kind == rule_checker.FORMAT else []
