"""A user's own rule, as a function (.py), as a scenario (.toml) or as a table of decisions (.csv): its score card."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InputError
from ...report.findings.report import FAIL, FindingsReport
from ...scenario.law import LawScenario
from ...scenario.load import load, shipped
from ...society.legality.law import Bounds, Law
from ...society.legality.python import Effort
from ...society.legality.python import read as read_python
from ...society.legality.table import NO_BOUNDS
from ...society.legality.table import read as read_table
from ...user_code import split
from ..assessment import Assessment
from .assess import SOURCE, Tell, assess, report

USUAL = Effort()


def checked(
    source: str,
    *,
    effort: Effort = USUAL,
    identities: Sequence[str] = (),
    hidden: Sequence[str] = (),
    bounds: Bounds = NO_BOUNDS,
    tell: Tell = lambda _: None,
) -> Assessment:
    """The findings on FILE.py, FILE.py:function, FILE.toml, TABLE.csv, or a law scenario that ships.

    Raises InputError for any other file, and for a wrong one.
    """
    path, name = split(source)
    if path.suffix == ".py" or name:
        return _one(read_python(source, effort, tell, identities, hidden), f"The rule of {path.name}", tell)
    if path.suffix == ".csv":
        law = read_table(path, identities, hidden, bounds)
        return _one(law, f"The decisions of {path.name}", tell)
    if path.suffix != ".toml" and source not in shipped("law"):
        raise InputError(
            where=source,
            needed="a function (.py), a law scenario (.toml), or a table of decisions (.csv)",
            found="none of these",
            remedy=f"Law scenarios that ship: {', '.join(shipped('law'))}.",
        )
    for option, said in (("--identities", identities), ("--hidden", hidden)):
        if said:
            raise InputError(
                where=option, needed="a .py or .csv", found=source, remedy="In a scenario these are keys of [law]."
            )
    scenario = load(source)
    if not isinstance(scenario, LawScenario):
        raise InputError(where=source, needed="a scenario with a table [law]", found="another kind")
    return assess(scenario, tell=tell)


def _one(law: Law, title: str, tell: Tell) -> Assessment:
    return Assessment(report([law], title, SOURCE, "", [], {}, law.name, tell), None)


def today_fails(found: FindingsReport) -> bool:
    """Whether a line of the first card, that of today's rule, fails."""
    first = next(s for s in found.sections if s.checks)
    return any(c.verdict == FAIL for c in first.checks)
