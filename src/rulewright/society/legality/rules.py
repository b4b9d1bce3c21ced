"""Rules as data: each says when it applies, unless what, with which verdict, and before which others it goes.

    R(x) = verdict of the applying rule of highest priority;  two of the same priority with other verdicts contradict each other

A rule is a table over the attributes that its condition names, and over no others: a million cases are a million look-ups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...numerics import rational
from ...numerics.formula import Formula
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .answers import CLASH, NONE, Answers
from .space import Space


@dataclass(frozen=True)
class Rule:
    """One rule; conditions in the language of numerics/formula.py, over attributes and parameters."""

    verdict: str
    when: str = "1"
    unless: str = "0"
    priority: int = 0
    name: str = ""
    because: tuple[str, ...] | None = None
    """Attributes that its reason names; None: those of its conditions."""

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names in its conditions."""
        return Formula(self.when, "when").names | Formula(self.unless, "unless").names


@dataclass(frozen=True)
class Rules:
    """An ordered set of rules, and what holds where none applies."""

    space: Space
    rules: tuple[Rule, ...]
    default: str | None = None
    parameters: Mapping[str, Array] = field(default_factory=dict)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Verdicts, in order of first use."""
        said = [*([self.default] if self.default is not None else []), *(r.verdict for r in self.rules)]
        return tuple(dict.fromkeys(said))

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Of each rule, and of the default."""
        return (*(r.name or f"rule {k + 1}" for k, r in enumerate(self.rules)), "no rule applies")

    def axes(self, rule: Rule) -> list[int]:
        """Attributes that a rule reads."""
        return [k for k, name in enumerate(self.space.names) if name in rule.reads]

    @cached_property
    def tables(self) -> tuple[Array, ...]:
        """Of each rule: bool over the attributes that it reads. Raises InputError for names and texts that there are not."""
        found = []
        for k, rule in enumerate(self.rules):
            axes = self.axes(rule)
            shape = tuple(self.space.counts[a] for a in axes)
            reserve(shape, f"rule {self.reasons[k]}")
            given = dict(self.parameters)
            for place, a in enumerate(axes):
                spread = [1] * len(axes)
                spread[place] = shape[place]
                given[self.space.names[a]] = column(self.space.values[a]).reshape(spread)
            holds = Formula(rule.when, f"rule {self.reasons[k]}, when").value(self._all(given)) != 0
            stops = Formula(rule.unless, f"rule {self.reasons[k]}, unless").value(self._all(given)) != 0
            found.append(np.broadcast_to(holds & ~stops, shape))
        return tuple(found)

    def _all(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """With a value for every attribute, so that a message names them all."""
        return {**{n: column(v) for n, v in zip(self.space.names, self.space.values, strict=True)}, **given}

    def applies(self, k: int, cases: Array) -> Array:
        """bool [case]: where rule k applies."""
        axes = self.axes(self.rules[k])
        return np.asarray(self.tables[k][tuple(cases[:, a] for a in axes)] & np.ones(len(cases), bool))

    def winners(self, cases: Array) -> tuple[Array, Array]:
        """(int [case]: the rule that decides, −1 the default; int [case]: one of the same rank that contradicts it, −1 none)."""
        chosen, against = np.full(len(cases), -1, np.int32), np.full(len(cases), -1, np.int32)
        ranks = np.array([r.priority for r in self.rules])
        said = np.array([self.labels.index(r.verdict) for r in self.rules])
        for k in np.argsort(-ranks, kind="stable"):
            here = self.applies(k, cases)
            taken = chosen >= 0
            if taken.any():
                clash = here & taken & (against < 0) & (ranks[chosen] == ranks[k]) & (said[chosen] != said[k])
                against[clash] = k
            chosen[here & ~taken] = k
        return chosen, against

    def __call__(self, cases: Array) -> Answers:
        """Verdicts on cases [case, attribute]."""
        chosen, against = self.winners(cases)
        default = NONE if self.default is None else self.labels.index(self.default)
        by_rule = np.array([*(self.labels.index(r.verdict) for r in self.rules), default], np.int32)
        verdict = np.where(against >= 0, CLASH, by_rule[chosen]).astype(np.int32)
        reason = np.where(verdict >= 0, np.where(chosen >= 0, chosen, len(self.rules)), -1).astype(np.int32)
        return Answers(verdict, self.labels, reason, self.reasons)

    def one(self, case: Mapping[str, Any]) -> str | None:
        """The verdict on one case, whatever its values are; None where no rule applies, both where two contradict each other.

        Raises InputError where a condition has no meaning there.
        """
        given = {**self.parameters, **{name: column((v,)).reshape(()) for name, v in case.items()}}
        best: list[Rule] = []
        for rule in self.rules:
            if (
                Formula(rule.when, "when").value(given)[()] != 0
                and Formula(rule.unless, "unless").value(given)[()] == 0
            ):
                best.append(rule)
        top = {r.verdict for r in best if r.priority == max(b.priority for b in best)}
        if not top:
            return self.default
        return " and ".join(sorted(top))


def column(values: tuple[Any, ...]) -> Array:
    """Values as formulas take them: fractions, or texts."""
    if all(not isinstance(v, str) for v in values):
        return rational.filled(
            (len(values),), [rational.fraction(int(v) if isinstance(v, bool) else v) for v in values]
        )
    return np.array([str(v) for v in values])
