"""Training in chunks of one compiled loop: figures and a checkpoint after each; a number that is no more finite stops it.

What was interrupted goes on from the last checkpoint to the same bits: everything that changes is in the state.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...errors import InputError, Unsolved
from ..learners import checkpoint
from ..learners.hooks import JsonLines, lines

METRICS, CHUNKS, KEPT = "metrics.jsonl", 10, 3


@dataclass(frozen=True)
class Curve:
    """A figure of the training."""

    step: int
    value: float


def drive(
    run: Callable[[Any, jax.Array], tuple[Any, jax.Array]],
    state: Any,
    steps: int,
    header: dict[str, Any],
    figure: str,
    *,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    tell: Callable[[str], None] | None = None,
) -> tuple[Any, tuple[Curve, ...]]:
    """(state, curve) after `steps`; run(state, count) does `count` of them and says the figure.

    Raises InputError (a folder in use, or of something else), Unsolved where the figure is no more finite.
    """
    done, curve = 0, []
    metrics = None
    if resume and out is None:
        raise InputError(where="resume", needed="out, the folder to resume from", found="none")
    if out is not None:
        metrics = JsonLines(Path(out) / METRICS)
        last = checkpoint.latest(out)
        if last is not None and not resume:
            remedy = "Say resume=True to go on, or name another folder."
            raise InputError(where=str(out), needed="a folder without checkpoints", found=last.name, remedy=remedy)
        if last is not None:
            state = checkpoint.read(last, jax.eval_shape(lambda: state), header)
            done = int(checkpoint.read_header(last)["done"])
            metrics.resumed(done)
            told = lines(metrics.path) if metrics.path.exists() else []
            curve = [Curve(int(line["step"] or 0), float(line.get(figure) or 0)) for line in told]
    chunk, before = max(1, -(-steps // CHUNKS)), time.perf_counter()
    began = done
    while done < steps:
        count = min(chunk, steps - done)
        state, value = jax.block_until_ready(run(state, jnp.int32(count)))
        done += count
        if not np.isfinite(float(value)):
            last = checkpoint.latest(out) if out is not None else None
            raise Unsolved(
                where=f"training, step {done}",
                needed=f"a finite {figure}",
                found=str(float(value)),
                remedy=f"Lower the rate; the last good checkpoint is {last.name}." if last else "Lower the rate.",
            )
        curve.append(Curve(done, float(value)))
        if out is not None and metrics is not None:
            metrics.scalars(done, {figure: float(value)})
            checkpoint.write(Path(out) / checkpoint.name(done), state, header | {"done": done})
            checkpoint.keep(out, KEPT)
        if tell:
            left = (time.perf_counter() - before) / (done - began) * (steps - done)
            tell(f"{done:,} of {steps:,} steps: {figure} {float(value):.4g} (smoothed), {left:.0f} s left")
    return state, tuple(curve)
