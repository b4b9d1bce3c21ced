"""One institution text on a matrix game, a tabular Markov game, JAX worlds and a PettingZoo environment: the same transfers."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game.library import prisoners
from rulewright.game.markov import MarkovGame
from rulewright.learning.worlds.repeated import Repeated
from rulewright.learning.worlds.tabular import Tabular

GAME = prisoners()
ONE, TWO = GAME.players
C, D = GAME.actions[0]
PROFILES = list(itertools.product(range(2), repeat=2))
TEXT = (
    rw.Contract(ONE, on=f"action of {TWO}", amounts={C: "1/2", D: "-1/4"})
    >> rw.Sanction(TWO, {D: 3})
    >> rw.Promise({ONE: C, TWO: C}, 2)
)
# by hand: (C, C), (C, D), (D, C), (D, D)
WANTED = np.array([[2.5, 2.0], [-0.25, -3.0], [0.5, 0.0], [-0.25, -3.0]])


def markov():
    """The game in two states: the second follows a defection."""
    payoff = np.stack([GAME.payoff.reshape(2, 2, 2), 2 * GAME.payoff.reshape(2, 2, 2)], axis=1)
    move = np.zeros((2, 2, 2, 2))
    move[:, :, :, 1] = 1
    move[:, 0, 0] = [1, 0]
    return MarkovGame.of(payoff.astype(float), move, 0.9, players=GAME.players, actions=GAME.actions)


def test_on_a_matrix_game():
    on_arrays = TEXT(GAME).transfer.reshape(2, 2, 2)
    assert [[float(on_arrays[(i, *p)]) for i in range(2)] for p in PROFILES] == WANTED.tolist()


def test_on_a_markov_game():
    transfer = markov().through(TEXT).transfer
    for state in range(2):
        assert [[float(transfer[(i, state, *p)]) for i in range(2)] for p in PROFILES] == WANTED.tolist()


@pytest.mark.parametrize("base", [Repeated.of(GAME), Tabular.of(markov())], ids=["repeated", "tabular"])
def test_on_a_world(base):
    world, key = TEXT(base), jax.random.key(3)
    turns = jax.vmap(lambda a: world.step(key, world.reset(key), a))(jnp.array(PROFILES))
    free = jax.vmap(lambda a: base.step(key, base.reset(key), a))(jnp.array(PROFILES))
    assert turns.transfer.tolist() == WANTED.tolist() and (turns.fund == -turns.transfer.sum(axis=1)).all()
    assert (turns.base == free.base).all() and (turns.care == 0).all()


def test_on_a_pettingzoo_environment():
    pytest.importorskip("pettingzoo")
    from rulewright.extras.foreign import govern
    from rulewright.extras.marl import to_pettingzoo

    env = govern(to_pettingzoo(Repeated.of(GAME, rounds=4)), TEXT)
    env.reset(seed=0)
    for profile, wanted in zip(PROFILES, WANTED.tolist(), strict=True):
        *_, infos = env.step(dict(zip(env.agents, profile, strict=True)))
        assert [info["transfer"] for info in infos.values()] == wanted
