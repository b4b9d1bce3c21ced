"""One item: Myerson's closed form (1981, Math. Oper. Res. 6), on grids and for continuous uniform values.

On a grid v_1 < … < v_K with law p the virtual value is φ_k = v_k − (v_{k+1} − v_k)·P(above k)/p_k: the slope of the revenue
curve R(P) = v·P(at least v). Where φ falls, the curve is replaced by its concave hull (ironing). The optimum sells to the
largest ironed virtual value above zero: revenue E[max(0, max_i φ_i)], dominant and Bayesian alike.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .setting import setting


def virtual_values(values: Any, prior: Any = None) -> Array:
    """[type]: ironed virtual values of increasing `values`[type] with law `prior`; money."""
    about = setting(values, prior, 1, "additive")
    grid, law = about.types[0][:, 0], about.prior[0]
    if about.items > 1 or (np.diff(grid) <= 0).any() or (law <= 0).any():
        raise InputError(
            where="virtual values", needed="increasing values of one item, all of them possible", found=str(grid.shape)
        )
    sold = np.append(np.cumsum(law[::-1])[::-1], 0.0)  # P(at least v_k); 0 above the last
    curve = np.append(grid, 0.0) * sold
    hull = [len(grid)]  # from the highest value down: chance sold rises along the way
    for k in range(len(grid) - 1, -1, -1):
        while len(hull) > 1 and _slope(sold, curve, hull[-1], k) >= _slope(sold, curve, hull[-2], hull[-1]):
            hull.pop()
        hull.append(k)
    ironed = np.empty(len(grid))
    for high, low in pairwise(hull):
        ironed[low:high] = _slope(sold, curve, high, low)
    return ironed


def _slope(sold: Array, curve: Array, high: int, low: int) -> float:
    return float((curve[low] - curve[high]) / (sold[low] - sold[high]))


def revenue(values: Any, prior: Any = None, *, bidders: int = 1) -> float:
    """The most that one item earns from independent bidders on a grid; tuples for bidders that differ, as in `optimal`."""
    about = setting(values, prior, bidders, "additive")
    virtual = [virtual_values(table[:, 0], law) for table, law in zip(about.types, about.prior, strict=True)]
    best = reduce(np.maximum.outer, virtual)
    return float((np.maximum(best, 0) * about.chance()).sum())


def uniform_revenue(bidders: int) -> float:
    """Continuous values, uniform on [0, 1]: E[max(0, 2·v_max − 1)], reserve price ½."""
    n = bidders
    return (n - 1) / (n + 1) + 0.5**n / (n + 1)
