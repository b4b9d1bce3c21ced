"""Work that may be done badly, and an auditor who may look: whether anybody looks is a choice too.

Each round every worker complies, or cuts corners and gains g. The auditor says how many pieces of work to inspect; which, chance
says. An inspection costs the auditor c, flags bad work with probability tpr and good work with probability fpr.

    none      a flag has no consequence
    fine      who is flagged forfeits g and pays S
    bounty    and the auditor is paid b for bad work that it found, and pays e for a false alarm
    probes    and with probability π one piece is planted and known to be bad: signing it off costs the auditor m

People get 1 for good work, −h for bad work that passed, 0 for bad work that was caught, and pay for inspections.
The game between one worker and the auditor is `design.enforcement.Inspection`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ..personalities.prospect import Prospect
from ..stage import Event, Settled
from ..view import Answer, Choice, View

ACTS = ("comply", "cut corners")
RULES = ("none", "fine", "bounty", "probes")


@dataclass(frozen=True)
class Desk:
    """What happened so far, and the chance that is left."""

    seed: int
    round: int = 1
    told: Mapping[str, str] = field(default_factory=dict)
    """{player: what it learnt last}."""
    last: tuple[int, int] = (1, 0)
    """(pieces inspected, flagged) in the last round; before it, one that passed is supposed."""


@dataclass(frozen=True)
class Audits:
    """`workers` and an auditor, for a number of rounds. All money in units of honest work."""

    rule: str = "none"
    workers: int = 2
    rounds: int = 5
    gain: float = 0.5
    stake: float = 1.5
    tpr: float = 0.9
    fpr: float = 0.05
    audit_cost: float = 0.2
    harm: float = 1.0
    bounty: float = 1.0
    false_alarm: float = 0.5
    probes: float = 0.5
    miss: float = 1.0
    name: str = "audits"
    players: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        shares = (self.tpr, self.fpr, self.probes)
        money = (self.gain, self.stake, self.audit_cost, self.harm, self.bounty, self.false_alarm, self.miss)
        if self.rule not in RULES:
            raise InputError(where=self.name, needed=f"a rule: {', '.join(RULES)}", found=repr(self.rule))
        if self.workers < 1 or self.rounds < 1:
            found = f"{self.workers} workers, {self.rounds} rounds"
            raise InputError(where=self.name, needed="at least one worker and one round", found=found)
        if not all(0 <= s <= 1 for s in shares) or not all(0 <= m < float("inf") for m in money):
            raise InputError(where=self.name, needed="shares from 0 to 1, money of at least 0", found=repr(self))
        object.__setattr__(self, "players", (*(f"worker {k}" for k in range(1, self.workers + 1)), "auditor"))

    @property
    def best(self) -> float:
        return float(self.workers * self.rounds)

    def start(self, seed: int) -> Desk:
        return Desk(seed)

    def asked(self, state: Desk) -> Mapping[str, View]:
        return {player: self._view(player, state) for player in self.players}

    def _view(self, player: str, state: Desk) -> View:
        most = self.workers + (self.rule == "probes")
        if player == "auditor":
            choice = Choice("inspect", "how many pieces of work you inspect", low=0, high=most, whole=True, default=0)
            kind = "audit"
        else:
            choice, kind = Choice("work", "how you work this round", ACTS, default=ACTS[0]), "act"
        prospect = self._auditing(state, most) if player == "auditor" else self._working(state, most)
        numbers = {"rule": self.rule, "pieces": most, "rounds": self.rounds, "prospects": (prospect,)}
        return View(player, state.round, self._rules(player), state.told.get(player, ""), (choice,), numbers, kind)

    def _working(self, state: Desk, pieces: int) -> Prospect:
        """If the auditor looks at as many pieces as last."""
        looked = min(state.last[0] / pieces, 1.0) * (self.rule != "none")
        own = np.array([-looked * self.fpr * self.stake, self.gain - looked * self.tpr * (self.gain + self.stake)])
        good = np.array([True, False])
        return Prospect("work", ACTS, own, self.workers * np.array([1.0, -self.harm]), good, good)

    def _auditing(self, state: Desk, pieces: int) -> Prospect:
        """If as large a share of work is bad as the last flags make likely (one of each added: Laplace)."""
        looked, flagged = state.last
        bad, k = (flagged + 1) / (looked + 2), np.arange(pieces + 1)
        pays = self.rule in ("bounty", "probes")
        each = bad * self.tpr * self.bounty - (1 - bad) * self.fpr * self.false_alarm
        own = -self.audit_cost * k + pays * each * k * self.workers / pieces
        if self.rule == "probes":
            caught = k / pieces * self.tpr
            own = own + self.probes * (caught * self.bounty - (1 - caught) * self.miss)
        group = k * (self.workers / pieces * bad * self.tpr * self.harm - self.audit_cost)
        every = np.ones(len(k), bool)
        return Prospect("inspect", tuple(range(pieces + 1)), own, group, every, every)

    def _rules(self, player: str) -> str:
        said = [
            f"You are {player}. {self.workers} worker(s) and one auditor, {self.rounds} round(s) in all; "
            f"everybody chooses at once.",
            f"A worker complies, or cuts corners and gains {self.gain:g}. The auditor may inspect pieces of work, at a cost of "
            f"{self.audit_cost:g} each; an inspection flags bad work {self.tpr:.0%} of the time and good work {self.fpr:.0%}.",
        ]
        if self.rule == "none":
            said.append("A flag has no consequence.")
        else:
            said.append(f"A worker who is flagged forfeits the gain and pays {self.stake:g}.")
        if self.rule in ("bounty", "probes"):
            said.append(
                f"The auditor is paid {self.bounty:g} for bad work that it flags, and pays {self.false_alarm:g} for a false flag."
            )
        if self.rule == "probes":
            said.append(
                f"In {self.probes:.0%} of the rounds one more piece is planted and known to be bad; the auditor "
                f"cannot tell which. If "
                f"it passes, the auditor pays {self.miss:g}."
            )
        return "\n".join(said)

    def settle(self, state: Desk, answers: Mapping[str, Answer]) -> Settled:
        rng = np.random.default_rng([state.seed, state.round])
        bad = [answers[p]["work"] == ACTS[1] for p in self.players[:-1]]
        planted = self.rule == "probes" and bool(rng.random() < self.probes)
        pieces = [*bad, True] if planted else bad
        wanted = min(int(answers["auditor"]["inspect"]), len(pieces))
        seen = {int(k) for k in rng.permutation(len(pieces))[:wanted]}
        noise = rng.random(len(pieces))
        flagged = [k in seen and noise[k] < (self.tpr if b else self.fpr) for k, b in enumerate(pieces)]
        payoffs = {p: self.gain * b for p, b in zip(self.players, bad, strict=False)}
        payoffs["auditor"] = -self.audit_cost * wanted
        transfers, events = self._consequences(bad, flagged, planted)
        events = [Event("audit", "auditor", self._piece(k)) for k in sorted(seen)] + events
        fate = sum(1.0 if not b else 0.0 if f else -self.harm for b, f in zip(bad, flagged, strict=False))
        goal = fate - self.audit_cost * wanted
        nxt = Desk(state.seed, state.round + 1, self._told(seen, flagged, planted), (len(seen), sum(flagged)))
        return Settled(nxt, payoffs, transfers, goal, tuple(events), over=state.round >= self.rounds)

    def _piece(self, k: int) -> str:
        return self.players[k] if k < self.workers else "probe"

    def _consequences(
        self, bad: list[bool], flagged: list[bool], planted: bool
    ) -> tuple[dict[str, float], list[Event]]:
        """(money, events) of one round."""
        money = dict.fromkeys(self.players, 0.0)
        events = [Event("violation", p) for p, b in zip(self.players, bad, strict=False) if b]
        pays = self.rule in ("bounty", "probes")
        for k, b in enumerate(bad):
            if not flagged[k] or self.rule == "none":
                continue
            fine = self.stake + self.gain * b
            money[self.players[k]] -= fine
            money["auditor"] += pays * (self.bounty if b else -self.false_alarm)
            events.append(Event("sanction", "auditor", self.players[k], fine, bool(b)))
        if planted:
            money["auditor"] += self.bounty if flagged[-1] else -self.miss
        return money, events

    def _told(self, seen: set[int], flagged: list[bool], planted: bool) -> dict[str, str]:
        told = {}
        for k, player in enumerate(self.players[:-1]):
            word = "flagged" if flagged[k] else "inspected and passed" if k in seen else "not inspected"
            told[player] = f"Last round your work was {word}."
        told["auditor"] = f"Last round you inspected {len(seen)} and flagged {sum(flagged)}."
        if planted and not flagged[-1]:
            told["auditor"] += " A planted piece passed."
        return told


def workers_of(stage: Any) -> tuple[str, ...]:
    """Those who can break the rule."""
    return tuple(p for p in stage.players if p != "auditor")
