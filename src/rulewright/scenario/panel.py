"""A panel scenario: an agent proposes, reviewers approve or object, a rule decides; people want something else than any reviewer.

A file is one of this kind if it has a table [panel]. Formulas give a utility for every outcome at once: `outcome` stands for
its label, a feature of outcomes for its number, and in formulas of reviewers `people` for people's utility.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import Field

from ..competition.panel.setting import Panel
from ..competition.panel.votes import Family, Rule, Threshold
from ..errors import InputError, TooLarge
from ..numerics import rational
from ..numerics.formula import Formula
from ..numerics.rational import Array
from .rule import law_of
from .schema import Expression, Headed, Label, Part
from .written import Written

Utility = Expression | dict[str, Expression]
MOST_REVIEWERS = 60  # beyond which nobody writes them into a file
MOST_NUMBERS = 10**6  # proposals × outcomes


class Wanted(Part):
    """What people want."""

    utility: Utility = Field(description="a formula of outcomes, or {outcome = utility}")


class Board(Part):
    """Who reviews what, and by which rule."""

    outcomes: list[Label] | dict[str, dict[str, Expression]] = Field(
        description="labels, or {label = {feature = number}}: features are named in formulas"
    )
    baseline: Label | dict[str, Expression] = Field(
        description="what happens if nothing is approved: an outcome, or {outcome = probability}"
    )
    reviewers: dict[str, Utility] = Field(description="{reviewer = formula, or {outcome = utility}}")
    proposals: dict[str, dict[str, Expression]] = Field(
        default_factory=dict,
        description='{proposal = {outcome = probability}}, one may be "rest"; left out: every other outcome for certain',
    )
    approve: Expression | list[list[str]] = Field(
        "majority",
        description='"unanimous", "majority", how many objections are allowed, or a list of sets of reviewers whose approval '
        "suffices",
    )
    compromised: Expression = Field("0", description="how many reviewers may be turned and the rule must still hold")
    choose: Literal["thresholds", "any"] = Field(
        "any", description='the rules that may be chosen: "thresholds" on objections, or any sets of reviewers'
    )


class Trials(Part):
    """What the rule is stressed with."""

    noise: list[Expression] = Field(
        default_factory=list, description="errors of every utility; default: shares of the range"
    )
    draws: int = Field(200, ge=10, le=100_000)
    seed: int = Field(0, ge=0)


class PanelFile(Headed):
    """A whole panel scenario."""

    people: Wanted
    panel: Board
    stress: Trials = Trials()


@dataclass(frozen=True)
class PanelScenario(Written):
    """A panel that was read from a scenario file."""

    file: PanelFile = field(repr=False)

    def check(self) -> None:
        _ = self.panel, self.today, self.compromised, self.errors

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """Labels of outcomes."""
        labels = tuple(self.file.panel.outcomes)
        with self.at("panel", "outcomes"):
            if len(labels) < 2 or len(set(labels)) != len(labels):
                raise InputError(needed="at least two outcomes, all different", found=", ".join(labels) or "none")
        return labels

    @cached_property
    def _variables(self) -> dict[str, Array]:
        """What formulas of utilities may name: parameters, `outcome`, and features, each over outcomes."""
        found: dict[str, Array] = {**self.parameters, "outcome": np.array(self.outcomes)}
        said = self.file.panel.outcomes
        features = list(next(iter(said.values()))) if isinstance(said, dict) else []
        for label, table in said.items() if isinstance(said, dict) else ():
            with self.at("panel", "outcomes", label):
                if set(table) != set(features):
                    raise InputError(
                        needed=f"the same features everywhere: {', '.join(features)}", found=", ".join(table) or "none"
                    )
        for name in (*features, "outcome", "people"):
            if name in self.parameters or (name in features and name in ("outcome", "people")):
                with self.at("panel", "outcomes"):
                    raise InputError(needed="names that no parameter has", found=repr(name))
        for name in features:
            numbers = [self.number(said[o][name], "panel", "outcomes", o, name) for o in self.outcomes]  # type: ignore[call-overload]
            found[name] = rational.filled((len(numbers),), numbers)
        return found

    def _utility(self, said: str | Mapping[str, str], variables: Mapping[str, Array], *path: str | int) -> Array:
        """[o], exact, from a formula of outcomes or an entry for each."""
        if isinstance(said, str):
            with self.at(*path):
                return np.broadcast_to(Formula(said, "utility").value(variables), (len(self.outcomes),))
        with self.at(*path):
            for name in said:
                self.known(name, self.outcomes, "an outcome")
            missing = [o for o in self.outcomes if o not in said]
            if missing:
                raise InputError(
                    needed=f"a utility for every outcome, also {missing[0]}", found=", ".join(said) or "none"
                )
        return rational.filled((len(said),), [self.number(said[o], *path, o) for o in self.outcomes])

    @cached_property
    def panel(self) -> Panel:
        """Principal, reviewers and proposals, exact."""
        u = self._utility(self.file.people.utility, self._variables, "people", "utility")
        reviewers = self.file.panel.reviewers
        with self.at("panel", "reviewers"):
            if not 1 <= len(reviewers) <= MOST_REVIEWERS:
                raise InputError(needed=f"1 to {MOST_REVIEWERS} reviewers", found=str(len(reviewers)))
        known = {**self._variables, "people": u}
        rows = [self._utility(said, known, "panel", "reviewers", name) for name, said in reviewers.items()]
        names, changes = self._changes()
        with self.at("panel"):
            return Panel.of(u, np.stack(rows), changes, names=list(reviewers), outcomes=self.outcomes, proposals=names)

    def _law(self, said: Mapping[str, str], *path: str | int) -> Array:
        """[o], exact, from {outcome = probability}; outcomes that are not named have none."""
        with self.at(*path):
            for name in said:
                self.known(name, self.outcomes, "an outcome")
            law = law_of(said, self.parameters, (), "probabilities")
        return rational.filled(
            (len(self.outcomes),), [law[list(said).index(o)] if o in said else Fraction(0) for o in self.outcomes]
        )

    @cached_property
    def baseline(self) -> Array:
        """μ₀[o]: what happens if nothing is approved."""
        said = self.file.panel.baseline
        if isinstance(said, dict):
            return self._law(said, "panel", "baseline")
        with self.at("panel", "baseline"):
            self.known(said, self.outcomes, "an outcome")
        return rational.filled((len(self.outcomes),), [Fraction(o == said) for o in self.outcomes])

    def _fits(self, proposals: int) -> None:
        if proposals * len(self.outcomes) > MOST_NUMBERS:
            with self.at("panel", "outcomes"):
                raise TooLarge(
                    where="proposals",
                    needed=f"{proposals:,} × {len(self.outcomes):,} exact probabilities",
                    found=f"at most {MOST_NUMBERS:,}",
                    remedy="Put outcomes together that nobody tells apart.",
                )

    def _changes(self) -> tuple[list[str], Array]:
        """(names, d[q, o]): the proposals against the baseline."""
        said = self.file.panel.proposals
        self._fits(len(said))
        laws = {name: self._law(law, "panel", "proposals", name) for name, law in said.items()}
        if not laws:
            self._fits(len(self.outcomes))
            units = np.vectorize(Fraction, otypes=[object])(np.eye(len(self.outcomes), dtype=int))
            laws = {o: units[k] for k, o in enumerate(self.outcomes) if self.baseline[k] != 1}
        for name, law in laws.items():
            if (law == self.baseline).all():
                with self.at("panel", "proposals", name):
                    raise InputError(needed="a proposal that changes something", found="the baseline itself")
        return list(laws), np.stack([law - self.baseline for law in laws.values()])

    # ── rules ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _whole(self, text: str, most: int, *path: str | int) -> int:
        value = self.number(text, *path)
        with self.at(*path):
            if value.denominator != 1 or not 0 <= value <= most:
                raise InputError(needed=f"a whole number from 0 to {most}", found=rational.decimal(value, 6))
        return int(value)

    @cached_property
    def today(self) -> Rule:
        """The rule in force."""
        said, n = self.file.panel.approve, self.panel.n
        if isinstance(said, str):
            named = {"unanimous": 0, "majority": (n - 1) // 2}
            near = difflib.get_close_matches(said.strip().lower(), named, n=1)
            if said not in named and near:
                with self.at("panel", "approve"):
                    raise InputError(needed="a rule", found=repr(said), remedy=f"Did you mean {near[0]!r}?")
            return Threshold(n, named[said] if said in named else self._whole(said, n - 1, "panel", "approve"))
        return Family(n, tuple(self._sets(said)))

    def _sets(self, said: list[list[str]]) -> Iterator[tuple[int, ...]]:
        with self.at("panel", "approve"):
            if not said or not all(said):
                raise InputError(needed="at least one set of reviewers, none of them empty", found="none")
            for members in said:
                yield tuple(
                    sorted({self.panel.names.index(self.known(m, self.panel.names, "a reviewer")) for m in members})
                )

    @property
    def compromised(self) -> int:
        """How many reviewers may be turned."""
        return self._whole(self.file.panel.compromised, self.panel.n - 1, "panel", "compromised")

    @property
    def errors(self) -> list[float]:
        """How far utilities may be off, in the trials."""
        said = [self.number(e, "stress", "noise") for e in self.file.stress.noise]
        with self.at("stress", "noise"):
            if any(e < 0 for e in said):
                raise InputError(needed="errors of at least 0", found=rational.decimal(min(said), 6))
        size = max(float(np.ptp(rational.floats(self.panel.principal))), 1e-12)
        return [float(e) for e in said] or [size * share for share in (0.01, 0.03, 0.1)]
