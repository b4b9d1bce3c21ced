"""Obedience programmes at size: rows and columns are written when they are needed, and all of them are checked at the end.

    maximise  Σ_{s,a} x(s,a)·v(s,a)    subject to    Σ_a x(s,a) = p(s),   Σ_s x(s,a)·e(s,a,d) ≥ 0 for all a, d,   x ≥ 0

e(s,a,d) is what obeying recommendation a gains in state s over deviation d. Only few of the obedience rows bind, and only
few of the pairs (s,a) are used. With multipliers y(a,d) ≥ 0 on the rows, the prices

    λ(s) = max_a [ v(s,a) + Σ_d y(a,d)·e(s,a,d) ]

prove V ≤ Σ_s p(s)·λ(s), whatever y is: one matrix product finds all rows that are broken, another all columns that pay,
and a third the bound. Row and column generation: Gilmore & Gomory 1961, Oper. Res. 9; Kelley 1960, J. SIAM 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ...errors import Impossible, Unsolved
from ...numerics.linprog import INFINITY, OPTIONS
from ...numerics.rational import Array

EPSILON = 1e-9  # of scaled rows and reduced costs, as of the solver
ROWS, COLUMNS = 3, 20  # the worst so many rows of each recommendation, the best so many columns of each state, a round
GUESSES = 3  # the sender's favourite acts in each state, to begin with
NEAR = 4  # rows to begin with: deviations that are almost the same to the receiver, the "local" ones of the literature
MOST_ROUNDS = 2_000


class Edges(Protocol):
    """e(s,a,d), never written out where it need not be."""

    @property
    def deviations(self) -> int:
        """How many d there are."""

    def at(self, s: Array, a: Array, d: Array) -> Array:
        """e at the places given, broadcast against each other."""

    def lengths(self) -> Array:
        """[a, d]: Σ_s e(s,a,d)², up to a margin; +inf where d is no deviation from a."""

    def slack(self, x: Array) -> Array:
        """[a, d]: Σ_s x(s,a)·e(s,a,d); +inf where d is no deviation from a."""

    def priced(self, y: Array) -> Array:
        """[s, a]: Σ_d y(a,d)·e(s,a,d)."""


@dataclass(frozen=True, eq=False)
class Alternatives:
    """One receiver: e(s,a,b) = u(s,a) − u(s,b) − margin, for b ≠ a."""

    receiver: Array = field(repr=False)
    """u[s, a]."""
    margin: float = 0.0

    @property
    def deviations(self) -> int:
        return self.receiver.shape[1]

    def at(self, s: Array, a: Array, d: Array) -> Array:
        return self.receiver[s, a] - self.receiver[s, d] - self.margin

    def lengths(self) -> Array:
        squares = (self.receiver**2).sum(axis=0)
        apart = squares[:, None] + squares[None] - 2 * self.receiver.T @ self.receiver
        np.fill_diagonal(apart, INFINITY)
        return apart

    def slack(self, x: Array) -> Array:
        gain = x.T @ self.receiver  # [a told, b done]
        left = np.diag(gain)[:, None] - gain - self.margin * x.sum(axis=0)[:, None]
        np.fill_diagonal(left, INFINITY)
        return left

    def priced(self, y: Array) -> Array:
        total = y.sum(axis=1)
        return (self.receiver - self.margin) * total - self.receiver @ y.T


@dataclass(frozen=True, eq=False)
class Written:
    """Any edges, written out."""

    edges: Array = field(repr=False)
    """e[s, a, d]."""

    @property
    def deviations(self) -> int:
        return self.edges.shape[2]

    def at(self, s: Array, a: Array, d: Array) -> Array:
        return self.edges[s, a, d]

    def lengths(self) -> Array:
        return (self.edges**2).sum(axis=0)

    def slack(self, x: Array) -> Array:
        return np.einsum("sa,sad->ad", x, self.edges)

    def priced(self, y: Array) -> Array:
        return np.einsum("ad,sad->sa", y, self.edges)


@dataclass(frozen=True, eq=False)
class Optimum:
    """An optimal x, and the multipliers that prove it."""

    value: float
    bound: float
    """Σ p·λ from `weights`; at least every attainable value, but for floating-point rounding in this one sum."""
    x: Array = field(repr=False)
    """[s, a]; probability of state s and recommendation a together."""
    weights: Array = field(repr=False)
    """y[a, d] ≥ 0, one for each obedience row."""
    rows: int = 0
    """Obedience rows that were written."""
    columns: int = 0
    """Pairs (s, a) that were written."""
    rounds: int = 0


def matches(sought: Array, among: Array) -> tuple[Array, Array]:
    """(i, j): all pairs with sought[i] == among[j], i ascending."""
    order = np.argsort(among, kind="stable")
    ranked = among[order]
    first, last = np.searchsorted(ranked, sought, "left"), np.searchsorted(ranked, sought, "right")
    counts = last - first
    i = np.repeat(np.arange(len(sought)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return i, order[np.repeat(first, counts) + offset]


class _Master:
    """The programme as far as it is written, in one solver that keeps its basis."""

    def __init__(self, prior: Array, sender: Array, edges: Edges) -> None:
        import highspy  # here, because it takes longer to import than all of rulewright

        self.highspy, self.solver = highspy, highspy.Highs()
        for option, setting in OPTIONS:
            self.solver.setOptionValue(option, setting)
        self.states, self.actions = sender.shape
        self.sender, self.edges = sender, edges
        self.pairs = np.zeros((2, 0), int)  # (s, a) of each column
        self.written = np.zeros((2, 0), int)  # (a, d) of each obedience row
        none = np.zeros(0, np.int32)
        self.solver.addRows(self.states, prior, prior, 0, np.zeros(self.states, np.int32), none, np.zeros(0))

    def add_columns(self, wanted: Array) -> None:
        """The pairs where `wanted`[s, a] and that are not there yet."""
        wanted = wanted.copy()
        wanted[self.pairs[0], self.pairs[1]] = False
        s, a = np.nonzero(wanted)
        i, j = matches(a, self.written[0])
        owner = np.concatenate([np.arange(len(s)), i])
        rows = np.concatenate([s, self.states + j])
        values = np.concatenate([np.ones(len(s)), self.edges.at(s[i], a[i], self.written[1][j])])
        order = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[order], np.arange(len(s))).astype(np.int32)
        zero, most = np.zeros(len(s)), np.full(len(s), INFINITY)
        self.solver.addCols(
            len(s), -self.sender[s, a], zero, most, len(rows), starts, rows[order].astype(np.int32), values[order]
        )
        self.pairs = np.concatenate([self.pairs, np.stack([s, a])], axis=1)

    def add_rows(self, wanted: Array) -> None:
        """The obedience rows where `wanted`[a, d]."""
        a, d = np.nonzero(wanted)
        i, j = matches(a, self.pairs[1])
        values = self.edges.at(self.pairs[0][j], a[i], d[i])
        starts = np.searchsorted(i, np.arange(len(a))).astype(np.int32)
        zero, most = np.zeros(len(a)), np.full(len(a), INFINITY)
        self.solver.addRows(len(a), zero, most, len(j), starts, j.astype(np.int32), values)
        self.written = np.concatenate([self.written, np.stack([a, d])], axis=1)

    def solve(self) -> tuple[Array, Array, Array] | None:
        """(x[s, a], λ[s], y[a, d]), or None where nothing meets the rows with the columns that there are."""
        statuses = self.highspy.HighsModelStatus
        self.solver.run()
        status = self.solver.getModelStatus()
        if status not in (statuses.kOptimal, statuses.kInfeasible):
            self.solver.clearSolver()  # a stale basis is the usual culprit
            self.solver.run()
            status = self.solver.getModelStatus()
        if status == statuses.kInfeasible:
            return None
        if status != statuses.kOptimal:
            raise Unsolved(
                where="obedience programme",
                needed="an optimum",
                found=self.solver.modelStatusToString(status),
                remedy="Scale the payoffs to a moderate range.",
            )
        found = self.solver.getSolution()
        x, y = np.zeros((self.states, self.actions)), np.zeros((self.actions, self.edges.deviations))
        x[self.pairs[0], self.pairs[1]] = np.maximum(found.col_value, 0)
        dual = -np.asarray(found.row_dual)  # the solver minimises −v
        y[self.written[0], self.written[1]] = np.maximum(-dual[self.states :], 0)
        return x, dual[: self.states], y


def most(ranked: Array, count: int) -> Array:
    """Where each row of `ranked` has its largest `count` entries."""
    count = min(count, ranked.shape[1])
    chosen = np.zeros(ranked.shape, bool)
    np.put_along_axis(chosen, np.argpartition(-ranked, count - 1, axis=1)[:, :count], True, axis=1)
    return chosen


def to_begin_with(prior: Array, sender: Array, receiver: Array) -> Array:
    """[s, a]: columns for one receiver: the sender's best acts, the receiver's own, and what it does when it is told nothing."""
    start = most(sender, GUESSES) | most(receiver, 1)
    start[:, np.argmax(prior @ receiver)] = True  # no information is obeyed, so there is something to begin with
    return start


def optimum(prior: Array, sender: Array, edges: Edges, start: Array) -> Optimum:
    """Solve to optimality. `prior`[s] > 0; payoffs in `sender`[s, a] and `edges` of order one; `start`[s, a] marks the
    columns to begin with.

    Raises Impossible where no x is obedient, Unsolved where the solver gives no verdict.
    """
    states = len(prior)
    master = _Master(prior * states, sender, edges)
    master.add_columns(start if start.any() else ~start)
    apart = edges.lengths()
    written = most(-apart, NEAR) & (apart > 0) & (apart < INFINITY)
    master.add_rows(written)
    for rounds in range(1, MOST_ROUNDS):
        found = master.solve()
        if found is None:
            if master.pairs.shape[1] == sender.size:
                raise Impossible(where="obedience", needed="a signal that is obeyed", found="none")
            master.add_columns(np.ones(sender.shape, bool))
            continue
        x, price, y = found
        slack = edges.slack(x)
        broken = (slack < -EPSILON) & ~written
        worth = sender + edges.priced(y)
        gain = worth - price[:, None]
        gain[master.pairs[0], master.pairs[1]] = 0
        paying = gain > EPSILON
        if not broken.any() and not paying.any():
            mass = x.sum(axis=1, keepdims=True)
            none = mass <= 0  # a state rarer than the solver's tolerance: its mass goes where it is worth most
            x = np.where(none, worth == worth.max(axis=1, keepdims=True), x)
            x = x / x.sum(axis=1, keepdims=True) * prior[:, None]
            bound = float(prior @ worth.max(axis=1))
            size = written.sum(), master.pairs.shape[1]
            return Optimum(float((x * sender).sum()), bound, x, y, int(size[0]), int(size[1]), rounds)
        if broken.any():
            added = broken & most(np.where(written, -INFINITY, -slack), ROWS)
            master.add_rows(added)
            written |= added
        if paying.any():
            master.add_columns(paying & most(gain, COLUMNS))
    raise Unsolved(where="obedience programme", needed="an optimum", found=f"none in {MOST_ROUNDS} rounds")
