"""Regret-trained mechanisms: feasible and voluntary by construction, the same bits after an interruption, wrong goals refused."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.learners.checkpoint import latest
from rulewright.learning.learners.hooks import lines
from rulewright.learning.mechanisms import (
    Attacker,
    LearnedMechanism,
    Misreports,
    Net,
    Objective,
    Settings,
    attack,
    learn,
    search,
    weights,
)
from rulewright.learning.mechanisms.heads import SHARES, head_of
from rulewright.learning.mechanisms.learned import allowed
from rulewright.learning.mechanisms.misreports import menu_regret
from rulewright.learning.mechanisms.nets import init, symmetric
from rulewright.learning.mechanisms.search import regret_of_menus
from rulewright.mechanisms import Allocation, Bundles, Choice, Goal, Itemwise, Place, Shares, Uniform, auction
from rulewright.mechanisms.environments.periods import Plan

ONE = auction(2, 1)
NET = Net(hidden=(6,))
QUICK = Attacker(random=8, shades=2, best=1, steps=4)
SMALL = Settings(Objective(), Misreports(profiles=4, menu=8), warmup=2)
SPACES = [
    Allocation(3, 2),
    Allocation(2, 3, "unit"),
    Bundles(2, 2),
    Choice(4),
    Shares(3, 2.5),
    Place(2, (0.0, -1.0), (1.0, 3.0)),
    Plan(3, 2, 1.0, 0.25),
]


def run(**settings):
    return learn(ONE, NET, SMALL, **({"steps": 12, "chunk": 3, "audit": QUICK, "audit_profiles": 8} | settings))


@pytest.fixture(scope="module")
def whole():
    return run()


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("space", SPACES, ids=lambda s: type(s).__name__)
def test_whatever_a_network_says_is_allowed(space, share):
    head = head_of(space)
    numbers = np.random.default_rng(3).normal(0, 5, (40, head.size)).astype(np.float32)
    decision = np.asarray(head(jnp.asarray(numbers), SHARES[share]))
    assert decision.shape == (40, *space.shape)
    assert space.excess(decision).max() < 1e-5
    assert space.excess(allowed(space, decision.astype(float))).max() < 1e-15
    assert np.ptp(decision, axis=0).max() > 0.1  # and it depends on what is said


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    x = np.array([[0.3, 0.1, -2.0], [5.0, 0.0, 0.0], [0.2, 0.2, 0.2]], np.float32)
    np.testing.assert_allclose(SHARES["sparsemax"](jnp.asarray(x)), [[0.6, 0.4, 0], [1, 0, 0], [1 / 3] * 3], atol=1e-6)


def test_a_learned_mechanism_is_voluntary_and_feasible_to_the_bit(whole):
    mechanism = whole.mechanism
    reports = ONE.profiles(3000, 5)
    found = mechanism.outcome(reports)
    assert (found.payments <= mechanism.values(reports, found)).all() and (found.payments >= 0).all()
    assert ONE.decisions.excess(found.decision).max() <= 0
    one = mechanism.outcome(reports[7])
    np.testing.assert_allclose(one.decision, found.decision[7], rtol=1e-5)  # another batch size
    assert one.payments.shape == (2,) and mechanism.proof == ""
    with pytest.raises(rw.InputError, match="finite numbers"):
        mechanism.outcome(np.full((2, 1), np.nan))


def test_a_file_says_all_that_a_reader_needs(whole, tmp_path):
    path = tmp_path / "net.npz"
    whole.mechanism.save(path)
    reports = ONE.profiles(20, 1)
    expected = whole.mechanism.outcome(reports)
    again = LearnedMechanism.load(path, ONE).outcome(reports)
    np.testing.assert_array_equal(again.payments, expected.payments)
    a = np.load(path, allow_pickle=False)  # by hand, from the page alone
    z = ((reports - a["input_shift"]) / a["input_scale"]).reshape(20, -1)
    numbers = {p: np.tanh(z @ a[f"{p}_W0"] + a[f"{p}_b0"]) @ a[f"{p}_W1"] + a[f"{p}_b1"] for p in ("alloc", "pay")}
    e = np.exp(numbers["alloc"])
    x = (e / e.sum(axis=1, keepdims=True))[:, :2]
    np.testing.assert_allclose(x, expected.decision[..., 0], rtol=1e-5)
    np.testing.assert_allclose(x * reports[..., 0] / (1 + np.exp(-numbers["pay"])), expected.payments, rtol=1e-5)
    alone = whole.mechanism.perceptrons().outcome(reports)  # the auditor's own reader
    np.testing.assert_allclose(alone.payments, expected.payments, rtol=1e-5)
    with pytest.raises(rw.InputError, match="what it was trained in"):
        LearnedMechanism.load(path, auction(3, 1))


def test_an_interrupted_run_goes_on_to_the_same_bits(whole, tmp_path):
    told = []

    def stop(line):
        told.append(line)
        if len(told) == 2:
            raise KeyboardInterrupt

    part = run(out=tmp_path, tell=stop)
    assert (part.complete, part.steps) == (False, 6) and "resume=True" in part.how
    assert "regret found" in told[0] and "s left" in told[0]
    with pytest.raises(rw.InputError, match="without checkpoints"):
        run(out=tmp_path)
    with pytest.raises(rw.InputError, match=r"run\.seed"):
        run(out=tmp_path, resume=True, seed=1)
    resumed = run(out=tmp_path, resume=True)
    for name, array in whole.mechanism.parameters.items():
        np.testing.assert_array_equal(array, resumed.mechanism.parameters[name])
    np.testing.assert_array_equal(whole.curve.regret_found, resumed.curve.regret_found)
    assert [line["step"] for line in lines(tmp_path / "metrics.jsonl")] == [3, 6, 9, 12]


def test_a_loss_that_is_no_longer_finite_stops_with_the_step_and_the_last_good_state(tmp_path):
    def at(types, values, payments):  # not a number as soon as somebody pays more than 0.55
        return payments.sum(axis=-1) + 0 * (0.55 - payments.max(axis=-1)) ** 0.5

    wrong = ONE.wanting(Goal("breaks", "what agents pay, up to a point", at))
    fast = Settings(Objective("penalty", alpha=0.01), SMALL.misreports, rate=0.02, warmup=0)
    with pytest.raises(rw.Unsolved, match=r"none at step \d+\. .*last good state is checkpoint-"):
        learn(wrong, NET, fast, steps=400, chunk=4, audit=replace(QUICK, steps=0), audit_profiles=8, out=tmp_path)
    good = np.load(latest(tmp_path))
    assert all(np.isfinite(good[name]).all() for name in good.files if name != "header")


COUNT = Goal("sold dear", "sales above 0.6", lambda types, values, payments: (payments >= 0.6).sum(axis=-1) * 1.0)


def test_goals_without_a_gradient_are_refused_and_shown_the_way():
    with pytest.raises(rw.InputError, match=r"zero at all of 64 profiles.*Search without gradients"):
        learn(ONE.wanting(COUNT), NET, SMALL)
    python = Goal("python", "by hand", lambda types, values, payments: float(payments[0, 0]) * payments.sum(axis=-1))
    with pytest.raises(rw.InputError, match=r"functions of JAX arrays.*Search without gradients"):
        learn(ONE.wanting(python), NET, SMALL)
    root = Goal("root", "NaN below 1", lambda types, values, payments: (payments.sum(axis=-1) - 9) ** 0.5)
    with pytest.raises(rw.InputError, match="not a number"):
        learn(ONE.wanting(root), NET, SMALL)


def test_a_search_without_gradients_finds_the_threshold():
    there = auction(1, 1)
    found = search(lambda x: Itemwise(there, (float(x[0]),)), [0], [1], goal=COUNT, rounds=40)
    assert found.at == pytest.approx([0.6], abs=0.02) and found.at >= 0.6 - 1e-3  # the lowest price that counts
    assert found.goal.low <= 0.4 <= found.goal.high and found.regret_found == 0.0
    loose = search(*weights(there, Net(hidden=(2,))), alpha=1.0, rounds=3, profiles=200)
    assert loose.values[-1].mean() > loose.values[0].mean() and loose.regret_found > 0


def test_every_search_for_lies_finds_the_one_that_is_known():
    """Half the item, whatever is said, for half of what is said: whoever says 0 gains θ/2, everybody's best lie."""
    there = auction(1, 1)
    named = {k: jnp.zeros_like(v) for k, v in init(NET, there).items()} | {"pay_b1": jnp.array([30.0])}
    found = attack(NET, there, named, profiles=100, seed=2, how=QUICK)
    types = there.profiles(100, 2)
    np.testing.assert_allclose(found.gains, types[..., 0] / 2, atol=1e-6)
    how = Misreports(profiles=50, menu=40)
    played = jax.jit(lambda p: menu_regret(NET, there, how, p, jax.random.key(0), (0,)).regret)(named)
    assert float(played[0]) == pytest.approx(0.25 - 0.5 / 41, abs=0.01)  # the least of 40 draws is 1/41 on average
    by_numpy = regret_of_menus(LearnedMechanism(there, NET, named), 50, 40, 0)
    assert by_numpy == pytest.approx([0.25 - 0.5 / 41], abs=0.01)


def test_only_what_is_alike_may_change_names():
    assert symmetric(auction(2, 2)) and not symmetric(auction(2, 2, high=(1.0, 2.0)))
    assert not symmetric(auction(1, 2, law=Uniform((0.0, 0.0), (1.0, 2.0))))
    with pytest.raises(rw.InputError, match="mlp"):
        learn(auction(2, 2, high=(1.0, 2.0)), Net("equivariant"), SMALL)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Net("deep"),
        lambda: Net(hidden=()),
        lambda: Net(share="hard"),
        lambda: Objective("hope"),
        lambda: Objective(alpha=float("nan")),
        lambda: Misreports(menu=1),
        lambda: Misreports("pool"),
        lambda: Settings(rate=0.0),
        lambda: Attacker(best=0),
        lambda: learn(ONE, NET, steps=0),
    ],
)
def test_absurd_settings_are_refused(make):
    with pytest.raises(rw.InputError):
        make()
