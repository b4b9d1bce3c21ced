"""The guard in AutoGen core: its own runtime and tool agent, and a ledger on disk."""

import asyncio
import json
from dataclasses import dataclass
from fractions import Fraction

import pytest

pytest.importorskip("autogen_core")

from autogen_core import (
    AgentId,
    DefaultTopicId,
    FunctionCall,
    MessageContext,
    RoutedAgent,
    SingleThreadedAgentRuntime,
    TypeSubscription,
    message_handler,
)
from autogen_core.models import ChatCompletionClient, CreateResult, FunctionExecutionResult, RequestUsage, UserMessage
from autogen_core.tool_agent import ToolAgent, tool_agent_caller_loop
from autogen_core.tools import FunctionTool

from rulewright.extras.autogen import Handler, Refused, RefusedCall, guarded, words
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Audit, Permit, Price, Speak

CHARTER = Charter(
    name="office",
    agents=(Agent("worker", instead="rest"), Agent("helper"), Agent("people")),
    permits=(Permit(("send", "rest")), Permit(("pay",), ("worker",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("worker", ("helper",)), Speak("helper", ("worker",), ("hello",)), Speak("people", ("worker",))),
    audits=(Audit("receipt", Fraction(1), ("send",), violation='result == "sent to Eve"', fine=Fraction(3)),),
)
TOOLS = AgentId("tools", "default")


@dataclass
class Note:
    content: str


@dataclass
class Work:
    """To an agent: what it is to send, to whom, and how."""

    messages: list
    to: str = ""


class Client(ChatCompletionClient):
    """A model that calls the tools it is told, and then says what it has heard."""

    component_type = "model"

    def __init__(self, calls):
        self.calls = calls

    async def create(self, messages, **options):
        heard = [
            r.content
            for m in messages
            if hasattr(m, "content") and isinstance(m.content, list)
            for r in m.content
            if isinstance(r, FunctionExecutionResult)
        ]
        content = "; ".join(heard) if heard else self.calls
        return CreateResult(finish_reason="stop", content=content, usage=self.actual_usage(), cached=False)

    def create_stream(self, *args, **options):
        raise NotImplementedError

    async def close(self):
        pass

    def actual_usage(self):
        return RequestUsage(0, 0)

    total_usage = actual_usage

    def count_tokens(self, *args, **options):
        return 0

    remaining_tokens = count_tokens

    @property
    def capabilities(self):
        return {}

    model_info = capabilities


class Clerk(RoutedAgent):
    """Does the work it is given; keeps what it hears."""

    heard: list

    def __init__(self):
        super().__init__("clerk")
        self.heard = []

    @message_handler
    async def work(self, message: Work, ctx: MessageContext) -> Note:
        if message.to == "topic":
            for each in message.messages:
                await self.publish_message(each, DefaultTopicId())
            return Note("published")
        to = AgentId(message.to, "default")
        answers = await asyncio.gather(
            *(self.send_message(each, to) for each in message.messages), return_exceptions=True
        )
        return Note(json.dumps([a.content if hasattr(a, "content") else str(a) for a in answers]))

    @message_handler
    async def note(self, message: Note, ctx: MessageContext) -> Note:
        self.heard.append(message.content)
        return Note("hello")

    @message_handler
    async def stray(self, message: FunctionCall, ctx: MessageContext) -> None:
        self.heard.append(message.name)


@pytest.fixture
def done():
    return []


@pytest.fixture
def guard(tmp_path):
    opened = Guard.open(CHARTER, tmp_path / "ledger.db")
    yield opened
    opened.close()


def tools(done):
    async def send(to: str) -> str:
        await asyncio.sleep(0.001)
        done.append(("send", to))
        return f"sent to {to}"

    def pay(amount: int) -> str:
        done.append(("pay", amount))
        return f"paid {amount}"

    def rest() -> str:
        done.append(("rest",))
        return "rested"

    return [FunctionTool(f, description=f.__name__) for f in (send, pay, rest)]


def call(name, k=0, **arguments):
    return FunctionCall(f"call_{k}", json.dumps(arguments), name)


def run(runtime, done, *sent):
    """The answers of what is sent to agents from outside, one after the other; and the clerks. Ends when nothing is left."""

    async def main():
        clerks = {name: Clerk() for name in ("worker", "helper")}
        for name, clerk in clerks.items():
            await runtime.register_agent_instance(clerk, AgentId(name, "default"))
            await runtime.add_subscription(TypeSubscription("default", name))
        await ToolAgent.register(runtime, "tools", lambda: ToolAgent("tools", tools(done)))
        runtime.start()
        answers = [await runtime.send_message(message, AgentId(to, "default")) for to, message in sent]
        await asyncio.wait_for(runtime.stop_when_idle(), 5)
        return [json.loads(a.content) if a.content[0] == "[" else a.content for a in answers], clerks

    return asyncio.run(main())


def lines(guard, *kinds):
    return [entry for entry in guard.ledger.entries() if entry.kind in kinds]


def test_permitted_is_done_refused_is_told_and_each_is_booked_once(guard, done):
    work = Work([call("send", to="Ann"), call("pay", 1, amount=5)], "tools")
    (answer,), _ = run(guarded(guard, session="morning"), done, ("helper", work))
    assert answer[0] == "sent to Ann" and "pay is not permitted to helper" in answer[1]
    assert done == [("send", "Ann")]
    assert [e.body["session"] for e in lines(guard, "act", "refused")] == ["morning"] * 2
    assert len(lines(guard, "act")) == len(lines(guard, "outcome")) == len(lines(guard, "refused")) == 1
    assert guard.settle()["helper"] == -1


def test_what_the_rules_put_in_its_place_is_done(guard, done):
    (answer,), _ = run(guarded(guard), done, ("worker", Work([call("pay", amount=1000)], "tools")))
    assert done == [("rest",)] and answer == ["rested"]


def test_an_audit_is_told_under_the_result(guard, done):
    (answer,), _ = run(guarded(guard), done, ("worker", Work([call("send", to="Eve")], "tools")))
    assert answer == ["sent to Eve\nreceipt found a violation"]
    assert guard.settle()["worker"] == -4


def test_the_models_of_autogens_own_loop_read_why(guard, done):
    class Loop(RoutedAgent):
        @message_handler
        async def work(self, message: Note, ctx: MessageContext) -> Note:
            client = Client([call("send", to="Ann"), call("pay", 1, amount=5)])
            said = await tool_agent_caller_loop(
                self, TOOLS, client, [UserMessage(content=message.content, source="user")], tools(done)
            )
            return Note(said[-1].content)

    async def main():
        runtime = guarded(guard, names={"looper": "helper"})
        await runtime.register_agent_instance(Loop("loop"), AgentId("looper", "default"))
        await ToolAgent.register(runtime, "tools", lambda: ToolAgent("tools", tools(done)))
        runtime.start()
        answer = await runtime.send_message(Note("go"), AgentId("looper", "default"))
        await asyncio.wait_for(runtime.stop_when_idle(), 5)
        return answer.content

    said = asyncio.run(main())
    assert said.startswith("sent to Ann; ") and "pay is not permitted to helper" in said
    assert done == [("send", "Ann")]


def test_messages_and_answers_pass(guard, done):
    answers, clerks = run(
        guarded(guard),
        done,
        ("worker", Work([Note("hi")], "helper")),
        ("helper", Work([Note("psst")], "worker")),
        ("helper", Work([Note("hello")], "worker")),
    )
    assert clerks["helper"].heard == ["hi"] and clerks["worker"].heard == ["hello"]
    assert answers[0] == ["hello"] and "may say to worker only: hello" in answers[1][0]
    assert [(e.agent, e.body["text"]) for e in lines(guard, "message")] == [
        ("worker", "hi"), ("helper", "hello"), ("helper", "hello"), ("worker", "hello"),
    ]  # fmt: skip


def test_what_is_published_is_said_to_all_on_the_topic(guard, done):
    topics = {"default": ["helper"]}
    (answer, other), clerks = run(
        guarded(guard, topics=topics),
        done,
        ("worker", Work([Note("news"), call("send", to="Bob"), call("fly")], "topic")),
        ("helper", Work([Note("gossip")], "topic")),
    )
    assert answer == other == "published"
    assert clerks["helper"].heard == ["news", "send", "rest"] and clerks["worker"].heard == []
    assert [
        e.body["name"] for e in lines(guard, "refused")
    ] == []  # the worker's `fly` is replaced by what it has instead
    assert [e.body["name"] for e in lines(guard, "act")] == ["send", "rest"]
    assert [e.agent for e in lines(guard, "withheld")] == ["helper"]


def test_the_program_itself_may_be_under_the_charter(guard, done):
    with pytest.raises(Refused, match="people may not speak to helper"):
        run(guarded(guard, outside="people"), done, ("helper", Note("hello")))


def test_several_agents_in_parallel_book_each_act_once(guard, done):
    work = Work([call("send", k, to=str(k)) for k in range(6)], "tools")

    async def main():
        runtime = guarded(guard)
        for name in ("worker", "helper"):
            await runtime.register_agent_instance(Clerk(), AgentId(name, "default"))
        await ToolAgent.register(runtime, "tools", lambda: ToolAgent("tools", tools(done)))
        runtime.start()
        names = ("worker", "helper")
        answers = await asyncio.gather(*(runtime.send_message(work, AgentId(name, "default")) for name in names))
        await asyncio.wait_for(runtime.stop_when_idle(), 5)
        return [json.loads(answer.content) for answer in answers]

    assert asyncio.run(main()) == [[f"sent to {k}" for k in range(6)]] * 2
    booked = [(e.agent, e.body["arguments"]["to"]) for e in lines(guard, "act")]
    assert sorted(booked) == sorted((name, str(k)) for name in ("worker", "helper") for k in range(6))
    assert len(done) == len(lines(guard, "outcome")) == 12


def test_what_cannot_be_booked_is_not_done(guard, done):
    guard.close(final=True)
    answers, clerks = run(
        guarded(guard),
        done,
        ("worker", Work([call("send", to="Ann")], "tools")),
        ("worker", Work([Note("hi")], "helper")),
        ("worker", Work([Note("news")], "topic")),
    )
    assert done == [] and clerks["helper"].heard == []
    assert "send is not done, because the guard could not book it" in answers[0][0]
    assert "not delivered, because the guard could not book it" in answers[1][0]


def test_an_outcome_that_cannot_be_booked_is_withheld(guard, done):
    def outcome(act, result):
        guard.close(final=True)
        return {"result": result.content}

    (answer,), _ = run(guarded(guard, outcome=outcome), done, ("worker", Work([call("send", to="Ann")], "tools")))
    assert done == [("send", "Ann")] and "What came of send is withheld" in answer[0] and "sent" not in answer[0]


def test_autogens_own_runtime_waits_for_ever_after_a_refusal_and_ours_does_not(guard, done):
    work = ("helper", Work([call("pay", amount=5)], "tools"))
    own = SingleThreadedAgentRuntime(intervention_handlers=[Handler(guard)])
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(_stopped(own, *work), 0.3))
    run(guarded(guard), done, work)


async def _stopped(runtime, to, message):
    await runtime.register_agent_instance(Clerk(), AgentId(to, "default"))
    await ToolAgent.register(runtime, "tools", lambda: ToolAgent("tools", []))
    runtime.start()
    await runtime.send_message(message, AgentId(to, "default"))
    await runtime.stop_when_idle()


def test_results_that_nobody_asked_for_are_withheld(guard):
    handler = Handler(guard)
    result = FunctionExecutionResult(content="gold", name="send", call_id="x", is_error=False)
    with pytest.raises(RefusedCall, match="nobody asked for it"):
        asyncio.run(handler.on_response(result, sender=TOOLS, recipient=AgentId("worker", "default")))


def test_messages_are_told_as_text():
    assert words("a") == "a" and words(Note("b")) == "b" and words(Work([], "c")) == '{"messages": [], "to": "c"}'
