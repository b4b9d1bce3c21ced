"""A panel's report in people's words: the page and the terminal say the same."""

from __future__ import annotations

from collections.abc import Sequence

from ..words import count, number, percent
from .report import HarmRow, PanelReport, VoteRow

CLAIMS = {
    "covers": "What all of them approve is never bad for people",
    "harmful": "A proposal that harms people, and who approves of it",
    "sound threshold": "Nothing harmful passes unless so many object",
    "depth": "How few object to something harmful",
    "permissive": "These sets suffice, and no others do",
}


def listed(names: Sequence[str], none: str = "nobody") -> str:
    """ "Ada, Bo and Cy"."""
    if not names:
        return none
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def bundle(harm: HarmRow) -> str:
    """A mix of proposals: "50% ship, 30% leak"."""
    parts = [name if share > 1 - 1e-9 else f"{percent(share)} {name}" for name, share in harm.mix.items()]
    return ", ".join(parts)


def rule(row: VoteRow) -> str:
    """The rule without what it is called."""
    return row.name.partition(": ")[2] or row.name


def now(report: PanelReport) -> str:
    """Today, in a sentence."""
    harm = report.today.harm
    if harm is None:
        return f"Today a proposal is {rule(report.today)}, and nothing that harms people passes."
    return (
        f"Today a proposal is {rule(report.today)}. The worst that passes costs people {number(harm.loss)}: "
        f"{bundle(harm)}, with {count(len(harm.object), 'objection')}."
    )


def then(report: PanelReport) -> str:
    """The rule, in a sentence."""
    made = report.designed
    if made is None:
        return report.impossible
    turned = report.compromised
    who = (
        ""
        if not turned
        else f", even if any {turned} of the {len(report.reviewers)} reviewers {'is' if turned == 1 else 'are'} turned"
    )
    if len(made.sets) == 1:
        return f"If {listed(made.sets[0])} must approve, nothing that harms people passes{who}."
    if made.objections is None:
        return f"If one of {count(len(made.sets), 'set')} of reviewers has to approve, nothing that harms people passes{who}."
    return f"{rule(made)[:1].upper()}{rule(made)[1:]}: then nothing that harms people passes{who}."


def depth(report: PanelReport) -> str:
    """How few object."""
    harm = report.least_opposed
    if harm is None:
        return "Nothing that can be proposed harms people."
    proved = report.depth_proved >= report.depth
    few = "So few has" if proved else f"The fewest that were found, {report.depth}, has"
    return (
        f"Whatever harms people has at least {count(min(report.depth, report.depth_proved), 'objection')}. {few}: "
        f"{bundle(harm)}, which costs people {number(harm.loss)}; {listed(harm.object)} "
        f"{'object' if len(harm.object) > 1 else 'objects'}."
    )


def good(report: PanelReport) -> int:
    """How many of the listed proposals do people no harm."""
    return sum(p.gain >= 0 for p in report.proposals)


def weights(report: PanelReport) -> str:
    """Why unanimity is sound: the mix of reviewers that people's utility is."""
    parts = [f"{number(r.weight)} × {r.name}" for r in sorted(report.reviewers, key=lambda r: -r.weight) if r.weight]
    if not parts:
        return ""
    return f"People's utility is {' + '.join(parts)}, and something that no proposal makes worse."
