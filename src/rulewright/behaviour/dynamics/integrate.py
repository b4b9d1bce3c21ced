"""Steps along x' = V(x), all rows at once, each row at its own pace.

`fixed`: classical Runge–Kutta of order 4 (Kutta 1901). `adaptive`: the embedded pair of orders 5 and 4 of Dormand & Prince 1980
(J. Comput. Appl. Math. 6), with Hairer's interpolant of order 4 for the times asked for (Hairer, Nørsett & Wanner 1993, Solving
ODEs I, II.6). A flow that jumps is constant but for the pull towards a corner: there x ← x + (1 − e^{−h})·V is exact until
the next jump.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ...numerics.native import count, kernel, pointer, real
from ...numerics.rational import Array
from .flows import Field

STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
ERROR = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
DENSE = (
    -12715105075 / 11282082432,
    0.0,
    87487479700 / 32700410799,
    -10690763975 / 1880347072,
    701980252875 / 199316789632,
    -1453857185 / 822651844,
    69997945 / 29380423,
)
LOOK, LOOK_FAST = 8, 64  # steps between two looks at who has come to rest
Settled = Callable[[Field, Array, Array], tuple[Array, Array]]


def step_rk4(field: Field, x: Array, h: float) -> Array:
    k1 = field(x)
    k2 = field(x + 0.5 * h * k1)
    k3 = field(x + 0.5 * h * k2)
    k4 = field(x + h * k3)
    return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def step_towards(field: Field, x: Array, h: float) -> Array:
    return x - np.expm1(-h) * field(x)


def fixed(field: Field, x: Array, times: Array, step: float, native: bool = True) -> Array:
    """path[time, row, action], times evenly spaced from the first on, by steps of at most `step` that land on each of them."""
    path = np.empty((len(times), *x.shape))
    path[0] = x
    between = float(times[1] - times[0])
    each = max(int(np.ceil(between / step - 1e-9)), 1)
    h = between / each
    found = kernel("replicator_steps") if native and field.flow.name == "replicator" else None
    if found is not None and field.contest.payoff.ndim == 4:
        _compiled(found, field, x, h, each, path)
        return path
    one = step_towards if field.flow.jumps else step_rk4
    for k in range(1, len(times)):
        for _ in range(each):
            x = field.tidy(one(field, x, h))
        path[k] = x
    return path


def _compiled(found, field: Field, x: Array, h: float, each: int, path: Array) -> None:  # type: ignore[no-untyped-def]
    contest = field.contest
    tables = [np.ascontiguousarray(table.transpose(0, 2, 1)) for table in contest.tables]  # [row or 1, other, own]
    m, n = contest.sizes[0], 0 if contest.one else contest.sizes[1]
    z = np.array(x, dtype=float, order="C")
    sizes = (count(k) for k in (len(x), m, n, len(contest.payoff) == 1))
    steps = (count(k) for k in (each * (len(path) - 1), each))
    second = None if contest.one else pointer(tables[1])
    if found(*sizes, pointer(tables[0]), second, real(h), *steps, pointer(z), pointer(path[1:])):
        raise MemoryError("a flow found no memory")


def adaptive(
    field: Field, x: Array, times: Array, *, tolerance: float, settled: Settled, most: int, native: bool = True
) -> tuple[Array, Array]:
    """(path[time, row, action], reached[row]: the time up to which the row was followed).

    `settled(field, x, v)` says which rows need not be followed any further, and where all are; these stay. At most `most`
    steps of a row are tried.
    """
    x = np.array(x, dtype=float, order="C")
    rows, end = np.arange(len(x)), float(times[-1])
    path = np.empty((len(times), *x.shape))
    path[0] = x
    reached, upcoming = np.full(len(x), times[0], dtype=float), np.ones(len(x), dtype=np.int64)
    t, v = reached.copy(), field(x)
    h = 0.01 / np.maximum(abs(v).max(axis=1), 1e-3)
    found = kernel("replicator_adaptive") if native and field.flow.name == "replicator" else None
    fast = found is not None and field.contest.payoff.ndim == 4
    ahead = partial(_ahead_compiled, found) if fast else _ahead
    look = LOOK_FAST if fast else LOOK
    for _ in range(0, most, look):
        t, h, x, v = ahead(field, rows, upcoming, times, t, h, x, v, path, tolerance, look)
        done = t >= end * (1 - 1e-12)
        still, x = settled(field, field.tidy(x), v)  # a sum off one would grow where the mean payoff is negative
        still &= ~done
        out = done | still
        if out.any():
            reached[rows[out]] = t[out]
            path[-1, rows[out]] = x[out]
            for row in np.flatnonzero(still):
                path[upcoming[row] :, rows[row]] = x[row]
            stay = np.flatnonzero(~out)
            if not len(stay):
                break
            field, rows, x, v, t, h, upcoming = field.at(stay), *(k[stay] for k in (rows, x, v, t, h, upcoming))
    else:
        reached[rows] = t
        for k in range(len(rows)):
            path[upcoming[k] :, rows[k]] = x[k]
    flat = path.reshape(-1, path.shape[-1])
    np.maximum(flat, 0, out=flat)  # the interpolant keeps sums but for rounding, not signs
    for block in field.contest.blocks:
        flat[:, block] /= flat[:, block].sum(axis=-1, keepdims=True)
    return path, reached


def _ahead(field, rows, upcoming, times, t, h, x, v, path, tolerance, look):  # type: ignore[no-untyped-def]
    """(t, h, x, v) after `look` steps of every row that is not at the end; the times passed are written into `path`."""
    end = float(times[-1])
    for _ in range(look):
        h = np.minimum(h, np.maximum(end - t, 0) + 1e-12 * end)
        stages = [v]
        for weights in STAGES:
            new = x + h[:, None] * sum(w * k for w, k in zip(weights, stages, strict=True) if w)
            stages.append(field(new))
        error = h[:, None] * sum(w * k for w, k in zip(ERROR, stages, strict=True) if w)
        off = np.sqrt(np.mean((error / (1e-3 * tolerance + tolerance * np.maximum(abs(x), abs(new)))) ** 2, axis=1))
        good = (off <= 1) & (t < end * (1 - 1e-12))
        passed = good & (t + h >= times[np.minimum(upcoming, len(times) - 1)] - 1e-12 * end)
        _fill(path, rows, upcoming, times, t, h, x, new, stages, passed)
        t = np.where(good, t + h, t)
        x = np.where(good[:, None], new, x)
        v = np.where(good[:, None], stages[-1], v)
        h = h * np.clip(0.9 * np.maximum(off, 1e-10) ** -0.2, 0.2, 5.0)
    return t, h, x, v


def _ahead_compiled(found, field, rows, upcoming, times, t, h, x, v, path, tolerance, look):  # type: ignore[no-untyped-def]
    contest = field.contest
    columns = [np.ascontiguousarray(table.transpose(0, 2, 1)) for table in contest.tables]  # [row or 1, other, own]
    m, n = contest.sizes[0], 0 if contest.one else contest.sizes[1]
    t, h, x, v = (np.array(k, dtype=float, order="C") for k in (t, h, x, v))
    times = np.ascontiguousarray(times, dtype=float)
    failed = found(
        *(count(k) for k in (len(x), m, n, len(contest.payoff) == 1)),
        pointer(columns[0]),
        None if contest.one else pointer(columns[1]),
        count(look),
        real(tolerance),
        count(len(times)),
        pointer(times),
        count(path.shape[1]),
        pointer(rows),
        *(pointer(k) for k in (t, h, x, v, upcoming, path)),
    )
    if failed:
        raise MemoryError("a flow found no memory")
    return t, h, x, v


def _fill(
    path: Array,
    rows: Array,
    upcoming: Array,
    times: Array,
    t: Array,
    h: Array,
    x: Array,
    new: Array,
    stages: list[Array],
    passed: Array,
) -> None:
    """The times within the step, by the interpolant; `upcoming`[row] is the next time asked for and moves on."""
    who = np.flatnonzero(passed)
    if not len(who):
        return
    size = h[who, None]
    first, last = (k[who] for k in (stages[0], stages[-1]))
    move = new[who] - x[who]
    bend = size * first - move
    turn = move - size * last - bend
    rest = size * sum(w * k[who] for w, k in zip(DENSE, stages, strict=True) if w)
    inside = np.arange(len(who))
    last_time = len(times) - 1
    while len(inside):
        mine = who[inside]
        share = ((times[upcoming[mine]] - t[mine]) / h[mine])[:, None]
        left = 1 - share
        path[upcoming[mine], rows[mine]] = x[mine] + share * (
            move[inside] + left * (bend[inside] + share * (turn[inside] + left * rest[inside]))
        )
        upcoming[mine] += 1
        more = upcoming[mine] <= last_time
        more &= t[mine] + h[mine] >= times[np.minimum(upcoming[mine], last_time)] - 1e-12 * times[-1]
        inside = inside[more]
