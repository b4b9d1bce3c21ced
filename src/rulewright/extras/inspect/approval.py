"""A guard before every tool call of an Inspect agent: as an approver, with hooks that book what came of it.

    approvers:                          # inspect eval … --approval approval.yaml
      - name: rulewright/guard
        tools: "*"
        ledger: run.db
        charter: charter.toml
        agent: worker

Approve: permitted; modify: the rules put other arguments in its place; reject: with the reason, which the model reads. Inspect
lets a rule
change arguments but not the tool: another tool in its place is a rejection. The outcome is booked when the call has ended; what
the agent has read by then cannot be taken back. What is not booked is not done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from inspect_ai.approval import Approval, Approver, approver
from inspect_ai.event import ToolEvent
from inspect_ai.hooks import Hooks, RunEnd, SampleEnd, SampleEvent, hooks
from inspect_ai.log._samples import sample_active  # which sample a call belongs to is said nowhere else
from inspect_ai.tool import ToolCall

from ...errors import InputError
from ...guard import Act, Charter, Guard
from ..passage import Passage, plain, reason


@dataclass
class Desk:
    """Guards by ledger, and calls that were let through and have not ended. One for the process, as Inspect's hooks are."""

    guards: dict[Path, Guard] = field(default_factory=dict)
    """Opened here, and closed when the run ends."""
    lent: dict[Path, Guard] = field(default_factory=dict)
    """Opened by somebody else, who closes them."""
    open: dict[tuple[str, str], tuple[Passage, Act]] = field(default_factory=dict)
    """{(sample, call): who, what}."""
    lock: Lock = field(default_factory=Lock)

    def guard(self, ledger: str, charter: str) -> Guard:
        """The guard of a ledger, opened once."""
        path = Path(ledger).resolve()
        with self.lock:
            if path in self.lent:
                return self.lent[path]
            if path not in self.guards:
                self.guards[path] = Guard.open(Charter.read(charter) if charter else None, path)
            return self.guards[path]

    def close(self) -> None:
        """Let go of all ledgers that were opened here."""
        with self.lock:
            for one in self.guards.values():
                one.close()
            self.guards.clear()
            self.lent.clear()
            self.open.clear()

    def ended(self, sample: str, call: str, outcome: Mapping[str, Any]) -> None:
        """Book what came of a call, if a guard let it through."""
        with self.lock:
            found = self.open.pop((sample, call), None)
        if found is not None:
            passage, act = found
            passage.after(act, outcome)

    def forget(self, sample: str) -> None:
        """Calls of a sample that is over."""
        with self.lock:
            for key in [key for key in self.open if key[0] == sample]:
                del self.open[key]


DESK = Desk()


def guard_of(runtime: Guard, agent: str) -> Approver:
    """An approver that asks a guard which is open already; who opened it closes it."""
    path = Path(runtime.ledger.path).resolve()
    with DESK.lock:
        DESK.lent[path] = runtime
    return guard(str(path), agent)


@approver(name="guard")
def guard(ledger: str, agent: str, charter: str = "") -> Approver:
    """Asks the guard of a ledger. `charter`: a file for a new ledger; left out, the ledger has one. `agent`: as the charter
    calls it.
    """
    if not agent:
        raise InputError(where="guard of an agent", needed="its name in the charter", found="an empty one")
    runtime = DESK.guard(ledger, charter)

    async def approve(message: str, call: ToolCall, view: Any, history: list[Any]) -> Approval:
        active = sample_active()
        sample = "" if active is None else active.sample_uuid
        passage = Passage(runtime, agent, sample)
        verdict = await asyncio.to_thread(passage.before, call.function, call.arguments)
        if not verdict.allowed:
            return Approval(decision="reject", explanation=reason(verdict))
        act = verdict.act
        if act.name != call.function:
            why = f"The rules put {act.name} in the place of {call.function}; Inspect can change arguments only."
            return Approval(decision="reject", explanation=why)
        with DESK.lock:
            DESK.open[(sample, call.id)] = (passage, act)
        told = verdict.reason or f"entry {verdict.entry} of the ledger"
        if dict(act.arguments) == plain(call.arguments):
            return Approval(decision="approve", explanation=told)
        changed = ToolCall(id=call.id, function=call.function, arguments=dict(act.arguments), type=call.type)
        return Approval(decision="modify", modified=changed, explanation=told)

    return approve


@hooks(name="guard", description="Books what came of tool calls that a rulewright guard let through.")
class Booking(Hooks):
    """Outcomes as tool calls end; ledgers are let go when the run ends."""

    def enabled(self) -> bool:
        return bool(DESK.open or DESK.guards or DESK.lent)

    async def on_sample_event(self, data: SampleEvent) -> None:
        event = data.event
        if isinstance(event, ToolEvent):
            await asyncio.to_thread(DESK.ended, data.sample_id, event.id, outcome(event))

    async def on_sample_end(self, data: SampleEnd) -> None:
        DESK.forget(data.sample_id)

    async def on_run_end(self, data: RunEnd) -> None:
        DESK.close()


def outcome(event: ToolEvent) -> dict[str, Any]:
    """What is booked of a call: whether it failed, and its text."""
    failed = event.error is not None
    text = event.error.message if event.error is not None else str(event.result)
    return {"status": "error" if failed else "success", "result": text}
