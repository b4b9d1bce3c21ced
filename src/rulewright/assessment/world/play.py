"""How everybody plays under one rule, and what people get: scripted or learned, over seeds, with intervals."""

from __future__ import annotations

import numpy as np

from ...behaviour.estimation.confidence import mean, student
from ...errors import InputError
from ...learning import catalogue
from ...learning.learners.learner import Learner
from ...learning.learners.train import Training, train
from ...learning.policy import Policy
from ...learning.study import Sample, episodes, keys, learned_episodes
from ...learning.world import World
from ...naming import known, read
from ...numerics import rational
from ...numerics.formula import Formula
from ...numerics.rational import Array
from ...report.world.report import CurveRow, Estimate, PlayRow
from ...scenario.world import MEASURES, WorldScenario
from .case import Case, Tell, numbers

LEARNED = "learned:"
STRETCHES = 20  # of a training run, after which progress is told
SEEN = 5e-4  # times per episode below which an outcome is not told


def scripted(scenario: WorldScenario, name: str, world: World) -> Policy:
    """The policy of that name. Raises InputError with its place."""
    with scenario.at("players", "predict"):
        policy = catalogue.players(name, world)
        policy.check(world)
        return policy


def taught(scenario: WorldScenario, name: str) -> Learner:
    """The learner of that name, with the file's settings. Raises InputError with its place."""
    training = scenario.file.training
    with scenario.at("players", "predict"):
        kind = known(name.removeprefix(LEARNED), catalogue.LEARNERS, "a learner")
    with scenario.at("training", "set"):
        said = {k: v for k, v in training.set.items() if k in kind.settings or not _of_another(k)}
        if "worlds" in kind.settings:
            said["worlds"] = training.environments
        made: Learner = kind(**read(kind, said, numbers(scenario)))
        return made


def _of_another(setting: str) -> bool:
    """Whether some learner has it: a file's settings are for all of its learners, each takes what it knows."""
    return any(setting in kind.settings for kind in catalogue.LEARNERS.values())


def play(scenario: WorldScenario, one: Case, name: str, tell: Tell) -> tuple[Sample, Training | None]:
    """Episodes of everybody playing that way, and the training run where it had to be learned first."""
    asked, training = scenario.file.players, scenario.file.training
    if not name.startswith(LEARNED):
        policy = scripted(scenario, name, one.world)
        return episodes(one.world, policy, seeds=asked.seeds, episodes=asked.batch, seed=asked.seed), None
    learner = taught(scenario, name)
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


def goal(scenario: WorldScenario, sample: Sample) -> Array:
    """[seed, episode]; what people want of each episode. Raises InputError with the place of the formula."""
    base = sample.base
    sustained, length, equal = sample.sustainability, sample.length, sample.equality
    total = base.sum(axis=-1)
    left = base + sample.transfer
    measured = (
        total,
        base.mean(axis=-1),
        base.min(axis=-1),
        np.nan_to_num(equal),
        np.nan_to_num(sustained),
        length,
        left.min(axis=-1),
        np.nan_to_num(sample.equality_left),
        np.log1p(np.maximum(left, 0)).mean(axis=-1),
    )
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
    lasted = sample.sustainability[np.isfinite(sample.sustainability)]
    events = {
        kind: {o: float(t) for o, t in zip(outcomes, counts.mean(axis=(0, 1)), strict=True) if t > SEEN}
        for (kind, counts), outcomes in zip(sample.events.items(), _outcomes(one.world), strict=True)
    }
    return PlayRow(
        rule=one.name,
        players=name,
        goal=estimate(goal(scenario, sample)),
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
