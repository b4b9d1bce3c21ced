"""What came of a job, and what is told while jobs run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import Unsolved
from . import plain
from .job import Job


class Lost(RuntimeError):
    """The worker went away before it answered: killed, out of memory, its machine gone. The work is given to another."""


@dataclass(frozen=True)
class Outcome:
    """`result` is the canonical text of what the function returned (see `plain`), None where it failed."""

    job: Job
    result: str | None
    error: str = ""
    """The stack of a job that failed; empty where it did not."""
    attempts: int = 1
    seconds: float = 0.0
    """Of the clock, at the worker."""
    worker: str = ""
    """host:pid."""
    kept: bool = False
    """Whether it was in the store already."""

    @property
    def done(self) -> bool:
        return self.result is not None

    @property
    def value(self) -> Any:
        """What the function returned. Raises Unsolved with the stack where it failed."""
        if self.result is None:
            raise Unsolved(
                where=f"the job {self.job.function}",
                needed="a result",
                found=f"a failure after {self.attempts} attempt{'s' * (self.attempts != 1)}: {self.error.strip()}",
            )
        return plain.value(self.result)


@dataclass(frozen=True)
class Worker:
    name: str
    done: int
    seconds: float
    """Spent in jobs."""
    heard: float
    """Seconds since it was last heard of."""


@dataclass(frozen=True)
class Progress:
    done: int
    """Finished well, those kept from before included."""
    failed: int
    kept: int
    running: int
    """Handed out: at a worker, or in its queue."""
    total: int | None
    """None where the jobs are not counted beforehand."""
    rate: float
    """Jobs per second since the beginning of this run."""
    workers: tuple[Worker, ...] = ()

    @property
    def left(self) -> float | None:
        """Seconds, at the present rate; None where that is unknown."""
        if self.total is None or not self.rate:
            return None
        return (self.total - self.done - self.failed) / self.rate

    def __str__(self) -> str:
        of = "" if self.total is None else f" of {self.total:,}"
        words = [f"{self.done:,}{of} jobs", f"{self.running:,} running"]
        if self.failed:
            words.append(f"{self.failed:,} failed")
        if self.rate:
            words.append(f"{self.rate:,.3g}/s on {len(self.workers)}")
        if self.left is not None:
            words.append(f"{_clock(self.left)} left")
        return ", ".join(words)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
