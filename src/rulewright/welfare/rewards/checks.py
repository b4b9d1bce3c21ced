"""The eight sanity checks of a reward function, after Knox et al. 2023; their executable form is ours.

    1 unsafe shaping             5 missing attributes
    2 preference order           6 redundant attributes
    3 risk tolerance             7 trial-and-error tuning
    4 learnable loopholes        8 incomplete specification

Each passes, fails or cannot tell, and shows what shows it. Checks 2, 3, 5 and 6 look at the true reward, without its shaping: that
is check 1's. Check 4 looks at all that an agent is paid.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import attributes
from .loopholes import loopholes
from .mend import indifference, lengths, wanted
from .order import compared
from .reward import FAIL, PASS, PROVED, SEARCHED, UNKNOWN, Case, Verdict
from .say import listed, quoted, said
from .unsafe import unsafe_shaping


def preference_order(case: Case) -> Verdict:
    """2: returns of pairs that people agree on, in their order."""
    name = "Preference order"
    found = compared(case)
    if not found:
        return Verdict(2, name, UNKNOWN, "No pairs of trajectories are given whose order people agree on.")
    wrong = [c for c in found if not c.right]
    asked = f"{len(found)} pair{'s' * (len(found) != 1)} of trajectories"
    if not wrong:
        least = min(found, key=lambda c: c.better - c.worse)
        return Verdict(
            2,
            name,
            PASS,
            f"{asked}, all in the order that people agree on.",
            f"The closest: {least.pair.better} {said(least.better)}, {least.pair.worse} {said(least.worse)}.",
        )
    worst = max(wrong, key=lambda c: c.worse - c.better)
    agree = "" if worst.pair.consensus is None else f", as {said(100 * worst.pair.consensus)} % of people say"
    return Verdict(
        2,
        name,
        FAIL,
        f"{len(wrong)} of {asked} are in the wrong order.",
        f"{worst.pair.better} should be better than {worst.pair.worse}{agree}; the returns are {said(worst.better)} and "
        f"{said(worst.worse)}.",
    )


def risk_tolerance(case: Case) -> Verdict:
    """3: the indifference point against what is acceptable."""
    name = "Risk tolerance"
    point = indifference(case)
    if point is None or case.risk is None:
        return Verdict(3, name, UNKNOWN, "No reference outcomes (idle, success, failure) are named.")
    risk = case.risk
    three = (
        f"{risk.failure} {said(point.failure)}, {risk.idle} {said(point.idle)}, {risk.success} {said(point.success)}"
    )
    if not point.ordered:
        return Verdict(
            3,
            name,
            UNKNOWN,
            f"An indifference point needs returns in the order {risk.failure} < {risk.idle} < {risk.success}; see check 2.",
            three,
        )
    p, both, most = point.p, lengths(case), wanted(case)
    shown = f"The reward approves of trying while “{risk.failure}” is less likely than {said(p)}"
    if both is not None:
        far = point.distance(*both)
        shown += f": one in {said(far)} {case.unit or 'units of length'}"
    if most is None:
        why = (
            "no lengths are given to compare a distance with"
            if risk.distance is not None
            else "nothing is said to be acceptable"
        )
        return Verdict(3, name, UNKNOWN, f"{shown}. {why[0].upper()}{why[1:]}.", three)
    limit = f"{said(most)} is acceptable"
    if risk.distance is not None and both is not None:
        limit += f" (one in {said(risk.distance)} {case.unit})" if risk.rate is None else ""
    if p <= most:
        return Verdict(3, name, PASS, f"{shown}; {limit}.", three)
    return Verdict(
        3,
        name,
        FAIL,
        f"{shown}; {limit}: the reward accepts {said(p / most)} times that.",
        f"{three}. At a chance between {said(most)} and {said(p)} trying still brings more than “{risk.idle}”.",
    )


def missing_attributes(case: Case) -> Verdict:
    """5: every declared outcome moves some return."""
    name = "Missing attributes"
    if case.outcomes is None:
        return Verdict(5, name, UNKNOWN, "No outcomes are declared that should matter.")
    missing, unknown, shown = [], [], ""
    proved = True
    for outcome in case.outcomes:
        seen = attributes.sees(case, outcome, case.true)
        if seen is not None:
            shown = shown or (
                f"{seen.trajectory.name} is worth {said(seen.before)}; with another {outcome} in step {seen.step + 1}, "
                f"{said(seen.after)}."
            )
            continue
        named = [t.reads is None or outcome in t.reads for t, true in zip(case.terms, case.true, strict=True) if true]
        if not any(named):
            missing.append(outcome)
        elif attributes.tried(case, outcome):
            missing.append(outcome)
            proved = False
        else:
            unknown.append(outcome)
    if missing:
        one = next((t for t in case.trajectories if missing[0] in t.moved), None)
        witness = (
            f"{one.name}, and the same with another {missing[0]} ({attributes.tried(case, missing[0])} changes tried): both are "
            f"worth {said(case.value(one))}."
            if one is not None
            else f"No term of the reward names {missing[0]}."
        )
        grade = PROVED if proved else SEARCHED
        return Verdict(5, name, FAIL, f"The reward does not see {listed(missing)}.", witness, grade)
    if unknown:
        return Verdict(
            5, name, UNKNOWN, f"No trajectory is given step by step in which {listed(unknown)} could be changed."
        )
    return Verdict(5, name, PASS, f"Each of {len(case.outcomes)} declared outcomes moves a return.", shown)


def redundant_attributes(case: Case) -> Verdict:
    """6: no two terms in one proportion."""
    name = "Redundant attributes"
    count = int(case.true.sum())
    if count < 2:
        known = bool(count) and case.terms[int(np.flatnonzero(case.true)[0])].reads is not None
        words = "The reward has one term." if count else "The reward has no terms."
        return Verdict(
            6, name, PASS if known else UNKNOWN, words + ("" if known else " What it is made of is not told.")
        )
    table, steps = attributes.gradients(case)[case.true], attributes.values(case)[case.true]
    if not table.size and not steps.size:
        return Verdict(6, name, UNKNOWN, "No trajectory is given step by step.")
    found = attributes.twins(case)
    if found:
        one = found[0]
        a, b = case.terms[one.first], case.terms[one.second]
        how = (
            f"Under {one.number} changes of single features {quoted(b.name)} moves {said(one.factor)} times as much as "
            f"{quoted(a.name)}, each time."
            if one.by == "changes"
            else f"In every step given {quoted(b.name)} is {said(one.factor)} times {quoted(a.name)} ({one.number} steps where it "
            "is not 0)."
        )
        return Verdict(6, name, FAIL, f"{quoted(a.name)} and {quoted(b.name)} measure one thing.", how, SEARCHED)
    dumb = attributes.untold(table, steps)
    if dumb is not None:
        silent = " from ".join(quoted(case.terms[int(np.flatnonzero(case.true)[k])].name) for k in dumb)
        words = f"Nothing that was tried tells {silent}: neither moves, or both always say the same."
        return Verdict(6, name, UNKNOWN, words)
    rank = attributes.rank(table) if table.size else attributes.rank(steps)
    asked = f"{table.shape[1]} changes of single features" if table.size else f"{steps.shape[1]} steps"
    return Verdict(
        6,
        name,
        PASS,
        f"No two of {count} terms are in one proportion over {asked}; together their rank is {rank}.",
        "",
        SEARCHED,
    )


def tuning(case: Case) -> Verdict:
    """7: whether the reward was changed after seeing what it brought about."""
    name = "Trial-and-error tuning"
    if case.changes is None:
        return Verdict(7, name, UNKNOWN, "How the reward came about is not recorded.")
    seen = [c for c in case.changes if c.after_viewing]
    told = listed([f"{c.on}: {c.what}" for c in (seen or case.changes)])
    if seen:
        return Verdict(
            7, name, FAIL, f"Changed {len(seen)} time{'s' * (len(seen) != 1)} after agents were seen to perform.", told
        )
    many = len(case.changes)
    return Verdict(
        7,
        name,
        PASS,
        f"Changed {many} time{'s' * (many != 1)}, never after agents were seen to perform, as recorded.",
        told if many else "",
    )


def specification(case: Case) -> Verdict:
    """8: reward, discount, time step and termination are all there."""
    lacks = [
        *([] if case.terms else ["the reward function"]),
        *([] if case.discount is not None else ["the discount"]),
        *([] if case.time_step else ["the time step"]),
        *([] if case.terminates else ["when an episode ends"]),
    ]
    name = "Complete specification"
    if lacks:
        return Verdict(
            8, name, FAIL, f"Not said: {listed(lacks)}.", f"Who trains with it has to guess {listed(lacks)}."
        )
    return Verdict(8, name, PASS, "Reward, discount, time step and termination are all said.")


CHECKS: tuple[Callable[[Case], Verdict], ...] = (
    unsafe_shaping,
    preference_order,
    risk_tolerance,
    loopholes,
    missing_attributes,
    redundant_attributes,
    tuning,
    specification,
)


def check(case: Case) -> list[Verdict]:
    """All eight, in their order. Raises InputError where the case names trajectories that there are not."""
    return [one(case) for one in CHECKS]
