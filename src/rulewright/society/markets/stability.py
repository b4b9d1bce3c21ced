"""Whether tâtonnement returns to an equilibrium, and its index.

Dz(p), the slope of excess demand, has the prices themselves in its kernel (no scale). Without that direction: the flow dp/dt = z(p)
returns where all eigenvalues have negative real parts; the index is the sign of det(−Dz) without the last good (Dierker 1972).
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array
from .economy import Economy
from .solve import FREE, _value, owned

NOTHING = 1e-9
ROUNDING = 1e-13  # of Ω/p: of what the slope is the sum


def slope(economy: Economy, p: Array) -> Array:
    """Dz [k, k]: ∂z_j/∂p_l where markets clear at p > 0."""
    k = economy.goods
    jacobian = _value(economy.floats, np.log(p), np.zeros(len(economy.activities)), owned)[1][:k, :k]
    found: Array = jacobian / np.outer(p, p)
    return found


def returns(economy: Economy, p: Array) -> bool | None:
    """Whether the flow returns to p [k] after a small push; None on a border, or where a good is free."""
    if len(economy.activities) or p.min() <= FREE * p.max():
        return None
    p = p / np.linalg.norm(p)
    across = np.linalg.svd(p[None])[2][1:]  # directions that keep the length of prices, as the flow does
    real = np.linalg.eigvals(across @ slope(economy, p) @ across.T).real
    rounding = ROUNDING * (economy.floats.total / p).max()
    scale = np.abs(real).max() if len(real) else 0.0
    if not len(real) or (np.abs(real) <= max(NOTHING * scale, rounding)).any():
        return None if len(real) else True
    return bool((real < 0).all())


def index(economy: Economy, p: Array) -> int:
    """+1 or −1; 0 on a border, or where a good is free."""
    if len(economy.activities) or p.min() <= FREE * p.max():
        return 0
    p = p / p.max()
    d = (-slope(economy, p) * p / np.maximum(economy.floats.total, 1e-300)[:, None])[:-1, :-1]  # parts of what there is
    sizes = np.linalg.svd(d, compute_uv=False)
    border = len(sizes) and sizes[-1] <= NOTHING * max(1.0, sizes[0])
    return 0 if border else int(np.sign(np.linalg.det(d)))
