"""A population model: what a society may come to, in closed form, and a simulation of many agents that must agree with it.

Players of a game are few and choose; a population is many, and what it does changes by learning, imitation, entry and exit. A model
is its settings, frozen. It says

    outcomes     states at which it may end, each with what people have there, whether it is stable, and how that is known
    simulate     the same society agent by agent (or in exact counts), over seeds
    claims       what is proved of it, with the sentence that a reader can check
    sections     what else a report should show

A rule for a population is a change of its settings: a penalty, a fee, a share, a classifier. Many settings are one model each.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..errors import InputError
from ..numerics.rational import Array
from ..report.findings.report import Section
from ..report.report import ClaimRow

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """One state at which a society may end."""

    name: str
    measures: Mapping[str, float]
    """{measure of the model: its value there}."""
    stable: bool | None = True
    """Whether it comes back after a small push; None where that was not looked at."""
    basin: float | None = None
    """Share of starts from which it is reached."""
    how: str = ""
    """How it is known: the formula and its source, or the solver and its residual."""
    grade: str = "proved"
    """"proved", "bounded with confidence", or "searched only"."""


@dataclass(frozen=True)
class Course:
    """What was simulated."""

    times: Array
    """float [time]: in the model's own units."""
    measures: Mapping[str, Array]
    """{measure: float [seed, time]}."""
    agents: int
    """In each run."""
    unit: str = "steps"


@dataclass(frozen=True)
class Plan:
    """How much to simulate."""

    agents: int
    steps: int
    seeds: Sequence[int]
    tell: Tell = field(default=lambda _: None, repr=False)
    backend: str = "auto"
    """Of models that run on more than one: "numpy", "jax", or "auto"; the numbers are the same (society.finite.backends)."""


class Model(ABC):
    """Subclasses are frozen dataclasses: their fields are the settings that a file may give."""

    MEASURES: ClassVar[Mapping[str, str]]
    """{measure: what it means, with its unit}: what people's goal may name."""
    GOAL: ClassVar[str]
    """A measure, or a formula of them: what people want if they say nothing else."""

    @abstractmethod
    def outcomes(self) -> list[Outcome]:
        """Where this society may end; several where there are several."""

    def simulate(self, plan: Plan) -> Course | None:
        """The society agent by agent; None where there is nothing to simulate."""
        del plan
        return None

    def claims(self) -> list[ClaimRow]:
        """What is claimed of it, with grades."""
        return []

    def sections(self) -> list[Section]:
        """What else a report should show of it."""
        return []

    def _within(self, low: float, high: float, *names: str) -> None:
        """Raises InputError where one of these settings is no finite number in [low, high]; None is left alone."""
        for name in names:
            value = getattr(self, name)
            if value is not None and not (low <= value <= high and math.isfinite(value)):
                raise InputError(where=name, needed=f"a number from {low:g} to {high:g}", found=f"{value}")

    def certificate(self) -> dict[str, Any] | None:
        """What is proved of it, for a stranger to check; None where nothing is."""
        return None

    def describe(self) -> str:
        """One sentence about what holds in this society."""
        return ""
