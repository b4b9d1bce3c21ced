"""What theorems about rival senders rest on, looked up in the case itself: ties, and Bobs who want opposite things.

*Identical induced distribution* (after Collina, Goel, Roth, Ryu & Shi 2025, section 3): whichever Bob reveals all that he knows,
what happens has the same law. All Bobs know the same s here and messages are free, so that Alice then knows (s, t) and does one of

    A*(s, t) = argmax_a u[s, t, a]

It holds if A* is single wherever p > 0; if every Bob who counts is indifferent among A*; or if Alice breaks ties by a rule that
does not ask who spoke. Otherwise it may fail: each Bob may be met with the ties that suit him least, and only that much is sure.

*Opposed* (Gentzkow & Kamenica 2017, Rev. Econ. Stud. 84: literature, not verified here): w ≥ 0 with Σ w_i·U_i a function of
(s, t) alone, two at least of the w_i positive. Then, generically, everything is revealed whatever Alice wants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.pivots import Vertices
from ...numerics.rational import Array
from ..rivals.setting import Rivals


@dataclass(frozen=True, eq=False)
class Cases:
    """Rivals by what happens, in rationals: G pairs (s, t) with p > 0, in C order."""

    rivals: Rivals
    """Exact."""
    pairs: tuple[tuple[int, int], ...]
    law: Array = field(repr=False)
    """p[g]."""
    alice: Array = field(repr=False)
    """u[g, a]."""
    bobs: Array = field(repr=False)
    """U[i, g, a]."""
    best: Array = field(repr=False)
    """[g, a]; whether a is in A*(s, t)."""

    @property
    def opt(self) -> Any:
        return self.rivals.opt

    @property
    def tied(self) -> tuple[int, ...]:
        """Numbers g of the pairs where Alice has more than one best act."""
        return tuple(int(g) for g in np.flatnonzero(self.best.sum(axis=1) > 1))

    def where(self, g: int) -> str:
        """ "state s1, type t2"."""
        s, t = self.pairs[g]
        kind = f", type {self.rivals.types[t]}" if len(self.rivals.types) > 1 else ""
        return f"state {self.rivals.states[s]}{kind}"

    def care(self, weights: Array) -> tuple[int, ...]:
        """Bobs with a weight who are not indifferent among Alice's best acts somewhere."""
        found = []
        for i in np.flatnonzero(weights):
            if any(len(set(self.bobs[i, g, self.best[g]])) > 1 for g in self.tied):
                found.append(int(i))
        return tuple(found)

    def first(self) -> Array:
        """[g]: the first of Alice's best acts."""
        return np.asarray(self.best.argmax(axis=1))

    def pick(self, wish: Array) -> Array:
        """[g]: of Alice's best acts the one that is largest by wish[g, a]."""
        low = wish.min() - 1
        return np.asarray(np.where(self.best, wish, low).argmax(axis=1))

    def chosen(self, choice: Any) -> Array:
        """[g] of a rule for ties: an act (position or label) for each pair. Raises InputError for one that is not best."""
        if not isinstance(choice, Iterable):
            needed = f"an act for each of {len(self.pairs)} pairs, in a list"
            raise InputError(where="how Alice breaks ties", needed=needed, found=repr(choice))
        given, acts = list(choice), self.rivals.actions
        if len(given) != len(self.pairs):
            raise InputError(
                where="how Alice breaks ties",
                needed=f"an act for each of {len(self.pairs)} pairs",
                found=str(len(given)),
            )
        found = np.array([acts.index(a) if isinstance(a, str) and a in acts else a for a in given])
        for g, a in enumerate(found):
            if not isinstance(a, np.integer) or not 0 <= a < len(acts) or not self.best[g, a]:
                needed = " or ".join(acts[b] for b in np.flatnonzero(self.best[g]))
                raise InputError(where=f"how Alice breaks ties in {self.where(g)}", needed=needed, found=str(given[g]))
        return found


def cases(rivals: Rivals) -> Cases:
    """Of these rivals; decimals count as what they print as."""
    exact = rivals.exact
    s, t = np.nonzero(np.asarray(exact.prior > 0, dtype=bool))
    alice = exact.alice[s, t]
    best = np.asarray(alice == alice.max(axis=1, keepdims=True), dtype=bool)
    pairs = tuple((int(a), int(b)) for a, b in zip(s, t, strict=True))
    return Cases(exact, pairs, exact.prior[s, t], alice, exact.bobs[:, s, t], best)


def opposed(known: Cases) -> Array | None:
    """w[i] ≥ 0, two at least positive, with Σ w_i·U_i the same for all acts in every case; None where there is none.

    Bobs who do not care what Alice does oppose nobody. The two heaviest come first where one pair will do.
    """
    spread = (known.bobs - known.bobs[:, :, :1])[:, :, 1:].reshape(len(known.bobs), -1)
    caring = [i for i in range(len(spread)) if (spread[i] != 0).any()]
    weights = rational.zeros((len(spread),), known.law)
    for n, i in enumerate(caring):
        at = int(np.flatnonzero(spread[i])[0])
        for j in caring[n + 1 :]:
            ratio = -spread[i, at] / spread[j, at] if spread[j, at] else 0 * spread[i, at]
            if ratio > 0 and (spread[i] + ratio * spread[j] == 0).all():
                weights[[i, j]] = 1 + 0 * ratio, ratio
                return weights
    if len(caring) < 3:
        return None
    rows = spread[caring].T
    rows = np.concatenate(
        [rows[np.asarray((rows != 0).any(axis=1), dtype=bool)], rational.zeros((1, len(caring)), rows)]
    )
    rows[-1] = rows[-1] + 1
    sides = rational.zeros((len(rows),), rows)
    sides[-1] = sides[-1] + 1
    try:
        weights[caring] = Vertices(rows, sides, equal=len(rows)).best(rational.zeros((len(caring),), rows))[0]
    except Unsolved:
        return None
    return weights
