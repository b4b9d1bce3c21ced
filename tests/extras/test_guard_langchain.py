"""The guard in LangChain: real agents of `create_agent`, a scripted chat model, and a ledger on disk."""

import asyncio
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("langchain.agents")

from langchain.agents import create_agent
from langchain.agents.middleware import ToolRetryMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command, interrupt

from rulewright.errors import InputError
from rulewright.extras.langchain import Guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Audit, Permit, Price, Speak

CHARTER = Charter(
    name="office",
    agents=(Agent("worker"), Agent("helper"), Agent("people")),
    permits=(Permit(("send", "ask")), Permit(("pay",), ("worker",), when="amount <= 100"), Permit(("tell_boss",))),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("worker", ("helper",)), Speak("worker", ("people",), ("done",))),
    audits=(Audit("receipt", Fraction(1), ("send",), violation='result == "sent to Eve"', fine=Fraction(3)),),
)


class Scripted(BaseChatModel):
    """Says its lines in order, whatever it is asked."""

    lines: list[AIMessage]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **options: Any) -> Any:
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **options: Any) -> ChatResult:
        said = sum(isinstance(m, AIMessage) for m in messages)
        return ChatResult(generations=[ChatGeneration(message=self.lines[said])])


def calls(*named):
    return AIMessage(
        "",
        tool_calls=[{"name": n, "args": a, "id": f"call_{k}", "type": "tool_call"} for k, (n, a) in enumerate(named)],
    )


@pytest.fixture
def done():
    return []


@pytest.fixture
def guard(tmp_path):
    opened = Guard.open(CHARTER, tmp_path / "ledger.db")
    yield opened
    opened.close()


@pytest.fixture
def tools(done):
    @tool
    def send(to: str) -> str:
        """Send a parcel."""
        done.append(("send", to))
        return f"sent to {to}"

    @tool
    def pay(amount: int) -> str:
        """Pay."""
        done.append(("pay", amount))
        return f"paid {amount}"

    @tool
    def tell(whom: str, text: str) -> str:
        """Tell a colleague."""
        done.append(("tell", whom, text))
        return "told"

    @tool
    def ask(question: str) -> str:
        """Ask a human."""
        answer = interrupt(question)
        done.append(("ask", answer))
        return str(answer)

    @tool
    def fail(to: str) -> str:
        """Fail."""
        raise RuntimeError("the van broke down")

    return {t.name: t for t in (send, pay, tell, ask, fail)}


@pytest.fixture
def boss(done):
    @tool
    def tell_boss() -> str:
        """Tell the boss."""
        done.append(("tell_boss",))
        return "the boss knows"

    return tell_boss


def answers(state):
    return [m for m in state["messages"] if isinstance(m, ToolMessage)]


def team(guard, owned, *lines, agent="worker", saver=None, **options):
    return create_agent(
        Scripted(lines=[*lines, AIMessage("done")]),
        list(owned.values()),
        middleware=[Guarded(guard, agent, **options)],
        checkpointer=saver,
    )


START = {"messages": [HumanMessage("go")]}


def lines(guard, *kinds):
    return [entry for entry in guard.ledger.entries() if entry.kind in kinds]


def test_permitted_is_done_refused_is_told_and_each_is_booked_once(guard, tools, done):
    tools.pop("fail")
    agent = team(
        guard, tools, calls(("send", {"to": "Ann"}), ("pay", {"amount": 1000})), agent="helper", session="morning"
    )
    ok, no = answers(agent.invoke(START))
    assert done == [("send", "Ann")]
    assert (ok.status, ok.content) == ("success", "sent to Ann")
    assert no.status == "error" and "pay is not permitted to helper" in no.content
    assert [e.body["session"] for e in lines(guard, "act", "refused")] == ["morning"] * 2
    assert len(lines(guard, "act")) == len(lines(guard, "outcome")) == len(lines(guard, "refused")) == 1
    assert guard.settle()["helper"] == -1


def test_what_the_rules_put_in_its_place_is_done(tmp_path, tools, boss, done):
    agents = (Agent("worker", instead="tell_boss"),)
    guard = Guard.open(Charter(agents=agents, permits=(Permit(("tell_boss",)),)), tmp_path / "l")
    told = answers(team(guard, tools, calls(("pay", {"amount": 1000})), tools=[boss]).invoke(START))
    assert done == [("tell_boss",)] and told[0].content.startswith("the boss knows\npay is not permitted")
    assert told[0].tool_call_id == "call_0" and len(lines(guard, "act")) == len(lines(guard, "outcome")) == 1
    with pytest.raises(InputError, match="tell_boss, which the charter puts in the place"):
        Guarded(guard, "worker")
    with pytest.raises(InputError, match="an agent of the charter"):
        Guarded(guard, "boss")


def test_an_audit_is_told_under_the_result_and_settled_at_the_end(guard, tools, done):
    settled = []
    agent = team(guard, tools, calls(("send", {"to": "Eve"})), settled=settled.append)
    assert "receipt found a violation" in answers(agent.invoke(START))[0].content
    assert [paid["worker"] for paid in settled] == [-4]


def test_a_tool_that_fails_is_booked_and_raised(tmp_path, tools):
    guard = Guard.open(Charter(agents=(Agent("worker"),), free=True), tmp_path / "l")
    with pytest.raises(RuntimeError, match="the van broke down"):
        team(guard, tools, calls(("fail", {"to": "Ann"}))).invoke(START)
    assert [e.body["signals"]["status"] for e in lines(guard, "outcome")] == ["error"]


def test_messages_pass_and_so_does_what_an_agent_says_at_last(guard, tools, done):
    address = {"tell": lambda call: ([call["whom"]], call["text"])}
    say = calls(("tell", {"whom": "helper", "text": "hi"}), ("tell", {"whom": "people", "text": "psst"}))
    agent = team(guard, tools, say, messages=address, hearers=["people"])
    state = agent.invoke(START)
    assert done == [("tell", "helper", "hi")]
    assert "may say to people only: done" in answers(state)[1].content
    assert state["messages"][-1].content == "done"
    assert [e.body["text"] for e in lines(guard, "message")] == ["hi", "done"]
    agent = create_agent(
        Scripted(lines=[AIMessage("buy now", id="x")]), [], middleware=[Guarded(guard, "worker", hearers=["people"])]
    )
    last = agent.invoke(START)["messages"]
    assert len(last) == 2 and "may say to people only" in last[-1].content


def test_every_attempt_passes_where_the_guard_stands_last(tmp_path):
    tried = []

    @tool
    def fly() -> str:
        """Fly."""
        tried.append(1)
        if len(tried) < 3:
            raise RuntimeError("fog")
        return "landed"

    guard = Guard.open(Charter(agents=(Agent("worker"),), free=True), tmp_path / "l")
    again = ToolRetryMiddleware(max_retries=2, initial_delay=0, jitter=False)
    agent = create_agent(
        Scripted(lines=[calls(("fly", {})), AIMessage("done")]), [fly], middleware=[again, Guarded(guard, "worker")]
    )
    assert answers(agent.invoke(START))[0].content == "landed"
    assert len(lines(guard, "act")) == len(lines(guard, "outcome")) == len(tried) == 3


def test_a_graph_of_ones_own_passes_by_its_tool_node(guard, tools, done):
    door = Guarded(guard, "helper")
    graph = StateGraph(MessagesState)
    graph.add_node(
        "tools",
        ToolNode(
            [tools["send"], tools["pay"]], wrap_tool_call=door.wrap_tool_call, awrap_tool_call=door.awrap_tool_call
        ),
    )
    graph.add_edge("__start__", "tools")
    state = graph.compile().invoke({"messages": [calls(("send", {"to": "Ann"}), ("pay", {"amount": 1}))]})
    assert [m.status for m in answers(state)] == ["success", "error"] and done == [("send", "Ann")]


def test_several_agents_in_parallel_book_each_act_once(guard, tools, done):
    tools.pop("fail")
    ring = calls(*(("send", {"to": str(k)}) for k in range(6)))
    agents = [team(guard, tools, ring, agent=name, session=name) for name in ("worker", "helper")]

    async def together():
        return await asyncio.gather(*(agent.ainvoke(START) for agent in agents))

    for state in asyncio.run(together()):
        assert [m.content for m in answers(state)] == [f"sent to {k}" for k in range(6)]
    booked = [(e.agent, e.body["arguments"]["to"]) for e in lines(guard, "act")]
    assert sorted(booked) == sorted((name, str(k)) for name in ("worker", "helper") for k in range(6))
    assert len(done) == len(lines(guard, "outcome")) == 12
    assert guard.settle() == {"worker": -6, "helper": -6, "people": 0}


def test_a_call_that_waits_for_a_human_is_booked_once(guard, tools, done):
    agent = team(guard, tools, calls(("ask", {"question": "may I?"})), saver=InMemorySaver())
    config = {"configurable": {"thread_id": "t7"}}
    assert "__interrupt__" in agent.invoke(START, config)
    assert answers(agent.invoke(Command(resume="yes"), config))[0].content == "yes"
    assert done == [("ask", "yes")]
    address = {"ask": lambda call: (["helper"], call["question"])}
    agent = team(guard, tools, calls(("ask", {"question": "you?"})), saver=InMemorySaver(), messages=address)
    agent.invoke(START, config)
    agent.invoke(Command(resume="me"), config)
    assert done[1:] == [("ask", "me")] and len(lines(guard, "message")) == 1
    assert [(e.body["name"], e.body["session"]) for e in lines(guard, "act")] == [("ask", "t7")]
    assert len(lines(guard, "outcome")) == 1


@pytest.mark.parametrize("sync", [True, False])
def test_what_cannot_be_booked_is_not_done(sync, guard, tools, done):
    agent = team(guard, tools, calls(("send", {"to": "Ann"})), hearers=["people"])
    guard.close(final=True)
    state = agent.invoke(START) if sync else asyncio.run(agent.ainvoke(START))
    assert done == []
    assert "send is not done, because the guard could not book it" in answers(state)[0].content
    assert "not delivered, because the guard could not book it" in state["messages"][-1].content


def test_an_outcome_that_cannot_be_booked_is_withheld(guard, tools):
    def outcome(act, result):
        guard.close(final=True)
        return {"result": result.content}

    state = team(guard, tools, calls(("send", {"to": "Ann"})), outcome=outcome).invoke(START)
    assert "What came of send is withheld" in answers(state)[0].content
    assert "sent to Ann" not in answers(state)[0].content
