"""SLURM in the shape of `concurrent.futures.Executor`, by submitit: calls become tasks of job arrays; there is no head node to run.

    --on slurm:partition=cpu,time=60,mem=4,cpus=1,array=256,account=…,qos=…,constraint=…,folder=PATH

The driver waits on the login node (or in a job of its own), writes what is asked into `folder`, which all machines must see, and
takes the answers out of it again: the files of an answered call are removed. submitit pickles what lies there, so the folder is
its owner's alone.
`cluster=local` runs the same on this machine, without SLURM.
"""

from __future__ import annotations

import re
import shlex
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError, Unsolved
from ..jobs import work
from ..jobs.outcome import Lost
from .needs import needs

LARGEST = 1_000  # tasks of an array
GATHER = 0.5  # seconds in which calls are gathered into one array
PATIENCE = {
    "slurm": 30.0,
    "local": 1.0,
    "debug": 1.0,
}  # seconds that an answer may take to be seen over the network disk
LOOK = {"slurm": 2.0, "local": 0.05, "debug": 0.05}  # seconds between two looks for answers
FOLDER = ".rulewright-slurm"
TEXTS = ("partition", "account", "qos", "constraint", "exclude", "nodelist", "comment", "gres")
WHOLE = ("cpus", "array")


@dataclass(frozen=True)
class Wanted:
    """What is asked of SLURM for one task."""

    minutes: int = 60
    gigabytes: float | None = None
    cpus: int = 1
    array: int = 256
    """Tasks of an array that run at a time."""
    folder: Path = Path(FOLDER)
    cluster: str = "slurm"
    others: tuple[tuple[str, str], ...] = ()
    """Names and values as sbatch has them: partition, account, …"""

    def parameters(self) -> dict[str, Any]:
        """As submitit's AutoExecutor takes them."""
        own: dict[str, Any] = {f"slurm_{name}": value for name, value in self.others}
        exports = [f"export {name}={shlex.quote(value)}" for name, value in work.pins().items()]
        own |= {"slurm_array_parallelism": self.array, "slurm_setup": exports}
        return {
            "name": "rulewright",
            "timeout_min": self.minutes,
            "cpus_per_task": self.cpus,
            "nodes": 1,
            "tasks_per_node": 1,
            "mem_gb": self.gigabytes,
            **own,
        }


def read(said: str) -> Wanted:
    """`partition=cpu,time=1:30,mem=4` as what is wanted. Raises InputError with what may be said."""
    found: dict[str, Any] = {}
    others = []
    for part in filter(None, (p.strip() for p in said.split(","))):
        name, equals, value = part.partition("=")
        where = f"--on slurm:{name}"
        if not equals or not value or not re.fullmatch(r"[\w.:/@%+\[\]&|*~-]+", value):
            raise InputError(where=where, needed="NAME=VALUE", found=repr(part))
        if name in TEXTS:
            others.append((name, value))
        elif name == "time":
            found["minutes"] = _minutes(value)
        elif name in ("mem", *WHOLE):
            if not re.fullmatch(r"\d+(\.\d+)?" if name == "mem" else r"\d+", value) or not float(value):
                raise InputError(where=where, needed="a number above 0", found=repr(value))
            found["gigabytes" if name == "mem" else name] = float(value) if name == "mem" else int(value)
        elif name == "folder":
            found["folder"] = Path(value)
        elif name == "cluster" and value in LOOK:
            found["cluster"] = value
        else:
            known = ", ".join(("time", "mem", *WHOLE, *TEXTS, "folder", "cluster"))
            raise InputError(where=where, needed=f"one of {known}", found=repr(part))
    return Wanted(**found, others=tuple(others))


def _minutes(said: str) -> int:
    """Minutes, or H:MM."""
    match = re.fullmatch(r"(?:(\d+):(?=\d\d$))?(\d+)", said)
    if match is None or not (total := 60 * int(match[1] or 0) + int(match[2])):
        raise InputError(where="--on slurm:time", needed="minutes, or HOURS:MINUTES", found=repr(said))
    return total


def opened(said: str) -> Slurm:
    """`said`: what follows "slurm:". Raises InputError, MissingExtra, and Unsolved where there is no SLURM."""
    return Slurm(read(said))


class Slurm(Executor):
    """Calls gathered for half a second become one job array of submitit."""

    blames = True
    ahead = 2  # chunks for each task that may run: an array behind the one that runs

    def __init__(self, wanted: Wanted) -> None:
        submitit = needs("submitit", "--on slurm", "slurm")
        wanted.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted.folder.chmod(0o700)
        try:
            self.inner = submitit.AutoExecutor(folder=wanted.folder, cluster=wanted.cluster)
        except RuntimeError as error:
            raise Unsolved(
                where="--on slurm",
                needed="a machine from which sbatch and srun work",
                found=str(error),
                remedy="Run it on a login node; cluster=local tries it here.",
            ) from None
        self.inner.update_parameters(**wanted.parameters())
        self.workers = wanted.array
        self.aim = min(300.0, 60.0 * wanted.minutes / 5)  # seconds of a chunk: a task costs seconds to start
        self.look, self.patience = LOOK[wanted.cluster], PATIENCE[wanted.cluster]
        self._lock, self._stop, self._closed = threading.Lock(), threading.Event(), False
        self._asked: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []
        self._out: dict[Future[Any], Any] = {}
        self._silent: dict[Future[Any], float] = {}  # since when a task has ended without an answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function that can be imported on the cluster."""
        if kwargs:
            raise InputError(where="Slurm.submit", needed="arguments by position", found=", ".join(kwargs))
        if self._closed:
            raise RuntimeError("no calls after shutdown")
        future: Future[Any] = Future()
        with self._lock:
            self._asked.append((future, fn, args))
        return future

    def kill(self, future: Future[Any]) -> None:
        """Cancel the task that has this call; the call is Lost."""
        job = self._out.get(future)
        if job is not None:
            job.cancel(check=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed = True
        if cancel_futures:
            with self._lock:
                asked, self._asked = self._asked, []
                out = dict(self._out)
            for future, *_ in asked:
                future.cancel()
            for job in out.values():
                with suppress(Exception):  # what has ended meanwhile cannot be cancelled
                    job.cancel(check=False)
        elif wait:
            while self._asked or self._out:
                time.sleep(self.look)
        self._stop.set()
        if wait:
            self._thread.join(30.0)

    def _serve(self) -> None:
        gathered = time.monotonic()
        while not self._stop.wait(self.look):
            if time.monotonic() - gathered > min(GATHER, 10 * self.look):
                self._hand_in()
                gathered = time.monotonic()
            for future, job in list(self._out.items()):
                if self._ended(future, job):
                    with self._lock:
                        self._out.pop(future, None)

    def _hand_in(self) -> None:
        """What was asked since, as one array."""
        with self._lock:
            some, self._asked = self._asked[:LARGEST], self._asked[LARGEST:]
        live = [entry for entry in some if entry[0].set_running_or_notify_cancel()]
        if not live:
            return
        try:
            with self.inner.batch():
                jobs = [self.inner.submit(fn, *args) for _, fn, args in live]
        except Exception as error:  # sbatch refused it: everybody is told
            for future, *_ in live:
                future.set_exception(RuntimeError(f"SLURM did not take the array: {error}"))
            return
        with self._lock:
            self._out |= {future: job for (future, *_), job in zip(live, jobs, strict=True)}

    def _ended(self, future: Future[Any], job: Any) -> bool:
        """Whether the call is answered, or will not be."""
        try:
            if not job.done():
                return False
            if not job.paths.result_pickle.exists() and hasattr(job, "watcher"):
                since = self._silent.setdefault(future, time.monotonic())
                if time.monotonic() - since < self.patience:
                    return False
                raise Lost(f"it ended without an answer ({job.state}); see {job.paths.stderr}")
            future.set_result(job.result())
        except Exception as error:  # killed, out of time, out of memory; its files are left to be looked at
            words = str(error).strip().splitlines()
            future.set_exception(Lost(f"task {job.job_id}: {words[-1] if words else type(error).__name__}"))
            return True
        finally:
            if future.done():
                self._silent.pop(future, None)
        for path in _files(job):
            with suppress(OSError):
                path.unlink()
        return True


def _files(job: Any) -> list[Path]:
    paths = job.paths
    return [paths.submitted_pickle, paths.result_pickle, paths.stdout, paths.stderr, paths.submission_file]
