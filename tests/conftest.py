"""What tests of learning cost is mostly compiling, and half of that is optimising programs that run once.

So XLA's expensive passes are left out, here and in the processes that tests start: the same programs, whose last digits may
differ from those of a user. JAX_DISABLE_MOST_OPTIMIZATIONS=0 puts them back. Two test processes share two cores: pools of threads
that wait for each other by spinning get one thread each, and programs run in the thread that asks for them.
"""

import os
import resource
import sys

MOST_KB = 1_500_000
for name, value in {
    "JAX_DISABLE_MOST_OPTIMIZATIONS": "1",
    "JAX_CPU_ENABLE_ASYNC_DISPATCH": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}.items():
    os.environ.setdefault(name, value)


def pytest_runtest_teardown(item, nextitem):
    """Programs that XLA compiled are kept for ever; two processes that run a thousand such tests would need 11 GB."""
    if "jax" not in sys.modules or (nextitem is not None and nextitem.path == item.path):
        return
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_KB:
        sys.modules["jax"].clear_caches()
