"""What tests of learning cost is mostly compiling, and half of that is optimising programs that run once.

So XLA's expensive passes are left out, here and in the processes that tests start: the same programs, whose last digits may
differ from those of a user. JAX_DISABLE_MOST_OPTIMIZATIONS=0 puts them back.
"""

import os

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
