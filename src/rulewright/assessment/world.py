"""A world: what agents do there under every rule, learners among them, and under which rule people get most at worst.

Every way to play that the scenario names is played under every rule, over seeds; learners are trained under each rule, every seed a
run of its own. The headline is the worst way to play today. Nothing here is proved: everything is a mean with an interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .. import __version__
from ..behaviour.estimation.confidence import mean, student
from ..errors import InputError
from ..institution.institution import Institution
from ..learning import catalogue
from ..learning.learners.train import Training, train
from ..learning.study import Sample, episodes, keys, learned_episodes
from ..learning.world import World
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from ..report.world.report import CurveRow, Estimate, InstitutionRow, PlayRow, WorldReport
from ..scenario.world import MEASURES, WorldScenario
from .assessment import Assessment

Tell = Callable[[str], None]
LEARNED = "learned:"
STRETCHES = 20  # of a training run, after which progress is told
BALANCED = 1e-3  # of a fund per step, in the world's units: rounding of float32 sums
SEEN = 5e-4  # times per episode below which an outcome is not told


@dataclass(frozen=True)
class Case:
    """One rule, and the world under it."""

    name: str
    about: str
    rule: Institution
    world: World


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
    worst = {one.name: min((r for r in rows if r.rule == one.name), key=lambda r: r.goal.mean) for one in cases}
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
        rules=[institution_row(one, [r for r in rows if r.rule == one.name]) for one in cases],
        plays=rows,
        curves=curves,
        best=max(rows, key=lambda r: r.goal.mean),
        worst=worst["today"],
        chosen=max(worst.values(), key=lambda r: r.goal.mean) if len(cases) > 1 else None,
        search=None,
        deviations=[],
        principles=[],
        replay="",
    )
    return Assessment(report, None)


def _further(tell: Tell, where: str) -> Tell:
    return lambda words: tell(f"{where}, {words}")


# ── what a file names ────────────────────────────────────────────────────────────────────────────────────────────


def named_world(scenario: WorldScenario) -> World:
    """The world of the file. Raises InputError with its place."""
    said = scenario.file.world
    with scenario.at("world", "name"):
        catalogue.known(said.name, catalogue.WORLDS, "a world")
    with scenario.at("world", "set"):
        return catalogue.world(said.name, said.set, numbers(scenario))


def numbers(scenario: WorldScenario) -> Callable[[str], Fraction]:
    """Formulas of the scenario's parameters, as numbers."""
    return lambda text: rational.fraction(Formula(text, "formula").value(scenario.parameters)[()])


def case(scenario: WorldScenario, base: World, k: int) -> Case:
    """The k-th rule (today's is 0) and the world under it. Raises InputError with its place."""
    name, phrases = list(scenario.rules.items())[k]
    path: tuple[str | int, ...] = ("world", "today") if k == 0 else ("compare", k - 1, "say")
    with scenario.at(*path):
        rule = catalogue.institution(phrases, numbers(scenario))
        return Case(name, scenario.file.compare[k - 1].about if k else "", rule, rule(base))


# ── play ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def play(scenario: WorldScenario, one: Case, name: str, tell: Tell) -> tuple[Sample, Training | None]:
    """Episodes of everybody playing that way, and the training run where it had to be learned first."""
    asked, training = scenario.file.players, scenario.file.training
    if not name.startswith(LEARNED):
        with scenario.at("players", "predict"):
            policy = catalogue.players(name, one.world)
            sample = episodes(one.world, policy, seeds=asked.seeds, episodes=asked.batch, seed=asked.seed)
        return sample, None
    with scenario.at("players", "predict"):
        kind = catalogue.known(name.removeprefix(LEARNED), catalogue.LEARNERS, "a learner")
    with scenario.at("training", "set"):
        learner = kind(**catalogue.read(kind, {**training.set, "worlds": training.environments}, numbers(scenario)))
    with scenario.at("training"):
        updates = -(-training.steps // learner.steps_per_update)
        run = train(
            one.world,
            learner,
            training.steps,
            keys(asked.seed, 1)[0],
            seeds=asked.seeds,
            chunk=-(-updates // STRETCHES),
            tell=tell,
        )
    return learned_episodes(run, episodes=asked.batch, seed=asked.seed), run


def goal(scenario: WorldScenario, base: Array, sustained: Array, length: Array, equal: Array) -> Array:
    """What people want, of episodes: base is [..., player], the rest [...]."""
    total = base.sum(axis=-1)
    measured = (total, base.mean(axis=-1), base.min(axis=-1), np.nan_to_num(equal), np.nan_to_num(sustained), length)
    with scenario.at("people", "goal"):
        clash = sorted(set(MEASURES) & set(scenario.parameters))
        if clash:
            raise InputError(needed="names that no parameter has", found=repr(clash[0]))
        values = {name: rational.exact(np.asarray(x, float)) for name, x in zip(MEASURES, measured, strict=True)}
        found = Formula(scenario.file.people.goal, "formula").value({**scenario.parameters, **values})
        return np.broadcast_to(rational.floats(found), total.shape)


def estimate(values: Array) -> Estimate:
    """Of values [seed, episode]: the mean, and Student's interval over seeds."""
    found = mean(values.mean(axis=1))
    middle = float(values.mean())
    bounded = np.isfinite(found.low)
    return Estimate(
        middle,
        found.low if bounded else middle,
        found.high if bounded else middle,
        int(values.shape[0]),
        int(values.size),
    )


def play_row(scenario: WorldScenario, one: Case, name: str, sample: Sample) -> PlayRow:
    """What one way to play comes to under one rule."""
    got = goal(scenario, sample.base, sample.sustainability, sample.length, sample.equality)
    lasted = sample.sustainability[np.isfinite(sample.sustainability)]
    events = {
        kind: {o: float(t) for o, t in zip(outcomes, counts.mean(axis=(0, 1)), strict=True) if t > SEEN}
        for (kind, counts), outcomes in zip(sample.events.items(), _outcomes(one.world), strict=True)
    }
    return PlayRow(
        rule=one.name,
        players=name,
        goal=estimate(got),
        per_head=sample.base.mean(axis=(0, 1)).tolist(),
        transfers=sample.transfer.mean(axis=(0, 1)).tolist(),
        fund=float(sample.fund.mean()),
        equality=float(np.nanmean(sample.equality)) if np.isfinite(sample.equality).any() else float("nan"),
        sustainability=float(lasted.mean()) if lasted.size else None,
        events=events,
    )


def _outcomes(world: World) -> list[tuple[str, ...]]:
    return [kind.outcomes for kind in world.kinds]


def curve(one: Case, name: str, run: Training) -> CurveRow:
    """What the world paid while they learned, in the stretches in which episodes of every seed ended."""
    steps, group = run.curve("return/group")
    spread = run.curve("return/group/sd")[1] if run.seeds > 1 else np.zeros(len(steps))
    shown = np.isfinite(group) & np.isfinite(spread)
    half = student(0.95, run.seeds - 1) * spread / run.seeds**0.5 if run.seeds > 1 else spread
    _, speed = run.curve("steps/cpu-s")
    return CurveRow(
        rule=one.name,
        players=name,
        steps=steps[shown].tolist(),
        mean=group[shown].tolist(),
        low=(group - half)[shown].tolist(),
        high=(group + half)[shown].tolist(),
        seeds=run.seeds,
        throughput=float(np.median(speed)),  # the first stretch compiles
    )


def institution_row(one: Case, rows: list[PlayRow]) -> InstitutionRow:
    """A rule in words, and whether its books balance in everything that was played."""
    most: Any = max((abs(r.fund) for r in rows), default=0.0)
    return InstitutionRow(
        one.name,
        one.about,
        one.rule.describe(),
        bool(most <= BALANCED * max(1, one.world.horizon)),
        one.rule.changes_preferences(one.world),
    )
