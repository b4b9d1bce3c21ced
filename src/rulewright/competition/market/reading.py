"""A table of utilities from a file or a frame: a row for each item (or action of a case), a column for the people, one per AI.

    item,people,cautious,frank
    joke 1,0.8,0.5,0.9

Every column of numbers beside the people's is an AI, unless the AIs are named; of the others the first labels the rows. Rows with
the same label in the column `case` are the actions of one case. Small files are held, large ones read in blocks as often as they
are needed: the answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...numerics.memory import reserve
from ...numerics.rational import Array
from . import blocks
from .blocks import Arrays, Frame, Source
from .csv_rows import CsvRows
from .table import Table

HELD = 128 << 20
"""Bytes of a CSV file up to which its numbers are held in memory."""


def read(
    thing: Any,
    people: str | int | None,
    *,
    case: str | None = None,
    item: str | None = None,
    ais: Sequence[str] | None = None,
) -> Table:
    """The whole table in memory. `thing` is the path of a CSV (or .npy, .parquet, .arrow) file, or a frame.

    people: name of the people's column; case, item: of the columns that group and label rows; ais: of the AIs.
    Raises InputError with file, line and column; TooLarge where it does not fit; MissingExtra for Parquet without [frames].
    """
    if isinstance(thing, (str, Path)) and Path(thing).suffix.lower() not in blocks.FILES:
        source: Source = CsvRows(Path(thing), people, case=case, item=item, ais=list(ais) if ais is not None else None)
    else:
        source = blocks.of(thing, people, case=case, item=item, ais=ais)
    return held(source)


def rows(
    path: str | Path,
    people: str | int | None,
    *,
    case: str | None = None,
    item: str | None = None,
    ais: Sequence[str] | None = None,
    most: int = HELD,
) -> Source:
    """The rows of a CSV file as a source: held where the file has at most `most` bytes, streamed beyond. Raises InputError."""
    made = CsvRows(Path(path), people, case=case, item=item, ais=list(ais) if ais is not None else None)
    if made.stat.st_size > most:
        return made
    pieces = list(made.raw(0, 1 << 16))
    cases = np.concatenate([c for _, c in pieces if c is not None]) if made.has_cases else None
    return Arrays([np.concatenate([v for v, _ in pieces])], made.columns, made.people, cases=cases, origin=made.origin)


def held(source: Source) -> Table:
    """All rows of a source with their labels. Raises TooLarge."""
    expected = source.expected
    reserve((expected or 1, len(source.columns)), f"the table of {source.origin}")
    values, items, cases = [], [], []
    for block, label, case in _labelled(source):
        values.append(block.copy())
        items += label
        cases += case
    if len(set(zip(items, cases, strict=True) if cases else items)) < len(items):
        items = [f"{name} (row {r + 1})" for r, name in enumerate(items)]
    whole = np.concatenate(values)
    people, rest = whole[:, source.people], np.delete(whole, source.people, axis=1)
    return Table.of(people, rest, names=source.names, rows=items, cases=cases or None)


def _labelled(source: Source) -> Iterator[tuple[Array, list[str], list[str]]]:
    """(values, labels of rows, labels of cases) block by block; empty lists where there are none."""
    if isinstance(source, CsvRows):
        item, case = source.roles.item, source.roles.case
        wanted = tuple(name for name in (item, case) if name is not None)
        for chunk in source.chunks(wanted):
            yield chunk.values, chunk.labels[item] if item else [], chunk.labels[case] if case else []
        return
    done = 0
    for values, numbers in source.blocks():
        if isinstance(source, Frame):
            item, case = source.roles.item, source.roles.case
            piece = blocks.window(source.frame, done, len(values), source.roles.read)
            labels = [[str(x) for x in blocks.column(piece, name)] if name else [] for name in (item, case)]
            yield values, labels[0], labels[1]
        else:
            yield values, [], [] if numbers is None else [str(c) for c in numbers]
        done += len(values)
