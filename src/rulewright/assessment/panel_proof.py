"""Claims about a panel and its rule, and the certificate that a stranger can check (docs/competition_certificate.md)."""

from __future__ import annotations

import itertools
from typing import Any

from ..competition.panel.coverage import Coverage, Proposal, coverage, gains
from ..competition.panel.depth import Depth, depth
from ..competition.panel.setting import Panel
from ..competition.panel.strategic import hitting
from ..competition.panel.votes import Rule, Threshold
from ..errors import TooLarge
from ..report.report import ClaimRow
from ..verify import competition_certificate as form
from ..verify import competition_checker as checker

MOST_CLAIMS = 200  # covering sets written out
Claim = dict[str, Any]


def certified(
    panel: Panel, found: Depth, today: Rule, designed: Rule | None, turned: int, *, title: str, notes: list[str]
) -> tuple[list[ClaimRow], dict[str, Any]]:
    """(claims as the checker sees them, the certificate): today's harm, the rule, the depth, both ways where they are known."""
    exact = panel.exact
    subject = form.panel(
        exact.principal,
        exact.reviewers,
        exact.deviations,
        names=exact.names,
        outcomes=exact.outcomes,
        proposals=exact.proposals,
    )
    claims = [
        *_today(panel, today),
        *_whole(panel),
        *_depth(panel, found, notes),
        *_rule(panel, designed, turned, notes),
    ]
    whole = form.certificate(subject, claims, title)
    return [rowed(v) for v in checker.check(whole)], whole


def rowed(verdict: checker.Verdict) -> ClaimRow:
    """A verdict as a row of the report."""
    margin = None if verdict.margin is None else float(verdict.margin)
    return ClaimRow(verdict.claim, verdict.holds, verdict.grade, verdict.says, margin)


def _covers(panel: Panel, one: Coverage) -> Claim:
    names = [panel.names[i] for i in one.coalition]
    return form.claim("covers", coalition=names, weights=form.mix(panel.names, one.weights))


def _harmful(panel: Panel, harm: Proposal) -> Claim:
    names = [panel.names[i] for i in harm.approvers]
    return form.claim("harmful", approved_by=names, proposal=form.sparse(harm.mix), harm=-harm.gain)


def _whole(panel: Panel) -> list[Claim]:
    """Everybody: that they cover, or what they all approve of."""
    found = coverage(panel)
    return [_covers(panel, found)] if found.proposal is None else [_harmful(panel, found.proposal)]


def _today(panel: Panel, rule: Rule) -> list[Claim]:
    """Something harmful that passes today."""
    try:
        sets = rule.minimal_winning()
    except TooLarge:
        return []
    worst = max((coverage(panel, w) for w in sets[:MOST_CLAIMS]), key=lambda c: c.shortfall, default=None)
    return [] if worst is None or worst.proposal is None else [_harmful(panel, worst.proposal)]


def _mixes(panel: Panel, found: Depth, notes: list[str]) -> tuple[int, list[dict[str, str]]]:
    """(so many object to any harm, mixes that prove it)."""
    proof = found if found.covering else depth(panel, "branching")
    mixes = [form.mix(panel.names, coverage(panel, s).weights) for s in proof.covering]
    if proof.at_least < found.at_least:
        notes.append(
            f"That at least {found.at_least} object is found, but only {proof.at_least} are in the certificate."
        )
    return proof.at_least, mixes


def _depth(panel: Panel, found: Depth, notes: list[str]) -> list[Claim]:
    if found.proposal is None:
        return []
    at_least, mixes = _mixes(panel, found, notes)
    return [
        form.claim(
            "depth",
            at_least=at_least,
            mixes=mixes,
            at_most=found.objectors,
            proposal=form.sparse(found.proposal.mix),
        )
    ]


def _rule(panel: Panel, rule: Rule | None, turned: int, notes: list[str]) -> list[Claim]:
    """Why the rule is sound, whoever is turned: what is left of every set that it takes for enough covers."""
    if rule is None:
        return []
    if isinstance(rule, Threshold):
        most = min(rule.objections + turned, panel.n)
        found = depth(panel)
        if found.proposal is None:
            return []
        _, mixes = _mixes(panel, found, [])
        return [form.claim("sound threshold", tolerates=most, mixes=mixes)]
    left = dict.fromkeys(
        tuple(i for i in w if i not in out) for w in rule.minimal_winning() for out in itertools.combinations(w, turned)
    )
    if len(left) > MOST_CLAIMS:
        notes.append(f"The certificate has {MOST_CLAIMS} of {len(left)} sets of reviewers that have to cover.")
    claims = [_covers(panel, coverage(panel, w)) for w in list(left)[:MOST_CLAIMS]]
    return claims if turned else [*claims, *_permissive(panel, rule, notes)]


def _permissive(panel: Panel, rule: Rule, notes: list[str]) -> list[Claim]:
    """That no sound rule lets more pass: whoever contains none of the sets approves of something harmful together."""
    sets = rule.minimal_winning()
    mixes = [form.mix(panel.names, coverage(panel, w).weights) for w in sets]
    try:
        rest = [[i for i in range(panel.n) if i not in out] for out in hitting(sets)]
    except TooLarge as error:
        notes.append(f"That no sound rule is more permissive is not in the certificate: {error}")
        return []
    blocked = []
    for members in rest:
        harm = coverage(panel, members).proposal
        if harm is None:  # a set that the list does not have: it was cut short
            return []
        names = [panel.names[i] for i in range(panel.n) if gains(panel).reviewers[i].dot(harm.mix) >= 0]
        blocked.append({"approved_by": names, "proposal": form.sparse(harm.mix)})
    return [form.claim("permissive", minimal=mixes, blocked=blocked)]
