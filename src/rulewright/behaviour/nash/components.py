"""The set of all equilibria of two players, from its extreme ones: maximal Nash subsets and connected components.

Extreme equilibria (x, y) are edges between the extreme x's and the extreme y's. All pairs from conv X × conv Y are
equilibria exactly where every pair of X × Y is one (a *Nash subset*: Millham 1974, Naval Res. Logist. Q. 21); the maximal
ones are the maximal bicliques of that graph, and they meet within the connected components of the whole set (Avis,
Rosenberg, Savani & von Stengel 2010, Econ. Theory 42). An isolated nondegenerate equilibrium has index
(−1)^{k+1} sign det A_IJ det B_IJ for positive payoffs and supports I, J of k actions (Shapley 1974, Math. Program. Study 1);
the indices of a nondegenerate game sum to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array
from .bimatrix import Extremes
from .many import checked, positive

SAME = 1e-9  # mixtures in floats that are nearer than this are one


@dataclass(frozen=True)
class Subset:
    """Every mixture of `x` against every mixture of `y` is an equilibrium. Positions in `Components.x` and `.y`."""

    x: tuple[int, ...]
    y: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Components:
    """All equilibria of a bimatrix game."""

    x: Array
    """[vertex, row]: the extreme mixtures of the row player, each once."""
    y: Array
    """[vertex, column]."""
    components: tuple[tuple[Subset, ...], ...]
    """Per connected component its maximal Nash subsets."""

    def __len__(self) -> int:
        return len(self.components)

    @property
    def isolated(self) -> tuple[bool, ...]:
        """Per component whether it is a single equilibrium."""
        return tuple(len(c) == 1 and len(c[0].x) == len(c[0].y) == 1 for c in self.components)

    def describe(self) -> str:
        single = sum(self.isolated)
        rest = len(self) - single
        said = [f"{single} isolated equilibri{'um' if single == 1 else 'a'}"] if single else []
        said += [f"{rest} component{'s' * (rest != 1)} of infinitely many"] if rest else []
        return " and ".join(said) or "no equilibria"


def components(found: Extremes) -> Components:
    """What the extreme equilibria span."""
    (x, at_x), (y, at_y) = _once(found.x), _once(found.y)
    edge = np.zeros((len(x), len(y)), dtype=bool)
    edge[at_x, at_y] = True
    parts: list[list[Subset]] = []
    for rows, columns in _connected(edge):
        inner = edge[np.ix_(rows, columns)]
        parts.append(
            [Subset(tuple(int(rows[i]) for i in r), tuple(int(columns[j]) for j in c)) for r, c in _bicliques(inner)]
        )
    return Components(x, y, tuple(map(tuple, parts)))


def _once(mixtures: Array) -> tuple[Array, Array]:
    """(different mixtures, in order of first appearance; position of each of `mixtures` among them)."""
    seen: dict[tuple, int] = {}
    at = []
    for row in mixtures:
        key = tuple(row) if rational.is_exact(mixtures) else tuple(np.round(row / SAME).astype(np.int64).tolist())
        at.append(seen.setdefault(key, len(seen)))
    first = {k: i for i, k in reversed(list(enumerate(at)))}
    return mixtures[[first[k] for k in range(len(seen))]], np.array(at, dtype=int)


def _connected(edge: Array) -> Iterator[tuple[Array, Array]]:
    """(rows, columns) of every connected component of a bipartite graph."""
    waiting = set(range(len(edge)))
    while waiting:
        rows: Array = np.arange(len(edge)) == min(waiting)
        while True:
            columns = edge[rows].any(axis=0)
            wider = np.asarray(edge[:, columns].any(axis=1))
            if (wider == rows).all():
                break
            rows = wider
        waiting -= set(np.flatnonzero(rows).tolist())
        yield np.flatnonzero(rows), np.flatnonzero(columns)


def _bicliques(edge: Array) -> list[tuple[list[int], list[int]]]:
    """All maximal bicliques of a connected bipartite graph: the closed sets of rows, by closing intersections of columns' rows."""
    rows_of = {frozenset(np.flatnonzero(column).tolist()) for column in edge.T}
    closed = set(rows_of)
    waiting = list(rows_of)
    while waiting:
        rows = waiting.pop()
        for other in rows_of:
            both = rows & other
            if both and both not in closed:
                closed.add(both)
                waiting.append(both)
    found = [(sorted(rows), np.flatnonzero(edge[sorted(rows)].all(axis=0)).tolist()) for rows in closed]
    return sorted(found)


def index(a: Array, b: Array, x: Array, y: Array) -> int:
    """+1 or −1: the index of a nondegenerate equilibrium (x, y) of the game with payoffs a, b [row, column].

    Raises InputError where the supports differ in size or the equations are singular: it is then degenerate.
    """
    a, b = checked(a, b)
    if (np.shape(x), np.shape(y)) != (a.shape[:1], a.shape[1:]):
        needed = f"mixtures of {a.shape[0]} rows and {a.shape[1]} columns"
        raise InputError(where="index", needed=needed, found=f"shapes {np.shape(x)} and {np.shape(y)}")
    rows, columns = (np.flatnonzero(rational.floats(z) > SAME) for z in (x, y))
    if len(rows) == len(columns):
        pair = [positive(rational.floats(payoff))[np.ix_(rows, columns)] for payoff in (a, b)]
        sign = np.prod([np.linalg.slogdet(p)[0] for p in pair])
        if sign:
            return int(sign) * (-1) ** (len(rows) + 1)
    raise InputError(
        where="index", needed="a nondegenerate equilibrium", found=f"supports of {len(rows)} and {len(columns)}"
    )
