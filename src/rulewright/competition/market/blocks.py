"""Rows in blocks, from wherever they are: arrays, files of arrays, frames, tables. Nothing is held but one block.

A source knows its columns (one of them the people, the others AIs) and yields (values[r, c], cases[r] or None) in the order of
its rows, as often as it is asked. `of` finds the source for a thing; reading.py makes those of CSV files.
"""

from __future__ import annotations

import mmap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError, MissingExtra
from ...numerics import rational
from ...numerics.rational import Array
from .columns import Columns, position
from .table import Table

LEAST, BLOCK = 4 << 20, 64 << 20  # bytes of one block: in a cache where columns are few, never much memory
DEEP = 16  # rows per column from which a product of blocks costs more than adding it up
MOST = 1 << 16  # rows

Block = tuple[Array, Array | None]


class Source(ABC):
    """Rows of numbers, in blocks, as often as they are asked for."""

    origin: str
    """What messages call it."""
    columns: tuple[str, ...]
    """Names, the people's among them."""
    people: int
    """Which column is the people's."""
    count: int | None = None
    """Number of rows, where it is known before reading."""
    has_cases: bool = False

    @abstractmethod
    def raw(self, start: int, rows: int) -> Iterator[Block]:
        """Blocks of at most `rows` rows from row `start` on; a block may be overwritten when the next is asked for."""

    @property
    def identity(self) -> str:
        """What tells these rows from others, for sums that are kept in a file."""
        return f"{self.origin}, {self.count} rows"

    @property
    def expected(self) -> int | None:
        """Number of rows, or a guess at it: for progress."""
        return self.count

    @property
    def names(self) -> tuple[str, ...]:
        """Of the AIs."""
        return self.columns[: self.people] + self.columns[self.people + 1 :]

    def blocks(self, start: int = 0) -> Iterator[Block]:
        """`raw` in blocks of a good size, checked. Raises InputError with row and column for NaN and infinity."""
        width = len(self.columns)
        rows = max(256, min(MOST, max(LEAST // (8 * width), min(DEEP * width, BLOCK // (8 * width)))))
        done = start
        for values, cases in self.raw(start, rows):
            if not finite(values):
                self._refuse(values, done)
            done += len(values)
            yield values, cases

    def _refuse(self, values: Array, done: int) -> None:
        wrong = np.argwhere(~np.isfinite(values))
        if not len(wrong):
            raise InputError(where=self.origin, needed="numbers whose sums are finite", found="numbers near 10^308")
        r, c = map(int, wrong[0])
        raise InputError(
            where=f"{self.origin}, {self.place(done + r)}, column {self.columns[c]!r}",
            needed="a finite number in every cell",
            found="nothing, or NaN" if np.isnan(values[r, c]) else "infinity",
            remedy="Leave out the rows with gaps, or fill them in first.",
        )

    def place(self, row: int) -> str:
        """What a message calls row 0 …"""
        return f"row {row + 1}"

    def labels(self, rows: Sequence[int]) -> tuple[list[str], list[str]]:
        """(what these rows are called, the names of their cases: none where there are none or they have no names)."""
        return [self.place(int(r)) for r in rows], []


class Arrays(Source):
    """values[r, c] that lie in memory, or in a memory-mapped file; or people[r] and ais[r, i] apart (a `Table`)."""

    def __init__(
        self,
        parts: Sequence[Array],
        columns: Sequence[str],
        people: int,
        *,
        cases: Array | None = None,
        origin: str = "table",
    ) -> None:
        self.parts = [part if part.ndim == 2 else part[:, None] for part in parts]
        self.columns, self.people, self.origin = tuple(columns), people, origin
        self.count, self.cases, self.has_cases = len(self.parts[0]), cases, cases is not None

    def raw(self, start: int, rows: int) -> Iterator[Block]:
        for at in range(start, self.count or 0, rows):
            pieces = [rational.floats(part[at : at + rows]) for part in self.parts]
            values = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)
            yield np.asarray(values), None if self.cases is None else self.cases[at : at + rows]
            for part in self.parts:
                _let_go(part)


class ArrayFile(Source):
    """A .npy file of [rows, columns], read piece by piece: its pages never count as this process's memory."""

    def __init__(self, path: Path, columns: Sequence[str] | None, people: str | int | None) -> None:
        self.path, self.origin = path, str(path)
        self.shape, self.fortran, self.dtype, self.offset = _npy_header(path)
        named = tuple(columns) if columns is not None else tuple(f"column {c + 1}" for c in range(self.shape[1]))
        self.columns, self.people = named, position(named, people, self.origin)
        self.count = self.shape[0]

    @property
    def identity(self) -> str:
        about = self.path.stat()
        return f"{self.path.name}, {about.st_size} bytes, changed at {about.st_mtime_ns}"

    def raw(self, start: int, rows: int) -> Iterator[Block]:
        if self.fortran:
            table = np.load(self.path, mmap_mode="r")
            yield from Arrays([table], self.columns, self.people, origin=self.origin).raw(start, rows)
            return
        width = self.shape[1]
        buffer = np.empty((rows, width), dtype=self.dtype)
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.offset + start * width * self.dtype.itemsize)
            for at in range(start, self.shape[0], rows):
                piece = buffer[: min(rows, self.shape[0] - at)]
                _fill(file, piece, self.origin)
                yield np.asarray(piece, dtype=np.float64), None


class Frame(Source):
    """Columns of a polars or pandas frame, an Arrow table, or a lazy polars query (Parquet and Arrow files)."""

    def __init__(self, frame: Any, columns: Columns, count: int, *, origin: str, stamp: str = "") -> None:
        self.frame, self.roles, self.count, self.origin, self.stamp = frame, columns, count, origin, stamp
        self.columns, self.people, self.has_cases = columns.numeric, columns.people, columns.case is not None

    @property
    def identity(self) -> str:
        return self.stamp or super().identity

    def raw(self, start: int, rows: int) -> Iterator[Block]:
        numbers = _Numbers()
        size, width = self.count or 0, len(self.columns)
        for at in range(0 if self.has_cases else start, size, rows):
            piece = window(self.frame, at, min(rows, size - at), self.roles.read)
            values = np.empty((min(rows, size - at), width))
            for c, name in enumerate(self.columns):
                values[:, c] = numeric(piece, name, self.origin)
            cases = numbers(map(str, column(piece, self.roles.case))) if self.roles.case is not None else None
            if at + len(values) > start:
                skip = max(0, start - at)
                yield values[skip:], None if cases is None else cases[skip:]

    def labels(self, rows: Sequence[int]) -> tuple[list[str], list[str]]:
        pieces = [window(self.frame, int(r), 1, self.roles.read) for r in rows]
        items, cases = (
            [str(column(piece, name)[0]) for piece in pieces] if name else []
            for name in (self.roles.item, self.roles.case)
        )
        return items or super().labels(rows)[0], cases


class _Numbers:
    """Labels as whole numbers 0 … in the order in which they first come."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}

    def __call__(self, labels: Any) -> Array:
        first = self.first
        return np.array([first.setdefault(label, len(first)) for label in labels], dtype=np.int64)


def of(
    thing: Any,
    people: str | int | None = None,
    *,
    names: Sequence[str] | None = None,
    case: str | None = None,
    item: str | None = None,
    ais: Sequence[str] | None = None,
) -> Source:
    """The source for a thing: a Source, a Table, an array [rows, columns], the path of a .npy, .parquet, .arrow or CSV file, or
    a frame of polars, pandas or Arrow. `people` names (or numbers, from 0) the people's column where that is not known;
    `names` the columns of an array. Raises InputError, and MissingExtra for Parquet and Arrow files without [frames].
    """
    if isinstance(thing, Source):
        return thing
    if isinstance(thing, Table):
        return Arrays([thing.ais, thing.people], (*thing.names, "people"), thing.k, cases=thing.cases)
    if isinstance(thing, (str, Path)):
        path = Path(thing)
        make = FILES.get(path.suffix.lower())
        if make is not None:
            return make(path, people, names, Asked(case, item, ais))
        from .reading import rows  # a CSV file has its own reader, which knows lines

        return rows(path, people, case=case, item=item, ais=ais)
    if column_names(thing) is not None:
        return frame(thing, people, Asked(case, item, ais))
    if not (case is None and item is None and ais is None):
        raise InputError(where="table", needed="columns with names, for case, item and AIs", found=type(thing).__name__)
    try:
        return _array(np.asarray(thing), people, names)
    except (TypeError, ValueError):
        raise InputError(where="table", needed="an array, a frame or a path", found=type(thing).__name__) from None


class Asked:
    """Which columns a caller named."""

    def __init__(self, case: str | None = None, item: str | None = None, ais: Sequence[str] | None = None) -> None:
        self.case, self.item, self.ais = case, item, ais


def _array(table: Array, people: str | int | None, names: Sequence[str] | None) -> Source:
    if table.ndim != 2 or table.shape[1] < 2 or not len(table) or table.dtype.kind not in "fiubO":
        raise InputError(
            where="table",
            needed="an array of rows × columns of numbers: the people's and at least one AI's",
            found=f"shape {table.shape} of {table.dtype}",
        )
    columns = tuple(names) if names is not None else tuple(f"column {c + 1}" for c in range(table.shape[1]))
    if len(columns) != table.shape[1]:
        raise InputError(where="names of columns", needed=str(table.shape[1]), found=str(len(columns)))
    return Arrays([table], columns, position(columns, people, "table"))


def frame(thing: Any, people: str | int | None, asked: Asked, *, origin: str = "", stamp: str = "") -> Frame:
    """The source of a frame (columns by name; rows by `iloc` or `slice`), with the roles of its columns decided."""
    named = column_names(thing)
    where = origin or f"{type(thing).__module__.split('.')[0]} {type(thing).__name__}"
    if named is None:
        raise InputError(where=where, needed="a frame with columns", found=type(thing).__name__)
    size = _size(thing)
    first = window(thing, 0, min(size, 1000), named)
    plain = [name for name in named if column(first, name).dtype.kind in "fiub" or _numbers_in(column(first, name))]
    roles = Columns.of(named, set(plain), people, case=asked.case, item=asked.item, ais=asked.ais, where=where)
    return Frame(thing, roles, size, origin=where, stamp=stamp)


def column_names(thing: Any) -> tuple[str, ...] | None:
    """Of a frame; None for what has no named columns."""
    if hasattr(thing, "collect_schema"):
        return tuple(thing.collect_schema().names())  # lazy polars: `columns` would warn
    for name in ("column_names", "columns"):  # an Arrow table's `columns` are the columns themselves
        found = getattr(thing, name, None)
        if found is not None and not callable(found):
            return tuple(map(str, found))
    return None


def window(thing: Any, start: int, rows: int, columns: Sequence[str]) -> Any:
    """Some rows of a frame."""
    if hasattr(thing, "iloc"):
        return thing.iloc[start : start + rows]
    if hasattr(thing, "collect"):
        return thing.select(list(columns)).slice(start, rows).collect()
    return thing.slice(start, rows)


def column(piece: Any, name: str) -> Array:
    """One column of a window as an array of whatever it holds."""
    return np.asarray(piece[name])


def numeric(piece: Any, name: str, where: str) -> Array:
    found = column(piece, name)
    if found.dtype.kind in "fiub":
        return found
    try:
        return np.array([np.nan if x is None else float(x) for x in found])
    except (TypeError, ValueError) as error:
        raise InputError(where=f"{where}, column {name!r}", needed="numbers", found=str(error)) from None


def _numbers_in(values: Array) -> bool:
    """Whether a column of objects holds numbers (and gaps): pandas' nullable columns, Decimals."""
    present = [x for x in values if x is not None]
    return bool(present) and not any(isinstance(x, (str, bytes)) or not hasattr(x, "__float__") for x in present)


def _size(thing: Any) -> int:
    if hasattr(thing, "collect") and hasattr(thing, "collect_schema"):
        import polars

        return int(thing.select(polars.len()).collect().item())
    return int(thing.num_rows) if hasattr(thing, "num_rows") else len(thing)


def _npy(path: Path, people: str | int | None, names: Sequence[str] | None, asked: Asked) -> Source:
    if asked.case is not None or asked.item is not None or asked.ais is not None:
        raise InputError(
            where=str(path), needed="no --case, --item or --ais with a file of numbers alone", found="one of them"
        )
    return ArrayFile(path, names, people)


def _polars(scan: str) -> Callable[[Path, str | int | None, Sequence[str] | None, Asked], Source]:
    def make(path: Path, people: str | int | None, names: Sequence[str] | None, asked: Asked) -> Source:
        present(path)
        try:
            import polars
        except ImportError:
            raise MissingExtra(
                where=str(path),
                needed="polars, to read Parquet and Arrow files",
                found="it is not installed",
                remedy='Run: pip install "rulewright[frames]", or write the table as CSV.',
            ) from None
        about = path.stat()
        stamp = f"{path.name}, {about.st_size} bytes, changed at {about.st_mtime_ns}"
        try:
            return frame(getattr(polars, scan)(path), people, asked, origin=str(path), stamp=stamp)
        except (OSError, polars.exceptions.PolarsError) as error:
            raise InputError(where=str(path), needed=f"a file that polars reads ({scan})", found=str(error)) from None

    return make


FILES = {
    ".npy": _npy,
    ".parquet": _polars("scan_parquet"),
    ".arrow": _polars("scan_ipc"),
    ".feather": _polars("scan_ipc"),
}
"""What reads files of each ending; any other is read as CSV."""


def finite(values: Array) -> bool:
    """Whether every number is, and their sum: one pass without a temporary."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


def present(path: Path) -> None:
    """Raises InputError where there is no such file."""
    if path.is_dir():
        raise InputError(where=str(path), needed="a file with a table of utilities", found="a folder")
    if not path.exists():
        raise InputError(where=str(path), needed="a file with a table of utilities", found="nothing there")


def _npy_header(path: Path) -> tuple[tuple[int, int], bool, np.dtype[Any], int]:
    present(path)
    try:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, fortran, dtype = reader(file)
            offset = file.tell()
    except (OSError, ValueError) as error:
        raise InputError(where=str(path), needed="a .npy file", found=str(error)) from None
    if len(shape) != 2 or shape[1] < 2 or not shape[0] or dtype.kind not in "fiub":
        raise InputError(
            where=str(path),
            needed="rows × columns of numbers: the people's and at least one AI's",
            found=f"shape {shape} of {dtype}",
        )
    return (shape[0], shape[1]), fortran, dtype, offset


def _fill(file: Any, piece: Array, origin: str) -> None:
    view = memoryview(piece.reshape(-1).view(np.uint8).data)
    while len(view):
        got = file.readinto(view)
        if not got:
            raise InputError(where=origin, needed="as many numbers as its header says", found="an end before them")
        view = view[got:]


def _let_go(part: Array) -> None:
    """Pages of a read-only memory map that were read need not stay in this process; the system keeps them as it likes."""
    base = part.base
    if isinstance(part, np.memmap) and part.mode == "r" and isinstance(base, mmap.mmap) and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)
