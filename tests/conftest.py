"""What tests of learning cost is mostly compiling, and half of that is optimising programs that run once.

So XLA's expensive passes are left out, here and in the processes that tests start: the same programs, whose last digits may
differ from those of a user. JAX_DISABLE_MOST_OPTIMIZATIONS=0 puts them back.
"""

import os
import resource
import sys

MOST_KB = 1_500_000
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")


def pytest_runtest_teardown(item, nextitem):
    """Programs that XLA compiled are kept for ever; two processes that run a thousand such tests would need 11 GB."""
    if "jax" not in sys.modules or (nextitem is not None and nextitem.path == item.path):
        return
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_KB:
        sys.modules["jax"].clear_caches()
