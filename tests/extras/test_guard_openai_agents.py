"""The guard in the OpenAI Agents SDK: its real Runner, a model of our own, and a ledger on disk."""

import asyncio
import json
from fractions import Fraction

import pytest

pytest.importorskip("agents")

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from agents import (
    Agent,
    Model,
    ModelResponse,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    ToolExecutionConfig,
    Usage,
    UserError,
    WebSearchTool,
    function_tool,
    handoff,
)
from rulewright.errors import InputError
from rulewright.extras.openai_agents import Witness, guarded
from rulewright.guard import Charter, Guard
from rulewright.guard import guard as guard_of
from rulewright.guard.charter import Agent as Under
from rulewright.guard.charter import Audit, Permit, Price, Speak

CHARTER = Charter(
    name="office",
    agents=(Under("worker"), Under("helper"), Under("people")),
    permits=(Permit(("send",)), Permit(("pay",), ("worker",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("worker", ("helper",)), Speak("helper", ("people",), ("done",))),
    audits=(Audit("receipt", Fraction(1), ("send",), violation='result == "sent to Eve"', fine=Fraction(3)),),
)
QUIET = RunConfig(tracing_disabled=True)


class Scripted(Model):
    """Says its lines in order; what it was given is kept."""

    def __init__(self, *lines):
        self.lines, self.given = list(lines), []

    async def get_response(self, system_instructions, input, *args, **options):
        self.given.append(input)
        line = self.lines.pop(0) if self.lines else "done"
        if isinstance(line, str):
            text = ResponseOutputText(annotations=[], text=line, type="output_text")
            output = [
                ResponseOutputMessage(id="m", content=[text], role="assistant", status="completed", type="message")
            ]
        else:
            output = [
                ResponseFunctionToolCall(
                    name=name, arguments=json.dumps(given), call_id=f"call_{id(self)}_{k}", type="function_call"
                )
                for k, (name, given) in enumerate(line)
            ]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    def stream_response(self, *args, **options):
        raise NotImplementedError

    def heard(self):
        """What tools said to it."""
        return [item["output"] for item in self.given[-1] if item.get("type") == "function_call_output"]


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
    @function_tool
    async def send(to: str) -> str:
        """Send a parcel."""
        await asyncio.sleep(0.001)
        done.append(("send", to))
        return f"sent to {to}"

    @function_tool
    def pay(amount: int) -> str:
        """Pay."""
        done.append(("pay", amount))
        return f"paid {amount}"

    @function_tool(failure_error_function=None)
    def fail() -> str:
        """Fail."""
        raise RuntimeError("the van broke down")

    return [send, pay, fail]


def run(agent, guard, **options):
    return asyncio.run(Runner.run(agent, "go", run_config=QUIET, hooks=Witness(guard, **options)))


def lines(guard, *kinds):
    return [entry for entry in guard.ledger.entries() if entry.kind in kinds]


def test_permitted_is_done_refused_is_told_and_each_is_booked_once(guard, tools, done):
    model = Scripted([("send", {"to": "Ann"}), ("pay", {"amount": 5})])
    helper = Agent(name="Helper", model=model, tools=tools)
    settled = []
    under = guarded(helper, guard, names={"Helper": "helper"}, session="morning")
    assert run(under, guard, settled=settled.append).final_output == "done"
    assert done == [("send", "Ann")] and helper.tools == tools and tools[0].tool_input_guardrails is None
    sent, refused = model.heard()
    assert sent == "sent to Ann" and "pay is not permitted to helper" in refused
    assert [e.body["session"] for e in lines(guard, "act", "refused")] == ["morning"] * 2
    assert len(lines(guard, "act")) == len(lines(guard, "outcome")) == len(lines(guard, "refused")) == 1
    assert settled == [{"worker": 0, "helper": -1, "people": 0}]


def test_what_the_rules_put_in_its_place_is_done(tmp_path, tools, done):
    @function_tool
    def rest() -> str:
        """Rest."""
        done.append(("rest",))
        return "rested"

    guard = Guard.open(Charter(agents=(Under("worker", instead="rest"),), permits=(Permit(("rest",)),)), tmp_path / "l")
    model = Scripted([("pay", {"amount": 1000})])
    run(guarded(Agent(name="worker", model=model, tools=[*tools, rest]), guard), guard)
    assert done == [("rest",)] and model.heard()[0].startswith("rested\npay is not permitted")
    assert len(lines(guard, "act")) == len(lines(guard, "outcome")) == 1
    with pytest.raises(InputError, match="rest, which the charter puts in the place"):
        guarded(Agent(name="worker", tools=tools), guard)
    with pytest.raises(InputError, match="an agent of the charter"):
        guarded(Agent(name="boss", tools=tools), guard)


def test_arguments_that_the_rules_replace_are_those_that_are_done(guard, tools, done):
    class Half:
        """A guard that halves what is paid; everything else as the one behind it."""

        def __getattr__(self, name):
            return getattr(guard, name)

        def before(self, act):
            from dataclasses import replace

            halved = {k: v // 2 for k, v in act.arguments.items()}
            return guard.before(replace(act, arguments=halved))

    model = Scripted([("pay", {"amount": 60})])
    run(guarded(Agent(name="worker", model=model, tools=tools), Half()), guard)
    assert done == [("pay", 30)] and model.heard() == ["paid 30"]


def test_an_audit_is_told_under_the_result(guard, tools):
    model = Scripted([("send", {"to": "Eve"})])
    run(guarded(Agent(name="worker", model=model, tools=tools), guard), guard)
    assert model.heard() == ["sent to Eve\nreceipt found a violation"]
    assert guard.settle()["worker"] == -4


def test_the_word_guard_knows_agents(tmp_path, tools, done):
    model = Scripted([("pay", {"amount": 1000})])
    worker = guard_of(Agent(name="worker", model=model, tools=tools), CHARTER, ledger=tmp_path / "l", session="s")
    asyncio.run(Runner.run(worker, "go", run_config=QUIET))
    assert done == [] and model.heard() == ["pay is permitted only if amount <= 100"]


def test_a_tool_that_fails_is_booked_and_raised(tmp_path, tools):
    guard = Guard.open(Charter(agents=(Under("worker"),), free=True), tmp_path / "l")
    with pytest.raises(Exception, match="the van broke down"):
        run(guarded(Agent(name="worker", model=Scripted([("fail", {})]), tools=tools), guard), guard)
    assert "the van broke down" in lines(guard, "outcome")[0].body["signals"]["result"]


def test_a_handoff_is_a_message_and_the_other_agent_is_under_the_guard_too(guard, tools, done):
    second = Scripted([("pay", {"amount": 5})])
    helper = Agent(name="helper", model=second, tools=tools)
    first = Scripted([("transfer_to_helper", {})])
    worker = Agent(name="worker", model=first, handoffs=[helper])
    helper.handoffs.append(worker)  # in a circle
    result = run(guarded(worker, guard), guard)
    assert result.last_agent.name == "helper" and done == []
    assert "pay is not permitted to helper" in second.heard()[-1]
    assert [(e.agent, e.body["to"]) for e in lines(guard, "message")] == [("worker", ["helper"])]


def test_a_handoff_that_is_refused_leaves_the_first_agent_at_it(guard, tools):
    model = Scripted([("transfer_to_worker", {})])
    helper = Agent(name="helper", model=model, handoffs=[handoff(Agent(name="worker", model=Scripted()))])
    result = run(guarded(helper, guard), guard)
    assert result.last_agent.name == "helper"
    assert model.heard() == ["helper may not speak to worker"]
    assert len(lines(guard, "withheld")) == 1


def test_the_answer_passes_or_the_run_ends(guard):
    assert run(guarded(Agent(name="helper", model=Scripted()), guard, hearers=["people"]), guard).final_output == "done"
    with pytest.raises(OutputGuardrailTripwireTriggered) as stopped:
        run(guarded(Agent(name="helper", model=Scripted("buy now")), guard, hearers=["people"]), guard)
    assert "may say to people only" in stopped.value.guardrail_result.output.output_info


def test_several_agents_in_parallel_book_each_act_once(guard, tools, done):
    ring = [("send", {"to": str(k)}) for k in range(6)]
    models = {name: Scripted(ring) for name in ("worker", "helper")}

    async def together():
        under = [guarded(Agent(name=name, model=model, tools=tools), guard) for name, model in models.items()]
        await asyncio.gather(*(Runner.run(agent, "go", run_config=QUIET, hooks=Witness(guard)) for agent in under))

    asyncio.run(together())
    for model in models.values():
        assert model.heard() == [f"sent to {k}" for k in range(6)]
    booked = [(e.agent, e.body["arguments"]["to"]) for e in lines(guard, "act")]
    assert sorted(booked) == sorted((name, str(k)) for name in models for k in range(6))
    assert len(done) == len(lines(guard, "outcome")) == 12


@pytest.mark.parametrize("early", [True, False])
def test_a_call_that_waits_for_a_human_is_booked_once(early, guard, tools, done):
    tools[1].needs_approval = True
    model = Scripted([("pay", {"amount": 5})])
    worker = guarded(Agent(name="worker", model=model, tools=tools), guard)
    config = RunConfig(
        tracing_disabled=True, tool_execution=ToolExecutionConfig(pre_approval_tool_input_guardrails=early)
    )

    async def asked():
        state = (await Runner.run(worker, "go", run_config=config)).to_state()
        assert done == [] and len(lines(guard, "act")) == early
        for item in state.get_interruptions():
            state.approve(item)
        return await Runner.run(worker, state, run_config=config)

    assert asyncio.run(asked()).final_output == "done"
    assert done == [("pay", 5)] and len(lines(guard, "act")) == len(lines(guard, "outcome")) == 1


def test_what_cannot_be_booked_is_not_done(guard, tools, done):
    model = Scripted([("send", {"to": "Ann"})])
    worker = guarded(Agent(name="worker", model=model, tools=tools, handoffs=[Agent(name="helper")]), guard)
    guard.close(final=True)
    run(worker, guard)
    assert done == [] and "send is not done, because the guard could not book it" in model.heard()[0]
    model.lines = [[("transfer_to_helper", {})]]
    assert run(worker, guard).last_agent.name == "worker"
    assert "not delivered, because the guard could not book it" in model.heard()[-1]


def test_an_outcome_that_cannot_be_booked_is_withheld(guard, tools):
    def outcome(act, output):
        guard.close(final=True)
        return {"result": output}

    model = Scripted([("send", {"to": "Ann"})])
    run(guarded(Agent(name="worker", model=model, tools=tools), guard, outcome=outcome), guard)
    assert "What came of send is withheld" in model.heard()[0] and "sent to Ann" not in model.heard()[0]


def test_tools_that_do_not_pass_are_found(guard, tools, done):
    with pytest.raises(InputError, match="WebSearchTool, which does not pass the guard"):
        guarded(Agent(name="worker", tools=[WebSearchTool()]), guard)
    bare = Agent(name="worker", model=Scripted([("pay", {"amount": 5})]), tools=tools)
    with pytest.raises(UserError, match="needed tool pay under the guard, found one that has not passed it"):
        run(bare, guard)
    assert done == []
