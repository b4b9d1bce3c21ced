"""Whether anybody has a reason to look: the inspection game, rubber-stamping, known answers, and what the log says of reviewers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from ...behaviour.estimation.confidence import binomial
from ...design.enforcement.auditor import Inspection
from ...design.enforcement.auditor_contract import auditor_contract
from ...design.oversight.band import Band
from ...design.oversight.frontier import Row, Terms
from ...design.oversight.labelled import Labelled
from ...design.oversight.rubber import Reviewer, known_answers
from ...errors import Impossible
from ...numerics.rational import decimal
from ...report.findings.report import FAIL, PASS, UNKNOWN, Cell, Check, Section, Table

if TYPE_CHECKING:
    from .assess import Question

STEPS = 4  # penalties in the table of the inspection game
MOST_REVIEWERS = 40


def reviewers_section(found: Labelled, curve: Band, last: Row, question: Question) -> tuple[Reviewer | None, Section]:
    """(the reviewer on today's terms, the section); None where no point deters, so that nothing is known of its rates."""
    checks = _logged(found, float(curve.confidence))
    point = last.sure or last.measured
    if point is None:
        said = "No audits within the budget deter, so there is nothing for a reviewer to be given a reason for."
        return None, Section("Whether anybody looks", said, checks=checks)
    terms = question.terms
    today = Reviewer.of(
        terms.audit_cost, tpr=point.tpr, fpr=point.fpr, bounty=question.bounty, miss=question.reviewer_liability
    )
    paragraphs = [today.describe(question.tempted), *_mended(today, question)]
    tables = [_game(terms, question, point.tpr, point.fpr)]
    lead = "The auditor is a player. A penalty makes agents behave, and an auditor that finds nothing has no reason to look."
    paragraphs.append(
        "Without commitment a heavier penalty lowers inspections and leaves violations as they are: they are "
        "pinned by what looking "
        "costs the auditor. With commitment, where audits deter, it looks as often and nobody violates; known answers are what "
        "makes the commitment good."
    )
    return today, Section("Whether anybody looks", lead, paragraphs, tables=tables, checks=checks)


def _mended(today: Reviewer, question: Question) -> list[str]:
    try:
        rule = known_answers(
            today.cost, liability=question.reviewer_liability, tpr=today.tpr, fpr=today.fpr, bounty=question.bounty
        )
    except Impossible as error:
        return [f"Known answers do not mend it: {error}"]
    share = rule.probes
    if share is None:
        return []
    return [
        *_cheapest(today, share, question),
        f"The rule that does: plant known answers in {decimal(100 * share)} % of what is reviewed; a missed one costs "
        f"{decimal(rule.miss)}, a false alarm {decimal(rule.false_alarm)}. Then looking is as good as signing "
        f"off unseen and as flagging "
        "everything, whatever the agents do; a little more of each makes it strictly better.",
    ]


def _cheapest(today: Reviewer, share: Fraction, question: Question) -> list[str]:
    """Pay on the joint event (was it bad? was it inspected? was it caught?) at that share of known answers."""
    try:
        found = auditor_contract(
            today.cost, tpr=today.tpr, fpr=today.fpr, violations=share, discovery=1, low=-question.reviewer_liability
        )
    except Impossible:
        return []
    return [
        f"Paid on what is found, at {decimal(100 * share)} % known answers, the cheapest contract: {found.describe()}"
    ]


def _game(terms: Terms, question: Question, tpr: Fraction, fpr: Fraction) -> Table:
    heads = [
        "penalty",
        "looks, not committed",
        "violations",
        "the auditor gets",
        "looks, committed",
        "violations",
        "it gets",
    ]
    rows: list[list[Cell]] = []
    for k in range(1, STEPS + 1):
        stake = terms.liability * Fraction(k, STEPS)
        game = Inspection.of(
            terms.gain,
            stake,
            tpr=tpr,
            fpr=fpr,
            forfeit=terms.forfeit,
            audit_cost=terms.audit_cost,
            miss=question.harm,
            bounty=question.bounty,
        )
        free, bound = game.without_commitment(), game.with_commitment()
        numbers = [free.inspections, free.violations, free.auditor, bound.inspections, bound.violations, bound.auditor]
        rows.append([float(stake), *map(float, numbers)])
    return Table("One agent and one auditor, in equilibrium, at the threshold of the largest penalty", heads, rows)


def _logged(found: Labelled, level: float) -> list[Check]:
    """A check for each reviewer of the log: does it flag misconduct more often than honest acts?"""
    if found.flagged is None:
        return []
    names = np.array(found.reviewers if found.reviewers else [""] * len(found.labels))
    listed = sorted(set(names.tolist()))[:MOST_REVIEWERS]
    each = 1 - (1 - level) / (2 * len(listed))  # two rates of each reviewer, all together
    return [_check(name, found, names == name, each) for name in listed]


def _check(name: str, found: Labelled, here: np.ndarray, level: float) -> Check:
    assert found.flagged is not None
    bad, good = here & found.labels, here & ~found.labels
    counts = [(int(found.flagged[rows].sum()), int(rows.sum())) for rows in (bad, good)]
    who = f"Reviewer {name}" if name else "The reviewers"
    if not all(n for _, n in counts):
        return Check(who, UNKNOWN, "It met only one kind of act.", grade="bounded with confidence")
    seen, alarms = (binomial(k, n, level) for k, n in counts)
    (k, n), (c, m) = counts
    says = f"flags {k} of {n} acts of misconduct and {c} of {m} honest ones"
    witness = f"{seen.low:.3f} to {seen.high:.3f} against {alarms.low:.3f} to {alarms.high:.3f}, all reviewers together"
    if seen.low > alarms.high:
        return Check(who, PASS, f"It looks: it {says}.", witness, "bounded with confidence")
    if k / n <= c / m:
        return Check(who, FAIL, f"It does no better than signing off unseen: it {says}.", witness, "searched only")
    return Check(who, UNKNOWN, f"Too few to tell from a rubber stamp: it {says}.", witness, "bounded with confidence")
