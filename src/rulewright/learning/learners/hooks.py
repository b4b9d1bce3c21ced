"""Where figures of a training run go: a hook takes (step, {name: value}). One writes JSON lines; users write others.

    class Wandb(Hook):                                  # a hook of one's own: two lines
        def scalars(self, step, values): wandb.log(dict(values), step=step)

`TensorBoard` is in tensorboard.py.
"""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path


class Hook(ABC):
    """Takes the figures of every chunk."""

    @abstractmethod
    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Figures after `step` environment steps."""

    def resumed(self, step: int) -> None:
        """Training goes on from `step`; what was written of later steps will come again. Default: nothing to do."""
        del step

    def close(self) -> None:
        """No more will come."""
        return


class JsonLines(Hook):
    """One line of JSON per chunk, {"step": …, name: value, …}; NaN is null. A resumed run drops lines that will come again."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        line = {"step": step} | {name: (value if value == value else None) for name, value in values.items()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def resumed(self, step: int) -> None:
        if not self.path.exists():
            return
        kept = [
            line
            for line in self.path.read_text("utf-8", errors="replace").splitlines(keepends=True)
            if _step(line) <= step
        ]
        temporary = self.path.with_suffix(".part")
        temporary.write_text("".join(kept), "utf-8")
        os.replace(temporary, self.path)


def _step(line: str) -> float:
    """The step of a line; infinite for one that was cut off while it was written, be it only its end of line."""
    try:
        return float(json.loads(line)["step"]) if line.endswith("\n") else float("inf")
    except (ValueError, KeyError, TypeError):
        return float("inf")


def lines(path: str | os.PathLike[str]) -> list[dict[str, float | None]]:
    """What a JsonLines hook wrote; a line that was cut off is left out."""
    written = Path(path).read_text("utf-8", errors="replace").splitlines(keepends=True)
    return [json.loads(line) for line in written if _step(line) < float("inf")]
