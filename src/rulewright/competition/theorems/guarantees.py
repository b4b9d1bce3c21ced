"""How much a mix of the Bobs proves: the least loss that each kind of certificate can show, and the weights that show it.

With f = Σ w_i·U_i − u, w ≥ 0, on what can happen, and a* what Alice does where a Bob has revealed everything, every equilibrium
in which no Bob gains by revealing everything costs her at most max E f − E f(a*) (docs/theory/competition_theorems.md). Bounds:

    near       2ε, with |f + c| ≤ ε                                    c none, one, or one for each case (s, t)
    range      ρ = Σ p·(max_a f − min_a f)
    full       Σ p·max_a (f − f(a*))                                   what was revealed is known, so its worth is no minimum
    obedient   the most that E f can be where Alice of each type does what is best for her, less E f(a*)

Each is at most the one before it (near with an offset for each case). The last is sharp: by duality, least over w, it is the
loss in the worst outcome that leaves Alice obedient and no Bob better off by full revelation. All are linear programmes in w
and a few other variables; whatever weights they end with, what these prove is evaluated in rationals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.given import numbers
from ...numerics.linprog import INFINITY, Programme
from ...numerics.pivots import Vertices
from ...numerics.rational import Array
from .conditions import Cases

BY = ("near", "range", "full", "obedient")
KINDS = ("cone", "hull")
OFFSETS = ("none", "constant", "case")
EXACT_SIZE = 160  # rows of a programme whose optimum is sought in rationals
ROUNDING = 1e-12  # of weights that a solver gives in decimals


@dataclass(frozen=True, eq=False)
class Guarantee:
    """Weights, and what they prove. Exact."""

    by: str
    kind: str
    """"cone": w ≥ 0; "hull": also Σ w = 1."""
    loss: Any
    """Alice gets OPT less this at least, where the theorem's conditions hold."""
    weights: Array = field(repr=False)
    """[i]."""
    offset: str = "none"
    offsets: Array | None = field(default=None, repr=False)
    """[0], [1], or [g]; of near."""
    obedience: Array | None = field(default=None, repr=False)
    """λ[t, a, b] ≥ 0; of obedient."""
    optimal: bool = True
    """Whether the weights are the best ones, in rationals; else they are near them."""

    @property
    def epsilon(self) -> Any:
        """Of near."""
        return self.loss / 2


def guarantee(
    known: Cases, by: str, *, kind: str = "cone", offset: str = "case", revealed: Array | None = None, floor: Any = None
) -> Guarantee:
    """The best of its kind. `revealed`[g]: a*, the first of her best acts unless given; of full and obedient.

    `floor`[i]: what Bob i gets at least where he reveals everything, if that is not U_i at a*. Raises InputError.
    """
    for value, among, what in ((by, BY, "by"), (kind, KINDS, "kind"), (offset, OFFSETS, "offset")):
        if value not in among:
            raise InputError(where=what, needed=" or ".join(among), found=repr(value))
    act = known.first() if revealed is None else known.chosen(revealed)
    floor = None if floor is None else rational.exact(numbers(floor, "floor", (len(known.bobs),)))
    frame = _Frame(known, by, kind, offset, act, floor)
    x, optimal = frame.solve()
    weights = x[: frame.k]
    if kind == "hull":
        weights = weights / weights.sum()
    obedience = None
    if by == "obedient":
        shape = (len(known.rivals.types),) + (known.alice.shape[1],) * 2
        obedience = rational.zeros(shape, known.law)
        for column, at in enumerate(frame.duties, start=frame.k):
            obedience[at] = x[column]
    return evaluated(known, by, weights, kind, offset, act, floor, obedience, optimal)


def gap(known: Cases, weights: Array) -> Array:
    """f[g, a]."""
    return np.asarray(np.tensordot(weights, known.bobs, axes=1) - known.alice)


def evaluated(
    known: Cases,
    by: str,
    weights: Array,
    kind: str = "cone",
    offset: str = "case",
    revealed: Array | None = None,
    floor: Any = None,
    obedience: Array | None = None,
    optimal: bool = False,
) -> Guarantee:
    """What these weights[i] ≥ 0 prove, in rationals. Raises InputError."""
    weights = rational.exact(numbers(weights, "weights", (len(known.bobs),)))
    if (weights < 0).any() or (kind == "hull" and weights.sum() != 1):
        raise InputError(
            where="weights", needed="numbers of at least 0; of a hull, with sum 1", found=str(list(weights))
        )
    f, act = gap(known, weights), known.first() if revealed is None else known.chosen(revealed)
    high, low = f.max(axis=1), f.min(axis=1)
    if by == "near":
        if offset == "none":
            return Guarantee(by, kind, 2 * abs(f).max(), weights, offset, f[:0, 0], None, optimal)
        if offset == "constant":
            high, low = (rational.filled((1,), [x]) for x in (high.max(), low.min()))
        return Guarantee(by, kind, (high - low).max(), weights, offset, -(high + low) / 2, None, optimal)
    if by == "range":
        return Guarantee(by, kind, (known.law * (high - low)).sum(), weights, optimal=optimal)
    each = np.arange(len(f))
    worth = (known.law * f[each, act]).sum()
    if floor is not None:
        worth = weights @ rational.exact(numbers(floor, "floor", (len(known.bobs),))) - known.opt
    if by == "full":
        return Guarantee(by, kind, (known.law * high).sum() - worth, weights, optimal=optimal)
    assert obedience is not None
    over = f + np.stack(
        [
            (obedience[t] * (u[:, None] - u[None])).sum(axis=1)
            for u, (_, t) in zip(known.alice, known.pairs, strict=True)
        ]
    )
    return Guarantee(
        by, kind, (known.law * over.max(axis=1)).sum() - worth, weights, obedience=obedience, optimal=optimal
    )


class _Frame:
    """minimise cost·x, rows·x ≥ sides, x ≥ 0: weights, multipliers of obedience, and what bounds f from both sides."""

    def __init__(self, known: Cases, by: str, kind: str, offset: str, act: Array, floor: Any) -> None:
        self.known, self.kind, self.k = known, kind, len(known.bobs)
        G, A = known.alice.shape
        each, tilt = np.arange(G), {"near": 2, "range": 2}.get(by, 1)
        base = act if by != "near" or offset == "case" else np.full(G, -1)
        one = by == "near" and offset != "case"
        at = np.zeros(G, dtype=int) if one else each
        if one:  # one case: all relative to one cell, or to nothing
            ref_u, ref_b = (
                (known.alice[0, act[0]], known.bobs[:, 0, act[0]])
                if offset == "constant"
                else (0, 0 * known.bobs[:, 0, 0])
            )
            du, db = known.alice - ref_u, known.bobs - ref_b[:, None, None]
        else:
            du = known.alice - known.alice[each, base][:, None]
            db = known.bobs - known.bobs[:, each, base][:, :, None]
        groups = 1 if one else G
        self.duties = self._duties() if by == "obedient" else []
        duty, high = self.k, self.k + len(self.duties)
        low = high + groups
        self.columns = low + (groups if tilt == 2 else 0) + (by == "near")
        scale = known.law if by == "obedient" else 1 + 0 * known.law
        upper, lower = self._zeros((G, A)), self._zeros((G, A))
        upper[..., : self.k] = -np.moveaxis(db, 0, 2) * scale[:, None, None]
        lower[..., : self.k] = np.moveaxis(db, 0, 2)
        upper[each, :, high + at] = upper[each, :, high + at] + 1
        for n, (t, a, b) in enumerate(self.duties):
            for g in (g for g in range(G) if known.pairs[g][1] == t):
                upper[g, a, duty + n] = known.law[g] * (known.alice[g, b] - known.alice[g, a])
        blocks, sides = [upper.reshape(G * A, -1)], [(-du * scale[:, None]).ravel()]
        self.cost = rational.zeros((self.columns,), known.law)
        if tilt == 2:
            lower[each, :, low + at] = lower[each, :, low + at] + 1
            blocks.append(lower.reshape(G * A, -1))
            sides.append(du.ravel())
        if by == "near":
            rows = self._zeros((groups,))
            rows[np.arange(groups), high + np.arange(groups)] = rows[0, 0] - 1
            rows[np.arange(groups), low + np.arange(groups)] = rows[0, 0] - 1
            rows[:, -1] = rows[:, -1] + 1
            if offset == "none":  # not the sum of both sides but twice the larger
                rows = np.concatenate([rows, rows])
                rows[0, high], rows[0, low], rows[1, high], rows[1, low] = (0 * rows[0, 0] - x for x in (2, 0, 0, 2))
            blocks.append(rows)
            sides.append(rational.zeros((len(rows),), known.law))
            self.cost[-1] = self.cost[-1] + 1
        else:
            self.cost[high : self.columns] = 1 if by == "obedient" else np.tile(known.law, tilt)
            self.cost = rational.exact(self.cost)
        if floor is not None:
            own = (known.bobs[:, each, act] * known.law).sum(axis=1)
            self.cost[: self.k] = self.cost[: self.k] + own - floor
        self.rows, self.sides = np.concatenate(blocks), np.concatenate(sides)

    def _zeros(self, shape: tuple[int, ...]) -> Array:
        return rational.zeros((*shape, self.columns), self.known.law)

    def _duties(self) -> list[tuple[int, int, int]]:
        """(t, a, b) that say anything."""
        found, acts = [], range(self.known.alice.shape[1])
        for t in range(len(self.known.rivals.types)):
            table = self.known.alice[[g for g, pair in enumerate(self.known.pairs) if pair[1] == t]]
            found += [(t, a, b) for a in acts for b in acts if a != b and (table[:, a] != table[:, b]).any()]
        return found

    def solve(self) -> tuple[Array, bool]:
        """(x, whether it is the optimum in rationals)."""
        rows, sides, equal = self.rows, self.sides, 0
        if self.kind == "hull":
            one = rational.zeros((1, self.columns), self.known.law)
            one[0, : self.k] = one[0, : self.k] + 1
            rows, sides, equal = np.concatenate([one, rows]), np.concatenate([one[0, :1], sides]), 1
        if len(rows) <= EXACT_SIZE:
            try:
                return Vertices(rows, sides, equal).best(-self.cost)[0], True
            except Unsolved:
                pass
        programme = Programme()
        columns = programme.add_columns(self.columns, cost=rational.floats(self.cost))
        lower = rational.floats(sides)
        number = programme.add_rows(
            len(rows), lower=lower, upper=np.where(np.arange(len(rows)) < equal, lower, INFINITY)
        )
        programme.put(number[:, None], columns, rational.floats(rows))
        found = np.maximum(programme.solve().point(), 0.0)
        return rational.filled(found.shape, rational.simplest(found, ROUNDING)), False
