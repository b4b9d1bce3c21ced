"""The clauses of a charter: what each word of an institution means while agents act.

    permit, speak   who may do what, say what to whom                    asked before
    price, pay      money for an act; money for what a period showed     owed at the next settlement
    reveal          what of the ledger others may read
    commit          an act that the guard draws, by a public law
    audit           which acts are looked at, at what rate, for what     drawn by committed randomness
    ladder          sanctions that grow with offences, and are forgiven
    appeals         who hears the fined, until when
    drift           how far behaviour may go from what was certified

Time is counted in periods, one from each settlement to the next: a clock that goes back changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

ALL = ("*",)
"""Everybody, or every act."""


@dataclass(frozen=True)
class Agent:
    """Who is under the charter."""

    name: str
    role: str = ""
    """Clauses may name a role, as "role:worker"."""
    deposit: Fraction | None = None
    """What was put up in escrow: fines take no more than is there. None: liable without limit."""
    instead: str = ""
    """The act that is put in the place of one that no permit allows; empty: such acts are refused."""


@dataclass(frozen=True)
class Permit:
    """These acts exist for these agents. Several permits add up; an act is refused by the first reason that holds for all."""

    acts: tuple[str, ...]
    agents: tuple[str, ...] = ALL
    when: str = ""
    """A formula on the act's arguments, such as "amount <= 100"; empty: always."""
    quota: int | None = None
    """The most acts under this permit that one agent has in a period."""


@dataclass(frozen=True)
class Price:
    """Money for an act, by its arguments or by what came of it."""

    amount: str
    """A formula; positive: the agent is paid. Its names are arguments, or, with `after`, also signals of the outcome."""
    acts: tuple[str, ...] = ALL
    agents: tuple[str, ...] = ALL
    when: str = ""
    after: bool = False
    """Whether it is owed once the outcome is known, not before."""


@dataclass(frozen=True)
class Pay:
    """Money for what a period showed: a table over the outcomes of signals, as in the word `pay`."""

    to: str
    on: tuple[str, ...]
    amounts: Mapping[tuple[str, ...], Fraction]
    """{an outcome of each signal in `on`: amount}; nothing where a cell is missing."""


@dataclass(frozen=True)
class Shown:
    """A signal that the guard reads off acts of the same period; every other signal has to be reported by `after`."""

    signal: str
    of: tuple[str, ...]
    """The agents whose acts it depends on."""
    table: Mapping[tuple[str, ...], str]
    """{an act of each: outcome}."""


@dataclass(frozen=True)
class Commit:
    """What an agent does is drawn by the guard, whatever the agent says."""

    agent: str
    acts: tuple[str, ...]
    on: tuple[str, ...]
    """Signals of the period, known before."""
    law: Mapping[tuple[str, ...], tuple[Fraction, ...]]
    """{an outcome of each: probability of each act}."""


@dataclass(frozen=True)
class Speak:
    """A speaker may say these messages to these hearers."""

    speaker: str
    hearers: tuple[str, ...] = ALL
    messages: tuple[str, ...] = ALL
    quota: int | None = None
    """The most messages of one speaker under this clause in a period."""


@dataclass(frozen=True)
class Reveal:
    """What others did, or what came of it, may be read in the ledger."""

    to: tuple[str, ...]
    of: tuple[str, ...] = ALL
    kinds: tuple[str, ...] = ("act", "outcome", "sanction")
    """Kinds of entries."""


@dataclass(frozen=True)
class Audit:
    """Each act of a class is audited with probability `rate`, drawn by committed randomness; violations are sanctioned.

    What an audit looks at is one of three: outcomes of a signal, a formula on arguments and signals, a verifier of the host.
    """

    name: str
    rate: Fraction
    acts: tuple[str, ...] = ALL
    agents: tuple[str, ...] = ALL
    signal: str = ""
    found: tuple[str, ...] = ()
    """Outcomes of the signal that are violations."""
    violation: str = ""
    """A formula that is not 0 at a violation."""
    verifier: str = ""
    """Name of a function(act, outcome) of the host; true: a violation."""
    fine: Fraction = Fraction(0)
    """Beside what the ladder says."""


@dataclass(frozen=True)
class Rung:
    """What an offence costs, from the `offences`-th on."""

    offences: int
    fine: Fraction = Fraction(0)
    excluded: int = 0
    """Periods, beginning with the next one; what is left of this one is excluded too."""


@dataclass(frozen=True)
class Ladder:
    """Graduated sanctions (after Ostrom 1990, Governing the Commons, ch. 3, principle 5)."""

    rungs: tuple[Rung, ...] = ()
    forgiven: int = 0
    """Periods without an offence after which one offence is forgotten; 0: never."""
    refused: bool = False
    """Whether trying what is not permitted is an offence."""


@dataclass(frozen=True)
class Appeals:
    """Who decides, and until when one may appeal."""

    judge: str = "operator"
    periods: int = 1
    """An appeal is heard in the period of the sanction and in so many after it."""


@dataclass(frozen=True)
class Drift:
    """The share of acts for which the charter was certified: outside of it, what was proved no longer speaks of these agents."""

    agent: str
    act: str
    share: Fraction
    radius: Fraction
    alarm: Fraction = Fraction(1, 100)
    """The most probability of a false alarm, however long it is watched."""
    rationality: Fraction | None = None
    """λ of a logit choice, where shares are to be read as payoffs: gap = ln(share/(1 − share))/λ."""


@dataclass(frozen=True)
class Clauses:
    """All of them; what `Charter` is made of."""

    permits: tuple[Permit, ...] = ()
    prices: tuple[Price, ...] = ()
    pays: tuple[Pay, ...] = ()
    shown: tuple[Shown, ...] = ()
    commits: tuple[Commit, ...] = ()
    speaks: tuple[Speak, ...] = ()
    reveals: tuple[Reveal, ...] = ()
    audits: tuple[Audit, ...] = ()
    ladder: Ladder = field(default_factory=Ladder)
    appeals: Appeals | None = None
    drifts: tuple[Drift, ...] = ()


def named(agents: tuple[str, ...], agent: Any) -> bool:
    """Whether a clause for `agents` speaks of this agent."""
    return "*" in agents or agent.name in agents or (bool(agent.role) and f"role:{agent.role}" in agents)
