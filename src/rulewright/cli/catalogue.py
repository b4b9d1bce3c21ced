"""`rulewright scenarios` and `rulewright schema`: what ships, and what files may say."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from .app import app
from .console import console


@app.command()
def scenarios(
    name: Annotated[str, typer.Argument(help="One that ships: its file is printed, to start from.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Only those of this kind: game, society, law …")] = "",
) -> None:
    """What ships, with sources; or the file of one."""
    from ..scenario import kinds
    from ..scenario.load import load, shipped, text_of

    if name:
        print(text_of(name), end="")
        return
    table = Table("name", "kind", "what it shows", "source", box=None, pad_edge=False, header_style="bold")
    for each in shipped(kinds.kind(kind).name if kind else ""):
        found = load(each)
        table.add_row(*map(Text, (each, kinds.kind_name(found), found.file.title, found.file.source)))
    console.print(table)


@app.command()
def schema(
    kind: Annotated[
        str, typer.Argument(help="game, panel, rivals, world, society, law, reward or decisions.")
    ] = "game",
    result: Annotated[bool, typer.Option("--result", help="The schema of result.json instead.")] = False,
) -> None:
    """JSON Schema of the scenario file of a kind, or of its result.json."""
    print(json.dumps(_result_schema(kind) if result else _scenario_schema(kind), ensure_ascii=False, indent=1))


def _scenario_schema(kind: str) -> dict[str, Any]:
    from ..scenario import kinds

    return kinds.kind(kind).file.model_json_schema()


def _result_schema(kind: str) -> dict[str, Any]:
    from pydantic import TypeAdapter

    from ..report.kinds import NAMES
    from ..scenario import kinds

    found: dict[str, Any] = TypeAdapter(NAMES[kinds.kind(kind).name]).json_schema(mode="serialization")
    return found
