"""The guard in LangChain: real agents of `create_agent`, a scripted chat model, and a ledger on disk."""

from typing import Any

import pytest

pytest.importorskip("langchain.agents")

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool

from rulewright.extras.langchain import Guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Permit, Price, Speak

CHARTER = Charter(
    name="office",
    agents=(Agent("worker"), Agent("helper")),
    permits=(Permit(("send", "tell"), when=""), Permit(("pay",), ("worker",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("worker", ("helper",)),),
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
        done = sum(isinstance(m, AIMessage) for m in messages)
        return ChatResult(generations=[ChatGeneration(message=self.lines[done])])


def calls(*named: tuple[str, dict]) -> AIMessage:
    return AIMessage(
        "",
        tool_calls=[{"name": n, "args": a, "id": f"call_{k}", "type": "tool_call"} for k, (n, a) in enumerate(named)],
    )


@pytest.fixture
def done():
    return []


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

    return [send, pay, tell]


def tool_messages(state):
    return [m for m in state["messages"] if isinstance(m, ToolMessage)]


def asked(agent, **config):
    return agent.invoke({"messages": [HumanMessage("go")]}, config={"configurable": config})


def kinds(guard, *kind):
    return [entry for entry in guard.ledger.entries() if entry.kind in kind]


def test_permitted_is_done_refused_is_told_and_both_are_judged_once(tmp_path, tools, done):
    guard = Guard.open(CHARTER, tmp_path / "ledger.db")
    lines = [
        calls(("send", {"to": "Ann"}), ("pay", {"amount": 1000})),
        calls(("pay", {"amount": 5})),
        AIMessage("done"),
    ]
    agent = create_agent(Scripted(lines=lines), tools, middleware=[Guarded(guard, "worker", session="s")])
    answers = tool_messages(asked(agent))
    assert done == [("send", "Ann"), ("pay", 5)]
    assert [a.status for a in answers] == ["success", "error", "success"]
    assert "amount" in answers[1].content
    assert guard.settle()["worker"] == pytest.approx(-1)
    assert {entry.session for entry in kinds(guard, "act")} == {"s"}
    guard.close()
