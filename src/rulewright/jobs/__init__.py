"""Work in pieces, here or on many machines: anything with the shape of `concurrent.futures.Executor`, and one store per run."""

from .job import Job
from .local import Inline, Local
from .outcome import Lost, Outcome, Progress, Worker
from .places import PLACES, opened
from .run import each, run
from .store import Store

__all__ = [
    "PLACES",
    "Inline",
    "Job",
    "Local",
    "Lost",
    "Outcome",
    "Progress",
    "Store",
    "Worker",
    "each",
    "opened",
    "run",
]
