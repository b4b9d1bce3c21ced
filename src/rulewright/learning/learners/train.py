"""Train: compiled chunks, figures after each, a checkpoint after each, early stop; what was interrupted goes on exactly.

    trained = train(world, IPPO(), steps=1_000_000, key=jax.random.key(0), out="runs/harvest", tell=print)
    trained.policy()                    a Policy, for rollout(…)
    trained.curve("return")             (steps, values)

Steps are environment steps (all players act once), of each seed. With seeds > 1, that many runs are one vmapped program.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError
from ..policy import Policy
from ..world import World
from . import checkpoint
from .describe import describe, numpy
from .figures import figures
from .fits import fits
from .hooks import Hook, JsonLines, lines
from .learner import Learner, Metrics

METRICS = "metrics.jsonl"
CHUNKS = 50  # of a training, where nothing else is said
Stop = Callable[[Sequence["Chunk"]], str | None]
"""From all chunks so far, the reason to stop, or None."""


@dataclass(frozen=True)
class Chunk:
    """Figures of some updates."""

    step: int
    """Environment steps done when they ended, of each seed."""
    values: Mapping[str, float]
    """Per name; figures.py says what they are."""


@dataclass(frozen=True, eq=False)
class Training:
    """What a training came to."""

    world: World = field(repr=False)
    learner: Learner = field(repr=False)
    state: Any = field(repr=False)
    """Of all seeds: with a leading axis [seed] where there are several."""
    seeds: int
    steps: int
    """Environment steps done, of each seed."""
    history: tuple[Chunk, ...] = field(repr=False)
    complete: bool
    """Whether all steps that were asked for were done."""
    how: str

    def policy(self, seed: int = 0) -> Policy:
        """How players of one seed act by now."""
        if not 0 <= seed < self.seeds:
            raise InputError(where="seed", needed=f"0 to {self.seeds - 1}", found=str(seed))
        state = self.state if self.seeds == 1 else jax.tree.map(lambda x: x[seed], self.state)
        return self.learner.policy(state)

    def curve(self, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """(steps [chunk], values [chunk]) of one figure, NaN where there was none. Raises InputError for an unknown name."""
        if not any(name in chunk.values for chunk in self.history):
            known = ", ".join(self.history[-1].values) if self.history else "none"
            raise InputError(where="figure", needed=f"one of {known}", found=repr(name))
        steps = np.array([chunk.step for chunk in self.history])
        return steps, np.array([chunk.values.get(name, np.nan) for chunk in self.history], dtype=float)


@jax.jit
def advance(learner: Learner, state: Any, count: jax.Array) -> tuple[Any, Metrics]:
    """`count` updates in one compiled loop; metrics are summed."""
    shapes = jax.eval_shape(learner.update, state)[1]
    nothing = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), shapes)

    def one(_: Any, carry: tuple[Any, Metrics]) -> tuple[Any, Metrics]:
        state, before = carry
        state, now = learner.update(state)
        return state, jax.tree.map(jnp.add, before, now)

    found: tuple[Any, Metrics] = jax.lax.fori_loop(0, count, one, (state, nothing))
    return found


@jax.jit
def advance_seeds(learner: Learner, state: Any, count: jax.Array) -> tuple[Any, Metrics]:
    """As `advance`, for many seeds at once: [seed, …]."""
    found: tuple[Any, Metrics] = jax.vmap(partial(advance, learner), in_axes=(0, None))(state, count)
    return found


@partial(jax.jit, static_argnames=("seeds", "updates"))
def start(learner: Learner, world: World, key: jax.Array, seeds: int, updates: int) -> Any:
    """The state of all seeds before anything is learned."""

    def one(k: jax.Array) -> Any:
        return learner.planned(learner.init(k, world), updates)

    return one(key) if seeds == 1 else jax.vmap(one)(jax.random.split(key, seeds))


def train(
    world: World,
    learner: Learner,
    steps: int,
    key: jax.Array,
    *,
    seeds: int = 1,
    chunk: int | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    keep: int = 3,
    hooks: Sequence[Hook] = (),
    tell: Callable[[str], None] | None = None,
    stop: Stop | None = None,
    memory: int | None = None,
) -> Training:
    """Train for at least `steps` environment steps (a whole number of updates), `chunk` updates at a time.

    out: folder of checkpoints (the newest `keep` stay) and of metrics.jsonl. resume: go on from the last checkpoint there, to the
    same bits as if nothing had stopped it. Ctrl-C stops after what was done: `complete` is False, the checkpoint is there.
    memory: bytes that may be used, half the machine's if None.

    Raises InputError (sizes; a folder in use; a checkpoint of something else), TooLarge (a batch that would not fit).
    """
    if steps < 1 or seeds < 1 or keep < 1 or (chunk is not None and chunk < 1):
        raise InputError(where="train", needed="steps, seeds, keep and chunk of at least 1", found=f"steps = {steps}")
    per = learner.steps_per_update
    updates = -(-steps // per)
    chunk = chunk or max(1, updates // CHUNKS)
    fits(learner, jax.eval_shape(lambda: learner.init(key, world)), seeds, memory)
    header = {
        "world": describe(world),
        "learner": {"name": learner.name} | describe(learner),
        "run": {"seeds": seeds, "key": numpy(key).tolist(), "updates": updates},
    }
    with writing(out):
        state, done, history = _opening(learner, world, key, seeds, updates, header, out, resume)
    hooks = [*hooks, *([JsonLines(Path(out) / METRICS)] if out else [])]
    if resume:
        for hook in hooks:
            hook.resumed(done * per)
    anew = resume and not done
    why, run = "", advance if seeds == 1 else advance_seeds
    try:
        while done < updates and not why:
            count, wall, cpu = min(chunk, updates - done), time.perf_counter(), time.process_time()
            state, metrics = jax.block_until_ready(run(learner, state, jnp.int32(count)))
            done += count
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            values = figures(world, metrics, count, seeds)
            values |= {"steps/s": seeds * count * per / wall, "steps/cpu-s": seeds * count * per / cpu}
            history.append(Chunk(done * per, values))
            with writing(out):
                _written(out, state, header, done, per, keep, hooks, history[-1])
            if tell:
                tell(_line(history[-1], updates * per))
            why = (stop(history) or "") if stop else ""
    except KeyboardInterrupt:
        why = "interrupted; the same call with resume=True (--resume) goes on" if out else "interrupted"
    how = f"{learner.name}, {done * per:,} environment steps" + (f" of each of {seeds} seeds" if seeds > 1 else "")
    how += ", from the start, as there was no checkpoint to resume from" if anew else ""
    how += f", stopped: {why}" if why else ""
    return Training(world, learner, state, seeds, done * per, tuple(history), done >= updates, how)


def _opening(
    learner: Learner,
    world: World,
    key: jax.Array,
    seeds: int,
    updates: int,
    header: dict[str, Any],
    out: str | os.PathLike[str] | None,
    resume: bool,
) -> tuple[Any, int, list[Chunk]]:
    """(state, updates done, history): a new one, or the last of the folder."""
    last = checkpoint.latest(out) if out else None
    figures_there = bool(out) and (Path(out or "") / METRICS).exists()
    if not resume and (last is not None or figures_there):
        remedy = "Say resume=True (--resume) to go on, or name another folder."
        found = last.name if last else METRICS
        raise InputError(where=str(out), needed="a folder without checkpoints and figures", found=found, remedy=remedy)
    if resume and out is None:
        raise InputError(where="train", needed="out, the folder to resume from", found="none")
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)  # what cannot be written is told before anything is computed
    if last is None:
        return start(learner, world, key, seeds, updates), 0, []
    like = jax.eval_shape(lambda: start(learner, world, key, seeds, updates))
    state = checkpoint.read(last, like, header)
    done = int(checkpoint.read_header(last)["done"])
    written = Path(out or "") / METRICS
    JsonLines(written).resumed(done * learner.steps_per_update)
    told = lines(written) if written.exists() else []
    nan = float("nan")
    history = [
        Chunk(int(line["step"] or 0), {k: nan if v is None else v for k, v in line.items() if k != "step"})
        for line in told
    ]
    return state, done, history


@contextmanager
def writing(out: str | os.PathLike[str] | None) -> Iterator[None]:
    """Raises InputError where the folder cannot be written: no folder, no rights, a full disk."""
    try:
        yield
    except OSError as wrong:
        remedy = "The last checkpoint there, if any, is whole: mend the cause and resume."
        found = wrong.strerror or str(wrong)
        raise InputError(where=str(out), needed="a folder that can be written", found=found, remedy=remedy) from None


def _written(
    out: str | os.PathLike[str] | None,
    state: Any,
    header: dict[str, Any],
    done: int,
    per: int,
    keep: int,
    hooks: Sequence[Hook],
    chunk: Chunk,
) -> None:
    """Figures first, so that a checkpoint never has fewer lines than steps."""
    for hook in hooks:
        hook.scalars(chunk.step, chunk.values)
    if out:
        checkpoint.write(
            Path(out) / checkpoint.name(done * per), state, header | {"done": done, "jax": jax.__version__}
        )
        checkpoint.keep(out, keep)


def _line(chunk: Chunk, steps: int) -> str:
    """Progress in one line."""
    values = chunk.values
    got = (
        f"return {values['return']:.4g}"
        if values["return"] == values["return"]
        else f"reward {values['base']:.4g} a step"
    )
    speed = f"{values['steps/s']:,.0f} steps/s, {values['steps/cpu-s']:,.0f} per CPU-second"
    return f"{chunk.step:,} of {steps:,} steps: {got} per player, {speed}"
