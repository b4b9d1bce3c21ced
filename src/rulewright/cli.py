"""The command line: assess, sweep, estimate, hull, check, scenarios, schema. A failure is a paragraph and an exit code.

Exit codes: 0 done; 1 a claim does not hold; 2 the input is wrong; 3 no allowed rule does it; 130 interrupted.
"""

from __future__ import annotations

import json
import sys
import textwrap
import unicodedata
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from . import __version__
from .errors import InputError, RulewrightError

app = typer.Typer(
    name="rulewright",
    help="Design the rules, not the agents: diagnose, design, certify and stress the rules that agents live under.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)
GREEK = {"λ": "lambda", "τ": "tau", "ε": "epsilon", "∞": "inf", "ℓ": "log-likelihood"}
errors = Console(stderr=True, highlight=False)
MOST_ROWS = 60  # of a sweep, on the terminal


def _version(wanted: bool) -> None:
    if wanted:
        print(f"rulewright {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Design the rules, not the agents."""
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)


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
    from .assessment import assess as assess_scenario
    from .assessment import save
    from .report.kinds import show
    from .scenario.load import load

    scenario = load(source, _parameters(parameter or []))
    try:
        with errors.status("reading", spinner="dots") as status:
            found = assess_scenario(scenario, tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")))
            paths = []
            if out is not None:
                status.update(Text(f"{scenario.name}: writing the report …"))
                paths = save(found, out)
    except KeyboardInterrupt:  # here, because the parser would swallow it without a word
        errors.print("rulewright: interrupted; nothing was written.", markup=False)
        raise typer.Exit(130) from None
    show(found.report, console)
    for path in paths:
        console.print(f"  {path}", markup=False, soft_wrap=True)
    if out is None:
        console.print("  Nothing was written; --out DIR writes report.html, result.json and certificate.json.")
    if found.report.impossible:
        raise typer.Exit(3)


def _parameters(said: list[str], option: str = "--set") -> dict[str, str]:
    example = "bonus=0.2" if option == "--set" else "bonus=0:1:0.1"
    found = {}
    for text in said:
        name, equals, value = text.partition("=")
        if not (equals and name.strip() and value.strip()):
            raise InputError(where=option, needed=f"NAME=VALUE, for example {example}", found=repr(text))
        if option != "--set" and name.strip() in found:
            raise InputError(where=option, needed="each parameter once", found=f"{name.strip()} twice")
        found[name.strip()] = value.strip()
    return found


@app.command()
def check(
    certificate: Annotated[Path, typer.Argument(help="A certificate.json that `assess` wrote, or anybody else.")],
) -> None:
    """Check every claim of a certificate exactly, without a solver. Rule and competition certificates are recognised."""
    from .verify import checker, competition_checker, rule_checker

    if not certificate.is_file():
        raise InputError(where=str(certificate), needed="a certificate", found="no such file")
    try:
        verdicts = _rule_verdicts(certificate) or _verdicts(checker.load(certificate))
    except (
        checker.NotACertificate,
        competition_checker.NotACertificate,
        rule_checker.NotACertificate,
        RecursionError,
    ) as error:
        raise InputError(where=str(certificate), needed="a rulewright certificate", found=str(error)) from None
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


def _verdicts(certificate: Any) -> list[Any]:
    """Verdicts by the checker of the format that the certificate names."""
    from .verify import checker, competition_checker

    named = isinstance(certificate, dict) and certificate.get("format")
    by: Any = competition_checker if named == competition_checker.FORMAT else checker
    return list(by.check(certificate))


def _rule_verdicts(certificate: Path) -> list[Any]:
    """Verdicts on a rule certificate, which says in its first line that it is one; none on anything else."""
    from .verify import rule_checker

    try:
        with open(certificate, encoding="utf-8") as file:
            kind = json.loads(file.readline())["format"]
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return []
    return list(rule_checker.check(certificate)) if kind == rule_checker.FORMAT else []


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
    from .assessment.output import save_all
    from .assessment.output import text as json_text
    from .behaviour import estimation
    from .scenario import kinds
    from .scenario.load import load

    scenario = kinds.game(load(game), "an estimate")
    today = scenario.induced(scenario.today, "today")
    observed = estimation.read(today, plays)
    try:
        with errors.status("reading", spinner="dots") as status:
            found = estimation.estimate(
                today,
                observed,
                weigh=weigh or ("others",),
                level=confidence,
                seed=seed,
                tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")),
            )
    except KeyboardInterrupt:
        errors.print("rulewright: interrupted; nothing was written.", markup=False)
        raise typer.Exit(130) from None
    text = json_text(estimation.plain(found))
    path = None if out is None else save_all({"estimate.json": text}, out)[0]
    if as_json:
        print(text if _shows_utf8() else json.dumps(json.loads(text), indent=1) + "\n", end="")
        return
    console.print(_plain(f"{scenario.file.title}: {observed.n} observations"), markup=False)
    for part in estimation.tables(found):
        console.print(_plain(f"\n{part.title}"), style="bold", markup=False)
        table = Table(*map(_plain, part.heads), box=None, pad_edge=False)
        for row in part.rows:
            table.add_row(*(Text(_plain(cell)) for cell in row))
        console.print(table)
        for remark in part.remarks:
            console.print(_plain(remark), markup=False)
    for words in found.left_out:
        console.print(_plain(f"\nleft out: {words}"), markup=False)
    if path is not None:
        console.print(f"\n{path}", markup=False, soft_wrap=True)


def _shows_utf8() -> bool:
    return console.encoding.lower().startswith("utf")


def _plain(text: str) -> str:
    """The text as this console can show it: spelt in ASCII where it cannot show UTF-8."""
    if _shows_utf8():
        return text
    from .report.terminal import ASCII

    spelt = unicodedata.normalize("NFKD", "".join({**ASCII, **GREEK}.get(c, c) for c in text))
    return "".join(c for c in spelt if not unicodedata.combining(c)).encode("ascii", "replace").decode()


@app.command()
def sweep(
    source: Annotated[str, typer.Argument(help="A scenario file, or the name of a scenario that ships.")],
    over: Annotated[
        list[str],
        typer.Option(metavar="NAME=FROM:TO:STEP", help="Values of a parameter, or NAME=A,B,C; repeated: a grid."),
    ],
    predict: Annotated[str, typer.Option(help="Behaviours, between commas; those of the scenario if none.")] = "",
    rule: Annotated[str, typer.Option(help='"today", or the name of a rule of [[compare]].')] = "today",
    parameter: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a parameter; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for sweep.csv and sweep.json; a sweep goes on there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Worst and best goal of each behaviour at every point of a grid of parameters, under one rule."""
    from .assessment.sweep import sweep as run
    from .scenario.load import load

    scenario = load(source, _parameters(parameter or []))
    grid = _parameters(over, "--over")
    behaviours = [name.strip() for name in predict.split(",") if name.strip()] or None
    try:
        with errors.status("reading", spinner="dots") as status:
            found = run(
                scenario,
                grid,
                behaviours,
                rule=rule,
                out=out,
                tell=lambda words: status.update(Text(f"{scenario.name}: {words} …")),
            )
    except KeyboardInterrupt:  # here, because the parser would swallow it without a word
        kept = "nothing was kept; --out DIR keeps what is finished"
        if out is not None:
            kept = f"finished points are kept in {out}; the same command goes on"
        errors.print(f"rulewright: interrupted; {kept}.", markup=False)
        raise typer.Exit(130) from None
    if as_json:
        print(found.json(), end="")
        return
    _print_sweep(found)
    if out is not None:
        console.print(f"  {out / 'sweep.csv'}\n  {out / 'sweep.json'}", markup=False, soft_wrap=True)


@app.command()
def hull(
    file: Annotated[
        str, typer.Argument(help="A table of utilities (.csv, .parquet, .arrow, .npy), or the name of one that ships.")
    ],
    people: Annotated[
        str, typer.Option(metavar="COLUMN", help="The people's column; every other of numbers is an AI.")
    ],
    case: Annotated[str | None, typer.Option(metavar="COLUMN", help="Rows of one case are actions in it.")] = None,
    item: Annotated[str | None, typer.Option(metavar="COLUMN", help="What rows are called.")] = None,
    kind: Annotated[str, typer.Option(help="cone: weights of any size; hull: weights that sum to one.")] = "cone",
    offset: Annotated[
        str | None, typer.Option(help="none, constant, or case (which it is where there are cases).")
    ] = None,
    ais: Annotated[
        str, typer.Option(metavar="A,B", help="AIs on offer; all other columns of numbers if left out.")
    ] = "",
    candidates: Annotated[str, typer.Option(metavar="A,B", help="AIs that are not on offer but might enter.")] = "",
    folds: Annotated[int, typer.Option(help="Of the cross-validation of squared errors.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Draws the folds.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, result.json and certificate.json.")] = None,
) -> None:
    """Market alignment: how near people are to a mix of the AIs on offer, what is missing, and who would have to enter."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from .assessment.hull import hull as run
    from .assessment.hull import save
    from .assessment.hull.show import show
    from .assessment.output import text

    offered, entering = ([name.strip() for name in said.split(",") if name.strip()] for said in (ais, candidates))

    def tell(words: str, done: float | None = None) -> None:
        bar.update(task, description=words, completed=done or 0, total=None if done is None else 1.0)

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    try:
        with Progress(*columns, console=errors, transient=True) as bar:
            task = bar.add_task("reading", total=None)
            found = run(
                file,
                people=people,
                case=case,
                item=item,
                kind=kind,
                offset=offset,
                ais=offered or None,
                candidates=entering,
                folds=folds,
                seed=seed,
                tell=tell,
            )
        paths = [] if out is None else save(found, out)
    except KeyboardInterrupt:  # here, because the parser would swallow it without a word
        errors.print("rulewright: interrupted; nothing was written.", markup=False)
        raise typer.Exit(130) from None
    if as_json:
        made = text(found.result())
        print(made if _shows_utf8() else json.dumps(json.loads(made), indent=1) + "\n", end="")
        return
    show(found, console, _plain)
    for path in paths:
        console.print(f"  {path}", soft_wrap=True, markup=False)


def _print_sweep(found: Any) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in found.heads():
        table.add_column(Text(name), justify="right", overflow="fold")
    rows = found.rows()
    for row in rows[:MOST_ROWS]:
        table.add_row(*(Text("–" if v is None else v if isinstance(v, str) else f"{v:.6g}") for v in row))
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(f"… and {len(rows) - MOST_ROWS:,} more points; --out DIR or --json has all of them.")


@app.command()
def scenarios() -> None:
    """What ships, with sources."""
    from .scenario.kinds import kind_name
    from .scenario.load import load, shipped

    table = Table("name", "kind", "what it shows", "source", box=None, pad_edge=False, header_style="bold")
    for name in shipped():
        found = load(name)
        table.add_row(*map(Text, (name, kind_name(found), found.file.title, found.file.source)))
    console.print(table)


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="game, panel or rivals.")] = "game",
    result: Annotated[bool, typer.Option("--result", help="The schema of result.json instead.")] = False,
) -> None:
    """JSON Schema of the scenario file: of a game, a panel of reviewers, or a market of AIs."""
    print(json.dumps(_result_schema(kind) if result else _scenario_schema(kind), ensure_ascii=False, indent=1))


def _scenario_schema(kind: str) -> dict[str, Any]:
    from .scenario import kinds

    return kinds.kind(kind).file.model_json_schema()


def _result_schema(kind: str) -> dict[str, Any]:
    from pydantic import TypeAdapter

    from .report.kinds import NAMES
    from .scenario import kinds

    found: dict[str, Any] = TypeAdapter(NAMES[kinds.kind(kind).name]).json_schema(mode="serialization")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        return app(arguments, standalone_mode=False) or 0
    except RulewrightError as error:
        errors.print(
            textwrap.fill(f"rulewright: {error}", width=max(60, errors.width), break_long_words=False), markup=False
        )
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        errors.print("rulewright: interrupted; nothing was written.", markup=False)
        return 130
    except typer.Exit as stop:
        return stop.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:
        return _usage(error)


def _usage(error: Exception) -> int:
    """Wrong words on the command line are told like every other mistake; anything else is a defect, and is raised.

    The parser's exceptions are known by their `format_message`: which package they come from differs between releases.
    """
    message = getattr(error, "format_message", None)
    if message is None:
        raise error
    context = getattr(error, "ctx", None)
    hint = f" Try `{context.command_path} --help`." if context else ""
    errors.print(f"rulewright: {message()}{hint}", markup=False)
    return 2


if __name__ == "__main__":
    sys.exit(main())
