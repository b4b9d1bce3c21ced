"""The store of a run: one folder with an index (SQLite) and results in parts (Parquet), however many jobs there are.

    index.sqlite   jobs: key, function, arguments, state, attempts, seconds, worker, ended, error, part; results not yet in a part
    parts/         part-00001.parquet …: key, result; of `PART` rows each
    driver.sqlite  held open by the one driver that writes

What is recorded is there after kill −9: the index is in write-ahead mode, one transaction per chunk. A part is written beside its
place, moved there, and only then entered; what a crash left behind unentered is removed. Without pyarrow all results stay in the
index. Only the driver writes; the folder belongs on a disk of the driver's machine (write-ahead mode does not work over a network
disk).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..errors import InputError
from .job import Job, imported
from .outcome import Outcome

FORMAT = 1
INDEX, LOCK, PARTS = "index.sqlite", "driver.sqlite", "parts"
PART = 50_000  # results
WIDE = 64 << 20  # characters of results, after which a part is made of fewer
LEAST = 1_000  # results that are worth a part of their own
REMEMBERED = 4  # parts
COLUMNS = "key, function, arguments, seeded, version, state, attempts, seconds, worker, ended, error, part"
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
  key TEXT PRIMARY KEY, function TEXT NOT NULL, arguments TEXT NOT NULL, seeded INTEGER NOT NULL, version TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0, seconds REAL, worker TEXT, ended REAL, error TEXT,
  part INTEGER);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, result TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (part INTEGER PRIMARY KEY, rows INTEGER NOT NULL);
"""


class Store:
    """A folder as the store of a run; a new one is made where there is none. `write=False` looks at one, even while it is written.

    Raises InputError for a folder that cannot be used, that is no store, or that another driver writes now.
    """

    def __init__(self, folder: Path | str, *, write: bool = True) -> None:
        self.folder, self.writes = Path(folder), write
        self._parts: OrderedDict[int, dict[str, str]] = OrderedDict()
        self._lock: sqlite3.Connection | None = None
        self._loose, self._wide = 0, 0  # results since the last part, and their characters
        if not write and not (self.folder / INDEX).is_file():
            raise InputError(where=str(self.folder), needed="the store of a run", found=f"no {INDEX} in it")
        try:
            if write:
                (self.folder / PARTS).mkdir(parents=True, exist_ok=True)
                self._hold()
            where = f"file:{_quoted(self.folder / INDEX)}?mode={'rwc' if write else 'ro'}"
            self.index = sqlite3.connect(where, uri=True, isolation_level=None, timeout=30.0, check_same_thread=False)
            if write:
                self.index.execute("PRAGMA journal_mode=WAL")
                self.index.execute("PRAGMA synchronous=NORMAL")
                self.index.executescript(SCHEMA)
                self.index.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (str(FORMAT),))
            (found,) = self.index.execute("SELECT value FROM meta WHERE name = 'format'").fetchone() or ("none",)
        except (OSError, sqlite3.Error) as error:
            self.close()
            raise InputError(
                where=f"the store {self.folder}", needed="a folder that can be used", found=str(error)
            ) from None
        if found != str(FORMAT):
            self.close()
            raise InputError(where=f"the store {self.folder}", needed=f"format {FORMAT}", found=f"format {found}")
        if write:
            self._tidy()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hold(self) -> None:
        """One driver at a time: an exclusive transaction that ends with the process, however it ends."""
        self._lock = sqlite3.connect(self.folder / LOCK, isolation_level=None, timeout=0.0, check_same_thread=False)
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise InputError(
                where=f"the store {self.folder}",
                needed="one driver at a time",
                found="another one that writes it now",
                remedy="Wait for it, or take another folder.",
            ) from None

    def _tidy(self) -> None:
        entered = {self._path(part).name for (part,) in self.index.execute("SELECT part FROM parts")}
        for path in (self.folder / PARTS).iterdir():
            if path.name not in entered:
                path.unlink()

    def enter(self, jobs: Sequence[Job]) -> dict[str, Outcome]:
        """Make the jobs known; those that are done already, by key. Failed ones are not: they are tried again."""
        rows = [(j.key, j.function, j.arguments, j.seeded, j.version) for j in jobs]
        said = "INSERT OR IGNORE INTO jobs (key, function, arguments, seeded, version) VALUES (?, ?, ?, ?, ?)"
        with self._all_or_nothing():
            new = self.index.executemany(said, rows).rowcount
        if new == len(rows):
            return {}
        return self.found(j.key for j in jobs)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """What came of jobs, in one transaction: there for good when this returns."""
        now = time.time()
        rows = [
            ("done" if o.done else "failed", o.attempts, o.seconds, o.worker, now, o.error or None, o.job.key)
            for o in outcomes
        ]
        said = "UPDATE jobs SET state = ?, attempts = attempts + ?, seconds = ?, worker = ?, ended = ?, error = ? WHERE key = ?"
        with self._all_or_nothing():
            self.index.executemany(said, rows)
            self.index.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?)", [(o.job.key, o.result) for o in outcomes if o.done]
            )
        self._loose += len(rows)
        self._wide += sum(len(o.result or "") for o in outcomes)
        if self._loose >= PART or self._wide >= WIDE:
            self.compact(join=False)

    def found(self, keys: Iterable[str] | None = None) -> dict[str, Outcome]:
        """Outcomes of jobs that are done, by key; of all if None."""
        wanted = None if keys is None else list(keys)
        rows: list[tuple[Any, ...]] = []
        said = f"SELECT {COLUMNS}, result FROM jobs LEFT JOIN results USING (key) WHERE state = 'done'"
        if wanted is None:
            rows = self.index.execute(said).fetchall()
        else:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                rows += self.index.execute(f"{said} AND key IN ({','.join('?' * len(some))})", some)
        return {row[0]: self._outcome(row) for row in rows}

    def _outcome(self, row: tuple[Any, ...]) -> Outcome:
        key, function, arguments, seeded, version, _, attempts, seconds, worker, _, _, part, result = row
        if result is None:
            result = self._part(part)[key]
        job = Job(function, arguments, bool(seeded), version)
        return Outcome(job, result, "", attempts, seconds, worker, kept=True)

    def __iter__(self) -> Iterator[Outcome]:
        """Everything that is done or failed, in order of keys."""
        last = ""
        said = f"SELECT {COLUMNS}, result FROM jobs LEFT JOIN results USING (key) WHERE key > ? AND state IN ('done', 'failed')"
        while rows := self.index.execute(f"{said} ORDER BY key LIMIT 1000", (last,)).fetchall():
            for row in rows:
                if row[5] == "done":
                    yield self._outcome(row)
                else:
                    job = Job(row[1], row[2], bool(row[3]), row[4])
                    yield Outcome(job, None, row[10], row[6], row[7], row[8], kept=True)
            last = rows[-1][0]

    def counts(self) -> dict[str, int]:
        """{state: jobs}; the states are waiting, done and failed."""
        return dict(self.index.execute("SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state"))

    def query(self, sql: str) -> Any:
        """Ask it by SQL (DuckDB, extra `store`), with views jobs and results: a `rulewright.extras.store.Rows`."""
        return imported("rulewright.extras.store:query")(self, sql)

    def compact(self, least: int = 1, *, join: bool = True) -> int:
        """Move results out of the index into parts, if there are `least` of them and pyarrow is there; how many were moved.

        Small parts of before are joined with them, if `join`. Done by itself now and then, and at the end.
        """
        self._loose = self._wide = 0
        (loose,) = self.index.execute("SELECT count(*) FROM results").fetchone()
        if not loose or loose < least or find_spec("pyarrow") is None:
            return 0
        parts = self.index.execute("SELECT part, rows FROM parts").fetchall() if join else []
        small = [p for p, rows in parts if rows < PART // 2 and self._path(p).stat().st_size < WIDE // 16]
        (last,) = self.index.execute("SELECT coalesce(max(part), 0) FROM parts").fetchone()
        rows = [row for part in small for row in self._part(part).items()]
        rows += self.index.execute("SELECT key, result FROM results").fetchall()
        new = {last + 1 + k: rows[start : start + PART] for k, start in enumerate(range(0, len(rows), PART))}
        for part, some in new.items():
            draft = self._path(part).with_suffix(".writing")
            imported("rulewright.extras.store:write")(draft, *zip(*some, strict=True))
            os.replace(draft, self._path(part))
        with self._all_or_nothing():
            for part, some in new.items():
                self.index.execute("INSERT INTO parts VALUES (?, ?)", (part, len(some)))
                self.index.executemany("UPDATE jobs SET part = ? WHERE key = ?", [(part, key) for key, _ in some])
            self.index.executemany("DELETE FROM parts WHERE part = ?", [(part,) for part in small])
            self.index.execute("DELETE FROM results")
        for part in small:
            self._path(part).unlink(missing_ok=True)
            self._parts.pop(part, None)
        return loose

    def paths(self) -> list[Path]:
        """The files of the parts."""
        return [self._path(part) for (part,) in self.index.execute("SELECT part FROM parts ORDER BY part")]

    def close(self) -> None:
        """End with it; what is many enough goes into parts."""
        index, self_lock = getattr(self, "index", None), self._lock
        if index is not None and self.writes:
            try:
                self.compact(LEAST)
                index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except (sqlite3.Error, OSError, InputError):  # what is not in a part is in the index
                pass
        for connection in (index, self_lock):
            if connection is not None:
                connection.close()
        self._lock = None
        if hasattr(self, "index"):
            del self.index

    def _path(self, part: int) -> Path:
        return self.folder / PARTS / f"part-{part:05d}.parquet"

    def _part(self, part: int) -> dict[str, str]:
        if part not in self._parts:
            try:
                self._parts[part] = dict(zip(*imported("rulewright.extras.store:read")(self._path(part)), strict=True))
            except OSError as error:
                raise InputError(
                    where=str(self._path(part)), needed="the part that the index names", found=str(error)
                ) from None
            while len(self._parts) > REMEMBERED:
                self._parts.popitem(last=False)
        return self._parts[part]

    def _all_or_nothing(self) -> _Transaction:
        return _Transaction(self.index)


class _Transaction:
    def __init__(self, index: sqlite3.Connection) -> None:
        self.index = index

    def __enter__(self) -> None:
        self.index.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.index.execute("COMMIT" if kind is None else "ROLLBACK")


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
