"""The irrigation game: its tables, who gets water, exact optima, and what rules of access do."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.institution.institution import Moves
from rulewright.learning.policy import Fixed, Uniform
from rulewright.learning.rollout import rollout
from rulewright.learning.worlds.fishery import Fishery
from rulewright.learning.worlds.irrigation import (
    Access,
    Irrigation,
    best_net,
    capacity,
    most_tokens,
    tokens,
    treatment,
)
from rulewright.learning.worlds.irrigators import Reciprocal, Settled

KEY = jax.random.key(0)
FLOWS = (5, 10, 15, 20, 25, 30)


def watered(world, gates, efficiency):
    """Tokens [player] of one round with the canal at that efficiency, gates [opening, player]."""
    state = world.reset(KEY)
    state = type(state)(
        jnp.int32(efficiency),
        *[getattr(state, f) for f in ("round",)],
        jnp.int32(1),
        *[getattr(state, f) for f in ("invested", "water", "turn")],
    )
    for gate in gates:
        turn = world.step(KEY, state, 11 + jnp.asarray(gate))
        state = turn.state
    return turn.base


def test_tables():
    edges = [
        (45, 0),
        (46, 5),
        (51, 5),
        (52, 10),
        (55, 10),
        (58, 15),
        (61, 20),
        (65, 25),
        (66, 30),
        (70, 30),
        (80, 35),
        (81, 40),
    ]
    assert capacity(jnp.array([e for e, _ in edges])).tolist() == [c for _, c in edges]
    water = jnp.array([0, 149, 150, 200, 250, 300, 350, 400, 500, 550, 650, 700, 750, 800, 850, 899, 900, 1250])
    assert tokens(water).tolist() == [0, 0, 1, 4, 10, 15, 18, 19, 20, 19, 18, 15, 10, 4, 1, 1, 0, 0]


def test_group_maximum_is_what_enumeration_finds():
    assert [most_tokens(50 * flow) for flow in FLOWS] == [10, 20, 37, 51, 63, 75]
    each = np.asarray(tokens(np.arange(0, 1_251, 50)))
    for units in (9, 16):
        found = max(sum(each[list(w)]) for w in itertools.product(range(units + 1), repeat=3) if sum(w) <= units)
        assert most_tokens(50 * units, players=3) == found


@pytest.mark.parametrize("openings", [1, 5])
def test_head_first_greed(openings):
    world = Irrigation(openings=openings)
    efficiencies = (46, 52, 56, 59, 62, 66)
    found = [watered(world, [[10] * 5] * openings, e) for e in efficiencies]
    assert [int(f.sum()) for f in found] == [10, 20, 30, 40, 50, 60]
    assert found[-1].tolist() == [20, 20, 20, 0, 0]


def test_steady_rounds_bring_100_with_upkeep_and_50_without():
    kept = rollout(Irrigation(), Settled(5, 6), KEY)
    assert kept.base.tolist() == [[20 * 20.0] * 5] and kept.episodes.tolist() == [1]  # efficiency stays at 75
    idle = rollout(Irrigation(), Settled(0), KEY)
    assert idle.base.sum() == 20 * 50 + 10  # the first round still finds a canal of 50
    # no steady state is better: total investment 25, and efficiencies from 0 to 100
    flow = np.minimum(np.asarray(capacity(np.arange(101))), 30)
    assert 50 - 25 + max(most_tokens(50 * int(f)) for f in flow) == 100
    assert int(np.flatnonzero(flow == 30)[0]) == 66


def test_the_best_plan_of_twenty_rounds():
    assert best_net() == 20 * (50 + 75) - (20 * 25 + 66 - 75) == 2009
    # two rounds by brute force over total investments
    flow = [most_tokens(50 * min(int(c), 30)) for c in np.asarray(capacity(np.arange(101)))]
    best = 0
    for a, b in itertools.product(range(51), repeat=2):
        first = min(100, 50 + a)
        second = min(100, max(0, first - 25) + b)
        best = max(best, 100 - a - b + flow[first] + flow[second])
    assert best_net(2) == best == 209


def test_rules_of_access():
    greedy = Settled(5, 10)
    worlds = {order: Moves.of(order, [Access(order)])(Irrigation()) for order in ("upstream", "rotation", "random")}
    base = {order: rollout(world, greedy, KEY, batch=8).base for order, world in worlds.items()}
    assert base["upstream"][0].tolist() == [500.0] * 3 + [100.0] * 2
    assert base["rotation"][0].tolist() == [340.0] * 5  # everybody is among the first three in 12 rounds of 20
    assert (base["random"].sum(axis=1) == 1_700).all() and float(base["random"].std()) > 0
    equal = Moves.of("quota", [Access(quota=300)])(Irrigation())
    assert rollout(equal, greedy, KEY).base.tolist() == [[400.0] * 5]
    with pytest.raises(rw.InputError, match="needed an irrigation world"):
        Access().wrap(Fishery())


def test_where_the_tail_gets_nothing_it_stops_giving_and_the_canal_decays():
    free = rollout(Irrigation(), Reciprocal(), KEY)
    turned = rollout(Access("rotation").wrap(Irrigation()), Reciprocal(), KEY)
    assert float(free.base.sum()) < 1_200 < float(turned.base.sum()) == 1_700


def test_a_contract_on_investment_pays_per_token():
    deal = rw.Contract("B", on="investment of B", rate=2)(Irrigation(rounds=2))
    played = rollout(deal, Settled(jnp.array([0, 3, 0, 0, 0])), KEY)
    assert played.transfer.tolist() == [[0, 12, 0, 0, 0]] and played.fund.tolist() == [-12]


def test_who_sees_what():
    world = Irrigation(vision="neighbours")
    turn = world.step(KEY, world.reset(KEY), jnp.arange(5))
    seen = dict(zip(world.number_names, world.observe(turn.state).numbers.T.tolist(), strict=True))
    assert np.allclose(seen["investment of C"], [0, 0.2, 0.2, 0.2, 0])
    everything = dict(zip(world.number_names, Irrigation().observe(turn.state).numbers.T.tolist(), strict=True))
    assert np.allclose(everything["investment of E"], [0.4] * 5)


def test_only_tokens_then_only_gates_and_random_play_is_sound():
    world = treatment("T2", rounds=20)
    state = world.reset(KEY)
    assert world.available(state).sum(axis=1).tolist() == [11] * 5
    state = world.step(KEY, state, jnp.full(5, 5)).state
    assert world.available(state).sum(axis=1).tolist() == [26] * 5
    played = rollout(world, Uniform(), KEY, batch=16)
    assert (played.base >= 0).all() and (played.base.sum(axis=1) <= best_net(degradation=world.degradation)).all()
    assert (played.episodes == 1).all()


def test_treatments_keep_their_ranges():
    assert best_net(degradation=treatment("T1").degradation) == 2009 + 5  # five points less are lost in all
    assert float(jnp.mean(treatment("T1").degradation[10:])) == 24.5 and int(treatment("T2").degradation.max()) == 80
    assert treatment("T4").supply.min() == 21 and treatment("T4").supply.max() == 39
    for wrong in (lambda: treatment("T5"), lambda: Irrigation(openings=7), lambda: Irrigation(order="downstream")):
        with pytest.raises(rw.InputError, match="needed"):
            wrong()
    assert rollout(Irrigation(), Fixed(jnp.zeros(5)), KEY).base.sum() > 0
