"""A reward function: the eight checks, what trajectories are worth by term, where trying stops being approved, how to mend it.

After Knox, Allievi, Banzhaf, Schmitt & Stone 2023, Artificial Intelligence 316.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ... import __version__
from ...errors import RulewrightError
from ...report.findings.report import Cell, Check, Figure, FindingsReport, Mark, Section, Sentence, Series, Table, Tile
from ...scenario.reward import RewardScenario
from ...welfare.rewards import mend as mending
from ...welfare.rewards import risk
from ...welfare.rewards.checks import check
from ...welfare.rewards.order import Compared, compared, differences, pairs, repair
from ...welfare.rewards.reward import FAIL, PASS, UNKNOWN, Case, Verdict
from ...welfare.rewards.say import listed, quoted, said
from ..assessment import Assessment
from ..society.case import Tell

LEAST, MOST = 1e-9, 1.0  # of chances in the figure
SURVEY = (
    "Of 19 publications on rewards for driving that were surveyed, 10 were looked at closely; only 1 of these 10 fully described "
    "reward, discount, termination and time step. Of the 9 that could be analysed none asks for safer driving than that of a "
    "legally drunk 16- to 17-year-old in the United States; the most averse to risk among them approves of crashing 2000 times as "
    "often as that (Knox et al. 2023)."
)


def assess(scenario: RewardScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """All of it, for a scenario. Raises InputError."""
    file = scenario.file
    parameters = {name: float(v[()]) for name, v in scenario.parameters.items()}
    found = report(
        scenario.case, scenario.name, file.title, source=file.source, about=file.about, parameters=parameters, tell=tell
    )
    return Assessment(found, None)


def report(
    case: Case,
    name: str,
    title: str,
    *,
    source: str = "",
    about: str = "",
    parameters: Mapping[str, float] | None = None,
    tell: Tell = lambda _: None,
) -> FindingsReport:
    """The findings on one reward function. Raises InputError where the case names trajectories that there are not."""
    tell("checking")
    verdicts = check(case)
    tell("mending")
    order = compared(case)
    notes: list[str] = []
    sections = [
        Section("Eight checks", "", checks=[_check(v) for v in verdicts]),
        *_risk(case),
        *_trajectories(case),
        *_pairs(case, order, notes),
        Section("Why these checks", paragraphs=[SURVEY]),
    ]
    return FindingsReport(
        kind="reward",
        scenario=name,
        version=__version__,
        title=title,
        source=source,
        about=about.strip(),
        parameters=dict(parameters or {}),
        subject="a reward function",
        settings=_settings(case),
        goal="a reward that says what is wanted",
        headline=_headline(verdicts),
        tiles=_tiles(case, verdicts),
        sections=sections,
        notes=notes,
    )


def _check(v: Verdict) -> Check:
    return Check(f"{v.number} {v.name}", v.verdict, v.says, v.witness, v.grade)


def _settings(case: Case) -> dict[str, str]:
    return {
        "terms": ", ".join(f"{said(t.weight)}·{t.name}{' (shaping)' if t.shaping else ''}" for t in case.terms)
        or "none",
        "discount": "not said" if case.discount is None else said(case.discount),
        "time step": case.time_step or "not said",
        "ends with": listed(case.terminates) if case.terminates else "not said",
    }


def _headline(verdicts: list[Verdict]) -> list[Sentence]:
    failed = [v for v in verdicts if v.verdict == FAIL]
    open_ = [v for v in verdicts if v.verdict == UNKNOWN]
    if failed:
        names = listed([f"{v.number} ({v.name.lower()})" for v in failed])
        first = Sentence(f"This reward fails {len(failed)} of 8 checks: {names}.", "bad")
    elif open_:
        first = Sentence(f"This reward fails none of the checks that could be made: {8 - len(open_)} of 8.")
    else:
        first = Sentence("This reward passes all eight checks.", "good")
    said_ = [first, *(Sentence(v.says) for v in failed[:2])]
    if open_:
        said_.append(
            Sentence(f"Not to be told from what is given: {listed([f'{v.number} ({v.name.lower()})' for v in open_])}.")
        )
    return said_


def _tiles(case: Case, verdicts: list[Verdict]) -> list[Tile]:
    counts = {kind: sum(v.verdict == kind for v in verdicts) for kind in (PASS, FAIL, UNKNOWN)}
    found = [Tile("Checks", f"{counts[PASS]} of 8 pass", f"{counts[FAIL]} fail, {counts[UNKNOWN]} cannot be told")]
    point = mending.indifference(case)
    if point is None or not point.ordered or case.risk is None:
        return found
    found.append(
        Tile("Indifferent at", said(point.p), f"chance of “{case.risk.failure}” that the reward still approves of")
    )
    both, most = mending.lengths(case), mending.wanted(case)
    if both is not None:
        found.append(
            Tile("That is one in", f"{said(point.distance(*both))} {case.unit}".strip(), "distance per failure")
        )
    if most is not None:
        found.append(Tile("Acceptable", said(most), "chance of failure of an attempt"))
    return found


def _risk(case: Case) -> list[Section]:
    """Indifference point, distance per failure, and the penalty to set."""
    point = mending.indifference(case)
    if point is None or case.risk is None:
        return []
    if not point.ordered:
        return [
            Section(
                "How much risk the reward approves of",
                f"Returns are not in the order {case.risk.failure} < {case.risk.idle} < {case.risk.success}: there is no "
                "indifference point.",
            )
        ]
    most, both = mending.wanted(case), mending.lengths(case)
    figures = [_strip(case, point.p, most)]
    if both is not None:
        figures.append(_distances(case, point.distance(*both), None if most is None else risk.distance(most, *both)))
    lead = (
        f"p* = (r_success − r_idle)/(r_success − r_failure) = {said(point.success - point.idle)} / "
        f"{said(point.success - point.failure)} = {said(point.p)}: whoever maximises this reward tries as soon as failure is less "
        "likely than that."
    )
    return [Section("How much risk the reward approves of", lead, _repair_words(case), figures)]


def _repair_words(case: Case) -> list[str]:
    found = mending.mend(case)
    point, most = mending.indifference(case), mending.wanted(case)
    if found is None or point is None or most is None or case.risk is None or point.p <= most:
        return []
    words = (
        f"To approve only below {said(found.p)}, set the return of “{case.risk.failure}” to r_success − (r_success − r_idle)/p = "
        f"{said(found.failure)}."
    )
    if found.term is None or found.weight is None:
        return [words]
    again = mending.mended(case, found)
    point = mending.indifference(again)
    assert point is not None and point.p == found.p, "exact, by its own formula"
    both = mending.lengths(again)
    far = "" if both is None else f", one in {said(point.distance(*both))} {case.unit}"
    term, name = case.terms[found.term], quoted(case.terms[found.term].name)
    there = case.by_term(case.trajectory(case.risk.failure))[found.term]
    weight = "" if term.weight == 1 else f", with a weight of {said(found.weight)} instead of {said(term.weight)}"
    return [
        f"{words} {name} alone does it, if it takes {said(there * found.weight)} there instead of "
        f"{said(there * term.weight)}{weight}. Plugged in, p* = {said(point.p)}{far}."
    ]


def _strip(case: Case, p: Fraction, most: Fraction | None) -> Figure:
    assert case.risk is not None
    low = min(LEAST, float(p) / 10, MOST if most is None else float(most) / 10)
    rows = [Series("the reward approves", [low, float(p)], [0.0, 0.0])]
    marks = [Mark(float(p), "p*")]
    if most is not None:
        rows.append(Series("people accept", [low, float(most)], [0.0, 0.0]))
        marks.append(Mark(float(most), "acceptable"))
    return Figure(
        "indifference",
        "Which chances of failure are approved of",
        f"chance that trying ends in “{case.risk.failure}”",
        "",
        [*rows, Series("", [low, MOST], [0.0, 0.0])],
        marks,
        f"Left of p* = {said(p)} the reward prefers trying to “{case.risk.idle}”, right of it not.",
        "strips",
    )


def _distances(case: Case, far: Fraction, wanted: Fraction | None) -> Figure:
    unit = f" ({case.unit})" if case.unit else ""
    top = 10 * max(float(far), 1.0 if wanted is None else float(wanted))
    low = min(1.0, float(far) / 10)
    rows = [Series("the reward approves", [float(far), top], [0.0, 0.0])]
    marks = [Mark(float(far), "K*")]
    if wanted is not None:
        rows.append(Series("people accept", [float(wanted), top], [0.0, 0.0]))
        marks.append(Mark(float(wanted), "wanted"))
    return Figure(
        "distances",
        "How far between two failures",
        f"distance per failure{unit}",
        "",
        [*rows, Series("", [low, top], [0.0, 0.0])],
        marks,
        f"K* = L_success (1 − p*)/p* + L_failure = {said(far)}{unit}.",
        "strips",
    )


def _trajectories(case: Case) -> list[Section]:
    """Returns by term."""
    if not case.trajectories:
        return []
    heads = ["trajectory", "steps", *(f"{t.name}{' (shaping)' if t.shaping else ''}" for t in case.terms), "return"]
    rows: list[list[Cell]] = []
    for one in case.trajectories:
        parts: list[Cell] = [None] * len(case.terms)
        if one.total is None:
            parts = [float(x) for x in case.by_term(one) * case.weights]
        rows.append([one.name, None if one.total is not None else str(one.steps), *parts, float(case.value(one))])
    words = [f"{one.name}: {one.told()}." for one in case.trajectories if one.words]
    gamma = "undiscounted" if case.gamma == 1 else f"discounted by {said(case.gamma)} a step"
    lead = f"Returns are of the true reward, without shaping, {gamma}."
    return [
        Section("What trajectories are worth, by term", lead, words, tables=[Table("Returns by term", heads, rows)])
    ]


def _pairs(case: Case, order: list[Compared], notes: list[str]) -> list[Section]:
    """Pairs with their returns, and the weights that would put them in order."""
    if not order:
        return []
    rows: list[list[Cell]] = [
        [c.pair.better, c.pair.worse, float(c.better), float(c.worse), c.right, _asked(c)] for c in order
    ]
    heads = ["better", "worse", "return of the better", "of the worse", "in order", "asked by"]
    words = [] if all(c.right for c in order) else _weights(case, notes)
    return [Section("Pairs whose order people agree on", "", words, tables=[Table("Pairs", heads, rows)])]


def _asked(c: Compared) -> str:
    if c.pair.implied:
        return "reference outcomes"
    return "people" if c.pair.consensus is None else f"{said(100 * c.pair.consensus)} % of people"


def _weights(case: Case, notes: list[str]) -> list[str]:
    d = differences(case)
    if d is None:
        notes.append("Weights that would put pairs in order were not looked for: some trajectories are bare totals.")
        return []
    try:
        found = repair(d, case.weights[case.true])
    except RulewrightError as error:
        notes.append(f"Weights that would put pairs in order were not found: {error}")
        return []
    if found.weights is None:
        asked = pairs(case)
        clash = [f"{asked[k].better} over {asked[k].worse}" for k in found.conflict]
        both = (
            ""
            if len(clash) == 1
            else f" Taken {listed([said(y) for y in found.multipliers])} times, their differences add up to nothing."
        )
        return [
            f"No weights of these terms put all pairs in order: {listed(clash)} cannot be had"
            f"{' together' if len(clash) > 1 else ''}.{both}"
        ]
    names = [t.name for t in case.terms if not t.shaping]
    new = [f"{n} {said(w)}" for n, w in zip(names, found.weights, strict=True)]
    return [f"The nearest weights that put all pairs in order: {', '.join(new)}."]
