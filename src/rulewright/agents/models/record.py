"""Questions and their answers on disk: one SQLite file (write-ahead log), many processes at once, nothing lost when one is killed.

An answer is on disk (synchronous = FULL) before it is handed on. Whoever asks a provider first puts a claim on the question;
others wait for the answer as long as the claim holds: until `LEASE` seconds have passed, or its process is dead (told on the same
machine by its number). No key of a provider is in a request, so none is in here.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..request import Message, Reply, Request, Usage

LEASE = 900.0
"""Seconds."""
VERSION = 1
TABLES = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, request TEXT NOT NULL, reply TEXT NOT NULL, seconds REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (
    key TEXT PRIMARY KEY, machine TEXT NOT NULL, process INTEGER NOT NULL, holder TEXT NOT NULL, until REAL NOT NULL
) WITHOUT ROWID;
"""


def request_of(data: dict[str, Any]) -> Request:
    """The request whose `as_data` this is."""
    return Request(**{**data, "messages": tuple(Message(**one) for one in data["messages"])})


OPEN: set[str] = set()
"""Holders of claims in this process."""


def alive(process: int, holder: str) -> bool:
    """Whether who holds a claim on this machine still runs; a number that was used again is told by the holder."""
    if process == os.getpid():
        return holder in OPEN
    if os.name == "nt":
        return True  # there a signal 0 is no question
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Record:
    """An open file of questions and answers; `with` closes it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._machine = hashlib.sha256(platform.node().encode()).hexdigest()[:16]
        self._holder = secrets.token_hex(8)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self.path, timeout=60.0, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as found:
            raise self._wrong(found) from None
        try:
            (version,) = self._file.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise sqlite3.DatabaseError(f"version {version}")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = FULL")
            self._file.executescript(f"BEGIN IMMEDIATE;{TABLES}PRAGMA user_version = {VERSION};COMMIT;")
        except sqlite3.Error as found:
            self._file.close()
            raise self._wrong(found) from None
        OPEN.add(self._holder)

    def _wrong(self, found: Exception) -> InputError:
        outside = isinstance(
            found, (sqlite3.OperationalError, OSError)
        )  # a full disk, say: the answers in it are paid for
        return InputError(
            where=str(self.path),
            needed=f"a record of replies (SQLite, version {VERSION}) that can be read and written",
            found=str(found),
            remedy="Is there room on the disk, and may it be written? What it holds is kept: the same command goes on."
            if outside
            else "Name another file, or delete this one if nothing in it is of worth.",
        )

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        OPEN.discard(self._holder)
        with self._lock:
            self._file.close()

    def _do(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._file.execute(statement, values).fetchall()
            except sqlite3.Error as found:
                raise self._wrong(found) from None

    def find(self, key: str) -> Reply | None:
        """The answer, marked as recorded."""
        rows = self._do("SELECT reply FROM replies WHERE key = ?", (key,))
        return self._reply(rows[0][0]) if rows else None

    def _reply(self, text: str) -> Reply:
        try:
            data = json.loads(text)
            return Reply(**{**data, "usage": Usage(**data["usage"]), "recorded": True})
        except (ValueError, TypeError, KeyError) as found:
            raise self._wrong(found) from None

    def claim(self, key: str) -> bool:
        """Whether the question is ours to ask now."""
        now = time.time()
        if not self._free(key, now):  # a look without a lock: others may look as well
            return False
        with self._lock:
            self._do("PRAGMA synchronous = NORMAL")  # a claim need not outlive a power cut
            self._do("BEGIN IMMEDIATE")
            try:
                if not self._free(key, now):
                    return False
                self._do(
                    "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?)",
                    (key, self._machine, os.getpid(), self._holder, now + LEASE),
                )
                return True
            finally:
                self._do("COMMIT")
                self._do("PRAGMA synchronous = FULL")

    def _free(self, key: str, now: float) -> bool:
        """Whether nobody else holds a claim that counts."""
        rows = self._do("SELECT machine, process, holder, until FROM claims WHERE key = ?", (key,))
        if not rows:
            return True
        machine, process, holder, until = rows[0]
        runs = machine != self._machine or alive(process, holder)
        return not (runs and holder != self._holder and until > now)

    def release(self, key: str) -> None:
        """The question is free again, without an answer."""
        self._do("DELETE FROM claims WHERE key = ? AND holder = ?", (key, self._holder))

    def put(self, key: str, model: str, request: Request, reply: Reply, seconds: float) -> None:
        """On disk when this returns; the claim is gone with the same transaction."""
        asked = json.dumps(request.as_data(), sort_keys=True, ensure_ascii=False)
        said = {name: value for name, value in asdict(reply).items() if name != "recorded"}
        row = (key, model, asked, json.dumps(said, sort_keys=True, ensure_ascii=False), seconds)
        with self._lock:
            self._do("BEGIN IMMEDIATE")
            try:
                self._do("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?)", row)
                self._do("DELETE FROM claims WHERE key = ?", (key,))
            finally:
                self._do("COMMIT")

    def __len__(self) -> int:
        return int(self._do("SELECT count(*) FROM replies")[0][0])

    def __contains__(self, key: str) -> bool:
        return bool(self._do("SELECT 1 FROM replies WHERE key = ?", (key,)))

    def rows(self, model: str | None = None) -> Iterator[tuple[Request, Reply, float]]:
        """Every question with its answer and the seconds that it took, in the order of keys; of one model only, if named."""
        found = self._do(
            "SELECT request, reply, seconds FROM replies WHERE ?1 IS NULL OR model = ?1 ORDER BY key", (model,)
        )
        for asked, said, seconds in found:
            try:
                request = request_of(json.loads(asked))
            except (ValueError, TypeError, KeyError) as wrong:
                raise self._wrong(wrong) from None
            yield request, self._reply(said), seconds

    def usage(self, model: str | None = None) -> Usage:
        """What all that is in here has cost, in tokens."""
        return sum((reply.usage for _, reply, _ in self.rows(model)), Usage())
