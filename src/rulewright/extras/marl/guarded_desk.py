"""The desk between an environment and its guard: acts in, outcomes in, transfers out, and what each agent is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.events import ACTION
from ...guard import Act, Guard, Verdict
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


class Desk:
    """Of one environment; agents are called by their position in the game."""

    def __init__(self, game: Foreign, guard: Guard) -> None:
        self.game, self.guard = game, guard
        self.episode = 0
        self.slips: dict[int, Slip] = {}
        self._seen = dict.fromkeys(range(game.n), 0)

    def begin(self) -> None:
        """A new episode, which is a session in the ledger."""
        self.episode += 1
        self.slips = {}

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
                "entry": slip.verdict.entry,
            }
        lines = self.guard.view(self.game.names[i], self._seen[i])
        if lines:
            self._seen[i] = lines[-1].number + 1
        return found | {"ledger": tuple(lines)}

    def say(self, agent: Any, hearers: Any, text: str) -> Verdict:
        """See `say` of the environments."""
        return self.passage(self.game.agents.index(agent)).message(tuple(map(str, hearers)), text)
