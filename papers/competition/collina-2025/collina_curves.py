"""Figures 1–4 in shape: one person is Alice, K other people are the AIs, and their utilities are mixed to fit hers.

Every number is a mean over Alices, of whom each meets several random lists of other people; on one list the first K are the
market of size K. Squared errors on rows left out (five folds), utilities on [0, 1]. The standard error is over Alices: lists of one
Alice are averaged first. Alices share other people, so that it is a guide, and a little too small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from collina_people import People

from rulewright.competition.market.growth import growth
from rulewright.competition.market.near import near
from rulewright.competition.market.table import Table

KINDS = ("constant", "single", "average", "calibrated", "simplex", "cone through zero", "cone")
FOLDS = 5


@dataclass(frozen=True, eq=False)
class Curves:
    sizes: np.ndarray
    """K[s]."""
    tests: np.ndarray
    """[kind, s, alice]: mean squared error on rows left out."""
    used: np.ndarray
    """[kind, s, alice]: weights above 1e-6."""

    def test(self, kind: str, size: int) -> float:
        return float(self.tests[KINDS.index(kind), self.sizes.tolist().index(size)].mean())

    def error(self, kind: str, size: int) -> float:
        """Standard error of that over Alices."""
        values = self.tests[KINDS.index(kind), self.sizes.tolist().index(size)]
        return float(values.std(ddof=1) / np.sqrt(len(values)))

    def number(self, kind: str, size: int) -> float:
        return float(self.used[KINDS.index(kind), self.sizes.tolist().index(size)].mean())

    @property
    def all(self) -> int:
        return int(self.sizes[-1])

    @property
    def drop(self) -> float:
        """Of the simplex, from one to all, as a share."""
        return 1 - self.test("simplex", self.all) / self.test("simplex", 1)

    def share(self, kind: str) -> float:
        """Of the simplex's drop, what `kind` brings with a single AI."""
        one = self.test("simplex", 1)
        return (one - self.test(kind, 1)) / (one - self.test("simplex", self.all))


def curves(
    people: People, sizes: list[int], alices: int, lists: int, seed: int = 0, *, own_only: bool = False
) -> Curves:
    """`own_only`: on Alice's own ratings only, where some of hers are imputed."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(people.utilities))[:alices]
    tests, used = np.zeros((2, len(KINDS), len(sizes), len(chosen)))
    for n, alice in enumerate(chosen):
        others = np.delete(np.arange(len(people.utilities)), alice)
        rows = people.seen[alice] | (not own_only)
        for _ in range(lists):
            listed = rng.choice(others, sizes[-1], replace=False)
            table = Table.of(people.utilities[alice][rows], people.utilities[listed].T[rows])
            found = growth(table, sizes, draws=1, folds=FOLDS, seed=int(rng.integers(2**31)), kinds=KINDS)
            tests[..., n] += found.tests[..., 0] / lists
            used[..., n] += found.used[..., 0] / lists
    return Curves(np.array(sizes), tests, used)


def epsilon(people: People, size: int, alices: int, seed: int = 0) -> float:
    """The sup norm, which is what the theorems speak of: mean ε of the hull with an offset, on all rows, of `size` other people."""
    rng = np.random.default_rng(seed)
    found = []
    for alice in rng.permutation(len(people.utilities))[:alices]:
        others = np.delete(np.arange(len(people.utilities)), alice)
        listed = rng.choice(others, size, replace=False)
        table = Table.of(people.utilities[alice], people.utilities[listed].T)
        found.append(near(table, kind="hull", offset="constant", exactly=False).value)
    return float(np.mean(found))
