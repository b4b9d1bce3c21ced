"""A table of utilities: what people and each AI think of every item, or of every action in every case.

    r   a row: an item, or one action a in one case y          u_P[r]   people's utility
    i   an AI on offer                                         U[r, i]  that of the AI

Rows of the same `case` differ only in the action: an offset may depend on the case, since what the AIs say cannot move it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.given import named, numbers
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Table:
    """Utilities by row; exact (Fractions) or floating, all in the units of `people`. Make it with `Table.of`."""

    people: Array = field(repr=False)
    """u_P[r]."""
    ais: Array = field(repr=False)
    """U[r, i]."""
    names: tuple[str, ...]
    """Of the AIs."""
    rows: tuple[str, ...] = field(default=(), repr=False)
    """Labels of rows; empty where they have none."""
    cases: Array | None = field(default=None, repr=False)
    """[r]; the number of the case that a row belongs to, 0 …, or None where no rows belong together."""
    case_names: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        people: Any,
        ais: Any,
        *,
        names: Sequence[str] | None = None,
        rows: Sequence[str] = (),
        cases: Sequence[Any] | None = None,
    ) -> Table:
        """people[r], ais[r, i]; `cases`[r] are labels of any kind. Raises InputError for other shapes and for NaN."""
        u = numbers(people, "people", (None,))
        table = numbers(ais, "AIs", (len(u), None))
        called = named(
            [f"AI {k + 1}" for k in range(table.shape[1])] if names is None else names, "", table.shape[1], "AIs"
        )
        if len(rows) not in (0, len(u)):
            raise InputError(where="labels of rows", needed=f"{len(u)} labels", found=str(len(rows)))
        if cases is None:
            return cls(u, table, called, tuple(map(str, rows)))
        if len(cases) != len(u):
            raise InputError(where="cases", needed=f"{len(u)} labels", found=str(len(cases)))
        first: dict[str, int] = {}
        where = np.array([first.setdefault(str(label), len(first)) for label in cases])
        return cls(u, table, called, tuple(map(str, rows)), where, tuple(first))

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.people)

    @property
    def k(self) -> int:
        """Number of AIs."""
        return self.ais.shape[1]

    def row(self, r: int) -> str:
        """What row r is called."""
        return self.rows[r] if self.rows else f"row {r + 1}"

    def only(self, keep: Sequence[int]) -> Table:
        """The same rows with these AIs only, in this order."""
        called = tuple(self.names[i] for i in keep)
        return Table(self.people, self.ais[:, list(keep)], called, self.rows, self.cases, self.case_names)
