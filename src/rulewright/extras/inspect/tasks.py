"""The task family: games, commons, contracts and audits under institutions, as `inspect eval rulewright/NAME` runs them.

The data set is institutions × seeds; `--epochs` draws the same seed again with the model's own chance.
"""

from __future__ import annotations

from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample

from .scorer import institution_outcome, metrics_for
from .settings import samples, stage_of
from .solver import institution_play

Names = str | list[str]
Seeds = int | list[int]


def _task(name: str, institution: Names, seeds: Seeds, scripted: bool, **said: Any) -> Task:
    data = samples(name, institution, seeds, **said)
    listed = [
        Sample(input=_asks(one), id=f"{one['institution']}-{one['seed']}", metadata=one, target=str(stage_of(one).best))
        for one in data
    ]
    return Task(
        dataset=MemoryDataset(listed, name=f"rulewright/{name}"),
        solver=institution_play(scripted),
        scorer=institution_outcome(),
        metrics=metrics_for(sorted({one["institution"] for one in data})),
        version="1",
    )


def _asks(said: dict[str, Any]) -> str:
    """What the first player is told: the sample's title in the viewer."""
    stage = stage_of(said)
    views = stage.asked(stage.start(int(said["seed"])))
    return next(iter(views.values())).rules


@task
def commons(
    institution: Names = "none",
    fishers: int = 5,
    months: int = 12,
    talk: int = 0,
    seeds: Seeds = 3,
    scripted: bool = False,
) -> Task:
    """A lake that several share; institution none, quota, contract, licences, watch, or contracts that fishers propose in words."""
    return _task("commons", institution, seeds, scripted, fishers=fishers, months=months, talk=talk)


@task
def contracts(
    game: str = "prisoners",
    institution: Names = "contracts",
    rounds: int = 5,
    every: int = 5,
    seeds: Seeds = 3,
    scripted: bool = False,
) -> Task:
    """A game in which players propose contracts in free text before every so many rounds; institution none or contracts."""
    return _task("contracts", institution, seeds, scripted, game=game, rounds=rounds, every=every)


@task
def games(
    game: str = "prisoners", institution: Names = "none", rounds: int = 5, seeds: Seeds = 3, scripted: bool = False
) -> Task:
    """A shipped scenario of a game, or a game of the library; institution none, today or designed."""
    return _task("games", institution, seeds, scripted, game=game, rounds=rounds)


@task
def audits(
    institution: Names = "fine", workers: int = 2, rounds: int = 5, seeds: Seeds = 3, scripted: bool = False
) -> Task:
    """Workers who may cut corners and an auditor who may look; institution none, fine, bounty or probes."""
    return _task("audits", institution, seeds, scripted, workers=workers, rounds=rounds)
