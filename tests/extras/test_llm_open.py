"""One call opens a model with everything around it: faults are survived, a rerun is free, a killed run goes on."""

import asyncio
import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rulewright.agents import Message, Request, Usage
from rulewright.agents.models import Budget, Overspent, Price, Record, Trouble
from rulewright.errors import InputError
from rulewright.extras.llm import Provider, named_model, open_model, replayed_name
from rulewright.extras.llm.server import Server

SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "catch": {"type": "integer", "minimum": 0, "maximum": 7}},
    "required": ["reason", "catch"],
    "additionalProperties": False,
}
KEY = "sk-quite-secret-0123456789abcdef"


def questions(count, **more):
    return [Request((Message("user", f"question {n}"),), SCHEMA, **more) for n in range(count)]


def run(spec, requests, **settings):
    """(the replies, the model as it was left)."""

    async def play():
        async with open_model(spec, **settings) as model:
            return await asyncio.gather(*(model.complete(request) for request in requests)), model

    return asyncio.run(play())


@pytest.mark.parametrize("stream", [False, True])
def test_faults_change_nothing_but_the_number_of_tries(stream):
    requests = questions(30, temperature=1.0)
    calm, _ = run("local:noisy", requests)
    faults = {"429": 0.1, "500": 0.05, "503": 0.05, "cut": 0.1, "reset": 0.05, "broken": 0.05, "empty": 0.05}
    with Server(faults=faults, after=0.01) as server:
        spec, stormy = f"{server.url}#noisy", []

        async def play():
            async with open_model(spec, concurrency=8, tries=12, first=0.01, stream=stream) as model:
                stormy.extend(await asyncio.gather(*(model.complete(request) for request in requests)))
                return model

        model = asyncio.run(play())
        stats = server.stats.data()
    assert stormy == calm and model.retried > 5 and len(stats["faults"]) >= 5
    assert stats["most_at_once"] <= 8 + 4  # a connection that was cut may still be ending over there
    assert model.usage.answered >= sum(reply.usage.answered for reply in calm)


def test_everything_at_once(tmp_path):
    requests, path = questions(8), tmp_path / "run.db"
    first, model = run("local:selfish", requests, record=path, prices=Price(1.0, 2.0), budget=Budget(money=1.0))
    assert model.tally.fresh == 8 and model.money == Price(1.0, 2.0).of(model.usage) > 0 and model.notes == ""
    again, model = run("local:selfish", requests, record=path, budget=Budget(tokens=0))
    assert model.usage == Usage() and model.tally.recorded == 8 and math.isnan(model.money)
    replayed, _ = run("local:selfish", requests, record=path, mode="replay")
    assert replayed == again and [reply.text for reply in again] == [reply.text for reply in first]
    with pytest.raises(Overspent):
        run("local:selfish", questions(9), record=path, budget=Budget(tokens=10))
    with pytest.raises(InputError, match="a record to replay from"):
        run("local:selfish", requests, mode="replay")


def test_a_replay_needs_no_key_and_no_provider(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_KEY", KEY)
    path, extra = tmp_path / "run.db", {"top_p": 0.5}
    with Server() as server:
        spec = f"{server.url}/#selfish"
        first, _ = run(spec, questions(2), record=path, key="MY_KEY", extra=extra)
    monkeypatch.delenv("MY_KEY")
    again, _ = run(spec, questions(2), record=path, key="MY_KEY", extra=extra, mode="replay")
    assert [reply.text for reply in again] == [reply.text for reply in first]
    with pytest.raises(InputError, match="MY_KEY"):
        run(spec, questions(2), record=path, key="MY_KEY")
    with pytest.raises(InputError, match="an answer of"):
        run(spec, questions(2), record=path, mode="replay")  # another question without its `extra`
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()


@pytest.mark.parametrize(("spec", "name"), [
    ("local:selfish", "local:selfish"), ("ollama:small", "ollama:small"), ("openai:big", "openai:big"),
    ("http://127.0.0.1:1/v1#org/small", "127.0.0.1:1/v1#org/small"),
    ("https://example.org/v1/chat/completions#small", "example.org/v1#small"),
    ("inspect:mockllm/model", "inspect:mockllm/model"),
])  # fmt: skip
def test_a_text_names_a_model(spec, name, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    async def opened():
        model = named_model(spec)
        await model.close()
        return model.name

    assert asyncio.run(opened()) == replayed_name(spec) == name


@pytest.mark.parametrize("spec", [
    "", "selfish", "local:", "local:nobody", "gpt:4", "http://127.0.0.1:1/v1", "http://#x", "inspect:one",
    "inspect:nobody/nothing", "openai:",
])  # fmt: skip
def test_texts_that_name_none(spec, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(InputError) as found:
        named_model(spec)
    assert KEY not in str(found.value)


def test_settings_and_keys_that_are_none(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        named_model("openai:big")
    with pytest.raises(InputError, match="colour"):
        named_model("local:selfish", colour=3)
    with pytest.raises(InputError) as found:
        named_model("ollama:x", key=KEY)
    assert KEY not in str(found.value)
    with pytest.raises(InputError):
        named_model("local:selfish", late=-1.0)


CRASHING = """
import asyncio, sys
from rulewright.agents import Message, Request
from rulewright.extras.llm import open_model

async def run():
    async with open_model(sys.argv[1], record=sys.argv[2], concurrency=4) as model:
        requests = [Request((Message("user", f"question {n}"),)) for n in range(40)]
        await asyncio.gather(*(model.complete(request) for request in requests))

asyncio.run(run())
"""


def test_a_killed_run_goes_on_without_paying_twice(tmp_path):
    """SIGKILL twice in mid-run: of 40 questions only those under way at a kill (at most 4 each time) are answered twice."""
    path, kills = tmp_path / "run.db", 2
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    with Server(late=0.03) as server:
        command = [sys.executable, "-c", CRASHING, f"{server.url}#selfish", str(path)]
        for kill in range(1, kills + 1):
            process = subprocess.Popen(command, env=environment)
            limit = time.monotonic() + 30
            while server.stats.data()["answered"] < 12 * kill and time.monotonic() < limit:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            assert process.returncode == -signal.SIGKILL
            with Record(path) as record:
                assert 0 < len(record) < 40
        subprocess.run(command, env=environment, check=True, timeout=60)
        stats = server.stats.data()
    assert stats["different"] == 40 and stats["answered_twice"] <= 4 * kills
    assert stats["answered"] == 40 + stats["answered_twice"]
    with Record(path) as record:
        assert len(record) == 40
    file = sqlite3.connect(path)
    assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert file.execute("SELECT count(*) FROM claims").fetchone() == (0,)
    file.close()


@pytest.fixture
def outputs():
    inspect_model = pytest.importorskip("inspect_ai.model")

    def made(text, stop="stop", **usage):
        found = inspect_model.ModelOutput.from_content("mockllm", text, stop)
        found.usage = inspect_model.ModelUsage(**usage)
        return found

    return made


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_providers_of_inspect(outputs):
    heard = []

    def custom(messages, tools, choice, config):
        heard.append((messages, config))
        if messages[-1].text == "question 1":
            raise RuntimeError(f"refused {KEY}")
        stop = "max_tokens" if messages[-1].text == "question 2" else "stop"
        return outputs('{"reason": "so", "catch": 3}', stop, input_tokens=7, output_tokens=5, input_tokens_cache_read=4)

    os.environ["MY_MOCK_KEY"] = KEY
    try:
        settings = {"options": {"custom_outputs": custom}}
        (reply,), model = run("inspect:mockllm/model", questions(1, limit=77, temperature=0.5), **settings)
        assert json.loads(reply.text) == {"reason": "so", "catch": 3} and reply.usage == model.usage == Usage(11, 5)
        messages, config = heard[0]
        assert messages[0].role == "user" and config.max_tokens == 77 and config.temperature == 0.5
        assert config.response_schema.json_schema.properties["catch"].maximum == 7 and config.max_retries == 0
        (cut,), _ = run("inspect:mockllm/model", questions(3)[2:], **settings)
        assert cut.finish == "length"
        with pytest.raises(Trouble, match="refused") as found:
            run("inspect:mockllm/model", questions(2)[1:], **settings)
        assert KEY not in str(found.value)
        plain = Provider("mockllm/model", schemas=False, **settings)
        asyncio.run(plain.complete(questions(1)[0]))
        assert "JSON Schema" in heard[-1][0][-1].text and heard[-1][1].response_schema is None
    finally:
        del os.environ["MY_MOCK_KEY"]


def test_behaviours_name_models():
    from rulewright.agents.behaviour import opened

    model = opened("local:selfish")
    assert model is opened("local:selfish") and model.name == "local:selfish"
    first, again = (asyncio.run(model.complete(questions(1)[0])) for _ in range(2))  # each in a loop of its own
    assert first == again and json.loads(first.text)["catch"] == 7
    with pytest.raises(InputError):
        opened("local:nobody")
