"""What held when it was last looked at: a readable file beside the test, which a later loophole breaks.

    ["test_reward[scale=2]"]                    NAME.incentives.toml
    rule = "no rule"
    holds = { equilibrium = "1/10", dominant = "0" }      # and by what margin, exact
    fails = ["coalition"]
    goal = "2"                                  what people get if all play what is asked

A test fails where a claim of `holds` is broken, what is asked is another play, or worth less. Margins may
change: they are for people.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError

if TYPE_CHECKING:
    from .incentives import Incentives

SUFFIX = ".incentives.toml"
UPDATE = "Run pytest --rulewright-update, look at what it wrote, and keep it with the test."
Entry = dict[str, Any]


def beside(path: Path) -> Path:
    """The snapshot of a file of tests."""
    return path.with_name(path.name.split(".")[0] + SUFFIX)


def entry(found: Incentives) -> Entry:
    """What is kept of one test."""
    held = {f.claim: "" if f.margin is None else str(f.margin) for f in found.findings if f.holds}
    kept: Entry = {"rule": found.rule, "asked": found.play, "holds": held, "fails": [f.claim for f in found.broken]}
    return kept if found.goal is None else {**kept, "goal": str(found.goal)}


def lost(found: Incentives, kept: Any, path: Path) -> list[str]:
    """One sentence for each thing that held and does not; or that there is no snapshot of this test."""
    if kept is None:
        return [f"{path.name} says nothing of this test. {UPDATE}"]
    now = {f.claim: f for f in found.findings}
    said = []
    for claim, margin in kept["holds"].items():
        if claim not in now:
            said.append(f"{claim} held in {path.name} and is not asked any more. {UPDATE}")
        elif not now[claim].holds:
            said.append(f"{claim} held{f' by {margin}' if margin else ''} in {path.name}; now: {now[claim].says}")
    if "asked" in kept and kept["asked"] != found.play:
        said.append(f"what is asked was “{kept['asked']}” in {path.name}; now: “{found.play}”. {UPDATE}")
    if "goal" in kept and (found.goal is None or found.goal < Fraction(kept["goal"])):
        said.append(f"what is asked was worth {kept['goal']} to people in {path.name}; now: {found.goal}")
    return said


def read(path: Path) -> dict[str, Entry]:
    """{test: what is kept}; nothing where there is no file. Raises InputError for a file that is not one."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        for kept in found.values():
            Fraction(kept.get("goal", "0"))
            if not isinstance(kept["holds"], dict):
                raise TypeError(f"holds = {kept['holds']!r}")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError) as problem:
        raise InputError(
            where=str(path), needed="a snapshot of incentives", found=str(problem), remedy=UPDATE
        ) from None
    return found


def write(path: Path, changed: Mapping[str, Entry]) -> None:
    """Put these tests into the file; others stay. The same tests, the same bytes; never half a file."""
    kept = {**read(path), **changed}
    lines = ["# What held when it was last looked at. Written by pytest --rulewright-update."]
    for key in sorted(kept):
        one = kept[key]
        lines += ["", f"[{_quoted(key)}]"]
        for name in ("rule", "asked", "goal"):
            lines += [f"{name} = {_quoted(one[name])}"] if name in one else []
        lines.append("holds = { " + ", ".join(f"{_key(k)} = {_quoted(v)}" for k, v in one["holds"].items()) + " }")
        lines.append("fails = [" + ", ".join(_quoted(k) for k in one.get("fails", [])) + "]")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(name, path)


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _quoted(text)


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in safe) + '"'
