"""Run every benchmark and write benchmarks/table.md: ours against peers or a limit, A B A B, medians, one run.

`python -m benchmarks NAME …` runs only the rows of those files, and prints without writing. A peer that is not
installed in this environment is named as such; nothing is quoted from elsewhere.
"""

import importlib
import pkgutil
import platform
import statistics
import sys
from pathlib import Path

from . import rows
from .row import Cost, Row, cost

TABLE = Path(__file__).with_name("table.md")
HEAD = ["| work | asked | ours, CPU-s | MB | peer | peer, CPU-s | MB | ratio |", "|---|---|---|---|---|---|---|---|"]


def median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.seconds for c in costs), statistics.median(c.megabytes for c in costs))


def measured(row: Row) -> list[str]:
    """The lines of one row: one for each peer, or one."""
    peers = [(name, work) for name, work in row.peers if work]
    runs: list[list[Cost]] = [[] for _ in range(1 + len(peers))]
    for _ in range(row.repeats):
        for kept, work in zip(runs, (row.ours, *(work for _, work in peers)), strict=True):
            kept.append(cost(work))
    ours, *theirs = map(median, runs)
    start = f"| {row.what} | {row.target or '–'} | {ours.seconds:.3f} | {ours.megabytes:.0f} |"
    lines = [
        f"{start} {name} | {c.seconds:.3f} | {c.megabytes:.0f} | {c.seconds / max(ours.seconds, 1e-6):.2f} |"
        for (name, _), c in zip(peers, theirs, strict=True)
    ]
    lines += [f"{start} {why} | – | – | – |" for why, work in row.peers if not work]
    return lines or [f"{start} – | – | – | – |"]


def main(names: list[str]) -> int:
    ideas = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    lines = list(HEAD)
    for idea in names or ideas:
        for row in importlib.import_module(f"{rows.__name__}.{idea}").rows():
            for line in measured(row):
                lines.append(line)
                print(line, flush=True)
    where = (
        f"Python {platform.python_version()}, {platform.machine()}, medians of interleaved runs, each in a process of "
        "its own: CPU-seconds of all threads, peak resident memory. Ratio: peer / ours."
    )
    if not names:
        TABLE.write_text("\n".join([*lines, "", where, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
