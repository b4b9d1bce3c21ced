"""Rules by name and settings, as a file says them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from ...errors import InputError

T = TypeVar("T")


def made(what: str, table: Mapping[str, type[T]], name: str, settings: Mapping[str, Any]) -> T:
    """The record of that name. Raises InputError for a name or a setting that is none."""
    if name not in table:
        near = difflib.get_close_matches(str(name), table, 1)
        remedy = f"did you mean {near[0]}?" if near else ""
        raise InputError(where=what, needed=f"one of {', '.join(table)}", found=repr(name), remedy=remedy)
    known = [part.name for part in fields(table[name]) if part.init]  # type: ignore[arg-type]
    wrong = sorted(set(settings) - set(known))
    if wrong:
        raise InputError(where=f"{what} {name}", needed=f"settings among {', '.join(known) or 'none'}", found=wrong[0])
    return table[name](**settings)


def within(where: str, value: float, low: float, high: float, *, whole: bool = False) -> None:
    """Raises InputError unless a setting is a number from `low` to `high`."""
    right = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    if not right or (whole and not isinstance(value, int)):
        raise InputError(
            where=where, needed=f"a {'whole ' if whole else ''}number from {low:g} to {high:g}", found=repr(value)
        )
