"""Parts of learners against answers known otherwise: advantages in plain Python, slopes by differences, networks, figures."""

import struct
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.learners import IPPO, JsonLines, Network, Plateau, PolicyGradient, Target, TensorBoard, common
from rulewright.learning.learners.advantage import advantages
from rulewright.learning.learners.hooks import lines
from rulewright.learning.learners.learner import left
from rulewright.learning.learners.networks import masked
from rulewright.learning.learners.ppo import Lot
from rulewright.learning.learners.tensorboard import crc32c
from rulewright.learning.learners.train import Chunk
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery


def test_advantages_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    reward, value = rng.normal(size=(2, 6, 2, 3)).astype(np.float32)
    last = rng.normal(size=(2, 3)).astype(np.float32)
    done = rng.random((6, 2)) < 0.3
    gamma, lam = 0.9, 0.8
    found, target = advantages(*map(jnp.asarray, (reward, value, done, last)), jnp.float32(gamma), jnp.float32(lam))
    for b in range(2):
        for i in range(3):
            for t in range(6):  # A_t = Σ_k (γλ)^k δ_{t+k}, up to the end of the episode
                total, weight = 0.0, 1.0
                for k in range(t, 6):
                    following = 0.0 if done[k, b] else (last[b, i] if k == 5 else value[k + 1, b, i])
                    total += weight * (reward[k, b, i] + gamma * following - value[k, b, i])
                    weight *= gamma * lam
                    if done[k, b]:
                        break
                assert found[t, b, i] == pytest.approx(total, abs=1e-5)
    np.testing.assert_allclose(target, found + value, rtol=1e-6)


WORLD = Fishery(count=2, most=3, capacity=6, least=1, months=5)


@jax.jit
def begun(learner):
    return learner.init(jax.random.key(0), WORLD).population


def some_lot(people, rng, count=6):
    n, k = 2, people.net.layers[0].weight.shape[-2]
    numbers = jnp.asarray(rng.normal(size=(count, n, k)), jnp.float32)
    view = jnp.zeros((count, n, 0, 0), jnp.int8)
    available = jnp.asarray(rng.random((count, n, 4)) < 0.7).at[..., 0].set(True)
    law = masked(people(view, numbers, jnp.zeros((count, n, 0)))[0], available)
    action = jax.random.categorical(jax.random.key(1), law)
    log = jnp.take_along_axis(law, action[..., None], -1)[..., 0] + 0.05 * rng.normal(size=(count, n))
    value, advantage, target = (jnp.asarray(rng.normal(size=(count, n)), jnp.float32) for _ in range(3))
    return Lot(view, numbers, available, action, log, value, advantage, target)


@pytest.mark.parametrize(
    "learner", [IPPO(shared=False, clip=10.0), IPPO(clip=10.0), PolicyGradient()], ids=["own", "shared", "pg"]
)
def test_the_slope_of_the_loss_is_that_of_its_differences(learner):
    learner = replace(learner, network=Network(hidden=(5,), activation="tanh"), worlds=1, minibatches=1, steps=1)
    rng = np.random.default_rng(2)
    with jax.enable_x64(True):
        people = jax.tree.map(lambda x: x.astype(jnp.float64), begun(learner))
        lot = jax.tree.map(lambda x: x.astype(jnp.float64) if x.dtype == jnp.float32 else x, some_lot(people, rng))

        @jax.jit
        def of(net):
            return learner.loss(people.with_net(net), lot, None, None)[0]

        slope = jax.jit(jax.grad(of))(people.net)
        ways = jax.tree.map(lambda x: jnp.asarray(rng.normal(size=x.shape)), people.net)
        h = 1e-5
        ahead, behind = (of(jax.tree.map(lambda w, d, s=s: w + s * h * d, people.net, ways)) for s in (1, -1))
        along = sum(jax.tree.leaves(jax.tree.map(lambda a, b: (a * b).sum(), slope, ways)))
        assert float((ahead - behind) / (2 * h)) == pytest.approx(float(along), rel=1e-6)


def test_what_is_clipped_has_no_slope_and_what_is_not_available_no_chance():
    learner = IPPO(network=Network(hidden=(5,)), worlds=1, minibatches=1, steps=1, value=0.0, entropy=0.0)
    people = begun(learner)
    lot = some_lot(people, np.random.default_rng(3))
    logits = people(lot.view, lot.numbers, jnp.zeros((6, 2, 0)))[0]
    law = masked(logits, lot.available)
    assert (jnp.exp(law)[~lot.available] == 0).all()
    np.testing.assert_allclose(jnp.exp(law).sum(-1), 1, rtol=1e-5)
    now = jnp.take_along_axis(law, lot.action[..., None], -1)[..., 0]
    gain = lot.advantage - lot.advantage.mean()  # ratios far above where that was good, far below where it was bad
    far = replace(lot, log=now - jnp.sign(gain))
    slope = jax.jit(jax.grad(lambda net: learner.loss(people.with_net(net), far, None, None)[0]))(people.net)
    assert all((leaf == 0).all() for leaf in jax.tree.leaves(slope))


@pytest.mark.parametrize("view", ["dense", "conv", "onehot"])
def test_a_picture_is_read_cell_by_cell_and_paths_as_steps_are(view):
    seen = jax.eval_shape(lambda: Fishery(count=1).observe(Fishery(count=1).reset(jax.random.key(0))))
    seen = replace(seen, view=jax.ShapeDtypeStruct((1, 5, 4), jnp.int8))
    network = Network(hidden=(6,), view=view, features=3, channels=2, stride=1, memory=4)
    net = jax.jit(lambda key: network.build(key, 7, seen, 3))(jax.random.key(0))
    rng = np.random.default_rng(0)
    views = jnp.asarray(rng.integers(0, 7, (4, 2, 5, 4)), jnp.int8)
    numbers = jnp.asarray(rng.normal(size=(4, 2, 2)), jnp.float32)
    fresh = jnp.asarray([[True, True], [False, True], [False, False], [True, False]])
    memory, step = jnp.ones((2, 4)), jax.jit(lambda *x: net(*x))
    together, worth = jax.jit(lambda *x: net.along(*x))(views, numbers, memory, fresh)
    for t in range(4):
        memory = jnp.where(fresh[t][:, None], 0.0, memory)
        logits, value, memory = step(views[t], numbers[t], memory)
        np.testing.assert_allclose(together[t], logits, atol=1e-6)
        np.testing.assert_allclose(worth[t], value, atol=1e-6)
    if view == "conv":  # by hand, one patch of one picture
        encoder = net.encoder
        patch = encoder.table[views[0, 0, 1:4, 1:4].astype(int)].reshape(-1)
        wanted = jax.nn.relu(patch @ encoder.patch.weight + encoder.patch.bias)
        np.testing.assert_allclose(encoder(views[0])[0].reshape(6, 2)[3], wanted, atol=1e-6)


def test_rates_fall_to_zero_and_not_below():
    assert [float(left(jnp.int32(k), jnp.int32(4))) for k in (0, 1, 4, 9)] == [1, 0.75, 0, 0]
    assert float(left(jnp.int32(7), jnp.int32(0))) == 1


def test_common_reward_is_care_and_leaves_what_the_world_pays_alone():
    world = Fishery()
    free, shared = (rollout(w, Uniform(), jax.random.key(1), steps=3, batch=2) for w in (world, common(world)))
    assert (free.base == shared.base).all() and (shared.transfer == 0).all()
    np.testing.assert_allclose((shared.base + shared.care)[:, 0], free.base.sum(axis=1))
    mean = rollout(common(world, mean=True), Fixed(jnp.arange(5)), jax.random.key(1), steps=1)
    np.testing.assert_allclose(mean.base + mean.care, 2.0)


def test_lines_that_come_again_are_dropped(tmp_path):
    hook = JsonLines(tmp_path / "run" / "metrics.jsonl")
    for step in (10, 20, 30):
        hook.scalars(step, {"return": step / 10, "kl": float("nan")})
    with hook.path.open("a") as stream:
        stream.write('{"step": 40, "ret')  # cut off by a kill
    hook.resumed(20)
    assert lines(hook.path) == [{"step": 10, "return": 1.0, "kl": None}, {"step": 20, "return": 2.0, "kl": None}]


def test_event_files_have_the_bytes_that_tensorboard_reads(tmp_path):
    assert crc32c(b"123456789") == 0xE3069283 and crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
    board = TensorBoard(tmp_path, clock=lambda: 1.5)
    board.scalars(300, {"return": 2.5})
    board.close()
    data = next(tmp_path.iterdir()).read_bytes()
    records = []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        records.append(data[12 : 12 + length])
        data = data[16 + length :]
    assert b"brain.Event:2" in records[0] and len(records) == 2
    assert records[1] == (  # wall_time, step, summary{value{tag, simple_value}}
        b"\x09"
        + struct.pack("<d", 1.5)
        + b"\x10\xac\x02"
        + b"\x2a\x0f\x0a\x0d\x0a\x06return\x15"
        + struct.pack("<f", 2.5)
    )


def test_early_stops():
    rising = [Chunk(k, {"return": float(k)}) for k in range(8)]
    assert Target("return", 6.0)(rising) == "return reached 6" and Target("return", 6.5)(rising) is None
    assert Plateau("return", 3)(rising) is None and "no longer rises" in Plateau("return", 3, least=5)(rising)
    with pytest.raises(rw.InputError, match="one of return"):
        Target("apples", 1)(rising)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Network(view="pixels"), "one of dense, conv, onehot"),
        (lambda: Network(hidden=(0,)), "sizes of at least 1"),
        (lambda: IPPO(minibatches=3).init(jax.random.key(0), WORLD), "divides worlds × steps = 2048"),
        (lambda: IPPO(minibatches=3, network=Network(memory=2)).init(jax.random.key(0), WORLD), "divides worlds = 16"),
        (lambda: IPPO(players=(0, 7)).init(jax.random.key(0), WORLD), "positions from 0 to 1"),
        (lambda: IPPO(reward="bonus").init(jax.random.key(0), WORLD), "one of all, base"),
        (lambda: IPPO(worlds=0).init(jax.random.key(0), WORLD), "worlds: needed at least 1"),
    ],
    ids=["view", "hidden", "minibatches", "paths", "players", "reward", "worlds"],
)
def test_wrong_settings_are_told(make, said):
    with pytest.raises(rw.InputError, match=said):
        make()
