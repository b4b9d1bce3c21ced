"""People who choose with mistakes: what logit choice does to a market, and what the theorem for it still guarantees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..competition.rivals.quantal_games import rich, select
from ..competition.rivals.setting import Rivals
from ..competition.theorems.certify import certify
from ..errors import RulewrightError
from ..numerics import rational
from ..report.rivals.report import MistakesRow
from ..scenario.rivals import Situation

LARGEST = 3  # states, for an equilibrium to be searched


def mistakes(
    situation: Situation, used: Rivals, lambdas: Sequence[float], notes: list[str], tell: Callable[[str], None]
) -> list[MistakesRow]:
    """One row for each λ: the worst equilibrium found, and the guarantee of the theorem for logit choice."""
    rows = []
    for rate in lambdas:
        tell(f"stressing: {situation.name}, λ = {rate:g}")
        bound, how = None, ""
        if rate > 0:
            theorem = certify(used, rationality=rational.fraction(str(rate))).best("T2")
            bound = None if theorem is None else float(theorem.sure)
            how = "" if theorem is None else theorem.says
        worst = None
        if len(used.states) <= LARGEST:
            try:
                worst, searched = _searched(situation, used, rate)
                how = f"{searched} Guaranteed: {how}" if how else searched
            except RulewrightError as error:
                notes.append(f"{situation.name}, λ = {rate:g}: no equilibrium was searched: {error}")
        rows.append(MistakesRow(situation.name, rate, worst, bound, how))
    return rows


def _searched(situation: Situation, used: Rivals, rate: float) -> tuple[float, str]:
    """(the worst equilibrium found, how and from which side it bounds)."""
    if used.k == 1 or situation.use == "best AI":
        found = select(used, rate)
        return found.worst, f"Worst found of best-AI selection; {found.how}; none below {found.low:.6g}."
    grid = rich(used, rate)
    return grid.worst, f"Searched on grids, so that a worse one may have been missed: {grid.how}."
