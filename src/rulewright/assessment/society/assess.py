"""A society: where it ends today and under every rule, at worst for people; where that tips; whether a simulation agrees.

The headline is the worst stable outcome. A simulation is a check beside it, with its interval over seeds, and never replaces it.
"""

from __future__ import annotations

import numpy as np

from ... import __version__
from ...behaviour.estimation.confidence import mean
from ...report.findings.report import (
    Figure,
    FindingsReport,
    OutcomeRow,
    RuleFound,
    Section,
    Sentence,
    Series,
    Spread,
    Tile,
)
from ...report.words import number
from ...scenario.society import TODAY, SocietyScenario
from ...society.model import Course, Model, Plan
from ..assessment import Assessment
from .case import Tell, ends, goal, goal_words, model, row
from .vary import varied

MOST_TILES = 8  # rules beside each other at the top
TAIL = 0.1  # of a simulation, that is averaged


def assess(scenario: SocietyScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, compare, find thresholds, simulate. Raises InputError for names and settings that there are not."""
    models = {rule: model(scenario, rule) for rule in scenario.rules}
    base = models[TODAY]
    rules: list[RuleFound] = []
    courses: dict[str, Course] = {}
    for name, one in models.items():
        tell(f"diagnosing: {name}")
        rows = [row(scenario, one, o) for o in one.outcomes()]
        course = _simulated(scenario, one, name, tell)
        if course is not None:
            courses[name] = course
        rules.append(_rule(scenario, name, one, rows, course))
    sections, thresholds = [], []
    for k in range(len(scenario.file.vary)):
        section, found = varied(scenario, k, tell)
        sections.append(section)
        thresholds += found
    tell("looking closer")
    shown = [*sections, *_courses(scenario, base, courses), *base.sections()]
    claims = base.claims()
    if claims:
        shown.append(Section("What is claimed", claims=claims))
    report = FindingsReport(
        kind="society",
        scenario=scenario.name,
        version=__version__,
        title=scenario.file.title,
        source=scenario.file.source,
        about=scenario.file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        subject=scenario.file.society.model,
        settings={name: str(v) for name, v in scenario.file.society.set.items()},
        goal=_wanted(goal_words(scenario, base), base),
        headline=_headline(rules),
        tiles=_tiles(rules),
        rules=rules,
        thresholds=thresholds,
        sections=shown,
    )
    return Assessment(report, base.certificate())


def _rule(scenario: SocietyScenario, name: str, one: Model, rows: list[OutcomeRow], course: Course | None) -> RuleFound:
    about = next((c.about for c in scenario.file.compare if c.name == name), "")
    worst, best = ends(rows)
    return RuleFound(name, about, one.describe(), worst, best, rows, _end(scenario, one, course))


def _simulated(scenario: SocietyScenario, one: Model, name: str, tell: Tell) -> Course | None:
    said = scenario.file.simulate
    if said is None:
        return None
    tell(f"simulating: {name}, {said.agents:,} agents")
    seeds = range(said.seed, said.seed + said.seeds)
    return one.simulate(Plan(said.agents, said.steps, seeds, lambda words: tell(f"simulating: {name}, {words}")))


def _goals(scenario: SocietyScenario, one: Model, course: Course) -> np.ndarray:
    """[seed, time]: people's goal along a course."""
    seeds, times = next(iter(course.measures.values())).shape
    found = np.full((seeds, times), np.nan)
    for k in range(seeds):
        for t in range(times):
            at = goal(scenario, one, {name: float(v[k, t]) for name, v in course.measures.items()})
            found[k, t] = np.nan if at is None else at
    return found


def _end(scenario: SocietyScenario, one: Model, course: Course | None) -> Spread | None:
    if course is None:
        return None
    tail = max(1, int(TAIL * len(course.times)))
    late = Course(
        course.times[-tail:], {n: v[:, -tail:] for n, v in course.measures.items()}, course.agents, course.unit
    )
    ended = _goals(scenario, one, late).mean(axis=1)
    if not np.isfinite(ended).all():
        return None
    interval = mean(ended)
    middle = float(ended.mean())
    return (
        Spread(middle, interval.low, interval.high, len(ended)) if len(ended) > 1 else Spread(middle, middle, middle, 1)
    )


def _courses(scenario: SocietyScenario, base: Model, courses: dict[str, Course]) -> list[Section]:
    """One figure for each measure, every rule a curve."""
    if not courses:
        return []
    figures = []
    for name, means in base.MEASURES.items():
        series = []
        for rule, course in courses.items():
            if name in course.measures:
                said = np.isfinite(course.measures[name]).all(axis=0)  # a mean over nobody is no number
                values, times = course.measures[name][:, said], course.times[said]
                spread = [mean(v) if len(v) > 1 else None for v in values.T]
                y = values.mean(axis=0).tolist()
                low = [i.low if i else v for i, v in zip(spread, y, strict=True)]
                high = [i.high if i else v for i, v in zip(spread, y, strict=True)]
                if y:
                    series.append(Series(rule, times.tolist(), y, low, high))
        if series:
            unit = next(iter(courses.values())).unit
            figures.append(Figure(f"course-{name}", name, unit, name, series, caption=f"{name}: {means}."))
    one = next(iter(courses.values()))
    seeds = len(next(iter(one.measures.values())))
    lead = f"{one.agents:,} agents, {seeds} seed{'s' * (seeds != 1)}; bands are 95 % intervals of the mean over seeds."
    return [Section("As it goes, simulated", lead, figures=figures)]


def _headline(rules: list[RuleFound]) -> list[Sentence]:
    today, *others = rules
    said = [
        Sentence(
            "Today this society has no stable outcome that people can count."
            if today.worst is None
            else f"Today people lose without bound in the worst stable outcome{_named(today)}."
            if today.worst == -np.inf
            else f"Today people get {number(today.worst)} in the worst stable outcome{_named(today)}"
            + (f", {number(today.best)} in the best." if today.best is not None and today.best > today.worst else ".")
        )
    ]
    better = [r for r in others if r.worst is not None]
    if not better:
        return said
    top = max(better, key=lambda r: r.worst if r.worst is not None else -np.inf)
    if today.worst is not None and top.worst is not None and top.worst <= today.worst:
        return [*said, Sentence("No rule that was compared is better for people than today's, at its worst.")]
    return [*said, Sentence(f"Under “{top.name}” people get {number(top.worst)} at worst{_named(top)}.", "good")]


def _named(rule: RuleFound) -> str:
    at = next((o.name for o in rule.outcomes if o.goal == rule.worst and o.stable is not False), "")
    return f" ({at})" if at else ""


def _wanted(goal: str, base: Model) -> str:
    """The goal, and what it means where it is a measure of the model."""
    means = base.MEASURES.get(goal, "")
    return f"{goal} ({means})" if means else goal


def _tiles(rules: list[RuleFound]) -> list[Tile]:
    return [
        Tile(rule.name, number(rule.worst) if rule.worst is not None else "–", "people get, at worst")
        for rule in rules[:MOST_TILES]
    ]
