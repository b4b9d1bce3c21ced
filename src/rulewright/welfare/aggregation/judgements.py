"""Judgements of people on cases: who said what, on what; missing ones are simply not there.

    m   a judgement: person i[m] on case x[m], with the answer a[m] among K
    v   [K] what an answer is worth, from 0 (no) to 1 (yes); 1/2 is neutral

Everything is by counting (`bincount`), with a weight for each person: a person who was drawn twice has weight 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

NOBODY = -1
"""Group of a person who belongs to none."""


@dataclass(frozen=True, eq=False)
class Judgements:
    """Judgements in long form. Make it with `Judgements.of` or `Judgements.wide`."""

    case: Array = field(repr=False)
    """x[m]: number of the case."""
    person: Array = field(repr=False)
    """i[m]: number of the person."""
    answer: Array = field(repr=False)
    """a[m]: number of the answer."""
    values: Array
    """v[K] in [0, 1]."""
    cases: tuple[str, ...] = field(repr=False)
    people: tuple[str, ...] = field(repr=False)
    group: Array | None = field(default=None, repr=False)
    """[i]: number of the person's group, -1 for none; None where nobody has one."""
    groups: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        case: Sequence[Any],
        person: Sequence[Any],
        value: Sequence[float] | Array,
        *,
        cases: Sequence[str] | None = None,
        people: Sequence[str] | None = None,
    ) -> Judgements:
        """From columns of labels and of values in [0, 1]; `cases` and `people` fix the order of labels. Raises InputError."""
        worth = np.asarray(value, dtype=float)
        if not (len(case) == len(person) == len(worth)):
            found = f"{len(case)}, {len(person)} and {len(worth)}"
            raise InputError(where="judgements", needed="columns of the same length", found=found)
        if not len(worth):
            raise InputError(where="judgements", needed="at least one", found="none")
        if not (np.isfinite(worth).all() and worth.min() >= 0 and worth.max() <= 1):
            bad = worth[~((worth >= 0) & (worth <= 1))][0]
            raise InputError(where="judgements", needed="values from 0 (no) to 1 (yes)", found=f"{bad:g}")
        x, where = numbered(case, cases, "case")
        i, who = numbered(person, people, "person")
        values, answer = np.unique(worth, return_inverse=True)
        return cls(x, i, answer.reshape(-1), values, where, who)

    @classmethod
    def wide(cls, table: Any, *, cases: Sequence[str] | None = None, people: Sequence[str] | None = None) -> Judgements:
        """From a matrix [person, case] of values in [0, 1]; NaN where a person did not judge. Raises InputError."""
        whole = np.asarray(table, dtype=float)
        if whole.ndim != 2 or not whole.size:
            raise InputError(where="judgements", needed="a matrix, people × cases", found=f"shape {whole.shape}")
        i, x = np.nonzero(~np.isnan(whole))
        who = tuple(people) if people is not None else tuple(f"person {k + 1}" for k in range(whole.shape[0]))
        where = tuple(cases) if cases is not None else tuple(f"case {k + 1}" for k in range(whole.shape[1]))
        if (len(who), len(where)) != whole.shape:
            raise InputError(where="judgements", needed=f"{whole.shape} labels", found=f"({len(who)}, {len(where)})")
        made = cls.of(x, i, whole[i, x], cases=range(len(where)), people=range(len(who)))  # type: ignore[arg-type]
        return cls(made.case, made.person, made.answer, made.values, where, who)

    def grouped(self, group: Sequence[int] | Array, groups: Sequence[str] = ()) -> Judgements:
        """The same with group[i] for each person, -1 for none. Raises InputError for another length."""
        numbers = np.asarray(group, dtype=int)
        if numbers.shape != (len(self.people),):
            raise InputError(
                where="groups", needed=f"one for each of {len(self.people)} people", found=str(len(numbers))
            )
        count = int(numbers.max(initial=NOBODY)) + 1
        names = tuple(groups) if len(groups) else tuple(f"group {k + 1}" for k in range(count))
        if count == 0 or count > len(names) or numbers.min() < NOBODY:
            raise InputError(where="groups", needed="numbers from 0 of groups that have names", found=f"{count} groups")
        made = self._having(np.ones(self.m, dtype=bool))
        return Judgements(made.case, made.person, made.answer, self.values, self.cases, self.people, numbers, names)

    @property
    def m(self) -> int:
        """Number of judgements."""
        return len(self.case)

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.cases)

    @cached_property
    def value(self) -> Array:
        """y[m] in [0, 1]."""
        return self.values[self.answer]

    @cached_property
    def once(self) -> Judgements:
        """The last judgement of each person on each case: what is aggregated."""
        key = self.case * len(self.people) + self.person
        _, back = np.unique(key[::-1], return_index=True)
        if len(back) == self.m:
            return self
        keep = np.zeros(self.m, dtype=bool)
        keep[self.m - 1 - back] = True
        return self._having(keep)

    def repeats(self) -> tuple[Array, Array]:
        """(first[r], second[r]): neighbouring judgements of the same person on the same case."""
        key = self.case * len(self.people) + self.person
        order = np.argsort(key, kind="stable")
        same = np.flatnonzero(key[order][1:] == key[order][:-1])
        return order[same], order[same + 1]

    def on(self, keep: Array) -> Judgements:
        """Only judgements on the cases keep[x] (true or false); all cases keep their numbers."""
        return self._having(np.asarray(keep, dtype=bool)[self.case])

    def _having(self, keep: Array) -> Judgements:
        parts = (self.case[keep], self.person[keep], self.answer[keep])
        return Judgements(*parts, self.values, self.cases, self.people, self.group, self.groups)

    def tally(self, amount: Array, weights: Array | None = None) -> Array:
        """[x]: sum of amount[m] over the judgements on each case, people weighted."""
        w = amount if weights is None else amount * weights[self.person]
        return np.bincount(self.case, w, minlength=self.n)

    def counts(self, weights: Array | None = None) -> tuple[Array, Array, Array]:
        """(yes[x], no[x], neutral[x]): judgements above, below and at 1/2; whole numbers where weights are."""
        w = None if weights is None else weights[self.person]
        table = np.bincount(self._side, w, minlength=3 * self.n).reshape(self.n, 3).astype(float)
        return table[:, 2], table[:, 0], table[:, 1]

    @cached_property
    def _side(self) -> Array:
        """[m]: 3 x + 0, 1, 2 for against, neutral, for."""
        y = self.value
        side: Array = 3 * self.case + 1 + (y > 0.5) - (y < 0.5)
        return side

    def group_counts(self, weights: Array | None = None) -> tuple[Array, Array, Array]:
        """(yes, no, neutral)[g, x]. Raises InputError where people have no groups."""
        if self.group is None:
            raise InputError(
                where="judgements",
                needed="groups of people",
                found="none",
                remedy="Name a column of groups, or ask for opinion groups.",
            )
        g = self.group[self.person]
        inside = g != NOBODY
        at = (g * self.n + self.case)[inside]
        w = np.ones(self.m) if weights is None else weights[self.person].astype(float)
        shape = (len(self.groups), self.n)
        y = self.value
        yes, no, neutral = (
            np.bincount(at, (side * w)[inside], minlength=shape[0] * shape[1]).reshape(shape)
            for side in (y > 0.5, y < 0.5, y == 0.5)
        )
        return yes, no, neutral


def numbered(labels: Sequence[Any], order: Sequence[Any] | None, what: str) -> tuple[Array, tuple[str, ...]]:
    """(numbers[m], labels): from 0 in the order of first appearance, or in that of `order`. Raises InputError."""
    listed = labels.tolist() if isinstance(labels, np.ndarray) else labels
    if order is None:
        seen: dict[Any, int] = {}
        numbers = np.fromiter(
            (seen.setdefault(label, len(seen)) for label in listed), dtype=np.int64, count=len(listed)
        )
        return numbers, tuple(map(str, seen))
    place = {label: k for k, label in enumerate(order)}
    try:
        numbers = np.fromiter((place[label] for label in listed), dtype=np.int64, count=len(listed))
    except KeyError as error:
        raise InputError(where="judgements", needed=f"a {what} that is listed", found=repr(error.args[0])) from None
    return numbers, tuple(map(str, place))
