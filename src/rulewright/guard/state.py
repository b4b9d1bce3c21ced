"""What a guard knows: worked out from the ledger's lines, and from nothing else. So nothing is lost with the process.

Money is in exact rationals. m_a is what agent a has (deposit and what was settled), o_a what it is owed in this period, F the
fund: F + Σ m_a never changes, and m_a of an agent with a deposit is never below 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .charter import Charter
from .charter.files import from_data
from .ledger import Entry
from .ledger.chain import canonical

ZERO = Fraction(0)


@dataclass
class Sanctioned:
    """One sanction, as long as it may be appealed."""

    agent: str
    period: int
    fine: Fraction
    unpaid: Fraction = ZERO
    """The part of the fine that limited liability let go."""
    appealed: bool = False


@dataclass
class Account:
    """One agent."""

    money: Fraction = ZERO
    owed: Fraction = ZERO
    offences: list[int] = field(default_factory=list)
    """Numbers of the sanctions that still count."""
    last: int = 0
    """Period of the last offence, or of the last one forgiven."""
    out: dict[int, int] = field(default_factory=dict)
    """{sanction: last period of the exclusion}."""
    uses: dict[str, int] = field(default_factory=dict)
    """{clause: how often in this period}."""
    draws: dict[str, int] = field(default_factory=dict)
    """{purpose: how many draws it has had}."""
    pending: dict[str, list[int]] = field(default_factory=dict)
    """{act, spelt: numbers of lines that wait for their outcome}."""
    said: str = ""
    """The last message in this period."""


@dataclass
class Watch:
    """Acts counted for one clause on drift."""

    acts: int = 0
    hits: int = 0
    alarmed: bool = False


class State:
    """Follows a ledger."""

    charter: Charter | None

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.charter = None
        self.period = 0
        self.fund = ZERO
        self.accounts: dict[str, Account] = {}
        self.acted: dict[str, str] = {}
        self.signals: dict[str, str] = {}
        self.clash: set[str] = set()
        """Signals that were reported with two outcomes in this period."""
        self.sanctions: dict[int, Sanctioned] = {}
        self.appeals: dict[int, int] = {}
        """{appeal: sanction}, until it is decided."""
        self.unheard: dict[tuple[int, str], tuple[str, int]] = {}
        """{(outcome, audit): (agent, act)}: drawn for a verifier that has not answered yet."""
        self.watches: list[Watch] = []
        self.commitment = ""
        self.promised: dict[str, str] = {}
        self.nonces: dict[str, bytes] = {}
        self.final = False

    def take(self, entry: Entry) -> None:
        taken = _TAKEN.get(entry.kind)
        if taken is not None:
            taken(self, entry)

    @property
    def undrawn(self) -> bool:
        """Whether draws wait for nonces that were promised."""
        return bool(set(self.promised) - set(self.nonces))

    def excluded(self, agent: str) -> int:
        """Last period of an exclusion that holds now; -1: none."""
        return max((until for until in self.accounts[agent].out.values() if until >= self.period), default=-1)

    # ── what each kind of line does ─────────────────────────────────────────────────────────────────────────────

    def _opening(self, entry: Entry) -> None:
        self.charter = from_data(entry.body["charter"])
        self.commitment = entry.body["commitment"]
        self.fund = self.charter.fund
        self.accounts = {a.name: Account(a.deposit or ZERO) for a in self.charter.agents}
        self.watches = [Watch() for _ in self.charter.drifts]

    def _nonce(self, entry: Entry) -> None:
        if "digest" in entry.body:
            self.promised[entry.agent] = entry.body["digest"]
        else:
            self.nonces[entry.agent] = bytes.fromhex(entry.body["nonce"])

    def _act(self, entry: Entry) -> None:
        account, body = self.accounts[entry.agent], entry.body
        account.owed += Fraction(body["owed"])
        for clause in body["uses"]:
            account.uses[clause] = account.uses.get(clause, 0) + 1
        if "drawn" in body:
            account.draws["commit"] = account.draws.get("commit", 0) + 1
        account.pending.setdefault(spelt(body), []).append(entry.number)
        self.acted[entry.agent] = body["label"]
        assert self.charter is not None
        for watch, drift in zip(self.watches, self.charter.drifts, strict=True):
            if drift.agent == entry.agent:
                watch.acts += 1
                watch.hits += body["name"] == drift.act

    def _outcome(self, entry: Entry) -> None:
        account, body = self.accounts[entry.agent], entry.body
        account.owed += Fraction(body["owed"])
        waiting = account.pending.get(body["spelt"], [])
        if body["act"] in waiting:
            waiting.remove(body["act"])
            if not waiting:
                del account.pending[body["spelt"]]
        for signal, outcome in body["signals"].items():
            told = str(outcome)
            if self.signals.setdefault(signal, told) != told:
                self.clash.add(signal)
        for name, audit in body["audits"].items():
            purpose = f"audit {name}"
            account.draws[purpose] = account.draws.get(purpose, 0) + 1
            if audit["drawn"] and audit["found"] is None:
                self.unheard[entry.number, name] = entry.agent, body["act"]

    def _finding(self, entry: Entry) -> None:
        self.unheard.pop((entry.body["outcome"], entry.body["audit"]), None)

    def _sanction(self, entry: Entry) -> None:
        account, fine = self.accounts[entry.agent], Fraction(entry.body["fine"])
        account.owed -= fine
        account.offences.append(entry.number)
        account.last = self.period
        if entry.body["until"] > self.period:
            account.out[entry.number] = entry.body["until"]
        self.sanctions[entry.number] = Sanctioned(entry.agent, self.period, fine)

    def _message(self, entry: Entry) -> None:
        account = self.accounts[entry.agent]
        if set(entry.body["to"]) - {entry.agent}:  # what nobody hears is not said
            account.said = entry.body["text"]
        for clause in entry.body["uses"]:
            account.uses[clause] = account.uses.get(clause, 0) + 1

    def _settlement(self, entry: Entry) -> None:
        assert self.charter is not None
        for name, text in entry.body["transfers"].items():
            self.accounts[name].money += Fraction(text)
            self.fund -= Fraction(text)
        for number, text in entry.body["unpaid"].items():
            self.sanctions[int(number)].unpaid = Fraction(text)
        forgiven = self.charter.ladder.forgiven
        for account in self.accounts.values():
            account.owed, account.said = ZERO, ""
            account.uses.clear()
            if forgiven and account.offences and self.period - account.last >= forgiven:
                account.offences.pop(0)
                account.last = self.period
        self.acted, self.signals, self.clash = {}, {}, set()
        self.period += 1

    def _appeal(self, entry: Entry) -> None:
        self.sanctions[entry.body["of"]].appealed = True
        self.appeals[entry.number] = entry.body["of"]

    def _decision(self, entry: Entry) -> None:
        of = self.appeals.pop(entry.body["appeal"])
        if entry.body["upheld"]:
            account = self.accounts[self.sanctions[of].agent]
            account.owed += Fraction(entry.body["returned"])
            account.out.pop(of, None)
            if of in account.offences:
                account.offences.remove(of)
            self.sanctions[of].fine = ZERO

    def _alarm(self, entry: Entry) -> None:
        self.watches[entry.body["drift"]].alarmed = True

    def _final(self, entry: Entry) -> None:
        self.final = True


_TAKEN = {
    "opening": State._opening,
    "nonce": State._nonce,
    "act": State._act,
    "outcome": State._outcome,
    "finding": State._finding,
    "sanction": State._sanction,
    "message": State._message,
    "settlement": State._settlement,
    "appeal": State._appeal,
    "decision": State._decision,
    "alarm": State._alarm,
    "final": State._final,
}
"""What each kind does; "refused" and "withheld" are for the record only."""


def spelt(body: Mapping[str, Any]) -> str:
    """An act, as what `before` and `after` have in common."""
    return canonical([body["name"], dict(body["arguments"]), body["session"]])
