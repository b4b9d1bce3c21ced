"""What mixes are worth on rows that are streamed: ranges in each case, rows where they miss most, the entrant that is missing.

Any weights prove a bound: ρ of a table is at most the average range of f under the weights at hand. So weights are fitted to some
of the cases, which can be held, and judged on all of them in one pass; the least of what is found is ρ's upper end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from ...errors import Unsolved
from ...numerics import rational
from ...numerics.rational import Array
from . import entry
from .gap import Rows, tell_nothing
from .near import Near
from .range import AGAINST, MOST_CASES, Range, certificate, law_of
from .several import Joined, Market, several
from .table import Table

NUMBERS = 2_000_000  # of the cases that weights are fitted to
DESIGNED = 1_000  # rows on which an entrant is designed
DESIGNS = 4
PAIRED = 6  # candidates that are tried in pairs
SETTLED = 0.01  # of the target, within which an entrant is good enough


@dataclass(frozen=True, eq=False)
class Cases:
    """One pass: how much is at stake in each case, and where the best action is."""

    best: Array
    """[case]; row of the best action, the first of those that tie."""
    high: Array
    """[case]; people's utility there."""
    low: Array
    size: Array
    """[case]; rows."""


def cases_of(rows: Rows) -> Cases:
    """Grown as cases come up. Cases without rows have the best row −1."""
    best, high, low, size = np.zeros(0, int), np.zeros(0), np.zeros(0), np.zeros(0, int)
    for first, u, _, cases in rows.blocks():
        assert cases is not None
        more = int(cases.max()) + 1 - len(best)
        if more > 0:
            more = max(more, len(best))
            best, size = np.r_[best, np.full(more, -1)], np.r_[size, np.zeros(more, int)]
            high, low = np.r_[high, np.full(more, -np.inf)], np.r_[low, np.full(more, np.inf)]
        before = high[cases]
        np.maximum.at(high, cases, u)
        np.minimum.at(low, cases, u)
        np.add.at(size, cases, 1)
        new = np.flatnonzero((u == high[cases]) & (u > before))
        best[cases[new][::-1]] = first + new[::-1]
    count = int(np.flatnonzero(size)[-1]) + 1
    return Cases(best[:count], high[:count], low[:count], size[:count])


def ranges(
    rows: Rows, found: Near, seen: Cases, law: Any = None, tell: Callable[[str], Any] = tell_nothing
) -> tuple[Range, Range]:
    """(ρ, ρ*) over all rows, at the best of the weights at hand; `bound` is NaN: others may do better. Raises InputError."""
    count = len(seen.size)
    law = law_of(law, count)
    p = rational.floats(law)
    hands = [("the nearest mix", rational.floats(found.weights))]
    which = _some(seen.size, rows.k)
    if len(which) and p[which].sum() > 0:
        part = _part(rows, which, count)
        for against in AGAINST:
            tell(f"ρ on {len(which):,} of {count:,} cases")
            made = certificate(part, kind=found.kind, against=against, law=p[which] / p[which].sum(), exactly=False)
            hands.append((f"weights fitted to {len(which):,} of {count:,} cases", rational.floats(made.weights)))
    tell("ρ on all cases")
    high, low, base = judged(rows, np.stack([w for _, w in hands], axis=1), seen)
    results = []
    for against, each in zip(AGAINST, (high - low, high - base), strict=True):
        value = p @ each
        m = int(np.argmin(value))
        how = f"{hands[m][0]}, judged on all {count:,} cases"
        none = np.zeros(0, int), np.zeros(0)
        results.append(
            Range(found.kind, against, float(value[m]), np.nan, hands[m][1], each[:, m], law, *none, False, how)
        )
    return results[0], results[1]


def judged(rows: Rows, w: Array, seen: Cases) -> tuple[Array, Array, Array]:
    """(largest f, least f, f at the best action), each [case, m], of mixes w[i, m]: one pass. Zero in cases without rows."""
    shape = len(seen.size), w.shape[1]
    high, low, base = np.full(shape, -np.inf), np.full(shape, np.inf), np.zeros(shape)
    for first, u, table, cases in rows.blocks():
        assert cases is not None
        f = table @ w - u[:, None]
        for m in range(w.shape[1]):
            np.maximum.at(high[:, m], cases, f[:, m])
            np.minimum.at(low[:, m], cases, f[:, m])
        here = np.flatnonzero(seen.best[cases] == first + np.arange(len(u)))
        base[cases[here]] = f[here]
    empty = seen.size == 0
    high[empty], low[empty] = 0.0, 0.0
    return high, low, base


def _some(size: Array, k: int) -> Array:
    """Evenly spaced cases whose rows can be held; none where a single one is too long."""
    there = np.flatnonzero(size)
    most = min(MOST_CASES, len(there), int(NUMBERS // (k * max(1.0, float(size[there].mean())))))
    while most > 0:
        which = there[np.linspace(0, len(there) - 1, most).astype(int)]
        if size[which].sum() * k <= NUMBERS:
            return np.unique(which)
        most //= 2
    return np.zeros(0, int)


def _part(rows: Rows, which: Array, count: int) -> Table:
    number = np.full(count, -1)
    number[which] = np.arange(len(which))
    people, ais, cases = [], [], []
    for _, u, table, case in rows.blocks():
        here = np.flatnonzero(number[case] >= 0)
        people.append(u[here].copy())
        ais.append(table[here].copy())
        cases.append(number[case[here]])  # type: ignore[index]
    names = tuple(f"AI {i + 1}" for i in range(rows.k))
    return Table(np.concatenate(people), np.concatenate(ais), names, (), np.concatenate(cases))


@dataclass(frozen=True, eq=False)
class Far:
    """Rows where a mix misses most, offset included, and in how many it misses by more than half as much."""

    rows: Array
    people: Array
    mix: Array
    many: int


def far(rows: Rows, found: Near, most: int) -> Far:
    """One pass."""
    w, c = rational.floats(found.weights), rational.floats(found.offsets)
    kept, many = np.zeros((0, 3)), 0
    for first, u, table, cases in rows.blocks():
        value = table @ w + (0.0 if found.offset == "none" else c[0] if found.offset == "constant" else c[cases])
        off = np.abs(value - u)
        many += int((off > found.value / 2).sum())
        here = np.argsort(-off, kind="stable")[:most] if len(off) <= most else np.argpartition(-off, most)[:most]
        kept = np.concatenate([kept, np.stack([(first + here).astype(float), u[here], value[here]], axis=1)])
        order = np.lexsort((kept[:, 0], -np.abs(kept[:, 2] - kept[:, 1])))
        kept = kept[order[:most]]
    return Far(kept[:, 0].astype(int), kept[:, 1], kept[:, 2], many)


def without(
    rows: Rows, found: Near, names: Sequence[str], tell: Callable[[str], Any] = tell_nothing
) -> tuple[entry.Leaving, ...]:
    """`entry.exits` of all AIs of the mix at once, in passes over the rows; ρ is left out (NaN)."""
    if rows.k < 2:
        return ()
    gone = found.mixed.tolist()
    markets = [Market(tuple(j for j in range(rows.k) if j != i), found.kind, found.offset) for i in gone]
    made = several(rows, markets, also=found.rows, tell=lambda words: tell(f"who could leave: {words}"))
    left = [entry.Leaving(names[i], near.value, float("nan")) for i, near in zip(gone, made, strict=True)]
    return tuple(sorted(left, key=lambda e: (-e.epsilon, e.name)))


def entrants(
    rows: Rows, found: Near, inside: Sequence[int], names: Sequence[str], tell: Callable[[str], Any] = tell_nothing
) -> tuple[tuple[entry.Candidate, ...], tuple[entry.Candidate, ...]]:
    """(each AI that is not inside as the only entrant, the most promising in pairs), the best first; `found` is of those inside."""
    nu = rational.floats(found.witness)
    ais = rows.take(found.rows)[1]
    rows.forget()
    liked = nu @ ais
    most = float(liked[list(inside)].max()) if found.kind == "hull" else 0.0
    reduced = {j: float(liked[j]) - most for j in range(rows.k) if j not in set(inside)}
    likely = sorted(reduced, key=lambda j: -reduced[j])[:PAIRED]
    groups = [(j,) for j in reduced] + list(combinations(sorted(likely), 2))
    markets = [Market((*inside, *group), found.kind, found.offset) for group in groups]
    made = several(rows, markets, also=found.rows, tell=lambda words: tell(f"who could enter: {words}"))
    tried = [
        entry.Candidate(
            tuple(names[j] for j in group), max(reduced[j] for j in group), min(now.value, found.value), float("nan"),
            float(now.weights[len(inside) :].sum()),
        )
        for group, now in zip(groups, made, strict=True)
    ]  # fmt: skip
    alone = sorted(tried[: len(reduced)], key=lambda c: (c.epsilon, -c.reduced, c.names))
    return tuple(alone), tuple(sorted(tried[len(reduced) :], key=lambda c: (c.epsilon, c.names)))


def missing(
    rows: Rows, found: Near, table_of: Callable[[Array], Table], share: float, tell: Callable[[str], Any] = tell_nothing
) -> tuple[entry.Missing, Table] | None:
    """An AI like the average but for a few rows, that should bring ε down to `share` of what it is; and those rows.

    Designed on the rows that bind, then tried on all: rows that then bind are added, and so on for a few rounds. Its `epsilon` is
    what it reaches over all rows, which may be more than the target; the best of the designs is returned, None where none helps.
    """
    at, target = found.rows, share * found.value
    best: tuple[entry.Missing, Table] | None = None
    for turn in range(DESIGNS):
        tell(f"who is missing, design {turn + 1} on {len(at):,} rows")
        part = table_of(at)
        try:
            made = entry.missing(part, found, target=target)
        except Unsolved:
            break
        market = Joined(rows, at, made.utility)
        now = several(market, [Market(tuple(range(rows.k + 1)), found.kind, found.offset)], also=at, tell=tell)[0]
        made = replace(made, epsilon=now.value, weight=float(now.weights[-1]))
        if now.value < found.value * (1 - 1e-6) and (best is None or now.value < best[0].epsilon):
            best = made, part
        more = np.union1d(at, now.rows)
        if (
            now.value <= target + SETTLED * max(target, found.value * SETTLED)
            or len(more) == len(at)
            or len(more) > DESIGNED
        ):
            break
        at = more
    return best
