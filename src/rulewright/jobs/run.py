"""The driver: hands jobs out in chunks, keeps what comes back, gives lost work to another worker, and tells how far it is.

Any executor will do, and the results do not depend on it: a job is pure and its seed is its own. At most `MOST` chunks are out at a
time, and jobs are taken from their iterable as they are needed, so that a million of them need no memory. A chunk takes about as
long as the executor's `aim` says: its size is that divided by the mean time of a job so far, and grows fourfold at most at a time.
"""

from __future__ import annotations

import itertools
import queue
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError, Unsolved
from . import work
from .job import Job
from .local import processors
from .outcome import Lost, Outcome, Progress, Worker
from .places import opened
from .store import Store

MOST = 20_000  # chunks that are out at a time: one for each of 10⁴ workers, and one that waits for it
LARGEST = 4_096  # jobs of a chunk
WIDEST = 1 << 20  # characters of arguments of a chunk
AHEAD = 3  # chunks for each worker: one that it does, two that wait for it
AIM = 0.25  # seconds of a chunk, where the executor does not say
READ = 500  # jobs taken from the iterable at a time
BEAT = 1.0  # seconds between two words about the progress
GRACE = 30.0  # seconds after a limit, before the worker that does not keep it is killed
Place = str | Executor | Callable[[], Executor]
Tell = Callable[[Progress], None]


def run(jobs: Iterable[Job], **options: Any) -> tuple[Outcome, ...]:
    """All jobs, with what came of them in the order of the jobs. Options and errors as of `each`."""
    asked = list(jobs)
    found = {o.job.key: o for o in each(asked, **options)}
    return tuple(found[job.key] for job in asked)


def each(
    jobs: Iterable[Job],
    *,
    on: Place = "local",
    store: Store | Path | str | None = None,
    tell: Tell | None = None,
    attempts: int = 3,
    limit: float | None = None,
    chunk: int | None = None,
    folders: Sequence[str] = (),
) -> Generator[Outcome, None, None]:
    """What came of each job, as it comes. A job that is there twice is done, and told, once.

    on: "inline", "local", "local:4", "ray", "ray://host:port", "slurm:…" (see `places`), an executor, or a function that makes one.
    store: what is finished there is not done again, and what is finished now is there before it is told. attempts: how often a job
    may lose its worker before it is reported as failed; one that raises is reported at once, unless it lacked memory or disk.
    limit: seconds of the clock for one job. chunk: jobs handed out together; chosen by the time they take if None. folders: more
    places to import functions from, the same on all machines. Raises InputError, MissingExtra, and Unsolved where a given executor
    breaks (the store then has what was finished, and the same call goes on).
    """
    for name, value, least in (("attempts", attempts, 1), ("limit", limit, 1e-3), ("chunk", chunk, 1)):
        if value is not None and not (value >= least and value < float("inf")):
            raise InputError(where=name, needed=f"at least {least}", found=str(value))
    with ExitStack() as stack:
        if isinstance(store, str | Path):
            store = stack.enter_context(Store(store))
        driver = _Driver(jobs, on, store, tell, attempts, limit, chunk, list(folders))
        stack.callback(driver.close)
        yield from driver.outcomes()


@dataclass
class _Task:
    job: Job
    tries: int = 0


@dataclass
class _Out:
    """A chunk that is out."""

    tasks: list[_Task]
    running_since: float | None = None


@dataclass
class _Heard:
    done: int = 0
    seconds: float = 0.0
    at: float = field(default_factory=time.monotonic)


class _Driver:
    def __init__(
        self,
        jobs: Iterable[Job],
        on: Place,
        store: Store | None,
        tell: Tell | None,
        attempts: int,
        limit: float | None,
        chunk: int | None,
        folders: list[str],
    ) -> None:
        self.total = len(jobs) if isinstance(jobs, Sequence) else None
        self.source, self.store, self.tell = iter(jobs), store, tell
        self.attempts, self.limit, self.chunk, self.folders = attempts, limit, chunk, folders
        self.on, self.executor = on, on if isinstance(on, Executor) else self._open(on)
        self.fresh: deque[_Task] = deque()
        self.again: deque[_Task] = deque()
        self.finished: deque[Outcome] = deque()
        self.out: dict[Future[str], _Out] = {}
        self.answered: queue.SimpleQueue[Future[str]] = queue.SimpleQueue()
        self.seen: set[bytes] = set()
        self.workers: dict[str, _Heard] = {}
        self.size, self.mean, self.opened = 1, 0.0, 1
        self.done = self.failed = self.kept = 0
        self.began = self.spoke = time.monotonic()

    @staticmethod
    def _open(on: Any) -> Executor:
        made = opened(on) if isinstance(on, str) else on() if callable(on) else None
        if not isinstance(made, Executor):
            raise InputError(
                where="on", needed="a place, an executor or a function that makes one", found=repr(on)[:60]
            )
        return made

    def outcomes(self) -> Iterator[Outcome]:
        while True:
            self._hand_out()
            while self.finished:
                yield self.finished.popleft()
            if not self.out:
                if not self._read():
                    break
                continue
            try:
                future = self.answered.get(timeout=BEAT)
            except queue.Empty:
                self._overdue()
            else:
                yield from self._collected(future)
            self._say()
        self._say(last=True)

    def close(self) -> None:
        """What is out is not waited for."""
        if self.executor is not self.on:
            self.executor.shutdown(wait=True, cancel_futures=True)
        else:
            for future in list(self.out):
                future.cancel()

    def _read(self) -> bool:
        """More jobs, if there are any: those that the store has are finished at once."""
        new: list[Job] = []
        for job in itertools.islice(self.source, READ):
            if not isinstance(job, Job):
                raise InputError(where="jobs", needed="Job.of(function, …)", found=type(job).__name__)
            key = bytes.fromhex(job.key)
            if key in self.seen:
                self.total = None if self.total is None else self.total - 1
                continue
            self.seen.add(key)
            new.append(job)
            if self.total is None and self._slow():
                break
        kept = self.store.enter(new) if self.store is not None and new else {}
        for job in new:
            if job.key in kept:
                self.finished.append(kept[job.key])
                self.kept += 1
                self.done += 1
            else:
                self.fresh.append(_Task(job))
        return bool(new)

    def _slow(self) -> bool:
        """Whether jobs take so long that reading ahead would keep the first ones waiting."""
        return self.mean > AIM and len(self.fresh) > self._width()

    def _width(self) -> int:
        """Workers, as far as the executor says."""
        said = getattr(self.executor, "workers", None) or getattr(self.executor, "_max_workers", None)
        return int(said) if said else processors()

    def _hand_out(self) -> None:
        most = min(MOST, max(2, self._width() * getattr(self.executor, "ahead", AHEAD)))
        if hasattr(self.executor, "direct"):
            most = 1
        while len(self.out) < most:
            if self.again and self.out and not hasattr(self.executor, "blames"):
                return  # which of them ends its worker is seen when they go one at a time
            tasks = self._next()
            if not tasks:
                return
            self._submit(tasks)
            if len(self.again) and not hasattr(self.executor, "blames"):
                return

    def _next(self) -> list[_Task]:
        """The next chunk: one task alone if it lost its worker before."""
        if self.again:
            return [self.again.popleft()]
        size = self.chunk or self.size
        if len(self.fresh) < size:
            self._read()
        if self.chunk is None and self.total is not None:  # the last ones are shared out
            left = self.total - self.done - self.failed
            size = max(1, min(size, left // (2 * self._width())))
        tasks: list[_Task] = []
        wide = 0
        while self.fresh and len(tasks) < size and wide < WIDEST:
            tasks.append(self.fresh.popleft())
            wide += len(tasks[-1].job.arguments)
        return tasks

    def _submit(self, tasks: list[_Task]) -> None:
        text = work.packed([task.job for task in tasks], self.limit, self.folders)
        try:
            future = self.executor.submit(work.chunk, text)
        except BrokenExecutor as error:
            self.again.extend(tasks)
            self._reopen(error)
            return
        self.out[future] = _Out(tasks)
        future.add_done_callback(self.answered.put)

    def _collected(self, future: Future[str]) -> Iterator[Outcome]:
        chunk = self.out.pop(future, None)
        if chunk is None:  # of an executor that broke, and has been dealt with
            return
        try:
            worker, answers = work.unpacked(future.result())
        except BrokenExecutor as error:
            self._broken(chunk, error)
        except (Lost, CancelledError) as error:
            yield from self._kept([found for task in chunk.tasks for found in self._lost(task, error)])
        except Exception as error:  # the executor's own failure
            yield from self._kept([found for task in chunk.tasks for found in self._lost(task, error)])
        else:
            self._learn(worker, [answer.seconds for answer in answers])
            found = []
            for task, answer in zip(chunk.tasks, answers, strict=True):
                task.tries += 1
                if answer.again and task.tries < self.attempts:
                    self.again.append(task)
                    continue
                said = (answer.result, answer.error, task.tries, answer.seconds, worker)
                found.append(Outcome(task.job, *said))
            yield from self._kept(found)

    def _lost(self, task: _Task, error: BaseException) -> list[Outcome]:
        """Given to another worker; or its end, when that was tried often enough."""
        task.tries += 1
        if task.tries < self.attempts:
            self.again.append(task)
            return []
        words = f"{type(error).__name__}: {error}".strip()
        return [Outcome(task.job, None, f"its worker was lost {task.tries} times; at last: {words}", task.tries)]

    def _kept(self, found: list[Outcome]) -> list[Outcome]:
        if self.store is not None and found:
            self.store.record(found)
        self.done += sum(o.done for o in found)
        self.failed += sum(not o.done for o in found)
        return found

    def _learn(self, worker: str, seconds: Sequence[float]) -> None:
        heard = self.workers.setdefault(worker, _Heard())
        heard.done, heard.seconds, heard.at = heard.done + len(seconds), heard.seconds + sum(seconds), time.monotonic()
        mean = sum(seconds) / len(seconds)
        self.mean = mean if not self.mean else 0.7 * self.mean + 0.3 * mean
        wanted = getattr(self.executor, "aim", AIM) / max(self.mean, 1e-6)
        self.size = max(1, min(int(wanted), 4 * self.size, LARGEST))

    def _broken(self, chunk: _Out, error: BrokenExecutor) -> None:
        """All that is out is lost, and who did it is not known: unless it was alone, nobody is charged."""
        alone = not self.out
        for task in [*chunk.tasks, *(task for other in self.out.values() for task in other.tasks)]:
            if alone and len(chunk.tasks) == 1:
                self.finished.extend(self._kept(self._lost(task, error)))
            else:
                self.again.append(task)
        self.out.clear()
        self._reopen(error)

    def _reopen(self, error: BrokenExecutor) -> None:
        self.opened += 1
        if isinstance(self.on, Executor) or self.opened > 100:
            raise Unsolved(
                where="the executor of these jobs",
                needed="one that works",
                found=f"one that broke: {error}",
                remedy="Run it again: what the store has is not done twice. A function that makes the executor is asked again.",
            ) from error
        if isinstance(self.on, str):  # our own places break only where no worker starts at all
            raise Unsolved(where=f"--on {self.on}", needed="workers that start", found=str(error)) from error
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._open(self.on)

    def _overdue(self) -> None:
        kill = getattr(self.executor, "kill", None)
        if self.limit is None or kill is None:
            return
        now = time.monotonic()
        for future, chunk in list(self.out.items()):
            if not future.running():
                continue
            if chunk.running_since is None:
                chunk.running_since = now
            elif now - chunk.running_since > self.limit * len(chunk.tasks) + GRACE:
                kill(future)

    def _say(self, last: bool = False) -> None:
        now = time.monotonic()
        if self.tell is None or (now - self.spoke < BEAT and not last):
            return
        self.spoke = now
        own: Mapping[str, tuple[float, int]] = getattr(
            self.executor, "heard", dict
        )()  # {worker: (seconds since, done inside its chunk)}
        names = dict.fromkeys([*self.workers, *own])
        workers = []
        for name in names:
            known = self.workers.get(name, _Heard(at=now))
            since, inside = own.get(name, (now - known.at, 0))
            workers.append(Worker(name, known.done + inside, known.seconds, since))
        running = sum(len(chunk.tasks) for chunk in self.out.values())
        rate = (self.done - self.kept + self.failed) / max(now - self.began, 1e-9)
        self.tell(Progress(self.done, self.failed, self.kept, running, self.total, rate, tuple(workers)))
