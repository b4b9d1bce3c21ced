"""The guard, beside SQLite alone, in CPU-seconds; acts a second of the wall clock: `python -m benchmarks.guard_throughput`."""

import tempfile
from pathlib import Path

from rulewright.guard import Guard
from rulewright.verify import ledger as checker

from ..guard_throughput import CHARTER, guarded, plain
from ..row import Ready, Row, Work

ACTS = 1000


def rows() -> list[Row]:
    return [
        Row(
            f"guard: {ACTS:,} acts booked durably, chained",
            lambda: inside(lambda path: guarded(path, ACTS)),
            (("SQLite alone, one commit a line", lambda: inside(lambda path: plain(path, ACTS))),),
            repeats=3,
        ),
        Row(
            f"guard: {ACTS:,} acts of 16 threads, group commit",
            lambda: inside(lambda path: guarded(path, ACTS, 16)),
            (("SQLite alone, one commit a line", lambda: inside(lambda path: plain(path, ACTS))),),
            repeats=3,
        ),
        Row(f"guard: a ledger of {ACTS:,} lines opened again", Ready(lambda: reopened()), repeats=3),
        Row(f"guard: a ledger of {ACTS:,} lines checked", Ready(lambda: checked()), repeats=3),
    ]


def inside(work: Work) -> None:
    with tempfile.TemporaryDirectory() as name:
        work(Path(name) / "ledger")  # type: ignore[call-arg]


def written() -> Path:
    path = Path(tempfile.mkdtemp()) / "ledger"
    guarded(path, ACTS, 8)
    return path


def reopened() -> Work:
    path = written()
    return lambda: Guard.open(CHARTER, path).close()


def checked() -> Work:
    path = written()
    return lambda: sum(v.holds is True for v in checker.check(path))
