"""Attributes about a rule and its rivals: non-contradiction, uniqueness, congruence, public reasoning."""

from __future__ import annotations

import numpy as np

from ....numerics.rational import Array
from ....report.findings.report import FAIL, PASS, UNKNOWN, Check
from ....report.words import percent
from ..answers import CLASH
from ..contrast import contrast, same_but
from ..law import ENUMERATED, RECORDED, SAMPLED, Law, Logic
from .grades import PROVED, above, counted, share


def non_contradiction(law: Law) -> Check:
    """One verdict on one case, however it is written, whichever rule applies, whenever it is asked."""
    asked = "One case, one verdict."
    clashes = np.flatnonzero(law.answers.verdict == CLASH)
    if len(clashes):
        return counted(law, "non-contradiction", asked, law.n, len(clashes), _two_rules(law, int(clashes[0])))
    again = law.n
    if law.again is not None:
        found = law.again()
        again = found.looked
        if found.witness:
            says = f"{asked} {found.broken:,} of {found.looked:,} cases asked again, in another order, get another verdict."
            return Check("non-contradiction", FAIL, says, found.witness)
        asked += f" {found.looked:,} cases asked again, in another order, get the same."
    looked = 0
    for recoding in law.recodings:
        cases = law.base if recoding.on is None else recoding.on
        answers = law.answers if recoding.on is None else law.judge(cases)
        other = recoding.judge(cases)
        mine, theirs = law.codes(answers), law.codes(other)
        both = (mine >= 0) & (theirs >= 0)
        rows = np.flatnonzero(both & (mine != theirs))
        looked += int(both.sum())
        if len(rows):
            k = int(rows[0])
            witness = (
                f"same case, written otherwise ({recoding.name}): {law.space.words(cases[k])} is {answers.said(k)}; "
                f"{recoding.words(cases[k])} is {other.said(k)}"
            )
            return counted(law, "non-contradiction", asked, int(both.sum()), len(rows), witness)
    if law.how == RECORDED:
        return _twice(law, asked)
    count = len(law.recodings)
    ways = (
        f" {count} other way{'s' * (count != 1)} to write cases {'were' if count != 1 else 'was'} tried."
        if count
        else ""
    )
    # that a function always says the same can be seen, and not proved
    proved = law.again is None
    return counted(law, "non-contradiction", asked + ways, max(looked, again), 0, "", proved=proved)


def _two_rules(law: Law, k: int) -> str:
    words = law.space.words(law.base[k])
    if law.rules is None:
        return f"{words}: {law.answers.said(k)}"
    chosen, against = (int(x[0]) for x in law.rules.winners(law.base[k : k + 1]))
    said = [f"“{law.rules.reasons[r]}” says {law.rules.rules[r].verdict}" for r in (chosen, against)]
    return f"{words}: {' and '.join(said)}, and neither goes before the other"


def _twice(law: Law, asked: str) -> Check:
    """Of recorded decisions: same case, same day, other verdict."""
    dates = law.recorded.date
    if dates is None:
        found = contrast(law, [])
        witness = same_but(law, found.pair, "") if found.pair else ""
        return counted(
            law, "non-contradiction", asked, found.groups, found.broken, witness, "cases decided more than once"
        )
    seen: dict[tuple[bytes, float], int] = {}
    looked, broken, witness = 0, 0, ""
    for k, (row, date) in enumerate(zip(law.base, dates.tolist(), strict=True)):
        before = seen.setdefault((row.tobytes(), date), k)
        if before != k:
            looked += 1
            if law.answers.verdict[before] != law.answers.verdict[k]:
                broken += 1
                witness = witness or (
                    f"same case ({law.space.words(row)}), same day ({law.day(date)}), "
                    f"other verdict: {law.answers.said(before)} → {law.answers.said(k)}"
                )
    return counted(law, "non-contradiction", asked, looked, broken, witness, "cases decided again on the same day")


def uniqueness(law: Law) -> Check:
    """Exactly one authority for every case."""
    asked = "Every case has one authority, and no other."
    if law.recorded.authority is not None:
        return _two_authorities(law, asked, law.recorded.authority)
    if not law.authorities:
        return Check("uniqueness", UNKNOWN, "It was not said who has authority over what.")
    covers = np.array([a.covers(law.base) for a in law.authorities])
    rows = np.flatnonzero(covers.sum(axis=0) != 1)
    witness = ""
    if len(rows):
        k = int(rows[0])
        names = [a.name for a, over in zip(law.authorities, covers[:, k], strict=True) if over]
        witness = f"{law.space.words(law.base[k])}: {' and '.join(names) + ' decide' if names else 'nobody decides'}"
    return counted(law, "uniqueness", asked, law.n, len(rows), witness)


def _two_authorities(law: Law, asked: str, who: tuple[str, ...]) -> Check:
    first: dict[bytes, int] = {}
    broken, witness = set(), ""
    for k, row in enumerate(law.base):
        if not who[k]:  # nobody was recorded
            continue
        before = first.setdefault(row.tobytes(), k)
        if who[before] != who[k]:
            broken.add(row.tobytes())
            witness = witness or (
                f"same case ({law.space.words(row)}): {who[before]} says {law.answers.said(before)}, "
                f"{who[k]} says {law.answers.said(k)}"
            )
    return counted(law, "uniqueness", asked, len(first), len(broken), witness)


def congruence(law: Law) -> Check:
    """Every person's own logic agrees often enough; the one that agrees least is named."""
    lines = [_agrees(law, logic, len(law.logics)) for logic in law.logics]
    if not lines:
        return Check("congruence", UNKNOWN, "Nobody's own logic was given.")
    judged = [line for line in lines if line[0] < 3]
    return min(judged or lines, key=lambda line: line[:2])[2]


def _agrees(law: Law, logic: Logic, of: int) -> tuple[int, float, Check]:
    """(0 fails, 1 cannot tell, 2 passes, 3 has no floor; share above the floor; the line) of one logic."""
    theirs, mine = law.codes(logic.judge(law.base)), law.answers.verdict
    both = (theirs >= 0) & (mine >= 0)
    looked, hits = int(both.sum()), int((both & (theirs == mine)).sum())
    floor = law.bounds.agreement if logic.floor is None else logic.floor
    few = f"Of {of} logics the least congruent, against its floor, is that of “{logic.name}”: it" if of > 1 else "It"
    if not looked:
        says = f"{few} says something of no case that was decided."
        return 3 if floor is None else 1, 0.0, Check("congruence", UNKNOWN, says)
    apart = np.flatnonzero(both & (theirs != mine))
    witness = _disagreed(law, logic.name, logic.judge(law.base).said(int(apart[0])), apart) if len(apart) else ""
    low, high, words = share(law, hits, looked)
    says = f"{few} agrees in {words} of {looked:,} cases."
    if floor is None:
        return 3, hits / looked, Check("congruence", UNKNOWN, f"{says} No floor was set.", witness)
    found = above(law, "congruence", f"{says} At least {percent(floor)} was asked.", low, high, floor, witness)
    return (FAIL, UNKNOWN, PASS).index(found.verdict), hits / looked - floor, found


def _disagreed(law: Law, name: str, said: str, rows: Array) -> str:
    k = int(rows[0])
    return f"{law.space.words(law.base[k])}: the rule says {law.answers.said(k)}, {name} says {said}"


def public_reasoning(law: Law) -> Check:
    """A reason with every verdict; alike in what the reason names, alike in verdict."""
    name, answers = "public reasoning", law.answers
    decided = answers.verdict >= 0
    if answers.reason is None or not (decided & (answers.reason >= 0)).any():
        return Check(name, UNKNOWN, "No reasons were given with the verdicts.")
    silent = np.flatnonzero(decided & (answers.reason < 0))
    if len(silent):
        k = int(silent[0])
        witness = f"{law.space.words(law.base[k])}: {answers.said(k)}, without a reason"
        return counted(law, name, "Every verdict has a reason.", int(decided.sum()), len(silent), witness)
    hides = _hides(law)
    if hides:
        return hides
    asked = "Every verdict has a reason; cases alike in what their reason names are judged alike."
    usual = tuple(n for n in law.space.names if n not in (*law.identities, *law.hidden))  # no reason may turn on those
    looked, broken, witness = 0, 0, ""
    given = np.flatnonzero(decided)
    given = given[np.argsort(answers.reason[given], kind="stable")]
    codes, starts = np.unique(answers.reason[given], return_index=True)
    for r, rows in zip(codes.tolist(), np.split(given, starts[1:]), strict=True):
        reason = answers.reasons[r]
        named = law.relevant.get(reason, usual)
        leave = [k for k, n in enumerate(law.space.names) if n not in named]
        cases, verdict = _of_reason(law, r, rows, leave)
        key = law.space.groups(cases, leave)
        _, first, group, size = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        group = group.reshape(-1)
        # alone in its group a case shows nothing, unless there is no other
        whole = law.how == ENUMERATED or not leave
        looked += len(rows) if whole else int((size[group] > 1).sum() if law.how != SAMPLED else (size > 1).sum())
        off = np.flatnonzero(verdict != verdict[first[group]])
        broken += len(off) if law.how != SAMPLED else len(np.unique(group[off]))
        if len(off) and not witness:
            a, b = int(first[group[off[0]]]), int(off[0])
            witness = (
                f"reason “{reason}” for {answers.labels[verdict[a]]} ({law.space.words(cases[a])}) "
                f"and for {answers.labels[verdict[b]]} ({law.space.words(cases[b])})"
            )
    return counted(law, name, asked, looked, broken, witness)


def _of_reason(law: Law, r: int, rows: Array, leave: list[int]) -> tuple[Array, Array]:
    """(cases, verdicts) decided for a reason; of drawn ones also others that its reason does not tell apart from them."""
    cases, verdict = law.base[rows], law.answers.verdict[rows]
    if law.how != SAMPLED or not leave:
        return cases, verdict
    block = np.repeat(cases, law.alternatives, axis=0)
    draw = np.random.default_rng([law.seed, r])
    for k in leave:
        fresh = draw.integers(law.space.counts[k], size=len(block), dtype=np.int32)
        block[:, k] = np.where(np.arange(len(block)) % law.alternatives == 0, block[:, k], fresh)
    others = law.judge(block)
    known = np.isin(law.codes(others), np.arange(len(law.answers.labels)))
    same = known & (others.reason == r) if others.reason is not None else np.zeros(len(block), bool)
    return block[same], law.codes(others)[same]


def _hides(law: Law) -> Check | None:
    """A rule of a table whose reason leaves out an attribute on which it turns."""
    if law.rules is None:
        return None
    for k, rule in enumerate(law.rules.rules):
        if rule.because is None:
            continue
        held = law.rules.applies(k, law.base)
        leave = [a for a, n in enumerate(law.space.names) if n not in rule.because]
        key = law.space.groups(law.base, leave)
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        off = np.flatnonzero(held != held[first[group.reshape(-1)]])
        if len(off):
            a, b = int(first[group.reshape(-1)[off[0]]]), int(off[0])
            names = " and ".join(rule.because) or "nothing"
            says = f"The reason of “{law.rules.reasons[k]}” names {names}, but it turns on more than that."
            yes, no = (a, b) if held[a] else (b, a)
            witness = f"applies to {law.space.words(law.base[yes])}; not to {law.space.words(law.base[no])}"
            return Check("public reasoning", FAIL, says, witness, PROVED)
    return None
