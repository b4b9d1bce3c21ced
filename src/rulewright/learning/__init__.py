"""Learning worlds: Markov games too large for tables, in JAX, under institutions made of the same seven words.

`pip install 'rulewright[learning]'`. The only wing that imports JAX; everything runs on a CPU, and a GPU makes it big.
"""

import os

from ..errors import MissingExtra

# On machines with few cores XLA's pool of threads within one operation has been reported to wait for itself for ever (JAX 0.10,
# batched programs); a test run of ours that stood still fits. Whoever wants that pool names the flag in XLA_FLAGS.
POOL = "--xla_cpu_multi_thread_eigen"
if POOL not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {POOL}=false".strip()

try:
    import equinox as _equinox
    import jax as _jax
    import optax as _optax
except ImportError as missing:
    raise MissingExtra(
        where="learning worlds",
        needed="JAX, Equinox and Optax",
        found=f"no module {missing.name}",
        remedy="Run: pip install 'rulewright[learning]'",
    ) from None

del _equinox, _jax, _optax

from . import words  # noqa: E402, F401 — so that institution(world) works
