"""Many users: one message for all can say nothing where each alone would learn all; common weights restore it."""

from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.competition.rivals.rich import rich
from rulewright.competition.users.alignment import common, ranges, weak
from rulewright.competition.users.examples import opposed, stalemate
from rulewright.competition.users.policies import (
    GAMES,
    anonymous,
    personalised,
    proved,
    silence,
    value_of_personalisation,
)
from rulewright.competition.users.setting import Users
from rulewright.design.information import persuade
from rulewright.errors import InputError, TooLarge


def market(rng, users=2, k=2, states=3, actions=2):
    return Users.of(
        rng.dirichlet(np.ones(states)),
        rng.random((users, states, actions)),
        rng.random((k, users, states, actions)),
        weights=rng.dirichlet(np.ones(users) * 5),
    )


@pytest.mark.parametrize("k, stake", [(2, F(1, 2)), (2, 1), (3, 1), (3, F(3, 2))])
def test_silence_is_an_equilibrium_although_each_user_is_a_mix(k, stake):
    users = stalemate(k, stake)
    assert (weak(users).ranges == 0).all()
    found = silence(users)
    assert found.holds and proved(users, found) and found.values.tolist() == [F(2, 3)] * k
    assert (found.gains == 0).all() and (found.most == 0).all()


def test_where_the_stake_is_higher_somebody_speaks():
    users = stalemate(2, 2)
    found = silence(users)
    assert not found.holds and (found.gains > 0).all() and not proved(users, found)
    assert found.gains.tolist() == [F(1, 6), F(1, 6)]  # q·(stake − 1)·(1 − 2/3)


@pytest.mark.parametrize("game", GAMES)
def test_being_told_her_own_restores_everything(game):
    value = value_of_personalisation(stalemate(2), game)
    assert value.personalised.values.tolist() == [1, 1] and value.personalised.losses.tolist() == [0, 0]
    assert value.anonymous.values.tolist() == [F(2, 3), F(2, 3)]
    assert value.total == F(1, 3) and value.each.tolist() == [F(1, 3)] * 2


def test_a_forged_proof_is_not_believed():
    users = stalemate(2)
    found = silence(users)
    from dataclasses import replace

    assert not proved(users, replace(found, multipliers=-found.multipliers - 1))
    assert not proved(users, replace(found, acts=(1, 1)))
    assert not proved(stalemate(2, 3), found)


def test_stalemate_has_no_common_weights():
    found = common(stalemate(2), scaled=False)
    assert found.total > 0
    assert common(stalemate(2)).total > 0  # whatever the scales


@pytest.mark.parametrize("game", GAMES)
def test_common_weights_restore_the_first_best(game):
    """20 random exact markets u + d, u − d with one message for all: every user gets all, in the worst equilibrium."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        # no ties among acts at any state: even and odd multiples
        u = 2 * rng.permuted(np.tile(np.arange(4), (2, 3, 1)), axis=2)[..., :2]
        users = opposed(u, rng.integers(-7, 8, (2, 3, 2)), [F(1, 2), F(1, 4), F(1, 4)])
        assert common(users, scaled=False).total == 0
        assert (anonymous(users, game).losses == 0).all()


@pytest.mark.parametrize("game", GAMES)
def test_no_bound_is_broken(game):
    """25 random floating markets, near the mix and far from it, both ways of being told."""
    rng = np.random.default_rng(3)
    for size in np.linspace(0, 1, 25):
        base = market(rng)
        ais = np.stack([base.users, base.users]) + size * (base.ais - 0.5)
        users = Users.of(base.prior, base.users, ais, weights=base.weights)
        for served in (personalised(users, game), anonymous(users, game)):
            assert (served.opt - served.lowest <= served.bound + 1e-7).all()
            assert (served.lowest <= served.values + 1e-9).all()


def test_scaled_bound_holds_too():
    rng = np.random.default_rng(8)
    u = 3 + rng.random((2, 2, 2))
    d = rng.random((2, 2, 2))
    scale = np.array([1.0, 3.0])[:, None, None]
    users = Users.of([0.5, 0.5], u, np.stack([scale * u + d, scale * u - d]))
    assert float(common(users).total) < 1e-6 < float(common(users, scaled=False).total)
    assert (anonymous(users).losses <= 1e-6).all()


def test_ranges_are_least():
    """The exact optimum against 3,000 random weights, seed 2."""
    rng = np.random.default_rng(2)
    users = market(rng, k=3)
    best = weak(users)
    for m in range(users.m):
        tried = rng.random((3000, 3)) * 2
        f = np.einsum("wi,isa->wsa", tried, users.ais[:, m]) - users.users[m]
        rho = (np.ptp(f, axis=2) * users.prior).sum(axis=1)
        assert float(best.ranges[m]) <= rho.min() + 1e-12
    exact = ranges(users.exact, best.weights, np.array([F(1)] * 2, dtype=object))
    assert (exact == best.ranges).all()
    assert float(common(users, scaled=False).total) >= float((users.weights * best.ranges.astype(float)).sum()) - 1e-12


def test_one_user_is_a_market_of_rivals():
    users = market(np.random.default_rng(5), users=1)
    both = personalised(users), anonymous(users)
    assert both[0].values == pytest.approx(both[1].values)
    assert both[0].values[0] == pytest.approx(rich(users.alone(0)).worst)


def test_silence_agrees_with_persuasion_in_floats():
    rng = np.random.default_rng(7)
    for _ in range(5):
        users = market(rng)
        found, rivals = silence(users), users.together()
        here = int(np.flatnonzero((users.lists == found.acts).all(axis=1))[0])
        for i in range(users.k):
            value = persuade(users.prior, rivals.bobs[i, :, 0], rivals.alice[:, 0]).value
            assert float(found.gains[i]) == pytest.approx(value - users.prior @ rivals.bobs[i, :, 0, here], abs=1e-7)


def test_together_is_everybody():
    users = stalemate(2)
    rivals = users.together()
    assert rivals.opt == (users.weights * users.opt).sum() and rivals.uninformed == F(2, 3)
    assert rivals.alice.shape == (2, 1, 4)
    assert "served worst" in anonymous(users).describe()


def test_wrong_input_is_told():
    with pytest.raises(InputError, match="weights"):
        Users.of([1], [[[1]], [[1]]], [[[[1]], [[1]]]], weights=[1, 0])
    with pytest.raises(InputError):
        Users.of([1], [[[1]], [[1]]], [[[[1]]]])
    with pytest.raises(InputError, match="stalemate"):
        stalemate(1)
    with pytest.raises(InputError, match="one of rich"):
        anonymous(stalemate(2), "poker")
    with pytest.raises(TooLarge):
        stalemate(13).together()


def test_what_users_get_adds_up_to_the_worst_equilibrium():
    rng = np.random.default_rng(9)
    for _ in range(6):
        users = market(rng)
        found = anonymous(users)
        assert found.total == pytest.approx(rich(users.together()).worst, abs=1e-8)
        assert (found.weights * found.lowest).sum() <= found.total + 1e-9
        assert (found.lowest >= users.uninformed - 1e-8).all()
