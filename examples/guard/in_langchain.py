"""Two LangChain agents under one guard: payments up to 100, one parcel costs 1. The model is scripted: no key is needed."""

import tempfile
from pathlib import Path

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool

from rulewright.extras.langchain import Guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Permit, Price


class Scripted(BaseChatModel):
    """Calls the tools it is given, then ends. Take any chat model of LangChain instead."""

    calls: list

    @property
    def _llm_type(self):
        return "scripted"

    def bind_tools(self, tools, **options):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **options):
        first = not any(isinstance(message, AIMessage) for message in messages)
        calls = [{"name": n, "args": a, "id": f"call_{k}"} for k, (n, a) in enumerate(self.calls)] if first else []
        return ChatResult(generations=[ChatGeneration(message=AIMessage("" if first else "done", tool_calls=calls))])


@tool
def send(to: str) -> str:
    """Send a parcel."""
    return f"sent to {to}"


@tool
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


charter = Charter(
    name="office",
    agents=(Agent("buyer"), Agent("clerk")),
    permits=(Permit(("send",)), Permit(("pay",), ("buyer",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
)
plans = {
    "buyer": [("pay", {"amount": 20}), ("pay", {"amount": 2000})],
    "clerk": [("send", {"to": "Ann"}), ("pay", {"amount": 1})],
}
with tempfile.TemporaryDirectory() as folder:
    guard = Guard.open(charter, Path(folder) / "office.ledger")
    for name, calls in plans.items():
        agent = create_agent(Scripted(calls=calls), [send, pay], middleware=[Guarded(guard, name)])
        for message in agent.invoke({"messages": [("user", "go")]})["messages"]:
            if message.type == "tool":
                print(f"{name}: {message.content}")
    print("owed:", dict(guard.settle()))
    guard.close()
