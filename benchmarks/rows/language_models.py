"""Calls to a language model: ours with and without patience, budget and record, beside OpenAI's own client; recorded answers.

The local server runs in a process of its own, which ends with the one that is measured; its time is not counted.
"""

import asyncio
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rulewright.agents import Message, Request
from rulewright.agents.models import Record, Recorded, Rehearsal
from rulewright.extras.llm import Endpoint, open_model

from ..peers import Peer
from ..row import Ready, Row, Work

CALLS, AT_ONCE, HITS = 300, 8, 2000
SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "catch": {"type": "integer", "minimum": 0, "maximum": 9}},
    "required": ["reason", "catch"],
    "additionalProperties": False,
}
SERVING = "import sys; from rulewright.extras.llm.server import Server; s = Server(); print(s.url, flush=True); sys.stdin.read()"


def requests(count: int = CALLS) -> list[Request]:
    text = "You are ann. There are 100 fish in the lake. How many do you take? " * 5
    return [Request((Message("user", f"{text} {n}"),), SCHEMA) for n in range(count)]


def serving() -> str:
    """The address of a server that ends when this process does: its standard input breaks off."""
    server = subprocess.Popen([sys.executable, "-c", SERVING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    serving.kept = server  # type: ignore[attr-defined]
    return server.stdout.readline().strip()


def rows() -> list[Row]:
    what = f"{CALLS} answers by schema from the local server, {AT_ONCE} at once"
    hits = Row(f"{HITS:,} answers from the record", Ready(from_record), repeats=3)
    return [
        Row(f"{what}: the bare client", Ready(lambda: over_http(bare)), (official(),), repeats=5),
        Row(f"{what}: with patience, budget, record", Ready(lambda: over_http(wrapped)), (official(),), repeats=5),
        hits,
    ]


def over_http(play: Callable[[str, list[Request]], object]) -> Work:
    url, asked = serving(), requests()
    asyncio.run(play(url, requests(1)))  # type: ignore[arg-type]  # everything is imported, the server is warm
    return lambda: asyncio.run(play(url, asked))  # type: ignore[arg-type]


async def bare(url: str, asked: list[Request]) -> int:
    endpoint, gate = Endpoint(url, "selfish"), asyncio.Semaphore(AT_ONCE)

    async def one(request: Request) -> int:
        async with gate:
            return len((await endpoint.complete(request)).text)

    found = await asyncio.gather(*(one(request) for request in asked))
    await endpoint.close()
    return sum(found)


async def wrapped(url: str, asked: list[Request]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with open_model(f"{url}#selfish", record=Path(folder) / "run.db", concurrency=AT_ONCE) as model:
            found = await asyncio.gather(*(model.complete(request) for request in asked))
    return sum(len(reply.text) for reply in found)


def official() -> Peer:
    if importlib.util.find_spec("openai") is None:
        return "OpenAI's client (not installed here)", None
    return "OpenAI's client, without a record", Ready(lambda: over_http(by_openai))


async def by_openai(url: str, asked: list[Request]) -> int:
    import openai

    gate = asyncio.Semaphore(AT_ONCE)
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    async with openai.AsyncOpenAI(base_url=url, api_key="none") as client:

        async def one(request: Request) -> int:
            async with gate:
                found = await client.chat.completions.create(
                    model="selfish",
                    messages=[{"role": message.role, "content": message.content} for message in request.messages],  # type: ignore[misc]
                    response_format=wanted,  # type: ignore[arg-type]
                    max_tokens=request.limit,
                    temperature=request.temperature,
                    seed=request.seed,
                )
            return len(found.choices[0].message.content or "")

        return sum(await asyncio.gather(*(one(request) for request in asked)))


def from_record() -> Work:
    folder = tempfile.mkdtemp()
    asked = requests(HITS)

    async def play() -> int:
        with Record(Path(folder) / "run.db") as record:
            model = Recorded(Rehearsal(), record)
            return sum([len(json.loads((await model.complete(request)).text)) for request in asked])

    asyncio.run(play())
    return lambda: asyncio.run(play())
