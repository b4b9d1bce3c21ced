"""Where a rule breaks, and where its settings are best: a search, a deviator, Ostrom's principles, and one episode on film."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import Any

from ...errors import InputError
from ...learning.learners.deviation import deviation
from ...learning.learners.train import Training
from ...learning.ostrom import Setting, score_card
from ...learning.policy import Uniform
from ...learning.render import record, replay_html
from ...learning.render.replay import script
from ...learning.search import evolve, grid
from ...learning.study import Sample, keys
from ...learning.world import World
from ...numerics.rational import Array
from ...report.world.report import (
    DeviationRow,
    Estimate,
    PrincipleRow,
    SearchData,
    SearchRow,
    WorldReport,
)
from ...scenario.world import WorldScenario
from ..sweep import axes_of
from .case import Case, Tell, case, named_world
from .play import LEARNED, estimate, goal, scripted, taught

MOST_SETTINGS = 100_000
AFRESH = 10**6  # the first seed of what is played once more
FILM = 300  # steps on film at most


def searched(scenario: WorldScenario, tell: Tell) -> SearchData | None:
    """All settings of one rule, tried in the same compiled call; or an evolution of them."""
    asked = scenario.file.search
    if asked is None:
        return None
    names = [c.name for c in scenario.file.compare]
    rule = asked.rule or names[0]
    by = asked.by or scenario.file.players.predict[-1]
    k = 1 + names.index(rule)
    base = named_world(scenario)
    learner = taught(scenario, by) if by.startswith(LEARNED) else None
    acting: Any = learner if learner is not None else scripted(scenario, by, case(scenario, base, k).world)
    steps = scenario.file.training.steps if learner is not None else 0
    players = scenario.file.players

    def world(setting: dict[str, Any]) -> World:
        changed = scenario.having(**setting)
        return case(changed, named_world(changed), k).world

    def wanted(sample: Sample) -> Array:
        return goal(scenario, sample)

    began = time.process_time()
    tell(f"searching: {rule}, {by}")
    axes = {name: [float(v) for v in values] for name, values in axes_of(scenario, asked.vary)}
    seeds = max(2, players.seeds)
    if asked.method == "evolution":
        found = evolve(
            lambda x: world(dict(zip(axes, map(float, x), strict=True))),
            [min(v) for v in axes.values()],
            [max(v) for v in axes.values()],
            wanted,
            acting,
            steps=steps,
            rounds=asked.rounds,
            seeds=seeds,
            episodes=players.batch,
            seed=players.seed,
            tell=tell,
        )
        tried = found.tried.reshape(-1, len(axes))
        goals = found.goals.reshape(len(tried), -1)
        points = [
            SearchRow(dict(zip(axes, map(float, x), strict=True)), estimate(g[:, None]))
            for x, g in zip(tried, goals, strict=True)
        ]
        best = SearchRow(dict(zip(axes, map(float, found.best), strict=True)), estimate(wanted(found.sample)))
        says = "The best was played once more with seeds that the search had not seen."
    else:
        settings = [dict(zip(axes, x, strict=True)) for x in itertools.product(*axes.values())]
        if len(settings) > MOST_SETTINGS:
            raise InputError(
                where="search, vary", needed=f"at most {MOST_SETTINGS:,} settings", found=f"{len(settings):,}"
            )
        samples = grid(
            [world(s) for s in settings],
            acting,
            steps=steps,
            seeds=seeds,
            episodes=players.batch,
            seed=players.seed,
            tell=tell,
        )
        points = [SearchRow(s, estimate(wanted(x))) for s, x in zip(settings, samples, strict=True)]
        top = max(points, key=lambda p: p.goal.mean)
        tell("searching: the best once more, with other seeds")
        again = grid([world(top.values)], acting, steps=steps, seeds=seeds, episodes=players.batch, seed=AFRESH)
        best = SearchRow(top.values, estimate(wanted(again[0])))
        says = f"{len(points):,} settings × {seeds} seeds in one compiled call; the best once more with other seeds."
    return SearchData(rule, by, asked.method, points, best, time.process_time() - began, says)


def deviations(
    scenario: WorldScenario, cases: list[Case], trained: dict[tuple[str, str], Training], tell: Tell
) -> list[DeviationRow]:
    """One player learns against all others, who play on as they learned to; under every rule."""
    if not scenario.file.stress.deviate:
        return []
    rows = []
    for one in cases:
        for name in [p for p in scenario.file.players.predict if (one.name, p) in trained]:
            run = trained[one.name, name]
            tell(f"stressing: a deviator, {one.name}, {name}")
            player = one.world.strategic[0]
            found = deviation(
                one.world,
                run.policy(0),
                player,
                run.learner,
                scenario.file.training.steps,
                keys(scenario.file.players.seed, 2)[1],
                seeds=max(2, run.seeds),
                episodes=scenario.file.players.batch,
            )
            gain = Estimate(found.gain, found.low, found.high, len(found.gains), len(found.gains) * found.episodes)
            rows.append(DeviationRow(one.name, name, found.player, gain))
    return rows


def principles(scenario: WorldScenario, base: World, cases: list[Case], tell: Tell) -> list[PrincipleRow]:
    """Ostrom's principles, measured under every rule while everybody does anything at random."""
    said = scenario.file.stress.ostrom
    if not said:
        return []
    rows = []
    for one in cases:
        tell(f"stressing: Ostrom's principles, {one.name}")
        with scenario.at("stress", "ostrom"):
            card = score_card(base, one.rule, Uniform(), _setting(said, one.world))
        for row in card.rows:
            says = f"{row.predicate}: {row.number}" + (f"; {row.witness}" if row.witness else "")
            holds = {"holds": True, "does not hold": False}.get(row.status)
            rows.append(PrincipleRow(one.name, row.principle, holds, says))
    return rows


def _setting(said: dict[str, Any], world: World) -> Setting:
    """Acts by their labels, events by their names. Raises InputError for those that there are not."""
    known = {"offence", "conduct", "take", "stock", "contribution", "leak", "growth"}
    unknown = sorted(set(said) - known)
    if unknown or not {"offence", "conduct"} <= set(said):
        raise InputError(
            needed=f"offence and conduct, and what there is of {', '.join(sorted(known - {'offence', 'conduct'}))}",
            found=", ".join(unknown or said) or "nothing",
        )
    labels = world.actions[world.strategic[0]]

    def code(name: str) -> int:
        label = str(said[name])
        if label not in labels:
            raise InputError(where=name, needed=f"an action among {', '.join(labels)}", found=repr(label))
        return labels.index(label)

    return Setting(
        code("offence"),
        code("conduct"),
        take=str(said.get("take", "")),
        stock=str(said.get("stock", "")),
        contribution=str(said.get("contribution", "")),
        leak=str(said.get("leak", "")),
        growth=float(said["growth"]) if "growth" in said else None,
    )


def filmed(
    scenario: WorldScenario,
    cases: list[Case],
    trained: dict[tuple[str, str], Training],
    report: WorldReport,
    tell: Tell,
) -> WorldReport:
    """The report with one episode to look at: of the rule that serves people best, at its worst."""
    if not scenario.file.stress.replay:
        return report
    row = report.chosen or report.worst
    one = next(c for c in cases if c.name == row.rule)
    tell(f"filming: {one.name}, {row.players}")
    run = trained.get((one.name, row.players))
    acting = run.policy(0) if run is not None else scripted(scenario, row.players, one.world)
    film = record(
        one.world,
        acting,
        keys(scenario.file.players.seed, 1)[0],
        min(FILM, one.world.horizon),
        title=f"{scenario.file.title}: {one.name}, {row.players}",
        rules=(one.rule.describe(),),
    )
    return replace(report, replay=replay_html(film, script=False), script=script())
