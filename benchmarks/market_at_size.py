"""Least squares on a market of AIs at the size that was asked for: 10^6 rows × 1,000 AIs within 8 GiB. Minutes, and 8 GB of disk.

`python -m benchmarks.market_at_size FOLDER [--peers SECONDS] [ROWSxAIS …]` makes the tables in FOLDER (or uses those that lie
there), runs every work in a process of its own, and prints lines for benchmarks/market_at_size.md. Peers run only with --peers,
and are stopped after so many CPU-seconds; they hold the table in memory, twice.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIZES = ((100_000, 300), (200_000, 500), (1_000_000, 1000))
STEP = 20_000


def table(folder: Path, n: int, k: int) -> Path:
    """AIs are mixes of twelve views and noise; people a mix of half of the AIs, calibrated, and noise; all within [0, 1]."""
    path = folder / f"market_{n}_{k}.npy"
    if path.exists():
        return path
    rng = np.random.default_rng(0)
    whole = np.lib.format.open_memmap(path, mode="w+", dtype=float, shape=(n, k + 1))
    mix = rng.dirichlet(np.full(12, 0.3), size=k).T
    weights = np.maximum(rng.normal(size=k), 0)
    weights /= weights.sum()
    for a in range(0, n, STEP):
        rows = min(STEP, n - a)
        ais = np.clip(rng.random((rows, 12)) @ mix + 0.15 * rng.normal(size=(rows, k)), 0, 1)
        whole[a : a + rows, :k] = ais
        whole[a : a + rows, k] = np.clip(0.1 + 0.8 * ais @ weights + 0.1 * rng.normal(size=rows), 0, 1)
    whole.flush()
    return path


def held(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """(ais, people) as a peer wants them, read in pieces."""
    source = np.load(path, mmap_mode="r")
    n, k = source.shape[0], source.shape[1] - 1
    ais, people = np.empty((n, k)), np.empty(n)
    for a in range(0, n, STEP):
        ais[a : a + STEP], people[a : a + STEP] = source[a : a + STEP, :k], source[a : a + STEP, k]
    return ais, people


def cone_through_zero(path: Path, k: int) -> Callable[[], np.ndarray]:
    from rulewright.competition.market.fit import fit

    return lambda: fit(path, "cone through zero", people=k).weights


def cone(path: Path, k: int) -> Callable[[], np.ndarray]:
    from rulewright.competition.market.fit import fit

    return lambda: fit(path, "cone", people=k).weights


def everything(path: Path, k: int) -> Callable[[], np.ndarray]:
    from rulewright.competition.market.fit import compare

    return lambda: compare(path, people=k)["cone"].fit.weights


def scipy(path: Path, k: int) -> Callable[[], np.ndarray]:
    from scipy.optimize import nnls

    ais, people = held(path)
    return lambda: nnls(ais, people, maxiter=10 * k)[0]


def sklearn(path: Path, k: int) -> Callable[[], np.ndarray]:
    from sklearn.linear_model import LinearRegression

    ais, people = held(path)
    return lambda: LinearRegression(positive=True, copy_X=False).fit(ais, people).coef_


OURS = (("nonnegative weights", cone_through_zero), ("with an offset", cone), ("nine kinds, five folds", everything))
PEERS = (("SciPy nnls", scipy, 0), ("scikit-learn positive=True", sklearn, 1))


def child(prepare: Callable, path: Path, k: int, cap: int | None, pipe: object) -> None:
    work = prepare(path, k)
    if cap is not None:
        limit = cap + int(time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    wall, cpu = time.perf_counter(), time.process_time()
    weights = work()
    spent = time.perf_counter() - wall, time.process_time() - cpu
    pipe.send((*spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, weights))


def run(prepare: Callable, path: Path, k: int, cap: int | None = None) -> tuple | None:
    """(wall seconds, CPU-seconds, peak GiB, weights), or None where it was stopped."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=child, args=(prepare, path, k, cap, there))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        process.join()


def main(arguments: list[str]) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # CPU-seconds count threads that only wait, too
    cap = int(arguments.pop(arguments.index("--peers") + 1)) if "--peers" in arguments else None
    folder, *asked = [a for a in arguments if a != "--peers"]
    for n, k in [tuple(map(int, a.split("x"))) for a in asked] or SIZES:
        path, found = table(Path(folder), n, k), []
        for name, prepare in OURS:
            wall, cpu, peak, weights = run(prepare, path, k)
            found.append((cpu, weights))
            print(f"| {n:,} × {k:,} | ours, {name} | {wall:.1f} | {cpu:.1f} | {peak:.2f} | – | – |", flush=True)
        for name, prepare, m in PEERS if cap is not None else ():
            done = run(prepare, path, k, cap)
            if done is None:
                print(f"| {n:,} × {k:,} | {name} | – | > {cap} | – | > {cap / found[m][0]:.0f} | – |", flush=True)
                continue
            wall, cpu, peak, weights = done
            off = np.abs(weights - found[m][1]).max()
            line = f"| {n:,} × {k:,} | {name} | {wall:.1f} | {cpu:.1f} | {peak:.2f} | {cpu / found[m][0]:.0f} | {off:.0e} |"
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
