"""Tables of labels from files: CSV (also gzipped) or Parquet, columns by name, every mistake with its line and column.

Labels are kept as they are written; each distinct one is read once, so that 10⁶ rows are read in seconds.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ... import csv_file
from ...errors import InputError, MissingExtra
from ...numerics.rational import Array

YES = ("yes", "true", "1", "1.0", "support", "agree", "approve", "granted")
NO = ("no", "false", "0", "0.0", "oppose", "disagree", "refuse", "refused")
DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of text."""

    origin: str
    names: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: Sequence[int]
    """On which line each row stands (its number, where the file has no lines)."""
    word: str = "line"

    @property
    def rows(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """Raises InputError with the nearest name."""
        if name not in self.names:
            near = difflib.get_close_matches(name, self.names, n=1)
            raise InputError(
                where=f"{self.origin}, {self.word} 1",
                needed=f"a column {name!r}",
                found=", ".join(self.names[:12]) + (", …" if len(self.names) > 12 else ""),
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        return self.columns[self.names.index(name)]

    def read(self, name: str, meaning: Callable[[str], float], needed: str, *, empty: bool = False) -> Array:
        """The column as numbers; `meaning` raises ValueError for what is none. Empty cells are NaN where `empty` allows them."""
        cells = self.column(name)
        known: dict[str, float] = {}
        for text in dict.fromkeys(cells):
            said = text.strip()
            try:
                if not said and not empty:
                    raise ValueError
                known[text] = float("nan") if not said else meaning(said)
            except (ValueError, ZeroDivisionError, OverflowError):
                line = self.lines[cells.index(text)]
                found = repr(said) if said else "an empty cell"
                where = f"{self.origin}, {self.word} {line}, column {name!r}"
                raise InputError(where=where, needed=needed, found=found) from None
        return np.fromiter((known[text] for text in cells), dtype=float, count=len(cells))

    def labels(self, name: str) -> list[str]:
        """The column as labels, none of them empty. Raises InputError with the line."""
        cells = [c.strip() for c in self.column(name)]
        if "" in cells:
            where = f"{self.origin}, {self.word} {self.lines[cells.index('')]}, column {name!r}"
            raise InputError(where=where, needed="a label", found="an empty cell")
        return cells


def read(path: Path) -> Table:
    """The table at a path. Raises InputError, or MissingExtra for Parquet without [frames]."""
    if path.is_dir() or not path.exists():
        found = "a folder" if path.is_dir() else "nothing there"
        raise InputError(where=str(path), needed="a file with a table", found=found)
    if path.stat().st_size > csv_file.LARGEST:
        raise InputError(
            where=str(path), needed=f"a file of at most {csv_file.LARGEST:,} bytes", found=f"{path.stat().st_size:,}"
        )
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(path)
    return parse(csv_file.text(path), str(path))


def parse(content: str, origin: str) -> Table:
    """CSV text with a first line of names. Raises InputError."""
    found = csv_file.parse(content, origin)
    return Table(origin, found.names, tuple(map(list, zip(*found.rows, strict=True))), found.lines)


def _parquet(path: Path) -> Table:
    try:
        import polars
    except ImportError:
        raise MissingExtra(
            where=str(path),
            needed="polars, to read Parquet files",
            found="it is not installed",
            remedy='Run: pip install "rulewright[frames]", or write the table as CSV.',
        ) from None
    try:
        frame: Any = polars.read_parquet(path)
    except (OSError, polars.exceptions.PolarsError) as error:
        raise InputError(where=str(path), needed="a Parquet file", found=str(error)) from None
    columns = tuple(["" if v is None else str(v) for v in frame[name].to_list()] for name in frame.columns)
    return Table(str(path), tuple(frame.columns), columns, range(1, len(frame) + 1), "row")


def date(said: str) -> float:
    """Days since 1970: of a date or a time in ISO form; a plain number is itself. Raises ValueError."""
    try:
        days = float(said)
    except ValueError:
        return datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp() / DAY
    if not np.isfinite(days):
        raise ValueError
    return days


def truth(said: str) -> float:
    """1 for yes, 0 for no. Raises ValueError."""
    low = said.lower()
    if low in YES or low in NO:
        return float(low in YES)
    raise ValueError


def finite(said: str) -> float:
    """A number. Raises ValueError."""
    try:
        value = float(Fraction(said)) if "/" in said else float(said)
    except ArithmeticError:  # a division by 0, or more than floats hold
        raise ValueError from None
    if not np.isfinite(value):
        raise ValueError
    return value
