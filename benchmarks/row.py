"""One line of the table: a piece of work, ours, and the same work by peers; each run in a process of its own."""

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]
SHORT = 0.02  # CPU-seconds
MOST_RUNS = 200


@dataclass(frozen=True)
class Ready:
    """Work on something that is made before the clock starts: `prepare()` is the work that is measured."""

    prepare: Callable[[], Work]

    def __call__(self) -> object:
        return self.prepare()()


@dataclass(frozen=True)
class Row:
    what: str
    ours: Work
    peers: tuple[tuple[str, Work | None], ...] = ()
    """(name, the same work by the peer), or (why there is none, None)."""
    target: str = ""
    """What was asked for, in words: "< 5 s"."""
    repeats: int = 5
    limit: int | None = None
    """CPU-seconds after which a peer is stopped; the table then says "> limit"."""
    same: bool = False
    """Whether ours and the peers come to one number, within 1e-6; `--check` compares them."""


@dataclass(frozen=True)
class Cost:
    seconds: float
    """CPU-seconds, all threads."""
    megabytes: float
    """Peak resident memory of the process, interpreter and libraries included."""
    value: float | None = None
    """What the work came to, where that is a number or has a `value`."""
    stopped: bool = False
    """Whether it was stopped at its limit."""


def cost(work: Work, limit: int | None = None) -> Cost:
    """Run `work` once in a forked process, so that nothing is remembered from one run to the next."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            ready = work.prepare() if isinstance(work, Ready) else work
            if limit is not None:  # the process's own CPU-seconds, what was made ready included
                soft = limit + int(time.process_time()) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (soft, soft))
            start = time.process_time()
            found = ready()
            spent = time.process_time() - start
            if (
                spent < SHORT
            ):  # too short for the clock, and mostly the first touch of code: the mean of many, for everybody
                runs = int(min(MOST_RUNS, 10 * SHORT / max(spent, 10 * SHORT / MOST_RUNS)))
                start = time.process_time()
                for _ in range(runs):
                    ready()
                spent = (time.process_time() - start) / runs
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            os.write(write, json.dumps((spent, peak, figure(found))).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read()
    _, status, used = os.wait4(child, 0)
    if limit is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        return Cost(float(limit), used.ru_maxrss / 1024, stopped=True)
    if not said:
        raise RuntimeError("the work did not end well; run it by itself to see why")
    return Cost(*json.loads(said))


def figure(found: object) -> float | None:
    """The number that the work came to, if it came to one."""
    value = getattr(found, "value", found)
    return float(value) if isinstance(value, int | float) else None
