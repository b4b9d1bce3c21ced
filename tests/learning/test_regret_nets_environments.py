"""Regret-trained mechanisms beyond revenue: welfare, the worst off, pools of misreports, several periods with a state."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.mechanisms import (
    Attacker,
    LearnedMechanism,
    Misreports,
    Net,
    Objective,
    Settings,
    attack,
    learn,
    periods,
    regrowing,
)
from rulewright.learning.mechanisms.nets import init
from rulewright.learning.mechanisms.objective import beyond
from rulewright.mechanisms import WELFARE, WORST_OFF, Environment, Place, Shares, Uniform, auction
from rulewright.mechanisms.environments import public_good

QUICK = Attacker(random=64, shades=4, best=1, steps=0)


def test_for_welfare_the_item_goes_to_whoever_values_it_most():
    """The efficient allocation is worth ⅔, a coin ½; without a gift to anyone, and nearly without a lie that pays."""
    settings = Settings(Objective(budget=1e-3), Misreports(profiles=8, menu=32), rate=0.02, warmup=10)
    there = auction(2, 1).wanting(WELFARE)
    learned = learn(there, Net("equivariant", (8,)), settings, steps=200, chunk=200, audit=QUICK, audit_profiles=64)
    assert learned.curve.goal[-1] > 0.62 and learned.curve.regret_found[-1] < 0.005
    reports = there.profiles(500, 9)
    found = learned.mechanism.outcome(reports)
    assert (found.payments >= 0).all() and (found.payments <= learned.mechanism.values(reports, found)).all()
    np.testing.assert_array_equal(learned.mechanism.outcome(reports[:, ::-1]).payments.shape, (500, 2))
    swapped = learned.mechanism.outcome(reports[:, ::-1]).decision[:, ::-1]
    np.testing.assert_allclose(swapped, found.decision, atol=1e-5)  # names do not matter


def test_for_the_worst_off_a_place_is_found_without_money():
    """Two agents on a line: the dictator's place costs the other ⅓ on average, one place for all (½) costs the worst off 5/12."""
    space = Place(1, (0.0,), (1.0,))

    def away(types, place):
        return -abs(types[..., 0] - place[..., 0, :])

    there = Environment((Uniform(),) * 2, space, away, WORST_OFF, transfers=False, name="a place on a line")
    settings = Settings(Objective("lagrangian", alpha=1.0, every=20), Misreports("pool", 64, steps=3, pool=256), 0.02)
    learned = learn(there, Net(hidden=(8,)), settings, steps=200, chunk=200, audit=QUICK, audit_profiles=64)
    assert "pay_W0" not in learned.mechanism.parameters
    assert (learned.mechanism.outcome(there.profiles(50, 3)).payments == 0).all()
    assert learned.curve.goal[-1] > -0.36  # better than the constant place


def test_a_rent_pays_agents_whose_values_are_costs():
    there = Environment((Uniform(),) * 2, Shares(2), lambda types, x: -types[..., 0] * x, name="two suppliers")
    net = Net(hidden=(4,), payments="rent")
    mechanism = LearnedMechanism(there, net, init(net, there, 3))
    reports = there.profiles(200, 1)
    found = mechanism.outcome(reports)
    assert (found.payments < 0).all()  # they are paid, more than it costs them
    assert (mechanism.values(reports, found) - found.payments >= 0).all()


def test_what_the_rule_maker_loses_beyond_its_deficit_has_a_price():
    """A good of cost ½ is built surely, and surely not; agents pay 0.1 and 0.2 for it."""
    there, free = public_good(2, cost=0.5), replace(public_good(2, cost=0.5), deficit=float("inf"))
    decision, paid = jnp.array([[0.0, 1.0], [1.0, 0.0]]), jnp.array([[0.1, 0.2], [0.0, 0.0]])
    lost = beyond(there, decision, paid)
    assert float(lost) == pytest.approx(0.1)  # 0.2 of the first profile, nothing of the second
    assert float(beyond(free, decision, paid)) == 0
    how = Objective("penalty", alpha=5.0)
    loss = how.loss(how.start(2), jnp.float32(1.0), jnp.array([0.01, 0.03]), lost)
    assert float(loss) == pytest.approx(-1 + 5 * 0.04 + 5 * 0.1)


def test_what_is_given_today_is_not_there_tomorrow():
    there = regrowing(2, 3, growth=0.5, discount=0.9)
    types = there.profiles(4, 0)
    assert types.shape == (4, 2, 3)
    shares = np.full((4, 3, 2), 0.25)  # half of what is there
    stock = 0.75 ** np.arange(3)  # ½ stays and regrows by a half
    by_hand = sum(0.9**t * types[:, :, t] * 0.25 * stock[t] for t in range(3))
    np.testing.assert_allclose(there.values(types, shares), by_hand)
    assert there.decisions.excess(shares).max() <= 0 < there.decisions.excess(shares + 0.3).min()


def test_a_mechanism_of_several_periods_does_not_look_ahead():
    there = regrowing(2, 3)
    net = Net(hidden=(5,))
    mechanism = LearnedMechanism(there, net, init(net, there, 1))
    reports = there.profiles(30, 2)
    later = reports.copy()
    later[..., 1] = 1 - later[..., 1]  # what is said in the second period
    one, other = mechanism.outcome(reports), mechanism.outcome(later)
    np.testing.assert_array_equal(one.decision[:, 0], other.decision[:, 0])
    assert (one.decision[:, 1] != other.decision[:, 1]).all() and (one.decision[:, 2] != other.decision[:, 2]).all()
    assert (one.payments <= mechanism.values(reports, one)).all()
    assert there.decisions.excess(one.decision).max() <= 0


def test_several_periods_are_learned_and_attacked():
    there = regrowing(2, 2, growth=0.0)
    settings = Settings(Objective(budget=2e-3), Misreports(profiles=8, menu=16), rate=0.02, warmup=5)
    learned = learn(there, Net(hidden=(8,)), settings, steps=100, chunk=100, audit=QUICK, audit_profiles=32)
    assert learned.curve.goal[-1] > 0.55  # giving all at once to a coin's choice: 0.5
    found = attack(learned.mechanism.net, there, learned.mechanism.parameters, profiles=32, how=QUICK, seed=4)
    assert found.misreports.shape == (32, 2, 2) and found.gains.min() >= 0


def test_wrong_periods_and_spaces_are_refused():
    with pytest.raises(rw.InputError, match="0 < discount"):
        periods((Uniform(),), Shares(1), lambda t, x, s: x, lambda s, x: s, start=(1.0,), count=2, discount=1.5)
    with pytest.raises(rw.InputError, match="mlp"):
        init(Net("equivariant"), regrowing())

    class Odd(Shares):
        pass

    with pytest.raises(rw.InputError, match=r"one of Allocation, Bundles.*search without gradients"):
        init(Net(), replace(auction(2, 1), decisions=Odd(2)))


def test_parameters_of_another_net_are_refused():
    with pytest.raises(rw.InputError, match="parameters of shapes"):
        LearnedMechanism(auction(1, 1), Net(hidden=(3,)), {"alloc_W0": jnp.zeros((1, 2))})
