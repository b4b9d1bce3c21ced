"""What the folders of this idea share: judgements read as scenarios read them, and counts on them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from rulewright.assessment.decisions.judged import judged
from rulewright.scenario.load import parse
from rulewright.welfare.aggregation import Judgements, aggregator

COUNTS = '["n-comments", "n-votes", "n-agree", "n-disagree"]'
LEAST = 20  # votes for or against that a statement needs to be compared


def polis(
    folder: Path, file: str = "participants-votes.csv.gz", ignore: str = COUNTS, group: str = "group-id"
) -> Judgements:
    """The votes of a conversation, with its groups."""
    text = (
        f'title = "t"\n[decisions]\njudgements = "{file}"\nform = "wide"\nperson = "participant"\nignore = {ignore}\n'
    )
    text += f'group = "{group}"\n' if group else ""
    return judged(parse(text, name="polis", origin="polis", folder=folder)).judgements


def parted(j: Judgements, first: str, second: str) -> tuple[int, int]:
    """(how many statements two aggregators decide differently, of how many that both decide and enough people voted on)."""
    a, b = (aggregator(name).decide(j) for name in (first, second))
    yes, no, _ = j.counts()
    both = ~np.isnan(a) & ~np.isnan(b) & (yes + no >= LEAST)
    return int((a[both] != b[both]).sum()), int(both.sum())
