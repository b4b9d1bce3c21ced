"""What a world scenario names, made: the world, and one case for each rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ...institution.institution import Institution
from ...learning import catalogue
from ...learning.world import World
from ...naming import known
from ...numerics import rational
from ...numerics.formula import Formula
from ...scenario.world import WorldScenario

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """One rule, and the world under it."""

    name: str
    about: str
    rule: Institution
    world: World


def named_world(scenario: WorldScenario) -> World:
    """The world of the file. Raises InputError with its place."""
    said = scenario.file.world
    with scenario.at("world", "name"):
        known(said.name, catalogue.WORLDS, "a world")
    with scenario.at("world", "set"):
        return catalogue.world(said.name, said.set, numbers(scenario))


def numbers(scenario: WorldScenario) -> Callable[[str], Fraction]:
    """Formulas of the scenario's parameters, as numbers."""
    return lambda text: rational.fraction(Formula(text, "formula").value(scenario.parameters)[()])


def case(scenario: WorldScenario, base: World, k: int) -> Case:
    """The k-th rule (today's is 0) and the world under it. Raises InputError with its place."""
    name, phrases = list(scenario.rules.items())[k]
    path: tuple[str | int, ...] = ("world", "today") if k == 0 else ("compare", k - 1, "say")
    with scenario.at(*path):
        rule = catalogue.institution(phrases, numbers(scenario))
        return Case(name, scenario.file.compare[k - 1].about if k else "", rule, rule(base))
