"""Least squares with weights that may not be negative, from the Gram matrix alone; and on the simplex.

    min over w ≥ 0 of |Uw − u|²       G = U'U, h = U'u;  y = Gw − h;  w is best  ⇔  w ≥ 0, y ≥ 0, w_i y_i = 0
    min over w ≥ 0, Σw = 1 of |Aw|²   A = U − u1', D = A'A

The rows of U are never seen: a million of them are k(k + 1)/2 sums. A set P of columns is guessed, w solved for on P, and every
column that breaks w ≥ 0 or y ≥ 0 changes sides (block principal pivoting: Portugal, Júdice & Vicente 1994, Math. Comp. 63; Kim &
Park 2011, SIAM J. Sci. Comput. 33). That takes a handful of linear systems, but may go round in circles when columns are nearly
dependent: then one column enters at a time, never one that depends on those inside (Lawson & Hanson 1974, ch. 23), which ends.

On the simplex: for any m > 0 the weights of min over w ≥ 0 of |Aw|² + m²(Σw − 1)², divided by their sum, are the best point of
the hull, because at each Σw = s the first term is s² times that of w/s. So one method serves both, and is exact for both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from .native import count, kernel, pointer, real
from .rational import Array

SLACK = 1e-12  # of a multiplier, as a cosine per unit of scaled weight: rounding in Gw − h
DEPENDENT = 1e-12  # squared sine of the angle to the span of others below which a column adds nothing
FLAT = 1e-10  # squared length of a column, beside the mean of all, that may be rounding
PATIENCE = 3  # exchanges of all columns at once that may fail to reduce the number of wrong ones
EPS = float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights with what shows that they are best."""

    weights: Array
    """w[i] ≥ 0."""
    dual: Array = field(repr=False)
    """y[i] = (Gw − h)[i] in the units of G·w: the slope of half the squared error; ≥ 0, and 0 where w is positive."""
    residual: float
    """Largest breach of the three conditions, as a cosine: y[i] / (|U_i||u|)."""
    steps: int
    """Linear systems solved."""
    condition: float = float("nan")
    """Of the Gram matrix of the columns used, each scaled to length one; nan until `examined`."""
    unique: bool = True
    """False where other weights may do as well (columns of multiplier zero depend on each other); set by `examined`."""
    how: str = ""

    @property
    def used(self) -> Array:
        """[i]: whether column i has weight."""
        return self.weights > 0


@dataclass(frozen=True, eq=False)
class _Scaled:
    """Columns of length one, people of length one: C = G_ij/(|U_i||U_j|), slope = U_i'(u − U·base)/(|U_i||u|)."""

    gram: Array
    slope: Array
    base: Array
    length: Array
    size: float

    def on(self, passive: Array) -> tuple[Array, Array] | None:
        """(x, y) with x solved for on the passive columns and zero elsewhere; None where they are dependent."""
        p = np.flatnonzero(passive)
        if len(p) == len(passive):
            inner, right = self.gram, self.slope
        else:
            inner = self.gram[np.ix_(p, p)]
            q = np.flatnonzero(~passive & (self.base != 0))
            right = self.slope[p] + (self.gram[np.ix_(p, q)] @ self.base[q] if len(q) else 0.0)
        try:
            step = np.linalg.solve(inner, right) if len(p) else right
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(step).all():
            return None
        delta = -self.base
        delta[p] = step
        x = np.zeros(len(passive))
        x[p] = self.base[p] + step
        return x, self.gram @ delta - self.slope

    def slack(self, x: Array) -> float:
        """What of a multiplier may be rounding at x."""
        return SLACK * (1.0 + float(np.abs(x).sum()))


def nonnegative(
    gram: Array, cross: Array, *, start: Array | None = None, at: Array | None = None, size: float | None = None
) -> Weights:
    """The w ≥ 0 that minimise w'Gw − 2h'w: gram G[i, j] symmetric and positive semidefinite, cross h[i].

    start[i]: weights, or a mask, of a nearby problem (their columns are tried first). With `at` (weights), `cross` is the slope
    U'(u − U·at) there, which a second pass over the rows knows better than h − G·at does; `size` is then |u|, or of its order.
    Columns of zeros get no weight. Where columns depend on each other several weights are best: these are independent ones, and
    of equal columns the first.
    """
    length = np.sqrt(np.maximum(np.diag(gram), 0.0))
    live = np.flatnonzero(length > length.max(initial=0.0) * 1e-150)
    base = np.zeros(len(cross)) if at is None else np.asarray(at, dtype=float)
    cosine = cross[live] / length[live]
    scale = float(np.abs(cosine).max(initial=0.0)) if size is None else size
    if not len(live) or not scale:
        return Weights(np.zeros(len(cross)), -cross, 0.0, 0, how="no column points towards the people")
    inner = gram if len(live) == len(cross) else gram[np.ix_(live, live)]
    problem = _Scaled(
        inner / np.outer(length[live], length[live]), cosine / scale, base[live] * length[live] / scale, length, scale
    )
    passive = problem.base > 0 if start is None else np.asarray(start)[live] > 0
    x, steps, how = _pivoting(problem, passive)
    if x is None:
        x, more = _one_by_one(problem)
        steps, how = steps + more, f"{how}; then one column at a time"
    weights = np.zeros(len(cross))
    weights[live] = x * scale / length[live]
    dual = gram @ (weights - base) - cross
    breach = np.where(weights[live] > 0, np.abs(dual[live]), np.maximum(-dual[live], 0.0)) / (length[live] * scale)
    return Weights(weights, dual, float(breach.max()), steps, how=how)


def many(gram: Array, cross: Array, *, native: bool = True) -> Array:
    """`nonnegative` for many problems at once: weights[b, i] from gram[b, i, j] and cross[b, i].

    Compiled, column by column; or (native=False, or without the kernels) in NumPy, where each round of block pivoting solves the
    systems of all open problems in one call, and what that cannot finish is solved alone. The same weights but for rounding,
    and for which of several best ones.
    """
    length = np.sqrt(np.maximum(np.diagonal(gram, axis1=-2, axis2=-1), 0.0))
    dead = length <= length.max(axis=-1, keepdims=True) * 1e-150
    unit = np.where(dead, 1.0, length)
    cosine = np.where(dead, 0.0, cross / unit)
    size = np.abs(cosine).max(axis=-1, keepdims=True)
    scale = np.where(size > 0, size, 1.0)
    inner = np.ascontiguousarray(gram / (unit[:, :, None] * unit[:, None, :]))
    slope = np.ascontiguousarray(cosine / scale)
    run = kernel("nonnegative_many") if native else None
    if run is not None:
        x = np.empty(slope.shape)
        sizes = count(len(slope)), count(slope.shape[-1])
        if run(*sizes, pointer(inner), pointer(slope), pointer(x), real(SLACK), real(DEPENDENT)) >= 0:
            return np.asarray(x * scale / unit)
    x, hard = _many_pivoting(inner, slope)
    for b in hard:
        alone = _Scaled(inner[b], slope[b], np.zeros(slope.shape[-1]), length[b], 1.0)
        x[b] = _one_by_one(alone)[0]
    return np.asarray(x * scale / unit)


def _many_pivoting(inner: Array, slope: Array) -> tuple[Array, list[int]]:
    """(x[b, i], problems that block pivoting could not finish); columns of length one."""
    k = slope.shape[-1]
    found, passive = np.zeros(slope.shape), np.zeros(slope.shape, dtype=bool)
    fewest, patience = np.full(len(slope), k + 1), np.full(len(slope), PATIENCE)
    left: Array = np.arange(len(slope))
    hard: list[int] = []
    for _ in range(50 + k):
        if not len(left):
            break
        inside = passive[left]
        x = _systems(inner[left], slope[left], inside)
        y = (inner[left] @ x[..., None])[..., 0] - slope[left]
        slack = SLACK * (1.0 + np.abs(x).sum(axis=-1, keepdims=True))
        wrong = np.where(inside, x < 0, y < -slack)
        bad = ~(slack[:, 0] <= 1e-6)  # nan too
        number = wrong.sum(axis=-1)
        done = (number == 0) & ~bad
        found[left[done]] = x[done]
        hard += left[bad].tolist()
        on = ~(done | bad)
        left, wrong, number = left[on], wrong[on], number[on]
        better = number < fewest[left]
        tired = ~better & (patience[left] == 0)
        patience[left] = np.where(better, PATIENCE, np.maximum(patience[left] - 1, 0))
        fewest[left] = np.where(better, number, fewest[left])
        last = k - 1 - np.argmax(wrong[:, ::-1], axis=-1)  # Murty's rule
        passive[left] ^= np.where(tired[:, None], np.arange(k) == last[:, None], wrong)
    return found, hard + left.tolist()


def _systems(gram: Array, slope: Array, passive: Array) -> Array:
    """x[b, i] solved for on the passive columns, zero elsewhere; nan where they are dependent."""
    both = passive[:, :, None] & passive[:, None, :]
    systems = np.where(both, gram, 0.0)
    at = np.arange(passive.shape[-1])
    systems[:, at, at] = np.where(passive, systems[:, at, at], 1.0)
    right = np.where(passive, slope, 0.0)[..., None]
    try:
        return np.asarray(np.linalg.solve(systems, right)[..., 0])
    except np.linalg.LinAlgError:
        if len(systems) == 1:
            return np.full(passive.shape, np.nan)
        half = len(systems) // 2
        return np.concatenate([_systems(gram[s], slope[s], passive[s]) for s in (slice(half), slice(half, None))])


def many_simplex(differences: Array, *, native: bool = True) -> Array:
    """`simplex` for many problems at once: weights[b, i] from differences[b, i, j]."""
    size = np.diagonal(differences, axis1=-2, axis2=-1)
    least = np.maximum(size.min(axis=-1), FLAT * size.mean(axis=-1))
    weight = np.where(least > 0, least, 1.0)[:, None]
    found = many(differences + weight[..., None], np.broadcast_to(weight, differences.shape[:-1]), native=native)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def simplex(differences: Array, *, start: Array | None = None) -> Weights:
    """The w ≥ 0 with Σw = 1 that minimise w'Dw: differences D[i, j] = Σ_r (U_ri − u_r)(U_rj − u_r). The least point of a hull.

    `dual`[i] = (Dw)[i] − w'Dw: by how much column i is farther than the mix, along the mix; zero where w is positive.
    """
    weight = _penalty(differences)
    found = nonnegative(differences + weight, np.full(len(differences), weight), start=start)
    return _normalised(differences, found)


def simplex_again(differences: Array, found: Array, slope: Array) -> Weights:
    """`simplex` made precise by a second pass over the rows: slope[i] = Σ_r (U_ri − u_r)(Uw − u)_r at w = `found`.

    The weights of the problem without Σw = 1 are s·w with s = m²/(w'Dw + m²), and its slope there is −s·slope + m²(1 − s).
    """
    weight = _penalty(differences)
    short = weight / (max(float(found @ slope), 0.0) + weight)
    size = float(np.sqrt(weight))  # |u| of the penalty's row, which is all that is to be reached
    left = weight * (1.0 - short) - short * slope
    again = nonnegative(differences + weight, left, at=short * found, start=found, size=size)
    return _normalised(differences, again)


def examined(gram: Array, found: Weights, *, simplex: bool = False) -> Weights:
    """`found` with its condition, and whether other weights do as well: two eigenvalue problems of the columns in play."""
    full = gram + _penalty(gram) if simplex else gram
    length = np.sqrt(np.maximum(np.diag(full), 0.0))
    live = length > length.max(initial=0.0) * 1e-150
    used = np.flatnonzero(found.used)
    scaled = full[np.ix_(used, used)] / np.outer(length[used], length[used])
    values = np.linalg.eigvalsh(scaled) if len(used) else np.ones(1)
    condition = float(values[-1] / values[0]) if values[0] > 0 else float("inf")
    size = np.sqrt(max(float(found.weights @ full @ found.weights), 0.0))
    tight = np.flatnonzero(live & (found.dual <= 1e3 * SLACK * length * max(size, 1e-300)))
    unique = True
    if len(tight) > len(used):
        near = full[np.ix_(tight, tight)] / np.outer(length[tight], length[tight])
        unique = bool(np.linalg.eigvalsh(near)[0] > DEPENDENT)
    return replace(found, condition=condition, unique=unique)


def _penalty(differences: Array) -> float:
    """m², the squared length of the shortest column: the least point of the hull is no longer, so that the row of ones is neither
    drowned by it nor, whatever the scales of the columns, drowns it.
    """
    size = np.diag(differences)
    return max(float(size.min()), FLAT * float(size.mean())) or 1.0


def _normalised(differences: Array, found: Weights) -> Weights:
    weights = found.weights / found.weights.sum()
    slope = differences @ weights
    square = float(weights @ slope)
    length = np.sqrt(np.diag(differences) + _penalty(differences))
    dual = slope - square
    breach = np.where(weights > 0, np.abs(dual), np.maximum(-dual, 0.0)) / (length * float(length.max()))
    return replace(found, weights=weights, dual=dual, residual=float(breach.max()))


def _pivoting(problem: _Scaled, passive: Array) -> tuple[Array | None, int, str]:
    """(x, systems solved, how), or None for x where the columns at hand are dependent or the exchanges go in circles."""
    k = len(passive)
    passive = passive.copy()
    fewest, patience = k + 1, PATIENCE
    most = 50 + k
    for step in range(1, most + 1):
        at = problem.on(passive)
        if at is None:
            return None, step, "block pivoting met dependent columns"
        x, y = at
        slack = problem.slack(x)
        if slack > 1e-6:
            return None, step, "block pivoting met nearly dependent columns"
        wrong = np.where(passive, x < 0, y < -slack)
        number = int(wrong.sum())
        if not number:
            return x, step, "block principal pivoting"
        if number < fewest:
            fewest, patience = number, PATIENCE
        elif patience:
            patience -= 1
        else:
            wrong[: int(np.flatnonzero(wrong)[-1])] = False  # Murty's rule: the last one only
        passive ^= wrong
    return None, most, "block pivoting did not end"


def _one_by_one(problem: _Scaled) -> tuple[Array, int]:
    """Lawson & Hanson from zero: x stays feasible and better at each step, the columns inside stay independent."""
    k = len(problem.slope)
    passive = np.zeros(k, dtype=bool)
    barred = np.zeros(k, dtype=bool)
    x, y = np.zeros(k), problem.gram @ -problem.base - problem.slope
    steps = 0
    for _ in range(10 * k + 100):
        steep = np.where(passive | barred, 0.0, y)
        j = int(np.argmin(steep))
        if steep[j] >= -problem.slack(x):
            break
        p = np.flatnonzero(passive)
        steps += 1
        if len(p):
            against = problem.gram[p, j]
            sine = 1.0 - float(against @ np.linalg.solve(problem.gram[np.ix_(p, p)], against))
            if sine <= DEPENDENT:
                barred[j] = True
                continue
        passive[j] = True
        barred[:] = False
        x, y, inner = _inwards(problem, passive, x, j)
        steps += inner
        if not passive[j]:  # rounding: it would not stay
            barred[j] = True
    return x, steps


def _inwards(problem: _Scaled, passive: Array, x: Array, entering: int) -> tuple[Array, Array, int]:
    """From x towards the best point of the passive columns; those that reach zero leave. Changes `passive`."""
    steps = 0
    while True:
        steps += 1
        at = problem.on(passive)
        if at is None:  # it looked independent by a hair
            out = entering if passive[entering] else int(np.argmin(np.where(passive, x, np.inf)))
            passive[out], x[out] = False, 0.0
            continue
        aim, y = at
        falling = passive & (aim <= 0)
        if not falling.any():
            return aim, y, steps
        if falling[entering] and x[entering] <= 0:  # rounding alone made it look worth while
            passive[entering] = False
            continue
        share = np.min(x[falling] / (x[falling] - aim[falling]))
        x = np.where(passive, x + share * (aim - x), 0.0)
        passive &= x > 1e-15 * max(float(x.max()), 1e-300)
        x = np.where(passive, x, 0.0)
