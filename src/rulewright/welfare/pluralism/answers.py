"""Answers with more than two sides: what share of the people gives each answer to each case, overall and by group.

    P(a | x)   [x, a]: share of the people who judged x that gave answer a;  P_g of those in group g

The three kinds of plural target are those of Sorensen et al. 2024 (A roadmap to pluralistic alignment, ICML); their executable
forms in this folder are ours.
"""

from __future__ import annotations

import numpy as np

from ...numerics.rational import Array
from ..aggregation.judgements import NOBODY, Judgements


def counts(judgements: Judgements) -> Array:
    """[x, a]: how many gave each answer."""
    j = judgements.once
    k = len(j.values)
    return np.bincount(j.case * k + j.answer, minlength=j.n * k).reshape(j.n, k)


def group_counts(judgements: Judgements) -> Array:
    """[g, x, a]; no rows where there are no groups."""
    j = judgements.once
    k, groups = len(j.values), len(j.groups)
    if j.group is None:
        return np.zeros((0, j.n, k), dtype=int)
    g = j.group[j.person]
    at = ((g * j.n + j.case) * k + j.answer)[g != NOBODY]
    return np.bincount(at, minlength=groups * j.n * k).reshape(groups, j.n, k)


def shares(table: Array) -> Array:
    """Counts as shares along the last axis; NaN where there are none."""
    of = table.sum(axis=-1, keepdims=True)
    return np.divide(table, of, out=np.full(table.shape, np.nan), where=of > 0)
