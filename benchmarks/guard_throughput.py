"""How many acts a second a guard books durably, beside the disk's own limit: `python -m benchmarks.guard_throughput [ACTS]`.

Wall-clock seconds, since a durable write is a wait. The limit is SQLite's own insert with `synchronous=FULL`, one transaction
for each line: what a ledger without chain, rules and guard would do.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rulewright.guard import Act, Charter, Guard
from rulewright.guard.charter import Agent, Permit

AGENTS = tuple(f"agent{k}" for k in range(16))
CHARTER = Charter(name="load", agents=tuple(map(Agent, AGENTS)), permits=(Permit(("work",)),))
BODY = '{"arguments":{"units":3},"label":"work","name":"work","owed":"0","reason":"","session":"","uses":[]}'


def plain(path: Path, acts: int) -> None:
    """SQLite alone: one insert, one commit."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE entries(number INTEGER PRIMARY KEY, body TEXT)")
    for _ in range(acts):
        db.execute("INSERT INTO entries(body) VALUES (?)", (BODY,))
    db.close()


def guarded(path: Path, acts: int, threads: int = 1) -> None:
    """`Guard.before`, from one thread or many."""
    guard = Guard.open(CHARTER, path)
    spread(lambda k: lambda: guard.before(Act(AGENTS[k % 16], "work", {"units": 3})), acts, threads)
    guard.close()


def spread(make: Callable[[int], Callable[[], object]], acts: int, threads: int) -> None:
    def run(k: int) -> None:
        one = make(k)
        for _ in range(acts // threads):
            one()

    crowd = [threading.Thread(target=run, args=(k,)) for k in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A service on a free port, in a thread."""
    import uvicorn

    from rulewright.extras.web import Bearer, Tokens
    from rulewright.extras.web.limits import Limits
    from rulewright.extras.web.service import service

    guard = Guard.open(CHARTER, path)
    tokens = Tokens.of((name, Bearer(name)) for name in AGENTS)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            service(guard, tokens, limits=Limits(1e6, 10**6)), port=port, log_level="error", access_log=False
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        guard.close()


def over_http(url: str, acts: int, threads: int) -> None:
    from rulewright.extras.web import GuardClient

    def make(k: int) -> Callable[[], object]:
        client = GuardClient(url, AGENTS[k % 16])
        return lambda: client.before(Act(AGENTS[k % 16], "work", {"units": 3}))

    spread(make, acts, threads)


def rate(work: Callable[[Path], None], acts: int, repeats: int = 3) -> float:
    """Acts a second: the median of some runs."""
    found = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(dir=os.environ.get("GUARD_DISK")) as name:
            start = time.perf_counter()
            work(Path(name) / "ledger")
            found.append(acts / (time.perf_counter() - start))
    return statistics.median(found)


def main(arguments: list[str]) -> None:
    acts = int(arguments[0]) if arguments else 3200
    limit = rate(lambda path: plain(path, acts), acts)
    print(f"SQLite alone, one commit a line        {limit:8,.0f} /s")
    for threads in (1, 4, 16, 64):
        found = rate(lambda path, threads=threads: guarded(path, acts, threads), acts)  # type: ignore[misc]
        print(
            f"guard, {threads:2} threads                      {found:8,.0f} /s   {found / limit:5.2f} of SQLite alone"
        )
    for threads in (1, 16):
        with tempfile.TemporaryDirectory() as name, served(Path(name) / "ledger") as url:
            start = time.perf_counter()
            over_http(url, acts // 4, threads)
            found = acts // 4 / (time.perf_counter() - start)
        print(
            f"guard over HTTP, {threads:2} clients            {found:8,.0f} /s   {found / limit:5.2f} of SQLite alone"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
