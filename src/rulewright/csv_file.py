"""Rows of a CSV file that a user brings: text in UTF-8 with a first line of names, and the line on which each row begins.

What a row means is the reader's business; that a file can be read, that names differ, and that rows are as long as the first
is told here, with the place.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

from .errors import InputError

LARGEST = 2 << 30


@dataclass(frozen=True)
class Rows:
    """At least one, of cells as they are written."""

    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    """Where each row begins; the first line of the file is 1."""


def text(path: Path, largest: int = LARGEST) -> str:
    """A text file of at most so many bytes, unpacked if its name ends in .gz. Raises InputError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError(where=str(path), needed="a table that can be read", found=found) from None
    if len(raw) > largest:
        raise InputError(where=str(path), needed=f"at most {largest:,} bytes", found=f"{len(raw):,}")
    try:
        raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(where=f"{path}, line {line}", needed="text in UTF-8", found="bytes that are not") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(where=str(path), needed="a file packed by gzip", found=str(error)) from None


def parse(content: str, origin: str) -> Rows:
    """Of text; empty lines are passed over. Raises InputError."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            if any(row):
                rows.append(row)
                lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        raise InputError(where=f"{origin}, line {before + 1}", needed="a CSV file", found=str(error)) from None
    if len(rows) < 2:
        raise InputError(where=origin, needed="a first line with names and a row below it", found=f"{len(rows)} lines")
    names = tuple(name.strip() for name in rows[0])
    twice = next((n for k, n in enumerate(names) if n in names[:k]), None)
    if twice is not None:
        raise InputError(
            where=f"{origin}, line {lines[0]}", needed="names that are all different", found=f"{twice!r} twice"
        )
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(names):
            needed = f"{len(names)} columns, as in the first line"
            raise InputError(where=f"{origin}, line {line}", needed=needed, found=str(len(row)))
    return Rows(names, rows[1:], lines[1:])
