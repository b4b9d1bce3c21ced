"""A learned sender: audited against the exact optimum of its grid, resumed to the same bits, stopped where numbers are lost."""

import jax
import numpy as np
import pytest

from rulewright.design.information import markov as mk
from rulewright.errors import InputError, Unsolved
from rulewright.learning.persuasion import Continuum, Settings, learn, traffic

SMALL = Settings(states=16, draws=24, steps=1_000, chunk=250)


def test_learned_beside_exact(tmp_path):
    problem = traffic()
    learned = learn(problem, SMALL, out=tmp_path)
    found = learned.audit(9, 32)
    assert found.everything < found.repaired <= found.best + 1e-9
    assert found.best - found.repaired < 0.15 * (found.best - found.everything)
    assert found.expected < 0.02 and found.grade == "searched only"
    sigma = learned.signal(*problem.grids(5, 4))
    assert sigma.shape == (5, 4, 3) and np.allclose(sigma.sum(axis=2), 1)
    (tmp_path / "checkpoint-000000001000.npz").unlink()  # as if it had been killed in its last chunk
    log = tmp_path / "log.jsonl"
    log.write_text(log.read_text()[:-9])  # while it wrote a line
    with pytest.raises(InputError, match="without checkpoints"):
        learn(problem, SMALL, out=tmp_path)
    again = learn(problem, SMALL, out=tmp_path, resume=True)
    assert again.log == learned.log
    for one, other in zip(jax.tree.leaves(again.parameters), jax.tree.leaves(learned.parameters), strict=True):
        assert (np.asarray(one) == np.asarray(other)).all()
    with pytest.raises(InputError, match="checkpoint"):
        learn(problem, SMALL, seed=1, out=tmp_path, resume=True)


def test_a_table_keeps_the_mean_of_the_next_state():
    problem = traffic()
    p = problem.table(7, 3)
    s, t = problem.grids(7, 3)
    after = problem.moves(s[:, None], np.broadcast_to(t, (7, 3)), np)
    assert p.moves @ s == pytest.approx(after)
    assert mk.persuade_stream(p).value >= mk.persuade_stream(p).everything - 1e-9


def test_wrong_input():
    with pytest.raises(InputError, match="whole chunks"):
        Settings(steps=10, chunk=3)
    for wrong in ({"hidden": 2.5}, {"states": True}, {"rate": float("nan")}):
        with pytest.raises(InputError):
            Settings(**wrong)
    with pytest.raises(InputError, match="resume"):
        learn(traffic(), SMALL, resume=True)
    with pytest.raises(InputError, match="fill"):
        traffic(fill=2.0)
    with pytest.raises(InputError, match="two states"):
        traffic().table(1)
    p = traffic()
    with pytest.raises(InputError, match="discount"):
        Continuum(p.sender, p.receiver, p.moves, 3, 1.0)
    with pytest.raises(Unsolved, match="step 5"):
        learn(p, Settings(hidden=2, states=2, draws=2, steps=5, chunk=5, rate=1e30))
