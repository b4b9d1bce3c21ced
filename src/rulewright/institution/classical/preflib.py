"""Real elections from PrefLib files: SOC, SOI, TOC and TOI (Mattei & Walsh 2013, Proc. ADT).

Lines of the head are `# KEY: value`; every other line is `count: ballot`, a ballot is a list of alternatives (numbers from 1,
the best first) in which {…} are tied. S is strict and T has ties; C ranks everything, I need not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

KINDS = ("soc", "soi", "toc", "toi")
HEAD = re.compile(r"#\s*([^:]+):\s*(.*)")
BALLOT = re.compile(r"\s*(\d+)\s*:\s*(.*)")
GROUP = re.compile(r"\{\s*([\d\s,]*?)\s*\}|(\d+)")
SHAPE = re.compile(r"(?:\{[\d\s,]*\}|\d+)(?:\s*,\s*(?:\{[\d\s,]*\}|\d+))*")


@dataclass(frozen=True, eq=False)
class Election:
    """Ballots as `voting` reads them."""

    title: str
    alternatives: tuple[str, ...]
    ranks: Array = field(repr=False)
    """[ballot, alternative]: 0 for the best, ties equal, −1 for what is not ranked."""
    weights: Array = field(repr=False)
    """[ballot]: how many voters cast it."""


def read_preflib(path: str | Path) -> Election:
    """The election in a file. Raises InputError with the line, what was needed, what was found and what to do."""
    where = Path(path)
    try:
        lines = where.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(where=str(where), needed="a readable text file", found=str(error)) from None
    head = {found[1].strip().upper(): found[2].strip() for line in lines if (found := HEAD.match(line))}
    kind = head.get("DATA TYPE", where.suffix.removeprefix(".")).lower()
    if kind not in KINDS:
        raise InputError(
            where=str(where),
            needed=f"a data type of {', '.join(KINDS)}",
            found=repr(kind),
            remedy="Write “# DATA TYPE: soc” (or the like) in the head.",
        )
    count = head.get("NUMBER ALTERNATIVES", "")
    if not count.isdigit() or not 0 < int(count) <= 1_000_000:
        raise InputError(
            where=str(where), needed="a line “# NUMBER ALTERNATIVES: n” with n of at least 1", found=repr(count)
        )
    m = int(count)
    rows, weights = [], []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            weight, row = _ballot(line, m, kind, f"{where}, line {number}")
            weights.append(weight)
            rows.append(row)
    if not rows:
        raise InputError(where=str(where), needed="at least one ballot", found="none")
    said = head.get("NUMBER VOTERS", "")
    if said.isdigit() and int(said) != sum(weights):
        raise InputError(
            where=str(where),
            needed=f"ballots of {said} voters, as the head says",
            found=str(sum(weights)),
            remedy="Complete the file, or correct NUMBER VOTERS.",
        )
    named = tuple(head.get(f"ALTERNATIVE NAME {k}", str(k)) for k in range(1, m + 1))
    return Election(head.get("TITLE", where.stem), named, np.stack(rows), np.array(weights))


def _ballot(line: str, m: int, kind: str, where: str) -> tuple[int, Array]:
    match = BALLOT.fullmatch(line.rstrip())
    if not match or not SHAPE.fullmatch(match[2].strip()):
        raise InputError(
            where=where,
            needed="“count: 1,2,{3,4}”",
            found=repr(line[:60]),
            remedy="Separate by commas, ties in braces.",
        )
    groups = [[int(x) for x in (tied or single).replace(",", " ").split()] for tied, single in GROUP.findall(match[2])]
    listed = [x for group in groups for x in group]
    if not all(1 <= x <= m for x in listed) or len(set(listed)) != len(listed):
        raise InputError(where=where, needed=f"different alternatives from 1 to {m}", found=match[2].strip()[:60])
    if kind[0] == "s" and any(len(group) != 1 for group in groups):
        raise InputError(
            where=where,
            needed=f"no ties in a file of type {kind}",
            found=match[2].strip()[:60],
            remedy=f"Remove the braces, or give the file the type t{kind[1:]}.",
        )
    if kind[2] == "c" and len(listed) != m:
        raise InputError(
            where=where,
            needed=f"all {m} alternatives in a file of type {kind}",
            found=f"{len(listed)} of them",
            remedy=f"Rank the rest, or give the file the type {kind[:2]}i.",
        )
    row = np.full(m, -1)
    for place, group in enumerate([g for g in groups if g]):
        row[[x - 1 for x in group]] = place
    return int(match[1]), row
