"""The client over real HTTP: against the local server, and against servers that mean it ill."""

import asyncio
import contextlib
import json
import logging
import re
import socket
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.agents import Message, Request, Usage
from rulewright.agents.models import Trouble
from rulewright.errors import InputError, RulewrightError
from rulewright.extras.llm import Endpoint
from rulewright.extras.llm.endpoint import OPENAI, retry_after
from rulewright.extras.llm.manner import Manner, draw_seed
from rulewright.extras.llm.server import Server
from rulewright.extras.llm.wire import Failed, Garbled, Heard, parsed, words_of

SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "catch": {"type": "integer", "minimum": 0, "maximum": 7}},
    "required": ["reason", "catch"],
    "additionalProperties": False,
}
KEY = "sk-quite-secret-0123456789abcdef"


def question(text="how many?", **more):
    return Request((Message("user", text),), SCHEMA, **more)


def asked(url, model, *requests, **settings):
    """The replies to all requests at once, and the endpoint as it is then."""

    async def run():
        endpoint = Endpoint(url, model, **{"seconds": 20.0, **settings})
        try:
            return await asyncio.gather(*(endpoint.complete(request) for request in requests)), endpoint
        finally:
            await endpoint.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def server():
    with Server(slow=0.6) as running:
        yield running


def whole(connection):
    """A request with its body."""
    data = b""
    while b"\r\n\r\n" not in data or len(data.split(b"\r\n\r\n", 1)[1]) < length_of(data):
        piece = connection.recv(1 << 16)
        if not piece:
            break
        data += piece
    return data


def length_of(data):
    found = re.search(rb"Content-Length: (\d+)", data)
    return int(found[1]) if found else 0


@contextlib.contextmanager
def raw_server(*answers):
    """Says these bytes to each connection, one after the other, whatever was asked; keeps what was asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    heard, open_ = [], []

    def serve():
        for answer in answers:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            open_.append(connection)
            with contextlib.suppress(OSError):
                connection.settimeout(5)
                heard.append(whole(connection))
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
                if answer != b"":
                    connection.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", heard
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in open_:
            connection.close()
        thread.join(5)


def http(body, status="200 OK", kind="application/json", *more):
    body = body if isinstance(body, bytes) else body.encode()
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def completion(content, **more):
    message = {"role": "assistant", "content": content}
    return http(json.dumps({"choices": [{"message": message, "finish_reason": "stop"}], **more}))


def test_a_stream_says_what_one_piece_says(server):
    requests = [question(number=n, temperature=1.0) for n in range(4)]
    whole, _ = asked(server.url, "noisy", *requests)
    streamed, _ = asked(server.url, "noisy", *requests, stream=True)
    assert whole == streamed
    assert len({reply.text for reply in whole}) > 1 and all(reply.usage.answered > 0 for reply in whole)
    for reply in whole:
        said = json.loads(reply.text)
        assert set(said) == {"reason", "catch"} and 0 <= said["catch"] <= 7


def test_thoughts_are_told_apart(server):
    for stream in (False, True):
        (reply,), _ = asked(server.url, "thinker", question(), stream=stream)
        assert "compare" in reply.reasoning and "compare" not in reply.text
    with raw_server(completion('<think>take all</think>\n```json\n{"catch": 3}\n```')) as (url, _):
        (reply,), _ = asked(url, "any", question())
    assert reply.reasoning == "take all" and json.loads(reply.text) == {"catch": 3} and reply.usage == Usage()


@pytest.mark.parametrize(
    ("model", "format", "without"),
    [
        ("lawful", "strict", set()),
        ("lawful+noschema", "object", set()),
        ("lawful+nojson", "prompt", set()),
        ("lawful+nojson+notemperature", "prompt", {"temperature"}),
    ],
)
def test_what_a_server_refuses_is_learnt_once(model, format, without):
    with Server() as fresh:
        (first,), endpoint = asked(fresh.url, model, question("at most 3 fish"))
        assert json.loads(first.text)["catch"] == 3
        assert endpoint.manner.format == format and endpoint.manner.without == without
        refused = fresh.stats.data()["statuses"].get("400", 0)
        asked(fresh.url, model, *(question("at most 3 fish", number=n) for n in range(5)), manner=endpoint.manner)
        assert fresh.stats.data()["statuses"].get("400", 0) == refused
    assert bool(endpoint.notes) == (model != "lawful")


def test_the_newer_name_of_the_limit(server):
    _, endpoint = asked(server.url, "selfish+newlimit", question())
    assert endpoint.manner.limit == "max_completion_tokens"


def test_a_refusal_that_names_nothing_is_told():
    answers = [http('{"error": {"message": "no such colour"}}', "400 Bad Request")] * 3
    with raw_server(*answers) as (url, heard), pytest.raises(InputError, match="no such colour"):
        asked(url, "any", question())
    assert len(heard) == 1


def test_a_refusal_that_cannot_be_mended_teaches_nothing():
    """A prompt that is too long names max_tokens; the next, shorter one is asked as before."""
    long = http('{"message": "max_tokens is too large for this context", "code": 400}', "400 Bad Request")
    with raw_server(long, long, completion("x")) as (url, heard):

        async def run():
            endpoint = Endpoint(url, "any")
            with pytest.raises(InputError, match="too large"):
                await endpoint.complete(question())
            await endpoint.complete(question())
            await endpoint.close()

        asyncio.run(run())
    assert b'"max_completion_tokens"' in heard[1] and b'"max_tokens"' in heard[2]


def test_how_an_answer_ended(server):
    for model, finish in (("selfish+filter", "filter"), ("selfish+length", "length"), ("selfish", "stop")):
        for stream in (False, True):
            (reply,), _ = asked(server.url, model, question(), stream=stream)
            assert reply.finish == finish


def test_seeds_of_draws_differ_and_fit_into_31_bits():
    seeds = {draw_seed(question(seed=2**40 + 5, number=n)) for n in range(50)}
    assert len(seeds) == 50 and all(0 <= seed < 2**31 for seed in seeds)


HOSTILE = {
    "a web page": (http("<html>log in</html>", kind="text/html"), "web page", False),
    "bytes that are no text": (http(b'{"choices": "\xff\xfe"}'), "UTF-8", True),
    "not a number": (http('{"choices": [], "usage": {"prompt_tokens": NaN}}'), "NaN", True),
    "half a token": (completion("x", usage={"prompt_tokens": 1.5}), "count of tokens", True),
    "negative tokens": (completion("x", usage={"prompt_tokens": -5}), "count of tokens", True),
    "too many digits": (http('{"usage": ' + "9" * 5000 + "}"), "breaks off or is none", True),
    "nested too deep": (http("[" * 90_000), "nested too deep", True),
    "a list": (http("[1, 2]"), "no object", True),
    "no choices": (http("{}"), "no list of choices", True),
    "empty choices": (http('{"choices": []}'), "no choice", True),
    "a number for a choice": (http('{"choices": [7]}'), "without a message", True),
    "a number for text": (completion(7), "no text", True),
    "a body too large": (http("[" + "1," * 60_000 + "1]"), "more than 100,000 bytes", False),
    "less than promised": (http('{"choices": []}').replace(b"Length: 15", b"Length: 99"), "broke off", True),
    "no HTTP": (b"220 smtp.example ESMTP\r\n", "broke off", True),
    "nothing": (http(""), "breaks off or is none", True),
    "gzip that is none": (http("xx", "200 OK", "application/json", "Content-Encoding: gzip"), "encoding", True),
    "a stream that breaks off": (
        http('data: {"choices": [{"delta": {"content": "he"}}]}\n\n', kind="text/event-stream"),
        "broke off",
        True,
    ),
    "a stream of nonsense": (http("data: hello\n\n", kind="text/event-stream"), "breaks off or is none", True),
    "an error in a good answer": (http('{"error": {"message": "out of memory", "code": 500}}'), "out of memory", True),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_servers_get_one_sentence(case):
    answer, words, passing = HOSTILE[case]
    with raw_server(answer) as (url, _), pytest.raises(Trouble, match=words) as found:
        asked(url, "any", question(), most=100_000)
    assert found.value.passing == passing and len(str(found.value)) < 600


KEYS = (
    *("choices", "message", "delta", "content", "text", "finish_reason", "usage", "prompt_tokens", "completion_tokens"),
    *("error", "code", "reasoning", "reasoning_content", "refusal", "detail", "param"),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("<think>a</think>b")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(VALUES, VALUES, VALUES, st.sampled_from(["message", "delta"]))
def test_whatever_comes_is_an_answer_or_a_sentence(inner, usage, whole, part):
    """Any JSON, in the places of the protocol: a reply that can be written down, or what it was instead."""
    likely = {"choices": [{part: inner, "finish_reason": usage}], "usage": usage}
    for data in (likely, {"choices": [{part: {"content": inner, "refusal": whole}}], "usage": whole}, whole):
        heard = Heard()
        try:
            heard.take(parsed(json.dumps(data).encode()), part)
            reply = heard.reply(True)
        except (Garbled, Failed) as found:
            assert str(found) is not None and isinstance(getattr(found, "code", 0), int)
        else:
            assert reply.finish in ("stop", "length", "filter") and reply.usage.asked >= 0
            json.dumps(reply.text + reply.reasoning, ensure_ascii=False).encode()
    assert isinstance(words_of(whole), str)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_whatever_bytes_come(raw):
    with contextlib.suppress(Garbled):
        assert isinstance(parsed(raw), dict)


def test_what_can_be_read_is_read():
    halves = http('{"choices": [{"message": {"content": "a\\ud83d b"}}]}', kind="text/plain")
    with raw_server(halves) as (url, _):
        (reply,), _ = asked(url, "any", question())
    assert reply.text == "a\ufffd b"
    question(reply.text).key("any")  # such text can be asked and recorded


@pytest.mark.parametrize(("text", "inside"), [
    ("```json\n{}\n```", "{}"), (" ```\n{}```\n", "{}"), ("```python\n{}\n```", None), ("``````", None), ("{}", None),
    ("```\n" + " " * 2_000_000 + "x", None), ("<think>" * 300_000, None), ("```\n" + "\n" * 2_000_000 + "```", ""),
])  # fmt: skip
def test_fences_are_taken_off_in_time(text, inside):
    heard = Heard()
    heard.take({"choices": [{"message": {"content": text}}]}, "message")
    assert heard.reply(True).text == (text if inside is None else inside)


def test_silence_ends_and_may_have_been_charged():
    start = time.monotonic()
    with raw_server(b"") as (url, _), pytest.raises(Trouble, match="no whole answer in") as found:
        asked(url, "any", question(), seconds=0.3)
    assert found.value.passing and found.value.paid and time.monotonic() - start < 5


def test_a_drip_ends():
    def drip():
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        for _ in range(30):
            time.sleep(0.1)
            yield b": still here\n\n"

    start = time.monotonic()
    with raw_server(drip()) as (url, _), pytest.raises(Trouble, match="no whole answer in"):
        asked(url, "any", question(), seconds=0.5)
    assert time.monotonic() - start < 3 + 5


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Trouble, match="no connection") as found:
        asked(f"http://127.0.0.1:{port}/v1", "any", question())
    assert found.value.passing and not found.value.paid


def test_redirects_are_not_followed(monkeypatch):
    monkeypatch.setenv("MY_KEY", KEY)
    with raw_server(http("got it")) as (elsewhere, stolen):
        away = http("", "302 Found", "text/html", f"Location: {elsewhere}/{KEY}")
        with raw_server(away) as (url, heard), pytest.raises(InputError, match="redirect") as found:
            asked(url, "any", question(), key="MY_KEY")
        assert KEY.encode() in heard[0] and KEY not in str(found.value)
    assert not stolen


@pytest.mark.parametrize("answer", [
    http(json.dumps({"error": {"message": f"wrong key: {KEY}"}}), "401 Unauthorized"),
    http(json.dumps({"error": {"message": f"wrong key: {KEY}"}}), "400 Bad Request"),
    http(json.dumps({"error": {"message": f"wrong key: {KEY}"}}), "500 Oh"),
    http(json.dumps({"error": {"message": f"wrong key: {KEY}"}})),
    http(KEY),
    http(f"<html>{KEY}</html>", kind="text/html"),
    completion(f"your key is {KEY}"),
])  # fmt: skip
def test_no_text_that_leaves_has_the_key(answer, monkeypatch, caplog):
    monkeypatch.setenv("MY_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    with raw_server(answer) as (url, heard):
        try:
            (reply,), endpoint = asked(url, "any", question(), key="MY_KEY")
            shown = reply.text + repr(endpoint) + endpoint.name
        except RulewrightError as found:
            shown = str(found) + repr(found) + repr(found.__dict__)
    assert b"Bearer " + KEY.encode() in heard[0]
    assert KEY not in shown and KEY not in caplog.text


def test_a_key_is_named_not_given(monkeypatch):
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(InputError) as found:
        Endpoint("http://127.0.0.1/v1", "any", key=KEY)
    assert KEY not in str(found.value)
    with pytest.raises(InputError, match="NO_SUCH_KEY"):
        Endpoint("http://127.0.0.1/v1", "any", key="NO_SUCH_KEY")
    monkeypatch.setenv("MY_KEY", "two\nlines")
    with pytest.raises(InputError) as found:
        Endpoint("http://127.0.0.1/v1", "any", key="MY_KEY")
    assert "two" not in str(found.value)
    for url in (f"http://me:{KEY}@127.0.0.1/v1", f"http://127.0.0.1/v1?key={KEY}"):
        with pytest.raises(InputError) as found:
            Endpoint(url, "any")
        assert KEY not in str(found.value)


def test_the_key_of_openai_goes_nowhere_else(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with raw_server(completion("x")) as (url, heard):
        asked(url, "any", question())
    assert KEY.encode() not in heard[0]
    assert Endpoint(OPENAI, "any").key == "OPENAI_API_KEY"
    assert Endpoint(OPENAI, "any").manner == Manner(limit="max_completion_tokens")


@pytest.mark.parametrize("wrong", [
    {"url": "ftp://x"}, {"url": "nonsense"}, {"model": ""}, {"seconds": float("nan")}, {"most": 0},
    {"headers": {"Authorization": "x"}},
])  # fmt: skip
def test_settings_that_are_none(wrong):
    with pytest.raises(InputError):
        Endpoint(**{"url": "http://127.0.0.1/v1", "model": "any", **wrong})


@pytest.mark.parametrize(("headers", "least", "most"), [
    ({"retry-after": "3"}, 3, 3), ({"retry-after-ms": "50", "retry-after": "9"}, 0.05, 0.05), ({}, 0, 0),
    ({"retry-after": "Fri, 01 Jan 1990 00:00:00 GMT"}, 0, 0), ({"retry-after": "soon"}, 0, 0),
    ({"retry-after": "nan"}, 0, 0), ({"retry-after": "-1"}, 0, 0),
    ({"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"}, 1e9, 1e10),
])  # fmt: skip
def test_when_to_come_back(headers, least, most):
    assert least <= retry_after(headers) <= most
