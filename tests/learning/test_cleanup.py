"""Clean-up with players: beams event by event, who cleans is seen, and what scripted players come to (n, seeds, intervals)."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.grid import Map
from rulewright.learning.policy import Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.cleanup import CLEAN, clean_up
from rulewright.learning.worlds.cleanup_players import Split

N = 16
STEP = jax.jit(lambda world, key, state, actions: world.step(key, state, actions))


@pytest.fixture(scope="module")
def played():
    world = clean_up()
    run = {c: rollout(world, Split(jnp.int32(c)), jax.random.key(0), batch=N) for c in (0, 2, 6)}
    return run | {"random": rollout(world, Uniform(), jax.random.key(0), batch=N)}


def interval(played):
    group = np.asarray(played.base).sum(axis=1)
    return group.mean(), 1.96 * group.std(ddof=1) / np.sqrt(len(group))


def test_nobody_eats_without_cleaners_and_random_players_hardly_do(played):
    """Melting Pot's random players ate 0, 0 and 0 apples in their first 1000 steps."""
    assert interval(played[0]) == (0, 0)
    assert np.median(np.asarray(played["random"].base).sum(axis=1)) == 0


def test_two_cleaners_feed_five_and_six_cleaners_feed_one(played):
    (two, w2), (six, w6) = interval(played[2]), interval(played[6])
    assert two - w2 > 2000 and six + w6 < 800
    base = np.asarray(played[2].base)
    assert base[:, :2].sum() == 0 and base[:, 2:].min() > 0  # who cleans goes away empty-handed: it is a public good


def test_dirt_is_what_arrived_less_what_was_cleaned(played):
    """The river is paid for: with two cleaners it holds what it began with, plus ~ 950 / 2 arrivals, less what they cleaned."""
    cleaned = (np.asarray(played[2].counts[2]) * np.arange(4)).sum(axis=(1, 2))
    spread = 4 * np.sqrt(950 / 4)
    assert ((cleaned > 79 + 475 - 60 - spread) & (cleaned <= 79 + 475 + spread)).all()


def state_with(world, cells, headings, dirty=(), apples=()):
    state = world.reset(jax.random.key(0))
    bodies = replace(state.bodies, cell=jnp.array(cells, jnp.int32), heading=jnp.array(headings, jnp.int32))
    rivers, trees = world.map.cells("river", "soiled"), world.map.cells("tree")
    return replace(
        state, bodies=bodies, dirty=jnp.asarray(np.isin(rivers, dirty)), apples=jnp.asarray(np.isin(trees, apples))
    )


def cell(row, column):
    return row * 30 + column


CALM = clean_up(2, rate=0.0, most=0.0)


def test_a_clean_shot_takes_the_first_dirt_of_each_ray_and_then_waits_two_steps():
    ahead = [cell(r, 10) for r in (4, 3)]
    left, right = [cell(r, 9) for r in (5, 4)], [cell(r, 11) for r in (3, 2)]  # 2 ahead beside is in, 3 ahead is not
    state = state_with(CALM, [cell(5, 10), cell(12, 5)], [0, 0], dirty=ahead + left + right)
    cleaned, dirt = [], []
    for _ in range(8):
        turn = STEP(CALM, jax.random.key(1), state, jnp.array([CLEAN, 0]))
        state = turn.state
        cleaned.append(int(turn.events.code("cleaned")[0]))
        dirt.append(int(state.dirty.sum()))
    assert cleaned == [3, 0, 0, 2, 0, 0, 0, 0] and dirt == [3, 3, 3, 1, 1, 1, 1, 1]
    assert state.dirty[np.searchsorted(CALM.map.cells("river", "soiled"), cell(2, 11))]


def test_two_who_clean_one_cell_share_no_credit():
    state = state_with(CALM, [cell(5, 10), cell(2, 10)], [0, 2], dirty=[cell(4, 10)])
    got = [STEP(CALM, jax.random.key(k), state, jnp.array([CLEAN, CLEAN])).events.code("cleaned") for k in range(12)]
    assert {int(c.sum()) for c in got} == {1} and {int(c[0]) for c in got} == {0, 1}


def test_a_zap_takes_out_for_fifty_steps_and_pays_nobody():
    state = state_with(CALM, [cell(10, 10), cell(8, 11)], [0, 0])
    out = []
    for t in range(53):
        turn = STEP(CALM, jax.random.key(t), state, jnp.array([7, 0]))
        state = turn.state
        out.append(bool(state.bodies.inside[1]))
        assert not turn.base.any()
    assert turn.events.code("zap").shape == (2, 2)
    assert out.index(True) == 51


def test_an_apple_pays_one_to_who_steps_on_it():
    state = state_with(CALM, [cell(17, 5), cell(12, 5)], [1, 0], apples=[cell(17, 6)])
    turn = STEP(CALM, jax.random.key(0), state, jnp.array([1, 0]))
    assert turn.base.tolist() == [1.0, 0.0] and turn.events.code("meal").tolist() == [1, 0]
    assert int(turn.state.apples.sum()) == 0


def test_cleaning_can_be_paid_for_per_cell():
    paid = rw.Contract("agent 0", on="cleaned of agent 0", rate=0.2)(CALM)
    state = state_with(CALM, [cell(5, 10), cell(12, 5)], [0, 0], dirty=[cell(4, 10), cell(4, 9)])
    turn = STEP(paid, jax.random.key(0), state, jnp.array([CLEAN, 0]))
    assert turn.transfer.tolist() == pytest.approx([0.4, 0.0]) and not turn.base.any()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"players": 20}, "19 of them"),
        ({"rate": 1.5}, "between 0 and 1"),
        ({"restoration": 0.4}, "another share"),
        ({"steps": 0}, "at least one step"),
        ({"map": Map(("P ",), (("P", "spawn"),)), "players": 1}, "“tree”"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(wrong, said):
    with pytest.raises(rw.InputError, match=said):
        clean_up(**wrong)


def test_players_of_clean_up_play_nothing_else():
    from rulewright.learning.worlds.fishery import Fishery

    with pytest.raises(rw.InputError, match="clean-up"):
        Split(1).act(jax.random.key(0), Fishery(), None, None, ())
