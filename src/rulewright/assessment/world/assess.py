"""A world: what agents do there under every rule, learners among them, and under which rule people get most at worst.

Every way to play that the scenario names is played under every rule, over seeds; learners are trained under each rule, every seed a
run of its own. The headline is the worst way to play today, of those who learn where somebody does, since they answer to rules and
scripts do not. Nothing here is proved: everything is a mean with an interval.
"""

from __future__ import annotations

from ... import __version__
from ...learning.world import World
from ...report.world.report import InstitutionRow, PlayRow, WorldReport
from ...scenario.world import WorldScenario
from ..assessment import Assessment
from .case import Case, Tell, case, named_world
from .play import LEARNED, curve, play, play_row
from .trials import deviations, filmed, principles, searched

BALANCED = 1e-3  # of a fund per step, in the world's units: rounding of float32 sums


def assess(scenario: WorldScenario, *, tell: Tell = lambda _: None) -> Assessment:
    """Diagnose, compare, search, stress. Raises InputError for names and settings that there are not."""
    base = named_world(scenario)
    cases = [case(scenario, base, k) for k in range(len(scenario.rules))]
    rows, curves, trained = [], [], {}
    for one in cases:
        for name in scenario.file.players.predict:
            tell(f"{one.name}: {name}")
            sample, run = play(scenario, one, name, _further(tell, f"{one.name}: {name}"))
            rows.append(play_row(scenario, one, name, sample))
            if run is not None:
                curves.append(curve(one, name, run))
                trained[one.name, name] = run
    answering = [r for r in rows if r.players.startswith(LEARNED)] or rows  # a script plays on, whatever the rule
    worst = {one.name: min((r for r in answering if r.rule == one.name), key=lambda r: r.goal.mean) for one in cases}
    file, first = scenario.file, cases[0].world
    report = WorldReport(
        kind="world",
        scenario=scenario.name,
        version=__version__,
        title=file.title,
        source=file.source,
        about=file.about.strip(),
        parameters={name: float(v[()]) for name, v in scenario.parameters.items()},
        world=file.world.name,
        settings={name: str(v) for name, v in file.world.set.items()},
        players=list(first.players),
        actions=list(first.actions[0]),
        events={kind.name: list(kind.outcomes) for kind in first.kinds},
        steps=first.horizon,
        goal=file.people.goal,
        rules=[institution_row(one, base, [r for r in rows if r.rule == one.name]) for one in cases],
        plays=rows,
        curves=curves,
        best=max(rows, key=lambda r: r.goal.mean),
        worst=worst["today"],
        chosen=max(worst.values(), key=lambda r: r.goal.mean) if len(cases) > 1 else None,
        search=searched(scenario, tell),
        deviations=deviations(scenario, cases, trained, tell),
        principles=principles(scenario, base, cases, tell),
        replay="",
        script="",
    )
    return Assessment(filmed(scenario, cases, trained, report, tell), None)


def _further(tell: Tell, where: str) -> Tell:
    return lambda words: tell(f"{where}, {words}")


def institution_row(one: Case, base: World, rows: list[PlayRow]) -> InstitutionRow:
    """A rule in words, and whether its books balance in everything that was played."""
    most: float = max((abs(r.fund) for r in rows), default=0.0)
    return InstitutionRow(
        one.name,
        one.about,
        one.rule.describe(),
        bool(most <= BALANCED * max(1, one.world.horizon)),
        one.rule.changes_preferences(base),
    )
