"""A charter: an institution as a runtime enforces it. Frozen, public, and written into the first line of its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...numerics.formula import Formula
from .clauses import Agent, Audit, Clauses, Commit, named

FINEST = 1 << 128
"""A draw is a number below 2^256: chances have to be much coarser than that."""


@dataclass(frozen=True)
class Charter(Clauses):
    """Read one with `Charter.read`, make one from an institution with `Charter.of`, or write its clauses in Python.

    Raises InputError, with the clause, for what contradicts itself.
    """

    name: str = "charter"
    agents: tuple[Agent, ...] = ()
    free: bool = False
    """Whether acts that no permit names are allowed."""
    talk: bool = False
    """Whether messages that no speak names are delivered."""
    fund: Fraction = Fraction(0)
    """What the rule-maker puts in at the beginning; fines go there, rewards come from there."""
    balanced: bool = False
    """Whether rewards are paid only out of what the fund has; if not, the rule-maker pays the rest, and the fund is below 0."""

    @staticmethod
    def of(institution: Any, game: Any, *, name: str = "", instead: Mapping[str, str] | None = None) -> Charter:
        """The charter of a house `Institution` at a game: the same transfers on every play as the induced game.

        `instead` puts an agent's permitted act in the place of one that is not. Raises InputError for what has no meaning
        at runtime.
        """
        from .of import chartered

        return chartered(institution, game, name=name, instead=instead or {})

    @staticmethod
    def read(path: Path | str) -> Charter:
        """From TOML or JSON. Raises InputError with a sentence."""
        from .files import read

        return read(Path(path))

    def write(self, path: Path | str) -> None:
        """As TOML or JSON, by the name's ending; `read` gives the same charter."""
        from .files import write

        write(self, Path(path))

    def agent(self, name: str) -> Agent:
        """Raises InputError for a name that is not under the charter."""
        for one in self.agents:
            if one.name == name:
                return one
        known = ", ".join(a.name for a in self.agents) or "none"
        raise InputError(where=self.name, needed=f"an agent of the charter ({known})", found=repr(name))

    def __post_init__(self) -> None:
        names = [a.name for a in self.agents]
        if len(set(names)) != len(names) or not all(names) or set(names) & {"*", "operator"}:
            raise InputError(
                where=f"{self.name}, agents", needed='different names, none of them "*" or "operator"', found=str(names)
            )
        for agent in self.agents:
            self._sure(agent.deposit is None or agent.deposit >= 0, "agents", "a deposit of at least 0", agent.deposit)
        self._names()
        self._formulas()
        self._numbers()
        for audit in self.audits:
            self._audit(audit)
        for commit in self.commits:
            self._commit(commit)

    def _sure(self, holds: bool, clause: str, needed: str, found: Any) -> None:
        if not holds:
            raise InputError(where=f"{self.name}, {clause}", needed=needed, found=str(found))

    def _names(self) -> None:
        roles = {f"role:{a.role}" for a in self.agents if a.role}
        single = {a.name for a in self.agents}
        groups = single | roles | {"*"}
        said: list[tuple[str, Iterable[str], set[str]]] = [
            *(("permits", p.agents, groups) for p in self.permits),
            *(("prices", p.agents, groups) for p in self.prices),
            *(("audits", a.agents, groups) for a in self.audits),
            *(("reveals", (*r.to, *r.of), groups) for r in self.reveals),
            *(("speaks", (s.speaker, *s.hearers), groups) for s in self.speaks),
            *(("pays", (p.to,), single) for p in self.pays),
            *(("shown", s.of, single) for s in self.shown),
            *(("commits", (c.agent,), single) for c in self.commits),
            *(("drifts", (d.agent,), single) for d in self.drifts),
            *(("appeals", (a.judge,), single | {"operator"}) for a in ([self.appeals] if self.appeals else [])),
        ]
        for clause, given, known in said:
            for name in given:
                self._sure(name in known, clause, f"names among {', '.join(sorted(known))}", repr(name))

    def _formulas(self) -> None:
        for permit in self.permits:
            self._formula(permit.when, "permits")
            self._sure(permit.quota is None or permit.quota >= 0, "permits", "a quota of at least 0", permit.quota)
        for price in self.prices:
            self._sure(bool(price.amount.strip()), "prices", "an amount", "none")
            self._formula(price.amount, "prices")
            self._formula(price.when, "prices")
        for audit in self.audits:
            self._formula(audit.violation, "audits")

    def _formula(self, text: str, clause: str) -> None:
        if text:
            Formula(text, where=f"{self.name}, {clause}")

    def _numbers(self) -> None:
        marks = [rung.offences for rung in self.ladder.rungs]
        self._sure(
            marks == sorted(set(marks)) and all(m >= 1 for m in marks), "ladder", "rungs from 1 offence upward", marks
        )
        for rung in self.ladder.rungs:
            self._sure(rung.fine >= 0 and rung.excluded >= 0, "ladder", "fines and exclusions of at least 0", rung)
        self._sure(self.ladder.forgiven >= 0, "ladder", "forgiven after at least 0 periods", self.ladder.forgiven)
        if self.appeals:
            self._sure(self.appeals.periods >= 0, "appeals", "at least 0 periods", self.appeals.periods)
        for drift in self.drifts:
            self._sure(
                0 <= drift.share <= 1 and 0 <= drift.radius < 1, "drifts", "a share and a radius in [0, 1]", drift
            )
            self._sure(0 < drift.alarm < 1, "drifts", "a probability of false alarm between 0 and 1", drift.alarm)
            self._sure(drift.rationality is None or drift.rationality > 0, "drifts", "a rationality above 0", drift)
        for pay in self.pays:
            self._sure(len(set(pay.on)) == len(pay.on), "pays", "different signals", pay.on)
            wrong = [cell for cell in pay.amounts if len(cell) != len(pay.on)]
            self._sure(not wrong, "pays", f"cells of {len(pay.on)} outcomes", wrong)
        wanted = [s.signal for s in self.shown]
        self._sure(len(set(wanted)) == len(wanted), "shown", "different signals", wanted)
        self._sure(not self.balanced or self.fund >= 0, "fund", "at least 0 where the books balance", self.fund)

    def _audit(self, audit: Audit) -> None:
        where = f"audits, {audit.name}"
        self._sure(0 <= audit.rate <= 1, where, "a rate from 0 to 1", audit.rate)
        self._drawn(where, (audit.rate,))
        self._sure(audit.fine >= 0, where, "a fine of at least 0", audit.fine)
        looks = [bool(audit.signal), bool(audit.violation), bool(audit.verifier)]
        self._sure(sum(looks) == 1, where, "one of signal, violation, verifier", f"{sum(looks)} of them")
        self._sure(bool(audit.signal) == bool(audit.found), where, "outcomes found of its signal", audit.found)
        same = [a for a in self.audits if a.name == audit.name]
        self._sure(bool(audit.name) and len(same) == 1, where, "a name of its own", f"{len(same)} audits of that name")

    def _drawn(self, where: str, chances: Iterable[Fraction]) -> None:
        common = lcm(*(Fraction(p).denominator for p in chances))
        self._sure(
            common <= FINEST, where, "chances with a common denominator of at most 2^128", f"2^{common.bit_length()}"
        )

    def _commit(self, commit: Commit) -> None:
        where = f"commits, {commit.agent}"
        for cell, law in commit.law.items():
            self._sure(len(cell) == len(commit.on), where, f"cells of {len(commit.on)} outcomes", cell)
            right = len(law) == len(commit.acts) and min(law, default=Fraction(0)) >= 0 and sum(law) == 1
            self._sure(right, where, "one probability for each act, with sum 1", [str(p) for p in law])
            self._drawn(where, law)
        self._sure(bool(commit.law), where, "a law", "none")
        same = [c for c in self.commits if c.agent == commit.agent]
        self._sure(len(same) == 1, where, "one commitment of one agent", len(same))

    def speaks_of(self, agents: tuple[str, ...], agent: str) -> bool:
        """Whether a clause for `agents` speaks of this one."""
        return named(agents, self.agent(agent))
