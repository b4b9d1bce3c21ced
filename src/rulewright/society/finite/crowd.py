"""Large populations, agent by agent: groups are formed anew in each generation, play, and their members are imitated.

    1  newborns stand in groups of n; what each earns follows from who is in its group                 GroupGame.worth
    2  for each place of the next generation two of this one are drawn at random, a and b; the newborn is like b with chance
       s (π_b − π_a) / span where that is positive, else like a                                        proportional imitation
    3  with chance μ it is of any strategy, each alike likely

Since a and b are drawn from all, the groups of the next generation are random samples of this one, as in the closed form. The
chance in 2 is linear in payoffs (Schlag 1998, J. Econ. Theory 78), so that the mean motion is the replicator dynamic without
further approximation,

    E x_a′ = x_a + (s / span) x_a (W_a − W̄)              W_a = the mean payoff of those of strategy a

Payoffs are held as whole numbers q = round((π − least) (2³¹ − 1) s / span), and a draw of 31 bits is below q_b − q_a or not: NumPy,
the compiled kernel and JAX come to the same agents, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import counter, rational
from ...numerics.native import kernel, pointer
from ...numerics.rational import Array
from .backends import chosen, draws, run
from .game import GroupGame, ranks

TOP = 2**31 - 1
BYTES = 4  # of a whole number, summed apart, so that no sum of 32 bits overflows
MOST = 2**24  # agents, for the same reason
FIRST, SECOND, TURN, MUTANT, WHICH, START = range(6)  # streams of draws


@dataclass(frozen=True, eq=False)
class Counted:
    """What was seen of one course."""

    counts: Array
    """int64 [step, strategy]: agents."""
    sums: Array = field(repr=False)
    """float64 [step, measure]: mean over agents of each measure, in its own units."""
    last: Array = field(repr=False)
    """uint8 [agent]: the strategies of the generation after the last step."""

    @property
    def shares(self) -> Array:
        return self.counts / self.counts.sum(axis=1, keepdims=True)


@dataclass(frozen=True, eq=False)
class Crowd:
    """A population that plays `game` in groups."""

    game: GroupGame
    selection: float = 1.0
    """s, within (0, 1]: chance of turning from the worst payoff that there is to the best."""
    mutation: float = 0.0
    """μ"""
    others: Mapping[str, Array] = field(default_factory=dict, repr=False)
    """{measure: [composition, strategy]}: what else to average over agents; "payoff" is always there."""

    def __post_init__(self) -> None:
        if not (0 < self.selection <= 1 and 0 <= self.mutation <= 1):
            raise InputError(
                where="crowd",
                needed="a selection above 0 and up to 1, a mutation within 0 and 1",
                found=f"{self.selection}, {self.mutation}",
            )

    @property
    def measures(self) -> tuple[str, ...]:
        return ("payoff", *self.others)

    @cached_property
    def _scales(self) -> Array:
        """[measure, (least, span)] over members that there are."""
        there = self.game.compositions > 0
        tables = [rational.floats(t)[there] for t in (self.game.worth, *self.others.values())]
        return np.array([[t.min(), np.ptp(t) or 1.0] for t in tables])

    @cached_property
    def tables(self) -> Array:
        """uint32 [measure, composition, strategy]: each measure in whole numbers from 0 to 2³¹ − 1; payoffs times s."""
        there = self.game.compositions > 0
        found = np.zeros((len(self.measures), *there.shape), np.uint32)
        strength = [self.selection] + [1.0] * len(self.others)
        for k, table in enumerate((self.game.worth, *self.others.values())):
            least, span = self._scales[k]
            share = (np.where(there, rational.floats(table), least) - least) / span
            found[k] = np.rint(share * TOP * strength[k]).astype(np.uint32)
        return found

    @cached_property
    def span(self) -> float:
        """Payoff of the best off less that of the worst off, s apart: one step of the replicator lasts 1/span."""
        return float(self._scales[0, 1] / self.selection)

    def start(self, shares: Sequence[float], agents: int, seed: int) -> Array:
        """uint8 [agent]: strategies drawn at random with these chances; whole groups. Raises InputError."""
        whole = agents // self.game.group * self.game.group
        given = np.asarray(shares, float)
        if not 0 < whole <= MOST or given.shape != (len(self.game.names),) or abs(given.sum() - 1) > 1e-9:
            raise InputError(
                where="crowd",
                needed=f"from {self.game.group} to {MOST:,} agents, and one share for each strategy, one in all",
                found=f"{agents} agents, shares {list(shares)}",
            )
        bars = counter.bar(np.minimum(np.cumsum(given)[:-1], 1.0))
        return (counter.draws(seed, START, 0, whole)[:, None] >> np.uint32(1) >= bars).sum(axis=1).astype(np.uint8)

    def run(self, start: Array, steps: int, seed: int, *, backend: str = "auto", native: bool = True) -> Counted:
        """`steps` generations from uint8 start[agent], whole groups. The same bits with every backend."""
        first = np.ascontiguousarray(start, np.uint8)
        if len(first) % self.game.group or not 0 < len(first) <= MOST:
            raise InputError(where="crowd", needed=f"whole groups of {self.game.group}", found=f"{len(first)} agents")
        if steps < 1 or first.max() >= len(self.game.names):
            raise InputError(
                where="crowd",
                needed=f"steps, 1 or more, and strategies from 0 to {len(self.game.names) - 1}",
                found=f"{steps} steps, a strategy {first.max()}",
            )
        found = kernel("crowd", None) if native and backend != "jax" else None
        if found is not None:
            chosen(backend)
            last, counts, sums = self._compiled(found, first, steps, seed)
        else:
            (last,), (counts, sums) = run(self._step(seed), (first,), steps, backend, len(first) * steps)
        return Counted(counts.astype(np.int64), self._means(sums, len(first)), np.asarray(last))

    def _means(self, sums: Array, agents: int) -> Array:
        whole = sums.astype(np.float64) @ 256.0 ** np.arange(BYTES)
        least, span = self._scales.T
        strength = np.array([self.selection] + [1.0] * len(self.others))
        return least + whole / agents / TOP / strength * span

    def _step(self, seed: int) -> Any:
        n, m = self.game.group, len(self.game.names)
        tables, corners = self.tables, ranks(n, m).astype(np.int32)
        mutates = counter.bar(self.mutation)

        def step(xp: Any, state: tuple[Any, ...], t: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
            (kind,) = state
            agents = kind.shape[0]
            t_, c_ = xp.asarray(tables), xp.asarray(corners)
            grouped = kind.reshape(-1, n)
            left, row, counts = n, xp.zeros(len(grouped), xp.int32), []
            for k in range(m - 1):
                members = (grouped == k).sum(axis=1, dtype=xp.int32)
                after = left - members
                row = row + c_[m - k - 1][left] - c_[m - k - 1][after]
                left = after
                counts.append(members.sum(dtype=xp.uint32))
            counts.append(xp.uint32(agents) - sum(counts))
            found = t_[:, row[:, None], grouped].reshape(len(tables), agents)
            parts = [(found >> xp.uint32(8 * b) & xp.uint32(255)).sum(axis=1, dtype=xp.uint32) for b in range(BYTES)]
            a = draws(xp, seed, FIRST, t, agents) % xp.uint32(agents)
            b = draws(xp, seed, SECOND, t, agents) % xp.uint32(agents)
            worth = found[0].astype(xp.int32)
            turns = (draws(xp, seed, TURN, t, agents) >> xp.uint32(1)).astype(xp.int32) < worth[b] - worth[a]
            born = xp.where(turns, kind[b], kind[a])
            if self.mutation:
                mutant = draws(xp, seed, MUTANT, t, agents) >> xp.uint32(1) < xp.asarray(mutates)
                which = (draws(xp, seed, WHICH, t, agents) % xp.uint32(m)).astype(xp.uint8)
                born = xp.where(mutant, which, born)
            return (born,), (xp.stack(counts), xp.stack(parts, axis=1))

        return step

    def _compiled(self, found: Any, first: Array, steps: int, seed: int) -> tuple[Array, Array, Array]:
        n, m = self.game.group, len(self.game.names)
        kind, work = np.stack([first, first]), np.empty(len(first), np.uint32)
        tables, corners = np.ascontiguousarray(self.tables), np.ascontiguousarray(ranks(n, m))
        counts, sums = np.zeros((steps, m), np.int64), np.zeros((steps, len(tables), BYTES), np.int64)
        settings = np.array(
            [n, m, tables.shape[1], len(tables), len(first), steps, seed, int(counter.bar(self.mutation))], np.int64
        )
        words = tables.view(np.uint8), corners, kind, work.view(np.uint8), counts, sums
        found(*(pointer(a) for a in (settings, *words)))
        return kind[steps % 2], counts, sums
