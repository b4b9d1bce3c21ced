"""Observed play from a CSV file: a column for each player who chooses, a row for each round or each thing seen.

    worker,worker.type,boss,count
    work,able,praise,12

A cell holds the label of an action; an empty one says that the player was not seen. `PLAYER.type` holds its type, and is needed
where it has several. `count` (or `weight`) says how often the row was seen, once if there is no such column.
"""

from __future__ import annotations

import csv
import difflib
import io
from pathlib import Path

from ...errors import InputError
from ...game.game import Game
from ...game.lower import core
from .observations import UNSEEN, Observations

LARGEST = 64 << 20  # bytes of a file of observed play
COUNTS = ("count", "weight")


def read(game: Game, path: str | Path) -> Observations:
    """Observed play of `game`. Raises InputError with the place, what was needed, what was found and what to do."""
    return parse(game, _text(Path(path)), str(path))


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise InputError(where=str(path), needed="a file of observed play (CSV)", found="a folder")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(where=str(path), needed="a file of observed play (CSV)", found="nothing there") from None
    except OSError as error:
        raise InputError(where=str(path), needed="a file that can be read", found=str(error.strerror)) from None
    if len(raw) > LARGEST:
        raise InputError(
            where=str(path),
            needed=f"a file of at most {LARGEST:,} bytes",
            found=f"{len(raw):,}",
            remedy="Put equal rows together, with their number in a column `count`.",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(where=f"{path}, line {line}", needed="text in UTF-8", found="bytes that are not") from None


def parse(game: Game, text: str, origin: str = "observed play") -> Observations:
    """Observed play from CSV text; `origin` is what messages call it."""
    inner = core(game.floats)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(where=f"{origin}, line {reader.line_num}", needed="a CSV file", found=str(error)) from None
    if len(lines) < 2:
        raise InputError(
            where=origin,
            needed=f"a first line with the names {', '.join(inner.players)}, and at least one row below it",
            found="no row" if lines else "nothing",
        )
    (first, header), rows = lines[0], lines[1:]
    place = _columns(game, inner, [name.strip() for name in header], f"{origin}, line {first}")
    acts, types, weights = [], [], []
    for line, row in rows:
        where = f"{origin}, line {line}"
        if len(row) != len(header):
            raise InputError(where=where, needed=f"{len(header)} columns, as in the first line", found=str(len(row)))
        cells = {name: row[k].strip() for name, k in place.items()}
        act, kind = zip(*(_seen(inner, i, cells, where) for i in range(inner.n)), strict=True)
        acts.append(act)
        types.append(kind)
        weights.append(
            _count({name: cells[name] for name in COUNTS if name in cells and name not in game.players}, where)
        )
    if not sum(weights):
        raise InputError(where=origin, needed="something seen at least once", found="counts that are all 0")
    return Observations.of(game, acts, types=types, weight=weights)


def _columns(game: Game, inner: Game, header: list[str], where: str) -> dict[str, int]:
    """{column: position}. Raises InputError for columns that are unknown, missing or there twice."""
    needed = list(inner.players)
    needed += [f"{p}.type" for p, kinds in zip(inner.players, inner.types, strict=True) if len(kinds) > 1]
    allowed = {*game.players, *(f"{p}.type" for p in game.players), *COUNTS}
    for k, name in enumerate(header):
        if name not in allowed:
            near = difflib.get_close_matches(name, sorted(allowed), n=1)
            apart = "Separate columns by commas." if ";" in name or "\t" in name else ""
            raise InputError(
                where=f"{where}, column {k + 1}",
                needed=f"one of {', '.join([*needed, 'count'])}",
                found=repr(name),
                remedy=apart or (f"Did you mean {near[0]!r}?" if near else ""),
            )
        if name in header[:k]:
            raise InputError(where=f"{where}, column {k + 1}", needed="each column once", found=f"{name!r} again")
    missing = [name for name in needed if name not in header]
    if missing:
        raise InputError(where=where, needed=f"a column {missing[0]!r}", found=", ".join(header))
    if all(name in header for name in COUNTS if name not in game.players) and not set(COUNTS) & set(game.players):
        raise InputError(where=where, needed="`count` or `weight`", found="both")
    return {name: k for k, name in enumerate(header)}


def _seen(inner: Game, i: int, cells: dict[str, str], where: str) -> tuple[int, int]:
    """(action, type) of one player in one row, as positions."""
    player = inner.players[i]
    label = cells[player]
    if not label:
        return UNSEEN, UNSEEN
    kind = cells.get(f"{player}.type") or (inner.types[i][0] if len(inner.types[i]) == 1 else "")
    found = []
    for text, labels, column in ((label, inner.actions[i], player), (kind, inner.types[i], f"{player}.type")):
        if text not in labels:
            near = difflib.get_close_matches(text, labels, n=1)
            shown = ", ".join(labels[:12]) + (", …" if len(labels) > 12 else "")
            raise InputError(
                where=f"{where}, column {column}",
                needed=f"one of {shown}",
                found=repr(text) if text else "nothing",
                remedy=f"Did you mean {near[0]!r}?" if near else "",
            )
        found.append(labels.index(text))
    return found[0], found[1]


def _count(cells: dict[str, str], where: str) -> int:
    for name in COUNTS:
        if name in cells:
            text = cells[name]
            if not (text.isascii() and text.isdigit() and len(text) < 16):
                raise InputError(
                    where=f"{where}, column {name}", needed="a whole number of at least 0", found=repr(text)
                )
            return int(text)
    return 1
