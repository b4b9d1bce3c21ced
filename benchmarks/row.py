"""One line of the table: a piece of work, ours, and the same work by peers; each run in a process of its own."""

import os
import pickle
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    what: str
    ours: Work
    peers: tuple[tuple[str, Work | None], ...] = ()
    """(name, the same work by the peer), or (why there is none, None)."""
    target: str = ""
    """What was asked for, in words: "< 5 s"."""
    repeats: int = 5


@dataclass(frozen=True)
class Cost:
    seconds: float
    """CPU-seconds, all threads."""
    megabytes: float
    """Peak resident memory of the process, interpreter and libraries included."""


def cost(work: Work) -> Cost:
    """Run `work` once in a forked process, so that nothing is remembered from one run to the next."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            start = time.process_time()
            work()
            spent = time.process_time() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            os.write(write, pickle.dumps((spent, peak)))
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    if not said:
        raise RuntimeError("the work did not end well; run it by itself to see why")
    return Cost(*pickle.loads(said))
