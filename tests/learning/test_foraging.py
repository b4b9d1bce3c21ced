"""The foraging field: regrowth cell by cell, who picks up, sanctions, and what greed and restraint bring."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.foraging import (
    COLLECT,
    OTHER,
    SELF,
    TOKEN,
    Foraging,
    ForagingState,
    Gatherer,
    central,
    existing,
    mean_field,
    neighbours,
    regrown,
)

KEY = jax.random.key(0)
SMALL = Foraging(count=3, side=4, tokens=4, seconds=10, keys=2, sanctions=True, sight=1)


def state(world, tokens, places, balances, time=0):
    field = jnp.zeros((world.side, world.side), bool)
    for cell in tokens:
        field = field.at[cell].set(True)
    return ForagingState(field, jnp.array(places), jnp.array(balances), jnp.int32(time))


def test_neighbours_are_counted_as_by_hand():
    field = np.random.default_rng(0).random((6, 6)) < 0.4
    for r, c in np.ndindex(6, 6):
        block = field[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2]
        assert int(neighbours(jnp.asarray(field))[r, c]) == block.sum() - field[r, c]
        assert existing(6)[r, c] == block.size - 1


def test_regrowth_has_its_law():
    """Each empty cell with probability rate · occupied / existing; a token stays; nothing grows from nothing."""
    field = jnp.zeros((4, 4), bool).at[0, 0].set(True).at[1, 1].set(True)
    grown = jax.jit(jax.vmap(lambda key: regrown(key, field, 0.5)))(jax.random.split(KEY, 4_000)).mean(axis=0)
    want = np.where(field, 1.0, 0.5 * np.asarray(neighbours(field)) / existing(4))
    assert abs(np.asarray(grown) - want).max() < 4 * 0.5 / np.sqrt(4_000)
    assert not regrown(KEY, jnp.zeros((4, 4), bool), 1.0).any()


def test_one_token_for_two_players_goes_to_either_and_regrowth_is_once_a_second():
    start = state(SMALL, [(1, 1), (3, 3)], [[1, 1], [1, 1], [0, 0]], [0, 0, 0])
    step = jax.jit(jax.vmap(lambda key: SMALL.step(key, start, jnp.array([COLLECT, COLLECT, 1]))))
    turn = step(jax.random.split(KEY, 400))
    assert (turn.base.sum(axis=1) == 1).all() and (turn.base[:, 2] == 0).all()
    assert 140 < int(turn.base[:, 0].sum()) < 260
    assert (turn.state.field.sum(axis=(1, 2)) == 1).all()  # the first key of a second: nothing grows yet
    assert (turn.state.place[:, 2] == 0).all()  # the edge holds
    assert set(np.unique(turn.events.code("meal"))) == {0, 1}


def test_sanctions_need_two_positive_balances():
    sanction_of = [COLLECT + 1 + j for j in range(3)]
    start = state(SMALL, [], [[0, 0], [1, 1], [2, 2]], [3, 5, 0])
    turn = SMALL.step(KEY, start, jnp.array([sanction_of[1], 0, sanction_of[1]]))
    assert turn.base.tolist() == [-1, -2, 0]
    assert turn.events.code("sanction").tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert not SMALL.available(start)[1, sanction_of[1]] and SMALL.available(start)[1, sanction_of[0]]
    fined = rw.Sanction("agent 0", {"yes": 4}, on="sanction of agent 0 on agent 1")(SMALL)
    assert fined.step(KEY, start, jnp.array([sanction_of[1], 0, 0])).transfer.tolist() == [-4, 0, 0]


def test_what_is_seen():
    start = state(SMALL, [(1, 2)], [[1, 1], [1, 0], [3, 3]], [1, 0, 0])
    view = SMALL.observe(start).view
    assert view.shape == (3, 3, 3) and view[0, 1].tolist() == [OTHER, SELF, TOKEN]
    whole = Foraging(count=3, side=4, tokens=4).observe(start).view
    assert whole.shape == (3, 4, 4) and whole[2, 3, 3] == SELF and whole[2, 1, 1] == OTHER
    with pytest.raises(rw.InputError, match="no more tokens than cells"):
        Foraging(tokens=1_000)


def test_greed_and_restraint_of_one_hand_that_reaches_everywhere():
    """Anchors computed with an earlier independent programme; means of 16 fields, standard errors up to 8 tokens."""
    many = jax.jit(jax.vmap(central, (None, 0, 0, 0)))
    cases = [(25, 0), (5, 0), (25, 0.47), (10, 0.47)]
    speed, keep = (jnp.repeat(jnp.array(x, jnp.float32), 16) for x in zip(*cases, strict=True))
    found = many(Foraging(), jax.random.split(KEY, 64), speed, keep)
    mean = found.tokens.reshape(4, 16).mean(axis=1).tolist()
    emptied = found.emptied.reshape(4, 16)
    assert mean[:2] == pytest.approx([217, 258], abs=8) and mean[2:] == pytest.approx([643, 588], abs=20)
    assert 8 <= float(emptied[0].mean()) <= 9 and float(emptied[1].mean()) == pytest.approx(51, abs=3)
    assert mean_field() == pytest.approx(694, abs=0.5)


def test_players_on_foot():
    """The same, with five pairs of legs at five keys a second: greed leaves little, restraint about twice as much."""
    world = Foraging()
    batch = jax.tree.map(lambda *x: jnp.stack(x), Gatherer(0.0, 0.0), Gatherer(0.45, 6.0))
    totals = jax.vmap(lambda policy: rollout(world, policy, KEY, batch=2).base.sum(axis=1))(batch)
    assert 210 < float(totals[0].mean()) < 265 and float(totals[1].min()) > 1.9 * float(totals[0].max())
