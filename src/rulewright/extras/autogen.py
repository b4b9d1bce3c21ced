"""AutoGen core: what agents send and publish passes the guard. An `InterventionHandler` of the runtime.

    runtime = guarded(guard)                       a SingleThreadedAgentRuntime with the handler in front
    runtime = SingleThreadedAgentRuntime(intervention_handlers=[Handler(guard)])

    on_send      a FunctionCall is an act of its sender; any other message is said to its recipient
    on_response  a FunctionExecutionResult is what came of the act; any other answer is said to who asked
    on_publish   said to all who are on the topic; a FunctionCall is an act here too

A refusal reaches the sender as `Refused`, which is a ToolException where a tool was called, so that `tool_agent_caller_loop` tells
the model why. AutoGen gives a publisher no answer: a publication that is refused is dropped, and told in the ledger only.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..guard import Act, Verdict
from .needs import needs
from .passage import Passage, reason, said

_core = needs("autogen_core", "a guard in AutoGen", "autogen")
_models = needs("autogen_core.models", "a guard in AutoGen", "autogen")
_tools = needs("autogen_core.tool_agent", "a guard in AutoGen", "autogen")

Outcome = Callable[[Act, Any], Mapping[str, Any]]


class Refused(Exception):
    """A message that the rules did not let through; the text says why."""


class RefusedCall(_tools.ToolException):  # type: ignore[misc, name-defined]
    """A tool call that the rules did not let through; `content` says why."""

    def __str__(self) -> str:
        return str(self.content)


def content(act: Act, result: Any) -> Mapping[str, Any]:
    """The outcome as it is booked where nothing else is asked for: whether it failed, and its text."""
    del act
    return {"status": "error" if result.is_error else "success", "result": str(result.content)}


def words(message: Any) -> str:
    """A message as text: its `content` where it has one, else its fields as JSON."""
    if isinstance(message, str):
        return message
    inner = getattr(message, "content", None)
    if isinstance(inner, str):
        return inner
    if dataclasses.is_dataclass(message) and not isinstance(message, type):
        return json.dumps(dataclasses.asdict(message), default=str)
    if callable(getattr(message, "model_dump_json", None)):
        return str(message.model_dump_json())
    return str(message)


class Handler(_core.DefaultInterventionHandler):  # type: ignore[misc, name-defined]
    """The guard at the runtime's door.

    `names`: {agent's type or "type/key" in AutoGen: name in the charter}; the type where it is missing.
    `outside`: what the charter calls the program itself, which sends and is answered as well; empty: that passes unasked.
    `outcome`: (act, result) → {signal: outcome}. `text`: a message as the ledger has it.
    `topics`: {type of a topic: who hears it}; everybody else where it is missing.
    """

    def __init__(
        self,
        guard: Any,
        *,
        names: Mapping[str, str] | None = None,
        outside: str = "",
        session: str = "",
        outcome: Outcome = content,
        text: Callable[[Any], str] = words,
        topics: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.guard, self.names, self.outside, self.session = guard, dict(names or {}), outside, session
        self.outcome, self.text, self.topics = outcome, text, dict(topics or {})
        self.dropped = 0
        """Messages that were stopped so far."""
        self._acts: dict[tuple[Any, Any, str], list[Act]] = {}

    def name(self, agent: Any) -> str:
        """As the charter calls an agent; empty for the program itself where it is not judged."""
        if agent is None:
            return self.outside
        return self.names.get(str(agent), self.names.get(agent.type, agent.type))

    def _passage(self, agent: Any) -> Passage:
        return Passage(self.guard, self.name(agent), self.session)

    async def on_send(self, message: Any, *, message_context: Any, recipient: Any) -> Any:
        """The message, or what the rules put in its place. Raises Refused or RefusedCall, which the sender gets."""
        sender = message_context.sender
        if not self.name(sender):
            return message
        if isinstance(message, _core.FunctionCall):
            return await self._called(message, sender, recipient)
        return await self._said(message, sender, self.name(recipient))

    async def on_response(self, message: Any, *, sender: Any, recipient: Any) -> Any:
        """As `on_send`, for what comes back; an answer of nothing passes."""
        if message is None or not self.name(recipient):
            return message
        if isinstance(message, _models.FunctionExecutionResult):
            return await self._came(message, sender, recipient)
        return await self._said(message, sender, self.name(recipient))

    async def on_publish(self, message: Any, *, message_context: Any) -> Any:
        """The message, or what the rules put in its place, or DropMessage."""
        sender = message_context.sender
        if not self.name(sender):
            return message
        try:
            if isinstance(message, _core.FunctionCall):  # whoever does it, nobody is told what came of it
                return await self._called(message, sender, None)
            others = [each.name for each in self.guard.charter.agents if each.name != self.name(sender)]
            hearers = self.topics.get(message_context.topic_id.type, others)
            return await self._said(message, sender, *hearers)
        except (Refused, RefusedCall):
            return _core.DropMessage

    # ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _called(self, call: Any, sender: Any, recipient: Any) -> Any:
        try:
            arguments = json.loads(call.arguments or "{}")
            assert isinstance(arguments, dict)
        except (ValueError, AssertionError):
            self._stop(call, f"The arguments of {call.name} are not a JSON object.")
        verdict = await asyncio.to_thread(self._passage(sender).before, call.name, arguments)
        if not verdict.allowed:
            self._stop(call, reason(verdict))
        if recipient is not None:
            self._acts.setdefault((sender, recipient, call.id), []).append(verdict.act)
        same = verdict.act.name == call.name and dict(verdict.act.arguments) == arguments
        return call if same else _core.FunctionCall(call.id, json.dumps(dict(verdict.act.arguments)), verdict.act.name)

    async def _came(self, result: Any, sender: Any, recipient: Any) -> Any:
        waiting = self._acts.get((recipient, sender, result.call_id), [])
        if not waiting:
            self.dropped += 1
            raise RefusedCall(
                result.call_id, f"What came of {result.name} is withheld: nobody asked for it.", result.name
            )
        act = waiting.pop()
        if not waiting:
            del self._acts[recipient, sender, result.call_id]
        try:
            outcome = self.outcome(act, result)
        except Exception as wrong:
            self._stop_result(result, f"What came of {act.name} is withheld: it could not be read ({wrong}).")
        judged = await asyncio.to_thread(self._passage(recipient).after, act, outcome)
        if not judged.allowed:
            self._stop_result(result, reason(judged))
        if judged.reason:
            return result.model_copy(update={"content": f"{result.content}\n{judged.reason}"})
        return result

    def _stop(self, call: Any, why: str) -> None:
        self.dropped += 1
        raise RefusedCall(call.id, why, call.name)

    def _stop_result(self, result: Any, why: str) -> None:
        self.dropped += 1
        raise RefusedCall(result.call_id, why, result.name)

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _said(self, message: Any, sender: Any, *hearers: str) -> Any:
        try:
            text = self.text(message)
        except Exception as wrong:
            self.dropped += 1
            raise Refused(f"The message is not delivered: it could not be read as text ({wrong}).") from None
        verdict: Verdict = await asyncio.to_thread(self._passage(sender).message, hearers, text)
        if not verdict.allowed:
            self.dropped += 1
            raise Refused(reason(verdict))
        return message if said(verdict, text) == text else _worded(message, said(verdict, text))


class Runtime(_core.SingleThreadedAgentRuntime):  # type: ignore[misc, name-defined]
    """See `guarded`."""

    def __init__(self, handler: Handler, **options: Any) -> None:
        super().__init__(**options)
        self.handler = handler

    async def _process_next(self) -> None:
        before = self.handler.dropped
        await super()._process_next()
        for _ in range(
            self.handler.dropped - before
        ):  # AutoGen 0.7 leaves a message that was stopped on its list of work
            self._message_queue.task_done()


def guarded(
    guard: Any, *, handlers: Sequence[Any] = (), runtime: Mapping[str, Any] | None = None, **options: Any
) -> Runtime:
    """A runtime whose messages pass the guard, before `handlers` of your own; `options` as in `Handler`, `runtime` as in AutoGen's.

    Unlike AutoGen's own (0.7.5), its `stop_when_idle` comes back after a message was stopped.
    """
    handler = Handler(guard, **options)
    return Runtime(handler, intervention_handlers=[handler, *handlers], **dict(runtime or {}))


def _worded(message: Any, text: str) -> Any:
    """The message with another text."""
    if isinstance(message, str):
        return text
    if isinstance(getattr(message, "content", None), str):
        if dataclasses.is_dataclass(message) and not isinstance(message, type):
            return dataclasses.replace(message, content=text)  # type: ignore[call-arg]
        if callable(getattr(message, "model_copy", None)):
            return message.model_copy(update={"content": text})
    raise Refused(
        f"The rules put another text in the place of this message, and it has no content to put it in: {text}"
    )
