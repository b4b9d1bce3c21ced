"""Scenario files as tests: what holds of each rule that a file writes out, for a snapshot to be compared with."""

from __future__ import annotations

from pathlib import Path

from ..assessment import assess
from ..scenario.load import load
from ..scenario.scenario import Scenario
from ..verify import formats
from .claimed import Finding
from .incentives import Asked, Incentives, baseline, incentives


def rules_of(path: Path) -> list[str]:
    """Names of the rules that a scenario file writes out; of other kinds, the name of its kind. Raises InputError."""
    found = load(str(path))
    if not isinstance(found, Scenario):
        return ["assessment"]
    return ["today", *(written.describe() for _, written in found.compared())]


def of_file(path: Path, name: str) -> Incentives:
    """What holds of one rule of a scenario file: all claims of the house; of other kinds, those of its certificate."""
    scenario = load(str(path))
    if isinstance(scenario, Scenario):
        return incentives(baseline(Asked(scenario, None if name == "today" else name)), {})
    found = assess(scenario)
    verdicts = formats.check(found.certificate) if found.certificate else []
    count: dict[str, int] = {}
    rows = []
    for v in verdicts:
        count[v.claim] = count.get(v.claim, 0) + 1
        label = v.claim if count[v.claim] == 1 else f"{v.claim} {count[v.claim]}"
        rows.append(Finding(label, v.holds is not False, v.says, getattr(v, "margin", None)))
    failed = bool(getattr(found.report, "failed", False))
    rows.append(
        Finding("report", not failed, "a check of the report fails" if failed else "no check of the report fails", None)
    )
    return Incentives(scenario.name, name, "", found.certificate or {}, tuple(rows), (), None, None)
