"""How a line of the card is graded: by where the cases came from, and never by how good it looks."""

from __future__ import annotations

from math import ceil, floor

from ....behaviour.estimation.confidence import binomial
from ....report.findings.report import FAIL, PASS, UNKNOWN, Check
from ....report.words import percent
from ..law import ENUMERATED, LISTED, RECORDED, SAMPLED, Law

PROVED, BOUNDED, SEARCHED = "proved", "bounded with confidence", "searched only"


def counted(
    law: Law,
    name: str,
    asked: str,
    looked: int,
    broken: int,
    witness: str,
    what: str = "cases",
    proved: bool = True,
) -> Check:
    """Nothing may break it. A witness proves that something does; without one, the grade says how far that reaches."""
    if broken:
        return Check(
            name,
            FAIL,
            f"Should hold: {asked[:1].lower()}{asked[1:]} {broken:,} of {looked:,} {what} break it.",
            witness,
            PROVED,
        )
    if not looked:
        return Check(name, UNKNOWN, "There is nothing to compare.")
    if law.how == ENUMERATED:
        return Check(name, PASS, f"{asked} Holds in all {looked:,} {what}.", grade=PROVED if proved else SEARCHED)
    if law.how == SAMPLED:
        high = binomial(0, looked).high
        said = f"{asked} None of {looked:,} {what} drawn breaks it; at most {ceiling(high)} do (95 %, Clopper–Pearson)."
        return Check(name, PASS, said, grade=BOUNDED)
    return Check(name, PASS, f"{asked} None of {looked:,} {what} {law.how} breaks it.", grade=SEARCHED)


def ceiling(high: float) -> str:
    """An upper bound in words, rounded upwards."""
    return f"{ceil(high * 1e4) / 100:g}%"


def share(law: Law, hits: int, looked: int, apart: int | None = None) -> tuple[float, float, str]:
    """(least, most, words) of a share: itself where all cases were looked at, else its interval.

    `apart` is how many of those looked at are independent of each other; all, if left out.
    """
    if law.how in (ENUMERATED, LISTED):
        return hits / looked, hits / looked, percent(hits / looked)
    if apart is None or apart >= looked:
        low, high = binomial(hits, looked).low, binomial(hits, looked).high
    else:
        few, many = floor(hits / looked * apart), ceil(hits / looked * apart)
        low, high = binomial(few, apart).low, binomial(many, apart).high
    return low, high, f"{percent(hits / looked)} [{percent(low)}, {percent(high)}]"


def grade_of(law: Law) -> str:
    """Of a share that was compared with a bound."""
    return {ENUMERATED: PROVED, LISTED: SEARCHED, SAMPLED: BOUNDED, RECORDED: BOUNDED}[law.how]


def above(law: Law, name: str, said: str, low: float, high: float, least: float, witness: str) -> Check:
    """A share that must be at least so much."""
    verdict = PASS if low >= least else FAIL if high < least else UNKNOWN
    return Check(name, verdict, said, "" if verdict == PASS else witness, grade_of(law))


def below(law: Law, name: str, said: str, low: float, high: float, most: float, witness: str) -> Check:
    """A share that must be at most so much."""
    verdict = PASS if high <= most else FAIL if low > most else UNKNOWN
    return Check(name, verdict, said, "" if verdict == PASS else witness, grade_of(law))
