"""All vertices of simple polytopes {z ≥ 0 : M z ≤ 1}, M ≥ 0, as sets of facets, and a proof that none is missing.

Facet k < d says z_k = 0, facet d + i that row i is tight; at a vertex of a *simple* polytope exactly d of them meet. From
the origin the graph is walked along its edges, breadth first (by `native/vertices.c`, or by its twin here). The proof takes
no float's word: if every set of facets listed is a vertex, strictly inside all other facets, by error bounds that hold
(after Rump 2010, Acta Numerica 19), and every edge has both its ends in the list, then the list is a component of the graph, which
is connected (Balinski 1961, Pacific J. Math. 11): the list is all there is.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import TooLarge
from .native import count, kernel, pointer, real
from .rational import Array

TIE = 1e-9  # ratios nearer than this, relatively, are one: the polytope is not simple, or too nearly not
FULL, TIED = -1, -2
MOST = 1_000_000  # vertices of one polytope; four seconds at 20 dimensions, twenty at 30, and half a GiB
LABELS = 64  # facets of one polytope: a set of them is a word
UNIT = 2.0**-53
CHUNK = 2**22  # numbers in one batch of matrices of the proof


def facet_sets(matrix: Array, *, most: int = MOST) -> Array | None:
    """[vertex], uint64: bit f of a vertex is set where facet f meets there; the origin first. None if not simple.

    matrix is [row, dimension], floats of at least 0, no column of zeros; rows + dimension ≤ 64. Raises TooLarge beyond `most`.
    """
    m, d = matrix.shape
    walk = kernel("simple_vertices")
    if walk is None:
        return listed(walked(matrix[None], most)[0], most)
    matrix = np.ascontiguousarray(matrix)
    capacity = min(1024, most)
    while True:
        masks = np.empty(capacity, dtype=np.uint64)
        found = int(walk(pointer(matrix), count(m), count(d), pointer(masks), count(capacity), real(TIE)))
        if found >= 0:
            return np.concatenate([np.array([(1 << d) - 1], dtype=np.uint64), masks[:found]])
        if found != FULL or capacity == most:
            return listed(found, most)
        capacity = min(8 * capacity, most)


def listed(found: Array | int, most: int) -> Array | None:
    """What a walk came back with: the list, or None if not simple. Raises TooLarge where it was cut short."""
    if not isinstance(found, int):
        return found
    if found == TIED:
        return None
    raise too_large(most)


def too_large(most: int) -> TooLarge:
    return TooLarge(
        where="enumeration of vertices",
        needed=f"at most {most:,} vertices",
        found="more, and growing",
        remedy="Ask for `pure`, for `lemke-howson`, or for `correlated`, whose worst and best need no list of all equilibria.",
    )


def walked(matrices: Array, most: int) -> list[Array | int]:
    """What the kernel does, in NumPy, for matrices[polytope, row, dimension], a whole generation of all polytopes at a time.

    Returns per polytope its facet sets, or FULL or TIED.
    """
    g, m, d = matrices.shape
    table = np.concatenate([matrices, np.ones((g, m, 1))], axis=2)
    labels = np.tile(np.arange(d + m), (g, 1))
    of, facets = np.arange(g), np.full(g, (1 << d) - 1, dtype=np.uint64)
    status = np.zeros(g, dtype=int)
    found = [(of, facets)]
    total = np.ones(g, dtype=int)
    before = np.zeros((0, 2), dtype=np.uint64)
    while len(of):
        least, leaving, tied = _ratio_tests(table)
        status[of[tied]] = TIED
        here = np.column_stack([of.astype(np.uint64), facets])
        bit = np.uint64(1) << labels[:, :d].astype(np.uint64)
        gained = np.uint64(1) << np.take_along_axis(labels, d + leaving, axis=1).astype(np.uint64)
        there = (facets[:, None] ^ bit) | gained  # [vertex, column]
        vertex, column = np.nonzero((status[of] == 0)[:, None] & (least < np.inf))
        keys = np.column_stack([of[vertex].astype(np.uint64), there[vertex, column]])
        new = _first_seen(np.vstack([before, here]), keys)  # neighbours are one generation away at most
        vertex, column = vertex[new], column[new]
        table, labels = _exchanged(table, labels, vertex, leaving[vertex, column], column)
        before, of, facets = here, of[vertex], there[vertex, column]
        np.add.at(total, of, 1)
        status[(total > math.comb(d + m, d)) & (status == 0)] = TIED  # rounding has sent the walk in circles
        status[total > most] = np.where(status[total > most] == 0, FULL, status[total > most])
        found.append((of, facets))
    owner, sets = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(owner, kind="stable")
    parts = np.split(sets[order], np.searchsorted(owner[order], np.arange(1, g)))
    return [int(s) if s else part for s, part in zip(status, parts, strict=True)]


def _ratio_tests(table: Array) -> tuple[Array, Array, Array]:
    """(least ratio, row that leaves) [vertex, column], and whether some column's test is tied [vertex]."""
    entry = table[:, :, :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(entry > 1e-11, table[:, :, -1:] / entry, np.inf)
    leaving = ratio.argmin(axis=1)
    least = np.take_along_axis(ratio, leaving[:, None], axis=1)[:, 0]
    np.put_along_axis(ratio, leaving[:, None], np.inf, axis=1)
    second = ratio.min(axis=1)
    limit = np.where(second < np.inf, second * (1 - TIE), np.inf)
    return least, leaving, ((least >= limit) | (least == np.inf)).any(axis=1)


def _exchanged(table: Array, labels: Array, vertex: Array, r: Array, c: Array) -> tuple[Array, Array]:
    """The dictionaries of `vertex` with column c exchanged for row r."""
    d = table.shape[2] - 1
    table, labels = table[vertex], labels[vertex]
    each = np.arange(len(vertex))
    inverse = 1.0 / table[each, r, c]
    row = table[each, r] * inverse[:, None]
    factor = table[each, :, c]
    row[each, c] = inverse
    table[each, :, c] = 0.0
    table -= factor[:, :, None] * row[:, None, :]
    table[each, r] = row
    labels[each, c], labels[each, d + r] = labels[each, d + r], labels[each, c].copy()
    return table, labels


def _first_seen(known: Array, keys: Array) -> Array:
    """Positions of the rows of `keys` [key, 2] that are not in `known`, one for each; in order."""
    both = np.vstack([known, keys])
    order = np.lexsort((np.arange(len(both)), both[:, 1], both[:, 0]))
    ranked = both[order]
    first = np.ones(len(both), dtype=bool)
    first[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    chosen = order[first]
    return np.sort(chosen[chosen >= len(known)] - len(known))


def nothing_missing(matrix: Array, sets: Array) -> bool:
    """Whether `sets` are proved to be all vertices of a simple polytope, whatever rounding did.

    It holds for every polytope whose rows are within a relative 2⁻⁵³ of matrix[row, dimension], entry by entry: for
    exact numbers that were rounded to floats. False says that nothing is proved.
    """
    m, d = matrix.shape
    facets = (sets[:, None] >> np.arange(d + m, dtype=np.uint64)) & np.uint64(1) > 0
    if not len(sets) or not (facets.sum(axis=1) == d).all():
        return False
    step = max(1, CHUNK // (d * d))
    if not all(_strictly_inside(matrix, facets[k : k + step]) for k in range(0, len(sets), step)):
        return False
    where = np.nonzero(facets)[1].reshape(-1, d).astype(np.uint64)
    edges = np.sort((sets[:, None] ^ (np.uint64(1) << where)).ravel())  # an edge is a vertex without one of its facets
    return (
        len(edges) % 2 == 0
        and bool((edges[::2] == edges[1::2]).all())
        and not (edges[1:-1:2] == edges[2::2]).any()
        and len(np.unique(sets)) == len(sets)
    )


def _strictly_inside(matrix: Array, facets: Array) -> bool:
    """Whether the facets of each row of facets[vertex, facet] meet in one point, strictly inside all the others."""
    d = matrix.shape[1]
    normals = np.vstack([np.eye(d), matrix])
    chosen = np.nonzero(facets)[1].reshape(-1, d)
    g, side = normals[chosen], (chosen >= d).astype(float)
    try:
        inverse = np.linalg.inv(g)
    except np.linalg.LinAlgError:
        return False
    if not np.isfinite(inverse).all():
        return False
    gamma = (d + 4) * UNIT * 1.01  # rounding of a sum of d products, of its own formation, and of g itself
    size = np.abs(inverse)
    off = np.abs(np.eye(d) - inverse @ g) + 2 * gamma * (size @ np.abs(g) + 1)
    far = off.sum(axis=2).max(axis=1) * 1.01  # ‖1 − R·G‖ at most
    point = (inverse @ side[:, :, None])[..., 0]
    left = np.abs(side - (g @ point[..., None])[..., 0])
    left += 2 * gamma * ((np.abs(g) @ np.abs(point)[..., None])[..., 0] + side)
    if not (far < 0.5).all():
        return False
    error = 1.01 * size.sum(axis=2).max(axis=1) * left.max(axis=1) / (1 - far)  # |z − point| at most
    slack = 1 - point @ matrix.T
    spread = error[:, None] * matrix.sum(axis=1) * 1.01 + 2 * gamma * (np.abs(point) @ matrix.T + 1)
    clear = np.concatenate([point > error[:, None], slack > spread], axis=1)
    return bool((clear | facets).all())
