"""`rulewright estimate`: what moves agents, from observed play."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from .app import app
from .console import console, errors, interruptible, plain, print_json


@app.command()
def estimate(
    game: Annotated[
        str, typer.Argument(help="A scenario file (.toml), a game (.nfg, .efg), or the name of a scenario that ships.")
    ],
    plays: Annotated[
        Path,
        typer.Argument(help="Observed play (.csv): a column of actions per player; PLAYER.type; count."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for estimate.json.")] = None,
    weigh: Annotated[
        list[str] | None,
        typer.Option(metavar="FEATURE", help="What players may weigh beside their payoff; repeatable."),
    ] = None,
    confidence: Annotated[float, typer.Option(metavar="LEVEL", help="Level of all intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(min=0, help="Draws the folds and the halves.")] = 0,
) -> None:
    """What moves these agents: payoffs, rationality and levels from observed play, under today's rule."""
    from ..assessment.output import save_all
    from ..assessment.output import text as json_text
    from ..behaviour import estimation
    from ..scenario import kinds
    from ..scenario.load import load

    scenario = kinds.game(load(game), "an estimate")
    today = scenario.induced(scenario.today, "today")
    observed = estimation.read(today, plays)
    with interruptible(), errors.status("reading", spinner="dots") as status:
        found = estimation.estimate(
            today,
            observed,
            weigh=weigh or ("others",),
            level=confidence,
            seed=seed,
            tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")),
        )
    text = json_text(estimation.plain(found))
    path = None if out is None else save_all({"estimate.json": text}, out)[0]
    if as_json:
        print_json(text)
        return
    console.print(plain(f"{scenario.file.title}: {observed.n} observations"), markup=False)
    for part in estimation.tables(found):
        console.print(plain(f"\n{part.title}"), style="bold", markup=False)
        table = Table(*map(plain, part.heads), box=None, pad_edge=False)
        for row in part.rows:
            table.add_row(*(Text(plain(cell)) for cell in row))
        console.print(table)
        for remark in part.remarks:
            console.print(plain(remark), markup=False)
    for words in found.left_out:
        console.print(plain(f"\nleft out: {words}"), markup=False)
    if path is not None:
        console.print(f"\n{path}", markup=False, soft_wrap=True)
