"""Adminship elections (wiki-Elec): votes, outcomes, and the quota that the outcomes imply.

The file is read from RULEWRIGHT_DATA/wiki_elec and not shipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from real_data import Absent, path  # noqa: E402

from rulewright.assessment.decisions.elections import read  # noqa: E402

NAMES = ("wikiElec.ElecBs3.txt", "wikiElec.ElecBs3.txt.gz")


@cache
def elections():
    for name in NAMES:
        try:
            return read(path(f"wiki_elec/{name}"))
        except Absent as reason:
            last = reason
    raise last


CLAIMS: dict[str, Callable[[bool], float]] = {
    "elections": lambda fast: len(elections().outcome),
    "votes": lambda fast: elections().judgements.m,
    "promoted": lambda fast: float(elections().outcome.sum()),
}
