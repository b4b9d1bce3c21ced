"""Who is what: characters told apart from play."""

from __future__ import annotations

from collections.abc import Sequence

from ...report.findings.report import Section
from .runs import Played


def detected(found: Sequence[Played]) -> list[Section]:
    return []
