"""Sections of the report: values over time, who is told what, what promises cost, how willingly it is obeyed, what is proved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...design.information.markov.process import Process
from ...design.information.markov.robust import radii
from ...design.information.markov.stream import persuade_stream
from ...design.information.markov.ties import answered, slacks
from ...errors import Impossible, InputError, Unsolved
from ...numerics.rational import Array, floats
from ...report.findings.report import Cell, Figure, Mark, Section, Series, Table
from ...report.report import ClaimRow
from ...report.words import number
from ...verify import formats
from .ways import FRESH, SAME, WAYS, Case, Reply, Seen

MOST_TOLD = 24  # rows of who is told what
MOST_DRAWN = 6  # states of which promises are drawn
LARGE = 40  # states × parameters × acts above which promises are not solved again for other discounts
SHARES = (0.0, 0.001, 0.01, 0.03, 0.1, 0.2)  # margins that are looked at
DISCOUNTS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
ROOM = ["margin, share", "if ties go people's way", "if they go against", "ball of beliefs"]
CLAIMS = {
    "obedient": "Fresh receivers: every recommendation is best to follow, by the margin",
    "robust": "… also for receivers who believe other chances, within the ball",
    "attained": "People get at least this",
    "bound": "No signal that fresh receivers follow with this margin brings people more",
}


def over_time(case: Case, all_seen: list[Seen]) -> list[Section]:
    """What people get a step, by how many steps there are, or by how much the future weighs."""
    if case.horizon is not None:
        series = [s for one in all_seen for s in _by_horizon(case, one)]
        across, marks = "steps there are", []
        caption = "A step, on average, discounted. Ties go against people."
    else:
        series, left = _by_discount(case, all_seen)
        across, marks = "discount", [Mark(float(case.process.discount), "this one")]
        caption = "A step, on average. Ties go against people." + (f" Not drawn: {', '.join(left)}." if left else "")
    if not series:
        return []
    figure = Figure(
        "value", "What people get a step", across, "people get, a step", _merged(case, series), marks, caption
    )
    name = "As time goes on" if case.horizon is not None else "As the future weighs more"
    return [Section(name, figures=[figure])]


def _name(one: Seen, who: str) -> str:
    return one.way.called if len(one.replies) == 1 or who == FRESH else f"{one.way.called}, {who}"


def _by_horizon(case: Case, one: Seen) -> list[Series]:
    """One curve for a sort of receivers; that of those who stay only where it is another one."""
    found: list[Series] = []
    for who, reply in one.replies.items():
        if reply.against is None:
            continue
        means = [float(v) / case.steps(t) for t, v in enumerate(reply.course)][::-1]
        if not found or not np.allclose(found[0].y, means, atol=1e-6 * case.size):
            found.append(Series(_name(one, who), [float(t + 1) for t in range(len(means))], means))
    return found


def _by_discount(case: Case, all_seen: list[Seen]) -> tuple[list[Series], list[str]]:
    here = float(case.process.discount)
    rates = sorted({r for r in DISCOUNTS if r < here} | {here})
    series, left = [], []
    for one in all_seen:
        method = one.way.method
        if method == "learned" or (method == "promises" and case.process.sender.size > LARGE):
            left.append(one.way.called)
            continue
        course: dict[str, list[tuple[float, float]]] = {}
        for rate in rates:
            for who, reply in _replies(case, one, rate).items():
                if reply.against is not None:
                    course.setdefault(who, []).append((rate, reply.against * (1 - rate)))
        drawn: list[list[tuple[float, float]]] = []
        for who, points in course.items():
            if not any(len(points) == len(old) and np.allclose(points, old, atol=1e-6 * case.size) for old in drawn):
                drawn.append(points)
                series.append(Series(_name(one, who), [x for x, _ in points], [y for _, y in points]))
    return series, left


def _replies(case: Case, one: Seen, rate: float) -> dict[str, Reply]:
    if rate == float(case.process.discount):
        return one.replies
    try:
        return WAYS[one.way.method](case.within(rate), one.way).replies
    except (Impossible, InputError, Unsolved):  # no such margin there, or no answer: the curve has no such point
        return {}


def told(case: Case, all_seen: list[Seen]) -> list[Section]:
    """Who is told what, in each state."""
    groups: list[tuple[Array, list[str]]] = []
    for one in all_seen:
        if one.signal is not None:
            names = next((names for old, names in groups if np.allclose(old, one.signal, atol=1e-6)), None)
            if names is None:
                groups.append((one.signal, [one.way.called]))
            else:
                names.append(one.way.called)
    if not groups:
        return []
    tables = [_told(case.process, ", ".join(names), signal) for signal, names in groups]
    step = "" if case.horizon is None else " In the first step."
    lead = f"How often each recommendation is made, for every state and for what the sender sees.{step}"
    return [Section("Who is told what", lead, tables=tables)]


def _told(process: Process, name: str, signal: Array) -> Table:
    states, seen, acts = process.called
    law = floats(process.law)
    rows: list[list[Cell]] = [
        [states[s], seen[k], float(law[s, k]), *(float(x) for x in signal[s, k])]
        for s in range(process.states)
        for k in range(process.parameters)
        if law[s, k] > 0
    ]
    more = f" (the first {MOST_TOLD} of {len(rows)} rows)" if len(rows) > MOST_TOLD else ""
    heads = ["state", "the sender sees", "chance", *(f"told: {act}" for act in acts)]
    return Table(f"{name}{more}", heads, rows[:MOST_TOLD])


def promised(case: Case, all_seen: list[Seen]) -> list[Section]:
    """What a promise to one who stays costs people."""
    schemes = next((one.schemes for one in all_seen if one.schemes is not None), None)
    if schemes is None:
        return []
    names = case.process.called[0][:MOST_DRAWN]
    series = [
        Series(
            name,
            schemes.promises[0, s].tolist(),
            schemes.inside[0, s].tolist(),
            schemes.inside[0, s].tolist(),
            schemes.outside[0, s].tolist(),
        )
        for s, name in enumerate(names)
    ]
    figure = Figure(
        "promises",
        "What a promise leaves for people",
        "promised to the receiver, from here on",
        "people get, from here on",
        series,
        caption="From what it gets if it is told nothing any more (left) to what it gets if it is told all (right). "
        "The band is the bracket of two linear programmes.",
    )
    lead = "A scheme with promises remembers the state and what it owes. Disobedience ends the promise: nothing is said any more."
    return [Section("What a promise costs", lead, figures=[figure])]


def obedience(case: Case, all_seen: list[Seen]) -> list[Section]:
    """By how much it is best to obey, and what other beliefs that bears; and what more of it would cost."""
    one = next((one for one in all_seen if one.way.method == "stream" and one.signal is not None), None)
    if one is None or one.signal is None:
        return []
    process = case.process
    balls, edges = radii(process, one.signal), slacks(process, one.signal)
    each: list[list[Cell]] = [
        [name, float(edge) if np.isfinite(edge) else None, max(0.0, float(ball))]
        for name, edge, ball in zip(process.called[0], edges, balls, strict=True)
    ]
    tables = [
        Table(f"{one.way.called}: every state", ["state", "least margin", "ball of beliefs"], each[:MOST_TOLD]),
        Table("What more room would cost", ROOM, _rooms(case)),
    ]
    lead = (
        "The margin is by how much, given what was heard, following beats all else, in the receiver's units. The ball is the total "
        "variation by which a receiver's chances may differ from the sender's and it still follows."
    )
    return [Section("How willingly it is followed", lead, tables=tables)]


def _rooms(case: Case) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    size = float(np.ptp(floats(case.process.receiver))) or 1.0
    for share in sorted({*SHARES, float(case.scenario.margin)}):
        try:
            found = persuade_stream(case.process, horizon=case.horizon, margin=share * size)
        except Impossible:
            break
        worst = case.start(answered(case.process, found.signal, horizon=case.horizon))[0]
        steps = found.signal[None] if case.horizon is None else found.signal
        ball = min(float(radii(case.process, step).min()) for step in steps)
        rows.append([share, found.value, float(worst), max(0.0, ball)])
    return rows


def proved(all_seen: list[Seen], certificate: dict[str, object] | None) -> list[Section]:
    """The claims of the certificate, checked by the lone checker."""
    one = next((one for one in all_seen if one.exact is not None), None)
    if one is None or one.exact is None or certificate is None:
        return []
    exact = one.exact
    says = {
        "obedient": f"by at least {number(float(exact.margin))}, in every state and step",
        "robust": f"within total variation {number(float(exact.radius))} of the chances of the file",
        "attained": f"{number(float(exact.value))}, if it is followed",
        "bound": f"at most {number(float(exact.bound))}, whatever it remembers",
    }
    rows = [
        ClaimRow(
            claim=CLAIMS[verdict.claim],
            holds=verdict.holds,
            grade=verdict.grade,
            says=f"{one.way.called}: {says[verdict.claim]}; in fractions, in the certificate",
            margin=float(exact.margin) if verdict.claim == "obedient" else None,
        )
        for verdict in formats.check(certificate)
    ]
    return [Section("What is proved", "Checked in fractions, without a solver.", claims=rows)]


def best_of(case: Case, all_seen: list[Seen], who: str) -> Seen | None:
    """The way that brings most if ties go against people, for this sort of receivers; of equal ones that which is proved."""
    there = [(reply.against, one) for one in all_seen if (reply := one.replies.get(who)) and reply.against is not None]
    if not there:
        return None
    least = max(value for value, _ in there) - SAME * case.size * case.steps()
    return max((one for value, one in there if value >= least), key=lambda one: one.exact is not None)


def _merged(case: Case, series: list[Series]) -> list[Series]:
    """Curves that lie on each other become one, with all names."""
    found: list[Series] = []
    for one in series:
        same = (k for k, old in enumerate(found) if old.x == one.x and np.allclose(old.y, one.y, atol=1e-6 * case.size))
        k = next(same, None)
        if k is None:
            found.append(one)
        else:
            found[k] = replace(found[k], name=f"{found[k].name}, {one.name}")
    return found
