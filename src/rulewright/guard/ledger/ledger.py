"""A ledger: numbered lines in SQLite, each chained to the one before it; append-only, durable, one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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


@dataclass(frozen=True)
class Head:
    """The last line: who keeps a head sees later whether lines before it were changed or cut off."""

    number: int
    hash: str


class Ledger:
    """Open with `Ledger(path)`; made if it is not there."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def head(self) -> Head:
        """The last line's number and hash; Head(-1, "0" * 64) if there is none."""
        raise NotImplementedError

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Lines from number `start` on."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file; nothing is lost without it."""
