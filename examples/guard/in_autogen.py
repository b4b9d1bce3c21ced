"""Two AutoGen agents and a tool agent under one guard: what the clerk may not do, and what it may not say. No model, no key."""

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from autogen_core import AgentId, FunctionCall, MessageContext, RoutedAgent, message_handler
from autogen_core.tool_agent import ToolAgent
from autogen_core.tools import FunctionTool

from rulewright.extras.autogen import Refused, RefusedCall, guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent, Permit, Price, Speak


@dataclass
class Note:
    content: str


class Clerk(RoutedAgent):
    """Sends a parcel, tries to pay, and tells the boss."""

    @message_handler
    async def work(self, message: Note, ctx: MessageContext) -> Note:
        tools, boss = AgentId("tools", "default"), AgentId("boss", "default")
        for to, what in (
            (tools, FunctionCall("1", json.dumps({"to": "Ann"}), "send")),
            (tools, FunctionCall("2", json.dumps({"amount": 1}), "pay")),
            (boss, Note("sent")),
            (boss, Note("raise my wages")),
        ):
            try:
                print((await self.send_message(what, to)).content)
            except (Refused, RefusedCall) as refused:
                print(refused)
        return Note("done")


class Boss(RoutedAgent):
    @message_handler
    async def hear(self, message: Note, ctx: MessageContext) -> Note:
        return Note(f"the boss has heard: {message.content}")


def send(to: str) -> str:
    return f"sent to {to}"


def pay(amount: int) -> str:
    return f"paid {amount}"


charter = Charter(
    name="office",
    agents=(Agent("boss"), Agent("clerk")),
    permits=(Permit(("send",)), Permit(("pay",), ("boss",))),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("clerk", ("boss",), ("sent",)), Speak("boss", ("clerk",))),
)


async def main(guard):
    runtime = guarded(guard)
    await runtime.register_agent_instance(Clerk("clerk"), AgentId("clerk", "default"))
    await runtime.register_agent_instance(Boss("boss"), AgentId("boss", "default"))
    tools = [FunctionTool(each, description=each.__name__) for each in (send, pay)]
    await ToolAgent.register(runtime, "tools", lambda: ToolAgent("tools", tools))
    runtime.start()
    await runtime.send_message(Note("go"), AgentId("clerk", "default"))
    await runtime.stop_when_idle()


with tempfile.TemporaryDirectory() as folder:
    guard = Guard.open(charter, Path(folder) / "office.ledger")
    asyncio.run(main(guard))
    print("owed:", dict(guard.settle()))
    guard.close()
