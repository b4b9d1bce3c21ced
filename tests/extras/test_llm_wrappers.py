"""Patience, budgets, records and forecasts around models that are made up on the spot; no network."""

import asyncio
import json
import multiprocessing
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.agents import Message, Reply, Request, Usage
from rulewright.agents.models import (
    Budget,
    Budgeted,
    Counted,
    Overspent,
    Patient,
    Price,
    Record,
    Recorded,
    Rehearsal,
    Trouble,
    estimate,
    fits,
    made_up,
    priced,
    trouble,
)
from rulewright.agents.models.tokens import bound, expected
from rulewright.errors import InputError

SCHEMA = {"type": "object", "properties": {"catch": {"type": "integer"}}, "required": ["catch"]}


def question(text="how many?", **more):
    return Request((Message("user", text),), **more)


class Says:
    """A model that says these things one after the other, the last one for ever; exceptions are raised."""

    def __init__(self, *things, wait=0.0, name="says"):
        self.things, self.wait, self.name = list(things), wait, name
        self.asked, self.now, self.most = [], 0, 0

    async def complete(self, request):
        self.asked.append(request)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.wait)
        finally:
            self.now -= 1
        thing = self.things.pop(0) if len(self.things) > 1 else self.things[0]
        if isinstance(thing, Exception):
            raise thing
        return thing


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def patient(model, **more):
    clock = Clock()
    return Patient(model, sleep=clock.sleep, clock=clock, **more), clock


def busy(after=0.0, **more):
    return trouble("there", "an answer", "429 too many", passing=True, after=after, **more)


GOOD = Reply("yes", usage=Usage(10, 5))


def test_it_waits_longer_each_time_and_the_same_way_for_the_same_seed():
    slept = []
    for seed in (1, 1, 2):
        model, clock = patient(Says(*[busy() for _ in range(4)], GOOD), seed=seed)
        assert asyncio.run(model.complete(question())) == GOOD and model.retried == 4
        slept.append(clock.slept)
    assert slept[0] == slept[1] != slept[2]
    assert all(0.5 * 0.5 * 2**n <= wait <= 0.5 * 2**n for n, wait in enumerate(slept[0]))


def test_who_says_when_to_come_back_is_believed_for_all_calls():
    model, clock = patient(Says(busy(after=7.0), GOOD), concurrency=1)

    async def run():
        await asyncio.gather(model.complete(question("a")), model.complete(question("b")))

    asyncio.run(run())
    assert clock.now >= 7.0 and len(model.model.asked) == 3
    late, clock = patient(Says(busy(after=1e6), GOOD), seconds=60.0)
    with pytest.raises(Trouble, match="429 too many, at the last of 1 tries"):
        asyncio.run(late.complete(question()))
    assert clock.now == 0


def test_waiting_for_a_place_is_not_held_against_a_call():
    """Ten calls of 5 s, one at a time, patience for 8 s each: the last one has waited 45 s, and may still be tried again."""
    clock = Clock()

    class Slow(Says):
        async def complete(self, request):
            await clock.sleep(5.0)
            return await super().complete(request)

    inner = Slow(*[GOOD] * 9, busy(), GOOD)
    model = Patient(inner, concurrency=1, seconds=8.0, sleep=clock.sleep, clock=clock)

    async def run():
        return await asyncio.gather(*(model.complete(question(number=n)) for n in range(10)))

    assert asyncio.run(run()) == [GOOD] * 10 and model.retried == 1


def test_it_gives_up_and_says_what_happened():
    model, _ = patient(Says(busy()), tries=3)
    with pytest.raises(Trouble, match="429 too many, at the last of 3 tries"):
        asyncio.run(model.complete(question()))
    assert len(model.model.asked) == 3
    final, _ = patient(Says(trouble("there", "an answer", "no money")))
    with pytest.raises(Trouble, match="no money"):
        asyncio.run(final.complete(question()))
    assert len(final.model.asked) == 1
    hung = Patient(Says(GOOD, wait=9.0), seconds=0.05, tries=2)
    with pytest.raises(Trouble, match=r"none in 0\.05 s"):
        asyncio.run(hung.complete(question()))


@pytest.mark.parametrize("first", [Reply(""), Reply('{"catch": 3, "rea')])
def test_what_breaks_off_is_asked_again_and_then_handed_on(first):
    whole = Reply('{"catch": 3}')
    mended, _ = patient(Says(first, first, whole))
    assert asyncio.run(mended.complete(question(schema=SCHEMA))) == whole
    stubborn, _ = patient(Says(first))
    assert asyncio.run(stubborn.complete(question(schema=SCHEMA))) == first and len(stubborn.model.asked) == 3
    for finish in ("length", "filter"):
        ended = replace(first, finish=finish)
        once, _ = patient(Says(ended))
        assert asyncio.run(once.complete(question(schema=SCHEMA))) == ended and len(once.model.asked) == 1


def test_at_most_so_many_at_once_in_any_loop():
    model = Patient(Says(GOOD, wait=0.005), concurrency=3)

    async def run():
        await asyncio.gather(*(model.complete(question(number=n)) for n in range(12)))

    asyncio.run(run())
    asyncio.run(run())
    assert model.model.most == 3


@pytest.mark.parametrize("wrong", [{"concurrency": 0}, {"tries": 0}, {"seconds": float("nan")}, {"first": -1.0}])
def test_patience_that_is_none(wrong):
    with pytest.raises(InputError):
        Patient(Says(GOOD), **wrong)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 50), st.sampled_from(["ok", "paid", "free", "none"])), max_size=12
    ),
    st.integers(0, 2000),
)
def test_a_budget_is_never_exceeded(calls, most):
    """Whatever comes back, as long as a provider keeps to the bound: spent plus set aside stays within the budget."""
    seen = []

    class Provider:
        name = "any"

        async def complete(self, request):
            seen.append(model.spent + model.held)
            await asyncio.sleep(0)
            most, kind = bound(request), request.messages[0].role
            if kind in ("paid", "free"):
                raise trouble("any", "x", "y", paid=kind == "paid")
            return Reply("", usage=Usage(most.asked // 4, most.answered) if kind == "ok" else Usage())

    model = Budgeted(Provider(), Budget(tokens=most))

    async def run():
        requests = [Request((Message(kind, "x" * size),), limit=limit) for size, limit, kind in calls]
        return await asyncio.gather(*(model.complete(r) for r in requests), return_exceptions=True)

    results = asyncio.run(run())
    for usage in [*seen, model.spent]:
        assert usage.asked + usage.answered <= most
    assert model.held == Usage() and len(results) == len(calls)
    refused = sum(isinstance(result, Overspent) for result in results)
    assert len(seen) == len(calls) - refused
    assert model.unsure.asked <= model.spent.asked


def test_a_budget_in_money_and_its_books():
    price = Price(asked=1.0, answered=2.0)
    model = Budgeted(Says(GOOD), Budget(money=0.0011), price)
    asyncio.run(model.complete(question(limit=400)))
    assert model.spent == Usage(10, 5) and model.money == pytest.approx(20 / 1e6)
    with pytest.raises(Overspent, match=r"at most 0\.0011 in money"):
        asyncio.run(model.complete(question(limit=600)))
    assert len(model.model.asked) == 1
    with pytest.raises(InputError, match="a price for says"):
        Budgeted(Says(GOOD), Budget(money=1.0))
    free = Budgeted(Says(replace(GOOD, recorded=True)))
    asyncio.run(free.complete(question()))
    assert free.spent == Usage()


def test_a_call_waits_for_others_that_may_turn_out_cheaper():
    need = bound(question(limit=100))
    model = Budgeted(Says(GOOD, wait=0.01), Budget(tokens=need.asked + need.answered + 20))

    async def run():
        await asyncio.gather(*(model.complete(question(limit=100, number=n)) for n in range(2)))

    asyncio.run(run())
    assert model.model.most == 1 and model.spent == Usage(20, 10)


@pytest.mark.parametrize("wrong", [{"tokens": -1}, {"money": float("nan")}, {"money": float("inf")}])
def test_budgets_that_are_none(wrong):
    with pytest.raises(InputError):
        Budget(**wrong)
    with pytest.raises(InputError):
        Price(-1.0, 0.0)


def test_prices_are_found_by_name():
    one, two = Price(1, 1), Price(2, 2)
    table = {"openai:big": one, "small": two}
    assert priced(table, "openai:big") is one and priced(table, "127.0.0.1:8000/v1#org/small") is two
    assert priced(table, "other") is None and priced({"*": one}, "other") is one and priced(one, "x") is one


def test_a_rerun_costs_nothing_and_says_so(tmp_path):
    requests = [question(number=n) for n in range(5)]

    def run(mode="record", *things):
        inner = Says(*things or (GOOD,))
        with Record(tmp_path / "deep" / "run.db") as record:
            model = Counted(Recorded(inner, record, mode))

            async def all_of():
                return await asyncio.gather(*(model.complete(request) for request in requests))

            return asyncio.run(all_of()), len(inner.asked), model.tally, record.usage("says")

    first, calls, tally, _ = run()
    assert calls == tally.fresh == 5 and not any(reply.recorded for reply in first)
    again, calls, tally, cost = run()
    assert calls == 0 and tally.recorded == 5 and tally.usage == Usage() and tally.saved == cost == Usage(50, 25)
    assert [replace(reply, recorded=False) for reply in again] == first and all(reply.recorded for reply in again)
    assert run("replay")[0] == again
    renewed, calls, *_ = run("refresh", Reply("no"))
    assert calls == 5 and {reply.text for reply in renewed} == {"no"} and run("replay")[0][0].text == "no"


def test_a_replay_says_what_is_missing(tmp_path):
    with Record(tmp_path / "run.db") as record:
        model = Recorded(Says(GOOD), record, "replay")
        with pytest.raises(InputError, match=r"an answer of says to “how many fish.*draw 3"):
            asyncio.run(model.complete(question("how many fish", number=3)))
        with pytest.raises(InputError, match="record, replay, refresh"):
            Recorded(Says(GOOD), record, "rewind")


def test_equal_questions_at_the_same_time_are_one(tmp_path):
    async def run(model):
        return await asyncio.gather(*(model.complete(question()) for _ in range(20)))

    for mode in ("record", "refresh"):
        with Record(tmp_path / "run.db") as record:
            inner = Says(GOOD, wait=0.01)
            replies = asyncio.run(run(Recorded(inner, record, mode)))
            assert len(inner.asked) == (mode == "refresh" or 1) and sum(not reply.recorded for reply in replies) == 1


def test_failures_are_not_recorded_and_shared_by_those_who_wait(tmp_path):
    with Record(tmp_path / "run.db") as record:
        inner = Says(busy(), GOOD, wait=0.005)
        model = Recorded(inner, record)

        async def run():
            return await asyncio.gather(*(model.complete(question()) for _ in range(3)), return_exceptions=True)

        assert [type(found) for found in asyncio.run(run())] == [Trouble] * 3 and len(record) == 0
        assert asyncio.run(model.complete(question())) == GOOD


def test_who_stops_waiting_does_not_lose_what_is_paid_for(tmp_path):
    with Record(tmp_path / "run.db") as record:
        model = Recorded(Says(GOOD, wait=0.05), record)

        async def run():
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(model.complete(question()), 0.01)
            await model.close(grace=5.0)

        asyncio.run(run())
        assert len(record) == 1


def ask_slowly(path, texts, counted):
    class Slow:
        name = "slow"

        async def complete(self, request):
            with counted.get_lock():
                counted.value += 1
            await asyncio.sleep(0.1)
            return GOOD

    async def run():
        with Record(path) as record:
            model = Recorded(Slow(), record)
            await asyncio.gather(*(model.complete(question(text)) for text in texts))

    asyncio.run(run())


def test_two_processes_ask_each_question_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    counted = context.Value("i", 0)
    texts = [f"question {n}" for n in range(12)]
    both = [
        context.Process(target=ask_slowly, args=(tmp_path / "run.db", order, counted)) for order in (texts, texts[::-1])
    ]
    for one in both:
        one.start()
    try:
        for one in both:
            one.join(60)
            assert one.exitcode == 0
    finally:
        for one in both:
            one.kill()
            one.join(10)
    assert counted.value == 12


def test_claims_of_the_dead_are_taken_over(tmp_path):
    with Record(tmp_path / "run.db") as record:
        assert record.claim("a") and record.claim("a")
        with Record(tmp_path / "run.db") as other:
            assert not other.claim("a")
            record.release("a")
            assert other.claim("a") and not record.claim("a")
        assert record.claim("a")  # the other one is closed
        file = sqlite3.connect(tmp_path / "run.db")
        with file:
            file.execute("UPDATE claims SET process = 4194305, holder = 'gone'")  # no process has this number
        file.close()
        with Record(tmp_path / "run.db") as other:
            assert other.claim("a")


def test_files_that_are_no_record(tmp_path):
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at as one " * 20)
    later = sqlite3.connect(tmp_path / "later.db")
    later.execute("PRAGMA user_version = 99")
    later.close()
    for name in ("text.db", "later.db", "."):
        with pytest.raises(InputError, match="a record of replies"):
            Record(tmp_path / name)
    with Record(tmp_path / "run.db") as record:
        record.put("k", "m", question(), GOOD, 0.1)
        record._do("UPDATE replies SET reply = '{}'")
        with pytest.raises(InputError, match="a record of replies"):
            record.find("k")


def test_a_forecast_is_calibrated_by_the_record(tmp_path):
    requests = [question("x" * 400, limit=100, number=n) for n in range(10)]
    thumb = estimate(requests, price=Price(1.0, 1.0))
    assert thumb.expected == Usage(10 * 104, 500) and thumb.calls == 10 and thumb.calibrated == 0
    assert thumb.money == pytest.approx(1540 / 1e6) and "rule of thumb" in thumb.sentence
    assert estimate(requests, latency=2.0, concurrency=4).seconds == 6.0
    assert estimate(requests, latency=2.0, depth=10).seconds == 20.0
    assert estimate(requests, latency=0.1, calls_a_minute=5).seconds == 120.0
    assert estimate(requests + requests).calls == 10 and estimate(requests, times=3).calls == 30
    with Record(tmp_path / "run.db") as record:
        for request in requests[:4]:
            record.put(request.key("m"), "m", request, Reply("x", usage=Usage(208, 20)), 3.0)
        known = estimate(requests, model="m", record=record, concurrency=2)
        assert (known.calls, known.recorded, known.calibrated) == (6, 4, 4)
        assert known.expected == Usage(6 * 208, 120) and known.seconds == 9.0
        assert estimate(requests[:4], model="m", record=record).sentence.startswith("Nothing to pay")
    with pytest.raises(InputError):
        estimate(requests, times=0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=3), st.integers(1, 1000))
def test_the_bound_is_one(texts, limit):
    request = Request(tuple(Message("user", text) for text in texts), SCHEMA, limit=limit)
    assert bound(request).asked >= sum(len(text.encode()) for text in texts)
    assert bound(request).asked >= expected(request) and bound(request).answered == limit


NUMBERS = st.tuples(st.integers(-50, 50), st.integers(0, 30)).map(lambda p: {"minimum": p[0], "maximum": p[0] + p[1]})
LEAVES = st.one_of(
    NUMBERS.map(lambda b: {"type": "integer", **b}),
    NUMBERS.map(lambda b: {"type": "number", **b}),
    st.lists(st.sampled_from(["run", "stay", "3", ""]), min_size=1, unique=True).map(lambda o: {"enum": o}),
    st.tuples(st.integers(0, 9), st.integers(0, 90)).map(
        lambda p: {"type": "string", "minLength": p[0], "maxLength": p[0] + p[1]}
    ),
    st.just({"type": "boolean"}),
    st.just({"type": ["null", "string"]}),
    st.just({"const": 7}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.integers(0, 2)).map(
            lambda p: {"type": "array", "items": p[0], "minItems": p[1], "maxItems": p[1] + 2}
        ),
        st.dictionaries(st.sampled_from("abc"), inner).map(
            lambda p: {"type": "object", "properties": p, "required": list(p), "additionalProperties": False}
        ),
        inner.map(lambda s: {"anyOf": [s, {"type": "null"}]}),
    ),
    max_leaves=6,
)
REFERRING = SCHEMAS.map(
    lambda s: {"$defs": {"one": s}, "type": "object", "properties": {"it": {"$ref": "#/$defs/one"}}}
)


@settings(max_examples=40, deadline=None)
@given(SCHEMAS | REFERRING, st.randoms(use_true_random=False))
def test_what_is_made_up_meets_its_schema(schema, rng):
    jsonschema = pytest.importorskip("jsonschema")
    value = made_up(schema, rng)
    jsonschema.validate(value, schema)
    assert fits(value, schema)


@pytest.mark.parametrize(("value", "schema"), [
    (8, {"type": "integer", "maximum": 7}), (True, {"type": "integer"}), ("walk", {"enum": ["run"]}),
    (float("nan"), {"type": "number"}), ({}, {"type": "object", "required": ["a"]}), ("abc", {"maxLength": 2}),
    ({"a": 1}, {"type": "object", "properties": {}, "additionalProperties": False}), ([1], {"type": "array", "maxItems": 0}),
    (3, {"exclusiveMinimum": 3}), (4, {"const": 3}),
])  # fmt: skip
def test_what_does_not_fit(value, schema):
    assert not fits(value, schema)


@pytest.mark.parametrize("schema", [
    7, {"type": "colour"}, {"enum": []}, {"minimum": "x", "type": "integer"}, {"$ref": "#"},
    {"type": "integer", "minimum": 0.2, "maximum": 0.8}, {"type": "object", "properties": {"a": {"$ref": "#"}}},
])  # fmt: skip
def test_schemas_that_cannot_be_met(schema):
    import random

    with pytest.raises(InputError):
        made_up(schema, random.Random(1))


def test_a_rehearsal_keeps_what_was_asked():
    model = Rehearsal("any")
    reply = asyncio.run(model.complete(question(schema=SCHEMA)))
    assert fits(json.loads(reply.text), SCHEMA) and model.requests == [question(schema=SCHEMA)]
    assert asyncio.run(Rehearsal("any").complete(question(schema=SCHEMA))) == reply
