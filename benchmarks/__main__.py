"""Run every benchmark and write benchmarks/table.md: ours against a peer or a limit, A B A B, medians, one run.

A peer that is not installed in this environment is named as such; nothing is quoted from elsewhere.
"""

import importlib.util
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import rulewright as rw
from rulewright.behaviour import nash, quantal
from rulewright.behaviour.correlated import polytope
from rulewright.game.lower import core

REPEATS = 5
TABLE = Path(__file__).with_name("table.md")


@dataclass(frozen=True)
class Row:
    what: str
    ours: Callable[[], object]
    peer: str
    theirs: Callable[[], object] | None


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def rows() -> list[Row]:
    found = []
    for n in (5, 8, 10, 12):
        a, b = np.random.default_rng(n).random((2, n, n))
        peer, theirs = nashpy_all(a, b) if n <= 5 else ("nashpy not run at this size", None)
        found.append(Row(f"all Nash equilibria, random {n}×{n}", lambda a=a, b=b: nash.extreme(a, b), peer, theirs))
    for actions in ((20, 20), (5, 5, 5, 5)):
        game = rw.Goal.total().on(rw.sample(actions, seed=1)).floats
        solved = ready(game)
        found.append(
            Row(
                f"best correlated equilibrium, {'×'.join(map(str, actions))}, building included",
                lambda g=game: (lambda p: p[0].solve(g.goal.ravel(), maximise=True))(polytope(core(g))),
                "bare HiGHS on the finished matrix",
                solved,
            )
        )
    dilemma = rw.Goal.total().on(rw.library.travelers_dilemma(51)).floats
    found.append(
        Row("logit path to λ = 1, traveler's dilemma with 50 claims", lambda: quantal.path(dilemma, 1.0), "–", None)
    )
    found.append(Row("`assess service_quality`", lambda: rw.assess("service_quality"), "–", None))
    return found


def ready(game: rw.Game) -> Callable[[], object]:
    programme = polytope(core(game))[0]
    return lambda: programme.solve(game.goal.ravel(), maximise=True)


def nashpy_all(a: np.ndarray, b: np.ndarray) -> tuple[str, Callable[[], object] | None]:
    if importlib.util.find_spec("nashpy") is None:
        return "nashpy (not installed here)", None
    import nashpy

    return "nashpy vertex enumeration", lambda: list(nashpy.Game(a, b).vertex_enumeration())


def main() -> int:
    lines = ["| work | ours, CPU-s | peer | peer, CPU-s | ratio |", "|---|---|---|---|---|"]
    for row in rows():
        row.ours()  # warm: imports and first solves are not what is compared
        pairs = [(seconds(row.ours), seconds(row.theirs) if row.theirs else None) for _ in range(REPEATS)]
        ours = statistics.median(p[0] for p in pairs)
        theirs = statistics.median(p[1] for p in pairs) if row.theirs else None
        said = (f"{theirs:.4f}", f"{ours / theirs:.2f}") if theirs else ("–", "–")
        lines.append(f"| {row.what} | {ours:.4f} | {row.peer} | {said[0]} | {said[1]} |")
        print(lines[-1], flush=True)
    where = (
        f"Python {platform.python_version()}, {platform.machine()}, median of {REPEATS} interleaved runs, CPU-seconds."
    )
    TABLE.write_text("\n".join([*lines, "", where, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
