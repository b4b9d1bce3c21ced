"""OpenAI Agents SDK: the function tools, the handoffs and the answers of agents pass the guard.

    team   = guarded(triage, guard)                         the agent and everybody it may hand over to, under the guard
    result = Runner.run_sync(team, "…", hooks=Witness(guard, settled=print))

    tool_input_guardrails    before a tool: a refusal is what the model reads in the place of the tool's output
    on_invoke_tool           a call that the rules replace is done as they say, by another tool of the agent too
    tool_output_guardrails   after it: the outcome is booked, or withheld
    Handoff                  a handoff is a message from one agent to another; refused, the first agent goes on, told why
    output_guardrails        the final answer as a message to `hearers`; refused, the run ends by a tripwire
    RunHooks                 a tool that has not passed stops the run; at the end the guard settles

Tools that the provider runs on its own machines (web search, file search, code) never pass here, so an agent that has one is
refused by `guarded`; so are tools of an MCP server, which the SDK makes anew in every run.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import InputError
from ..guard import Act, Verdict, wrapped
from .needs import needs
from .passage import Passage, places, plain, reason, said

_sdk = needs("agents", "a guard in OpenAI Agents", "openai-agents")

MARK = "rulewright"
"""Name of the guardrails; by it `Witness` knows a tool that passes."""
Outcome = Callable[[Act, Any], Mapping[str, Any]]


def content(act: Act, result: Any) -> Mapping[str, Any]:
    """The outcome as it is booked where nothing else is asked for: its text."""
    del act
    return {"result": str(result)}


@dataclass(frozen=True)
class Terms:
    """How agents are put under the guard."""

    guard: Any
    names: Mapping[str, str] = field(default_factory=dict)
    """{agent's name in the SDK: in the charter}; the same where it is missing."""
    session: str | Callable[[Any], str] = ""
    """Which conversation, or a function of the user's own context."""
    outcome: Outcome = content
    hearers: tuple[str, ...] = ()

    def passage(self, agent: Any, context: Any) -> Passage:
        session = self.session(context.context) if callable(self.session) else self.session
        return Passage(self.guard, self.names.get(agent.name, agent.name), session)


def guarded(
    agent: Any,
    guard: Any,
    *,
    names: Mapping[str, str] | None = None,
    session: str | Callable[[Any], str] = "",
    outcome: Outcome = content,
    hearers: Sequence[str] = (),
) -> Any:
    """A copy of the agent, and of all that it may hand over to, whose tools and handoffs pass the guard; input untouched.

    `names`: {agent's name: name in the charter}. `session`: a name, or a function of the run's context.
    `outcome`: (act, tool's output) → {signal: outcome}. `hearers`: who hears final answers; nobody: they are not asked about.
    Raises InputError for a tool that the SDK does not run here, for an agent that is not in the charter, and for one that
    lacks a tool which the charter puts in others' place.
    """
    terms = Terms(guard, dict(names or {}), session, outcome, tuple(hearers))
    return _agent(agent, terms, {})


def _agent(agent: Any, terms: Terms, made: dict[int, Any]) -> Any:
    if id(agent) in made:  # agents may hand over in a circle
        return made[id(agent)]
    if agent.mcp_servers:
        raise InputError(
            where=f"agent {agent.name}",
            needed="tools that are known before the run",
            found="an MCP server",
            remedy="Call its tools from function tools of your own.",
        )
    tools = [_tool(tool, agent, terms) for tool in agent.tools]
    places(terms.guard, terms.names.get(agent.name, agent.name), [tool.name for tool in tools])
    answers = [_answers(terms)] if terms.hearers else []
    copied = agent.clone(tools=tools, handoffs=[], output_guardrails=[*agent.output_guardrails, *answers])
    made[id(agent)] = copied
    copied.handoffs.extend(_handoff(each, copied, terms, made) for each in agent.handoffs)
    return copied


wrapped.register(_sdk.Agent, lambda agent, guard, **settings: guarded(agent, guard, **settings))
"""`rulewright.guard.guard` knows these agents, once this module is imported."""


# ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tool(tool: Any, agent: Any, terms: Terms) -> Any:
    if not isinstance(tool, _sdk.FunctionTool):
        raise InputError(
            where=f"agent {agent.name}",
            needed="function tools, which run here",
            found=f"{type(tool).__name__}, which does not pass the guard",
            remedy="Take it away, or call it from a function tool of your own.",
        )
    others = {each.name: each for each in agent.tools}
    passed: dict[Any, Verdict] = {}  # from `before` to `invoke`
    acting: dict[int, Verdict] = {}  # from `invoke` to `after`, by the context of the call, which lives as long

    def place(context: Any) -> Any:  # a call that a human approves comes twice, in two contexts, and is booked once
        return id(context) if tool.needs_approval is False else (context.tool_call_id, context.tool_arguments)

    async def before(data: Any) -> Any:
        context, done = data.context, _sdk.ToolGuardrailFunctionOutput
        passage = terms.passage(data.agent, context)
        arguments = _arguments(context.tool_arguments)
        if arguments is None:
            return done.reject_content(f"The arguments of {tool.name} are not a JSON object.")
        known = passed.pop(place(context), None)
        verdict = known if known is not None else await asyncio.to_thread(passage.before, tool.name, arguments)
        if not verdict.allowed:
            return done.reject_content(reason(verdict), verdict)
        passed[place(context)] = verdict
        return done.allow(verdict)

    async def invoke(context: Any, arguments: str) -> Any:
        verdict = passed.pop(place(context), None)
        if verdict is None:  # the SDK did not ask: it is not done
            return f"{tool.name} is not done: it has not passed the guard."
        acting[id(context)] = verdict
        act = verdict.act
        if act.name != tool.name or dict(act.arguments) != plain(_arguments(arguments) or {}):
            context._function_tool_arguments = None  # what the SDK had parsed is of the call as it was
            arguments = json.dumps(dict(act.arguments))
        try:
            return await others[act.name].on_invoke_tool(context, arguments)
        except Exception as failed:
            del acting[id(context)]
            passage = terms.passage(context.agent or agent, context)
            await asyncio.to_thread(passage.after, verdict.act, {"result": f"error: {failed}"})
            raise

    async def after(data: Any) -> Any:
        done, verdict = _sdk.ToolGuardrailFunctionOutput, acting.pop(id(data.context), None)
        if verdict is None:
            return done.reject_content(f"What came of {tool.name} is withheld: it has not passed the guard.")
        passage = terms.passage(data.agent, data.context)
        try:
            outcome = terms.outcome(verdict.act, data.output)
        except Exception as wrong:
            return done.reject_content(f"What came of {tool.name} is withheld: it could not be read ({wrong}).")
        judged = await asyncio.to_thread(passage.after, verdict.act, outcome)
        if not judged.allowed:
            return done.reject_content(reason(judged), judged)
        told = [text for text in (verdict.reason, judged.reason) if text]
        if told and isinstance(data.output, str):  # the model reads both: the output, and what the rules say of it
            return done.reject_content("\n".join([data.output, *told]), judged)
        return done.allow(judged)

    asked = _sdk.ToolInputGuardrail(before, MARK)
    heard = _sdk.ToolOutputGuardrail(after, MARK)
    copied = copy.copy(tool)
    copied.on_invoke_tool = invoke
    copied.tool_input_guardrails = [*(tool.tool_input_guardrails or []), asked]
    copied.tool_output_guardrails = [heard, *(tool.tool_output_guardrails or [])]
    return copied


def _arguments(text: str) -> dict[str, Any] | None:
    """The arguments as JSON has them; None where they are something else."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


# ── handoffs and answers ────────────────────────────────────────────────────────────────────────────────────────────

_refused: ContextVar[str] = ContextVar("_refused", default="")
"""Why the handoff of this very task was refused; the SDK asks for the transfer message in the same task."""


@dataclass
class _Handoff(_sdk.Handoff):  # type: ignore[misc, name-defined]
    """A handoff whose transfer message says why it was refused."""

    def get_transfer_message(self, agent: Any) -> str:
        why = _refused.get()
        return why or super().get_transfer_message(agent)


def _handoff(given: Any, source: Any, terms: Terms, made: dict[int, Any]) -> Any:
    plain_one = given if isinstance(given, _sdk.Handoff) else _sdk.handoff(given)

    async def invoke(context: Any, arguments: str) -> Any:
        passage = terms.passage(source, context)
        hearer = terms.names.get(plain_one.agent_name, plain_one.agent_name)
        text = arguments or f"handoff to {hearer}"
        verdict = await asyncio.to_thread(passage.message, [hearer], text)
        if verdict.allowed and said(verdict, text) == text:
            _refused.set("")
            return _agent(await plain_one.on_invoke_handoff(context, arguments), terms, made)
        _refused.set(
            reason(verdict)
            if not verdict.allowed
            else "The rules put another text in the place of this handoff: " + said(verdict, text)
        )
        return source

    kept = {part.name: getattr(plain_one, part.name) for part in fields(plain_one) if part.init}
    return _Handoff(**kept | {"on_invoke_handoff": invoke})


def _answers(terms: Terms) -> Any:
    async def answer(context: Any, agent: Any, output: Any) -> Any:
        text = output if isinstance(output, str) else json.dumps(output, default=str)
        verdict = await asyncio.to_thread(terms.passage(agent, context).message, terms.hearers, text)
        passed = verdict.allowed and said(verdict, text) == text
        return _sdk.GuardrailFunctionOutput(reason(verdict) if not passed else "", tripwire_triggered=not passed)

    return _sdk.OutputGuardrail(answer, MARK)


# ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Witness(_sdk.RunHooks):  # type: ignore[misc, name-defined]
    """Sees every local tool of a run start, and stops the run at one that has not passed; settles at the end.

    `settled` is given {agent: money} when an agent has given the final output.
    """

    def __init__(self, guard: Any, *, settled: Callable[[Mapping[str, float]], None] | None = None) -> None:
        self.guard, self.settled = guard, settled

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        rails = getattr(tool, "tool_input_guardrails", None) or []
        if not any(rail.name == MARK for rail in rails):
            raise InputError(
                where=f"agent {agent.name}",
                needed=f"tool {tool.name} under the guard",
                found="one that has not passed it",
                remedy="Run guarded(agent, guard) instead of the agent.",
            )

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        if self.settled is not None:
            self.settled(await asyncio.to_thread(self.guard.settle))


__all__ = ["Terms", "Witness", "content", "guarded"]
