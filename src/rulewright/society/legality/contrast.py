"""Cases that differ only in what must not matter: are they judged alike? The primitive under most legal attributes.

    groups of cases alike in all but the attributes V; a group is broken if it holds two verdicts
    the witness is a pair of one group that differs in as few attributes as possible, in the first group by the order of values

Enumerated, the groups are all there are; drawn, other values of V are tried for each case; recorded, they are what was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np

from ...numerics.rational import Array
from .law import LISTED, SAMPLED, Law

TRIED_GROUPS = 50  # broken groups in which a closer pair is looked for
TRIED_PAIRS = 60  # members of a group that are paired


@dataclass(frozen=True)
class Pair:
    """Two cases that should have been judged alike."""

    first: Array
    second: Array
    said: tuple[str, str]
    rows: tuple[int, int]
    """Where they stand among the cases looked at."""


@dataclass(frozen=True)
class Contrast:
    """How many groups had something to compare, how many are broken, and the pair that shows it."""

    groups: int
    broken: int
    pair: Pair | None
    tried: int = 0
    """Cases of each group that were tried, where they are not all of it; 0 where they are all that there were."""


def contrast(law: Law, vary: Sequence[int], without: tuple[int, int] | None = None) -> Contrast:
    """Compare the cases that are alike in all but the attributes `vary` (positions), one value of one left out if asked for.

    Cases without a verdict are left out: that there is none is another fault.
    """
    cases = _asked(law, vary)
    answers = law.answers if cases is law.base else law.judge(cases)
    keep = answers.verdict >= 0
    if without is not None:
        keep &= cases[:, without[0]] != without[1]
    rows = np.flatnonzero(keep)
    key = law.space.groups(cases[rows], vary)
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    if not len(rows):
        return Contrast(0, 0, None)
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    codes = answers.verdict[rows]
    sizes = np.diff(np.r_[starts, len(rows)])
    uneven = np.minimum.reduceat(codes, starts) != np.maximum.reduceat(codes, starts)
    differ = sizes > 1
    if len(vary):
        value = law.space.groups(cases[rows], [k for k in range(len(law.space.names)) if k not in vary])
        differ = np.minimum.reduceat(value, starts) != np.maximum.reduceat(value, starts)
        uneven &= differ
    pair = None
    for g in np.flatnonzero(uneven)[:TRIED_GROUPS]:
        members = rows[starts[g] : starts[g] + sizes[g]]
        found = _closest(cases, answers.verdict, members, int(len(vary) > 0))
        if pair is None or found[0] < pair[0]:
            pair = found
    said = None
    if pair is not None:
        a, b = pair[1]
        said = Pair(cases[a], cases[b], (answers.said(a), answers.said(b)), (a, b))
    return Contrast(int(differ.sum()), int(uneven.sum()), said, 0 if _all(law, vary) else law.alternatives)


def _all(law: Law, vary: Sequence[int]) -> bool:
    """Whether all values of `vary` are tried, or all that were recorded."""
    return law.how not in (SAMPLED, LISTED) or prod(law.space.counts[k] for k in vary) <= law.alternatives


def _asked(law: Law, vary: Sequence[int]) -> Array:
    """The cases of a law, and for drawn ones others beside them: all values of `vary` where they are few, else some."""
    if law.how not in (SAMPLED, LISTED) or not len(vary):
        return law.base
    counts = [law.space.counts[k] for k in vary]
    if _all(law, vary):
        others = np.indices(counts, dtype=np.int32).reshape(len(counts), -1).T
        block = np.repeat(law.base, len(others), axis=0)
        block[:, list(vary)] = np.tile(others, (law.n, 1))
        return block
    draw = np.random.default_rng([law.seed, *vary])
    block = np.repeat(law.base, law.alternatives, axis=0)
    fresh = np.stack([draw.integers(n, size=len(block), dtype=np.int32) for n in counts], axis=1)
    kept = np.arange(len(block)) % law.alternatives == 0
    block[:, list(vary)] = np.where(kept[:, None], block[:, list(vary)], fresh)
    return block


def _closest(cases: Array, codes: Array, members: Array, least: int) -> tuple[int, tuple[int, int]]:
    """(attributes apart, rows) of the closest two members with other verdicts, at least so many apart."""
    kinds = np.unique(np.column_stack([cases[members], codes[members]]), axis=0, return_index=True)[1]
    members = members[np.sort(kinds)]  # the same case with the same verdict, once
    other = members[codes[members] != codes[members[0]]]
    some = np.unique(np.r_[members[:TRIED_PAIRS], other[:TRIED_PAIRS]])
    best: tuple[int, tuple[int, int]] = (len(cases[0]) + 1, (int(members[0]), int(other[0])))
    for a, b in combinations(some.tolist(), 2):
        if codes[a] != codes[b]:
            apart = int((cases[a] != cases[b]).sum())
            if least <= apart < best[0]:
                best = apart, (a, b)
    return best


def same_but(law: Law, pair: Pair, what: str) -> str:
    """ "same case (harm = 2), other author (ann → ben), other verdict: remove → allow"."""
    changed = [k for k in range(len(pair.first)) if pair.first[k] != pair.second[k]]
    if not changed:
        return f"same case ({law.space.words(pair.first)}), other verdict: {pair.said[0]} → {pair.said[1]}"
    moved = ", ".join(
        f"{law.space.names[k]}: {law.space.values[k][pair.first[k]]} → {law.space.values[k][pair.second[k]]}"
        for k in changed
    )
    rest = law.space.words(pair.first, changed)
    return f"same case ({rest}), other {what} ({moved}), other verdict: {pair.said[0]} → {pair.said[1]}"
