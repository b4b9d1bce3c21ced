"""Votes of Collective Constitutional AI (2023): how little the choice of an aggregator matters where people agree.

The data state no licence, so they are read from RULEWRIGHT_DATA/ccai and never shipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from real_data import path  # noqa: E402
from targets import polis  # noqa: E402

IGNORE = '["xid", "n-comments", "n-votes", "n-agree", "n-disagree"]'


@cache
def votes():
    return polis(path("ccai/clean_votes.csv").parent, "clean_votes.csv", IGNORE)


@cache
def raw():
    return polis(
        path("ccai/participants-votes.csv").parent,
        "participants-votes.csv",
        IGNORE.replace("xid", 'xid", "group-id'),
        group="",
    )


@cache
def sides() -> tuple[np.ndarray, np.ndarray]:
    """(share of agreement among all votes [x], by group [g, x])."""
    j = votes()
    yes, no, neutral = j.counts()
    g_yes, g_no, g_neutral = j.group_counts()
    with np.errstate(invalid="ignore"):
        return yes / (yes + no + neutral), g_yes / (g_yes + g_no + g_neutral)


def approved() -> int:
    """Statements that more than half of those who voted agree with."""
    return int((sides()[0] > 0.5).sum())


def fail_in_a_group() -> int:
    share, by_group = sides()
    return int(((share > 0.5) & (by_group <= 0.5).any(axis=0)).sum())


def wide_gaps() -> float:
    _, by_group = sides()
    return float((np.abs(by_group[0] - by_group[1]) > 0.2).mean())


def size(k: int) -> int:
    return int((votes().group == k).sum())


CLAIMS: dict[str, Callable[[bool], float]] = {
    "people, raw": lambda fast: len(raw().people),
    "statements, raw": lambda fast: raw().n,
    "people": lambda fast: len(votes().people),
    "statements": lambda fast: votes().n,
    "votes": lambda fast: votes().m,
    "people in the first opinion group": lambda fast: size(0),
    "people in the second": lambda fast: size(1),
    "statements with a majority": lambda fast: approved(),
    "of them without a majority in one group": lambda fast: fail_in_a_group(),
    "share of statements with a gap of more than 0.2 between groups": lambda fast: wide_gaps(),
}
