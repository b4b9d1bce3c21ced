"""Q-learning against exact values: one who walks, a repeated prisoner's dilemma with memory, and games; tables and networks."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game.markov import MarkovGame
from rulewright.learning.learned import Learned
from rulewright.learning.learners import DeepQ, Network, TabularQ, train
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.tabular import Tabular

GAMMA = 0.8


def corridor(cells=4):
    """One player walks left or right; the last cell pays 1 whenever it is there and acts. Best: always right."""
    payoff, move = np.zeros((1, cells, 2)), np.zeros((cells, 2, cells))
    payoff[0, cells - 1] = 1
    for s in range(cells):
        move[s, 0, max(s - 1, 0)] = move[s, 1, min(s + 1, cells - 1)] = 1
    return MarkovGame.of(payoff, move, discount=GAMMA)


def test_a_table_comes_to_the_exact_values():
    game = corridor()
    learner = TabularQ(rate=0.3, gamma=GAMMA, decay=0.0, least=1.0, steps=500)  # any action: all is tried
    trained = train(Tabular.of(game, rounds=20), learner, 6000, jax.random.key(0), seeds=2)
    value = 1 / (1 - GAMMA) * GAMMA ** np.arange(3, -1, -1.0)
    right = value
    left = np.array([GAMMA * value[0], GAMMA * value[0], GAMMA * value[1], 1 + GAMMA * value[2]])
    found = np.asarray(trained.state.table.values)[:, 0]
    np.testing.assert_allclose(found, np.broadcast_to(np.stack([left, right], 1), found.shape), atol=1e-3)


def test_a_network_walks_the_same_way():
    learner = DeepQ(
        rate=3e-3, gamma=GAMMA, worlds=8, steps=8, kept=256, network=Network(hidden=(16,)), decay=40, follow=0.05
    )
    world = Tabular.of(corridor(), rounds=20)
    trained = train(world, learner, 8000, jax.random.key(0))
    states = [jax.tree.map(jnp.asarray, world.reset(jax.random.key(0)))]
    laws = []
    for s in range(4):
        state = type(states[0])(jnp.int32(s), jnp.int32(0))
        laws.append(np.asarray(trained.policy().law(world, state))[0].argmax())
    assert laws == [1, 1, 1, 1]


def test_q_learners_defect_where_they_remember_nothing():
    game = rw.Game.normal([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    found = Learned("q")(game)
    assert found.residual == 0 and all(play.strategies[0][0, 1] == 1 for play in found.plays)


def test_with_memory_learned_play_of_the_dilemma_is_held_against_exact_regret():
    """States are what was done last. All defect is an equilibrium at every discount; whatever is learned, its regret is exact."""
    stage = np.array([[[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]]])
    payoff = np.broadcast_to(stage[:, None], (2, 4, 2, 2))
    move = np.zeros((4, 2, 2, 4))
    for a, b in np.ndindex(2, 2):
        move[:, a, b, 2 * a + b] = 1
    game = MarkovGame.of(payoff, move, discount=0.5)
    found = Learned("q", seeds=4).markov(game)
    assert len(found.plays) == 4 and found.residual == max(float(np.max(play.regret)) for play in found.plays)
    # at δ = 0.5 < 2/3 no memory of one round sustains cooperation by tit for tat: most seeds end at defection
    ends = [play.strategies[0][3, 1] for play in found.plays]
    assert np.mean(ends) >= 0.75


def test_what_does_not_fit_a_table_is_told():
    with pytest.raises(rw.InputError, match=r"bins, how many values each number has.*stock, month"):
        train(Fishery(), TabularQ(), 100, jax.random.key(0))
    with pytest.raises(rw.InputError, match="bins for 2 numbers: stock, month"):
        train(Fishery(), TabularQ(bins=(3,)), 100, jax.random.key(0))
    with pytest.raises(rw.TooLarge, match="at most 1,000,000 cells"):
        train(Fishery(), TabularQ(bins=(10**4, 10**4)), 100, jax.random.key(0))
    with pytest.raises(rw.InputError, match="without a memory"):
        train(Fishery(), DeepQ(network=Network(memory=2)), 100, jax.random.key(0))
    with pytest.raises(rw.InputError, match="multiple of steps = 16"):
        train(Fishery(), DeepQ(kept=100), 100, jax.random.key(0))
