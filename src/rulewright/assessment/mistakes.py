"""People who choose with mistakes: what logit choice does to a market, and what the theorem for it still guarantees."""

from __future__ import annotations

from collections.abc import Sequence

from ..competition.rivals.setting import Rivals
from ..report.rivals.report import MistakesRow
from ..scenario.rivals import Situation


def mistakes(situation: Situation, used: Rivals, lambdas: Sequence[float], notes: list[str]) -> list[MistakesRow]:
    """One row for each λ."""
    return []
