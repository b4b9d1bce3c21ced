"""Functions that tests give to workers, by import path."""

import math
import os
import signal
import time
from pathlib import Path

import numpy as np


def square(x):
    return x * x


def wave(seed, n):
    """Floats whose last bits would differ if anything did."""
    return np.random.default_rng(seed).normal(size=n).cumsum().tolist()


def fails(x):
    if x % 3 == 0:
        raise ValueError(f"{x} is a multiple of three")
    return x


def dies_once(mark, x):
    """Kills its worker the first time."""
    path = Path(mark)
    if not path.exists():
        path.write_text("was here")
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def dies(x):
    if x == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def naps(seconds, x=0):
    time.sleep(seconds)
    return x


def held_at(folder, node, x):
    """At that node of Ray it leaves a note and waits to be killed with it; elsewhere it waits until somebody has left one."""
    import ray

    here = ray.get_runtime_context().get_node_id() == node
    if here:
        (Path(folder) / str(x)).write_text("begun")
    deadline = time.monotonic() + 60
    while (here or not list(Path(folder).iterdir())) and time.monotonic() < deadline:
        time.sleep(0.02)
    return x


def noted(folder, x, seconds=0.0):
    """Leaves a note each time it is done."""
    time.sleep(seconds)
    with open(Path(folder) / str(x), "a") as file:
        file.write("x")
    return x


def odd_values():
    return {"bytes": b"\x00\xff", "nan": math.nan, "inf": -math.inf, "tenth": 0.1, "array": np.arange(3) / 7}


def says(x):
    print("words on standard output")
    os.write(1, b"and past Python\n")
    return x


def leaves():
    raise SystemExit(3)


def threads():
    return [os.environ.get("OMP_NUM_THREADS"), os.environ.get("OPENBLAS_NUM_THREADS")]


def fresh():
    """Whether this interpreter knows nothing of the one that asked."""
    import sys

    return "pytest" not in sys.modules


def no_memory_once(mark):
    path = Path(mark)
    if not path.exists():
        path.write_text("was here")
        raise MemoryError("only here")
    return 1


def busy(n, seconds):
    """Arithmetic for so many CPU-seconds."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        n = (n * 31 + 7) % 1009
    return 0
