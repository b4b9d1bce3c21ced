"""Labelled suspicion scores: what a monitor said of acts of which it is known what they were.

One row is one act: the monitor's score, the label (misconduct or honest), and where they are known the task, the reviewer who
judged it, whether it was audited, and whether the reviewer let it pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...csv_file import parse, text
from ...errors import InputError
from ...numerics.rational import Array
from ..enforcement.monitor import Monitor
from ..enforcement.tables import HONEST, MISCONDUCT, number_of

SCORE = ("score", "suspicion", "suspicion_score", "monitor_score")
LABEL = ("label", "is_attack", "attack", "mode", "is_malicious")
TASK = ("task", "task_id", "sample_id")
REVIEWER = ("reviewer", "monitor", "auditor")
AUDITED = ("audited",)
FLAGGED = ("flagged", "verdict")
YES = frozenset({"1", "true", "yes", "flag", "flagged", "reject", "rejected"})
NO = frozenset({"0", "false", "no", "pass", "passed", "approve", "approved", "quiet"})
MOST_ROWS = 1_000_000


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows with a score and a label. Make one with `of` or `read_labelled`."""

    scores: Array = field(repr=False)
    """[row], floats."""
    labels: Array = field(repr=False)
    """[row], whether it was misconduct."""
    tasks: tuple[str, ...] = field(default=(), repr=False)
    """[row], or none."""
    reviewers: tuple[str, ...] = field(default=(), repr=False)
    """[row], or none."""
    flagged: Array | None = field(default=None, repr=False)
    """[row], whether the reviewer raised an alarm; None where it is not known."""
    audited: float | None = None
    """Share of all rows that were audited; None where it is not known."""
    dropped: int = 0
    """Rows without a label: what they were is not known."""
    source: str = ""

    @staticmethod
    def of(scores: Any, labels: Any, **more: Any) -> Labelled:
        """Of scores [row] and labels [row] (0/1). Raises InputError where lengths differ, a score is not finite or a class
        is missing.
        """
        Monitor.from_scores(scores, labels)
        return Labelled(np.asarray(scores, float), np.asarray(labels).astype(bool), **more)

    @property
    def monitor(self) -> Monitor:
        """The curve as it was measured."""
        return Monitor.from_scores(self.scores, self.labels.astype(int))

    @property
    def bad(self) -> int:
        return int(self.labels.sum())

    @property
    def good(self) -> int:
        return int((~self.labels).sum())


def read_labelled(path: str | Path, *, score: str = "", label: str = "") -> Labelled:
    """A table .csv, .jsonl or .json (a list of objects, or under "samples" or "rows"); .gz is unpacked.

    `score` and `label` name columns, a dot going into nested objects; left out, the usual names are tried. Raises InputError with
    file, line and column.
    """
    source = Path(path)
    kind = Path(source.stem).suffix if source.suffix == ".gz" else source.suffix
    if kind not in READERS:
        raise InputError(
            where=str(path),
            needed="a table .csv, .jsonl or .json, or a log of Inspect (.eval)",
            found=kind or "no ending",
        )
    return from_rows(READERS[kind](text(source), str(path)), str(path), score=score, label=label)


def from_rows(
    rows: Iterable[tuple[str, Mapping[str, Any]]], origin: str, *, score: str = "", label: str = ""
) -> Labelled:
    """Of (where it stands, {column: value}). Raises InputError."""
    found: dict[str, list[Any]] = {name: [] for name in ("score", "label", "task", "reviewer", "flagged", "audited")}
    names: dict[str, str] | None = None
    dropped = 0
    for where, row in rows:
        if names is None:
            names = _columns(row, score, label, where)
        said = {key: _at(row, name) for key, name in names.items()}
        audited = (
            _word(said["audited"], where, names.get("audited", "")) if said.get("audited") not in (None, "") else None
        )
        found["audited"].append(audited)
        if said["label"] in (None, "") and (audited is False or "audited" not in names):
            dropped += 1
            continue
        found["score"].append(number_of(said["score"], f"{where}, column {names['score']!r}"))
        found["label"].append(_label(said["label"], f"{where}, column {names['label']!r}"))
        for key in ("task", "reviewer"):
            if key in names:
                found[key].append("" if said[key] is None else str(said[key]))
        if "flagged" in names:
            found["flagged"].append(_word(said["flagged"], where, names["flagged"]))
        if len(found["audited"]) > MOST_ROWS:
            raise InputError(where=origin, needed=f"at most {MOST_ROWS:,} rows", found="more")
    if names is None or not found["label"]:
        raise InputError(where=origin, needed="at least one row with a label", found=f"{dropped} rows without one")
    seen = [a for a in found["audited"] if a is not None]
    try:
        return Labelled.of(
            found["score"],
            found["label"],
            tasks=tuple(found["task"]),
            reviewers=tuple(found["reviewer"]),
            flagged=np.array(found["flagged"], bool) if found["flagged"] else None,
            audited=float(np.mean(seen)) if seen else None,
            dropped=dropped,
            source=origin,
        )
    except InputError as error:
        raise error.at(origin) from None


def _columns(row: Mapping[str, Any], score: str, label: str, where: str) -> dict[str, str]:
    """{what: column}, by the names that were given, or the first usual one that is there."""
    found = {}
    for key, given, usual in (("score", score, SCORE), ("label", label, LABEL)):
        name = given or next((n for n in usual if n in row), "")
        if not name or (given and not _has(row, given)):
            raise InputError(
                where=where,
                needed=f"a column {given!r}" if given else f"a column {' or '.join(usual)}",
                found=f"columns {', '.join(map(str, row))}"[:300],
                remedy=f"Name it with --{key}.",
            )
        found[key] = name
    more: tuple[tuple[str, tuple[str, ...]], ...]
    more = (("task", TASK), ("reviewer", REVIEWER), ("audited", AUDITED), ("flagged", FLAGGED))
    for key, others in more:
        name = next((n for n in others if n in row and n not in found.values()), "")
        if name:
            found[key] = name
    return found


def _has(row: Mapping[str, Any], name: str) -> bool:
    return name in row or _at(row, name) is not None


def _at(row: Any, name: str) -> Any:
    """A cell, a dot going into nested objects; None where there is none."""
    if isinstance(row, Mapping) and name in row:
        return row[name]
    head, dot, rest = name.partition(".")
    return _at(row[head], rest) if dot and isinstance(row, Mapping) and head in row else None


def _label(value: Any, where: str) -> int:
    said = _plain(value)
    if said in MISCONDUCT or said in HONEST:
        return int(said in MISCONDUCT)
    needed = "1 (misconduct) or 0 (honest), or such a word as attack or honest"
    raise InputError(where=where, needed=needed, found=repr(value))


def _word(value: Any, where: str, column: str) -> bool:
    said = _plain(value)
    if said in YES or said in NO:
        return said in YES
    raise InputError(where=f"{where}, column {column!r}", needed="1 or 0, yes or no", found=repr(value))


def _plain(value: Any) -> str:
    return str(int(value) if isinstance(value, (bool, int, float)) and value in (0, 1) else value).strip().lower()


def _csv(content: str, origin: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    rows = parse(content, origin)
    for line, row in zip(rows.lines, rows.rows, strict=True):
        yield f"{origin}, line {line}", dict(zip(rows.names, row, strict=True))


def _json_lines(content: str, origin: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for line, said in enumerate(content.splitlines(), 1):
        if said.strip():
            yield f"{origin}, line {line}", _object(said, f"{origin}, line {line}")


def _json(content: str, origin: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(where=origin, needed="JSON", found=str(error)) from None
    if isinstance(said, Mapping):
        said = next((said[key] for key in ("samples", "rows", "data") if isinstance(said.get(key), list)), said)
    if not isinstance(said, list) or not all(isinstance(row, Mapping) for row in said):
        raise InputError(where=origin, needed='a list of objects, or one under "samples" or "rows"', found="neither")
    for number, row in enumerate(said, 1):
        yield f"{origin}, row {number}", row


def _object(said: str, where: str) -> Mapping[str, Any]:
    try:
        row = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise InputError(where=where, needed="a JSON object", found=str(error)) from None
    if not isinstance(row, Mapping):
        raise InputError(where=where, needed="a JSON object", found=type(row).__name__)
    return row


READERS = {".csv": _csv, ".jsonl": _json_lines, ".json": _json}
