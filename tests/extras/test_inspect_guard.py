"""A guard before the tool calls of an Inspect agent: permitted, changed, refused with the reason; outcomes are booked."""

import gc

import pytest

from rulewright.guard import Charter, Guard

inspect_ai = pytest.importorskip("inspect_ai")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of what Inspect itself imports and calls
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
]

from inspect_ai import Task  # noqa: E402
from inspect_ai.approval import ApprovalPolicy  # noqa: E402
from inspect_ai.dataset import Sample  # noqa: E402
from inspect_ai.event import ApprovalEvent  # noqa: E402
from inspect_ai.model import ChatMessageTool, ModelOutput, ModelUsage, get_model  # noqa: E402
from inspect_ai.solver import generate, use_tools  # noqa: E402
from inspect_ai.tool import tool  # noqa: E402

from rulewright.extras.inspect import approval  # noqa: E402

CHARTER = """
name = "office"
[[agents]]
name = "worker"
[[permits]]
acts = ["pay"]
when = "amount <= 100"
"""
DONE = []


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.collect()  # streams that Inspect leaves to the collector are collected under this test's filters


@tool
def pay():
    async def execute(amount: int) -> str:
        """Pay somebody.

        Args:
            amount: How much.
        """
        DONE.append(amount)
        return f"paid {amount}"

    return execute


def calls(amounts):
    """A mock model that calls the tool with each amount, and then stops."""

    def usage(output):
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    made = [usage(ModelOutput.for_tool_call("mockllm/model", "pay", {"amount": a})) for a in amounts]
    return get_model("mockllm/model", custom_outputs=[*made, usage(ModelOutput.from_content("mockllm/model", "done"))])


def run(amounts, policies, tmp_path):
    DONE.clear()
    task = Task(dataset=[Sample("Pay.")], solver=[use_tools(pay()), generate()])
    (log,) = inspect_ai.eval(task, model=calls(amounts), approval=policies, display="none", log_dir=str(tmp_path))
    assert log.status == "success", log.error
    return log.samples[0]


def test_tool_calls_pass_the_guard(tmp_path):
    (tmp_path / "office.toml").write_text(CHARTER)
    guard = Guard.open(Charter.read(tmp_path / "office.toml"), tmp_path / "office.db")
    try:
        sample = run([50, 500], [ApprovalPolicy(approval.guard_of(guard, "worker"), "*")], tmp_path)
        assert DONE == [50]
        decisions = [e.decision for e in sample.events if isinstance(e, ApprovalEvent)]
        assert decisions == ["approve", "reject"]
        answers = [m for m in sample.messages if isinstance(m, ChatMessageTool)]
        assert answers[0].text == "paid 50" and "100" in (
            answers[1].error.message if answers[1].error else answers[1].text
        )
        lines = [(e.kind, dict(e.body)) for e in guard.view("worker")]
    finally:
        guard.close()
    assert [kind for kind, _ in lines if kind in ("act", "refused", "outcome")] == ["act", "outcome", "refused"], lines
    assert not approval.DESK.open, "nothing is left of a sample that is over"


def test_a_policy_file_names_it(tmp_path):
    """As `--approval policy.yaml` has it; ledgers are let go when the run ends, and hold what happened."""
    (tmp_path / "office.toml").write_text(CHARTER)
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        'approvers:\n  - name: rulewright/guard\n    tools: "*"\n    agent: worker\n'
        f"    ledger: {tmp_path / 'other.db'}\n    charter: {tmp_path / 'office.toml'}\n"
    )
    run([7], str(policy), tmp_path)
    assert DONE == [7] and not approval.DESK.guards
    guard = Guard.open(None, tmp_path / "other.db")
    try:
        kinds = [e.kind for e in guard.view("worker")]
    finally:
        guard.close()
    assert "act" in kinds and "outcome" in kinds


def test_what_cannot_be_booked_is_not_done(tmp_path):
    (tmp_path / "office.toml").write_text(CHARTER)
    guard = Guard.open(Charter.read(tmp_path / "office.toml"), tmp_path / "office.db")
    try:
        run([50], [ApprovalPolicy(approval.guard_of(guard, "stranger"), "*")], tmp_path)
    finally:
        guard.close()
    assert DONE == []
