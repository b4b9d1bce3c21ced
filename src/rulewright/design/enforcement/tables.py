"""Labelled suspicion scores from a table: CSV with a heading, or JSON lines. One row is one act with the monitor's score."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import InputError
from .monitor import Monitor

MISCONDUCT = frozenset({"1", "true", "yes", "attack", "misconduct", "violate", "malicious", "bad"})
HONEST = frozenset({"0", "false", "no", "honest", "benign", "comply", "good"})


def read_scores(path: str | Path, *, score: str = "score", label: str = "label") -> Monitor:
    """The monitor measured by a .csv or .jsonl file whose columns `score` and `label` hold a number and 0/1 (or words).

    Raises InputError with file, line and column.
    """
    source = Path(path)
    readers = {".csv": _csv, ".jsonl": _json_lines}
    if source.suffix not in readers:
        raise InputError(where=str(path), needed="a file named .csv or .jsonl", found=source.suffix or "no ending")
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(where=str(path), needed="a readable text file in UTF-8", found=str(error)) from None
    scores, labels = [], []
    for line, row in readers[source.suffix](text, str(path)):
        where = f"{path}, line {line}"
        for column in (score, label):
            if row.get(column) in (None, ""):
                raise InputError(
                    where=where,
                    needed=f"a value in column {column!r}",
                    found=f"columns {', '.join(map(str, row))}" if column not in row else "an empty cell",
                    remedy="Name the columns with score= and label=.",
                )
        scores.append(number_of(row[score], f"{where}, column {score!r}"))
        labels.append(_label(row[label], f"{where}, column {label!r}"))
    if not scores:
        raise InputError(where=str(path), needed="at least one row", found="none")
    try:
        return Monitor.from_scores(scores, labels)
    except InputError as error:
        raise error.at(str(path)) from None


def _csv(text: str, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise InputError(where=f"{where}, line {reader.line_num}", needed="a row of CSV", found=str(error)) from None


def _json_lines(text: str, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, said in enumerate(text.splitlines(), 1):
        if not said.strip():
            continue
        try:
            row = json.loads(said)
        except ValueError as error:
            raise InputError(where=f"{where}, line {line}", needed="a JSON object", found=str(error)) from None
        if not isinstance(row, dict):
            raise InputError(where=f"{where}, line {line}", needed="a JSON object", found=type(row).__name__)
        yield line, row


def number_of(value: Any, where: str) -> float:
    """A cell as a finite number. Raises InputError."""
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(where=where, needed="a finite number", found=repr(value))
    return number


def _label(value: Any, where: str) -> int:
    said = str(int(value) if isinstance(value, (bool, int, float)) and value in (0, 1) else value).strip().lower()
    if said in MISCONDUCT or said in HONEST:
        return int(said in MISCONDUCT)
    raise InputError(
        where=where, needed="1 (misconduct) or 0 (honest), or such a word as attack or benign", found=repr(value)
    )
