"""Aggregators of rankings and of approvals: scores by counting, exactly.

    rank[i, a]   the place of alternative a for person i, 0 the best; all different in a row

Borda (1781): a gets one point for each alternative that a person puts below it. Approval (Brams & Fishburn 1978): one for each
person who approves. Condorcet (1785): the alternative that a majority prefers to each other one, where there is one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


def borda(ranks: Any) -> Array:
    """Points [a], whole numbers. Raises InputError unless each row is a ranking."""
    rank = ranking(ranks)
    points: Array = (rank.shape[1] - 1 - rank).sum(axis=0)
    return points


def pairwise(ranks: Any) -> Array:
    """[a, b]: how many prefer a to b. Raises InputError."""
    rank = ranking(ranks)
    count: Array = (rank[:, :, None] < rank[:, None, :]).sum(axis=0)
    return count


def condorcet_winner(ranks: Any) -> int | None:
    """The alternative that beats each other one by majority, or None. Raises InputError."""
    beats = pairwise(ranks)
    wins = (beats > beats.T).sum(axis=1)
    found = np.flatnonzero(wins == len(beats) - 1)
    return int(found[0]) if len(found) else None


def approval(approved: Any) -> Array:
    """Points [a] from approved[i, a], true or false. Raises InputError."""
    table = np.asarray(approved)
    if table.ndim != 2 or not np.isin(table, (0, 1)).all():
        raise InputError(where="approvals", needed="a table of true and false, people × alternatives", found="another")
    return table.astype(int).sum(axis=0)


def winners(points: Any) -> tuple[int, ...]:
    """All alternatives with the most points."""
    p = np.asarray(points)
    return tuple(int(a) for a in np.flatnonzero(p == p.max()))


def ranking(ranks: Any) -> Array:
    """The table, checked: every row is 0, 1, …, a − 1 in some order. Raises InputError."""
    rank = np.asarray(ranks)
    if rank.ndim != 2 or not rank.size or rank.dtype.kind not in "iu":
        raise InputError(where="rankings", needed="whole numbers, people × alternatives", found=f"shape {rank.shape}")
    wrong = np.flatnonzero((np.sort(rank, axis=1) != np.arange(rank.shape[1])).any(axis=1))
    if len(wrong):
        found = ", ".join(map(str, rank[wrong[0]]))
        raise InputError(where=f"rankings, row {wrong[0] + 1}", needed="each place once, from 0", found=found)
    return rank
