"""What every adapter asks of the guard, in one place: an act, what came of it, a message; and no answer is a refusal.

A guard that cannot write its ledger, or does not know the agent, answers with an error. Here the error becomes a verdict that
refuses, and says why: what is not booked is not done (it fails closed).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..guard import Act, Verdict


@dataclass(frozen=True)
class Passage:
    """One agent's way through the guard, in one session. Methods never raise; the guard itself is safe across threads."""

    guard: Any
    """A `rulewright.guard.Guard`, or anything with its `before`, `after` and `message`."""
    agent: str
    """As the charter calls it."""
    session: str = ""

    def before(self, name: str, arguments: Mapping[str, Any]) -> Verdict:
        """Whether the act may be done, and in what form."""
        act = Act(self.agent, name, {}, self.session)
        try:
            act = Act(self.agent, name, plain(arguments), self.session)
            return self.guard.before(act)
        except Exception as wrong:
            return refused(act, f"{name} is not done, because the guard could not book it", wrong)

    def after(self, act: Act, outcome: Mapping[str, Any]) -> Verdict:
        """What the rules say of the outcome; a refusal means that the agent is not to have it."""
        try:
            return self.guard.after(act, plain(outcome))
        except Exception as wrong:
            return refused(act, f"What came of {act.name} is withheld, because the guard could not book it", wrong)

    def message(self, hearers: Sequence[str], text: str) -> Verdict:
        """Whether the text may be delivered, and in what form: `said` reads it."""
        act = Act(self.agent, "message", {"hearers": list(hearers), "text": text}, self.session)
        try:
            return self.guard.message(self.agent, tuple(hearers), text)
        except Exception as wrong:
            return refused(act, "The message is not delivered, because the guard could not book it", wrong)


def places(guard: Any, agent: str, tools: Sequence[str]) -> None:
    """Raises InputError where the charter does not know the agent, or may have it do an act for which there is no tool."""
    charter = guard.charter
    wanted = {charter.agent(agent).instead} - {""}
    wanted |= {act for commit in charter.commits if commit.agent == agent for act in commit.acts}
    lacking = sorted(wanted - set(tools))
    if lacking:
        raise InputError(
            where=f"tools of {agent}",
            needed=f"{lacking[0]}, which the charter puts in the place of other acts",
            found=", ".join(tools) or "none",
        )


def refused(act: Act, what: str, wrong: Exception) -> Verdict:
    """A verdict that refuses, with the error in a sentence."""
    told = " ".join(str(wrong).split()) or type(wrong).__name__
    return Verdict(False, act, f"{what} ({told.rstrip('.')}).")


def reason(verdict: Verdict) -> str:
    """Why an act is refused, never empty."""
    return verdict.reason or f"The rules do not permit {verdict.act.name} to {verdict.act.agent}."


def said(verdict: Verdict, text: str) -> str:
    """What is delivered of a message that was let through: the text, unless the rules put another in its place."""
    other = verdict.act.arguments.get("text", text)
    return other if isinstance(other, str) else text


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it, since it is written to the ledger; what JSON lacks is written as its `str`. Raises ValueError for NaN."""
    return json.loads(json.dumps(dict(values), default=str, allow_nan=False))
