"""Which rule holds against whom: a stage under each rule, played by each character, seed by seed.

    gap of an episode = what people could have had − what they got          mean over seeds, Student's 95 % interval

A rule *holds* where the interval's upper end is at most a tenth of what people could have had; it *fails* where the lower end is
above that; between, the seeds do not say. Scripted characters: what they do is known, and no claim about language models.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...behaviour.estimation.confidence import Interval, mean
from ...errors import InputError
from ..episode import Episode, play
from ..personalities.personality import PERSONALITIES, Personality
from ..stage import Stage

TOLERATED = 0.1


@dataclass(frozen=True)
class Count:
    """A mean over seeds, with its interval."""

    mean: float
    between: Interval

    @staticmethod
    def of(values: Sequence[float], level: float) -> Count:
        return Count(float(np.mean(values)), mean(values, level))


@dataclass(frozen=True)
class Cell:
    """One rule against one character."""

    institution: str
    personality: str
    n: int
    best: float
    gap: Count
    violations: Count
    harms: Count
    correct: Count
    """Sanctions that met one who broke the rule, an episode."""
    misdirected: Count

    @property
    def holds(self) -> bool | None:
        """None where the seeds do not say."""
        limit = TOLERATED * abs(self.best)
        if self.gap.between.high <= limit:
            return True
        return False if self.gap.between.low > limit else None


@dataclass(frozen=True)
class Held:
    """The whole table."""

    stage: str
    institutions: tuple[str, ...]
    personalities: tuple[str, ...]
    seeds: tuple[int, ...]
    level: float
    cells: tuple[Cell, ...]

    def cell(self, institution: str, personality: str) -> Cell:
        return next(c for c in self.cells if (c.institution, c.personality) == (institution, personality))

    def holding(self, personality: str) -> tuple[str, ...]:
        """Rules that hold against a character."""
        return tuple(c.institution for c in self.cells if c.personality == personality and c.holds)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Plain text by cell: rule, character, gap ± half-width, violations, sanctions correct and misdirected, and the verdict."""
        for c in self.cells:
            said = {True: "holds", False: "fails", None: "open"}[c.holds]
            yield (c.institution, c.personality, *map(_said, (c.gap, c.violations, c.correct, c.misdirected)), said)


HEAD = ("rule", "character", "gap", "violations", "sanctions correct", "misdirected", "verdict")


def _said(count: Count) -> str:
    half = (count.between.high - count.between.low) / 2
    return f"{count.mean:.1f}" + (f" ± {half:.1f}" if math.isfinite(half) else "")


def holds(
    stages: Mapping[str, Stage] | Callable[[str], Stage],
    institutions: Sequence[str] = (),
    personalities: Sequence[str | Personality] = PERSONALITIES,
    seeds: Sequence[int] = tuple(range(10)),
    *,
    among: str | Personality | None = None,
    newcomers: int = 1,
    level: float = 0.95,
) -> Held:
    """Every rule against every character.

    stages: {rule: stage}, or a function of the rule's name, with `institutions` to call it for. All seats are of the character; if
    `among` names another, only the first `newcomers` are. Settings of a character given by name alone are its own defaults.
    """
    table = {name: stages(name) for name in institutions} if callable(stages) else dict(stages)
    if not callable(stages) and institutions:
        table = {name: stages[name] for name in institutions}
    if not table or not personalities or not seeds:
        raise InputError(where="holds", needed="a rule, a character and a seed at least", found="none")
    cells = []
    for rule, stage in table.items():
        for character in personalities:
            cast = [character if among is None or k < newcomers else among for k in range(len(stage.players))]
            runs = [_run(stage, cast, seed) for seed in seeds]
            cells.append(_cell(rule, character, stage, runs, level))
    names = tuple(c if isinstance(c, str) else c.name for c in personalities)
    return Held(next(iter(table.values())).name, tuple(table), names, tuple(seeds), level, tuple(cells))


def seated(character: str | Personality, seed: int) -> Personality:
    """The character as a player of one episode; chance of its own for each seed."""
    if isinstance(character, str):
        return Personality(character, seed=seed)
    return Personality(character.name, character.precision, character.ring, character.signal, character.tremble, seed)


def _run(stage: Stage, cast: Sequence[str | Personality], seed: int) -> Episode:
    players = {p: seated(c, seed) for p, c in zip(stage.players, cast, strict=True)}
    return play(stage, players, seed=seed)


def _cell(rule: str, character: str | Personality, stage: Stage, runs: Sequence[Episode], level: float) -> Cell:
    sanctions = [run.events("sanction") for run in runs]
    return Cell(
        rule,
        character if isinstance(character, str) else character.name,
        len(runs),
        stage.best,
        Count.of([run.gap for run in runs], level),
        Count.of([len(run.events("violation")) for run in runs], level),
        Count.of([len(run.events("harm")) for run in runs], level),
        Count.of([sum(e.correct is True for e in found) for found in sanctions], level),
        Count.of([sum(e.correct is False for e in found) for found in sanctions], level),
    )
