"""Jobs are named by content; what travels comes back bit for bit; results do not depend on who works, nor in what order."""

import math
import multiprocessing
import os
import random
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import job_pieces
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.errors import InputError, Unsolved
from rulewright.jobs import Inline, Job, Local, Progress, each, opened, plain, run

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text().filter(lambda k: k[:1] != "$"), inner, max_size=3)
    ),
    max_leaves=8,
)


pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def two():
    with Local(2) as executor:
        yield executor


def squares(n):
    return [Job.of(job_pieces.square, x=x) for x in range(n)]


# ── what travels ────────────────────────────────────────────────────────────────────────────────────────────────────


@given(JSON)
def test_what_travels_comes_back(value):
    written = plain.text(value)
    again = plain.value(written)
    assert plain.text(again) == written
    assert repr(again) == repr(value) or isinstance(value, list | dict | float)  # order of keys; nan


@given(st.floats(allow_nan=False))
def test_floats_come_back_bit_for_bit(x):
    assert math.copysign(1, plain.value(plain.text(x))) == math.copysign(1, x) and plain.value(plain.text([x])) == [x]


@pytest.mark.parametrize(
    "value",
    [object(), {1: 2}, {"$bytes": "x"}, {1, 2}, lambda: 0],
    ids=["object", "keys", "reserved", "set", "function"],
)
def test_what_cannot_travel_is_refused(value):
    with pytest.raises(InputError):
        plain.text(value)


def test_a_nest_without_end_is_refused():
    nest = []
    nest.append(nest)
    with pytest.raises(InputError, match="levels"):
        plain.text(nest)


def test_arrays_of_numpy_become_lists():
    assert plain.value(plain.text({"a": np.arange(3), "b": np.float64(0.1), "c": np.int64(4)})) == {
        "a": [0, 1, 2],
        "b": 0.1,
        "c": 4,
    }


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_is_the_content():
    job = Job.of("m:f", a=1, b=[2.5])
    assert job.key == Job.of("m:f", b=(2.5,), a=1).key and len(job.key) == 32
    others = [
        Job.of("m:g", a=1, b=[2.5]),
        Job.of("m:f", a=1, b=[2.5], seeded=True),
        Job.of("m:f", a=1, b=[2.5], version="2"),
        Job.of("m:f", a=1.0, b=[2.5]),
        Job.of("m:f", a=1),
    ]
    assert len({j.key for j in [job, *others]}) == 6 and len({j.seed for j in [job, *others]}) == 6
    assert all(0 <= j.seed < 2**63 for j in others)


@pytest.mark.parametrize("path", ["os.system", "m:", ":f", "m:f()", "m f:g", "../m:f", "m:f;g", ""])
def test_paths_that_are_none_are_refused(path):
    with pytest.raises(InputError):
        Job(path)


def test_functions_without_a_path_are_refused():
    with pytest.raises(InputError, match="at the top of a module"):
        Job.of(lambda x: x, x=1)
    with pytest.raises(InputError, match="either a seed"):
        Job.of("m:f", seeded=True, seed=1)
    assert "cannot" not in run([Job.of("no_such_module:f")], on="inline")[0].error
    assert "needed a function that can be imported" in run([Job.of("no_such_module:f")], on="inline")[0].error


# ── the same whoever works ──────────────────────────────────────────────────────────────────────────────────────────


class Disorderly(Executor):
    """Answers in an order of its own: some now, the others a moment later, backwards."""

    workers = 7

    def __init__(self, seed):
        self.random = random.Random(seed)

    def submit(self, fn, /, *args):
        future = Future()
        wait = self.random.choice((0.0, 0.002, 0.02))
        threading.Timer(wait, lambda: future.set_result(fn(*args))).start()
        return future


def test_results_do_not_depend_on_who_works(two):
    jobs = [Job.of(job_pieces.wave, seeded=True, n=n % 9 + 1) for n in range(9)] + squares(60)
    jobs += [Job.of(job_pieces.odd_values), jobs[3]]
    alone = [o.result for o in run(jobs, on="inline")]
    assert [o.result for o in run(jobs, on=two)] == alone
    assert [o.result for o in run(jobs, on=two, chunk=7)] == alone
    with ThreadPoolExecutor(3) as threads:
        assert [o.result for o in run(jobs, on=threads, chunk=2)] == alone
    value = run([Job.of(job_pieces.odd_values)], on=two)[0].value
    assert value["bytes"] == b"\x00\xff" and math.isnan(value["nan"]) and value["inf"] == -math.inf
    assert value["array"] == (np.arange(3) / 7).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_results_do_not_depend_on_the_order_of_answers(seed):
    jobs = squares(200)
    answers = [o.value for o in run(jobs, on=Disorderly(seed))]
    assert answers == [x * x for x in range(200)]


def test_a_job_that_is_there_twice_is_done_once(tmp_path):
    job = Job.of(job_pieces.noted, folder=str(tmp_path), x=1)
    assert len(run([job, job, job], on="inline")) == 3 and (tmp_path / "1").read_text() == "x"
    assert len(list(each([job, job], on="inline"))) == 1


def test_workers_are_fresh_pinned_and_may_print(two, capfd):
    assert run([Job.of(job_pieces.fresh)], on=two)[0].value is True
    assert run([Job.of(job_pieces.threads)], on=two)[0].value == [os.environ.get("OMP_NUM_THREADS", "1")] * 2
    assert [o.value for o in run([Job.of(job_pieces.says, x=x) for x in range(3)], on=two)] == [0, 1, 2]
    assert capfd.readouterr().out == ""  # what jobs print is no result, and goes to standard error


# ── failures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_that_fails_is_told_with_its_stack_and_the_others_go_on(two):
    found = run([Job.of(job_pieces.fails, x=x) for x in range(7)], on=two)
    assert [o.done for o in found] == [x % 3 != 0 for x in range(7)]
    assert "in fails" in found[3].error and "3 is a multiple of three" in found[3].error and found[3].attempts == 1
    with pytest.raises(Unsolved, match="3 is a multiple of three"):
        _ = found[3].value


def test_a_job_cannot_end_its_worker_by_leaving(two):
    assert "SystemExit: 3" in run([Job.of(job_pieces.leaves)], on=two)[0].error


def test_a_worker_that_is_killed_costs_nothing_but_time(two, tmp_path):
    found = run([Job.of(job_pieces.dies_once, mark=str(tmp_path / "mark"), x=x) for x in range(12)], on=two, chunk=4)
    assert [o.value for o in found] == list(range(12)) and max(o.attempts for o in found) == 2


def test_a_job_that_kills_its_workers_is_given_up_and_the_others_go_on(two):
    found = run([Job.of(job_pieces.dies, x=x) for x in range(10)], on=two, chunk=5, attempts=2)
    assert [o.done for o in found] == [x != 5 for x in range(10)]
    assert found[5].attempts == 2 and "lost 2 times" in found[5].error and "-9" in found[5].error


def test_a_pool_that_breaks_is_made_again_and_nobody_else_is_charged():
    context = multiprocessing.get_context("spawn")
    found = run(
        [Job.of(job_pieces.dies, x=x) for x in range(4, 8)],
        on=lambda: ProcessPoolExecutor(2, mp_context=context),
        chunk=1,
        attempts=1,
    )
    assert [o.done for o in found] == [True, False, True, True]


def test_a_given_pool_that_breaks_ends_the_run_with_a_sentence(tmp_path):
    from concurrent.futures.process import BrokenProcessPool

    class Broken(Executor):
        def submit(self, fn, /, *args):
            raise BrokenProcessPool("it broke")

    with pytest.raises(Unsolved, match="what the store has is not done twice"):
        run(squares(3), on=Broken())


def test_lack_of_memory_is_tried_again(tmp_path):
    found = run([Job.of(job_pieces.no_memory_once, mark=str(tmp_path / "m"))], on="inline")[0]
    assert found.done and found.attempts == 2


def test_time_limits(two):
    found = run([Job.of(job_pieces.naps, seconds=s) for s in (30, 0)], on=two, limit=0.3, chunk=1)
    assert [o.done for o in found] == [False, True] and "longer than the limit of 0.3 seconds" in found[0].error


# ── a million jobs ──────────────────────────────────────────────────────────────────────────────────────────────────


MOST = 1_000


class Patient(Executor):
    """Answers nothing until so many wait, as a cluster of very many workers would."""

    workers = 10**6

    def __init__(self):
        self.waiting, self.most = [], 0

    def submit(self, fn, /, *args):
        future = Future()
        self.waiting.append((future, fn, args))
        self.most = max(self.most, len(self.waiting))
        if len(self.waiting) == MOST:
            self.answer()
        return future

    def answer(self):
        for future, fn, args in self.waiting:
            future.set_result(fn(*args))
        self.waiting.clear()


def test_few_are_out_at_a_time_and_few_are_read_ahead(monkeypatch):
    monkeypatch.setattr(sys.modules["rulewright.jobs.run"], "MOST", MOST)
    drawn, executor = [0], Patient()

    def many():
        for x in range(3 * MOST):
            drawn[0] += 1
            yield Job.of(job_pieces.square, x=x)

    ahead = 0
    for done, _ in enumerate(each(many(), on=executor, chunk=1)):
        ahead = max(ahead, drawn[0] - done)
    assert done + 1 == 3 * MOST and executor.most == MOST
    assert ahead <= 2 * MOST + 1000


def test_chunks_of_short_jobs_grow():
    sizes = []

    class Seen(Inline):
        def submit(self, fn, /, text):
            sizes.append(text.count("job_pieces:square"))
            return super().submit(fn, text)

    run(squares(3000), on=Seen())
    assert sizes[0] == 1 and max(sizes) >= 64 and sum(sizes) == 3000 and len(sizes) < 200


# ── progress ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_progress_says_who_did_what(two):
    said = []
    run([Job.of(job_pieces.naps, seconds=0.4, x=x) for x in range(6)], on=two, tell=said.append, chunk=1)
    last = said[-1]
    assert len(said) >= 2 and last.done == last.total == 6 and last.running == 0 and last.left == 0
    assert sum(w.done for w in last.workers) >= 6 and any(w.heard < 5 for w in last.workers)
    assert any(p.running for p in said)


def test_progress_in_words():
    told = Progress(1500, 2, 500, 30, 10_000, 2.0, ())
    assert str(told) == "1,500 of 10,000 jobs, 30 running, 2 failed, 2/s on 0, 1 h 10 min left"
    assert str(Progress(0, 0, 0, 3, None, 0.0)) == "0 jobs, 3 running"


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("locl:2", "Did you mean 'local'"),
        ("local:x", "number of processes"),
        ("local:0", "1 to 4,096"),
        ("inline:2", "nothing"),
    ],
)
def test_wrong_places_are_refused(place, said):
    with pytest.raises(InputError, match=said):
        opened(place)


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"limit": float("nan")}, {"limit": -1.0}, {"chunk": 0}])
def test_absurd_settings_are_refused(wrong):
    with pytest.raises(InputError):
        run(squares(1), on="inline", **wrong)
    with pytest.raises(InputError, match=r"Job\.of"):
        run(["os:system"], on="inline")


def test_an_executor_takes_functions_by_path(two):
    assert two.submit(job_pieces.square, 7).result(60) == 49
    with pytest.raises(InputError):
        two.submit(lambda: 1)
    with pytest.raises(RuntimeError, match="multiple of three"):
        two.submit(job_pieces.fails, 3).result(60)
