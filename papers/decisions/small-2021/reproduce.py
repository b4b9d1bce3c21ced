"""Polis conversations: how often aggregators of the same votes part, and whether our opinion groups are those of Polis."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from real_data import path  # noqa: E402
from targets import parted, polis  # noqa: E402

from rulewright.welfare.aggregation import opinion_groups  # noqa: E402

LARGE = {"bowling-green": "american-assembly.bowling-green", "uber in Taiwan": "vtaiwan.uberx"}
SMALL = {
    "15 dollars an hour": "15-per-hour-seattle",
    "Brexit": "brexit-consensus",
    "electoral reform": "canadian-electoral-reform",
    "basic income": "scoop-hivemind.ubi",
    "taxes": "scoop-hivemind.taxes",
    "farmland": "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
}
PAIRS = {"group-aware consensus": "consensus", "a two-thirds majority": "supermajority:2/3", "leximin": "leximin"}


@cache
def votes(folder: str):
    return polis(path(f"polis_opendata/{folder}"))


def differ(folder: str, other: str) -> float:
    """Share of statements that the other aggregator decides otherwise than the majority."""
    apart, of = parted(votes(folder), "majority", other)
    return apart / of


def same_groups(folder: str) -> float:
    """Share of people who are in the matching group of two, ours and Polis'; those whom Polis put nowhere are left out."""
    j = votes(folder)
    found = opinion_groups(j, 2, seed=0).group
    put = j.group >= 0
    same = float((found[put] == j.group[put]).mean())
    return max(same, 1 - same)


def by_conversation(folder: str, other: str) -> Callable[[bool], float]:
    return lambda fast: differ(folder, other)


CLAIMS: dict[str, Callable[[bool], float]] = {
    f"{name}: {called} parts from the majority": by_conversation(folder, other)
    for name, folder in {**SMALL, **LARGE}.items()
    for called, other in PAIRS.items()
}
CLAIMS |= {
    "Brexit: people in the same one of two groups as Polis has": lambda fast: same_groups(SMALL["Brexit"]),
    "taxes: people in the same one of two groups as Polis has": lambda fast: same_groups(SMALL["taxes"]),
    "all the small ones: mean share that group-aware consensus turns": lambda fast: float(
        np.mean([differ(folder, "consensus") for folder in SMALL.values()])
    ),
}
