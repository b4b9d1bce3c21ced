"""The deterring audit as a certificate of the house: exact at the bounds of both rates, which the checker works out from the
counts.

The claims `dominant` and `rates` rest on rates that name 1 − α/2 each, as the band gives them to a class; the bounds themselves
are lower (higher) than a threshold that was fixed would need, because this one was picked by looking.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...design.enforcement.monitor import OperatingPoint
from ...design.oversight.band import Band
from ...design.oversight.frontier import Row, Terms
from ...game.game import Game, Signal
from ...game.play import Play
from ...institution.sanctions import Audit, Sanction
from ...numerics import rational
from ...report.report import ClaimRow
from ...verify import claims
from ...verify.certificate import sealed, statement
from ...verify.prover import Proved, prove_all

MOST_TRIALS = 2_000  # exact tails of more take seconds
TRIM = 10**4


def audit_game(terms: Terms, tpr: Fraction, fpr: Fraction) -> Game:
    """An auditor that may audit or trust, an agent that complies or violates, and the monitor's signal. Exact.

    The forfeited part of the gain is in the payoffs: audited and flagged, a violator keeps 1 − φ of it in expectation.
    """
    zero, gain = Fraction(0), terms.gain
    kept = gain * (1 - terms.forfeit * tpr)
    agent = [[zero, kept], [zero, gain]]
    people = [[-terms.audit_cost, -terms.audit_cost], [zero, zero]]
    law = [[[fpr, 1 - fpr], [tpr, 1 - tpr]], [[zero, Fraction(1)], [zero, Fraction(1)]]]
    table = rational.exact([people, agent]).reshape(2, 1, 1, 2, 2)
    signal = Signal("monitor", ("flag", "quiet"), rational.exact(law).reshape(1, 1, 2, 2, 2))
    return Game.bayesian(
        table,
        rational.exact([[1]]),
        players=("auditor", "agent"),
        actions=(("audit", "trust"), ("comply", "violate")),
        signals=(signal,),
        designer=True,
    )


def certified(curve: Band, row: Row, terms: Terms, name: str) -> tuple[ClaimRow | None, dict[str, Any] | None]:
    """(the claim, its certificate); None where nothing deters, or where a lottery over thresholds or very many trials stand
    in the way.
    """
    point = row.sure
    if point is None or len(point.bounds) != 2 or max(curve.bad, curve.good) > MOST_TRIALS:
        return None, None
    rate = min(Fraction(1), Fraction(-((-point.rate * TRIM) // 1), TRIM))  # rounded up: a number that one can set
    base = audit_game(terms, point.tpr, point.fpr)
    rule = Audit("audit", "trust", rate, (Sanction("agent", {"flag": row.stake}, on="monitor"),))
    induced = rule(base)
    play = Play.pure(induced, {"agent": "comply"})
    title = (
        f"Audits of {name}: flag from {_cut(point)}, a threshold picked by looking; the bounds of both rates "
        f"hold at all thresholds at "
        f"once with confidence {rational.decimal(100 * curve.confidence)} %"
    )
    said = statement(base, rule.as_data(base), play, title=title)
    rates = _rates(curve, point)
    (found,) = prove_all([claims.bounded(claims.dominant(), rates)], said)
    holds = isinstance(found, Proved)
    certificate = sealed(said, [found.claim]) if holds else None
    often = f"auditing {rational.decimal(100 * rate)} % of acts"
    words = f"complying is best for every gain up to {rational.decimal(terms.gain)}, {often}"
    margin = None if found.margin is None else float(found.margin)
    return ClaimRow("deters", holds, str(found.claim["grade"]), f"{words}: {found.says}", margin), certificate


def _rates(curve: Band, point: OperatingPoint) -> list[dict[str, Any]]:
    """As the checker reads them: counts, bound, and the confidence that the band gives to each class."""
    sure = 1 - (1 - curve.confidence) / 2
    low, high = point.bounds
    return [
        {
            "name": name,
            "side": bound.side,
            "successes": bound.successes,
            "trials": bound.trials,
            "confidence": rational.text(sure),
            "bound": rational.text(bound.bound),
        }
        for name, bound in (("true positive rate", low), ("false positive rate", high))
    ]


def _cut(point: OperatingPoint) -> str:
    return " or ".join(rational.decimal(x) for _, x in point.thresholds if x is not None)
