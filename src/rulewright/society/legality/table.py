"""A law from a table of decisions (.csv): what was decided, case by case. Checks are of what was recorded, and of nothing else.

verdict                         what was decided (needed)
identity:NAME hidden:NAME later:NAME    attributes that must not matter, are not public, are known only after the act
date published                  of the act; of the rule that was relied on
by own authority reason         who decided, and what they would have said; who had the say; why
logic:NAME                      what that person would have said
id                              left out; every other column is an attribute of the case
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ... import csv_file
from ...errors import InputError
from ...numerics.rational import Array
from .answers import ABSENT, Answers
from .law import RECORDED, Bounds, Judge, Law, Logic, Recorded
from .python import day
from .space import Space

SPECIAL = ("verdict", "date", "published", "by", "own", "authority", "reason", "id")
MARKED = ("identity", "hidden", "later", "logic")
NO_BOUNDS = Bounds()
LARGEST = 64 << 20  # bytes of a table
OTHER = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read(path: Path, identities: Sequence[str] = (), hidden: Sequence[str] = (), bounds: Bounds = NO_BOUNDS) -> Law:
    """The law of a table. Raises InputError with the line of what is wrong."""
    table = _rows(path)
    heads = table.names
    marked: dict[str, list[str]] = {kind: [] for kind in MARKED}
    attributes, columns = [], {}
    for k, head in enumerate(heads):
        kind, colon, name = head.partition(":")
        if colon and kind in MARKED:
            marked[kind].append(name)
            if not name or name in columns:
                raise InputError(where=f"{path}, line 1", needed=f"{kind}:NAME, a name of its own", found=repr(head))
        else:
            name = head
        if kind != "logic" and head not in SPECIAL:
            attributes.append(name)
        key = head if head in SPECIAL or kind == "logic" else name
        if key in columns:
            raise InputError(where=f"{path}, line 1", needed="names of columns that differ", found=f"{key!r} twice")
        columns[key] = tuple(row[k] for row in table.rows)
    if "verdict" not in columns:
        other = next((words for sign, words in OTHER.items() if len(heads) == 1 and sign in heads[0]), "")
        remedy = f"Its columns seem to be parted by {other}: write commas." if other else ""
        raise InputError(where=str(path), needed="a column “verdict”", found=", ".join(heads), remedy=remedy)
    if not attributes:
        raise InputError(where=str(path), needed="a column that says something of the case", found=", ".join(heads))
    space = Space.of({name: dict.fromkeys(columns[name]) for name in attributes})
    base = np.stack([_codes(columns[name], space.values[k]) for k, name in enumerate(attributes)], axis=1)
    reason = columns.get("reason")
    labels = tuple(dict.fromkeys(v for v in columns["verdict"] if v))
    reasons = tuple(dict.fromkeys(v for v in reason if v)) if reason else ()
    answers = Answers(
        _codes(columns["verdict"], labels),
        labels,
        _codes(reason, reasons) if reason else None,
        reasons,
    )
    return Law(
        path.stem,
        space,
        lambda cases: answers,
        base,
        RECORDED,
        identities=tuple(identities) or tuple(marked["identity"]),
        hidden=tuple(hidden) or tuple(marked["hidden"]),
        public=bool(marked["hidden"]),
        later=tuple(marked["later"]),
        logics=_logics(columns, marked["logic"]),
        bounds=bounds,
        recorded=Recorded(
            _days(path, "date", columns.get("date"), table.lines),
            _days(path, "published", columns.get("published"), table.lines),
            columns.get("authority"),
            columns.get("by"),
            columns.get("own"),
        ),
    )


def _rows(path: Path) -> csv_file.Rows:
    """With cells stripped."""
    found = csv_file.parse(csv_file.text(path, LARGEST), str(path))
    if "" in found.names:
        raise InputError(where=str(path), needed="a name for every column", found="a column without one")
    return csv_file.Rows(found.names, [[c.strip() for c in row] for row in found.rows], found.lines)


def _codes(values: Sequence[str], among: Sequence[str]) -> Array:
    """int32: positions; an empty cell that is no value is −1."""
    place = {v: k for k, v in enumerate(among)}
    return np.array([place.get(v, -1) for v in values], np.int32)


def _days(path: Path, name: str, values: Sequence[str] | None, lines: Sequence[int]) -> Array | None:
    if values is None:
        return None
    return np.array([day(v, f"{path}, line {line}, {name}") for v, line in zip(values, lines, strict=True)])


def _logics(columns: dict[str, tuple[str, ...]], named: Sequence[str]) -> tuple[Logic, ...]:
    """Of columns “logic:NAME”; of “own”, one for everybody who decided."""
    found = [Logic(name, _recorded(columns[f"logic:{name}"])) for name in named]
    own, by = columns.get("own"), columns.get("by")
    if own is not None:
        who = by or ("who decided",) * len(own)
        for name in dict.fromkeys(who):
            found.append(Logic(name, _recorded(tuple(v if w == name else "" for v, w in zip(own, who, strict=True)))))
    return tuple(found)


def _recorded(values: tuple[str, ...]) -> Judge:
    labels = tuple(dict.fromkeys(v for v in values if v))
    codes = _codes(values, labels)
    answers = Answers(np.where(codes < 0, ABSENT, codes).astype(np.int32), labels)
    return lambda cases: answers
