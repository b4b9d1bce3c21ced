"""Suspicion scores out of an Inspect log (.eval or .json): one sample is one act.

    score    a scorer's name, "scorer.key" for a score that is a mapping, "metadata.key" or "store.key"
    label    the same; "attack"/"honest" words, 0/1

Left out, the score is the only number among the scores, or one named monitor, suspicion or score; the label is in the metadata
under label, attack, is_attack or mode. Task and reviewer are metadata where they are there. Logs of control evaluations have this
form; no other package is needed to read them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...design.oversight.labelled import LABEL, SCORE, Labelled, from_rows
from ...errors import InputError
from ..needs import needs

OPTIONAL = ("task", "task_id", "reviewer", "audited", "flagged", "verdict")
LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}


def is_log(path: str | Path) -> bool:
    """Whether a file is a log of Inspect: named .eval, or JSON that begins as one."""
    source = Path(path)
    if source.suffix == ".eval":
        return True
    if source.suffix != ".json" or not source.is_file():
        return False
    with source.open("rb") as file:
        head = file.read(4000)
    return b'"eval"' in head and b'"version"' in head


def read_log(path: str | Path, *, score: str = "", label: str = "") -> Labelled:
    """The labelled scores of a log. Raises InputError where it cannot be read or lacks a score or a label, MissingExtra."""
    inspect = needs("inspect_ai.log", "a log of Inspect", "inspect")
    if not Path(path).is_file():
        raise InputError(where=str(path), needed="a log of Inspect", found="no such file")
    try:
        log = inspect.read_eval_log(str(path), exclude_fields={"messages", "events", "attachments", "store"})
    except Exception as error:  # whatever the reader of the format raises: the file is not a log
        raise InputError(
            where=str(path), needed="a log of Inspect that can be read", found=f"{type(error).__name__}: {error}"[:200]
        ) from None
    samples = log.samples or []
    if not samples:
        raise InputError(where=str(path), needed="a log with samples", found="a header only, or a run without samples")
    if any(name.startswith("store.") for name in (score, label)):
        samples = inspect.read_eval_log(str(path)).samples or []
    return from_rows(_rows(samples, str(path), score, label), str(path), score="score", label="label")


def _rows(samples: Iterable[Any], origin: str, score: str, label: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for sample in samples:
        where = f"{origin}, sample {sample.id}, epoch {sample.epoch}"
        row = {name: sample.metadata[name] for name in OPTIONAL if name in sample.metadata}
        row.setdefault("task", str(sample.id))
        row["score"] = _number(_named(sample, score, where) if score else _usual_score(sample, where))
        row["label"] = _named(sample, label, where) if label else _usual_label(sample, where)
        yield where, row


def _named(sample: Any, name: str, where: str) -> Any:
    """What a name stands for. Raises InputError with the names that there are."""
    head, _, rest = name.partition(".")
    if head in ("metadata", "store") and rest:
        found = getattr(sample, head)
        if rest in found:
            return found[rest]
        raise InputError(
            where=where, needed=f"{name!r}", found=f"{head} with {', '.join(map(str, found)) or 'nothing'}"[:300]
        )
    scores = sample.scores or {}
    if head in scores:
        value = scores[head].value
        if not rest:
            return value
        if isinstance(value, Mapping) and rest in value:
            return value[rest]
    known = [f"{k}.{x}" for k, s in scores.items() if isinstance(s.value, Mapping) for x in s.value]
    known += [k for k, s in scores.items() if not isinstance(s.value, Mapping)]
    needed = f"a score {name!r} (or metadata.key, store.key)"
    raise InputError(where=where, needed=needed, found=", ".join(known)[:300] or "no scores")


def _usual_score(sample: Any, where: str) -> Any:
    flat: dict[str, Any] = {}
    for name, one in (sample.scores or {}).items():
        parts = one.value.items() if isinstance(one.value, Mapping) else [("", one.value)]
        flat |= {f"{name}.{key}" if key else name: value for key, value in parts}
    numbers = {k: v for k, v in flat.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
    usual = [k for k in numbers if k.rpartition(".")[2] in (*SCORE, "monitor") or k in ("monitor", *SCORE)]
    if len(usual) == 1 or len(numbers) == 1:
        return numbers[usual[0] if len(usual) == 1 else next(iter(numbers))]
    raise InputError(
        where=where,
        needed="one score that is a number",
        found=", ".join(flat)[:300] or "no scores",
        remedy="Name it with --score.",
    )


def _usual_label(sample: Any, where: str) -> Any:
    for name in LABEL:
        if name in sample.metadata:
            return sample.metadata[name]
    raise InputError(
        where=where,
        needed=f"metadata {' or '.join(LABEL)}",
        found=", ".join(map(str, sample.metadata))[:300] or "no metadata",
        remedy="Name it with --label, for example metadata.kind.",
    )


def _number(value: Any) -> Any:
    """Letters of Inspect's scorers as numbers; the rest as it is, for the table to judge."""
    if isinstance(value, str):
        return LETTERS.get(value, value)
    return "nan" if isinstance(value, float) and math.isnan(value) else value
