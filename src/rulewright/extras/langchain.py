"""LangChain and LangGraph: every tool call of an agent passes the guard. A middleware for `langchain.agents.create_agent`.

    worker = create_agent(model, tools, middleware=[Guarded(guard, "worker")])

    wrap_tool_call   before the tool: permitted, replaced, or refused with a tool message that gives the reason;
                     after it: the outcome is booked, and what the rules say of it stands under the result
    after_model      what the agent says without calling a tool goes to `hearers`, and passes as a message
    after_agent      `settled` is given what is owed

Several agents share one guard, each with a middleware of its own. A tool that delivers a message to another agent is
named in `messages`. What is already streamed to a reader cannot be taken back: see docs/howto/guard_frameworks.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from ..guard import Act, Verdict
from .needs import needs
from .passage import Passage, places, plain, reason, said

_agents = needs("langchain.agents.middleware", "a guard in LangChain", "langchain")
_messages = needs("langchain_core.messages", "a guard in LangChain", "langchain")
_interrupts = needs("langgraph.errors", "a guard in LangChain", "langchain")

Addressed = Callable[[Mapping[str, Any]], tuple[Sequence[str], str]]
Outcome = Callable[[Act, Any], Mapping[str, Any]]


def content(act: Act, result: Any) -> Mapping[str, Any]:
    """The outcome as it is booked where nothing else is asked for: whether it failed, and its text."""
    del act
    return {"status": getattr(result, "status", "success"), "result": str(getattr(result, "content", result))}


class Guarded(_agents.AgentMiddleware):  # type: ignore[misc, name-defined]
    """The guard in front of one agent's tools.

    `agent`: as the charter calls it. `session`: which conversation; the thread's id if not given.
    `tools`: all that the charter may put in the place of a call (`instead`, commitments).
    `messages`: {tool: function of its arguments → (hearers, text)}, for tools that deliver messages.
    `outcome`: (act, tool message) → {signal: outcome}, what is booked of a result.
    `hearers`: who hears what the agent says itself; nobody: it is not asked about.
    `settled`: is given {agent: money}, the guard's settlement, whenever this agent ends.
    Raises InputError for an agent that is not in the charter, and where a tool is lacking that the charter puts in others' place.
    """

    def __init__(
        self,
        guard: Any,
        agent: str,
        *,
        session: str | None = None,
        tools: Sequence[Any] = (),
        messages: Mapping[str, Addressed] | None = None,
        outcome: Outcome = content,
        hearers: Sequence[str] = (),
        settled: Callable[[Mapping[str, float]], None] | None = None,
    ) -> None:
        super().__init__()
        places(guard, agent, [tool.name for tool in tools])
        self.guard, self.agent, self.session = guard, agent, session
        self.hearers, self.settled, self.outcome = tuple(hearers), settled, outcome
        self._others = {tool.name: tool for tool in tools}
        self._addressed = dict(messages or {})
        self._waiting: dict[tuple[str, str], tuple[Any, Verdict]] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        return f"guard of {self.agent}"

    # ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────

    def wrap_tool_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
        """The tool's answer, or the reason for a refusal, as a tool message."""
        allowed, verdict = self._before(request)
        if allowed is None:
            return self._no(request, reason(verdict))
        try:
            result = handler(allowed)
        except _interrupts.GraphBubbleUp:  # a human is asked first; the same call comes again, and is booked once
            self._keep(request, verdict)
            raise
        except Exception as failed:
            self._after(request, verdict, failed)
            raise
        return self._after(request, verdict, result)

    async def awrap_tool_call(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """As `wrap_tool_call`; the guard writes in a thread of its own, so that the loop goes on."""
        allowed, verdict = await asyncio.to_thread(self._before, request)
        if allowed is None:
            return self._no(request, reason(verdict))
        try:
            result = await handler(allowed)
        except _interrupts.GraphBubbleUp:
            self._keep(request, verdict)
            raise
        except Exception as failed:
            await asyncio.to_thread(self._after, request, verdict, failed)
            raise
        return await asyncio.to_thread(self._after, request, verdict, result)

    def _before(self, request: Any) -> tuple[Any, Verdict]:
        """(the request to be done or None, the verdict)."""
        call = request.tool_call
        passage, verdict = Passage(self.guard, self.agent, self._session(request.runtime)), self._kept(request)
        if call["name"] in self._addressed:
            return self._message(request, passage) if verdict is None else (request, verdict)
        verdict = verdict or passage.before(call["name"], call["args"])
        if not verdict.allowed:
            return None, verdict
        act = verdict.act
        if act.name == call["name"] and dict(act.arguments) == plain(call["args"]):
            return request, verdict
        done = {**call, "name": act.name, "args": dict(act.arguments)}
        if act.name == call["name"]:
            return request.override(tool_call=done), verdict
        if act.name in self._others:
            return request.override(tool_call=done, tool=self._others[act.name]), verdict
        why = f"The rules put {act.name} in the place of {call['name']}, and there is no such tool here."
        return None, Verdict(False, act, why, entry=verdict.entry)

    def _message(self, request: Any, passage: Passage) -> tuple[Any, Verdict]:
        name, arguments = request.tool_call["name"], request.tool_call["args"]
        try:
            hearers, text = self._addressed[name](arguments)
        except Exception as wrong:
            return None, Verdict(False, Act(self.agent, name), f"{name} has no hearer or no text ({wrong}).")
        verdict = passage.message(hearers, text)
        if verdict.allowed and said(verdict, text) != text:
            why = "The rules put another text in the place of this message: " + said(verdict, text)
            return None, Verdict(False, verdict.act, why, entry=verdict.entry)
        return (request if verdict.allowed else None), verdict

    def _after(self, request: Any, verdict: Verdict, result: Any) -> Any:
        """The result as the agent gets it."""
        if request.tool_call["name"] in self._addressed:
            return result
        passage = Passage(self.guard, self.agent, verdict.act.session)
        try:
            failed = isinstance(result, Exception)
            outcome = {"status": "error", "result": str(result)} if failed else self.outcome(verdict.act, result)
        except Exception as wrong:
            return self._no(request, f"What came of {verdict.act.name} is withheld: it could not be read ({wrong}).")
        judged = passage.after(verdict.act, outcome)
        if not judged.allowed:
            return self._no(request, reason(judged))
        told = [text for text in (verdict.reason, judged.reason) if text]
        if told and isinstance(result, _messages.ToolMessage) and isinstance(result.content, str):
            return result.model_copy(update={"content": "\n".join([result.content, *told])})
        return result

    def _no(self, request: Any, why: str) -> Any:
        call = request.tool_call
        return _messages.ToolMessage(why, name=call["name"], tool_call_id=call["id"], status="error")

    def _keep(self, request: Any, verdict: Verdict) -> None:
        call = request.tool_call
        with self._lock:
            self._waiting[self._call(request)] = (call["name"], plain(call["args"])), verdict

    def _kept(self, request: Any) -> Verdict | None:
        """The verdict on this very call, if it was asked about already and then interrupted."""
        with self._lock:
            asked, verdict = self._waiting.pop(self._call(request), (None, None))
        call = request.tool_call
        return verdict if asked is not None and asked == (call["name"], plain(call["args"])) else None

    def _call(self, request: Any) -> tuple[str, str]:
        return self._session(request.runtime), str(request.tool_call["id"])

    def _session(self, runtime: Any) -> str:
        if self.session is not None:
            return self.session
        config = getattr(runtime, "config", None) or {}
        info = getattr(runtime, "execution_info", None)
        found = config.get("configurable", {}).get("thread_id") or getattr(info, "thread_id", None)
        return str(found or "")

    # ── what is said, and the end ───────────────────────────────────────────────────────────────────────────────

    def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        """What the agent says without calling a tool, replaced by the reason where the rules do not let it pass."""
        last = state["messages"][-1]
        if not self.hearers or not isinstance(last, _messages.AIMessage) or last.tool_calls or not last.text:
            return None
        passage = Passage(self.guard, self.agent, self._session(runtime))
        verdict = passage.message(self.hearers, last.text)
        text = said(verdict, last.text) if verdict.allowed else reason(verdict)
        if text == last.text:
            return None
        return {"messages": [_messages.AIMessage(text, id=last.id, name=last.name)]}  # the same id: it takes its place

    async def aafter_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        return await asyncio.to_thread(self.after_model, state, runtime)

    def after_agent(self, state: Any, runtime: Any) -> None:
        """Settles, where somebody wants to know."""
        del state, runtime
        if self.settled is not None:
            self.settled(self.guard.settle())

    async def aafter_agent(self, state: Any, runtime: Any) -> None:
        await asyncio.to_thread(self.after_agent, state, runtime)
