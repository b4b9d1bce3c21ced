"""Ray: a cluster of three raylets on this machine, one of which is killed in mid-run; the same results bit for bit as here."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rulewright.errors import InputError
from rulewright.jobs import Job, opened, run

HERE = Path(__file__).parent
PIECES = str(HERE.parent / "jobs")
STARTING, ALL = 60.0, 150.0  # seconds
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the driver of the cluster says. It, and all that it started, ends within `ALL` seconds, whatever happens."""
    if sys.platform != "linux":
        pytest.skip("several raylets on one machine: Linux only")
    pytest.importorskip("ray.cluster_utils")
    folder = tmp_path_factory.mktemp("ray")
    path = os.pathsep.join(filter(None, sys.path))
    with open(folder / "errors", "w") as errors:
        driver = subprocess.Popen(
            [sys.executable, str(HERE / "ray_driver.py"), PIECES, str(folder)],
            env={**os.environ, "PYTHONPATH": path, "RAY_TMPDIR": "/tmp"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    lines, started = [], threading.Event()

    def read():
        for line in driver.stdout:
            lines.append(line)
            if line.startswith("STARTED"):
                started.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    began = time.monotonic()
    try:
        while not started.wait(0.2) and driver.poll() is None and time.monotonic() - began < STARTING:
            pass
        if not started.is_set():
            pytest.skip(f"Ray did not start in {STARTING:g} s: {(folder / 'errors').read_text()[-500:]}")
        try:
            driver.wait(ALL)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the cluster did not end in {ALL:g} s: {(folder / 'errors').read_text()[-2000:]}")
    finally:
        ended(driver)
    reader.join(5)
    answers = [json.loads(line.removeprefix("SAID ")) for line in lines if line.startswith("SAID ")]
    assert answers, (folder / "errors").read_text()[-2000:]
    return answers[0]


def ended(driver):
    """The driver, and every process of its session: raylets, stores, workers."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == driver.pid:
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            continue
    driver.wait(10)
    driver.stdout.close()


def test_ray_and_here_agree_bit_for_bit(said):
    assert said["nodes"] == 3
    jobs = [Job.of("job_pieces:wave", seeded=True, n=n % 5 + 1) for n in range(5)]
    jobs += [Job.of("job_pieces:square", x=x) for x in range(60)]
    assert said["results"] == [o.result for o in run(jobs, on="inline", folders=[PIECES])]


def test_a_machine_that_is_killed_in_mid_run_costs_nothing_but_time(said):
    assert said["done"] and said["left"] == 2
    assert said["killed"] == 1, "one job had begun there, and was under way"
    assert said["attempts"] == 2
    assert said["kept"]


def test_a_job_that_kills_its_workers_there_is_given_up(said):
    assert [p[0] for p in said["poison"]] == [True, False, True]


@pytest.mark.parametrize("place", ["ray:host", "ray://host", "ray:host:port", "ray://:1"])
def test_addresses_that_are_none_are_refused(place):
    with pytest.raises(InputError, match="ray://HOST:PORT"):
        opened(place)
