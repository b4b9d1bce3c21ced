"""How near people's wishes are to a mix of those of the AIs on offer, in the sup norm.

    ε = min over w of max_r | Σ_i w_i U[r, i] + c − u_P[r] |,   w ≥ 0 ("cone"), or also Σ w = 1 ("hull")

(after Definition 1 of Collina, Goel, Roth, Ryu & Shi 2025, arXiv 2509.15090.) The offset c is none, one constant, or one for each
case: what AIs say cannot move the law of cases, so E c(y) is the same in every equilibrium and cancels. If every AI can bring about
the outcome law I* of full information whatever the others do, no equilibrium leaves people with less than OPT − 2ε: at an
equilibrium each AI likes what happens at least as well as I*, weigh and add up, and pay ε at either end.

One-sided: `sides` "above" is how far the mix may overrate people's utility, max_r (Σ w U − u_P), "below" how far it may underrate
it; 0 where it never does. Paying at one end only: if the mix never overrates by more than ε_above anywhere, people get at least
Σ w U(I*) − ε_above, which is OPT − ε_above − ε_below, where ε_below need only hold on what I* does. A free offset would shift one
side into the other at no price, so these have none; `range` with `against="best"` is the sharp form of this argument.

The dual is a witness ν on rows with ⟨ν, U_i⟩ ≤ 0 for every AI, Σ ν = 0 (in each case, if the offset is per case), |ν|_1 ≤ 1 and
⟨ν, u_P⟩ = ε: a move from one outcome law to another that no AI likes and that gives people 2ε. For the hull: that no AI likes
by more than t, and ⟨ν, u_P⟩ = t + ε.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.linprog import Solution
from ...numerics.rational import Array
from . import exact
from .gap import ABOVE, BELOW, KINDS, Extremes, Master, Rows, Scale, extremes, known, measured, rows_of, tell_nothing
from .table import Table

OFFSETS = ("none", "constant", "case")
SIDES = ("both", "above", "below")
ALL_AT_ONCE = 400  # rows of a table that is solved as it is
FIRST, NEXT = 200, 200  # rows of a long one to begin with, and on each side in each round
CLOSE = 1e-9  # in units of people's utility, where one stops
ROUNDS = 500
EXACT_BY_ITSELF = 20_000  # numbers of a table that is proved without being asked


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest mix, how near it is, and why no mix is nearer. Exact (Fractions) or floating throughout."""

    kind: str
    offset: str
    sides: str
    epsilon: Any
    """What the mix reaches, over all rows; units of people's utility."""
    bound: Any
    """No mix is nearer: ⟨ν, u_P⟩ − max_i ⟨ν, U_i⟩⁺. Equal to `epsilon` where it is exact."""
    weights: Array = field(repr=False)
    """[i]; w ≥ 0."""
    offsets: Array = field(repr=False)
    """[·]: none, [1]: the constant, or [case]."""
    rows: Array = field(repr=False)
    """The binding rows, those that the witness is made of."""
    witness: Array = field(repr=False)
    """ν on `rows`, in the same field."""
    n: int
    """Rows of the table."""
    complete: bool = True
    """Whether nothing was cut short."""
    how: str = ""

    @property
    def exact(self) -> bool:
        return rational.is_exact(self.weights)

    @property
    def value(self) -> float:
        return float(self.epsilon)

    @property
    def mixed(self) -> Array:
        """The AIs that the mix is made of, the heaviest first."""
        found = np.flatnonzero(self.weights > 0)
        return found[np.argsort([-float(self.weights[i]) for i in found], kind="stable")]


def near(
    source: Table | Rows,
    *,
    kind: str = "cone",
    offset: str = "constant",
    sides: str = "both",
    exactly: bool | None = None,
    tolerance: float = CLOSE,
    seconds: float = np.inf,
    tell: Callable[[str], Any] = tell_nothing,
) -> Near:
    """The mix nearest to people. `exactly`: in rationals (None: if the table is exact or small; needs a Table).

    `tolerance` is relative to the largest |u_P|. After `seconds` it returns what it has, with the bound so far. Raises InputError.
    """
    known(kind, "kind", KINDS)
    known(offset, "offset", OFFSETS)
    known(sides, "sides", SIDES)
    if sides != "both" and offset != "none":
        raise InputError(
            where="sides",
            needed="no offset where one side only is measured",
            found=f"offset {offset!r}",
            remedy="A free offset shifts one side into the other at no price; use `range` with against='best'.",
        )
    if exactly and not isinstance(source, Table):
        raise InputError(where="exactly", needed="a Table", found="rows that are streamed")
    rows = rows_of(source)
    found = _floating(rows, kind, offset, sides, tolerance, seconds, tell)
    if exactly is None and isinstance(source, Table):
        exactly = rational.is_exact(source.ais) or source.n * source.k <= EXACT_BY_ITSELF
    if not (exactly and found.complete and isinstance(source, Table)):
        return found
    tell("the same in rationals")
    return proved(source, found)


def _floating(
    rows: Rows, kind: str, offset: str, sides: str, tolerance: float, seconds: float, tell: Callable[[str], Any]
) -> Near:
    start = time.monotonic()
    scale = measured(rows, offset == "case")
    grown = Grown(rows, scale, kind, offset, sides)
    grown.begin()
    complete, rounds = True, 0
    while True:
        rounds += 1
        solution = grown.master.solve()
        w = grown.master.weights(solution)
        seen = extremes(rows, w, scale.groups, NEXT)
        reached = grown.reached(seen)
        bound = float(solution.value) * scale.unit
        tell(f"round {rounds}: ε between {bound:.6g} and {reached:.6g}, {grown.master.programme.rows:,} rows")
        enough = reached - bound <= tolerance * scale.unit or not grown.widen(seen, solution.point(), tolerance)
        rows.forget()
        if enough:
            break
        if rounds >= ROUNDS or time.monotonic() - start > seconds:
            complete = False
            break
    return grown.made(solution, seen, complete, rounds)


def spread(source: Rows, scale: Scale, offset: str, also: Array | None = None) -> tuple[Array, Array | None]:
    """(rows to begin with, their cases for an offset per case): all of a short table, evenly spaced ones of a long one, whole cases
    where there are any; and those in `also`. One pass, in which they are noted.
    """
    step = 1 if scale.rows <= ALL_AT_ONCE else -(-scale.rows // FIRST)
    pick = -(-scale.groups * FIRST // scale.rows) if step > 1 else scale.groups
    stride = max(1, scale.groups // max(1, pick))
    found: list[tuple[Array, Array | None]] = []
    for first, u, ais, cases in source.blocks():
        if offset == "case":
            assert cases is not None
            here = np.flatnonzero(cases % stride == 0)
        else:
            here = np.arange(len(u))[(-first) % step :: step]
        if also is not None:
            here = np.union1d(here, also[(also >= first) & (also < first + len(u))] - first)
        source.note(first + here, u[here], ais[here])
        found.append((first + here, cases[here] if offset == "case" else None))  # type: ignore[index]
    rows = np.concatenate([rows for rows, _ in found])
    return rows, np.concatenate([c for _, c in found if c is not None]) if offset == "case" else None


class Grown:
    """The programme of ε, with rows as they are needed."""

    def __init__(self, rows: Rows, scale: Scale, kind: str, offset: str, sides: str) -> None:
        self.source, self.scale, self.offset, self.sides = rows, scale, offset, sides
        self.master = Master(scale, kind)
        self.epsilon = self.master.programme.add_columns(1, cost=1.0)[0]
        self.constant = self._free(1)[0] if offset == "constant" else -1
        self.of_case: dict[int, int] = {}

    def _free(self, count: int) -> Array:
        return self.master.programme.add_columns(count, lower=-np.inf)

    def begin(self) -> None:
        """A few rows to begin with."""
        self.both(*spread(self.source, self.scale, self.offset))

    def both(self, rows: Array, cases: Array | None) -> None:
        """Rows with both their ends."""
        for side in (ABOVE, BELOW):
            self._add(rows, cases, side)

    def _add(self, rows: Array, cases: Array | None, side: int) -> int:
        if not len(rows) or (side == ABOVE and self.sides == "below") or (side == BELOW and self.sides == "above"):
            return 0
        columns = [np.full(len(rows), self.epsilon)]
        values = [-float(side)]
        if self.offset == "constant":
            columns.append(np.full(len(rows), self.constant))
            values.append(1.0)
        elif cases is not None:
            for case in np.unique(cases).tolist():
                if case not in self.of_case:
                    self.of_case[case] = int(self._free(1)[0])
            columns.append(np.array([self.of_case[int(case)] for case in cases]))
            values.append(1.0)
        return self.master.add(self.source, rows, side, np.stack(columns, axis=1), np.array(values))

    def reached(self, seen: Extremes) -> float:
        """ε at the weights with which the table was seen, with the offsets that serve them best."""
        if self.offset == "none":
            above, below = float(seen.high.max()), -float(seen.low.min())
            return max(0.0, above * (self.sides != "below"), below * (self.sides != "above"))
        return float((seen.high - seen.low)[seen.high_row >= 0].max()) / 2

    def offsets(self, seen: Extremes) -> Array:
        """Midway between the ends."""
        if self.offset == "none":
            return np.zeros(0)
        return np.where(seen.high_row >= 0, -(seen.high + seen.low) / 2, 0.0)

    def made(self, solution: Solution, seen: Extremes, complete: bool, rounds: int) -> Near:
        """The result, where one stops."""
        which, nu = self.master.witness(solution)
        reached, bound = self.reached(seen), float(solution.value) * self.scale.unit
        how = f"linear programme with {self.master.programme.rows:,} of {2 * self.scale.rows:,} rows, {rounds} rounds"
        if not complete:
            how += f"; stopped, no mix is nearer than {bound:.6g}"
        w, n = self.master.weights(solution), self.scale.rows
        return Near(
            self.master.kind, self.offset, self.sides, reached, min(bound, reached), w, self.offsets(seen), which, nu, n,
            complete, how,
        )  # fmt: skip

    def outside(self, seen: Extremes, point: Array, tolerance: float) -> Array:
        """The cases that stick out, most first."""
        width = np.where(seen.high_row >= 0, seen.high - seen.low, -np.inf)
        out = np.flatnonzero(width > 2 * self.scale.unit * (point[self.epsilon] + tolerance / 4))
        return out[np.argsort(-width[out], kind="stable")][:NEXT]

    def widen(self, seen: Extremes, point: Array, tolerance: float) -> int:
        """Add rows that stick out; how many were new."""
        if self.offset == "case":
            out = self.outside(seen, point, tolerance)
            return sum(self._add(at[out], out, side) for at, side in ((seen.high_row, ABOVE), (seen.low_row, BELOW)))
        middle = point[self.constant] if self.offset == "constant" else 0.0
        new = 0
        for (rows, f), side in ((seen.above, ABOVE), (seen.below, BELOW)):
            out = side * (f / self.scale.unit + middle) > point[self.epsilon] + tolerance / 4
            new += self._add(rows[out], None, side)
        return new


def proved(table: Table, found: Near) -> Near:
    """The same in rationals: an exact programme on the binding rows, then every row is checked; floats stay if none serves."""
    problem = exact.Problem(found.kind, found.offset, found.sides)
    scaled, unit = exact.in_units(table)
    made = exact.exactly(scaled, problem, found.rows)
    if isinstance(made, str):
        return replace(found, how=f"{found.how}; in floating point: {made}")
    how = f"{found.how}; exact on {len(made.rows)} binding rows, {table.n:,} rows checked in rationals"
    return Near(
        found.kind, found.offset, found.sides, made.epsilon * unit, made.bound * unit, made.weights, made.offsets * unit, made.rows,
        made.witness, table.n, True, how,
    )  # fmt: skip
