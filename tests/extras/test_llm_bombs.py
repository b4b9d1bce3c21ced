"""Packed answers, words that a terminal obeys, and addresses that are none."""

import asyncio
import contextlib
import gzip
import http.server
import json
import threading

import pytest

from rulewright.agents.models import Trouble
from rulewright.agents.request import Message, Request
from rulewright.errors import InputError

pytest.importorskip("httpx")
from rulewright.extras.llm.endpoint import Endpoint
from rulewright.extras.llm.open import named_model, replayed_name

GOOD = json.dumps({"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}).encode()
BLANKS = gzip.compress(b" " * 2**24)


@pytest.fixture
def served():
    """A server that says what it is told to: (status, headers, body)."""
    said = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = said["now"]
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()

    def ask(status, headers, body):
        said["now"] = (status, headers, body)

        async def one():
            endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "m", seconds=5, most=2**20)
            try:
                return await endpoint.complete(Request((Message("user", "?"),)))
            finally:
                await endpoint.close()

        return asyncio.run(one())

    yield ask
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_what_is_packed_once_is_unpacked_within_bounds(served):
    assert served(200, {"Content-Encoding": "gzip"}, gzip.compress(GOOD)).text == "hi"
    with pytest.raises(Trouble, match="more than 1,048,576 bytes") as found:
        served(200, {"Content-Encoding": "gzip"}, BLANKS)
    assert found.value.paid and not found.value.passing


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "x"])
def test_what_is_packed_otherwise_is_not_touched(served, encoding):
    with pytest.raises(Trouble, match="packed as"):
        served(200, {"Content-Encoding": encoding}, gzip.compress(BLANKS))
    with pytest.raises(Trouble, match="packed as"):
        served(500, {"Content-Encoding": encoding}, gzip.compress(BLANKS))


def test_a_gateway_that_gave_up_may_have_cost(served):
    for status, paid in ((504, True), (502, True), (503, False), (429, False)):
        with pytest.raises(Trouble) as found:
            served(status, {}, b"{}")
        assert found.value.paid is paid and found.value.passing


def test_a_terminal_is_not_obeyed(served):
    with pytest.raises(InputError) as found:
        served(400, {}, json.dumps({"error": {"message": "no\x1b[2J\x07 \x9b31m way"}}).encode())
    assert "no [2J 31m way" in str(found.value) and str(found.value).isprintable()


@pytest.mark.parametrize("spec", ["", "  ", "http://", "http://#x", "http://[::1/v1#x", "http://h:99999/v1#x"])
def test_a_text_that_names_no_model_is_told(spec):
    with pytest.raises(InputError):
        named_model(spec)
    with contextlib.suppress(InputError):
        replayed_name(spec)


@pytest.mark.parametrize("faults", ["429=2", "429=x", "zzz=0.1", "429=nan"])
def test_wrong_faults_are_told_before_a_server_starts(faults):
    with pytest.raises(InputError, match="faults"):
        named_model(f"local:noisy+{faults}")


def test_a_replay_without_a_record_leaves_nothing_behind(tmp_path):
    from rulewright.extras.llm.open import open_model

    async def opened():
        async with open_model("local:selfish", record=tmp_path / "no" / "r.sqlite", mode="replay"):
            pass

    with pytest.raises(InputError, match="nothing there"):
        asyncio.run(opened())
    assert not list(tmp_path.iterdir())
