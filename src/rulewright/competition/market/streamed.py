"""Rows that are too many to hold, for the certificates: a `blocks.Source` as people and AIs, with the rows that were picked kept.

Certificates look through the rows a dozen times. A text file is read once and written as numbers to a temporary file, where the
disk has room, and these are read from then on.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .blocks import ArrayFile, Source
from .csv_rows import CsvRows
from .gap import Block, tell_nothing
from .table import Table

ROOM = 2.0  # of the disk's free space the numbers may be at most one part in so many


class Streamed:
    """A source as `gap.Rows`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = source.names
        self._picked: dict[int, tuple[float, Array]] = {}

    @property
    def k(self) -> int:
        return len(self.source.columns) - 1

    def blocks(self) -> Iterator[Block]:
        """Blocks with the people's column apart: a view where it is the first or the last."""
        at, last, first = self.source.people, self.k, 0
        for values, cases in self.source.blocks():
            if at in (0, last):
                ais = values[:, 1:] if at == 0 else values[:, :-1]
            else:
                ais = np.delete(values, at, axis=1)
            yield first, values[:, at], ais, cases
            first += len(values)

    def note(self, rows: Array, u: Array, ais: Array) -> None:
        """Keep rows of a block that may be asked for."""
        for r, value, row in zip(rows.tolist(), u.tolist(), ais, strict=True):
            self._picked[r] = (value, row.copy())

    def take(self, rows: Array) -> tuple[Array, Array]:
        """(people, ais) of these rows: those that were noted, or in one more pass."""
        wanted = rows.tolist()
        if any(r not in self._picked for r in wanted):
            lacking = np.array(sorted({r for r in wanted if r not in self._picked}))
            for first, u, ais, _ in self.blocks():
                here = lacking[(lacking >= first) & (lacking < first + len(u))] - first
                self.note(first + here, u[here], ais[here])
        found = [self._picked[r] for r in wanted]
        return np.array([u for u, _ in found]), np.array([row for _, row in found]).reshape(len(wanted), self.k)

    def forget(self) -> None:
        """Let go of what was noted."""
        self._picked.clear()

    def table(self, rows: Array) -> Table:
        """Some rows as a table; rows of a case keep together."""
        u, ais = self.take(rows)
        items, cases = self.source.labels(rows.tolist())
        if not self.source.has_cases:  # nobody has seen whether names come twice
            items = [
                name if str(r + 1) in name.split() else f"{name} (row {r + 1})"
                for name, r in zip(items, rows.tolist(), strict=True)
            ]
        if self.source.has_cases and not cases:
            found = np.zeros(len(rows), int)
            for first, people, _, number in self.blocks():
                here = (rows >= first) & (rows < first + len(people))
                found[here] = number[rows[here] - first]  # type: ignore[index]
            cases = [f"case {c + 1}" for c in found]
        return Table.of(u, ais, names=self.names, rows=items, cases=cases or None)


@contextmanager
def opened(source: Source, tell: Callable[[str], Any] = tell_nothing) -> Iterator[Streamed]:
    """The source as rows to look through many times: a text file as numbers on the disk, while this lasts."""
    if not isinstance(source, CsvRows):
        yield Streamed(source)
        return
    bytes_needed = 8 * (source.expected or 0) * len(source.columns)
    folder = Path(tempfile.gettempdir())
    if bytes_needed * ROOM > shutil.disk_usage(folder).free:
        yield Streamed(source)
        return
    with tempfile.TemporaryDirectory(prefix="rulewright-") as place:
        yield Streamed(_written(source, Path(place) / "rows.npy", tell))


class Part(Source):
    """Some of the columns of a source, the people's among them."""

    def __init__(self, whole: Source, ais: Sequence[str]) -> None:
        self.whole = whole
        people = whole.columns[whole.people]
        self.keep = [c for c, name in enumerate(whole.columns) if name == people or name in ais]
        self.columns = tuple(whole.columns[c] for c in self.keep)
        self.people, self.origin = self.columns.index(people), whole.origin
        self.count, self.has_cases = whole.count, whole.has_cases

    @property
    def expected(self) -> int | None:
        return self.whole.expected

    def raw(self, start: int, rows: int) -> Iterator[tuple[Array, Array | None]]:
        for values, cases in self.whole.raw(start, rows):
            yield np.ascontiguousarray(values[:, self.keep]), cases

    def place(self, row: int) -> str:
        return self.whole.place(row)

    def labels(self, rows: Sequence[int]) -> tuple[list[str], list[str]]:
        return self.whole.labels(rows)


class _Kept(ArrayFile):
    """The numbers of a text file; rows are called what they are called there."""

    def __init__(self, path: Path, source: CsvRows, cases: Array | None) -> None:
        super().__init__(path, source.columns, source.columns[source.people])
        self.text, self.cases, self.has_cases = source, cases, source.has_cases
        self.origin = source.origin

    def raw(self, start: int, rows: int) -> Iterator[tuple[Array, Array | None]]:
        at = start
        for values, _ in super().raw(start, rows):
            yield values, None if self.cases is None else self.cases[at : at + len(values)]
            at += len(values)

    def place(self, row: int) -> str:
        return self.text.place(row)

    def labels(self, rows: Sequence[int]) -> tuple[list[str], list[str]]:
        return self.text.labels(rows)


def _written(source: CsvRows, path: Path, tell: Callable[[str], Any]) -> Source:
    """Numbers[r, c] as a .npy file, with case[r] in memory: rows are counted while they are written, and the header comes last."""
    body, count, cases = path.with_suffix(".body"), 0, []
    width = len(source.columns)
    head = _header(0, width)
    try:
        with body.open("wb") as file:
            file.write(head)
            for values, case in source.blocks():
                file.write(np.ascontiguousarray(values, dtype=np.float64).tobytes())
                count += len(values)
                if case is not None:
                    cases.append(case.astype(np.int64))
                tell(f"reading: {count:,} rows")
            file.seek(0)
            file.write(_header(count, width))
    except OSError as error:
        raise InputError(where=str(path.parent), needed="room for temporary files", found=str(error)) from None
    body.rename(path)
    return _Kept(path, source, np.concatenate(cases) if cases else None)


def _header(rows: int, width: int) -> bytes:
    """Of a .npy file, of one length for every number of rows (NEP 1)."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {width}), }}"
    return b"\x93NUMPY\x01\x00" + (246).to_bytes(2, "little") + text.ljust(245).encode() + b"\n"
