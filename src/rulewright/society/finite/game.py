"""Games that groups play: what a member gets depends on its own strategy and on how many of each there are in its group.

    worth[κ, a]   payoff of a member of strategy a in a group of composition κ = (κ_1 … κ_m), Σ κ = n; of no meaning where κ_a = 0

Compositions stand in lexicographic order, so that with two strategies the row is the number of members of the first. Whom a
member meets is drawn from everybody:

    large    n − 1 others, each a with chance x_a (multinomial)                          as Z → ∞
    small    n − 1 others out of the Z − 1 that are there (hypergeometric)               Hauert et al. 2007, Science 316

Both are exact in Fractions and stable in floats: chances are summed in logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import comb

import numpy as np

from ...behaviour.dynamics.finite import compositions
from ...errors import InputError
from ...numerics import rational
from ...numerics.memory import reserve
from ...numerics.rational import Array

Payoff = Callable[[tuple[int, ...]], Sequence[object]]


@dataclass(frozen=True, eq=False)
class GroupGame:
    """A symmetric game of groups."""

    group: int
    """n"""
    names: tuple[str, ...]
    worth: Array = field(repr=False)
    """[composition, strategy]: exact or floating; units of payoff."""

    def __post_init__(self) -> None:
        rows = comb(self.group + len(self.names) - 1, len(self.names) - 1) if self.group >= 2 else 0
        if self.group < 2 or len(self.names) < 2 or self.worth.shape != (rows, len(self.names)):
            raise InputError(
                where="group game",
                needed="groups of two or more, two strategies or more, worth[composition, strategy]",
                found=f"groups of {self.group}, {len(self.names)} strategies, shape {self.worth.shape}",
            )
        there = rational.floats(self.worth)[self.compositions > 0]
        if not np.isfinite(there).all():
            raise InputError(where="group game", needed="finite payoffs", found="NaN or an infinity")

    @classmethod
    def of(cls, group: int, names: Sequence[str], payoff: Payoff) -> GroupGame:
        """From payoff(composition) → what a member of each strategy gets; Fractions or floats."""
        reserve((comb(group + len(names) - 1, len(names) - 1), 3 * len(names)), "the compositions of a group")
        rows = [list(payoff(tuple(int(k) for k in row))) for row in compositions(group, len(names))]
        return cls(group, tuple(names), rational.numbers(np.array(rows, dtype=object if _exact(rows) else float)))

    @classmethod
    def pairwise(cls, matrix: Array, names: Sequence[str] = ()) -> GroupGame:
        """Two who meet: matrix[own strategy, other's strategy]."""
        table = rational.numbers(matrix)
        said = tuple(names) or tuple(f"{k}" for k in range(len(table)))
        states = compositions(2, len(table))
        worth = np.stack(
            [[table[a, _other(row, a)] if row[a] else table[a, a] for a in range(len(table))] for row in states]
        )
        return cls(2, said, worth)

    @cached_property
    def compositions(self) -> Array:
        """[composition, strategy]: members of each."""
        return compositions(self.group, len(self.names))

    def pair(self, first: int, second: int) -> GroupGame:
        """The same game where only these two strategies are there."""
        if (first, second) == (0, len(self.names) - 1) == (0, 1):
            return self
        counts = np.zeros((self.group + 1, len(self.names)), np.int64)
        counts[:, first] = np.arange(self.group + 1)
        counts[:, second] = self.group - counts[:, first]
        worth = self.worth[rank(counts, self.group)][:, [first, second]]
        return GroupGame(self.group, (self.names[first], self.names[second]), worth)

    @cached_property
    def against(self) -> tuple[Array, Array]:
        """Two strategies: payoff[j] of the first and of the second, by the number j = 0 … n − 1 of the first among others."""
        if len(self.names) != 2:
            raise InputError(where="group game", needed="two strategies", found=f"{len(self.names)}")
        return self.worth[1:, 0], self.worth[:-1, 1]

    def large(self, shares: Array) -> Array:
        """[..., strategy]: expected payoffs among very many, at shares[..., strategy]."""
        x = rational.floats(shares)
        others = compositions(self.group - 1, len(self.names))
        with np.errstate(divide="ignore"):
            logs = np.log(x)
        terms = np.where(others > 0, others * np.where(np.isfinite(logs), logs, -1e300)[..., None, :], 0.0).sum(axis=-1)
        chance = np.exp(_log_ways(others, self.group - 1) + terms)
        return self._mean(chance, others)

    def small(self, states: Array) -> Array:
        """[..., strategy]: expected payoffs in populations with states[..., strategy] individuals; 0 where there is none."""
        states = np.asarray(states)
        size = int(states.reshape(-1, len(self.names))[0].sum())
        if size < self.group:
            raise InputError(where="population", needed=f"at least a group, {self.group}", found=str(size))
        if len(self.names) == 2:
            one, other = self.beside(size)
            k = states[..., 0]
            return np.stack(
                [np.where(k > 0, one[k - 1], 0.0), np.where(k < size, other[k - (k == size)], 0.0)], axis=-1
            )
        others = compositions(self.group - 1, len(self.names))
        reserve((*states.shape, 4 * len(others)), "the groups of a finite population")
        logs = _log_factorials(size)
        found = np.zeros(states.shape)
        for a in range(len(self.names)):
            left = states - np.eye(len(self.names), dtype=np.int64)[a]
            possible = (left[..., None, :] >= others).all(axis=-1)
            from_left = np.maximum(left[..., None, :] - others, 0)
            logchance = logs[np.maximum(left, 0)].sum(axis=-1)[..., None] - logs[others].sum(axis=-1)
            logchance = logchance - logs[from_left].sum(axis=-1)
            logchance = logchance - (logs[size - 1] - logs[self.group - 1] - logs[size - self.group])
            chance = np.where(possible, np.exp(logchance), 0.0)
            found[..., a] = np.where(states[..., a] > 0, self._mean(chance, others, a), 0.0)
        return found

    def beside(self, size: int) -> tuple[Array, Array]:
        """Two strategies among `size`: expected payoff[k] of the first and of the second, k = 0 … Z − 1 others of the first."""
        n = self.group
        reserve((size, 6 * n), "the groups of a finite population")
        logs = np.concatenate([np.full(n, np.inf), _log_factorials(size)])
        window = np.lib.stride_tricks.sliding_window_view(logs, n)
        left, own = window[1 : size + 1, ::-1], logs[n : n + size]  # log (k − j)!, infinite where j > k; log k!
        j = logs[n : 2 * n]
        chance = (own + own[::-1] - (logs[n + size - 1] - j[-1] - logs[size]))[:, None] - (j + j[::-1])
        chance = np.exp(chance - left - left[::-1, ::-1])
        one, other = self.against
        return chance @ rational.floats(one), chance @ rational.floats(other)

    def _mean(self, chance: Array, others: Array, only: int | None = None) -> Array:
        own = np.eye(len(self.names), dtype=np.int64)
        worth = rational.floats(self.worth)
        columns = range(len(self.names)) if only is None else (only,)
        found = [chance @ worth[rank(others + own[a], self.group), a] for a in columns]
        return np.stack(found, axis=-1) if only is None else found[0]


def ranks(group: int, strategies: int) -> Array:
    """int64 [q, r] = C(r + q, q): with these a composition's row is Σ_k T[m−k−1, r_k] − T[m−k−1, r_k − κ_k], r_k what is left."""
    return np.array([[comb(r + q, q) for r in range(group + 1)] for q in range(strategies)], dtype=np.int64)


def rank(counts: Array, group: int) -> Array:
    """[...]: the row of compositions counts[..., strategy]."""
    m = counts.shape[-1]
    table, left, row = ranks(group, m), np.full(counts.shape[:-1], group), np.zeros(counts.shape[:-1], np.int64)
    for k in range(m - 1):
        after = left - counts[..., k]
        row = row + table[m - k - 1][left] - table[m - k - 1][after]
        left = after
    return row


def _exact(rows: list[list[object]]) -> bool:
    return any(not isinstance(x, (float, np.floating)) for row in rows for x in row)


def _other(row: Array, a: int) -> int:
    rest = row.copy()
    rest[a] -= 1
    return int(np.argmax(rest))


def _log_factorials(top: int) -> Array:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, top + 1)))])


def _log_ways(others: Array, total: int) -> Array:
    logs = _log_factorials(total)
    return logs[total] - logs[others].sum(axis=-1)
