"""Where words go, and how they are spelt there: standard output for what was asked, standard error for everything else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from ..errors import InputError

console = Console(highlight=False, emoji=False)  # ":x:" in a name is no picture
errors = Console(stderr=True, highlight=False, emoji=False)
GREEK = {"λ": "lambda", "τ": "tau", "ε": "epsilon", "∞": "inf", "ℓ": "log-likelihood"}


@contextmanager
def interruptible(kept: str = "nothing was written") -> Iterator[None]:
    """ctrl-C ends with a sentence and exit code 130: caught here, because the parser would swallow it without a word."""
    try:
        yield
    except KeyboardInterrupt:
        errors.print(f"rulewright: interrupted; {kept}.", markup=False)
        raise typer.Exit(130) from None


def parameters(said: list[str], option: str = "--set") -> dict[str, str]:
    """{NAME: VALUE} of an option that may be repeated. Raises InputError."""
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


def shows_utf8() -> bool:
    return console.encoding.lower().startswith("utf")


def plain(text: str) -> str:
    """The text as this console can show it: spelt in ASCII where it cannot show UTF-8."""
    if shows_utf8():
        return text
    from ..report.terminal import ASCII

    spelt = unicodedata.normalize("NFKD", "".join({**ASCII, **GREEK}.get(c, c) for c in text))
    return "".join(c for c in spelt if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def print_json(text: str) -> None:
    """JSON, in ASCII where the console cannot show UTF-8."""
    print(text if shows_utf8() else json.dumps(json.loads(text), indent=1) + "\n", end="")


def deliver(report: Any, paths: Iterable[Path] = (), *, as_json: bool = False) -> None:
    """A report as a summary with the files that were written, or as JSON."""
    from ..assessment.output import text
    from ..report.kinds import show

    if as_json:
        print_json(text(report.result()))
        return
    show(report, console)
    for path in paths:
        console.print(f"  {path}", markup=False, soft_wrap=True)
