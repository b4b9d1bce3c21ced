"""The rows of a CSV file in blocks, by positions of bytes: a column of numbers is never held as text.

A chunk of whole lines is taken apart twice: quickly, where it has no quotes and every line the same number of commas; else, and
wherever the quick way meets something that is no number, record by record, which finds the line and the column to name.
Both give the same numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array
from .blocks import Block, Source, _Numbers, finite, present
from .columns import Columns

CHUNK = 4 << 20  # bytes read at a time
SAMPLE = 1 << 20  # bytes from which the columns' kinds are read
COMMA, NEWLINE, ZERO = 44, 10, 48


@dataclass(frozen=True)
class Chunk:
    """Some whole records: numbers[r, c] of the numeric columns, and labels[r] of the columns asked for."""

    values: Array
    labels: dict[str, list[str]]


class CsvRows(Source):
    """A CSV file with a first line of names, one column for the people, others for the AIs."""

    def __init__(
        self, path: Path, people: str | int | None, *, case: str | None, item: str | None, ais: list[str] | None
    ) -> None:
        present(path)
        self.sizes: list[int] = []  # rows of each piece of text, once they are known
        self.path, self.origin = path, str(path)
        try:
            self.stat = path.stat()
            self.header, self.begin, self.line = _header(path)
            counts = self._sample()
        except OSError as error:
            raise InputError(where=str(path), needed="a file that can be read", found=str(error.strerror)) from None
        plain = {name for name, (numbers, texts) in zip(self.header, counts, strict=True) if numbers or not texts}
        self.roles = Columns.of(
            self.header, plain, people, case=case, item=item, ais=ais, where=f"{path}, line {self.line}"
        )
        self.columns, self.people, self.has_cases = self.roles.numeric, self.roles.people, self.roles.case is not None
        self.at = np.array([self.header.index(name) for name in self.columns])

    @property
    def identity(self) -> str:
        return f"{self.path.name}, {self.stat.st_size} bytes, changed at {self.stat.st_mtime_ns}"

    @property
    def expected(self) -> int | None:
        """Rows, guessed from the length of the first ones."""
        return round((self.stat.st_size - self.begin) / self.mean_length)

    def raw(self, start: int, rows: int) -> Iterator[Block]:
        numbers = _Numbers()
        case = self.roles.case
        done, waiting, cases = 0, [], []
        for chunk in self.chunks((case,) if case is not None else (), 0 if case is not None else start):
            values = chunk.values
            found = numbers(chunk.labels[case]) if case is not None else None
            skip = min(max(0, start - done), len(values))
            done += len(values)
            if skip == len(values):
                continue
            waiting.append(values[skip:])
            cases.append(found[skip:] if found is not None else None)
            if sum(map(len, waiting)) >= rows:
                yield _joined(waiting, cases)
                waiting, cases = [], []
        if waiting:
            yield _joined(waiting, cases)

    def chunks(self, labels: tuple[str, ...], unread: int = 0) -> Iterator[Chunk]:
        """All records, with the labels asked for. Of the first `unread` rows the numbers are not read (zeros stand for them)."""
        line, sizes = self.line + 1, []
        for piece, data in enumerate(self._whole_lines()):
            lines = data.count(b"\n")
            known = self.sizes[piece] if piece < len(self.sizes) else lines if _full(data, self.header) else unread + 1
            if unread >= known and not labels:
                made = Chunk(np.zeros((known, len(self.columns))), {})
            else:
                made = self._quick(data, labels) or self._record_by_record(data, line, labels)
            unread -= len(made.values)
            line += lines
            sizes.append(len(made.values))
            if len(made.values):
                yield made
        self.sizes = sizes

    def labels(self, rows: Sequence[int]) -> tuple[list[str], list[str]]:
        """Read once more, but only the pieces of text in which these rows stand are taken apart."""
        roles = [name for name in (self.roles.item, self.roles.case) if name is not None]
        wanted, found = np.unique(np.asarray(rows, int)), {}
        done, line = 0, self.line + 1
        for piece, data in enumerate(self._whole_lines()):
            lines = data.count(b"\n")
            here = len(self.sizes) > piece and not ((wanted >= done) & (wanted < done + self.sizes[piece])).any()
            if here:
                done += self.sizes[piece]
            elif roles:
                made = self._quick(data, tuple(roles)) or self._record_by_record(data, line, tuple(roles))
                for r in wanted[(wanted >= done) & (wanted < done + len(made.values))].tolist():
                    found[r] = {name: made.labels[name][r - done] for name in roles}
                done += len(made.values)
            line += lines
        items, cases = (
            [found[int(r)][name] for r in rows] if name else [] for name in (self.roles.item, self.roles.case)
        )
        return items or super().labels(rows)[0], cases

    def _whole_lines(self) -> Iterator[bytes]:
        """The file after its header in pieces that end at the end of a record."""
        with self.path.open("rb") as file:
            file.seek(self.begin)
            rest = b""
            while piece := file.read(CHUNK):
                rest += piece
                cut = rest.rfind(b"\n") + 1
                if not cut or rest.count(b'"', 0, cut) % 2:  # within quotes
                    continue
                yield _plain_ends(rest[:cut])
                rest = rest[cut:]
            if rest:
                yield _plain_ends(rest) + (b"" if rest.endswith(b"\n") else b"\n")

    def _quick(self, data: bytes, labels: tuple[str, ...], *, native: bool = True) -> Chunk | None:
        """By positions of commas and line ends, compiled or in NumPy; None where that does not serve."""
        width = len(self.header)
        if b'"' in data or b"\r" in data or (not data.isascii() and not _is_text(data)):
            return None
        others = np.delete(np.arange(width), self.at)
        text = np.frombuffer(data, dtype=np.uint8)
        run = kernel("decimal_lines") if native else None
        found = (
            _compiled(run, text, data.count(b"\n"), width, self.at)
            if run is not None
            else _numbers(text, others, width)
        )
        if found is None or not finite(found[0]):
            return None
        values, spans = found
        cells = {}
        for name in labels:
            at = spans[:, np.searchsorted(others, self.header.index(name))]
            cells[name] = [data[a:b].decode("utf-8").strip() for a, b in at.tolist()]
        return Chunk(np.ascontiguousarray(values if values.shape[1] == len(self.at) else values[:, self.at]), cells)

    def _record_by_record(self, data: bytes, line: int, labels: tuple[str, ...]) -> Chunk:
        """The csv module's way. Raises InputError with the line and the column of what is wrong."""
        rows: list[list[float]] = []
        found: dict[str, list[str]] = {name: [] for name in labels}
        place = {name: self.header.index(name) for name in labels}
        for number, record in _records(data, line, self.origin):
            if len(record) != len(self.header):
                remedy = (
                    "Is a decimal comma or an unquoted comma in a label the cause?"
                    if len(record) > len(self.header)
                    else ""
                )
                raise InputError(
                    where=f"{self.origin}, line {number}",
                    needed=f"{len(self.header)} columns, as in the first line",
                    found=str(len(record)),
                    remedy=remedy,
                )
            rows.append([self._number(record[c], number, c) for c in self.at])
            for name, c in place.items():
                found[name].append(record[c].strip())
        return Chunk(np.array(rows, dtype=float).reshape(-1, len(self.columns)), found)

    def _number(self, text: str, line: int, c: int) -> float:
        try:
            if "_" in text:
                raise ValueError
            value = float(text)
        except ValueError:
            value = float("nan")
            told = repr(text.strip()) if text.strip() else "an empty cell"
            remedy = "Write numbers with a decimal point." if "," in text else "Correct the cell, or leave the row out."
        else:
            told, remedy = repr(text.strip()), "Correct the cell, or leave the row out."
        if not np.isfinite(value):
            raise InputError(
                where=f"{self.origin}, line {line}, column {self.header[c]!r}",
                needed="a finite number",
                found=told,
                remedy=remedy
                if c == self.at[self.people]
                else f"{remedy} If the column is no AI, name those that are (--ais).",
            )
        return value

    def _sample(self) -> list[tuple[int, int]]:
        """(numbers, other texts) seen in each column of the first rows."""
        data = next(self._whole_lines(), b"")
        short = data[: data.rfind(b"\n", 0, SAMPLE) + 1] or data[: data.find(b"\n") + 1]
        if short.count(b'"') % 2:
            short = data
        seen = [[0, 0] for _ in self.header]
        rows = 0
        for _, record in _records(short, self.line + 1, self.origin):
            rows += 1
            for pair, cell in zip(seen, record, strict=False):
                if cell.strip():
                    pair[0 if _is_number(cell) else 1] += 1
        if not rows:
            raise InputError(where=self.origin, needed="at least one row below the first line", found="none")
        self.mean_length = len(short) / rows
        return [(a, b) for a, b in seen]


def _compiled(run: Any, text: Array, lines: int, width: int, at: Array) -> tuple[Array, Array] | None:
    """(numbers[r, i] of the columns `at`, spans[r, other, 2] in bytes), by the kernel."""
    numeric = np.zeros(width, dtype=np.uint8)
    numeric[at] = 1
    values = np.empty((lines, len(at)))
    spans = np.empty((lines, width - len(at), 2), dtype=np.int64)
    if lines > len(text) // (2 * len(at)):  # each number has a digit and an end: some lines are too short
        return None
    rows = run(pointer(text), count(len(text)), count(width), pointer(numeric), pointer(values), pointer(spans))
    return (values, spans) if rows == lines else None


def _numbers(text: Array, others: Array, width: int) -> tuple[Array, Array] | None:
    """(all cells as numbers [r, c], zeros in the columns `others`; spans[r, other, 2] of these in bytes)."""
    marks = np.flatnonzero((text == COMMA) | (text == NEWLINE))
    if len(marks) % width:
        return None
    ends = marks.reshape(-1, width)
    breaks = text[ends] == NEWLINE
    if breaks[:, :-1].any() or not breaks[:, -1].all():
        return None
    starts = np.concatenate([[0], ends.ravel()[:-1] + 1]).reshape(-1, width)
    blank = text.copy()
    if len(others):
        change = np.zeros(len(text) + 1, dtype=np.int8)
        np.add.at(change, starts[:, others].ravel(), np.int8(1))
        np.add.at(change, ends[:, others].ravel(), np.int8(-1))
        blank[np.add.accumulate(change[:-1], dtype=np.int8) > 0] = ZERO
        if (starts[:, others] == ends[:, others]).any():
            return None
    blank[ends[:, -1]] = COMMA
    try:
        numbers = np.fromstring(blank[:-1].tobytes(), sep=",")
    except (DeprecationWarning, ValueError):  # what is no number; the records say where
        return None
    spans = np.stack([starts[:, others], ends[:, others]], axis=-1)
    return (numbers.reshape(-1, width), spans) if numbers.size == ends.size else None


def _plain_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _full(data: bytes, header: list[str]) -> bool:
    """Whether every line of a piece of text is a record: none is blank, or of commas alone, or quoted."""
    if b'"' in data or data.count(b",") != data.count(b"\n") * (len(header) - 1):
        return False
    return all(line.strip(b" ,\t") for line in data[:-1].split(b"\n"))


def _joined(values: list[Array], cases: list[Array | None]) -> Block:
    whole = values[0] if len(values) == 1 else np.concatenate(values)
    known = [c for c in cases if c is not None]
    return whole, np.concatenate(known) if known else None


def _records(data: bytes, line: int, origin: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each record that is not blank. Raises InputError."""
    reader = csv.reader(io.StringIO(_decoded(data, line, origin), newline=""), strict=True)
    before = 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line + before, record
            before = reader.line_num
    except csv.Error as error:
        raise InputError(where=f"{origin}, line {line + before}", needed="a CSV file", found=str(error)) from None


def _decoded(data: bytes, line: int, origin: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = line + data[: error.start].count(b"\n")
        raise InputError(
            where=f"{origin}, line {at}",
            needed="text in UTF-8",
            found="bytes that are not",
            remedy="Save the table as CSV in UTF-8.",
        ) from None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _header(path: Path) -> tuple[list[str], int, int]:
    """(names, position of the byte after them, line on which they stand). Raises InputError."""
    begin, line = 0, 0
    with path.open("rb") as file:
        first = b""
        while True:
            piece = file.readline()
            line += 1
            if not piece:
                found = "an empty file" if begin == 0 and not first else "no such line"
                raise InputError(where=str(path), needed="a first line with the names of the columns", found=found)
            first += piece.removeprefix(b"\xef\xbb\xbf") if begin == 0 else piece
            begin += len(piece)
            if first.strip() and first.count(b'"') % 2 == 0:
                break
    if b"\x00" in first or first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(
            where=f"{path}, line {line}",
            needed="text in UTF-8",
            found="another encoding",
            remedy="Save the table as CSV in UTF-8.",
        )
    names = [name.strip() for _, record in _records(first.strip() + b"\n", line, str(path)) for name in record]
    for mark, called in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and mark in names[0]:
            raise InputError(
                where=f"{path}, line {line}",
                needed="columns separated by commas",
                found=called,
                remedy="Save the table with commas, and numbers with a decimal point.",
            )
    return names, begin, line
