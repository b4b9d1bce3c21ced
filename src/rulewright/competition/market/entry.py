"""Which AI would have to enter the market, and what it costs if one leaves.

A candidate V helps only if the witness ν of the present ε likes it: ⟨ν, V⟩ > 0 (cone), or more than any AI on offer (hull). If not, ν
proves the old ε of the new market too: the reduced cost of column generation (Gilmore & Gomory 1961, Oper. Res. 9). Those
that pass are added and ε solved anew; greedily, and in pairs.

The missing AI: of all utilities V that bring ε down to a target τ, the one least different from a reference V0 (the average AI, or
one on offer): with weight v on the entrant, s = 1/v and D = V − V0,

    minimise  max_r |D_r|  or  Σ_r |D_r|   subject to   | Σ_i w_i U[r, i] + V0_r + D_r + c − s u_P[r] | ≤ τ s,   w ≥ 0,   s ≥ 1/most,

which is linear, because all is divided by v. What D must change, and where, is what the entrant has to see differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics import rational
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .gap import NOTHING, known
from .near import Near, near
from .range import certificate
from .table import Table

MEASURES = ("sum", "largest")
MOST_ROWS = 5_000  # of a table for which an entrant is designed
MOST_PAIRS = 12  # candidates that are tried in pairs
STEPS = 5  # of entry, one after another


@dataclass(frozen=True)
class Candidate:
    """What one entrant, or several together, would bring."""

    names: tuple[str, ...]
    reduced: float
    """How much the witness likes it: at most zero means that it cannot help. Of several: the largest."""
    epsilon: float
    """With it."""
    rho: float
    weight: float
    """In the nearest mix; of several: the sum."""


@dataclass(frozen=True)
class Leaving:
    """What is left without one AI."""

    name: str
    epsilon: float
    rho: float


@dataclass(frozen=True, eq=False)
class Missing:
    """The least different entrant that brings ε to the target."""

    reference: str
    """What it is compared with."""
    target: float
    measure: str
    utility: Array = field(repr=False)
    """V[r]."""
    change: Array = field(repr=False)
    """D[r] = V − V0; zero on most rows for the measure "sum"."""
    size: float
    """max |D| or Σ |D|."""
    weight: float
    """v, of the entrant in the mix; 0 where none is needed."""
    epsilon: float
    """Of the market with it."""

    @property
    def rows(self) -> Array:
        """Where it differs, most first."""
        found = np.flatnonzero(np.abs(self.change) > NOTHING)
        return found[np.argsort(-np.abs(self.change[found]), kind="stable")]


def enters(table: Table, column: Array, name: str) -> Table:
    """The table with one AI more."""
    ais = np.concatenate([table.ais, rational.like(column, table.ais)[:, None]], axis=1)
    return replace(table, ais=ais, names=(*table.names, name))


def reduced_cost(table: Table, found: Near, column: Array) -> float:
    """How much the witness likes a column, beyond what it likes the AIs on offer: at most zero, and it cannot help."""
    nu = rational.floats(found.witness)
    liked = float(nu @ rational.floats(column)[found.rows])
    if found.kind == "cone":
        return liked
    return liked - float((nu @ rational.floats(table.ais[found.rows])).max(initial=-np.inf))


def candidates(table: Table, found: Near, catalogue: Table, *, with_range: bool = True) -> tuple[Candidate, ...]:
    """Each AI of the catalogue (same rows) as the only entrant; the best first. Raises InputError where rows differ."""
    _same_rows(table, catalogue)
    tried = [_tried(table, found, catalogue, (j,), with_range) for j in range(catalogue.k)]
    return tuple(sorted(tried, key=lambda c: (c.epsilon, -c.reduced, c.names)))


def pairs(table: Table, found: Near, catalogue: Table, *, with_range: bool = False) -> tuple[Candidate, ...]:
    """Every pair of the most promising candidates entering together, the best first: two may do what neither does alone."""
    _same_rows(table, catalogue)
    order = sorted(
        range(catalogue.k), key=lambda j: -reduced_cost(table, found, rational.floats(catalogue.ais[:, j]))
    )
    tried = [_tried(table, found, catalogue, two, with_range) for two in combinations(sorted(order[:MOST_PAIRS]), 2)]
    return tuple(sorted(tried, key=lambda c: (c.epsilon, c.names)))


def greedily(table: Table, found: Near, catalogue: Table, *, steps: int = STEPS) -> tuple[Candidate, ...]:
    """Entry one after another, each the best of those left; stops where nobody helps."""
    _same_rows(table, catalogue)
    market, now, left, done = table, found, list(range(catalogue.k)), []
    while left and len(done) < steps:
        tried = [_tried(market, now, catalogue, (j,), False) for j in left]
        best = min(range(len(left)), key=lambda t: (tried[t].epsilon, tried[t].names))
        if tried[best].epsilon >= now.value - 1e-9 * max(1.0, now.value):
            break
        j = left.pop(best)
        market = enters(market, catalogue.ais[:, j], catalogue.names[j])
        now = _again(market, now)
        rho = certificate(market, kind=now.kind, exactly=False).value
        done.append(replace(tried[best], rho=rho))
    return tuple(done)


def _same_rows(table: Table, catalogue: Table) -> None:
    if catalogue.n != table.n:
        raise InputError(where="candidates", needed=f"the {table.n} rows of the table", found=f"{catalogue.n} rows")


def _again(table: Table, found: Near) -> Near:
    return near(table, kind=found.kind, offset=found.offset, sides=found.sides, exactly=False)


def _tried(table: Table, found: Near, catalogue: Table, which: tuple[int, ...], with_range: bool) -> Candidate:
    names = tuple(catalogue.names[j] for j in which)
    reduced = max(reduced_cost(table, found, rational.floats(catalogue.ais[:, j])) for j in which)
    if reduced <= 0 and len(which) == 1:  # the witness still stands
        rho = certificate(table, kind=found.kind, exactly=False).value if with_range else np.nan
        return Candidate(names, reduced, found.value, rho, 0.0)
    market = table
    for j in which:
        market = enters(market, catalogue.ais[:, j], catalogue.names[j])
    now = _again(market, found)
    rho = certificate(market, kind=found.kind, exactly=False).value if with_range else np.nan
    return Candidate(names, reduced, min(now.value, found.value), rho, float(now.weights[table.k :].sum()))


def exits(table: Table, found: Near, *, with_range: bool = True) -> tuple[Leaving, ...]:
    """What each AI of the mix costs by leaving, the dearest first. One that the mix does without costs ε nothing.

    Without the last AI nothing is left to mix: a constant in the cone, nobody in the hull; those markets are left out.
    """
    if table.k < 2:
        return ()
    left = []
    for i in found.mixed:
        market = table.only([j for j in range(table.k) if j != i])
        rho = certificate(market, kind=found.kind, exactly=False).value if with_range else np.nan
        left.append(Leaving(table.names[i], _again(market, found).value, rho))
    return tuple(sorted(left, key=lambda e: (-e.epsilon, e.name)))


def missing(
    table: Table,
    found: Near,
    *,
    target: float = 0.0,
    reference: str = "",
    measure: str = "sum",
    most: float = 1.0,
) -> Missing:
    """The AI least different from `reference` (an AI on offer; the average of all if empty) that brings ε to `target`.

    `most`: its largest weight in the mix. Raises InputError, and TooLarge for long tables.
    """
    known(measure, "measure", MEASURES)
    if found.sides != "both":
        raise InputError(where="entrant", needed="a nearest mix measured on both sides", found=f"{found.sides!r}")
    if not 0 <= target or not most > 0:
        raise InputError(where="entrant", needed="a target ≥ 0 and a weight > 0", found=f"{target:g}, {most:g}")
    if table.n > MOST_ROWS:
        raise TooLarge(where="entrant", needed=f"at most {MOST_ROWS:,} rows", found=f"{table.n:,}")
    u, ais = rational.floats(table.people), rational.floats(table.ais)
    if reference and reference not in table.names:
        raise InputError(where="entrant", needed="an AI of the table", found=repr(reference))
    like = ais[:, table.names.index(reference)] if reference else ais.mean(axis=1)
    called = reference or "the average AI"
    if found.value <= target + 1e-12:
        return Missing(called, target, measure, like, np.zeros(table.n), 0.0, 0.0, found.value)
    change, weight = _least(table, found, u, ais, like, target, measure, most)
    utility = like + change
    entered = _again(enters(_floating(table), utility, "entrant"), found)
    size = float(np.abs(change).sum() if measure == "sum" else np.abs(change).max())
    return Missing(called, target, measure, utility, change, size, weight, entered.value)


def _floating(table: Table) -> Table:
    return replace(table, people=rational.floats(table.people), ais=rational.floats(table.ais))


def _least(
    table: Table, found: Near, u: Array, ais: Array, like: Array, target: float, measure: str, most: float
) -> tuple[Array, float]:
    """(D, v) of the programme above; D = plus − minus, each [r]."""
    n, k = ais.shape
    p = Programme()
    w = p.add_columns(k)
    s = p.add_columns(1, lower=1.0 / most)
    each = 1.0 if measure == "sum" else 0.0
    plus, minus = p.add_columns(n, cost=each), p.add_columns(n, cost=each)
    if found.offset != "none":
        label = np.zeros(n, int) if found.offset == "constant" else np.asarray(table.cases)
        c = p.add_columns(int(label.max()) + 1, lower=-INFINITY)
    for sign in (1.0, -1.0):  # sign (Σ w U + D + c − s u + V0) ≤ τ s
        rows = p.add_rows(n, upper=-sign * like)
        p.put(rows[:, None], w[None], sign * ais)
        p.put(rows, s, -sign * u - target)
        p.put(rows, plus, sign)
        p.put(rows, minus, -sign)
        if found.offset != "none":
            p.put(rows, c[label], sign)
    if measure == "largest":
        top = p.add_columns(1, cost=1.0)
        rows = p.add_rows(n, upper=0.0)
        for column, value in ((plus, 1.0), (minus, 1.0), (top, -1.0)):
            p.put(rows, column, value)
    if found.kind == "hull":  # Σ w + v = 1, divided by v
        row = p.add_rows(1, lower=-1.0, upper=-1.0)
        p.put(row[:, None], w[None], 1.0)
        p.put(row, s, -1.0)
    x = p.solve().point()
    change = x[plus] - x[minus]
    return np.where(np.abs(change) > NOTHING, change, 0.0), 1.0 / float(x[s[0]])
