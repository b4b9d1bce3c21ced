"""What tests of learning cost is mostly compiling, and half of that is optimising programs that run once.

So XLA's expensive passes are left out, here and in the processes that tests start: the same programs, whose last digits may
differ from those of a user. JAX_DISABLE_MOST_OPTIMIZATIONS=0 puts them back. Two test processes share two cores: pools of threads
that wait for each other by spinning get one thread each, and programs run in the thread that asks for them.

And nothing waits for ever. A test has the limits of pyproject.toml; what is no test (imports, collecting, the ends of processes)
has those of this file, kept by a thread that needs no interpreter.
"""

import faulthandler
import os
import resource
import socket
import sys

from _pytest.faulthandler import fault_handler_stderr_fd_key

MOST_KB = 1_500_000
BEFORE, ALL, AFTER = (
    1200,
    5000,
    300,
)  # seconds: until a process has its tests, of the whole run, of the end of a process
for name, value in {
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    "JAX_CPU_ENABLE_ASYNC_DISPATCH": "0",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",  # as rulewright.learning has it, whoever is imported first
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}.items():
    os.environ.setdefault(name, value)
socket.getfqdn = lambda name="": name or "localhost"  # servers look their host up, where perhaps nobody answers


def ends(config, seconds):
    """This process within `seconds`, unless the limit is set anew or taken away; the stacks are printed first."""
    error = config.stash.get(fault_handler_stderr_fd_key, None)
    if error is not None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=error)


def pytest_sessionstart(session):
    """A process that gives tests to others runs none itself: its limit is that of the whole run."""
    ends(session.config, ALL if session.config.getoption("numprocesses", None) else BEFORE)


def pytest_collection_finish(session):
    if not session.config.getoption("numprocesses", None):
        faulthandler.cancel_dump_traceback_later()


def pytest_sessionfinish(session):
    ends(session.config, AFTER)


def pytest_runtest_teardown(item, nextitem):
    """Programs that XLA compiled are kept for ever; two processes that run a thousand such tests would need 11 GB."""
    if "jax" not in sys.modules or (nextitem is not None and nextitem.path == item.path):
        return
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_KB:
        sys.modules["jax"].clear_caches()
