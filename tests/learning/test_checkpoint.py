"""Checkpoints: a run killed with SIGKILL goes on to the same bits; what does not fit is refused with the difference named."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.learners import IPPO, Network, train
from rulewright.learning.learners.checkpoint import latest, read_header
from rulewright.learning.learners.describe import describe, difference, numpy
from rulewright.learning.learners.hooks import lines
from rulewright.learning.worlds.fishery import Fishery

sys.path.insert(0, str(Path(__file__).parent))
import killed_training as script

TIMES = ("steps/s", "steps/cpu-s")


def told(chunk):
    return {k: v for k, v in chunk.values.items() if k not in TIMES and v == v}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return script.run(tmp_path_factory.mktemp("whole"), resume=False)


def test_a_run_killed_at_once_and_resumed_gives_the_same_bits(whole, tmp_path):
    command = [sys.executable, script.__file__, str(tmp_path), "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        alarm = threading.Timer(120, process.kill)  # a line that never comes is the end of the file
        alarm.start()
        try:
            assert all(process.stdout.readline() for _ in range(4))
        finally:
            alarm.cancel()
            process.kill()
    done = read_header(latest(tmp_path))["done"]
    assert 3 <= done < script.UPDATES
    resumed = script.run(tmp_path, resume=True)
    for one, other in zip(jax.tree.leaves(whole.state), jax.tree.leaves(resumed.state), strict=True):
        np.testing.assert_array_equal(numpy(one), numpy(other))
    assert [c.step for c in whole.history] == [c.step for c in resumed.history]
    assert [told(c) for c in whole.history] == [told(c) for c in resumed.history]
    assert [line["step"] for line in lines(tmp_path / "metrics.jsonl")] == [c.step for c in whole.history]
    assert len(list(tmp_path.glob("checkpoint-*.npz"))) == 3 and not list(tmp_path.glob("*.part"))


def test_a_checkpoint_of_something_else_is_refused(whole, tmp_path):
    script.run(tmp_path, resume=False)
    steps = script.UPDATES * script.LEARNER.steps_per_update
    again = {"out": tmp_path, "resume": True}
    with pytest.raises(rw.InputError, match=r"world\.most: needed what it was trained with, 4, found 3"):
        train(replace(script.WORLD, most=3), script.LEARNER, steps, jax.random.key(3), **again)
    with pytest.raises(rw.InputError, match=r"learner\.rate.*0\.0005, found 0\.1"):
        train(script.WORLD, replace(script.LEARNER, rate=0.1), steps, jax.random.key(3), **again)
    with pytest.raises(rw.InputError, match=r"run\.key"):
        train(script.WORLD, script.LEARNER, steps, jax.random.key(4), **again)
    with pytest.raises(rw.InputError, match="without checkpoints"):
        train(script.WORLD, script.LEARNER, steps, jax.random.key(3), out=tmp_path)
    with pytest.raises(rw.InputError, match="folder to resume from"):
        train(script.WORLD, script.LEARNER, steps, jax.random.key(3), resume=True)


def test_a_world_under_a_rule_is_another_one():
    taxed, dearer = (rw.Contract("agent 0", on="catch of agent 0", rate=-r)(script.WORLD) for r in (0.5, 0.75))
    assert difference(describe(taxed), describe(script.WORLD)) == ("is", "Paid", "Fishery")
    place, one, other = difference(describe(taxed), describe(dearer))
    assert place.startswith("amounts") and one != other
    assert difference(describe(taxed), describe(taxed)) is None


def test_a_file_that_is_no_checkpoint_is_named(tmp_path):
    (tmp_path / "checkpoint-000000000032.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(rw.InputError, match=r"checkpoint-000000000032\.npz: needed a checkpoint"):
        train(script.WORLD, script.LEARNER, 64, jax.random.key(3), out=tmp_path, resume=True)


def test_ctrl_c_leaves_a_state_that_goes_on(whole, tmp_path):
    def interrupt(chunks):
        if len(chunks) == 2:
            raise KeyboardInterrupt

    steps = script.UPDATES * script.LEARNER.steps_per_update
    left = train(script.WORLD, script.LEARNER, steps, jax.random.key(3), chunk=1, out=tmp_path, stop=interrupt)
    assert not left.complete and "resume=True" in left.how and len(left.history) == 2
    resumed = script.run(tmp_path, resume=True)
    for one, other in zip(jax.tree.leaves(whole.state), jax.tree.leaves(resumed.state), strict=True):
        np.testing.assert_array_equal(numpy(one), numpy(other))


def test_a_batch_that_would_not_fit_is_refused_before_it_is_made():
    huge = IPPO(worlds=1 << 20, steps=1 << 10, network=Network(hidden=(64,)))
    with pytest.raises(rw.TooLarge, match=r"TiB for 1,073,741,824 steps.*steps an update \(worlds × steps\) would fit"):
        train(Fishery(), huge, 1, jax.random.key(0))
    with pytest.raises(rw.TooLarge, match="or fewer seeds"):
        train(Fishery(), IPPO(), 1, jax.random.key(0), seeds=1000, memory=10_000_000)
