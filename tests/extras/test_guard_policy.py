"""A charter's static part as a policy of the Agent Governance Toolkit: never more than permitted, and their loader takes it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.extras.governance_toolkit import left_out, to_policies, to_policy
from rulewright.guard import Act, Charter, Guard
from rulewright.guard.charter import Agent, Audit, Ladder, Permit, Price, Rung, Speak

yaml = pytest.importorskip("yaml")

ACTS = ("send", "pay", "fly", "rest")
CHARTER = Charter(
    name="office “A”",
    agents=(Agent("worker", instead="rest"), Agent("helper")),
    permits=(Permit(("send", "rest")), Permit(("pay",), ("worker",), when="amount <= 100"), Permit(("fly",), quota=2)),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("worker"),),
    audits=(Audit("receipt", Fraction(1, 5), ("send", "pay"), signal="lost", found=("yes",), fine=Fraction(3)),),
    ladder=Ladder((Rung(1, Fraction(1), 2),)),
)


def decided(text, tool):
    """What the document says of a call, by the toolkit's rules: the highest priority that matches, else the default."""
    policy = yaml.safe_load(text)
    for rule in sorted(policy["rules"], key=lambda rule: -rule["priority"]):
        condition = rule["condition"]
        assert (condition["field"], condition["operator"]) == ("tool_name", "in")
        if tool in condition["value"]:
            return rule["action"]
    return policy["defaults"]["action"]


def test_who_may_call_what_goes_over():
    texts = to_policies(CHARTER)
    assert {tool: decided(texts["worker"], tool) for tool in (*ACTS, "other")} == {
        "send": "audit", "rest": "allow", "pay": "deny", "fly": "deny", "other": "deny",
    }  # fmt: skip
    assert decided(to_policy(CHARTER, "worker", beside=True), "pay") == "audit"
    assert decided(to_policy(CHARTER, "helper", beside=True), "pay") == "deny"
    assert decided(to_policy(CHARTER, "helper", beside=True), "fly") == "allow"


def test_what_does_not_is_said_at_the_top():
    told = "\n".join(line for line in to_policy(CHARTER, "worker").splitlines() if line.startswith("#"))
    for words in (
        "the condition “amount <= 100” on pay: denied",
        "the quota of 2 for fly in a period: denied",
        "rest in the place of an act of worker",
        "audit receipt: its rate 1/5",
        "prices of acts",
        "(speak)",
        "(ladder)",
        "max_tool_calls",
    ):
        assert words in told
    assert "appeals" not in told
    assert "amount" not in "".join(left_out(CHARTER, "helper"))


def test_one_document_for_all_only_where_all_are_alike():
    alike = Charter(agents=(Agent("a"), Agent("b")), permits=(Permit(("send",)),))
    assert decided(to_policy(alike), "send") == "allow"
    with pytest.raises(InputError, match="Name the agent"):
        to_policy(CHARTER, beside=True)
    with pytest.raises(InputError, match="one of worker, helper"):
        to_policy(CHARTER, "boss")
    with pytest.raises(InputError, match="at least one agent"):
        to_policy(Charter())


PERMITS = st.builds(
    Permit,
    st.lists(st.sampled_from((*ACTS, "*")), min_size=1, max_size=3, unique=True).map(tuple),
    st.sampled_from((("*",), ("a",), ("b",))),
    when=st.sampled_from(("", "amount <= 100")),
    quota=st.sampled_from((None, 1)),
)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(PERMITS, max_size=4).map(tuple),
    st.booleans(),
    st.sampled_from(("a", "b")),
    st.sampled_from((*ACTS, "new")),
)
def test_it_never_allows_what_the_permits_refuse(tmp_path_factory, permits, free, agent, tool):
    charter = Charter(agents=(Agent("a"), Agent("b")), permits=permits, free=free)
    alone, beside = (decided(to_policy(charter, agent, beside=b), tool) == "allow" for b in (False, True))
    guard = Guard.open(charter, tmp_path_factory.mktemp("policy") / "l")
    judged = [guard.before(Act(agent, tool, {"amount": amount})).allowed for amount in (1000, 1)]
    guard.close()
    assert not alone or all(judged)
    assert beside or not any(judged)
    simple = all(not permit.when and permit.quota is None for permit in permits)
    assert not simple or alone == beside == judged[0] == judged[1]


def test_their_loader_takes_it_and_decides_alike(tmp_path):
    schema = pytest.importorskip(
        "agent_os.policies.schema", reason="needs agent-governance-toolkit-core, which is no extra of ours"
    )
    from agent_os.policies.evaluator import PolicyEvaluator

    for agent, text in to_policies(CHARTER).items():
        path = tmp_path / f"{agent}.yaml"
        path.write_text(text, encoding="utf-8")
        document = schema.PolicyDocument.from_yaml(path)
        assert document.name == f"office “A” for {agent}"
        evaluator = PolicyEvaluator([document])
        for tool in (*ACTS, "other"):
            found = evaluator.evaluate({"tool_name": tool})
            assert found.action == decided(text, tool) and found.allowed == (found.action in ("allow", "audit"))
        assert not evaluator.evaluate({}).allowed
        linter = pytest.importorskip("agent_compliance.lint_policy", reason="needs agent-governance-toolkit")
        assert linter.lint_file(path).messages == []
