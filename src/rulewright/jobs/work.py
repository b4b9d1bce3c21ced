"""What a worker does with a chunk of jobs: text in, text out, and every failure is told instead of raised."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from ..user_code import TooSlow, limited
from . import plain
from .job import Job

PINNED = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    *("BLIS_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"),
)
"""One thread for each worker: the processors are shared by the workers, and sums are added in one order everywhere."""
MOST_STACK = 8_000  # characters
HERE = f"{platform.node()}:{os.getpid()}"
listeners: list[Callable[[int], None]] = []  # told how many jobs of the chunk are done


@dataclass(frozen=True)
class Done:
    """One job of a chunk, as its worker tells it."""

    result: str | None
    error: str
    again: bool
    """Whether it may do better elsewhere: no memory, no disk."""
    seconds: float


def pins() -> dict[str, str]:
    """The environment of a worker: pinned threads, unless its owner has set them."""
    return {name: os.environ.get(name, "1") for name in PINNED}


def packed(jobs: Sequence[Job], limit: float | None, folders: Sequence[str]) -> str:
    """The text of a chunk."""
    return json.dumps([[[j.function, j.arguments, j.seeded, j.version] for j in jobs], limit, list(folders)])


def chunk(text: str) -> str:
    """Do the jobs of a chunk, one after another: [worker, [[result, error, again, seconds] per job]] as text."""
    jobs, limit, folders = json.loads(text)
    answers = []
    with _importable(folders):
        for k, fields in enumerate(jobs):
            found = one(Job(*fields), limit)
            answers.append([found.result, found.error, found.again, found.seconds])
            for told in listeners:
                told(k + 1)
    return json.dumps([f"{platform.node()}:{os.getpid()}", answers])


def unpacked(text: str) -> tuple[str, list[Done]]:
    worker, answers = json.loads(text)
    return worker, [Done(*answer) for answer in answers]


def one(job: Job, limit: float | None = None) -> Done:
    """Do one job, within `limit` seconds of the clock."""
    start = time.perf_counter()
    try:
        with nullcontext() if limit is None else limited(limit):
            result = plain.text(job(), f"the result of {job.function}")
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except TooSlow:
        return Done(None, f"it took longer than the limit of {limit:g} seconds", False, time.perf_counter() - start)
    except BaseException as error:  # SystemExit too: a job must not end its worker
        again = isinstance(error, MemoryError | OSError)
        return Done(None, _stack(error), again, time.perf_counter() - start)
    return Done(result, "", False, time.perf_counter() - start)


def _stack(error: BaseException) -> str:
    """The last of the stack, without the frames of this room."""
    try:
        said = "".join(traceback.format_exception(error))
    except Exception:  # the error's own __str__
        said = f"{type(error).__name__}, which cannot be shown"
    return said if len(said) <= MOST_STACK else f"…{said[-MOST_STACK:]}"


@contextmanager
def _importable(folders: Sequence[str]) -> Iterator[None]:
    """Folders that can be imported from as long as the chunk takes."""
    new = [folder for folder in folders if folder not in sys.path]
    sys.path.extend(new)
    try:
        yield
    finally:
        for folder in new:
            if folder in sys.path:
                sys.path.remove(folder)
