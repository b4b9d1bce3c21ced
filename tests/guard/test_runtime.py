"""The guard's rules: permits, prices, quotas, audits, the ladder, appeals, escrow, messages, who reads what, drift."""

import asyncio
import hashlib
import random
from fractions import Fraction as F
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.guard import Act, Charter, Guard, Refused, drift, guard, guarded
from rulewright.guard.charter import (
    Agent,
    Appeals,
    Audit,
    Commit,
    Drift,
    Ladder,
    Pay,
    Permit,
    Price,
    Reveal,
    Rung,
    Speak,
)
from rulewright.guard.draws import below, happens
from rulewright.verify import ledger as checker

TWO = (Agent("ann"), Agent("bob"))
SURE = Audit("look", F(1), signal="flag", found=("up",), fine=F(1))


@pytest.fixture
def opened(tmp_path):
    guards = []

    def open_(**clauses):
        one = Guard.open(
            Charter(**{"agents": TWO, "free": True} | clauses), tmp_path / f"l{len(guards)}", seed=bytes(32)
        )
        guards.append(one)
        return one

    yield open_
    for one in guards:
        one.ledger.close()


def work(guard, agent="ann", flag="up", **arguments):
    return guard.after(guard.before(Act(agent, "work", arguments)).act, {"flag": flag})


def test_conditions_quotas_prices(opened):
    one = opened(
        free=False,
        permits=(Permit(("work",), ("ann",), "units <= 5 and not (kind == 'bad')", quota=2),),
        prices=(Price("-units/10", ("work",)), Price("3", ("work",), when="result > 0", after=True)),
    )
    assert "only if units" in one.before(Act("ann", "work", {"units": 6, "kind": "good"})).reason
    assert "cannot be read" in one.before(Act("ann", "work", {"units": "many"})).reason
    assert "not permitted to bob" in one.before(Act("bob", "work")).reason
    first = one.before(Act("ann", "work", {"units": 1, "kind": "good"}))
    assert first.allowed and first.owed == -0.1
    assert one.after(first.act, {"result": 1}).owed == 3
    with pytest.raises(InputError, match="no outcome yet"):
        one.after(first.act, {"result": 1})
    assert one.before(Act("ann", "work", {"units": 5, "kind": "good"})).allowed
    assert "no more than 2" in one.before(Act("ann", "work", {"units": 1, "kind": "good"})).reason
    assert one.settle() == {"ann": 2.4, "bob": 0.0}
    assert one.before(Act("ann", "work", {"units": 1, "kind": "good"})).allowed, "a new period"
    with pytest.raises(InputError, match="an agent of the charter"):
        one.before(Act("eve", "work"))
    with pytest.raises(InputError, match="JSON"):
        one.before(Act("ann", "work", {"units": object()}))


def test_the_same_request_is_booked_once_and_answered_alike(opened):
    one = opened(audits=(SURE,), ladder=Ladder((Rung(1, F(2)),)))
    verdicts = [one.before(Act("ann", "work"), key="1") for _ in range(2)]
    outcomes = [one.after(verdicts[0].act, {"flag": "up"}, key="2") for _ in range(2)]
    assert verdicts[0] == verdicts[1] and outcomes[0] == outcomes[1] and outcomes[0].owed == -3
    assert one.before(Act("bob", "work"), key="1").entry != verdicts[0].entry, "another agent's key is another key"
    with pytest.raises(InputError, match="a new key"):
        one.before(Act("ann", "work"), key="2")
    assert one.settle(key="p") == one.settle(key="p") == {"ann": -3.0, "bob": 0.0}
    assert one.standing("ann").period == 1


def test_the_ladder_is_climbed_and_forgotten(opened):
    ladder = Ladder((Rung(1), Rung(2, F(5)), Rung(3, F(10), excluded=1)), forgiven=2)
    one = opened(audits=(SURE,), ladder=ladder)
    assert [work(one).owed for _ in range(3)] == [-1, -6, -11]
    assert "excluded until the end of period 1" in one.before(Act("ann", "work")).reason
    one.settle()
    assert not one.before(Act("ann", "work")).allowed
    one.settle()
    assert one.before(Act("ann", "rest")).allowed and one.standing("ann").offences == 3
    one.settle()
    assert one.standing("ann").offences == 2


def test_an_appeal_returns_what_was_taken(opened):
    one = opened(
        agents=(Agent("ann", deposit=F(4)), Agent("bob")),
        audits=(Audit("look", F(1), signal="flag", found=("up",), fine=F(6)),),
        appeals=Appeals("bob", 1),
        ladder=Ladder((Rung(1, excluded=5),)),
    )
    work(one)
    (sanction,) = one.standing("ann").sanctions
    assert one.settle()["ann"] == -4 and one.standing("ann").money == 0, "escrow is never negative"
    with pytest.raises(InputError, match="a sanction on bob"):
        one.appeal("bob", sanction, "not mine")
    appeal = one.appeal("ann", sanction, "the flag was wrong", key="a")
    assert one.appeal("ann", sanction, "the flag was wrong", key="a") == appeal
    with pytest.raises(InputError, match="a second one"):
        one.appeal("ann", sanction, "again")
    with pytest.raises(InputError, match="the judge, bob"):
        one.decide("ann", appeal, True)
    one.decide("bob", appeal, True, "it was")
    assert one.before(Act("ann", "work")).allowed
    assert one.settle()["ann"] == 4 and one.standing("ann").offences == 0
    work(one)
    one.settle(), one.settle()
    with pytest.raises(InputError, match="by the end of period 3"):
        one.appeal("ann", one.standing("ann").sanctions[0], "too late")


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_money_is_moved_never_made(tmp_path_factory, seed):
    rng = random.Random(seed)
    charter = Charter(
        agents=(Agent("ann", deposit=F(5)), Agent("bob", deposit=F(0)), Agent("cat")),
        free=True,
        fund=F(3),
        balanced=True,
        prices=(Price("x"),),
        pays=(Pay("bob", ("action of ann",), {("a",): F(-2), ("b",): F(7, 3)}),),
    )
    one = Guard.open(charter, tmp_path_factory.mktemp("money") / "l", seed=bytes(32))
    for _ in range(6):
        for agent in ("ann", "bob", "cat"):
            one.before(Act(agent, rng.choice("ab"), {"x": rng.randint(-6, 6)}))
        one.settle()
        money = {a: one.standing(a).money for a in ("ann", "bob", "cat")}
        fund = 8 - sum(money.values())
        assert money["ann"] >= 0 and money["bob"] >= 0 and fund >= 0
        assert F(list(one.ledger.entries())[-1].body["fund"]) == fund
    one.close(final=True)
    assert {v.claim: v.holds for v in checker.check(one.ledger.path)}["money"]


def test_messages_and_who_reads_what(opened):
    one = opened(
        agents=(*TWO, Agent("cat")),
        speaks=(Speak("ann", ("bob",), ("yes", "no"), quota=1),),
        reveals=(Reveal(("cat",), ("ann",), ("act",)),),
        pays=(Pay("ann", (), {(): F(1)}),),
    )
    assert "only: yes, no" in one.message("ann", ["bob"], "perhaps").reason
    assert one.message("ann", "bob", "yes").allowed
    assert "in a period" in one.message("ann", "bob", "no").reason
    assert "may not speak to cat" in one.message("ann", ["cat"], "yes").reason
    one.before(Act("ann", "work", {"secret": 1}), key="mine")
    one.settle({"bob": 2.0})
    kinds = {a: [e.kind for e in one.view(a) if e.kind not in ("opening", "settlement")] for a in ("ann", "bob", "cat")}
    assert kinds["ann"] == ["withheld", "message", "withheld", "withheld", "act"]
    assert kinds["bob"] == ["message"] and kinds["cat"] == ["act"]
    assert one.view("cat")[-2].key == ""
    assert one.view("bob")[-1].body["transfers"] == {"bob": "0"} and one.view("ann")[-1].body["payoffs"] == {}


def test_verifiers_are_asked_outside_and_again_after_a_failure(tmp_path):
    charter = Charter(agents=TWO, free=True, audits=(Audit("look", F(1), verifier="judge", fine=F(2)),))
    with pytest.raises(InputError, match="the verifier 'judge'"):
        Guard.open(charter, tmp_path / "l")

    def broken(act, outcome):
        raise RuntimeError("no judge today")

    one = Guard.open(charter, tmp_path / "l", verifiers={"judge": broken})
    with pytest.raises(RuntimeError):
        work(one)
    one.close()
    two = Guard.open(None, tmp_path / "l", verifiers={"judge": lambda act, outcome: outcome["flag"] == "up"})
    assert two.standing("ann").owed == -2, "heard when it was opened again, once"
    assert two.hear() == 0
    two.close()
    with pytest.raises(InputError, match="another charter"):
        Guard.open(Charter(agents=TWO), tmp_path / "l")


def test_nonces_of_agents_move_the_draws(opened):
    audits = (Audit("look", F(1, 2), signal="flag", found=("up",)),)
    found = []
    for nonce in (b"x", b"y", None):
        one = opened(audits=audits)
        if nonce is not None:
            one.contribute("bob", hashlib.sha256(nonce).hexdigest())
            assert "wait for the nonces of bob" in one.before(Act("ann", "work")).reason
            with pytest.raises(InputError, match="nonce of its digest"):
                one.reveal_nonce("bob", b"other")
            one.reveal_nonce("bob", nonce)
        found.append(tuple(work(one).owed or work(one).reason for _ in range(20)))
        with pytest.raises(InputError, match="before the first draw"):
            one.contribute("ann", "0" * 64)
        one.close(final=True)
        assert {v.claim: v.holds for v in checker.check(one.ledger.path)}["draws"]
    assert len(set(found)) == 3
    with pytest.raises(InputError):
        one.before(Act("ann", "work"))


def test_draws_are_fair_and_exact():
    key = hashlib.sha256(b"draws").digest()
    counts = [below(key, 3, "p", "a", k) for k in range(3000)]
    assert all(900 < counts.count(x) < 1100 for x in range(3))
    assert not any(happens(key, F(0), "p", "a", k) for k in range(50)) and happens(key, F(1), "p", "a", 0)


def test_drift_is_seen_and_is_seldom_false():
    clause = Drift("ann", "work", F(1, 2), F(1, 10), F(1, 20))

    def first_alarm(share, seed, acts):
        rng, hits = random.Random(seed), 0
        for n in range(1, acts + 1):
            hits += rng.random() < share
            if n % 5 == 0 and drift.seen(clause, n, hits).alarm:
                return n
        return 0

    assert sum(first_alarm(0.6, seed, 300) > 0 for seed in range(40)) <= 5  # at most 1/20 each, at the edge
    assert all(first_alarm(0.9, seed, 300) for seed in range(10))
    assert drift.seen(Drift("ann", "work", F(0), F(0)), 1, 1).alarm, "what never happens happened"


def test_floats_and_lists_are_made_exact_when_it_is_opened(tmp_path):
    charter = Charter(
        agents=[Agent("ann", deposit=0.1)], free=True, audits=[Audit("look", 0.25, ["work"], violation="1")]
    )
    one = Guard.open(charter, tmp_path / "l")
    assert one.charter.audits[0].rate == F(1, 4) and one.standing("ann").money == F(1, 10)
    one.close()
    Guard.open(charter, tmp_path / "l").close()


def test_an_alarm_suggests(tmp_path):
    called = []
    clause = drift.of_gap("ann", "work", gap=0.0, radius=0.2, rationality=2.0)
    charter = Charter(agents=TWO, free=True, drifts=(clause,))
    one = Guard.open(charter, tmp_path / "l", alarmed=called.append)
    for _ in range(40):
        one.before(Act("ann", "work"))
    assert len(called) == 1 and called[0].kind == "alarm" and "charge" in called[0].body["suggestion"]
    one.close()


def test_functions_under_a_guard(tmp_path):
    charter = Charter(
        agents=(Agent("ann", instead="ask"), Agent("bob")),
        permits=(Permit(("send", "later"), when="amount <= 10"), Permit(("ask",))),
        audits=(Audit("look", F(1), ("send",), signal="result", found=("lost",), fine=F(1)),),
    )
    one = Guard.open(charter, tmp_path / "l")
    tools = guard({"ann": {"send": lambda amount: "sent", "ask": lambda: "asked"}}, one, ledger=tmp_path / "l")
    assert tools["ann"]["send"](3) == "sent" and tools["ann"]["send"](30) == "asked"

    @guarded(one, "bob")
    def send(amount, *rest, **more):
        if amount < 0:
            raise ValueError("less than nothing")
        return "lost"

    assert send(1, 2, to="x") == "lost" and one.standing("bob").owed == -1
    with pytest.raises(Refused, match="only if amount") as refusal:
        send(11)
    assert not refusal.value.verdict.allowed
    assert "only if amount" in guarded(one, "bob", name="send", tell=True)(lambda amount: 0)(11)

    @guarded(one, "bob")
    async def later(amount):
        return amount

    assert asyncio.run(later(2)) == 2
    with pytest.raises(ValueError, match="less than"):
        guarded(one, "bob", name="later")(send.__wrapped__)(-1)
    assert [e.body["signals"] for e in one.ledger.entries() if e.kind == "outcome"][-1] == {"error": "ValueError"}
    with pytest.raises(InputError, match="agent="):
        guard(len, one, ledger="")
    with pytest.raises(InputError, match="without a game"):
        import rulewright as rw

        guard(len, rw.Sanction("ann", {"a": 1}), ledger="")
    one.close()


def test_a_charter_is_read_as_it_was_written(tmp_path):
    charter = Charter(
        name='a "name"',
        agents=(Agent("ann", "role", F(1, 3)), Agent("bob", instead="b")),
        permits=(Permit(("b",), ("role:role",), "x < 1", 2),),
        pays=(Pay("ann", ("s", "t"), {("1", "2"): F(-7, 2)}),),
        commits=(Commit("bob", ("b", "c"), (), {(): (F(1, 3), F(2, 3))}),),
        audits=(SURE,),
        ladder=Ladder((Rung(1, F(1)), Rung(3, F(2), 1)), 2, True),
        appeals=Appeals("bob", 3),
        drifts=(Drift("ann", "b", F(1, 2), F(1, 8)),),
        speaks=(Speak("ann"),),
        reveals=(Reveal(("bob",)),),
        fund=F(5),
        balanced=True,
    )
    for name in ("c.toml", "c.json"):
        charter.write(tmp_path / name)
        assert Charter.read(tmp_path / name) == charter


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agent = 1", "Did you mean 'agents'"),
        ("[[agents]]\nname = 'a'\n[[permits]]\nacts = ['x']\nagents = ['b']", "names among"),
        ("[[agents]]\nname = 'a'\n[[permits]]\nacts = ['x']\nwhen = 'import os'", "arithmetic formula"),
        ("[[audits]]\nname = 'a'\nrate = 2\nviolation = '1'", "a rate from 0 to 1"),
        ("[[audits]]\nname = 'a'\nrate = 'often'\nviolation = '1'", "a number"),
        ("[[audits]]\nname = 'a'\nrate = 1", "one of signal, violation, verifier"),
        ("[[audits]]\nrate = 1", "the key 'name'"),
        ("[[agents]]\nname = '*'", "different names"),
        ("[ladder]\nrungs = [{offences = 2}, {offences = 1}]", "rungs from 1"),
        ("[[agents]]\nname = 'a'\n[[commits]]\nagent = 'a'\nacts = ['x']\non = []\nlaw = [[[], ['1/2']]]", "sum 1"),
        ("[[permits]]\nacts = ['x']\nquota = true", "a whole number"),
        ("agents = 3", "a list"),
        ("=", "TOML or JSON"),
    ],
)
def test_a_wrong_charter_is_told_in_a_sentence(tmp_path, text, said):
    (tmp_path / "c.toml").write_text(text)
    with pytest.raises(InputError, match=said.replace("[", r"\[")):
        Charter.read(tmp_path / "c.toml")


@pytest.mark.parametrize("n", [1, 7, 20])
def test_the_evidence_is_an_e_value(n):
    """Its mean over all outcomes, written out: 1 at the bound, less below it."""

    def mean(share, bound):
        chances = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
        return sum(p * drift._evidence(bound, n, k) for k, p in enumerate(chances))

    assert mean(0.6, 0.6) == pytest.approx(1, abs=1e-12)
    assert mean(0.5, 0.6) < mean(0.55, 0.6) < 1 < mean(0.7, 0.6)
