"""`rulewright audit`: what an auction of anybody's earns, and what a liar gains."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .console import deliver, errors, interruptible, parameters, print_json


@app.command()
def audit(
    file: Annotated[str, typer.Argument(help="FILE.py:function, FILE.onnx, FILE.pt (weights only) or FILE.npz.")],
    bidders: Annotated[int, typer.Option(min=1, help="How many bidders.")],
    items: Annotated[int, typer.Option(min=1, help="How many items.")],
    demand: Annotated[str, typer.Option(help="additive, or unit: a bidder gets at most one item.")] = "additive",
    law: Annotated[
        str, typer.Option(help="Of every value: uniform, uniform:LOW:HIGH, exponential:MEAN, triangle.")
    ] = "uniform",
    profiles: Annotated[int, typer.Option(min=2, help="Random profiles that are looked at.")] = 100_000,
    attacked: Annotated[
        int, typer.Option(min=2, help="Of them, a fair sample that meets the strong attacker.")
    ] = 1_000,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draws profiles and misreports.")] = 0,
    layers: Annotated[
        list[str] | None, typer.Option(metavar="PART=PREFIX", help="Of a net: allocation=…, payments=….")
    ] = None,
    activation: Annotated[str, typer.Option(help="Of a net: tanh or relu.")] = "",
    head: Annotated[str, typer.Option(help="Of a net: softmax, sparsemax or unit.")] = "",
    pays: Annotated[str, typer.Option(help="Of a net: fraction or linear.")] = "",
    grid: Annotated[int, typer.Option(min=0, help="Points of a grid on which a certificate is written.")] = 0,
    exactly: Annotated[
        int, typer.Option(min=0, help="Profiles at which a piecewise-linear net's regret is bounded.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, result.json and certificate.json.")] = None,
) -> None:
    """Audit a mechanism: revenue, regret found and certified, broken promises, the worst lie. Exit 1 if a promise is broken."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ..assessment.audit import audited
    from ..assessment.output import save_all, text
    from ..report.findings.page import render
    from ..verify.certificate import written

    said = {"activation": activation, "head": head, "pays": pays}
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    # what a user's function prints is no part of the answer
    with interruptible(), Progress(*columns, console=errors, transient=True) as bar, redirect_stdout(sys.stderr):
        task = bar.add_task("loading", total=1.0)
        found = audited(
            file,
            bidders=bidders,
            items=items,
            demand=demand,
            law=law,
            profiles=profiles,
            attacked=attacked,
            seed=seed,
            layers=parameters(layers or [], "--layers"),
            grid=grid,
            exactly=exactly,
            tell=lambda words, done: bar.update(task, description=words, completed=done),
            **{key: value for key, value in said.items() if value},
        )
    paths = []
    if out is not None:
        texts = {"report.html": render(found.report), "result.json": text(found.result())}
        if found.certificate is not None:
            texts["certificate.json"] = written(found.certificate)
        paths = save_all(texts, out)
    if as_json:
        print_json(text(found.result()))
    else:
        deliver(found.report, paths)
    if found.report.failed:
        raise typer.Exit(1)
