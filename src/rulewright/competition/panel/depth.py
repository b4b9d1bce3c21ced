"""Rejection depth: how few reviewers object to something harmful.

    depth = min { #{i : ⟨U_i, d⟩ < 0} : d ∈ C, ⟨u, d⟩ < 0 }

The rule "executed unless more than k object" is sound iff depth ≥ k + 1, iff every coalition of size n − k covers (k-robust
coalitional alignment: Collina, Goel, Roth & Sengupta 2026, definition 2.9 and corollary 2). Where nothing harmful can be
proposed the minimum is over nothing, and n + 1 stands for it. Equally, depth is the fewest reviewers that *hit* every covering
coalition. Four ways, which agree:

    coalitions   k = 0, 1, …: one programme for every coalition of size n − k that no known covering one is part of
    branching    some small T ⊆ S covers (the weights say which): whoever objects to a harmful d is among T's objectors, so branch
                 over T. r^depth programmes, for any n
    programme    hitting sets by whole-number programming, each answer refuted by a new T or confirmed by a harmful d (combinatorial
                 Benders cuts: no large constant stands for "objects", so nothing must be guessed about an unbounded cone)
    corners      the least is at a corner of the arrangement of the reviewers' hyperplanes: n^(r − 1) of them; see corners.py

It is coNP-complete in general to certify it (ibid., appendix E): `most` programmes may be asked for, and a search that stops
there says between what it lies.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.given import number
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .corners import LARGEST_RANK, candidates, lowest
from .coverage import Gains, Proposal, gains, proposal
from .setting import Panel

MOST = 200_000  # programmes
MOST_CORNERS = 20_000_000  # candidates
SHALLOW = 3  # branching is tried first where depth is at most this
METHODS = ("auto", "coalitions", "branching", "programme", "corners")


class _Spent(Exception):
    """No more programmes may be solved."""


@dataclass(frozen=True, eq=False)
class Depth:
    """How few object to something harmful, the proposal that attains it, and what proves that fewer never do."""

    panel: Panel = field(repr=False)
    objectors: int
    """The least number; n + 1 where nothing harmful can be proposed; an upper bound if not `complete`."""
    at_least: int
    """What is proved; equal to `objectors` if `complete`."""
    proposal: Proposal | None
    """A harmful one that no more object to; None where nothing harmful can be proposed."""
    covering: tuple[tuple[int, ...], ...] = field(repr=False)
    """Covering coalitions no `at_least` − 1 reviewers can hit, where the method makes them: the proof of the lower bound."""
    method: str
    how: str
    complete: bool = True

    @property
    def tolerance(self) -> int | None:
        """The largest k such that "unless more than k object" is proved sound; None if not even unanimity is."""
        return self.at_least - 1 if self.at_least else None

    @property
    def share(self) -> float:
        """depth / n."""
        return self.objectors / self.panel.n

    def describe(self) -> str:
        if self.proposal is None:
            return "nothing harmful can be proposed"
        known = str(self.objectors) if self.complete else f"{self.at_least} … {self.objectors}"
        return f"at least {known} of {self.panel.n} object to anything harmful; so few to {self.proposal.describe()}"


@dataclass
class _Oracle:
    """Covering coalitions of one panel, found so far, and how many programmes that took."""

    known: Gains
    most: int
    loss: Fraction
    tell: Callable[[str], None] | None = None
    spent: int = 0
    found: list[int] = field(default_factory=list)
    """Small covering coalitions, as bits."""

    def covering(self, removed: int) -> int | None:
        """A small covering coalition, as bits, among those who are not removed; None where they do not cover."""
        for bits in self.found:
            if not bits & removed:
                return bits
        if self.spent >= self.most:
            raise _Spent
        self.spent += 1
        if self.tell and self.spent % 1000 == 0:
            self.tell(f"{self.spent:,} coalitions tried")
        members = self.known.covering((i for i in range(self.known.n) if not removed >> i & 1), self.loss)
        if members is None:
            return None
        bits = sum(1 << i for i in members)
        self.found.append(bits)
        return bits


def depth(
    panel: Panel,
    method: str = "auto",
    *,
    loss: Any = 0,
    most: int = MOST,
    tell: Callable[[str], None] | None = None,
) -> Depth:
    """The rejection depth. `auto`: corners where proposals count for at most three dimensions; else branching to a
    depth of 3, then programming.

    loss: only what costs people more than that, on bounded D, counts as harmful; "corners" knows none. most: exact programmes that
    may be solved. Raises InputError for another method, a negative loss, or for "corners" beyond three dimensions.
    """
    if method not in METHODS:
        raise InputError(where="method of depth", needed=" or ".join(METHODS), found=repr(method))
    spared = number(loss, "tolerated loss", least=0)
    known, key = gains(panel), ("depth", method, most, spared)
    if key not in known.remembered:
        known.remembered[key] = _sought(known, method, _Oracle(known, most, spared, tell))
    return known.remembered[key]  # type: ignore[no-any-return]


def _sought(known: Gains, method: str, oracle: _Oracle) -> Depth:
    if (known.principal >= -oracle.loss).all():
        return Depth(known.panel, known.n + 1, known.n + 1, None, ((),), method, "no proposal alone harms people")
    small = candidates(known.n, len(known.cost), known.rank) <= MOST_CORNERS and known.rank <= LARGEST_RANK
    if method == "corners" or (method == "auto" and small and not oracle.loss):
        return _by_corners(known, oracle.loss)
    ways: dict[str, Callable[[_Oracle, int], tuple[int, int | None]]] = {
        "coalitions": _coalitions,
        "branching": _branching,
        "programme": _programme,
    }
    try:
        if method == "auto":
            at_least, removed = _branching(oracle, 0, until=SHALLOW)
            if removed is None:
                method = "programme"
                at_least, removed = _programme(oracle, at_least)
        else:
            at_least, removed = ways[method](oracle, 0)
    except _Spent:
        return _unfinished(oracle, method)
    assert removed is not None
    return _found(oracle, removed, at_least, method)


def _found(oracle: _Oracle, removed: int, at_least: int, method: str, complete: bool = True) -> Depth:
    known = oracle.known
    harm = proposal(known.panel, known.optimum(_bits_off(known.n, removed)).mix)
    how = f"{oracle.spent:,} exact programmes, {len(oracle.found):,} covering coalitions"
    sets = tuple(_bits_on(known.n, bits) for bits in oracle.found)
    if not complete:
        how += f"; stopped at {oracle.most:,} programmes"
    return Depth(known.panel, len(harm.objectors), at_least, harm, sets, method, how, complete)


def _unfinished(oracle: _Oracle, method: str) -> Depth:
    """What the coalitions found prove, and a harmful proposal found by leaving out ever more reviewers."""
    n = oracle.known.n
    at_least, removed = _hitting(oracle.found, n)
    oracle.most, before = oracle.spent + n + 1, oracle.most
    try:
        while (bits := oracle.covering(removed)) is not None:
            removed |= bits
    except _Spent:
        removed = (1 << n) - 1
    oracle.most = before
    return _found(oracle, removed, at_least, method, complete=False)


def _bits_on(n: int, bits: int) -> tuple[int, ...]:
    return tuple(i for i in range(n) if bits >> i & 1)


def _bits_off(n: int, bits: int) -> tuple[int, ...]:
    return tuple(i for i in range(n) if not bits >> i & 1)


def covering_family(panel: Panel, removed: int, *, most: int = MOST) -> tuple[tuple[int, ...], ...] | None:
    """Small covering coalitions of which every n − `removed` reviewers include one: with their weights, the proof that
    "unless more than `removed` object" is sound. None where it is not.

    By branching, r^removed programmes at the most. Raises TooLarge beyond `most`.
    """
    known = gains(panel)
    if not 0 <= removed <= known.n:
        raise InputError(where="reviewers removed", needed=f"0 … {known.n}", found=str(removed))
    oracle = _Oracle(known, most, Fraction(0))
    try:
        if _branch(oracle, 0, 0, removed) is not None:
            return None
    except _Spent:
        raise TooLarge(
            where="covering coalitions of a threshold",
            needed=f"more than {most:,} programmes",
            found=f"{len(oracle.found):,} coalitions so far",
            remedy="Allow more with `most`, or rely on the depth by corners.",
        ) from None
    return tuple(_bits_on(known.n, bits) for bits in oracle.found)


# ── three ways by exact programmes ──────────────────────────────────────────────────────────────────────────────────


def _coalitions(oracle: _Oracle, start: int) -> tuple[int, int | None]:
    """(depth, who objects): all coalitions of size n − k, for k = start, start + 1, …"""
    n = oracle.known.n
    for k in range(start, n + 1):
        for out in itertools.combinations(range(n), k):
            removed = sum(1 << i for i in out)
            if oracle.covering(removed) is None:
                return k, removed
    raise AssertionError("nobody covers what can harm")


def _branching(oracle: _Oracle, start: int, until: int | None = None) -> tuple[int, int | None]:
    """(depth, who objects), or (until + 1, None) where it is larger than `until`."""
    n = oracle.known.n
    for k in range(start, (n if until is None else until) + 1):
        removed = _branch(oracle, 0, 0, k)
        if removed is not None:
            return k, removed
    return (n if until is None else until) + 1, None


def _branch(oracle: _Oracle, removed: int, kept: int, left: int) -> int | None:
    """Removed members, with at most `left` more of those not `kept`, without whom the rest do not cover; None if there are none."""
    covering = oracle.covering(removed)
    if covering is None:
        return removed
    if left == 0:
        return None
    for i in _bits_on(oracle.known.n, covering & ~kept):
        found = _branch(oracle, removed | 1 << i, kept, left - 1)
        if found is not None:
            return found
        kept |= 1 << i  # every set with i was tried
    return None


def _programme(oracle: _Oracle, start: int) -> tuple[int, int | None]:
    """(depth, who objects): the fewest that hit all covering coalitions found, until what is left does not cover.

    Sets that hit them all but need not be smallest are refuted first, for they cost nothing: the whole-number programme is
    solved only where they find no more coalitions.
    """
    n = oracle.known.n
    while True:
        while _refuted(oracle, _greedy(oracle.found, n)):
            pass
        size, removed = _hitting(oracle.found, n)
        if not _refuted(oracle, removed):
            return size, removed


def _refuted(oracle: _Oracle, removed: int) -> bool:
    """Whether the rest cover; then several disjoint covering coalitions among them are found in one go."""
    fresh = False
    while (bits := oracle.covering(removed)) is not None:
        removed |= bits
        fresh = True
    return fresh


def _greedy(sets: list[int], n: int) -> int:
    """A set that meets every one of the sets, by taking who is in most of those left."""
    left, taken = np.array([[bits >> i & 1 for i in range(n)] for bits in sets], dtype=bool).reshape(-1, n), 0
    while len(left):
        i = int(left.sum(axis=0).argmax())
        taken |= 1 << i
        left = left[~left[:, i]]
    return taken


def _hitting(sets: list[int], n: int) -> tuple[int, int]:
    """(size, bits): the fewest that meet every one of the sets, by whole-number programming."""
    if not sets:
        return 0, 0
    table = np.array([[bits >> i & 1 for i in range(n)] for bits in sets], dtype=float)
    programme = Programme()
    take = programme.add_columns(n, upper=1.0, cost=1.0, integer=True)
    rows = programme.add_rows(len(sets), lower=1.0)
    programme.put(rows[:, None], take, table)
    found = programme.solve()
    chosen = np.flatnonzero(found.point() > 0.5)
    assert (table[:, chosen].sum(axis=1) >= 1).all() and len(chosen) == round(found.value)
    return len(chosen), sum(1 << int(i) for i in chosen)


def hitting_number(depth_found: Depth) -> int:
    """The fewest reviewers that meet every coalition of the lower bound's proof; that they cover is for `covers` to check.

    n + 1 where nobody at all covers, too: nothing harmful can be proposed.
    """
    if () in depth_found.covering:
        return depth_found.panel.n + 1
    return _hitting([sum(1 << i for i in s) for s in depth_found.covering], depth_found.panel.n)[0]


# ── corners ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_corners(known: Gains, loss: Fraction) -> Depth:
    if loss:
        raise InputError(
            where="depth by corners", needed="no tolerated loss", found=str(loss), remedy='Use method="programme".'
        )
    if known.rank > LARGEST_RANK:
        raise InputError(
            where="depth by corners",
            needed="proposals that count for at most three dimensions",
            found=str(known.rank),
            remedy='Use method="programme".',
        )
    mix, tried = lowest(known)
    harm = proposal(known.panel, mix)
    how = f"{tried:,} corners of the arrangement; those near a tie in whole numbers"
    return Depth(known.panel, len(harm.objectors), len(harm.objectors), harm, (), "corners", how)


def coalition_count(n: int, most: int) -> Any:
    """Σ_{j ≤ most} C(n, j): minimal coalitions there can be at the most, with `most` = r."""
    return sum(math.comb(n, j) for j in range(min(most, n) + 1))


def table_of(coalitions: tuple[tuple[int, ...], ...], n: int) -> Array:
    """[coalition, i], bool."""
    table = np.zeros((len(coalitions), n), dtype=bool)
    for k, members in enumerate(coalitions):
        table[k, list(members)] = True
    return table
