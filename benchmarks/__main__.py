"""Run every benchmark and write benchmarks/table.md: ours against peers or a limit, A B A B, medians, one run.

`python -m benchmarks NAME …` runs only the rows of those files, and prints without writing; with `--check` each is run
once, and the values of ours and the peers are compared. A peer that is not installed in this environment is named as
such; nothing is quoted from elsewhere.
"""

import importlib
import math
import os
import pkgutil
import platform
import statistics
import sys
from pathlib import Path

from . import rows
from .row import Cost, Row, cost

TABLE = Path(__file__).with_name("table.md")
HEAD = ["| work | asked | ours, CPU-s | MB | peer | peer, CPU-s | MB | ratio |", "|---|---|---|---|---|---|---|---|"]
CLOSE = 1e-6


def median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(c.seconds for c in costs),
        statistics.median(c.megabytes for c in costs),
        costs[-1].value,
        any(c.stopped for c in costs),
    )


def costs(row: Row, repeats: int) -> list[Cost]:
    """Of ours and of every peer that is there, in turn."""
    works = [(row.ours, None), *((work, row.limit) for _, work in row.peers if work)]
    runs: list[list[Cost]] = [[] for _ in works]
    for _ in range(repeats):
        for kept, (work, limit) in zip(runs, works, strict=True):
            kept.append(cost(work, limit))
    return [median(kept) for kept in runs]


def measured(row: Row, found: list[Cost]) -> list[str]:
    """The lines of one row: one for each peer, or one."""
    ours, *theirs = found
    start = f"| {row.what} | {row.target or '–'} | {figure(ours.seconds)} | {ours.megabytes:.0f} |"
    names = [name for name, work in row.peers if work]
    lines = [f"{start} {name} | {beside(ours, c)} |" for name, c in zip(names, theirs, strict=True)]
    lines += [f"{start} {why} | – | – | – |" for why, work in row.peers if not work]
    return lines or [f"{start} – | – | – | – |"]


def figure(seconds: float) -> str:
    """Three digits that mean something, without an exponent."""
    return f"{seconds:.{max(0, min(6, 2 - math.floor(math.log10(max(seconds, 1e-6)))))}f}"


def beside(ours: Cost, peer: Cost) -> str:
    """The peer's seconds, memory, and its time over ours."""
    sign, ratio = "> " if peer.stopped else "", peer.seconds / max(ours.seconds, 1e-6)
    seconds = f"{sign}{peer.seconds:.0f}" if peer.stopped else figure(peer.seconds)
    return f"{seconds} | {peer.megabytes:.0f} | {sign}{ratio:.2f}"


def checked(row: Row, found: list[Cost]) -> tuple[list[str], bool]:
    """What ours and each peer came to, and whether all that came to something came to the same."""
    names = ["ours", *(name for name, work in row.peers if work)]
    lines, agree = [f"{row.what}"], True
    for name, c in zip(names, found, strict=True):
        value = "stopped at the limit" if c.stopped else "–" if c.value is None else f"{c.value:.9f}"
        first, off = found[0].value, None
        if row.same and first is not None and c.value is not None:
            off = abs(c.value - first) / max(1.0, abs(first))
            agree &= off <= CLOSE
        lines.append(f"    {value:>20}  {name}" + ("" if off is None or name == "ours" else f"  (apart by {off:.1e})"))
    if not agree:
        lines.append("    NOT THE SAME")
    return lines, agree


def main(arguments: list[str]) -> int:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # CPU-seconds count all threads, those that only wait too
    check, names = "--check" in arguments, [a for a in arguments if a != "--check"]
    ideas = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    importlib.import_module("highspy").Highs()  # nobody pays for importing
    lines, agree = list(HEAD), True
    for idea in names or ideas:
        for row in importlib.import_module(f"{rows.__name__}.{idea}").rows():
            found = costs(row, 1 if check else row.repeats)
            said, same = checked(row, found) if check else (measured(row, found), True)
            agree &= same
            lines += said
            print("\n".join(said), flush=True)
    where = (
        f"Python {platform.python_version()}, {platform.machine()}, medians of interleaved runs, each in a process of "
        "its own: CPU-seconds of all threads, peak resident memory. Ratio: peer / ours."
    )
    if not names and not check:
        TABLE.write_text("\n".join([*lines, "", where, ""]), encoding="utf-8")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
