"""What handing out costs the driver: empty jobs through one worker, beside the standard pool. CPU-seconds of the driver alone."""

import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from math import floor

from rulewright.jobs import Job, Local, run

from ..row import Ready, Row, Work

JOBS = 20_000
ALONE = 2_000


def rows() -> list[Row]:
    return [
        Row(
            f"{JOBS:,} empty jobs, one process here",
            Ready(ours),
            (("ProcessPoolExecutor, map in chunks of 1,000", Ready(mapped)),),
            target="< 50 µs a job",
            repeats=3,
        ),
        Row("the same, each result in the store of the run", Ready(stored), repeats=3),
        Row(
            f"{ALONE:,} empty jobs, one at a time",
            Ready(one_by_one),
            (("ProcessPoolExecutor, submit", Ready(submitted)),),
            repeats=3,
        ),
        Row(f"{JOBS:,} empty jobs, in this process (what a worker does for each)", Ready(inline), repeats=3),
    ]


def empty(count: int) -> list[Job]:
    return [Job.of("time:time_ns", version=str(k)) for k in range(count)]


def started() -> Local:
    executor = Local(1)
    run(empty(10), on=executor)
    return executor


def ours() -> Work:
    executor, jobs = started(), empty(JOBS)
    return lambda: len(run(jobs, on=executor))


def stored() -> Work:
    executor, jobs = started(), empty(JOBS)

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            return len(run(jobs, on=executor, store=folder))

    return work


def one_by_one() -> Work:
    executor, jobs = started(), empty(ALONE)
    return lambda: len(run(jobs, on=executor, chunk=1))


def inline() -> Work:
    jobs = empty(JOBS)
    return lambda: len(run(jobs, on="inline"))


def _pool() -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    pool.submit(floor, 0.5).result()
    return pool


def mapped() -> Work:
    pool = _pool()
    return lambda: len(list(pool.map(floor, range(JOBS), chunksize=1000)))


def submitted() -> Work:
    pool = _pool()
    return lambda: len([f.result() for f in [pool.submit(floor, k) for k in range(ALONE)]])
