"""What a society scenario names, made: one model for each rule, at any value of the parameters; and people's goal of an outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from ...numerics import rational
from ...numerics.formula import Formula
from ...numerics.rational import Array
from ...report.findings.report import OutcomeRow
from ...scenario.society import SocietyScenario
from ...society import catalogue
from ...society.model import Model, Outcome

Tell = Callable[[str], None]
EXACTLY = 15  # significant digits of a measure that enter a goal
FAR = (Fraction(10) ** 6, Fraction(10) ** 12)  # stand for a measure that is lost or won without bound


def model(scenario: SocietyScenario, rule: str) -> Model:
    """The society under one rule. Raises InputError with its place."""
    names = list(scenario.rules)
    k = names.index(rule)
    path: tuple[str | int, ...] = ("society", "set") if k == 0 else ("compare", k - 1, "set")
    with scenario.at("society", "model"):
        scenario.known(scenario.file.society.model, list(catalogue.MODELS), "a model")
    with scenario.at(*path):
        return catalogue.model(scenario.file.society.model, scenario.rules[rule], numbers(scenario))


def numbers(scenario: SocietyScenario) -> Callable[[str], Fraction]:
    """Formulas of the scenario's parameters, as numbers."""
    return lambda text: rational.fraction(Formula(text, "formula").value(scenario.parameters)[()])


def goal_words(scenario: SocietyScenario, found: Model) -> str:
    return scenario.file.people.goal or found.GOAL


def goal(scenario: SocietyScenario, found: Model, measures: Mapping[str, float]) -> float | None:
    """People's goal at these measures; None where one that it names is not a number.

    A measure that is lost without bound leaves −∞ of a goal that falls with it. Raises InputError with its place."""
    with scenario.at("people", "goal"):
        formula = Formula(goal_words(scenario, found), "goal")
        named = [float(measures[name]) for name in formula.names if name in measures]
        if np.isnan(named).any():
            return None
        first, *rest = (
            float(
                formula.value(
                    {**scenario.parameters, **{n: _exact(v, far) for n, v in measures.items() if not np.isnan(v)}}
                )[()]
            )
            for far in (FAR[:1] if np.isfinite(named).all() else FAR)
        )
    if not rest or np.isclose(first, rest[0], rtol=1e-5):
        return rest[0] if rest else first
    return float(np.copysign(np.inf, rest[0] - first))


def _exact(value: float, far: Fraction) -> Array:
    if not np.isfinite(value):
        return rational.filled((), [far if value > 0 else -far])
    return rational.filled((), [Fraction(f"{value:.{EXACTLY}g}")])


def row(scenario: SocietyScenario, found: Model, outcome: Outcome) -> OutcomeRow:
    """An outcome with people's goal there."""
    return OutcomeRow(
        outcome.name,
        goal(scenario, found, outcome.measures),
        dict(outcome.measures),
        outcome.stable,
        outcome.basin,
        outcome.how,
        outcome.grade,
    )


def ends(rows: list[OutcomeRow]) -> tuple[float | None, float | None]:
    """(worst, best) goal over outcomes that are not known to be unstable."""
    goals = [o.goal for o in rows if o.stable is not False and o.goal is not None]
    return (min(goals), max(goals)) if goals else (None, None)
