"""Which column of a table is what: the people, the AIs, the label of a row, the case that a row belongs to."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InputError


@dataclass(frozen=True)
class Columns:
    """Roles of the columns, by name."""

    numeric: tuple[str, ...]
    """The people's and the AIs', in the order of the table."""
    people: int
    """Position in `numeric`."""
    item: str | None
    """The column that labels rows."""
    case: str | None

    @property
    def read(self) -> tuple[str, ...]:
        """All columns that are needed."""
        return self.numeric + tuple(c for c in (self.item, self.case) if c is not None)

    @classmethod
    def of(
        cls,
        named: Sequence[str],
        plain: set[str],
        people: str | int | None,
        *,
        case: str | None = None,
        item: str | None = None,
        ais: Sequence[str] | None = None,
        where: str,
    ) -> Columns:
        """From the names of all columns and of those that hold numbers. Raises InputError.

        Every other column of numbers is an AI, or those named in `ais`; of the others the first labels the rows.
        """
        for k, name in enumerate(named):
            if not name:
                raise InputError(where=f"{where}, column {k + 1}", needed="a name for every column", found="none")
            if name in named[:k]:
                raise InputError(where=f"{where}, column {k + 1}", needed="each name once", found=f"{name!r} again")
        wanted = named[position(named, people, where)]
        for name in filter(None, (case, item, *(ais or ()))):
            position(named, name, where)
        if wanted not in plain:
            raise InputError(
                where=f"{where}, column {wanted!r}", needed="numbers: the people's utilities", found="text"
            )
        taken = {wanted, case, item}
        for name in ais or ():
            if name in taken:
                raise InputError(where=where, needed="one role for each column", found=f"{name!r} in two")
            if name not in plain:
                raise InputError(where=f"{where}, column {name!r}", needed="numbers: an AI's utilities", found="text")
        if wanted in (case, item):
            raise InputError(where=where, needed="one role for each column", found=f"{wanted!r} in two")
        chosen = set(ais) if ais is not None else {n for n in named if n in plain and n not in taken}
        if not chosen:
            raise InputError(
                where=where,
                needed="at least one column of numbers beside the people's: the AIs",
                found=", ".join(n for n in named if n != wanted) or "no other column",
                remedy="Columns are separated by commas, numbers have a decimal point.",
            )
        numeric = tuple(n for n in named if n in chosen or n == wanted)
        label = item or next((n for n in named if n not in plain and n != case), None)
        return cls(numeric, numeric.index(wanted), label, case)


def position(named: Sequence[str], people: str | int | None, where: str) -> int:
    """Of a column given by name, or by number from 0. Raises InputError, with the nearest name."""
    shown = ", ".join(named[:12]) + (", …" if len(named) > 12 else "")
    if people is None:
        raise InputError(
            where=where, needed="the name of the people's column", found="none", remedy=f"Name one of {shown}."
        )
    if isinstance(people, int):
        if not -len(named) <= people < len(named):
            raise InputError(where=where, needed=f"a column number below {len(named)}", found=str(people))
        return people % len(named)
    if people not in named:
        near = difflib.get_close_matches(people, named, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"There are {shown}."
        raise InputError(where=where, needed=f"a column {people!r}", found="none of that name", remedy=remedy)
    return list(named).index(people)
