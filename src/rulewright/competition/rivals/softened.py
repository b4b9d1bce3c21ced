"""The best split of the prior for smooth values: cells of beliefs, refined where the answer may hide, with a proved bound.

A quantal Alice makes V_c(μ) smooth, so its concave closure has no corners to enumerate. The simplex of beliefs is cut into
simplices; their vertices v_j are the posteriors that may be used, in a linear programme with prices λ. Inside a cell V_c differs
from interpolation by at most `error`: along a line y = Alice's posterior moves e(a) = dû(a), d(a) = dv(a), and

    V'' = λ²·E[(e − ē)²(v − v̄)] + 2λ·Cov(e, d),   Var(e) = Σ_{a<b} P_a·P_b·(e_a − e_b)²,   P_a·P_b ≤ ¼·sech²(λ(û_a − û_b)/2)

bounded over the cell from its vertices, in which û and v are linear; and interpolation between S vertices with |V''| ≤ M along the
edges misses by (1 − 1/S)·M/4. (One type t at a time: V_c is a sum of perspectives, Σ_t P(t)·V_t(posterior given t).)
So no posterior is above the prices by more than max_j (V_c(v_j) − λ·v_j) + error, which bounds every split; cells where that
is too much are halved at their longest edge (branch and bound with column generation).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from ...errors import Unsolved
from ...numerics.given import one_of, real, whole
from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .quantal import Softened
from .setting import Rivals

TOLERANCE = 1e-6  # of the range of what is maximised: how far bound and value may be apart
MOST = 150_000  # cells
AT_ONCE = 20_000  # cells halved in one round
ROUNDS = 200


class Cells:
    """The simplex of beliefs in cells; made finer by whoever asks, for all who ask later."""

    def __init__(self, soft: Softened, *, most: int = MOST) -> None:
        states = len(soft.prior)
        self.soft, self.most = soft, most
        self.points = np.concatenate([np.eye(states), soft.prior[None]])
        """[point, s]."""
        self.values = soft.values(self.points)
        """V[1 + k, point]."""
        self.corners = np.arange(states)[None]
        """[cell, vertex]: positions in `points`."""
        self.errors = self._errors(self.corners)
        """[1 + k, cell]."""
        self._known = {row.tobytes(): n for n, row in enumerate(self.points)}

    def _errors(self, corners: Array) -> Array:
        """[1 + k, cell]: how far V_c may be from interpolation inside the cell."""
        soft, (cells, states) = self.soft, corners.shape
        beliefs = self.points[corners]
        chance, after = soft.posteriors(beliefs.reshape(-1, states))
        chance, after = chance.reshape(cells, states, -1), after.reshape(cells, states, -1, states)
        total = np.zeros((1 + len(soft.bobs), cells))
        left, right = np.array(list(itertools.combinations(range(soft.alice.shape[2]), 2)), int).reshape(-1, 2).T
        if not len(left):
            return total
        for t in range(soft.given.shape[1]):
            most = chance[..., t].max(axis=1)
            absent = (chance[..., t] <= 0)[..., None]
            somewhere = after[np.arange(cells), chance[..., t].argmax(axis=1), t][:, None]
            y = np.where(absent, somewhere, after[:, :, t])  # a vertex at which t cannot be has no weight inside
            estimate = y @ soft.alice[:, t]
            lead = estimate[..., left] - estimate[..., right]  # [cell, vertex, pair]
            low = np.where((lead.min(axis=1) < 0) & (lead.max(axis=1) > 0), 0.0, np.abs(lead).min(axis=1))
            drop = np.exp(-soft.rate * low)
            both = drop / (1 + drop) ** 2
            slope = np.einsum("cvp,cp->cv", _edges(lead) ** 2, both).max(axis=1)
            for c, table in enumerate(soft.utilities):
                v = y @ table[:, t]
                spread = np.ptp(v, axis=2).max(axis=1)
                turn = np.einsum("cvp,cp->cv", _edges(v[..., left] - v[..., right]) ** 2, both).max(axis=1)
                bend = soft.rate**2 * spread * slope + 2 * soft.rate * np.sqrt(slope * turn)
                total[c] += most * (1 - 1 / states) / 4 * bend
        return total

    def halve(self, which: Array) -> None:
        """Halve the cells at these positions, each at its longest edge."""
        corners, states = self.corners[which], self.corners.shape[1]
        pairs = np.array(list(itertools.combinations(range(states), 2)))
        beliefs = self.points[corners]
        length = np.abs(beliefs[:, pairs[:, 0]] - beliefs[:, pairs[:, 1]]).sum(axis=2)
        a, b = pairs[length.argmax(axis=1)].T
        n = np.arange(len(corners))
        middle = (beliefs[n, a] + beliefs[n, b]) / 2
        new: list[Array] = []
        position = np.empty(len(corners), int)
        for k, row in enumerate(middle):
            key = row.tobytes()
            if key not in self._known:
                self._known[key] = len(self.points) + len(new)
                new.append(row)
            position[k] = self._known[key]
        if new:
            self.points = np.concatenate([self.points, np.array(new)])
            self.values = np.concatenate([self.values, self.soft.values(np.array(new))], axis=1)
        one, other = corners.copy(), corners.copy()
        one[n, a], other[n, b] = position, position
        fresh = np.concatenate([one, other])
        keep = np.ones(len(self.corners), bool)
        keep[which] = False
        self.corners = np.concatenate([self.corners[keep], fresh])
        self.errors = np.concatenate([self.errors[:, keep], self._errors(fresh)], axis=1)


def _edges(table: Array) -> Array:
    """[cell, edge, ...]: differences between vertices of table[cell, vertex, ...]."""
    pairs = np.array(list(itertools.combinations(range(table.shape[1]), 2)), int).reshape(-1, 2)
    if not len(pairs):
        return np.zeros((table.shape[0], 1, *table.shape[2:]))
    return table[:, pairs[:, 0]] - table[:, pairs[:, 1]]


@dataclass(frozen=True, eq=False)
class Split:
    """A law of posteriors that maximises Σ_c θ_c·V_c, perhaps subject to a requirement, with a bound."""

    value: float
    bound: float
    """No split is worth more: proved by cells, up to rounding."""
    chances: Array = field(repr=False)
    """τ[m]."""
    posteriors: Array = field(repr=False)
    """μ[m, s], of states that happen."""
    everybody: Array
    """[1 + k]: what Alice and each Bob get."""
    slope: float
    """y ≥ 0: what one unit more of what is required costs; 0 without. With v required instead, no split is above
    bound − y·(v − least)."""
    cells: int
    complete: bool
    """Whether bound and value met within the tolerance, before cells ran out."""

    @property
    def gap(self) -> float:
        return self.bound - self.value


def split(
    cells: Cells,
    wanted: Array,
    *,
    least: float = -INFINITY,
    floor: Array | None = None,
    tolerance: float = TOLERANCE,
) -> Split:
    """The best law of posteriors for weights wanted[1 + k] on V, with at least `least` of floor[1 + k]·V (Alice's, if left out).

    `tolerance` is absolute. A least that cannot be had within the cells known is lowered to what can.
    """
    floor = np.eye(len(wanted))[0] if floor is None else floor
    states = len(cells.soft.prior)
    if states == 1:
        everybody = cells.values[:, 0]
        worth = float(wanted @ everybody)
        return Split(worth, worth, np.ones(1), np.ones((1, 1)), everybody, 0.0, 1, True)
    bound, found = np.inf, None
    for _ in range(ROUNDS):
        found = _master(cells, wanted, floor, least)
        weights = wanted + found.slope * floor
        above = (weights @ cells.values - cells.points @ found.price)[cells.corners].max(axis=1)
        above += np.abs(weights) @ cells.errors
        bound = found.value + max(0.0, float(above.max()))
        doubtful = np.flatnonzero(above > tolerance)
        if bound - found.value <= tolerance or not len(doubtful) or len(cells.corners) >= cells.most:
            break
        cells.halve(doubtful[np.argsort(-above[doubtful], kind="stable")][:AT_ONCE])
    assert found is not None  # there is at least one round
    used = found.chances > 1e-12
    chances = found.chances[used] / found.chances[used].sum()
    everybody = cells.values[:, used] @ chances
    return Split(
        found.value,
        float(max(bound, found.value)),
        chances,
        cells.points[used],
        everybody,
        found.slope,
        len(cells.corners),
        bool(bound - found.value <= tolerance),
    )


@dataclass(frozen=True, eq=False)
class _Master:
    value: float
    chances: Array
    price: Array
    slope: float


def _master(cells: Cells, wanted: Array, floor: Array, least: float) -> _Master:
    wish, ask = wanted @ cells.values, floor @ cells.values
    unit, size = (float(np.ptp(row)) or 1.0 for row in (wish, ask))  # the solver's tolerances know no units
    programme = Programme()
    tau = programme.add_columns(len(cells.points), cost=wish / unit)
    rows = programme.add_rows(len(cells.soft.prior), lower=cells.soft.prior, upper=cells.soft.prior)
    programme.put(rows[:, None], tau, cells.points.T)
    if least > -INFINITY:
        programme.put(programme.add_rows(1, lower=least / size), tau, ask / size)
    try:
        found = programme.solve(maximise=True)
    except Unsolved:  # the floor is within rounding of the most that there is
        if least == -INFINITY:
            raise
        return _master(cells, wanted, floor, least - 1e-7 * max(size, abs(least)))
    if found.duals is None:  # nothing known reaches `least`: the most that there is instead
        best = _master(cells, floor, floor, -INFINITY)
        return _master(cells, wanted, floor, best.value - 1e-9 * max(size, abs(best.value)))
    slope = max(0.0, -float(found.duals[-1])) * unit / size if least > -INFINITY else 0.0
    return _Master(found.value * unit, found.point(), found.duals[: len(cells.soft.prior)] * unit, slope)


@dataclass(frozen=True, eq=False)
class Signal:
    """The best public signal of one sender for a quantal Alice."""

    sender: str
    value: float
    """The sender's."""
    bound: float
    """No signal brings the sender more."""
    alice: float
    bobs: Array
    """[i]."""
    nothing: float
    """The sender's value of silence."""
    everything: float
    """The sender's value of telling s."""
    chances: Array = field(repr=False)
    posteriors: Array = field(repr=False)
    """[m, s], over states that happen."""
    complete: bool
    how: str


def best_signal(
    rivals: Rivals, sender: int | None, rate: float, *, tolerance: float = TOLERANCE, most: int = MOST
) -> Signal:
    """What Bob `sender` would commit to alone; None for a perfectly aligned one, who wants what Alice wants.

    Exact up to `tolerance` times the range of the sender's utility, proved by `bound`; cut short at `most` cells, with the bound
    reached (`complete` says so). Raises InputError for a Bob that there is not, and for a rate that is none.
    """
    if sender is not None:
        sender = one_of(sender, "sender", rivals.k)
    tolerance, most = real(tolerance, "tolerance", above=0), whole(most, "most cells")
    soft = Softened.of(rivals, rate)
    c = 0 if sender is None else 1 + sender
    cells = Cells(soft, most=most)
    size = float(np.ptp(soft.utilities[c])) or 1.0
    found = split(cells, np.eye(1 + rivals.k)[c], tolerance=tolerance * size)
    states = len(soft.prior)
    how = f"concave closure over {found.cells:,} cells of beliefs, value and bound {found.gap:.2g} apart"
    return Signal(
        sender="an aligned AI" if sender is None else rivals.names[sender],
        value=found.value,
        bound=found.bound,
        alice=float(found.everybody[0]),
        bobs=found.everybody[1:],
        nothing=float(soft.values(soft.prior[None])[c, 0]),
        everything=float(soft.values(np.eye(states))[c] @ soft.prior),
        chances=found.chances,
        posteriors=found.posteriors,
        complete=found.complete,
        how=how,
    )
