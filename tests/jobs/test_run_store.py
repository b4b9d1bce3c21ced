"""The store of a run: nothing done is lost or done twice, whatever is killed; one driver at a time; few files."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import job_pieces
import pytest

from rulewright.errors import InputError
from rulewright.jobs import Job, Store, each, run
from rulewright.jobs import store as stores

pytestmark = pytest.mark.timeout(120)
DRIVER = """
import sys
from rulewright.jobs import Job, run
notes, store, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
jobs = [Job.of("job_pieces:noted", folder=notes, x=x, seconds=0.03) for x in range(count)]
found = run(jobs, on="local:2", store=store, chunk=2)
print([o.value for o in found] == list(range(count)))
"""


def squares(n):
    return [Job.of(job_pieces.square, x=x) for x in range(n)]


def test_what_is_done_is_not_done_again(tmp_path):
    jobs = [Job.of(job_pieces.noted, folder=str(tmp_path), x=x) for x in range(10)]
    first = run(jobs[:6], on="inline", store=tmp_path / "run")
    again = run(jobs, on="inline", store=tmp_path / "run")
    assert [o.kept for o in again] == [True] * 6 + [False] * 4 and not any(o.kept for o in first)
    assert [o.result for o in again[:6]] == [o.result for o in first]
    assert all((tmp_path / str(x)).read_text() == "x" for x in range(10))
    with Store(tmp_path / "run", write=False) as store:
        assert store.counts() == {"done": 10} and len(list(store)) == 10


def test_what_failed_is_tried_again(tmp_path):
    jobs = [Job.of(job_pieces.fails, x=x) for x in range(4)]
    run(jobs, on="inline", store=tmp_path)
    with Store(tmp_path, write=False) as store:
        assert store.counts() == {"done": 2, "failed": 2}
        assert sum("multiple of three" in o.error for o in store) == 2
    assert [o.kept for o in run(jobs, on="inline", store=tmp_path)] == [False, True, True, False]


def test_parts_instead_of_thousands_of_files(tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "PART", 700)
    first = run(squares(1500), on="inline", store=tmp_path)
    assert 1 <= len(list((tmp_path / "parts").iterdir())) <= 3 and len(list(tmp_path.rglob("*"))) <= 7
    again = run(squares(1600), on="inline", store=tmp_path)
    assert all(o.kept for o in again[:1500]) and [o.result for o in again[:1500]] == [o.result for o in first]
    with Store(tmp_path) as store:
        assert store.compact() >= 100 and store.compact() == 0
        assert len(store.paths()) <= 4 and store.index.execute("SELECT count(*) FROM results").fetchone() == (0,)
        assert {o.value for o in store.found().values()} == {x * x for x in range(1600)}


def test_a_crash_between_a_part_and_its_entry_loses_nothing(tmp_path, monkeypatch):
    run(squares(20), on="inline", store=tmp_path)

    class Crash(BaseException):
        pass

    store = Store(tmp_path)
    monkeypatch.setattr(store, "_all_or_nothing", lambda: (_ for _ in ()).throw(Crash))
    with pytest.raises(Crash):
        store.compact()
    store._lock.close()
    assert len(list((tmp_path / "parts").iterdir())) == 1  # written, and not entered
    with Store(tmp_path) as store:
        assert not list((tmp_path / "parts").iterdir())
        assert {o.value for o in store.found().values()} == {x * x for x in range(20)}
        assert store.compact() == 20


def test_a_part_that_is_gone_is_named(tmp_path):
    run(squares(3), on="inline", store=tmp_path)
    with Store(tmp_path) as store:
        store.compact()
    next((tmp_path / "parts").iterdir()).unlink()
    with pytest.raises(InputError, match="part-00001"):
        run(squares(3), on="inline", store=tmp_path)


def test_one_driver_at_a_time_and_any_number_of_readers(tmp_path):
    with Store(tmp_path) as store:
        store.enter(squares(2))
        with pytest.raises(InputError, match="one driver at a time"):
            Store(tmp_path)
        with Store(tmp_path, write=False) as reader:
            assert reader.counts() == {"waiting": 2}
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader.index.execute("DELETE FROM jobs")
    Store(tmp_path).close()


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="no index"):
        Store(tmp_path, write=False)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError):
        Store(tmp_path / "file")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.sqlite").write_text("no database, but long enough to look like one" * 30)
    with pytest.raises(InputError, match="a folder that can be used"):
        Store(tmp_path / "other")
    with Store(tmp_path / "newer") as store:
        store.index.execute("UPDATE meta SET value = '99'")
    with pytest.raises(InputError, match="format 99"):
        Store(tmp_path / "newer")


def test_an_interrupt_leaves_the_store_whole(tmp_path):
    seen = 0
    with pytest.raises(KeyboardInterrupt):
        for _ in each(squares(50), on="inline", store=tmp_path, chunk=5):
            seen += 1
            if seen == 12:
                raise KeyboardInterrupt
    with Store(tmp_path, write=False) as store:
        assert store.counts()["done"] >= 12
        assert store.index.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_driver_that_is_killed_goes_on_when_it_is_started_again(tmp_path, how):
    notes, store, count = tmp_path / "notes", tmp_path / "run", 40
    notes.mkdir()
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    command = [sys.executable, "-c", DRIVER, str(notes), str(store), str(count)]
    asked = {"env": {**os.environ, "PYTHONPATH": path}, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    driver = subprocess.Popen(command, start_new_session=True, **asked)
    deadline = time.monotonic() + 60
    while len(list(notes.iterdir())) < 12 and time.monotonic() < deadline and driver.poll() is None:
        time.sleep(0.01)
    os.killpg(driver.pid, how) if how == signal.SIGINT else os.kill(driver.pid, how)
    driver.communicate(timeout=60)
    assert driver.returncode != 0
    with Store(store, write=False) as half:
        done = half.counts()["done"]
        assert 0 < done < count
        for outcome in half:
            assert (notes / str(json.loads(outcome.job.arguments)["x"])).read_text() == "x"
    again = subprocess.run(command, timeout=60, check=True, env=asked["env"], capture_output=True, text=True)
    assert again.stdout.strip() == "True"
    twice = [path.name for path in notes.iterdir() if path.read_text() != "x"]
    assert len(list(notes.iterdir())) == count
    assert len(twice) <= 12  # only what was out at that moment: 2 workers, 3 chunks of 2 for each


def test_small_parts_are_joined(tmp_path):
    for n in (5, 10, 15):
        with Store(tmp_path) as store:
            run(squares(n), on="inline", store=store)
            assert store.compact() == 5 and len(store.paths()) == 1
    assert all(o.kept for o in run(squares(15), on="inline", store=tmp_path))
