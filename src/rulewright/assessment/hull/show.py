"""What `hull` found on the terminal: the sentences, the ladder, the mix."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...report.words import number
from . import words
from .found import HullFound

BAR = 14  # characters of the longest bar
MOST = 12  # AIs of the mix


def show(found: HullFound, console: Console, plain: Callable[[str], str] = str) -> None:
    """Print a summary; `plain` spells text for consoles that cannot show all of it."""
    console.print(
        plain(f"{found.title}: {found.n:,} rows, {words.offered(found)}; people: {found.people}"), markup=False
    )
    console.print(plain(f"Mix: {words.mixes(found)}."), markup=False)
    console.print(plain("\n" + words.headline(found)), style="bold", markup=False)
    for said in filter(None, (words.spread(found), words.worth(found), words.calibration(found))):
        console.print(plain(said), markup=False)
    console.print(_ladder(found, plain))
    console.print(plain("\nWhat is missing"), style="bold", markup=False)
    console.print(plain(words.missing(found)), markup=False)
    helpful = words.helps(found)
    if helpful:
        console.print(plain("\nWhat would help"), style="bold", markup=False)
        for said in helpful:
            console.print(plain(said), markup=False)
    console.print(plain("\nThe mix"), style="bold", markup=False)
    console.print(_mix(found, plain))
    if words.few_rows(found):
        console.print(plain(f"\n{words.FEW_ROWS}"), markup=False)
    for said in found.left_out:
        console.print(plain(f"left out: {said}"), markup=False)


def _ladder(found: HullFound, plain: Callable[[str], str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("answer", no_wrap=True)
    for name in ("worst row", "squares", "left out"):
        table.add_column(name, justify="right")
    table.add_column("")
    most = max(line.epsilon for line in found.lines) or 1.0
    for line in found.lines:
        bar = "█" * max(1, round(BAR * line.epsilon / most)) if line.epsilon > 0 else ""
        cells = (line.name, number(line.epsilon), number(line.mse), number(line.test))
        table.add_row(*(Text(plain(c)) for c in cells), Text(bar if plain(bar) == bar else "#" * len(bar)))
    return table


def _mix(found: HullFound, plain: Callable[[str], str]) -> Table:
    leaving = {x.name: x.epsilon for x in found.exits}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("AI")
    table.add_column("weight", justify="right")
    table.add_column(plain("ε without it"), justify="right")
    for i in found.near.mixed[:MOST]:
        gone = leaving.get(found.names[i])
        table.add_row(*(Text(plain(c)) for c in (found.names[i], number(float(found.near.weights[i])), number(gone))))
    more = len(found.near.mixed) - MOST
    if more > 0:
        table.add_row(Text(plain(f"… and {more} more")), Text(""), Text(""))
    return table
