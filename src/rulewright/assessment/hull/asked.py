"""What a caller of `hull` wants to know, and the squared errors that every answer shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...competition.market import blocks
from ...competition.market.fit import Comparison, compare
from ...competition.market.table import Table

Tell = Callable[[str, "float | None"], Any]


@dataclass(frozen=True)
class Asked:
    """What the caller wants to know."""

    kind: str
    offset: str
    folds: int
    seed: int
    law: Any
    title: str
    people: str
    tell: Tell

    def say(self, words: str) -> None:
        self.tell(words, None)


def compared(source: Table | blocks.Source, asked: Asked, left: list[str]) -> Comparison | None:
    """Least squares of all kinds; cross-validated where every fold has rows."""

    def tell(done: int, expected: int | None) -> None:
        asked.tell(f"least squares: {done:,} rows", min(1.0, done / expected) if expected else None)

    units = None
    if isinstance(source, Table):
        units = source.n if source.cases is None else len(source.case_names) or int(source.cases.max()) + 1
    if units is not None and units < asked.folds:
        left.append(f"least squares: {units} rows or cases do not fill {asked.folds} folds")
        return None
    return compare(source, folds=asked.folds, seed=asked.seed, tell=tell)
