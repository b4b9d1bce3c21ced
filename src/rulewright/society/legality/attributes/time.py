"""Attributes in time: prospectivity (nothing is judged by what came after it) and stability (not too much changes at once).

R_t, by which an act of time t is judged, can be computed from what was published before t
flip rate of a version: share of cases whose verdict it changes
"""

from __future__ import annotations

import numpy as np

from ....numerics.rational import Array
from ....report.findings.report import FAIL, PASS, UNKNOWN, Check
from ....report.words import percent
from ..answers import ABSENT, Answers
from ..contrast import contrast, same_but
from ..law import ENUMERATED, Law, Version
from .grades import PROVED, SEARCHED, below, counted, share


def prospectivity(law: Law) -> Check:
    """Acts are judged by what was public before them, and by nothing that came later."""
    name = "prospectivity"
    parts = [found for test in (_backwards, _hindsight, _cut, _recorded) if (found := test(law)) is not None]
    failed = next((c for c in parts if c.verdict == FAIL), None)
    if failed is not None:
        return failed
    if not parts:
        says = "There is one version, no history, and nothing was said to be known only after the act."
        return Check(name, UNKNOWN, says)
    unknown = all(c.verdict == UNKNOWN for c in parts)
    grades = [c.grade for c in parts if c.verdict == PASS]
    worst = next((g for g in (SEARCHED, "bounded with confidence", PROVED) if g in grades), PROVED)
    return Check(name, UNKNOWN if unknown else PASS, " ".join(c.says for c in parts), grade=worst)


def _backwards(law: Law) -> Check | None:
    """Versions that are for acts before they were published."""
    if law.versions and law.versions[0].published > law.versions[0].date:
        return _from_nowhere(law, law.versions[0])
    if len(law.versions) < 2:
        return None
    before, backwards = law.versions[0], False
    for version in law.versions[1:]:
        if version.published > version.date:
            old, new = before.judge(law.base), version.judge(law.base)
            rows = np.flatnonzero(_both(old, new) & (law.codes(old) != law.codes(new)))
            backwards = True
            if len(rows):
                k = int(rows[0])
                says = f"Published on {law.day(version.published)}, for acts from {law.day(version.date)}: "
                says += f"{len(rows):,} of {law.n:,} verdicts change backwards."
                witness = (
                    f"act of {law.day(version.date)} ({law.space.words(law.base[k])}): {old.said(k)} by what was public then, "
                    f"{new.said(k)} by what was published later"
                )
                return Check("prospectivity", FAIL, says, witness)
        before = version
    says = f"No version of {len(law.versions)} changes a verdict on an act before it was published."
    if not backwards:
        return Check("prospectivity", PASS, says, grade=PROVED)
    grade = PROVED if law.how == ENUMERATED else SEARCHED
    return Check("prospectivity", PASS, f"{says} Looked at: {law.n:,} cases.", grade=grade)


def _both(old: Answers, new: Answers) -> Array:
    """bool [case]: asked under both; for want of time some may not have been."""
    return np.asarray((old.verdict != ABSENT) & (new.verdict != ABSENT))


def _from_nowhere(law: Law, first: Version) -> Check:
    """A first version for acts before it was published: then nothing was public by which they could be judged."""
    said = first.judge(law.base)
    k = int(np.flatnonzero(said.verdict >= 0)[0]) if (said.verdict >= 0).any() else 0
    says = f"The first version is for acts from {law.day(first.date)}, and was published on {law.day(first.published)}."
    witness = (
        f"act of {law.day(first.date)} ({law.space.words(law.base[k])}): {said.said(k)}, and no rule was public then"
    )
    return Check("prospectivity", FAIL, says, witness)


def _hindsight(law: Law) -> Check | None:
    """Attributes that are known only after the act."""
    if not law.later:
        return None
    what = ", ".join(law.later)
    found = contrast(law, law.space.positions(law.later))
    witness = same_but(law, found.pair, what) if found.pair else ""
    asked = f"The verdict is the same whatever {what} turns out to be, which is known only after the act."
    return counted(
        law, "prospectivity", asked, found.groups, found.broken, witness, "groups of cases that are else alike"
    )


def _cut(law: Law) -> Check | None:
    """The history cut at the act."""
    if law.truncated is None:
        return None
    found = law.truncated()
    asked = f"{found.looked:,} acts were judged with all of the history and with what came before them."
    if found.witness:
        return Check("prospectivity", FAIL, f"{asked} {found.broken:,} verdicts differ.", found.witness)
    return Check("prospectivity", PASS, f"{asked} No verdict differs.", grade=SEARCHED)


def _recorded(law: Law) -> Check | None:
    """Decisions by a rule that was published after the act."""
    date, published = law.recorded.date, law.recorded.published
    if date is None or published is None:
        return None
    rows = np.flatnonzero(published > date)
    witness = ""
    if len(rows):
        k = int(rows[0])
        witness = f"act of {law.day(date[k])} ({law.space.words(law.base[k])}): {law.answers.said(k)} "
        witness += f"by a rule published on {law.day(published[k])}"
    asked = "The rule relied on was public before the act."
    return counted(law, "prospectivity", asked, law.n, len(rows), witness, "decisions")


def stability(law: Law) -> Check:
    """The share of verdicts that change from one version to the next is below a bound."""
    if law.recorded.date is not None:
        return _flipped(law, law.recorded.date.tolist())
    if len(law.versions) < 2:
        return Check("stability", UNKNOWN, "There is one version.")
    worst = None
    for before, after in zip(law.versions, law.versions[1:], strict=False):
        old, new = before.judge(law.base), after.judge(law.base)
        both = _both(old, new)
        looked = int(both.sum())
        if not looked:
            continue
        rows = np.flatnonzero(both & (law.codes(old) != law.codes(new)))
        if worst is None or len(rows) / looked > worst[0] / worst[1]:
            witness = ""
            if len(rows):
                k = int(rows[0])
                witness = f"{law.space.words(law.base[k])}: {old.said(k)} until {law.day(after.date)}, {new.said(k)} from then on"
            worst = len(rows), looked, after, witness
    if worst is None:
        return Check("stability", UNKNOWN, "There was no time to ask two versions about the same case.")
    flips, looked, version, witness = worst
    low, high, words = share(law, flips, looked)
    of = f", the most of {len(law.versions) - 1} changes" if len(law.versions) > 2 else ""
    says = f"The version of {law.day(version.date)} changes {words} of {looked:,} verdicts{of}."
    return _bounded(law, says, low, high, witness)


def _flipped(law: Law, dates: list[float]) -> Check:
    """Of recorded decisions: the same case again, later."""
    last: dict[bytes, int] = {}
    looked, flips, witness = 0, 0, ""
    for k in sorted(range(law.n), key=lambda k: dates[k]):
        key = law.base[k].tobytes()
        before = last.get(key)
        last[key] = k
        if before is None or dates[before] == dates[k]:
            continue
        looked += 1
        if law.answers.verdict[before] != law.answers.verdict[k]:
            flips += 1
            witness = witness or (
                f"same case ({law.space.words(law.base[k])}), other day ({law.day(dates[before])} → {law.day(dates[k])}), "
                f"other verdict: {law.answers.said(before)} → {law.answers.said(k)}"
            )
    if not looked:
        return Check("stability", UNKNOWN, "No case was decided again on a later day.")
    low, high, words = share(law, flips, looked)
    return _bounded(
        law, f"Decided again on a later day, {words} of {looked:,} cases got another verdict.", low, high, witness
    )


def _bounded(law: Law, says: str, low: float, high: float, witness: str) -> Check:
    if law.bounds.flips is None:
        return Check("stability", UNKNOWN, f"{says} No bound was set.", witness)
    return below(
        law, "stability", f"{says} At most {percent(law.bounds.flips)} may.", low, high, law.bounds.flips, witness
    )
