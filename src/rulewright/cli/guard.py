"""`rulewright guard`: an institution as a service, and its ledger read by a stranger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ..errors import InputError
from .app import app
from .console import console, errors, parameters

group = typer.Typer(
    name="guard",
    help="Run an institution as a service, and check its ledger.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(group)

LedgerFile = Annotated[Path, typer.Argument(help="The ledger's file.")]


@group.command()
def serve(
    rules: Annotated[Path, typer.Argument(metavar="CHARTER", help="A charter, TOML or JSON.")],
    ledger: Annotated[Path, typer.Option(help="The ledger's file: made, or gone on with.")],
    tokens: Annotated[Path, typer.Option(help="Who may ask: a file made by `rulewright guard token`.")],
    host: Annotated[str, typer.Option(help="Address; beyond this machine only behind TLS.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: a free one.")] = 8321,
    rate: Annotated[float, typer.Option(min=0.1, help="Requests of one caller in a second.")] = 200.0,
) -> None:
    """Serve a guard over HTTP: agents act by bearer tokens; OpenAPI is at /openapi.json, and pages to try it at /docs."""
    from ..extras.needs import needs
    from ..guard import Charter, Guard

    uvicorn = needs("uvicorn", "guard serve", "web")
    from ..extras.web.limits import Limits
    from ..extras.web.service import service
    from ..extras.web.tokens import Tokens

    known = Tokens.read(tokens)
    guard = Guard.open(Charter.read(rules), ledger)
    strangers = [
        b.name for _, b in known.hashes if b.role == "agent" and b.name not in {a.name for a in guard.charter.agents}
    ]
    if strangers:
        guard.close()
        raise InputError(where=str(tokens), needed="agents of the charter", found=", ".join(strangers))
    console.print(f"{guard.charter.name}: line {guard.head().number} of {ledger}; http://{host}:{port}", markup=False)
    try:
        made = service(guard, known, limits=Limits(per_second=rate, burst=max(1, round(2 * rate))))
        uvicorn.run(made, host=host, port=port, log_level="warning", access_log=False)
    finally:
        guard.close()


@group.command()
def charter(
    source: Annotated[str, typer.Argument(help="A scenario file (.toml), a game (.nfg, .efg), or a scenario's name.")],
    out: Annotated[Path | None, typer.Option(help="The charter's file, TOML or JSON; printed if there is none.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
    rationality: Annotated[
        float | None,
        typer.Option(min=1e-9, help="Watch for drift: λ of the logit choice that agents are thought to make.")
    ] = None,
) -> None:
    """The rule that `rulewright assess` would design for a scenario, as a charter that a guard enforces."""
    from ..assessment.charter import chartered
    from ..guard.charter.files import as_data, toml

    found = chartered(source, parameters(parameter or []), rationality=rationality)
    if out is None:
        print(toml(as_data(found)), end="")
        return
    found.write(out)
    console.print(f"{out}: {found.name}", markup=False)


@group.command()
def token(
    name: Annotated[str, typer.Argument(help="The agent's name in the charter, or a name for an auditor or operator.")],
    tokens: Annotated[Path, typer.Option(help="The file that keeps its hash.")],
    role: Annotated[str, typer.Option(help="agent, auditor or operator.")] = "agent",
) -> None:
    """Make a token and print it, once; the file keeps only its hash."""
    from ..extras.web.tokens import Bearer, Tokens

    print(Tokens.add(tokens, Bearer(name, role)))


@group.command()
def head(ledger: LedgerFile) -> None:
    """Print the number and the hash of the last line: kept elsewhere, they show later that nothing was changed or cut off."""
    from ..verify import ledger as checker

    try:
        last = checker.lines(ledger)[-1:]
    except checker.NotALedger as error:
        raise InputError(where=str(ledger), needed="a ledger", found=str(error)) from None
    print(f"{last[0].number}:{last[0].hash}" if last else f"-1:{checker.START}")


@group.command()
def check(
    ledger: LedgerFile,
    anchor: Annotated[
        str, typer.Option("--head", metavar="NUMBER:HASH", help="One that `rulewright guard head` printed before.")
    ] = "",
) -> None:
    """Check a ledger: chain, head, seals, every draw, money. Exit code 1 if anything fails; the first bad line is named."""
    from ..verify import ledger as checker

    number, _, hash_ = anchor.partition(":")
    try:
        kept = (int(number), hash_) if anchor else None
        verdicts = checker.check(ledger, kept)
    except ValueError as error:  # NotALedger is one
        raise InputError(where=str(ledger), needed="a ledger, and a head NUMBER:HASH", found=str(error)) from None
    table = Table("claim", "holds", "what was found", box=None, pad_edge=False, header_style="bold")
    for verdict in verdicts:
        answer = {True: "yes", False: "NO", None: "unchecked"}[verdict.holds]
        table.add_row(*map(Text, (verdict.claim, answer, verdict.says)))
    console.print(table)
    failed = [v.claim for v in verdicts if v.holds is False]
    if failed:
        errors.print(f"{len(failed)} of {len(verdicts)} claims do not hold: {', '.join(failed)}.", markup=False)
        raise typer.Exit(1)
