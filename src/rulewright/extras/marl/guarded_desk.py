"""The desk between an environment and its guard: acts in, outcomes in, transfers out, and what each agent is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import ACTION
from ...guard import Act, Entry, Guard, Verdict
from ..foreign import Foreign
from ..passage import Passage, plain, reason


@dataclass
class Slip:
    """One agent's act in one period."""

    asked: str
    done: str
    verdict: Verdict
    owed: float = 0.0
    told: list[str] = field(default_factory=list)


TOLD = ("name", "arguments", "text", "signals", "why", "fine", "reason")
"""What a line of somebody else says to an agent in an environment."""


class Desk:
    """Of one environment; agents are called by their position in the game."""

    def __init__(self, game: Foreign, guard: Guard) -> None:
        self.game, self.guard = game, guard
        self.episode = 0
        self.slips: dict[int, Slip] = {}
        self.start = 0
        """Number in the ledger of the episode's first line; infos count from it, so that the same play is told alike."""
        self._seen: dict[int, int] = {}

    def begin(self) -> None:
        """A new episode, which is a session in the ledger."""
        self.episode += 1
        self.slips = {}
        self.start = self.guard.head().number + 1
        self._seen = dict.fromkeys(range(self.game.n), self.start)

    def passage(self, i: int) -> Passage:
        return Passage(self.guard, self.game.names[i], f"episode {self.episode}")

    # ── acts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def mask(self, i: int) -> Any:
        """bool [own action]: what the charter may permit; what hangs on a condition or a quota is only known when asked."""
        charter, own = self.guard.charter, self.game.own[i]
        mine = {act for p in charter.permits if charter.speaks_of(p.agents, self.game.names[i]) for act in p.acts}
        return np.array([act in mine or "*" in mine or charter.free for act in own])

    def ask(self, i: int, act: str, arguments: Mapping[str, Any]) -> str:
        """The act that is done for the agent's. Raises InputError where none may be."""
        verdict = self.passage(i).before(act, arguments)
        other = self.game.otherwise
        if verdict.allowed and self._known(i, verdict.act):
            self.slips[i] = Slip(act, verdict.act.name, verdict)
        elif other is not None and self.game.listed[i]:
            second = self.passage(i).before(other, {}) if other != act else verdict
            self.slips[i] = Slip(act, other, second, told=[reason(verdict)])
        else:
            raise InputError(
                where=f"action of {self.game.names[i]}",
                needed="an act that the rules allow",
                found=f"{act}: {reason(verdict)}",
                remedy="Read the action mask, or name the action to be done instead (otherwise=…).",
            )
        slip = self.slips[i]
        slip.owed += slip.verdict.owed if slip.verdict.allowed else 0.0
        if slip.verdict.reason and slip.verdict.reason not in slip.told:
            slip.told.append(slip.verdict.reason)
        return slip.done

    def _known(self, i: int, act: Act) -> bool:
        return act.name in self.game.own[i]

    # ── outcomes ────────────────────────────────────────────────────────────────────────────────────────────────

    def came(self, i: int, codes: Mapping[str, Any], base: float, first: bool) -> None:
        """Reports what the environment showed of agent i's act; `first`: it also reports what is nobody's."""
        slip = self.slips.get(i)
        if slip is None or not slip.verdict.allowed:
            return
        judged = self.passage(i).after(slip.verdict.act, plain(self._outcome(i, codes, base, first)))
        if not judged.allowed:
            raise InputError(
                where=f"outcome of {self.game.names[i]}", needed="a line in the ledger", found=reason(judged)
            )
        slip.owed += judged.owed
        if judged.reason:
            slip.told.append(judged.reason)

    def _outcome(self, i: int, codes: Mapping[str, Any], base: float, first: bool) -> dict[str, Any]:
        shown = {each.signal for each in self.guard.charter.shown}
        found: dict[str, Any] = {"reward": base}
        for reading in self.game.signals:
            mine = reading.at[0] == i if reading.at else first
            if not mine or reading.name in shown:
                continue
            code = int(codes[reading.kind][reading.at])
            if code < 0:
                continue
            outcome = reading.outcomes[code]
            found[reading.name] = outcome
            if len(reading.at) == 1 and reading.kind != ACTION:  # under its short name, for formulas
                found[reading.kind] = int(outcome) if outcome.isdecimal() else outcome
        return found

    # ── the end of a period ─────────────────────────────────────────────────────────────────────────────────────

    def settle(self, base: Mapping[int, float]) -> Any:
        """float [player]: what the rules moved to each since the last settlement."""
        paid = self.guard.settle({self.game.names[i]: amount for i, amount in base.items()})
        return np.array([float(paid.get(name, 0.0)) for name in self.game.names])

    def told(self, i: int) -> dict[str, Any]:
        """What agent i is told of its act, and of the lines that it may read since it was last told."""
        slip = self.slips.get(i)
        found: dict[str, Any] = {}
        if slip is not None:
            found = {
                "asked": slip.asked,
                "done": slip.done,
                "owed": slip.owed,
                "reason": " ".join(slip.told),
                "entry": slip.verdict.entry - self.start,
            }
        lines = self.guard.view(self.game.names[i], self._seen[i])
        if lines:
            self._seen[i] = lines[-1].number + 1
        mine = [line for line in lines if line.agent == self.game.names[i]]
        return found | {
            "audit": {
                name: bool(x["found"])
                for line in mine
                if line.kind == "outcome"
                for name, x in line.body["audits"].items()
                if x["drawn"]
            },
            "sanctions": tuple(line.number - self.start for line in mine if line.kind == "sanction"),
            "sanction": 0.0 - float(sum(Fraction(line.body["fine"]) for line in mine if line.kind == "sanction")),
            "ledger": tuple(self._told(line) for line in lines if line.agent in self.game.names and line not in mine),
        }

    def _told(self, line: Entry) -> dict[str, Any]:
        said = {name: line.body[name] for name in TOLD if name in line.body}
        return {"number": line.number - self.start, "kind": line.kind, "agent": line.agent} | said

    def appeal(self, agent: Any, entry: int, grounds: str) -> int:
        """See `appeal` of the environments."""
        name = self.game.names[self.game.agents.index(agent)]
        return self.guard.appeal(name, entry + self.start, grounds) - self.start

    def say(self, agent: Any, hearers: Any, text: str) -> Verdict:
        """See `say` of the environments."""
        return self.passage(self.game.agents.index(agent)).message(tuple(map(str, hearers)), text)
