"""The guard over HTTP: who may do what, requests sent again, limits, errors as sentences."""

import hashlib
import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction as F

import pytest

from rulewright.errors import InputError
from rulewright.guard import Act, Charter, Guard
from rulewright.guard.charter import Agent, Appeals, Audit, Permit, Speak

pytest.importorskip("fastapi")

from rulewright.extras.web import Bearer, GuardClient, Tokens
from rulewright.extras.web.limits import Buckets, Limits
from rulewright.extras.web.service import service

CHARTER = Charter(
    name="web",
    agents=(Agent("ann"), Agent("bob")),
    permits=(Permit(("work",), when="units <= 5"),),
    speaks=(Speak("ann", ("bob",)),),
    audits=(Audit("look", F(1), signal="flag", found=("up",), fine=F(2)),),
    appeals=Appeals("bob"),
)
TOKENS = Tokens.of(
    [
        ("ann's", Bearer("ann")),
        ("bob's", Bearer("bob")),
        ("host's", Bearer("host", "operator")),
        ("reader's", Bearer("reader", "auditor")),
    ]
)


def http(app):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    return TestClient(app)


@pytest.fixture
def desk(tmp_path):
    guard = Guard.open(CHARTER, tmp_path / "l")
    found = http(service(guard, TOKENS, limits=Limits(1000, 2000, 4000)))
    yield found
    found.close()
    guard.close()


def client(desk, name):
    return GuardClient("", f"{name}'s", http=desk)


def test_the_methods_are_those_of_a_guard(desk):
    ann, bob, host = (client(desk, name) for name in ("ann", "bob", "host"))
    verdict = ann.before(Act("ann", "work", {"units": 3}), key="1")
    assert verdict.allowed and ann.before(Act("ann", "work", {"units": 3}), key="1") == verdict
    assert "only if" in ann.before(Act("ann", "work", {"units": 9})).reason
    assert host.after(verdict.act, {"flag": "up"}).owed == -2
    (sanction,) = ann.standing("ann")["sanctions"]
    assert ann.message("ann", "bob", "hello").allowed and bob.view("bob")[-1].body["text"] == "hello"
    assert host.settle({"ann": 1.0}) == {"ann": -2.0, "bob": 0.0}
    appeal = ann.appeal("ann", sanction, "no")
    bob.decide("bob", appeal, True)
    assert host.settle()["ann"] == 2 and ann.head().number == len(host.entries()) - 1
    assert client(desk, "reader").entries()[0].kind == "opening" and bob.charter()["name"] == "web"


def test_nobody_reads_or_writes_what_is_not_its_own(desk):
    ann, bob, reader = (client(desk, name) for name in ("ann", "bob", "reader"))
    act = Act("bob", "work", {"units": 1})
    for forbidden in (
        lambda: ann.before(act),
        lambda: ann.after(act, {"flag": "down"}),
        lambda: ann.message("bob", "ann", "x"),
        lambda: ann.settle(),
        lambda: ann.view("bob"),
        lambda: ann.standing("bob"),
        lambda: ann.entries(),
        lambda: ann.appeal("bob", 1, "x"),
        lambda: reader.before(act),
        lambda: reader.settle(),
        lambda: reader.decide("bob", 1, True),
        lambda: reader.contribute("bob", "0" * 64),
    ):
        with pytest.raises(InputError, match="403"):
            forbidden()
    with pytest.raises(InputError, match="the judge, bob"):
        ann.decide("bob", 1, True)
    bob.before(act)
    assert [e.kind for e in ann.view("ann")] == ["opening"]


def test_errors_are_sentences(desk):
    assert desk.get("/v1/head").status_code == 401
    assert desk.get("/v1/head", headers={"Authorization": "Bearer guess"}).json()["error"].startswith("needed a bearer")
    own = {"Authorization": "Bearer ann's"}
    assert desk.get("/v1/nowhere", headers=own).json() == {"error": "there is nothing at this address"}
    assert "Extra inputs" in desk.post("/v1/before", headers=own, json={"name": "x", "agnt": "y"}).json()["error"]
    assert "dictionary" in desk.post("/v1/before", headers=own, content=b"{").json()["error"]
    assert desk.post("/v1/before", headers=own, json={"name": "x" * 5000}).status_code == 413
    chunks = (b"x" * 1000 for _ in range(10))
    assert desk.post("/v1/before", headers=own, content=chunks).status_code == 413
    with pytest.raises(InputError, match="a sanction on ann"):
        client(desk, "ann").appeal("ann", 3, "x")
    assert "/v1/before" in desk.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    "sent",
    [
        b'{"hearers":["bob"],"text":"\\ud800"}',
        b'{"hearers":["bob"],"text":"x","agent":"\\ud800"}',
        b'{"hearers":["\\ud800"],"text":"x"}',
        b'{"hearers":"bob","text":NaN}',
        b'{"hearers":' + b"[" * 1500 + b"]" * 1500 + b',"text":""}',
    ],
)
def test_nobody_spoils_what_others_read(desk, sent):
    headers = {"content-type": "application/json"}
    reply = desk.post("/v1/message", headers={**headers, "Authorization": "Bearer ann's"}, content=sent)
    assert reply.status_code in (400, 403, 422) and reply.json()["error"]
    for number in (b"NaN", b"1e999", b"9" * 1500, b'{"a":' * 300 + b"1" + b"}" * 300):
        act = b'{"name":"work","arguments":{"units":' + number + b"}}"
        reply = desk.post("/v1/before", headers={**headers, "Authorization": "Bearer ann's"}, content=act)
        assert (reply.status_code in (200, 413, 422) and "allowed" in reply.json()) or reply.json()["error"]
    for name in ("bob", "ann"):
        assert desk.get("/v1/view", headers={"Authorization": f"Bearer {name}'s"}).status_code == 200


def test_odd_pages_and_what_is_described(desk):
    own = {"Authorization": "Bearer ann's"}
    for query in ("start=-1", "start=99999999999999999999999", "limit=0", "limit=1001", "start=x"):
        reply = desk.get(f"/v1/view?{query}", headers=own)
        assert reply.status_code == 422 and "query." in reply.json()["error"]
    assert desk.put("/v1/before", headers=own).json() == {"error": "Method Not Allowed"}
    described = desk.get("/openapi.json").json()
    for path in described["paths"].values():
        for method in path.values():
            assert method["security"] and {"200", "401", "403", "413", "422", "429"} <= set(method["responses"])


def test_many_at_once(desk):
    ann = client(desk, "ann")
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(ann.before, Act("ann", "work", {"units": 1}), key=str(k % 20)) for k in range(40)]
        entries = {one.result(timeout=30).entry for one in sent}
    assert len(entries) == 20


def test_nonces_and_rates(tmp_path):
    guard = Guard.open(CHARTER, tmp_path / "l")
    with http(service(guard, TOKENS, limits=Limits(0.001, 3))) as desk:
        ann = client(desk, "ann")
        ann.contribute("ann", hashlib.sha256(b"n").hexdigest())
        ann.reveal_nonce("ann", b"n")
        own = {"Authorization": "Bearer ann's"}
        assert desk.get("/v1/head", headers=own).status_code == 200
        slow = desk.get("/v1/head", headers=own)
        assert slow.status_code == 429 and "Retry-After" in slow.headers
        assert desk.get("/v1/head", headers={"Authorization": "Bearer bob's"}).status_code == 200
    guard.close()
    buckets = Buckets(Limits(1000, 1))
    assert buckets.wait("a") == 0 and buckets.wait("a") > 0


def test_tokens_are_kept_as_hashes(tmp_path):
    path = tmp_path / "tokens.json"
    one, two = Tokens.add(path, Bearer("ann")), Tokens.add(path, Bearer("host", "operator"))
    text = path.read_text()
    assert one not in text and two not in text and path.stat().st_mode & 0o077 == 0
    read = Tokens.read(path)
    assert read.bearer(two) == Bearer("host", "operator") and read.bearer("guess") is None
    with pytest.raises(InputError, match="role"):
        Bearer("ann", "king")
    path.write_text("[1]")
    with pytest.raises(InputError, match="tokens"):
        Tokens.read(path)
