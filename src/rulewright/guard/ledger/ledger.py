"""A ledger: numbered lines in SQLite, each chained to the one before it; append-only, durable, one writer at a time.

Durable means: the write-ahead log has reached the disk (`synchronous=FULL`) before `write` returns. Threads that write at
the same time share one such wait (group commit, after DeWitt et al. 1984, SIGMOD 14): the first takes along whoever stands
in the queue. Processes take turns by a lock on a file beside the ledger, which the system lets go when its holder dies.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from typing import Any, Protocol

from ...errors import InputError
from .chain import START, canonical, link, seal

try:
    import fcntl
except ImportError:  # Windows: SQLite's own lock is enough, only less fair
    fcntl = None  # type: ignore[assignment]

KEY = "RULEWRIGHT_LEDGER_KEY"
"""Environment variable with the key of the seals; lines are not sealed without it."""
PATIENCE = 60.0
"""Seconds to wait for another writer."""
SALT = 16
"""Random bytes in each line: without them who sees hashes of lines that are not its own could guess what stands there."""
MANY = 1 << 62
"""More lines than there are."""
MOST = 512
"""Requests that one commit takes along."""
_SCHEMA = """
CREATE TABLE entries(
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, agent TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
    body TEXT NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL);
CREATE UNIQUE INDEX once ON entries(agent, key) WHERE key <> '';
CREATE TRIGGER no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'a ledger is append-only'); END;
CREATE TRIGGER in_order BEFORE INSERT ON entries
    WHEN NEW.number <> (SELECT coalesce(max(number), -1) + 1 FROM entries)
    BEGIN SELECT RAISE(ABORT, 'lines are numbered in order'); END;
PRAGMA user_version = 1;
"""
_INSERT = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT number, kind, agent, key, at, body, hash FROM entries"


@dataclass(frozen=True)
class Entry:
    """One line."""

    number: int
    kind: str
    agent: str
    body: Mapping[str, Any]
    at: int
    """Microseconds of the host's clock; nothing is decided by it."""
    hash: str
    key: str = ""
    """The caller's name of the request that wrote it."""


@dataclass(frozen=True)
class Head:
    """The last line: who keeps a head sees later whether lines before it were changed or cut off."""

    number: int
    hash: str


class Follower(Protocol):
    """What is kept in memory of a ledger: worked out from its lines, and from nothing else."""

    def forget(self) -> None:
        """Back to the state before the first line."""

    def take(self, entry: Entry) -> None:
        """One line more."""


@dataclass
class _Ticket:
    work: Callable[[], Any]
    done: bool = False
    result: Any = None
    error: BaseException | None = field(default=None)


class _Nothing:
    def forget(self) -> None:
        pass

    def take(self, entry: Entry) -> None:
        pass


class Ledger:
    """Open with `Ledger(path)`; made if it is not there. `follower` sees every line, of this process and of others."""

    def __init__(self, path: Path | str, follower: Follower | None = None, *, key: bytes | None = None) -> None:
        self.path = Path(path)
        self.follower: Follower = follower or _Nothing()
        self._key = key or os.environ.get(KEY, "").encode() or None
        self._head = Head(-1, START)
        self._pid = os.getpid()
        self._door, self._pen, self._eye = threading.Lock(), threading.Lock(), threading.Lock()
        self._queue: list[_Ticket] = []
        self._closed = False
        try:
            self._lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            with self._turn():
                self._writer = self._connect()
                if self._writer.execute("PRAGMA user_version").fetchone()[0] == 0:
                    self._writer.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
                self._catch_up()
            self._reader = self._connect()
        except (OSError, sqlite3.Error) as error:
            raise self._wrong(error) from None

    def _wrong(self, error: BaseException) -> InputError:
        return InputError(where=str(self.path), needed="a ledger that can be written", found=str(error))

    def _connect(self) -> sqlite3.Connection:
        found = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        found.execute("PRAGMA journal_mode=WAL")
        found.execute("PRAGMA synchronous=FULL")
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    def head(self) -> Head:
        """The last line's number and hash; Head(-1, "0" * 64) if there is none."""
        with self._eye:
            row = self._reader.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        return Head(*row) if row else Head(-1, START)

    def entries(self, start: int = 0, limit: int = -1) -> Iterator[Entry]:
        """Lines from number `start` on, at most `limit` of them."""
        if not (0 <= start < MANY and -1 <= limit < MANY):
            raise InputError(where=str(self.path), needed="numbers of lines", found=f"{start}, {limit}")
        with self._eye:
            rows = self._reader.execute(
                f"{_SELECT} WHERE number >= ? ORDER BY number LIMIT ?", (start, limit)
            ).fetchall()
        return map(_entry, rows)

    def known(self, agent: str, key: str) -> Entry | None:
        """The line that this agent's request of this name wrote; None if there is none. Inside `write` only.

        Raises InputError for names that are no text: SQLite would write them otherwise than they are hashed.
        """
        for name in (agent, key):
            if not isinstance(name, str) or not name.isascii() and _halved(name):
                raise InputError(where="request", needed="an agent and a key in Unicode text", found=repr(name)[:80])
        if not key:
            return None
        row = self._writer.execute(f"{_SELECT} WHERE agent = ? AND key = ? AND key <> ''", (agent, key)).fetchone()
        return _entry(row) if row else None

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, work: Callable[[], Any]) -> Any:
        """Run `work`, which calls `book`, alone in the whole ledger; what it booked is on disk when this returns.

        All of its lines are written, or, where it raises, none. Raises what it raises; InputError where the disk refuses.
        """
        self._check()
        ticket = _Ticket(work)
        with self._door:
            self._queue.append(ticket)
        with self._pen:
            while not ticket.done:
                with self._door:
                    batch, self._queue = self._queue[:MOST], self._queue[MOST:]
                if not batch:  # whoever had taken this request along was interrupted before it began
                    raise self._wrong(InterruptedError("a write that was broken off"))
                self._commit(batch)
        if ticket.error is not None:
            raise ticket.error
        return ticket.result

    def _check(self) -> None:
        if self._closed:
            raise InputError(where=str(self.path), needed="an open ledger", found="one that was closed")
        if os.getpid() != self._pid:
            raise InputError(
                where=str(self.path),
                needed="a ledger opened by this process",
                found="one opened before a fork",
                remedy="Open the guard anew in each process: they share the file.",
            )

    def book(self, kind: str, agent: str, body: Mapping[str, Any], *, key: str = "") -> Entry:
        """Append one line; inside `write` only."""
        number, at = self._head.number + 1, time.time_ns() // 1000
        spelt = canonical({**body, "salt": os.urandom(SALT).hex()})
        hash_ = link(number, kind, agent, key, at, spelt, self._head.hash)
        self._writer.execute(_INSERT, (number, kind, agent, key, at, spelt, hash_, seal(hash_, self._key)))
        entry = Entry(number, kind, agent, loads(spelt), at, hash_, key)
        self._head = Head(number, hash_)
        self.follower.take(entry)
        return entry

    def _commit(self, batch: list[_Ticket]) -> None:
        """One transaction for the batch. If one of them fails half-way, it is dropped and the others are done again."""
        while batch:
            spoilt: _Ticket | None = None
            try:
                with self._turn():
                    self._writer.execute("BEGIN IMMEDIATE")
                    try:
                        self._catch_up()
                        for ticket in batch:
                            ticket.error, before = None, self._head
                            try:
                                ticket.result = ticket.work()
                            except sqlite3.Error:
                                raise
                            except BaseException as error:  # the caller's, and raised to it
                                ticket.error = error
                                if self._head != before:
                                    spoilt = ticket
                                    break
                        self._writer.execute("ROLLBACK" if spoilt else "COMMIT")
                    except BaseException:
                        self._undo()
                        raise
                    if spoilt:
                        self._restart()
            except (sqlite3.Error, OSError) as error:
                for ticket in batch:
                    ticket.error, ticket.done = self._wrong(error), True
                return
            except BaseException as error:  # an interrupt, a line that cannot be read: nobody else may wait for ever
                for ticket in batch:
                    ticket.error, ticket.done = self._wrong(error), True
                raise
            if spoilt is None:
                for ticket in batch:
                    ticket.done = True
                return
            spoilt.done = True
            batch = [ticket for ticket in batch if ticket is not spoilt]

    def _undo(self) -> None:
        with suppress(sqlite3.Error):
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        self._restart()

    def _restart(self) -> None:
        """Forget what was in memory: it may be of lines that were never written."""
        self._head = Head(-1, START)
        self.follower.forget()

    def _catch_up(self) -> None:
        """Take the lines that other processes have written."""
        for row in self._writer.execute(f"{_SELECT} WHERE number > ? ORDER BY number", (self._head.number,)):
            entry = _entry(row)
            self.follower.take(entry)
            self._head = Head(entry.number, entry.hash)

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
        with self._pen, self._eye:
            if not self._closed and os.getpid() == self._pid:
                self._closed = True
                self._reader.close()
                self._writer.close()
                os.close(self._lock)


def _halved(text: str) -> bool:
    """Whether half of a surrogate pair is in a text."""
    return any("\ud800" <= c <= "\udfff" for c in text)


def _entry(row: tuple[Any, ...]) -> Entry:
    number, kind, agent, key, at, body, hash_ = row
    return Entry(number, kind, agent, loads(body), at, hash_, key)
