"""Learning worlds: Markov games too large for tables, in JAX, under institutions made of the same seven words.

`pip install 'rulewright[learning]'`. The only wing that imports JAX; everything runs on a CPU, and a GPU makes it big.
"""

from ..errors import MissingExtra

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
