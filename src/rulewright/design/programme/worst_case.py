"""A comparison of two courses of events that must come out well in the worst case: its robust counterpart, as linear rows.

A comparison is a list of entries j: the cell that is drawn, the cell that then happens, and a sign. Its value

    Σ_j sign_j p(types of done_j) ( μ[drawn_j]·(w[done_j] − off_j) + Σ_k law_k[done_j] z_k[drawn_j] )

has to be at least 0 (or a column) for every payoff, prior and behaviour of others in the sets of `Robustness`. Cells are numbers
of [*types, *actions] in C order. Rows of a comparison share what is drawn and differ in what is done.

What others do is the least of a linear function for each thing they know: a column below all its values (m ≤ each report's
sum of what comes after it, w ≤ each act's value). Where nothing but one cell's μ is at stake, the least is a coefficient.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from ...errors import TooLarge
from ...numerics import rational
from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from .frame import Frame

MOST_WRITTEN = 60_000  # rows: more take the solver minutes
MOST_ENTRIES = 20_000_000  # of one batch of rows, over all that others may do


@dataclass(frozen=True, eq=False)
class Comparison:
    """Rows with the same draws; see the head of this file."""

    who: int
    """Whose payoffs are compared; 0 for the goal. What this player does is not for others to choose."""
    drawn: Array = field(repr=False)
    """[entry]"""
    done: Array = field(repr=False)
    """[row, entry]; the types in it are the true ones, the same in all rows."""
    sign: Array = field(repr=False)
    """[entry] 1 or −1."""
    off: Array = field(repr=False)
    """[entry]: slack, or what staying away is worth; payoff units."""
    table: Array = field(repr=False)
    """[cell] w: the payoff, or the goal."""
    money: tuple[tuple[Array, Array, float], ...] = field(repr=False)
    """(columns [cell, k], law [cell, k], what a unit is worth here) of each payment that matters."""


class Terms:
    """Coefficients under way: which row, which profile of types, which column, how much."""

    def __init__(self) -> None:
        self._parts: list[tuple[Array, Array, Array, Array]] = []

    def put(self, rows: Array, profiles: Array | int, columns: Array, values: Array | float) -> None:
        r, p, c, v = np.broadcast_arrays(rows, profiles, columns, np.asarray(values, float))
        keep = v != 0
        self._parts.append((r[keep], p[keep], c[keep], v[keep]))

    @property
    def arrays(self) -> tuple[Array, Array, Array, Array]:
        """(row, profile, column, value)."""
        if not self._parts:
            none = np.zeros(0, int)
            return none, none, none, np.zeros(0)
        r, p, c, v = (np.concatenate([part[k] for part in self._parts]) for k in range(4))
        return r, p, c, v


@dataclass(frozen=True)
class Fault:
    """These players do whatever hurts, with this chance."""

    players: tuple[int, ...]
    chance: float
    entries: Array | None = field(default=None, repr=False)
    """[entry]: where; None is everywhere."""


def write(frame: Frame, comparison: Comparison, prior: Array, above: Array | None = None) -> Array:
    """Rows that say that the comparison is at least 0, or the column `above`; returns the rows' numbers."""
    robust = frame.rules.robust
    assert robust is not None
    found = []
    for faults in _scenarios(frame, comparison):
        ball = float(robust.prior_ball)
        weight = np.ones(prior.size) if ball else prior.ravel()
        terms = Terms()
        for fault in faults:
            if fault.players:
                _Adversary(frame, comparison, fault, weight).add(terms)
            else:
                _as_it_stands(frame, comparison, fault, weight, terms)
        _box(frame, comparison, weight, terms)
        rows = frame.programme.add_rows(len(comparison.done), lower=0.0)
        if ball:
            _ball(frame, rows, terms, prior.ravel(), ball)
        else:
            r, _, columns, values = terms.arrays
            frame.programme.put(rows[r], columns, values)
        _polytope(frame, comparison, weight, rows)
        if above is not None:
            frame.programme.put(rows, above, -1.0)
        found.append(rows)
        if frame.programme.rows > MOST_WRITTEN:
            raise TooLarge(
                where="robust rows",
                needed=f"more than {MOST_WRITTEN:,} rows for the worst cases",
                found="no end yet",
                remedy="Use fewer types, actions or players, or `payoff_error` and `priors`, which need no such rows.",
            )
    return np.concatenate(found)


def others_at_fault(frame: Frame, who: int) -> list[int]:
    """Players besides `who` that have something to do or to say."""
    counts = zip(frame.game.type_counts, frame.game.action_counts, strict=True)
    choose = [
        i for i, (types, acts) in enumerate(counts) if i and (acts > 1 or (types > 1 and not frame.rules.informed))
    ]
    return [i for i in choose if i != who]


def flagged(frame: Frame, i: int) -> Array:
    """[type]: whether player i's types are adversarial."""
    assert frame.rules.robust is not None
    labels = frame.rules.robust.adversarial.get(frame.game.players[i], ())
    return np.array([label in labels for label in frame.game.types[i]])


def scenarios_count(frame: Frame, who: int) -> int:
    """How many separate cases each row has."""
    assert frame.rules.robust is not None
    others = others_at_fault(frame, who)
    return prod(range(len(others) - (k := min(frame.rules.robust.faulty, len(others))) + 1, len(others) + 1)) // prod(
        range(1, k + 1)
    )


def _scenarios(frame: Frame, comparison: Comparison) -> list[list[Fault]]:
    """What may be the matter: one list of cases with their chances, for each thing that has to be survived."""
    robust = frame.rules.robust
    assert robust is not None
    others = others_at_fault(frame, comparison.who)
    if robust.faulty:
        return [[Fault(s, 1.0)] for s in itertools.combinations(others, min(robust.faulty, len(others)))]
    if robust.irrational:
        chance, cases = float(robust.irrational), []
        for size in range(len(others) + 1):
            share = chance**size * (1 - chance) ** (len(others) - size)
            cases += [Fault(s, share) for s in itertools.combinations(others, size) if share]
        return [cases]
    if any(robust.adversarial.values()):
        cells = Cells(frame)
        who = [j for j in others if flagged(frame, j).any()]
        bad = np.array([flagged(frame, j)[cells.type_of(j, comparison.done[0])] for j in who])  # [player, entry]
        cases = []
        for mask in itertools.product((False, True), repeat=len(who)):
            there = (bad == np.array(mask)[:, None]).all(axis=0) if who else None
            if there is None or there.any():
                cases.append(Fault(tuple(j for j, m in zip(who, mask, strict=True) if m), 1.0, there))
        return [cases]
    return [[Fault((), 1.0)]]


class Cells:
    """Digits of cell numbers: the types and acts of each player."""

    def __init__(self, frame: Frame) -> None:
        self.sizes, self.n = frame.shape, frame.n
        self.strides = [prod(self.sizes[a + 1 :]) for a in range(2 * self.n)]
        self.acts = prod(self.sizes[self.n :])
        """How many cells one profile of types has."""

    def type_of(self, i: int, cells: Array) -> Array:
        return cells // self.strides[i] % self.sizes[i]

    def act_of(self, i: int, cells: Array) -> Array:
        return cells // self.strides[self.n + i] % self.sizes[self.n + i]

    def code(self, axes: Sequence[int], cells: Array) -> Array:
        """One number for the digits on several axes."""
        total = np.zeros_like(cells)
        for axis in axes:
            total = total * self.sizes[axis] + cells // self.strides[axis] % self.sizes[axis]
        return total

    def with_digits(self, axes: Sequence[int], digits: Sequence[int], cells: Array) -> Array:
        for axis, digit in zip(axes, digits, strict=True):
            cells = cells + (digit - cells // self.strides[axis] % self.sizes[axis]) * self.strides[axis]
        return cells


def _as_it_stands(frame: Frame, own: Comparison, fault: Fault, weight: Array, terms: Terms) -> None:
    """Everybody else obeys."""
    there = slice(None) if fault.entries is None else fault.entries
    drawn, done, sign = own.drawn[there], own.done[:, there], own.sign[there] * fault.chance
    profiles = done // Cells(frame).acts
    rows = np.arange(len(done))[:, None]
    scale = sign * weight[profiles]
    terms.put(rows, profiles, frame.mu.ravel()[drawn], scale * (own.table[done] - own.off[there]))
    for columns, law, factor in own.money:
        terms.put(rows[..., None], profiles[..., None], columns[drawn], factor * scale[..., None] * law[done])


class _Adversary:
    """The players of a fault, doing their worst in a comparison."""

    def __init__(self, frame: Frame, own: Comparison, fault: Fault, weight: Array) -> None:
        there = slice(None) if fault.entries is None else fault.entries
        self.frame, self.own, self.cells = frame, own, Cells(frame)
        self.drawn, self.done = own.drawn[there], own.done[:, there]
        self.off = own.off[there]
        n, game, self.players = frame.n, frame.game, fault.players
        profile = self.done[0] // self.cells.acts
        self.scale = own.sign[there] * fault.chance * weight[profile]
        say = [game.type_counts[j] for j in self.players]
        quiet = frame.rules.informed or max(say) == 1
        self.reports = [None] if quiet else list(np.ndindex(*say))
        self.deeds = list(np.ndindex(*(game.action_counts[j] for j in self.players)))
        self.act_axes = [n + j for j in self.players]
        self.informed = fault.entries is None
        """They know everything; else, their own types and what they are told."""
        before = profile if self.informed else self.cells.code(self.players, self.done[0])
        first, self.known = np.unique(before, return_index=True, return_inverse=True)[1:]
        self.profiles = profile[first]  # of each thing they may know, where they know it all
        size = len(self.reports) * len(self.deeds) * self.done.size
        if size > MOST_ENTRIES:
            raise TooLarge(
                where="robust rows",
                needed=f"{size:,} coefficients for what {', '.join(game.players[j] for j in self.players)} may do",
                found=f"{MOST_ENTRIES:,} that are tried",
                remedy="Use fewer types, actions or players, or fewer players that may be at fault.",
            )

    def add(self, terms: Terms) -> None:
        """Σ over what they know of the least over their reports."""
        if len(self.reports) == 1:
            self._after(self.reports[0], terms)
            return
        programme, count = self.frame.programme, len(self.profiles)
        least = programme.add_columns((len(self.done), count), lower=-INFINITY)
        for report in self.reports:
            rows, sums = programme.add_rows(least.shape, lower=0.0), Terms()
            self._after(report, sums, by_known=True)
            r, known, columns, values = sums.arrays
            programme.put(rows[r, known], columns, values)
            programme.put(rows, least, -1.0)
        terms.put(np.arange(len(self.done))[:, None], self.profiles, least, 1.0)

    def _after(self, report: tuple[int, ...] | None, terms: Terms, *, by_known: bool = False) -> None:
        """Once they have reported: Σ over what they are told of the least over their acts."""
        own, cells, programme = self.own, self.cells, self.frame.programme
        drawn = self.drawn if report is None else cells.with_digits(self.players, report, self.drawn)
        if self.informed:  # of what the player compared has reported, too
            told = cells.code(range(2 * cells.n), drawn)
        else:
            told = cells.code(self.act_axes, drawn)
        key = self.known * (told.max() + 1) + told
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        groups = len(first)
        known = self.known[first]
        labels = known if by_known else self.profiles[known]
        done = np.stack(
            [cells.with_digits(self.act_axes, deed, self.done) for deed in self.deeds]
        )  # [deed, row, entry]
        values = self.scale * (own.table[done] - self.off)
        laws = [factor * self.scale[:, None] * law[done] for _, law, factor in own.money]
        rows = np.arange(len(self.done))[:, None]
        mu = self.frame.mu.ravel()
        if self.informed and all((law == law[:1]).all() for law in laws):
            total = np.zeros((groups, *values.shape[:2]))
            np.add.at(total, group, np.moveaxis(values, -1, 0))
            terms.put(rows, labels, mu[drawn[first]], total.min(axis=1).T)
            for (columns, _, _), law in zip(own.money, laws, strict=True):
                terms.put(rows[..., None], labels[group][:, None], columns[drawn], law[0])
            return
        if groups == len(group):  # one entry each: rows in which the same happens there share a column
            code = self.done[:, first] + len(mu) * np.arange(groups)
        else:
            code = np.arange(rows.size * groups).reshape(-1, groups)
        _, kept, column = np.unique(code, return_index=True, return_inverse=True)
        column = column.reshape(code.shape)
        shown = np.zeros(code.size, bool)
        shown[kept] = True
        at, entry = np.nonzero(shown.reshape(code.shape)[:, group])
        least = programme.add_columns(len(kept), lower=-INFINITY)
        numbers = programme.add_rows((len(self.deeds), len(kept)), lower=0.0)
        where = numbers[:, column[at, group[entry]]]
        programme.put(where, mu[drawn[entry]], values[:, at, entry])
        for (columns, _, _), law in zip(own.money, laws, strict=True):
            programme.put(where[..., None], columns[drawn[entry]], law[:, at, entry])
        programme.put(numbers, least, -1.0)
        terms.put(rows, labels, least[column], 1.0)


# ── payoffs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _box(frame: Frame, own: Comparison, weight: Array, terms: Terms) -> None:
    """−Σ ε_c |x_c|: a coefficient where all of x_c has one sign, else a column above x_c and −x_c."""
    assert frame.rules.robust is not None
    box = frame.rules.robust.payoff_box.get(frame.game.players[own.who]) if own.who else None
    if box is None:
        return
    programme, cells = frame.programme, Cells(frame)
    error = np.broadcast_to(rational.floats(box), frame.shape).ravel()
    mu = frame.mu.ravel()
    rows, drawn, sign = (
        np.broadcast_to(x, own.done.shape).ravel() for x in (np.arange(len(own.done))[:, None], own.drawn, own.sign)
    )
    done = own.done.ravel()
    keep = error[done] * weight[done // cells.acts] > 0
    rows, drawn, done, sign = rows[keep], drawn[keep], done[keep], sign[keep]
    _, first, group = np.unique(rows * len(mu) + done, return_index=True, return_inverse=True)
    chance = weight[done // cells.acts]
    total, count = np.zeros(len(first)), np.zeros(len(first))
    np.add.at(total, group, sign)
    np.add.at(count, group, 1.0)
    mixed = abs(total) < count
    plain = ~mixed[group]
    terms.put(rows[plain], done[plain] // cells.acts, mu[drawn[plain]], -(error[done] * chance)[plain])
    where = np.flatnonzero(mixed)
    above = programme.add_columns(len(where))
    number = np.full(len(first), -1)
    number[where] = np.arange(len(where))
    for side in (1.0, -1.0):
        sides = programme.add_rows(len(where), lower=0.0)
        programme.put(sides, above, 1.0)
        programme.put(sides[number[group[~plain]]], mu[drawn[~plain]], -side * (sign * chance)[~plain])
    at = first[where]
    terms.put(rows[at], done[at] // cells.acts, above, -error[done[at]])


def _polytope(frame: Frame, own: Comparison, weight: Array, rows: Array) -> None:
    """−h·y with Dᵀy = −x."""
    assert frame.rules.robust is not None
    found = frame.rules.robust.payoff_polytope.get(frame.game.players[own.who]) if own.who else None
    if found is None:
        return
    programme = frame.programme
    count, width = found.D.shape
    y = programme.add_columns((len(rows), count))
    dual = programme.add_rows((len(rows), width), lower=0.0, upper=0.0)
    constraint, column = np.nonzero(found.D)
    programme.put(dual[:, column], y[:, constraint], found.D[constraint, column])
    chance = own.sign * weight[own.done // Cells(frame).acts]
    programme.put(dual[np.arange(len(rows))[:, None], own.done], frame.mu.ravel()[own.drawn], chance)
    programme.put(rows[:, None], y, -found.h)


# ── the prior ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _ball(frame: Frame, rows: Array, terms: Terms, prior: Array, radius: float) -> None:
    """min p′·g over the ball: p·g − rλ − p·ν with m ≤ g, ν ≥ g − m − λ; g is 0 at profiles that no term is about."""
    programme = frame.programme
    r, profile, columns, values = terms.arrays
    support, position = np.unique(profile, return_inverse=True)
    p = prior[support]
    g = programme.add_columns((len(rows), len(support)), lower=-INFINITY)
    same = programme.add_rows(g.shape, lower=0.0, upper=0.0)
    programme.put(same[r, position], columns, values)
    programme.put(same, g, -1.0)
    programme.put(rows[:, None], g, p)
    elsewhere = len(support) < len(prior)
    least = programme.add_columns(len(rows), lower=-INFINITY, upper=0.0 if elsewhere else INFINITY)
    price, excess = programme.add_columns(len(rows)), programme.add_columns(g.shape)
    below, above = programme.add_rows(g.shape, lower=0.0), programme.add_rows(g.shape, lower=0.0)
    for numbers, sign in ((below, 1.0), (above, -1.0)):
        programme.put(numbers, g, sign)
        programme.put(numbers, least[:, None], -sign)
    programme.put(above, price[:, None], 1.0)
    programme.put(above, excess, 1.0)
    programme.put(rows, price, -radius)
    programme.put(rows[:, None], excess, -p)
    rest = 1.0 - p.sum()
    if elsewhere and rest > 0:
        outside, floor = programme.add_columns(len(rows)), programme.add_rows(len(rows), lower=0.0)
        for column in (outside, least, price):
            programme.put(floor, column, 1.0)
        programme.put(rows, outside, -rest)
