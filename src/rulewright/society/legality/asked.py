"""A user's function, asked case by case: every answer kept, every oddity told in a sentence, time and calls limited.

It may give True or False, a text, or (verdict, reason). None is no verdict; an error, another type, or a call that takes too long
is told as what it was. Each call gets a fresh copy of the case, so that what it changes in it changes nothing else.
"""

from __future__ import annotations

import copy
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...numerics.rational import Array
from ...user_code import TooSlow, limited, shown, told
from .answers import ABSENT, NONE, ODD, RAISED, Answers
from .space import Space

SLOWEST = 5.0  # seconds of a call
Tell = Callable[[str], None]


@dataclass
class Budget:
    """Seconds and calls that all functions of one file share."""

    seconds: float
    calls: int
    started: float = field(default_factory=time.monotonic)
    used: int = 0

    def left(self, share: float = 1.0) -> bool:
        """Whether less than this share of it is spent."""
        return self.used < self.calls and time.monotonic() - self.started < share * self.seconds


@dataclass
class Asked:
    """One function and what it has answered."""

    function: Callable[..., Any]
    space: Space
    budget: Budget
    verdicts: tuple[str, ...] = ()
    labels: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    label_places: dict[str, int] = field(default_factory=dict, repr=False)
    reason_places: dict[str, int] = field(default_factory=dict, repr=False)
    known: dict[tuple[int, ...], tuple[int, int, str]] = field(default_factory=dict)
    """{case: (verdict, reason, what was odd)}."""

    @cached_property
    def history(self) -> inspect.Parameter | None:
        """How the function takes the history, if it does."""
        try:
            return inspect.signature(self.function).parameters.get("history")
        except (TypeError, ValueError):
            return None

    @property
    def takes_history(self) -> bool:
        return self.history is not None

    @property
    def needs_history(self) -> bool:
        return self.history is not None and self.history.default is self.history.empty

    def once(self, case: Mapping[str, Any], history: Sequence[Any] | None = None) -> tuple[int, int, str]:
        """Ask now: (verdict, reason, what was odd)."""
        self.budget.used += 1
        wanted = self.needs_history or history is not None
        given = {"history": copy.deepcopy(list(history or ()))} if wanted else {}
        try:
            with limited(SLOWEST):
                found = self.function(copy.deepcopy(dict(case)), **given)
        except TooSlow:
            return RAISED, -1, f"no verdict within {SLOWEST:g} seconds"
        except (Exception, SystemExit) as error:
            return RAISED, -1, f"an error, {told(error)}"
        return self._read(found)

    def _read(self, found: Any) -> tuple[int, int, str]:
        reason = None
        if isinstance(found, tuple) and len(found) == 2:
            found, reason = found
        if found is None:
            return NONE, -1, ""
        if isinstance(found, (bool, np.bool_)):
            found = str(bool(found)).lower()
        if not isinstance(found, str):
            return ODD, -1, f"no verdict but {shown(found)}, of type {type(found).__name__}"
        found = str.__str__(found)  # the text itself, of an Enum or of NumPy too
        if self.verdicts and found not in self.verdicts:
            return ODD, -1, f"“{found}”, which is no verdict among {', '.join(self.verdicts)}"
        try:
            named = str(reason).strip() if reason is not None else ""
        except Exception as error:
            return ODD, -1, f"a reason that cannot be read, {told(error)}"
        reason = _place(self.reasons, self.reason_places, named) if named else -1
        return _place(self.labels, self.label_places, found), reason, ""

    def __call__(self, cases: Array) -> Answers:
        """Verdicts on cases [case, attribute]; those for which no time is left are absent."""
        return self._answers([self._one(row) for row in map(tuple, cases.tolist())])

    def _one(self, row: tuple[int, ...]) -> tuple[int, int, str]:
        if row not in self.known:
            if not self.budget.left():
                return ABSENT, -1, ""
            self.known[row] = self.once(self.space.case(row))
        return self.known[row]

    def of_cases(self, cases: Sequence[Mapping[str, Any]]) -> Answers:
        """Verdicts on cases as they come, inside the space or not."""
        return self._answers([self.once(case) if self.budget.left() else (ABSENT, -1, "") for case in cases])

    def _answers(self, found: list[tuple[int, int, str]]) -> Answers:
        table = np.array([(v, r) for v, r, _ in found], np.int32).reshape(-1, 2)
        odd = {k: words for k, (_, _, words) in enumerate(found) if words}
        return Answers(table[:, 0], tuple(self.labels), table[:, 1] if self.reasons else None, tuple(self.reasons), odd)

    def sweep(self, order: Array, share: float, tell: Tell) -> int:
        """Ask cases in this order until so much of the budget is spent; returns how many were asked."""
        for k, row in enumerate(map(tuple, order.tolist())):
            if not self.budget.left(share):
                return k
            self._one(row)
            if k % 1000 == 999:
                tell(f"asked {k + 1:,} of {len(order):,} cases")
        return len(order)


def _place(names: list[str], places: dict[str, int], name: str) -> int:
    at = places.setdefault(name, len(names))
    if at == len(names):
        names.append(name)
    return at
