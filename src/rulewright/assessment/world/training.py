"""Train the learners of one world under one of its rules: with checkpoints and figures in a folder, resumed to the same bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import jax

from ...errors import InputError
from ...learning.learners.hooks import Hook
from ...learning.learners.stop import Plateau
from ...learning.learners.tensorboard import TensorBoard
from ...learning.learners.train import Training, train, writing
from ...scenario.world import WorldScenario
from .case import Tell, case, named_world
from .play import LEARNED, taught


@contextmanager
def closing(hooks: Sequence[Hook]) -> Iterator[None]:
    """Whoever opened them closes them."""
    try:
        yield
    finally:
        for hook in hooks:
            hook.close()


def run(
    scenario: WorldScenario,
    *,
    rule: str = "today",
    by: str = "",
    steps: int = 0,
    seeds: int = 1,
    out: Path | None = None,
    resume: bool = False,
    tensorboard: bool = False,
    patience: int = 0,
    tell: Tell = lambda _: None,
) -> Training:
    """Train under `rule` ("today", or a name of [[compare]]); `by`: a learner of the scenario, the first if "".

    steps: environment steps of each seed, the scenario's if 0. patience: chunks without progress after which to stop, 0 for never.
    Raises InputError for names that there are not, a folder in use, or a checkpoint of something else.
    """
    known = list(scenario.rules)
    if rule not in known:
        raise InputError(where="--rule", needed=f"one of {', '.join(known)}", found=repr(rule))
    learners = [p for p in scenario.file.players.predict if p.startswith(LEARNED)]
    chosen = by or (learners[0] if learners else f"{LEARNED}ippo")
    one = case(scenario, named_world(scenario), known.index(rule))
    with writing(out):
        hooks: Sequence[Hook] = [TensorBoard(out)] if tensorboard and out is not None else []
    with scenario.at("training"), closing(hooks):
        return train(
            one.world,
            taught(scenario, chosen if chosen.startswith(LEARNED) else f"{LEARNED}{chosen}"),
            steps or scenario.file.training.steps,
            jax.random.key(scenario.file.players.seed),
            seeds=seeds,
            out=out,
            resume=resume,
            hooks=hooks,
            tell=tell,
            stop=Plateau("return/group", patience) if patience else None,
        )
