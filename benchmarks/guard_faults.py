"""Faults against a guard, with figures: `python -m benchmarks.guard_faults [KILLS]`.

Threads and processes at once, SIGKILL in mid-write, requests sent again, a full disk, a clock that goes back. After each the
lone checker reads the ledger: lost is an act that was answered and is not there, unchained a line that fails it, wrong one
that was booked twice, beyond its quota, or for another agent.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from unittest import mock

from rulewright.errors import InputError
from rulewright.guard import Act, Charter, Guard
from rulewright.guard.charter import Agent, Audit, Permit, Price
from rulewright.verify import ledger as checker

AGENTS = tuple(f"agent{k}" for k in range(8))
CHARTER = Charter(
    name="load",
    agents=tuple(Agent(name, deposit=Fraction(10**9)) for name in AGENTS),
    permits=(Permit(("work",), when="units <= 5"), Permit(("rare",), quota=3)),
    prices=(Price("-units/3", ("work",)),),
    audits=(Audit("look", Fraction(1, 7), signal="flag", found=("up",), fine=Fraction(2)),),
)


@dataclass(frozen=True)
class Found:
    """What came of one fault."""

    fault: str
    injected: int
    answered: int
    lines: int
    lost: int
    unchained: int
    wrong: int
    seconds: float

    @property
    def clean(self) -> bool:
        return not (self.lost or self.unchained or self.wrong)


def judged(fault: str, path: Path, injected: int, answered: set[tuple[str, str]], start: float) -> Found:
    """Read the ledger with the lone checker, and compare it with the answers {(agent, key)} that were given."""
    seconds = time.perf_counter() - start
    lines = checker.lines(path)
    bad = [v for v in checker.check(path) if v.holds is False]
    booked = [(line.agent, line.key) for line in lines if line.key]
    rare: dict[str, int] = {}
    for line in lines:
        if line.kind == "act" and line.body["name"] == "rare":
            rare[line.agent] = rare.get(line.agent, 0) + 1
    strangers = [1 for agent, key in booked if not key.startswith(f"{agent}:")]
    wrong = len(booked) - len(set(booked)) + sum(max(0, n - 3) for n in rare.values()) + len(strangers)
    return Found(fault, injected, len(answered), len(lines), len(answered - set(booked)), len(bad), wrong, seconds)


def act(guard: Guard, agent: str, k: int) -> tuple[str, str]:
    """One act and its outcome, named by the caller."""
    key = f"{agent}:{k}"
    if k % 10 == 9:
        guard.before(Act(agent, "rare", {}, key), key=key)
    else:
        verdict = guard.before(Act(agent, "work", {"units": k % 6}, key), key=key)
        guard.after(verdict.act, {"flag": "up" if k % 3 else "down"}, key=f"{key}:after")
    return agent, key


def threads(folder: Path, each: int) -> Found:
    """Eight agents at once, and every request is sent a second time from another thread."""
    path, answered, start = folder / "threads", set(), time.perf_counter()
    guard = Guard.open(CHARTER, path)

    def run(agent: str) -> None:
        for k in range(each):
            answered.add(act(guard, agent, k))

    crowd = [threading.Thread(target=run, args=(agent,)) for agent in AGENTS for _ in range(2)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(120)
    guard.close(final=True)
    return judged("threads and replays", path, len(AGENTS) * each, answered, start)


def worker(path: str, agents: list[str], start: int, each: int) -> None:
    """In a process of its own: say each act once it was answered."""
    guard = Guard.open(CHARTER, path)
    for k in range(start, start + each):
        for agent in agents:
            act(guard, agent, k)
            os.write(1, f"{agent} {agent}:{k}\n".encode())
    guard.close()


def spawn(path: Path, agents: list[str], start: int, each: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.guard_faults",
        "worker",
        str(path),
        ",".join(agents),
        str(start),
        str(each),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def said(out: bytes) -> Iterator[tuple[str, str]]:
    for line in out.decode().splitlines(keepends=True):
        if line.endswith("\n"):
            agent, key = line.split()
            yield agent, key


def processes(folder: Path, count: int, each: int) -> Found:
    """Several processes on one ledger."""
    path, start = folder / "processes", time.perf_counter()
    Guard.open(CHARTER, path).close()
    crowd = [spawn(path, [AGENTS[k]], 0, each) for k in range(count)]
    answered = {one for process in crowd for one in said(process.communicate(timeout=120)[0])}
    return judged("processes", path, count, answered, start)


def kills(folder: Path, count: int, seed: int = 0) -> Found:
    """SIGKILL after a random while, again and again, on one ledger; the next process goes on where it was."""
    path, start, rng = folder / "kills", time.perf_counter(), random.Random(seed)
    answered: set[tuple[str, str]] = set()
    Guard.open(CHARTER, path).close()
    for k in range(count):
        process = spawn(
            path, list(AGENTS[:2]), 1000 * max(0, k - 1), 10**6
        )  # every other start sends old requests again
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        answered |= set(said(first + process.communicate(timeout=120)[0]))
    Guard.open(CHARTER, path).close(final=True)
    return judged("SIGKILL in mid-write", path, count, answered, start)


def full_disk(folder: Path, times: int) -> Found:
    """Files may grow no further (RLIMIT_FSIZE), in the middle of it; then there is room again."""
    path, answered, start, refused, k = folder / "full", set(), time.perf_counter(), 0, 0
    guard = Guard.open(CHARTER, path)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for _ in range(times):
        size = max(Path(f"{path}{end}").stat().st_size for end in ("", "-wal"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, hard))
        try:
            while True:
                k += 1
                answered.add(act(guard, AGENTS[0], k))
        except InputError:
            refused += 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        answered.add(act(guard, AGENTS[0], k))
    guard.close(final=True)
    return judged("full disk", path, refused, answered, start)


def clock_back(folder: Path, each: int) -> Found:
    """Every reading of the clock is before the last one."""
    path, answered, start = folder / "clock", set(), time.perf_counter()
    now = time.time_ns()
    with mock.patch("time.time_ns", side_effect=lambda: now - 10**9 * len(answered)):
        guard = Guard.open(CHARTER, path)
        for k in range(each):
            answered.add(act(guard, AGENTS[0], k))
        guard.close(final=True)
    return judged("clock going back", path, each, answered, start)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["worker"]:
        worker(arguments[1], arguments[2].split(","), int(arguments[3]), int(arguments[4]))
        return
    count = int(arguments[0]) if arguments else 100
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'fault':22}{'injected':>9}{'answered':>9}{'lines':>8}{'lost':>6}{'unchained':>10}{'wrong':>6}{'s':>7}")
        for found in (
            threads(folder, 10 * count),
            processes(folder, 4, 5 * count),
            kills(folder, count),
            full_disk(folder, count),
            clock_back(folder, 5 * count),
        ):
            figures = f"{found.injected:9,}{found.answered:9,}{found.lines:8,}{found.lost:6}{found.unchained:10}{found.wrong:6}"
            print(f"{found.fault:22}{figures}{found.seconds:7.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
