"""People's goal as a formula of measures: revenue, welfare, surplus, worst_off; linear in them, so that it can be learned from.

"revenue"    "revenue + 0.5 * surplus"    "worst_off - 0.1 * revenue"
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..errors import InputError
from ..numerics.formula import Formula
from .environment import GOALS, Goal

MEASURES = {goal.name.replace(" ", "_"): goal for goal in GOALS.values()}
"""{name in formulas: measure}"""


def goal(text: str, parameters: Mapping[str, Any] | None = None) -> Goal:
    """The goal of a formula. Raises InputError for unknown names, and where it is not linear in the measures."""
    if text in MEASURES:
        return MEASURES[text]
    formula = Formula(text, "goal")

    def at(**said: Fraction) -> Fraction:
        values = dict.fromkeys(MEASURES, Fraction(0)) | said
        return Fraction(formula.value({**(parameters or {}), **values})[()])  # type: ignore[call-overload, no-any-return, arg-type, unused-ignore]

    zero = at()
    weights = {name: at(**{name: Fraction(1)}) - zero for name in MEASURES}
    apart = {name: Fraction(k + 2, 3) for k, name in enumerate(MEASURES)}
    if at(**apart) != zero + sum(weights[name] * v for name, v in apart.items()):
        raise InputError(
            where="goal",
            needed=f"a sum of measures with weights ({', '.join(MEASURES)})",
            found=repr(text),
            remedy="Products and powers of measures have no gradient that adds over profiles.",
        )
    used = {name: float(w) for name, w in weights.items() if w}
    if not used:
        raise InputError(where="goal", needed=f"at least one of {', '.join(MEASURES)}", found=repr(text))

    def found(types: Any, values: Any, payments: Any) -> Any:
        return float(zero) + sum(w * MEASURES[name].at(types, values, payments) for name, w in used.items())

    bears = sum(w * MEASURES[name].bears for name, w in used.items())
    return Goal(text, " + ".join(f"{w:g} × {name}" for name, w in used.items()), found, bears=bears)
