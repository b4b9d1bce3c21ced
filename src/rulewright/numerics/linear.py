"""Square systems of linear equations A x = b in either field: LAPACK for floats, Gaussian elimination for Fractions."""

from __future__ import annotations

import numpy as np

from ..errors import Unsolved
from .rational import Array, is_exact


def solve(matrix: Array, right: Array) -> Array:
    """x with A x = b, for matrix [k, k] and right [k] or [k, columns]; exact where the matrix is exact.

    Raises Unsolved where the matrix is singular.
    """
    if is_exact(matrix):
        return _eliminated(matrix, right)
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        raise _singular() from None


def _eliminated(matrix: Array, right: Array) -> Array:
    size = len(matrix)
    rows = np.concatenate([matrix, right.reshape(size, -1)], axis=1)
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r, k] != 0), None)
        if pivot is None:
            raise _singular()
        if pivot != k:
            rows[[k, pivot]] = rows[[pivot, k]]
        rows[k, k:] = rows[k, k:] / rows[k, k]
        for r in range(size):
            if r != k and rows[r, k] != 0:
                rows[r, k:] = rows[r, k:] - rows[r, k] * rows[k, k:]
    return rows[:, size:].reshape(right.shape)


def _singular() -> Unsolved:
    return Unsolved(where="linear system", needed="a matrix of full rank", found="a singular one")
