"""What a hostile agent, host or forger tried against guards and ledgers, each with what stands against it."""

import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
from fractions import Fraction as F
from pathlib import Path

import pytest

from rulewright.errors import InputError
from rulewright.guard import Act, Charter, Guard, Ledger, guarded
from rulewright.guard.charter import Agent, Audit, Commit, Pay, Permit, Price, Shown, Speak
from rulewright.guard.ledger.chain import canonical
from rulewright.numerics.rational import fraction
from rulewright.verify import ledger as checker

TWO = (Agent("ann"), Agent("bob"))
LOOK = Audit("look", F(1), violation="scale.landed > 5", fine=F(2))


@pytest.fixture
def opened(tmp_path):
    guards = []

    def open_(**clauses):
        given = {"agents": TWO, "free": True} | clauses
        guards.append(Guard.open(Charter(**given), tmp_path / f"l{len(guards)}", seed=bytes(32)))
        return guards[-1]

    yield open_
    for one in guards:
        one.ledger.close()


def test_an_argument_does_not_stand_in_for_a_part_of_another(opened):
    one = opened(free=False, permits=(Permit(("order",), when="order.amount <= 100"),))
    assert one.before(Act("ann", "order", {"order": {"amount": 99}})).allowed
    for order in ({"amount": 1000}, {"amount": [1000]}, {}):
        assert not one.before(Act("ann", "order", {"order": order, "order.amount": 1})).allowed


@pytest.mark.parametrize("arguments", [{"scale": {}, "scale.landed": 0}, {"scale.landed": 0}, {"scale": {"landed": 0}}])
def test_an_argument_does_not_stand_in_for_what_was_reported(opened, arguments):
    one = opened(audits=(LOOK,))
    did = one.before(Act("ann", "fish", arguments)).act
    assert one.after(did, {"scale": {"landed": 9}}).owed == -2
    did = one.before(Act("ann", "fish", arguments)).act
    with pytest.raises(InputError, match="landed"):
        one.after(did, {"scale": {}})


def test_endless_numbers_and_deep_data_are_refused_at_once(opened):
    one = opened(free=False, permits=(Permit(("fish",), when="tonnes <= 6"),))
    for endless in ("1e999999999", "1E-99999999", "1e+000099999"):
        assert not one.before(Act("ann", "fish", {"tonnes": endless})).allowed
        with pytest.raises(ValueError, match="finite"):
            fraction(endless)
    assert fraction("1e30") == 10**30
    deep: dict = {}
    for _ in range(500):
        deep = {"a": deep}
    with pytest.raises(InputError, match="within each other"):
        one.before(Act("ann", "fish", {"tonnes": 1, "deep": deep}))
    with pytest.raises(InputError, match="JSON"):
        one.before(Act("ann", "fish", {"tonnes": float("nan")}))
    assert one.before(Act("ann", "fish", {"tonnes": 1, "texts": ["[[{"] * 99})).allowed, "brackets in texts are none"


def test_half_a_character_and_names_that_are_no_text_are_not_booked(opened):
    one = opened(talk=True)
    for half in ("\ud800", "a\udfffb", "\ude00\ud83d", "\\\ud800"):
        with pytest.raises(InputError, match="surrogate"):
            one.message("ann", ["bob"], half)
    for whole in ("😀", "\\ud800", "\\\\ud800", "é"):
        assert one.message("ann", ["bob"], whole).allowed
        assert json.loads(canonical([whole])) == [whole]
    for key in (5, "\ud800"):
        with pytest.raises(InputError, match="Unicode text"):
            one.before(Act("ann", "work"), key=key)
    with pytest.raises(InputError, match="Unicode text"):
        one.before(Act(("ann",), "work"), key="k")
    with pytest.raises(InputError, match="numbers of lines"):
        one.view("ann", 10**30)


def test_a_key_is_of_one_request(opened):
    one = opened(audits=(Audit("look", F(0), signal="flag", found=("up",)),), talk=True)
    did = one.before(Act("ann", "pay", {"amount": 1}), key="k")
    for other in (Act("ann", "pay", {"amount": 1000}), Act("ann", "steal"), Act("ann", "pay", {"amount": 1}, "s")):
        with pytest.raises(InputError, match="a new key"):
            one.before(other, key="k")
    assert one.before(Act("ann", "pay", {"amount": 1}), key="k") == did
    one.after(did.act, {"flag": "up"}, key="o")
    with pytest.raises(InputError, match="a new key"):
        one.after(did.act, {"flag": "down"}, key="o")
    one.message("ann", ["bob"], "hi", key="m")
    with pytest.raises(InputError, match="a new key"):
        one.message("ann", ["bob"], "ho", key="m")
    one.settle({"ann": 1}, key="s")
    with pytest.raises(InputError, match="a new key"):
        one.settle({"ann": 2}, key="s")
    assert one.settle({"ann": 1.0}, key="s") == {"ann": 0, "bob": 0}
    assert one.before(Act("bob", "pay"), key="k").allowed, "another agent's keys are its own"


def test_what_nobody_hears_is_not_said(opened):
    acts = ("say high; sell", "say low; sell")
    one = opened(
        free=False,
        permits=(Permit(acts, ("ann",)),),
        speaks=(Speak("ann", ("bob",), ("high", "low"), quota=1),),
        pays=(Pay("ann", ("said",), {("high",): F(5)}),),
        shown=(Shown("said", ("ann",), {(acts[0],): "high", (acts[1],): "low"}),),
    )
    one.message("ann", [], "high")
    assert not one.before(Act("ann", "sell")).allowed, "said to nobody"
    assert "says it in a message" in one.before(Act("ann", "say high; sell")).reason
    assert one.message("ann", ["bob"], "low").allowed
    assert not one.message("ann", ["bob"], "high").allowed, "one message in a period, as in the game"
    assert one.before(Act("ann", "sell")).allowed
    assert one.settle()["ann"] == 0


def test_hashes_do_not_give_away_what_is_not_ones_own(opened):
    one = opened()
    before = one.head()
    one.before(Act("bob", "defect"))
    (line,) = one.ledger.entries(1, 1)
    spelt = {"agent": "bob", "at": line.at, "key": "", "kind": "act", "number": 1, "previous": before.hash}

    def guess(**more):
        body = {
            **{"name": "defect", "arguments": {}, "session": "", "label": "defect", "uses": [], "owed": "0"},
            **{"reason": "", **more},
        }
        return hashlib.sha256(canonical({**spelt, "body": body}).encode()).hexdigest()

    assert guess() != one.head().hash
    assert guess(salt=line.body["salt"]) == one.head().hash, "the salt is what it lacks"
    one.settle()
    assert all("salt" not in e.body for e in one.view("ann") if e.kind == "settlement")
    assert [e.number for e in one.view("ann")] == [0, 2]


def test_chances_too_fine_to_draw_are_refused():
    with pytest.raises(InputError, match="2\\^128"):
        Charter(agents=TWO, audits=(Audit("a", F(1, 2**300), signal="s", found=("x",)),))
    odd = [F(1, p) for p in (10**20 + 39, 10**20 + 129)]
    law = (*odd, 1 - sum(odd))
    with pytest.raises(InputError, match="2\\^128"):
        Charter(agents=TWO, commits=(Commit("ann", ("a", "b", "c"), (), {(): law}),))


def test_an_interrupt_leaves_nobody_waiting(tmp_path):
    class Interrupted(BaseException):
        pass

    one = Ledger(tmp_path / "l")
    catch_up, errors, inside = one._catch_up, [], threading.Event()

    def broken():
        inside.set()
        while len(one._queue) < 2:
            pass
        one._catch_up = catch_up_once
        raise Interrupted

    def catch_up_once():
        one._catch_up = catch_up
        raise Interrupted

    def write():
        try:
            one.write(lambda: one.book("x", "ann", {}))
        except BaseException as error:
            errors.append(type(error))

    one._catch_up = broken
    threads = [threading.Thread(target=write, daemon=True) for _ in range(3)]
    threads[0].start()
    assert inside.wait(5)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
    assert sorted(e.__name__ for e in errors) == ["InputError", "Interrupted", "Interrupted"]
    one.write(lambda: one.book("x", "ann", {}))
    assert one.head().number == 0
    one.close()


def test_a_tool_gets_what_was_judged(opened):
    one = opened(free=False, permits=(Permit(("pay",), when="amount <= 5"),))
    got = []

    @guarded(one, "ann")
    def pay(amount, /, **more):
        got.append(amount)

    with pytest.raises(InputError, match="one argument of a name"):
        pay(1000, amount=1)
    assert got == []
    pay(2)
    assert got == [2]


# ── hostile files ───────────────────────────────────────────────────────────────────────────────────────────────────

SEED = bytes(32)
END = ("final", "operator", {"seed": SEED.hex()})


def forged(path, *lines, **charter):
    """A ledger with a sound chain, written by somebody else."""
    opening = {"charter": {"agents": [{"name": "ann"}], **charter}, "commitment": hashlib.sha256(SEED).hexdigest()}
    db, previous = sqlite3.connect(path), "0" * 64
    db.execute(
        "CREATE TABLE entries(number INTEGER PRIMARY KEY, kind TEXT, agent TEXT, key TEXT, at INTEGER, body TEXT, "
        "hash TEXT, seal TEXT)"
    )
    for number, (kind, agent, body) in enumerate([("opening", "", opening), *lines]):
        text = body if isinstance(body, str) else canonical(body)
        head = f'{{"agent":{json.dumps(agent)},"at":0,"body":{text},"key":"","kind":{json.dumps(kind)}'
        previous = hashlib.sha256(f'{head},"number":{number},"previous":"{previous}"}}'.encode()).hexdigest()
        db.execute("INSERT INTO entries VALUES (?, ?, ?, '', 0, ?, ?, '')", (number, kind, agent, text, previous))
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    return path


def failed(path):
    return {v.claim for v in checker.check(path) if v.holds is False}


ACT = ("act", "ann", {"name": "x", "drawn": {"count": 0, "law": ["1/9"], "acts": ["x"]}})
OUTCOME = ("outcome", "ann", {"act": 1, "audits": {"a": {"count": 0, "drawn": False, "found": None}}})


@pytest.mark.parametrize(
    ("claims", "lines", "charter"),
    [
        ({"money"}, [("settlement", "operator", {"period": 0, "transfers": {"ann": "1e999999999"}, "fund": "0"})], {}),
        ({"money"}, [("settlement", "operator", {"period": 0, "transfers": {"ann": True}, "fund": "-1"})], {}),
        ({"draws"}, [ACT, OUTCOME, END], {"audits": [{"name": "a", "rate": "1e-999999999"}]}),
        ({"draws"}, [ACT, OUTCOME, END], {"audits": [{"name": "a", "rate": f"1/{2**300}"}]}),
        ({"draws"}, [ACT, END], {"commits": [{"agent": "ann", "acts": ["x"], "on": [], "law": [[[], ["1/9"]]]}]}),
        ({"chain", "money"}, [("settlement", "ann", '{"a":' + "[" * 100_000 + "]" * 100_000 + "}")], {}),
        ({"chain"}, [("act", "ann", '{"a":NaN}')], {}),
        ({"opening", "draws"}, [("opening", "", []), ("final", "", [])], {}),
    ],
)
def test_a_hostile_file_is_answered_by_no(tmp_path, claims, lines, charter):
    assert failed(forged(tmp_path / "l", *lines, **charter)) == claims


def test_numbers_that_grow_are_not_followed_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "WIDEST", 100)
    lines = [
        ("settlement", "operator", {"period": k, "transfers": {"ann": f"1/{10**40 + k}"}, "fund": "0"})
        for k in range(1)
    ]
    money = checker.check(forged(tmp_path / "l", *lines))[-1]
    assert (money.claim, money.holds) == ("money", None)


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE VIEW entries AS WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c) SELECT n AS number, "
        "'act' AS kind, '' AS agent, '' AS key, 0 AS at, '{}' AS body, '' AS hash, '' AS seal FROM c",
        "CREATE TABLE entries(number INTEGER PRIMARY KEY, kind, agent, key, at, hash, seal, "
        "body AS (hex(zeroblob(400000000))))",
        "CREATE VIRTUAL TABLE entries USING fts5(number, kind, agent, key, at, body, hash, seal)",
        "CREATE TABLE other(number)",
    ],
)
def test_only_a_table_that_is_written_down_is_read(tmp_path, schema):
    db = sqlite3.connect(tmp_path / "l")
    try:
        db.execute(schema)
    except sqlite3.OperationalError as error:
        pytest.skip(str(error))
    db.execute("PRAGMA user_version = 1")
    db.close()
    with pytest.raises(checker.NotALedger):
        checker.check(tmp_path / "l")


def test_the_checker_runs_alone_and_tells_a_terminal_nothing(tmp_path):
    alone = tmp_path / "alone.py"
    alone.write_bytes(Path(checker.__file__).read_bytes())
    lines = [("settlement", "operator", {"period": 0, "transfers": {"\x1b[2Jann": "-1"}, "fund": "1"})]
    path = forged(tmp_path / "l", *lines, agents=[{"name": "\x1b[2Jann", "deposit": "0"}])
    ran = subprocess.run([sys.executable, "-I", "-S", alone, path], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 1 and "takes more from" in ran.stdout and "\x1b" not in ran.stdout and not ran.stderr


def test_prices_by_what_came_of_it_are_read_the_same_way(opened):
    one = opened(prices=(Price("-scale.landed", after=True),))
    did = one.before(Act("ann", "fish", {"scale": {"landed": 0}}))
    assert one.after(did.act, {"scale": {"landed": 3}}).owed == -3
