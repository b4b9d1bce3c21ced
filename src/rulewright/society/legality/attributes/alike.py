"""Attributes about cases side by side: generality, universality, impersonality, publicity, clarity."""

from __future__ import annotations

import numpy as np

from ....report.findings.report import FAIL, PASS, UNKNOWN, Check
from ....report.words import percent
from ..answers import CLASH
from ..contrast import Contrast, contrast, same_but
from ..law import RECORDED, Law
from .grades import SEARCHED, below, counted, share

LEAST_NAMES = 3  # among two, nobody is singled out: each is the other's exception


def generality(law: Law) -> Check:
    """A verdict on every case, and no law about one name."""
    asked = "Every case has a verdict."
    code = law.answers.verdict
    known = np.array([not law.verdicts or label in law.verdicts for label in law.answers.labels] or [True])
    bad = np.where(code >= 0, ~known[np.maximum(code, 0)], code != CLASH)
    rows = np.flatnonzero(bad)
    named = _singled_out(law)
    if len(rows):
        k = int(rows[0])
        witness = f"{law.space.words(law.base[k])}: {law.answers.said(k)}"
        if named:
            witness += f"; and it is a law about {named[0]}: {named[1]}"
        return counted(law, "generality", asked, law.n, len(rows), witness)
    if named:
        name, witness = named
        return Check("generality", FAIL, f"{asked} But it is a law about {name}: all others are judged alike.", witness)
    return counted(law, "generality", f"{asked} None is about one name.", law.n, 0, "")


def _singled_out(law: Law) -> tuple[str, str] | None:
    """(name, witness), where leaving one name out leaves a law that looks at none."""
    for k in law.space.positions(law.identities):
        if law.space.counts[k] < LEAST_NAMES:
            continue
        found = contrast(law, [k])
        if not found.broken or found.pair is None:
            continue
        for value in (int(found.pair.first[k]), int(found.pair.second[k])):
            rest = contrast(law, [k], without=(k, value))
            if rest.groups and not rest.broken:
                name = law.space.values[k][value]
                return f"{law.space.names[k]} = {name}", same_but(law, found.pair, law.space.names[k])
    return None


def universality(law: Law) -> Check:
    """A verdict also on cases that nobody foresaw."""
    if law.unforeseen is None:
        says = "Decisions were recorded; what would be said of a case of a new kind was not asked."
        return Check(
            "universality", UNKNOWN, says if law.how == RECORDED else "It was said that there are no other cases."
        )
    found = law.unforeseen()
    asked = f"{found.looked} cases with a value that no attribute lists were asked."
    if found.witness:
        return Check(
            "universality",
            FAIL,
            f"{asked} {found.broken} of them {'gets' if found.broken == 1 else 'get'} no verdict.",
            found.witness,
        )
    return Check("universality", PASS, f"{asked} All get a verdict.", grade=SEARCHED)


def impersonality(law: Law) -> Check:
    """The same verdict whoever it is."""
    if not law.identities:
        return Check("impersonality", UNKNOWN, "It was not said which attributes are names.")
    who = ", ".join(law.identities)
    return _invariant(law, "impersonality", law.identities, f"The verdict is the same whatever {who} is.", who)


def publicity(law: Law) -> Check:
    """The same verdict whatever is not public."""
    if not law.hidden:
        if law.public:
            return Check("publicity", PASS, "All attributes that it can see are public.")
        return Check("publicity", UNKNOWN, "It was not said which attributes are not public.")
    what = ", ".join(law.hidden)
    return _invariant(
        law, "publicity", law.hidden, f"The verdict is the same whatever {what} is, which is not public.", what
    )


def _invariant(law: Law, name: str, attributes: tuple[str, ...], asked: str, what: str) -> Check:
    found: Contrast = contrast(law, law.space.positions(attributes))
    witness = same_but(law, found.pair, what) if found.pair else ""
    of = f"groups of {found.tried}" if found.tried else "groups of"
    return counted(law, name, asked, found.groups, found.broken, witness, f"{of} cases that are else alike")


def clarity(law: Law) -> Check:
    """How often one change flips the verdict; judged only against a bound."""
    closest, said, groups, broken = None, [], 0, 0
    for k, name in enumerate(law.space.names):
        found = contrast(law, [k])
        groups, broken = groups + found.groups, broken + found.broken
        if found.groups:
            said.append(f"{name} {percent(found.broken / found.groups)}")
        if found.pair is not None and closest is None:
            closest = same_but(law, found.pair, name)
    if not groups:
        return Check("clarity", UNKNOWN, "No two cases are one attribute apart.")
    # groups around one drawn case hang together: the interval counts cases
    low, high, words = share(law, broken, groups, law.n)
    says = f"Changing one attribute changes the verdict in {words} of {groups:,} groups ({', '.join(said)})."
    if law.bounds.jumps is None:
        return Check("clarity", UNKNOWN, f"{says} No bound was set.", closest or "")
    says += f" At most {percent(law.bounds.jumps)} may."
    return below(law, "clarity", says, low, high, law.bounds.jumps, closest or "")
