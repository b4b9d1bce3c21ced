"""How dense silly rules are in a table of acts: the bridge from an institution that classifies to a population that learns.

An act is common or rare, is called wrong or not, and has an effect on welfare or none. A rule is silly where it calls an act wrong
that has none (Hadfield-Menell, Andrus & Hadfield 2019). Density d is the share of silly rules among the occasions on which some
rule bites.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import InputError
from ...institution.order.classification import Classification


@dataclass(frozen=True)
class Act:
    """One way to act."""

    frequency: float
    """How often there is an occasion for it; in any unit, ≥ 0."""
    wrong: bool
    """What the institution calls it."""
    effect: float
    """On welfare; 0 where it has none."""

    @property
    def silly(self) -> bool:
        """Whether a rule against it would be silly."""
        return self.wrong and self.effect == 0


def density(acts: Mapping[str, Act]) -> float:
    """d within [0, 1): the frequency of silly rules over that of all acts called wrong.

    Raises InputError where a frequency is not a number ≥ 0, nothing is called wrong, or all that is has no effect.
    """
    for name, act in acts.items():
        if not (math.isfinite(act.frequency) and act.frequency >= 0 and math.isfinite(act.effect)):
            raise InputError(
                where=f"acts.{name}",
                needed="a frequency of at least 0 and an effect",
                found=f"{act.frequency}, {act.effect}",
            )
    wrong = sum(act.frequency for act in acts.values() if act.wrong)
    important = sum(act.frequency for act in acts.values() if act.wrong and not act.silly)
    if important == 0:
        raise InputError(
            where="acts",
            needed="an act that is called wrong and has an effect on welfare",
            found=f"{sum(act.wrong for act in acts.values())} called wrong, none with an effect",
            remedy="without important rules there is nothing to learn enforcement for",
        )
    return 1 - important / wrong


def classified(
    logic: Classification, acts: Mapping[str, tuple[float, float]], *, given: tuple[int, ...] = (), actor: int = 0
) -> dict[str, Act]:
    """A classification institution's verdicts on acts, given as {name: (frequency, effect)} in the order of their codes.

    `given` is the public history that the logic looks at; `actor` whose acts they are.
    """
    return {
        name: Act(frequency, logic.classify(given, code, actor).wrong, effect)
        for code, (name, (frequency, effect)) in enumerate(acts.items())
    }
