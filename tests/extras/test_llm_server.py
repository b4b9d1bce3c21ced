"""The local server over real HTTP: the protocol, its personalities, its faults, and that it is the same every time."""

import asyncio
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

import rulewright as rw
from rulewright.agents import Choice, View
from rulewright.agents.models import fits
from rulewright.agents.stages import Repeated
from rulewright.errors import InputError
from rulewright.extras.llm.server import FAULTS, MINDS, Server, mind, reading
from rulewright.extras.llm.server.faults import drawn, read_faults

VIEW = View(
    "ann", 1, "You are ann. A lake.", "Whoever takes more than 3 fish is fined 10.",
    (
        Choice("catch", "how many fish you take", low=0, high=9, whole=True),
        Choice("contribution", "what you put into the pot", low=0, high=20),
        Choice("vote", "for the rule or against", ("yes", "no")),
        Choice("message", "what you say", text=True),
    ),
)  # fmt: skip
SCHEMA = VIEW.schema()


def said_to(server, data, path="/v1/chat/completions", headers=()):
    """(status, headers, body) of one POST; strings and bytes are sent as they are."""
    host, port = server.url.removeprefix("http://").removesuffix("/v1").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        body = data if isinstance(data, (bytes, str)) else json.dumps(data)
        connection.request("POST", path, body, {"Content-Type": "application/json", **dict(headers)})
        found = connection.getresponse()
        return found.status, found.headers, found.read()
    finally:
        connection.close()


def got(server, path):
    host, port = server.url.removeprefix("http://").removesuffix("/v1").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request("GET", path)
        found = connection.getresponse()
        return found.status, json.loads(found.read())
    finally:
        connection.close()


def body(model="selfish", text="hello", schema=SCHEMA, **more):
    found = {"model": model, "messages": [{"role": "user", "content": text}], **more}
    if schema:
        found["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return found


def answered(server, *args, **more):
    status, _, raw = said_to(server, body(*args, **more))
    assert status == 200, raw
    return json.loads(raw)["choices"][0]["message"]["content"]


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


@pytest.mark.parametrize("name", sorted(MINDS))
def test_every_mind_meets_the_schema(server, name):
    for text in (VIEW.rules + VIEW.news, "", "→ → more than more than {"):
        for temperature in (0, 1):
            assert fits(json.loads(answered(server, name, text, temperature=temperature)), SCHEMA)
    assert isinstance(answered(server, name, "say something", schema=None), str)


def test_minds_read_the_rules(server):
    def acts(name, text, *parts):
        said = json.loads(answered(server, name, text))
        return tuple(said[part] for part in parts)

    fined, plain = VIEW.rules + "\n" + VIEW.news, VIEW.rules
    assert acts("selfish", plain, "catch", "contribution") == (9, 0)
    assert acts("selfish", fined, "catch") == (3,)
    assert acts("generous", plain, "catch", "contribution", "vote") == (0, 20, "yes")
    assert acts("lawful", fined, "catch") == (3,)
    assert acts("stubborn", fined, "catch", "vote") == (0, "yes")


def test_the_selfish_one_reads_payment_tables(server):
    game = rw.library.prisoners()
    free, ruled = Repeated(game), Repeated(game, institution=rw.Sanction("row", {"defect": 30}))
    for stage, action in ((free, "defect"), (ruled, "cooperate")):
        view = stage.asked(stage.start(0))["row"]
        said = json.loads(answered(server, "selfish", view.rules, schema=view.schema()))
        assert said["action"] == action
        assert reading.payments(view.rules, "row", ["cooperate", "defect"]) is not None


def test_the_same_request_has_the_same_answer_whatever_else_goes_on(server):
    bodies = [body("noisy", f"question {n}", temperature=1, seed=n) for n in range(24)]
    alone = [said_to(server, one)[2] for one in bodies]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: said_to(server, one)[2], bodies[::-1])) == alone[::-1]
    with Server() as other:
        assert [said_to(other, one)[2] for one in bodies] == alone
    with Server(seed=1) as other:
        assert [said_to(other, one)[2] for one in bodies] != alone


def test_temperature_zero_knows_no_seed(server):
    cold = {answered(server, "noisy", temperature=0, seed=n) for n in range(5)}
    warm = {answered(server, "noisy", temperature=1, seed=n) for n in range(5)}
    assert len(cold) == 1 < len(warm)


WRONG = [
    (b"{", 400, "no JSON"),
    (b"[]", 400, "JSON object"),
    (b"[" * 100_000, 400, "no JSON"),
    ({}, 400, "model"),
    ({"model": "nobody", "messages": []}, 404, "does not exist"),
    ({"model": "selfish+plague=1", "messages": []}, 404, "429"),
    ({"model": "selfish", "messages": []}, 400, "messages"),
    ({"model": "selfish", "messages": [{"role": "user", "content": 7}]}, 400, "content"),
    (body(max_tokens=0), 400, "max_tokens"),
    (body(temperature=9), 400, "temperature"),
    (body(schema={"type": "colour"}), 400, "schema"),
    (body(schema=None, response_format={"type": "yaml"}), 400, "response_format"),
]


@pytest.mark.parametrize(("data", "status", "words"), WRONG)
def test_requests_that_are_wrong(server, data, status, words):
    found, _, raw = said_to(server, data)
    assert found == status and words in json.loads(raw)["error"]["message"]


def test_other_paths_and_sizes(server):
    assert said_to(server, body(), "/v1/embeddings")[0] == 404 and got(server, "/v2")[0] == 404
    assert got(server, "/health") == (200, {"status": "ok"})
    assert {row["id"] for row in got(server, "/v1/models")[1]["data"]} == set(MINDS)
    assert said_to(server, "{}", headers={"Content-Length": "-1"})[0] == 411
    assert said_to(server, "{}", headers={"Content-Length": str(10**10)})[0] == 413


def test_faults_follow_from_their_seed():
    rates = read_faults("429=0.25+500=0.25")
    found = [drawn(rates, 3, "request", n) for n in range(400)]
    assert (
        found
        == [drawn(rates, 3, "request", n) for n in range(400)]
        != [drawn(rates, 4, "request", n) for n in range(400)]
    )
    assert 60 <= found.count("429") <= 140 and 60 <= found.count("500") <= 140  # ± 4.6 standard deviations


@pytest.mark.parametrize("text", ["429=2", "429=x", "rain=0.1", "429=0.7+500=0.7", "429=nan"])
def test_faults_that_are_none(text):
    with pytest.raises(InputError):
        read_faults(text)
    with pytest.raises(InputError):
        Server(port=70_000)


def test_each_fault_is_what_it_says():
    with Server(slow=0.05) as server:
        for name, status in (("429", 429), ("500", 500), ("503", 503), ("html", 200)):
            found, headers, raw = said_to(server, body(f"selfish+{name}"))
            assert found == status and ("Retry-After" in headers) == (name == "429")
            assert raw.startswith(b"<html") == (name == "html")
        for name in ("broken", "length", "empty", "filter"):
            with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
                json.loads(answered(server, f"selfish+{name}"))
        assert not fits(json.loads(answered(server, "selfish+wrong")), SCHEMA)
        assert fits(json.loads(answered(server, "selfish+slow")), SCHEMA)
        with pytest.raises(http.client.IncompleteRead):
            said_to(server, body("selfish+cut"))
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            said_to(server, body("selfish+reset"))
        assert said_to(server, body(), headers={"X-Rulewright-Faults": "500=1"})[0] == 500
        assert said_to(server, body(), headers={"X-Rulewright-Faults": "rain"})[0] == 400
        stats = got(server, "/stats")[1]
    once = ("429", "503", "html", "broken", "length", "empty", "filter", "wrong", "slow", "cut", "reset")
    assert stats["faults"] == dict.fromkeys(once, 1) | {"500": 2}
    assert set(stats["faults"]) < set(FAULTS) and stats["requests"] == 13


def test_a_mind_of_ones_own(server):
    @mind("parrot", "says it again")
    def parrot(messages, schema, rng: Random):
        return {"reason": messages[-1]["content"], "catch": 1}

    try:
        schema = {"type": "object", "properties": {"reason": {"type": "string"}, "catch": {"type": "integer"}}}
        assert json.loads(answered(server, "parrot", "hello", schema=schema)) == {"reason": "hello", "catch": 1}
        assert said_to(server, body("parrot", schema={"type": "integer"}))[0] == 500  # it does not meet the schema
    finally:
        del MINDS["parrot"]
    with pytest.raises(InputError):
        mind("a+b", "")


def test_the_official_client_understands_it(server, monkeypatch):
    openai = pytest.importorskip("openai")

    async def run():
        async with openai.AsyncOpenAI(base_url=server.url, api_key="any", max_retries=0) as client:
            whole = await client.chat.completions.create(**body("thinker", "hello"))
            pieces = await client.chat.completions.create(
                **body("thinker", "hello"), stream=True, stream_options={"include_usage": True}
            )
            text, usage = "", None
            async for piece in pieces:
                text += (piece.choices[0].delta.content or "") if piece.choices else ""
                usage = piece.usage or usage
            names = [row.id async for row in client.models.list()]
            with pytest.raises(openai.RateLimitError):
                await client.chat.completions.create(**body("selfish+429"))
        return whole, text, usage, names

    whole, text, usage, names = asyncio.run(run())
    assert whole.choices[0].message.content == text and whole.usage == usage and set(names) == set(MINDS)


def test_minds_play_the_stages_as_readers_show_them():
    """A lake under a quota: audits that pay restrain the selfish one, audits that do not pay do not."""
    from rulewright.agents import play
    from rulewright.agents.reader import Reader
    from rulewright.agents.stages.fishery import Fishery, rule
    from rulewright.extras.llm.opener import patient_model

    def violations(name, **settings):
        stage = Fishery(rule=rule("quota", **settings), fishers=3, months=3)
        model = patient_model(f"local:{name}")
        episode = play(stage, {p: Reader(model) for p in stage.players}, seed=1)
        assert not any(answer.defaulted for turn in episode.turns for answer in turn.answers.values())
        return len(episode.events("violation"))

    assert violations("selfish", audit=0.1, fine=2.0) > 0
    assert violations("selfish", audit=0.9, fine=5.0) == violations("lawful", audit=0.1) == 0


def test_a_plain_mind_is_who_it_is_told_to_be(server):
    from rulewright.agents.reader.personas import persona
    from rulewright.agents.reader.prompt import prompt

    view = View("ann", 1, "You are ann. A lake.", "The quota is 4.", (Choice("catch", low=0, high=9, whole=True),))
    catch = {}
    for name in ("plain", "selfish", "law-abiding", "altruist"):
        messages = [vars(message) for message in prompt(view, "", persona(name))]
        said = answered(server, "plain", schema=view.schema(), messages=messages)
        catch[name] = json.loads(said)["catch"]
    assert catch == {"plain": 9, "selfish": 9, "law-abiding": 4, "altruist": 2}
