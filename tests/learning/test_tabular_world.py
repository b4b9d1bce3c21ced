"""Tabular and repeated worlds: the laws of the games they come from, and the same transfers as on the arrays."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game.library import prisoners
from rulewright.game.markov import MarkovGame
from rulewright.game.markov_games import ecological_public_good
from rulewright.game.markov_play import MarkovPlay
from rulewright.game.play import Play
from rulewright.learning.humans import exact_values, values
from rulewright.learning.policy import Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.repeated import ByType, Repeated
from rulewright.learning.worlds.tabular import Stationary, Tabular, TabularState

KEY = jax.random.key(0)
GAME = ecological_public_good().floats
MIXED = [np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([[0.3, 0.7], [0.8, 0.2]])]


def test_values_of_rollouts_are_those_of_the_play():
    play = MarkovPlay.of(GAME, MIXED)
    found = values(Tabular.of(GAME, 60), Stationary.of(play), discount=GAME.discount, episodes=4_000, seed=1)
    exact = exact_values(play)
    assert (abs(found.mean - exact.mean) < 2 * found.half + 1e-6).all() and (found.half < 0.5).all()
    assert abs(found.people - exact.people) < 2 * found.people_half
    assert exact.people == pytest.approx(exact.mean.sum()) and found.n == 4_000 and "seed 1" in str(found)


def test_moves_and_starts_have_the_laws_of_the_game():
    game = replace(GAME, start=np.array([0.25, 0.75]))
    world = Tabular.of(game)
    keys = jax.random.split(KEY, 4_000)
    first = jax.vmap(world.reset)(keys).state
    assert abs(float(first.mean()) - 0.75) < 4 * 0.5 / 4_000**0.5
    for cell in np.ndindex(2, 2, 2):
        state = TabularState(jnp.int32(cell[0]), jnp.int32(0))
        after = jax.vmap(lambda k, s=state, a=cell[1:]: world.step(k, s, jnp.array(a)).state.state)(keys)
        assert abs(float(after.mean()) - game.transition[(*cell, 1)]) < 4 * 0.5 / 4_000**0.5


def cells(world):
    """[*cell, player]: transfers of every state and action profile."""
    shape = world.payoff.shape[1:] if isinstance(world, Tabular) else None
    shape = shape or (2, 2, 2)
    grid = jnp.stack(jnp.meshgrid(*map(jnp.arange, shape), indexing="ij"), axis=-1).reshape(-1, len(shape))
    turn = jax.vmap(lambda c: world.step(KEY, TabularState(c[0], jnp.int32(0)), c[1:]))(grid)
    assert (turn.transfer.sum(axis=1) + turn.fund == 0).all()
    return np.asarray(turn.transfer).reshape(*shape, -1), np.asarray(turn.base).reshape(*shape, -1)


def test_one_institution_moves_the_same_money_on_arrays_and_in_the_world():
    first, second = GAME.players
    label = GAME.actions[0]
    rule = (
        rw.Sanction(first, {label[1]: 3})
        >> rw.Contract(second, on=f"action of {second}", amounts={label[0]: 0.5})
        >> rw.Promise({first: label[0], second: label[0]}, 0.25)
    )
    money, base = cells(rule(Tabular.of(GAME)))
    induced = GAME.through(rule)
    assert (np.moveaxis(money, -1, 0) == induced.transfer).all()
    assert np.allclose(np.moveaxis(base, -1, 0), GAME.payoff, atol=1e-6)
    before, _ = cells(Tabular.of(induced))  # rules that are in the game already stay apart from its payoffs
    assert (np.moveaxis(before, -1, 0) == induced.transfer).all()


def test_what_is_not_available_is_not_done():
    game = MarkovGame.of(
        [[[1.0, 2.0], [5.0, 7.0]]],
        np.full((2, 2, 2), 0.5),
        0.9,
        available=[[[True, True], [False, True]]],
    )
    world = Tabular.of(game, rounds=3)
    state = TabularState(jnp.int32(1), jnp.int32(0))
    assert world.available(state).tolist() == [[False, True]]
    turn = world.step(KEY, state, jnp.array([0]))
    assert turn.base.tolist() == [7.0] and turn.events.code("action").tolist() == [1]
    assert rollout(world, Uniform(), KEY, batch=4).episodes.tolist() == [1] * 4
    with pytest.raises(rw.InputError, match="needed a MarkovGame"):
        Tabular.of(prisoners())


def test_people_stay_in_front():
    world = Tabular.of(GAME.with_goal(GAME.total))
    assert world.designer and world.strategic == (1, 2) and world.players[0] == "people"
    turn = world.step(KEY, TabularState(jnp.int32(0), jnp.int32(0)), jnp.array([0, 0, 1]))
    assert float(turn.base[0]) == pytest.approx(float(turn.base[1:].sum()))


def bayesian():
    """Two players; the first knows whether the job is hard; a noisy result shows what it did."""
    rng = np.random.default_rng(0)
    result = rw.Signal("result", ("bad", "good"), np.stack([np.full((2, 1, 2, 2), 0.5)] * 2, axis=-1))
    law = result.law.copy()
    law[..., 1, :, :] = [0.2, 0.8]
    return rw.Game.bayesian(
        rng.integers(0, 9, (2, 2, 1, 2, 2)).astype(float),
        np.array([[0.3], [0.7]]),
        players=("worker", "boss"),
        types=(("hard", "easy"), ("·",)),
        actions=(("rest", "work"), ("x", "y")),
        signals=[replace(result, law=law)],
    )


def test_a_repeated_game_is_worth_so_many_times_a_play():
    game = bayesian()
    play = Play.of(game, [np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([[0.4, 0.6]])])
    rule = rw.Contract("worker", on="result", amounts={"good": 2}) >> rw.Sanction(
        "worker", {"hard": 1}, on="type of worker"
    )
    induced = Play.of(rule(game), play.strategies)
    found = values(rule(Repeated.of(game, 4)), ByType.of(play), humans=["boss"], episodes=4_000)
    assert (abs(found.mean - 4 * induced.values) < 2 * found.half).all()
    assert (abs(found.base - 4 * play.values) < 2 * found.half + 0.1).all()
    assert abs(found.people - 4 * play.values[1]) < 2 * found.people_half
    world = Repeated.of(game, 4)
    assert world.signal("type of worker").outcomes == ("hard", "easy", "·")
    own = world.observe(world.reset(KEY)).numbers
    assert own.shape == (2, 3) and own[1].tolist() == [1, 0, 0]
    with pytest.raises(rw.InputError, match="needed a Game"):
        Repeated.of(GAME)


def test_without_chance_a_repeated_game_pays_its_table():
    game = prisoners()
    world = Repeated.of(game, 3)
    for a, b in np.ndindex(2, 2):
        turn = world.step(KEY, world.reset(KEY), jnp.array([a, b]))
        assert turn.base.tolist() == [float(game.payoff[i, 0, 0, a, b]) for i in range(2)]
