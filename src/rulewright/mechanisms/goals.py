"""People's goal as a formula of measures: revenue, welfare, surplus, worst_off; linear in them, so that it can be learned from.

"revenue"    "revenue + 0.5 * surplus"    "worst_off - 0.1 * revenue"
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..errors import InputError
from ..numerics.formula import Formula
from .environment import GOALS, Goal

MEASURES = {goal.name.replace(" ", "_"): goal for goal in GOALS.values()}
"""{name in formulas: measure}"""

HEAVIEST = Fraction(10**100)


def _bent(text: str) -> bool:
    """Whether a measure stands within min, max, abs, a comparison, or the condition of a case: straight in parts only."""
    tree = ast.parse(" ".join(text.splitlines()).strip(), mode="eval")
    within: list[ast.AST] = [n for n in ast.walk(tree) if isinstance(n, (ast.Call, ast.Compare, ast.BoolOp))]
    within += [n.test for n in ast.walk(tree) if isinstance(n, ast.IfExp)]
    within += [n for n in ast.walk(tree) if isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.Not)]
    return any(isinstance(n, ast.Name) and n.id in MEASURES for part in within for n in ast.walk(part))


def goal(text: str, parameters: Mapping[str, Any] | None = None) -> Goal:
    """The goal of a formula. Raises InputError for unknown names, and where it is not linear in the measures."""
    if text in MEASURES:
        return MEASURES[text]
    formula = Formula(text, "goal")
    if both := sorted(set(parameters or ()) & set(MEASURES) & formula.names):
        needed = "parameters with names of their own"
        raise InputError(where="goal", needed=needed, found=f"{both[0]!r}, which is what people may want, too")

    def at(**said: Fraction) -> Fraction:
        values = dict.fromkeys(MEASURES, Fraction(0)) | said
        return Fraction(formula.value({**(parameters or {}), **values})[()])  # type: ignore[call-overload, no-any-return, arg-type, unused-ignore]

    zero = at()
    weights = {name: at(**{name: Fraction(1)}) - zero for name in MEASURES}
    apart = {name: Fraction((-1) ** k * (7919 + 104_729 * k), 101) for k, name in enumerate(MEASURES)}
    if _bent(text) or at(**apart) != zero + sum(weights[name] * v for name, v in apart.items()):
        raise InputError(
            where="goal",
            needed=f"a sum of measures with weights ({', '.join(MEASURES)})",
            found=repr(text),
            remedy="Products, powers, bounds and cases of measures have no gradient that adds over profiles.",
        )
    if max(map(abs, (zero, *weights.values()))) > HEAVIEST:
        raise InputError(where="goal", needed=f"weights of at most {float(HEAVIEST):g}", found="a larger one")
    used = {name: float(w) for name, w in weights.items() if w}
    if not used:
        raise InputError(where="goal", needed=f"at least one of {', '.join(MEASURES)}", found=repr(text))

    def found(types: Any, values: Any, payments: Any) -> Any:
        return float(zero) + sum(w * MEASURES[name].at(types, values, payments) for name, w in used.items())

    bears = sum(w * MEASURES[name].bears for name, w in used.items())
    return Goal(text, " + ".join(f"{w:g} × {name}" for name, w in used.items()), found, bears=bears)
