"""Formal contracts: what is offered and accepted, exactly on tables and as rounds of a world."""

from dataclasses import replace
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.game import library
from rulewright.game.markov import MarkovGame
from rulewright.learning import institutions as ins
from rulewright.learning.worlds.fishery import Fishery

DILEMMAS = [(library.prisoners, "defect", 4), (library.stag_hunt, "hare", 4), (library.public_goods, "keep", 2)]


@pytest.mark.parametrize("game, tempting, high", DILEMMAS)
def test_a_rich_space_reaches_the_optimum_and_holds_acceptors_at_no_contract(game, tempting, high):
    game = game()
    rich = ins.subgame_perfect_contract(game, ins.forcing(game))
    assert rich.optimal and rich.complete and rich.welfare > rich.without
    assert rich.values[1:] == rich.outside[1:] and sum(rich.upfront) == 0
    assert rich.values[0] - rich.outside[0] == rich.optimum - rich.without
    assert rich.play.regret == 0


@pytest.mark.parametrize("game, tempting, high", DILEMMAS)
def test_welfare_does_not_fall_as_the_space_grows(game, tempting, high):
    game = game()
    found = [
        ins.subgame_perfect_contract(game, ins.action_space(tempting, Fraction(high * k, 4)), grid=9).welfare
        for k in (1, 2, 4)
    ]
    assert found == sorted(found) and found[-1] == ins.subgame_perfect_contract(game, ins.forcing(game)).optimum
    assert ins.subgame_perfect_contract(game, ()).label == "none"


@pytest.mark.parametrize("accuracy, welfare", [(Fraction(6, 10), 2), (Fraction(7, 10), 5), (Fraction(8, 10), 6)])
def test_a_garbled_signal_breaks_the_contract_below_deterrence(accuracy, welfare):
    """Defecting gains 2 on who cooperates and 1 on who defects; a fine of 4 on a flag takes (2q − 1)·4 of it.

    So it deters both iff q > 3/4, one of them iff q > 5/8, and else nobody offers it.
    """
    game = library.prisoners()
    signals = []
    for i, player in enumerate(game.players):
        law = np.empty((1, 1, 2, 2, 2), dtype=object)
        for at in np.ndindex(2, 2):
            flagged = accuracy if at[i] == 1 else 1 - accuracy
            law[(0, 0, *at)] = [1 - flagged, flagged]
        signals.append(rw.Signal(f"flag of {player}", ("no", "yes"), law))
    seen = replace(game, signals=(*game.signals, *signals))
    fine = ins.Charge("flag", amounts={"yes": -4})
    offered = ins.subgame_perfect_contract(seen, (fine,))
    assert offered.welfare == welfare and offered.optimal == (accuracy > Fraction(3, 4))
    assert (offered.label == "none") == (accuracy < Fraction(5, 8))


def test_without_payments_up_front_the_contract_must_suit_everybody():
    game = library.prisoners()
    found = ins.subgame_perfect_contract(game, ins.action_space("defect", 4), upfront=False)
    assert found.optimal and set(found.upfront) == {0} and found.values == (3, 3)
    with pytest.raises(rw.InputError, match="worst or best"):
        ins.subgame_perfect_contract(game, (), select="any")


def commons():
    """Two players, a stock that is full or gone: taking all pays 6 now and ends it; taking little pays 4 for ever. δ = 2/5."""
    take = np.array([[4, 4], [6, 6]])
    payoff = np.zeros((2, 2, 2, 2), dtype=object) + Fraction(0)
    payoff[0, 0], payoff[1, 0] = take, take.T
    law = np.zeros((2, 2, 2, 2), dtype=object) + Fraction(0)
    law[1, :, :, 1] = 1
    law[0, 0, 0, 0] = 1
    law[0, 0, 1, 1] = law[0, 1, 0, 1] = law[0, 1, 1, 1] = 1
    some = np.array([Fraction(1), Fraction(0)], dtype=object)
    return MarkovGame.of(
        payoff, law, Fraction(2, 5), start=some, states=("full", "gone"), actions=(("little", "all"),) * 2
    )


def test_the_commons_as_a_markov_game():
    game = commons()
    fine = ins.Charge("action", amounts={"all": -3})
    small = ins.Charge("action", amounts={"all": Fraction(-1, 100)})
    best = ins.subgame_perfect_contract(game, (ins.forcing_best(game),))
    assert best.optimal and best.optimum == 2 * Fraction(4) / (1 - Fraction(2, 5))
    assert best.without == 12 and best.values[1] == best.outside[1] == 6
    assert ins.subgame_perfect_contract(game, (fine,)).optimal
    assert ins.subgame_perfect_contract(game, (small,)).label == "none"


# ── as rounds of a world ────────────────────────────────────────────────────────────────────────────────────────────


reset = jax.jit(lambda world, key: world.reset(key))
step = jax.jit(lambda world, key, state, actions: world.step(key, state, actions))
available = jax.jit(lambda world, state: world.available(state))
observe = jax.jit(lambda world, state: world.observe(state).numbers)


def negotiated(rule="unanimity"):
    return ins.Negotiation(ins.catch_space(), rule=rule, offers=5)(Fishery(months=4))


def code(world, label):
    return world.actions[0].index(label)


def talk(world, offer, votes):
    state = reset(world, jax.random.key(0))
    wait = code(world, "wait")
    assert np.asarray(available(world, state)).sum(axis=-1).tolist() == [6, 1, 1, 1, 1]
    state = step(world, jax.random.key(1), state, jnp.array([code(world, offer), wait, wait, wait, wait])).state
    free = np.asarray(available(world, state))
    said = jnp.array([wait, *(code(world, vote) for vote in votes)])
    assert offer == "offer none" or all(free[i, said[i]] for i in range(5) if free[i].sum() == 2)
    return step(world, jax.random.key(2), state, said)


def test_an_accepted_contract_is_in_force_and_a_rejected_one_is_not():
    world = negotiated()
    catches = jnp.array([10, 0, 0, 0, 0])
    for votes, paid in ((("accept",) * 4, -20 * 0.5 * 1.5), (("accept", "accept", "reject", "accept"), 0)):
        turn = talk(world, "offer θ = 1.5", votes)
        assert not np.asarray(turn.base).any() and not np.asarray(turn.transfer).any()
        assert turn.events.code("vote").tolist() == [0, *(1 if vote == "accept" else 2 for vote in votes)]
        free = np.asarray(available(world, turn.state))
        assert free[:, :21].all() and not free[:, 21:].any()
        play = step(world, jax.random.key(3), turn.state, catches)
        assert float(play.transfer[0]) == paid and float(play.transfer.sum()) == 0
        assert play.base.tolist() == [10, 0, 0, 0, 0]


def test_none_is_not_a_free_contract():
    world = negotiated()
    names = world.number_names
    none, free = (
        np.asarray(observe(world, talk(world, offer, votes).state))[0]
        for offer, votes in (("offer none", ("wait",) * 4), ("offer θ = 0", ("accept",) * 4))
    )
    for flag in ("there is an offer", "in force"):
        assert none[names.index(flag)] == -1 and free[names.index(flag)] == 1
    assert none[names.index("θ offered, of its range")] == free[names.index("θ offered, of its range")] == 0
    assert np.asarray(observe(world, talk(world, "offer θ = 2", ("accept",) * 4).state)).max() <= 1


def test_rules_of_acceptance():
    three = ("accept", "accept", "accept", "reject")
    two = ("accept", "accept", "reject", "reject")
    for rule, votes, passes in (("majority", three, True), ("majority", two, False), ("unanimity", three, False)):
        assert bool(talk(negotiated(rule), "offer θ = 1", votes).state.force) == passes
    world = negotiated("two polled")
    asked = jax.jit(jax.vmap(world.reset))(jax.random.split(jax.random.key(0), 200)).asked
    assert (asked.sum(axis=1) == 2).all() and not asked[:, 0].any() and (asked.mean(axis=0)[1:] > 0.35).all()


def test_contracts_may_be_drawn_so_that_every_one_is_seen():
    world = ins.Negotiation(ins.catch_space(), offers=5, drawn=True, null=0.25)(Fishery())
    states = jax.jit(jax.vmap(world.reset))(jax.random.split(jax.random.key(0), 2000))
    assert (states.stage == 2).all() and set(np.asarray(states.offer)) == {-1, 0, 1, 2, 3, 4}
    assert float((~states.force).mean()) == pytest.approx(0.25, abs=0.04)
