"""Linear systems in rationals, by fraction-free elimination (Bareiss 1968, Math. Comp. 22): every number that arises is a minor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def unique_solution(rows: Sequence[Sequence[Fraction]], sides: Sequence[Fraction]) -> list[Fraction] | None:
    """The only x with rows·x = sides, or None if there is none or more than one."""
    table: list[list[int]] = []
    for given, side in zip(rows, sides, strict=True):
        common = math.lcm(*(x.denominator for x in given), side.denominator)
        table.append([x.numerator * (common // x.denominator) for x in (*given, side)])
    unknowns = len(table[0]) - 1 if table else 0
    last = 1
    for k in range(unknowns):
        at = next((r for r in range(k, len(table)) if table[r][k]), None)
        if at is None:
            return None
        table[k], table[at] = table[at], table[k]
        pivot = table[k]
        for r in range(k + 1, len(table)):
            row, head = table[r], table[r][k]
            table[r] = [(pivot[k] * row[j] - head * pivot[j]) // last if j > k else 0 for j in range(unknowns + 1)]
        last = pivot[k]
    if any(row[-1] for row in table[unknowns:]):
        return None
    x = [Fraction(0)] * unknowns
    for k in reversed(range(unknowns)):
        known = sum((table[k][j] * x[j] for j in range(k + 1, unknowns)), Fraction(0))
        x[k] = (table[k][-1] - known) / table[k][k]
    return x
