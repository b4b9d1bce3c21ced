"""Follow a branch of solutions of F(x, t) = 0 in n unknowns x as t grows: pseudo-arclength continuation.

Predict along the tangent, correct by Newton in the hyperplane normal to it, so that folds (where t turns back) are passed;
a step whose tangents differ too much has jumped to another branch, and is halved (Allgower & Georg 1990, Springer).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..numerics.rational import Array

Equations = Callable[[Array], tuple[Array, Array]]
"""point[n + 1] ↦ (F[n], its derivatives [n, n + 1]); the last unknown is t."""

MOST_STEPS = 5_000
LEAST_COSINE = 0.5  # between tangents at the ends of a step
SHORTEST = 1e-10
MOST_MOVED = 3.0  # of one unknown in one step, relative to its size where that is large


def follow(
    equations: Equations, start: Array, goals: Sequence[float], *, residual: float, longest: float
) -> Iterator[Array]:
    """The points at which the branch through `start` first reaches each of `goals` in t, in order; fewer where it is lost.

    `start` is a solution at which t can grow; |F| ≤ `residual` at all points; no step is longer than `longest`.
    """
    point, step, upwards = start, min(0.1, longest), np.append(np.zeros(len(start) - 1), 1.0)
    tangent: Array | None = _tangent(equations, point, upwards)
    left = list(goals)
    for _ in range(MOST_STEPS):
        if not left or step < SHORTEST or tangent is None:
            return
        guess = point + step * tangent
        landing = bool(guess[-1] >= left[0])
        if landing:
            guess = point + (left[0] - point[-1]) / tangent[-1] * tangent
            guess[-1] = left[0]
        found, rounds = _correct(equations, guess, upwards if landing else tangent, residual)
        if found is None or _moved(point, found) > MOST_MOVED or np.linalg.norm(found - guess) > max(step / 2, 1e-8):
            step /= 2
            continue
        turned = _tangent(equations, found, tangent)
        if turned is None or turned @ tangent < LEAST_COSINE:
            if not landing:
                step /= 2
                continue
            turned = tangent  # where branches meet: straight on
        point, tangent = found, turned
        step = min(step * (2.0 if rounds <= 3 else 0.8), longest)
        if landing:
            yield point
            left.pop(0)


def _moved(point: Array, found: Array) -> float:
    return float((np.abs(found - point)[:-1] / np.maximum(1, 0.1 * np.abs(point[:-1]))).max(initial=0))


def _correct(equations: Equations, guess: Array, along: Array, residual: float) -> tuple[Array | None, int]:
    """(the point of the branch in the hyperplane through `guess` normal to `along`, Newton steps)."""
    point = guess
    for rounds in range(12):
        value, jacobian = equations(point)
        if not np.isfinite(value).all() or not np.isfinite(jacobian).all():
            break
        if np.abs(value).max() < residual:
            return point, rounds
        try:
            point = point - np.linalg.solve(np.vstack([jacobian, along]), np.append(value, along @ (point - guess)))
        except np.linalg.LinAlgError:
            break
        if (
            not np.isfinite(point).all() or point[:-1].max() > 5 or point[-1] < 0
        ):  # probabilities, or logarithms of them
            break
    return None, 12


def _tangent(equations: Equations, point: Array, previous: Array) -> Array | None:
    """Unit vector along the branch, keeping its orientation."""
    _, jacobian = equations(point)
    try:
        tangent = np.linalg.solve(np.vstack([jacobian, previous]), np.append(np.zeros(len(point) - 1), 1.0))
    except np.linalg.LinAlgError:
        return None
    return tangent / np.linalg.norm(tangent)
