"""Ostrom, Gardner & Walker 1994, Rules, Games, and Common-Pool Resources, chapter 5: the baseline of the laboratory.

Run `python papers ostrom-1994` for the table; everything here uses public names of rulewright only.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from rulewright.society.dilemmas import Pool


def pool(**rule: object) -> Pool:
    """Eight people, ten tokens, 5 per token outside, 23 X − .25 X² inside."""
    return Pool(8, 10, Fraction(5), Fraction(23), Fraction(1, 4), **rule)  # type: ignore[arg-type]


def each(found: Pool) -> float:
    ((total, _),) = found.equilibria
    return total / found.players


CLAIMS: dict[str, Callable[[bool], float]] = {
    "tokens each in equilibrium": lambda fast: each(pool()),
    "number of equilibrium totals": lambda fast: len(pool().equilibria),
    "tokens in the pool, best for all": lambda fast: pool().optimum,
    "rent in equilibrium, share of the most": lambda fast: pool().measured(64)["rent"],
    "tokens each with 25 tokens to spend": lambda fast: each(Pool(8, 25, Fraction(5), Fraction(23), Fraction(1, 4))),
    "rent under a tax of 9": lambda fast: pool(tax=Fraction(9)).outcomes()[0].measures["rent"],
}
