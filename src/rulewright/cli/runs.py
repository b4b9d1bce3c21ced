"""`rulewright query`: what is in the store of a run, by SQL."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from .app import app
from .console import console, interruptible, print_json

MOST_ROWS = 60  # on the terminal
MOST_LETTERS = 80  # of a cell there: arguments may hold a whole scenario
INDEX = "index.sqlite"
SUMMARY = """
SELECT function, state, count(*) AS jobs, max(attempts) AS "most attempts", sum(seconds) AS "seconds in all",
  median(seconds) AS "median seconds", count(DISTINCT worker) AS workers
FROM jobs GROUP BY function, state ORDER BY function, state
"""


@app.command()
def query(
    run: Annotated[
        Path, typer.Argument(help="A store with index.sqlite, or the folder of a sweep that was given --on.")
    ],
    sql: Annotated[str, typer.Argument(help="SQL over jobs and results (DuckDB); a summary if none.")] = SUMMARY,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Jobs and results of a run, by SQL; also while it runs. The question can read nothing else."""
    from ..errors import InputError
    from ..jobs import Store

    if as_csv and as_json:
        raise InputError(where="rulewright query", needed="either --csv or --json", found="both")
    store = Store(_store(run), write=False)
    try:
        with interruptible("nothing was changed"):
            found = store.query(sql)
    finally:
        store.close()
    if as_json:
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
        print_json(json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n")
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([found.columns, *found.rows])
    else:
        _print(found.columns, found.rows)


def _store(run: Path) -> Path:
    """Where the store is: the folder itself, or `run` in the folder of a sweep."""
    from ..assessment.sweep import STORE

    inner = run / STORE
    return inner if not (run / INDEX).exists() and (inner / INDEX).exists() else run


def _shown(cell: Any) -> str:
    said = "–" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)
    return said if len(said) <= MOST_LETTERS else f"{said[:MOST_LETTERS]}…"


def _print(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(Text(name), overflow="fold")
    for row in rows[:MOST_ROWS]:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"… and {len(rows) - MOST_ROWS:,} more rows; --csv or --json has all of them.")
