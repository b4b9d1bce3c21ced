"""The command line: one file for each command. A failure is a paragraph and an exit code.

Exit codes: 0 done; 1 a claim does not hold; 2 the input is wrong; 3 no allowed rule does it; 130 interrupted.
"""

from __future__ import annotations

import io
import sys
import textwrap
from typing import Annotated

import typer

from .. import __version__
from ..errors import RulewrightError
from .console import errors

app = typer.Typer(
    name="rulewright",
    help="Design the rules, not the agents: diagnose, design, certify and stress the rules that agents live under.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what cannot be encoded is spelt, and stops nothing
            stream.reconfigure(errors="backslashreplace")
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
