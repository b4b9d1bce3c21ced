"""Two agents of the OpenAI Agents SDK under one guard, with a handoff between them. The model is scripted: no key is needed."""

import asyncio
import json
import tempfile
from pathlib import Path

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage, function_tool
from rulewright.extras.openai_agents import Witness, guarded
from rulewright.guard import Charter, Guard
from rulewright.guard.charter import Agent as Under
from rulewright.guard.charter import Permit, Price, Speak


class Scripted(Model):
    """Calls the tools it is given, one a turn, then ends; prints what they said. Take any model of the SDK instead."""

    def __init__(self, *calls):
        self.calls = list(calls)

    async def get_response(self, system_instructions, input, *args, **options):
        for item in input[-1:]:
            if isinstance(item, dict) and item.get("type") == "function_call_output":
                print(item["output"])
        if self.calls:
            name, given = self.calls.pop(0)
            output = ResponseFunctionToolCall(
                name=name, arguments=json.dumps(given), call_id=f"{name}_{len(self.calls)}", type="function_call"
            )
        else:
            text = ResponseOutputText(annotations=[], text="done", type="output_text")
            output = ResponseOutputMessage(
                id="end", content=[text], role="assistant", status="completed", type="message"
            )
        return ModelResponse(output=[output], usage=Usage(), response_id=None)

    def stream_response(self, *args, **options):
        raise NotImplementedError


@function_tool
def send(to: str) -> str:
    """Send a parcel."""
    return f"sent to {to}"


@function_tool
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


charter = Charter(
    name="office",
    agents=(Under("buyer"), Under("clerk")),
    permits=(Permit(("send",)), Permit(("pay",), ("buyer",), when="amount <= 100")),
    prices=(Price("-1", ("send",)),),
    speaks=(Speak("buyer", ("clerk",)),),
)
clerk = Agent(name="clerk", tools=[send, pay], model=Scripted(("send", {"to": "Ann"}), ("pay", {"amount": 1})))
buyer = Agent(
    name="buyer",
    tools=[pay],
    handoffs=[clerk],
    model=Scripted(("pay", {"amount": 2000}), ("pay", {"amount": 20}), ("transfer_to_clerk", {})),
)
with tempfile.TemporaryDirectory() as folder:
    guard = Guard.open(charter, Path(folder) / "office.ledger")
    hooks = Witness(guard, settled=lambda owed: print("owed:", dict(owed)))
    run = Runner.run(guarded(buyer, guard), "go", hooks=hooks, run_config=RunConfig(tracing_disabled=True))
    asyncio.run(run)
    guard.close()
