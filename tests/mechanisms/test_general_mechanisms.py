"""Exact mechanisms: no lie gains, nobody loses by taking part, decisions are allowed, budgets are what is said; brute force."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import WELFARE, Uniform, auction, estimate
from rulewright.mechanisms.environments import (
    bandwidth,
    bilateral_trade,
    club_good,
    compute_sharing,
    double_auction,
    facility_location,
    identical_items,
    public_good,
    shared_production,
    stock,
    task_allocation,
)
from rulewright.mechanisms.exact import (
    EfficientDivision,
    EqualShares,
    EqualSplit,
    Maximal,
    McAfee,
    Medians,
    PostedTrade,
    Procurement,
    ProportionalShare,
    Redistribution,
    SecondBest,
    SerialShares,
    SplitTheGap,
    best_ratio,
    broker,
    cavallo,
    cheapest,
    clarke,
    expected_externality,
    groves,
    linear_equilibrium,
    listed,
    median,
    myerson_procurement,
    percentiles,
    phantoms,
    pivotal,
    redistributing,
    worst_ratio,
)
from rulewright.mechanisms.itemwise import Itemwise

GOOD = public_good(3, levels=3, curve=0.5)
EXACT = {
    "pivotal": pivotal(GOOD),
    "clarke": clarke(GOOD),
    "groves": groves(GOOD),
    "affine": Maximal(GOOD, np.eye(4)[[0, 1, 3]], (1.0, 2.0, 0.5), (0.0, 0.1, -0.75)),
    "plans": pivotal(bandwidth(2), options=np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])),
    "a stock in steps": pivotal(stock(2, 2, inflow=0.5), steps=2),
    "a double auction": pivotal(double_auction(2, 2)),
    "broker": broker(bilateral_trade()),
    "median": median(facility_location(5, dimensions=2, distance="l2")),
    "percentiles": percentiles(facility_location(5, places=2, dimensions=2), (0.2, 0.8)),
    "phantoms": phantoms(facility_location(4, distance="squared", low=-1.0), (-0.5, 0.3, 0.6)),
    "many phantoms": Medians(facility_location(3, places=2), ((0.1, 0.2, 0.3, 0.9), (0.4, 0.5, 0.8, 1.0))),
    "posted": PostedTrade(bilateral_trade(), 0.6, 0.1),
    "McAfee": McAfee(double_auction(3, 4)),
    "McAfee, more buyers": McAfee(double_auction(4, 2, low=1.0, high=3.0)),
    "equal shares": EqualShares(club_good(4)),
    "serial shares": SerialShares(shared_production(4, cost=2.0)),
    "all tasks": cheapest(task_allocation(3, 2)),
    "Myerson": myerson_procurement(task_allocation(3, 2, worth=1.5, low=0.25), 1.5),
    "bandwidth": EfficientDivision(bandwidth(4)),
    "compute": EfficientDivision(compute_sharing(4, capacity=2.0)),
    "equal split": EqualSplit(bandwidth(3)),
    "redistribution": redistributing(identical_items(5, 2)),
    "Cavallo": cavallo(identical_items(4, 2)),
}
FOILS = {
    "split the gap": SplitTheGap(bilateral_trade()),
    "proportional": ProportionalShare(compute_sharing(3)),
    "Kelly": ProportionalShare(bandwidth(3), 1.0),
    "second best": SecondBest(bilateral_trade()),
    "expected externality": expected_externality(public_good(2), draws=50),
}
INVOLUNTARY = ("clarke", "groves")  # agents bear the cost
DEFICIT = ("pivotal", "groves", "affine", "broker", "a double auction")


def lies(mechanism, seed, count=40):
    """[profile, agent, dimension] types; the most that one agent gains by one random lie or by an end of its box."""
    there = mechanism.environment
    types, others = there.profiles(count, seed), there.profiles(count, seed + 1)
    ends = np.where(others > there.profiles(count, seed + 2), there.low, there.high)
    truth = mechanism.utilities(types, mechanism.outcome(types))
    gains = []
    for i, told in itertools.product(range(there.agents), (others, ends, types * 0.97 + others * 0.03)):
        reports = types.copy()
        reports[:, i] = told[:, i]
        gains.append((mechanism.utilities(types, mechanism.outcome(reports)) - truth)[:, i].max())
    return types, max(gains)


@pytest.mark.parametrize("name", EXACT)
@settings(max_examples=15)
@given(st.integers(0, 2**31 - 4))
def test_no_lie_gains(name, seed):
    mechanism = EXACT[name]
    there = mechanism.environment
    types, gain = lies(mechanism, seed)
    found = mechanism.outcome(types)
    assert mechanism.proof and gain < 1e-9
    assert there.decisions.excess(found.decision).max() < 1e-9
    if name not in INVOLUNTARY:
        assert (mechanism.utilities(types, found) - there.outside).min() > -1e-9
    if name not in DEFICIT:
        assert there.shortfall(found.decision, found.payments).max() <= there.deficit + 1e-9
    if not there.transfers:
        assert not found.payments.any()


@pytest.mark.parametrize("name", FOILS)
def test_foils_are_not_truthful_and_do_not_say_so(name):
    assert not FOILS[name].proof and lies(FOILS[name], 0, 400)[1] > 0.01


@pytest.mark.parametrize("name", DEFICIT)
def test_the_deficits_are_real(name):
    there = EXACT[name].environment
    types = there.profiles(400, 0)
    found = EXACT[name].outcome(types)
    assert there.shortfall(found.decision, found.payments).max() > 0.5


@pytest.mark.parametrize("name", ["equal shares", "serial shares"])
def test_costs_are_covered_exactly(name):
    there = EXACT[name].environment
    types = there.profiles(400, 0)
    found = EXACT[name].outcome(types)
    assert abs(there.shortfall(found.decision, found.payments)).max() < 1e-12 and found.decision.any()


def test_vcg_takes_the_best_option_and_charges_the_others_loss():
    types = GOOD.profiles(200, 3)
    found = EXACT["pivotal"].outcome(types)
    level = np.arange(4) / 3

    def total(who, k):
        return sum(who) * level[k] ** 0.5 - 1.5 * level[k]

    for t, decision, paid in zip(types[..., 0], found.decision, found.payments, strict=True):
        best = max(range(4), key=lambda k: total(t, k))
        assert decision.argmax() == best
        for i in range(3):
            others = np.delete(t, i)
            assert paid[i] == pytest.approx(max(total(others, k) for k in range(4)) - total(others, best))


@pytest.mark.parametrize(
    ("maximiser", "alone"),
    [
        (pivotal(task_allocation(3, 2)), cheapest(task_allocation(3, 2))),
        (pivotal(auction(3, 2)), Itemwise(auction(3, 2), (0.0, 0.0))),
        (pivotal(identical_items(4, 2)), Redistribution(identical_items(4, 2), (0.0,) * 3)),
    ],
    ids=("tasks", "items", "identical items"),
)
def test_vcg_over_a_range_is_the_auction_that_is_known(maximiser, alone):
    types = alone.environment.profiles(100, 0)
    ours, theirs = maximiser.outcome(types), alone.outcome(types)
    assert np.allclose(ours.payments, theirs.payments) and np.allclose(ours.decision.sum(-1), theirs.decision.sum(-1))


def test_ranges_list_what_is_allowed():
    for there, count in ((bandwidth(3), 15), (task_allocation(2, 2), 9), (double_auction(2, 2), 7), (GOOD, 4)):
        over = listed(there)
        assert len(over.options) == count == len({option.tobytes() for option in over.options})
        assert (there.decisions.excess(over.options) <= 0).all()
    plans = listed(stock(1, 2, inflow=0.5), steps=2).options[:, :, 0]
    # halves: at most 1 at first, at most 1½ in all
    assert sorted(map(tuple, plans)) == [(a / 2, b / 2) for a in range(3) for b in range(4 - a)]
    with pytest.raises(TooLarge, match="fewer steps"):
        listed(bandwidth(9), steps=20)


def test_equal_shares_serve_the_largest_willing_set():
    there = club_good(4, cost=1.0)
    found = EqualShares(there).outcome(there.profiles(200, 1))
    for t, chosen in zip(there.profiles(200, 1)[..., 0], found.decision, strict=True):
        sets = [s for k in range(5) for s in itertools.combinations(range(4), k) if all(t[i] >= 1 / k for i in s)]
        assert tuple(np.flatnonzero(chosen)) == max(sets, key=len)


def test_serial_shares_by_hand():
    # θ = (1, 3): both take ½ where 1 = 2·½ costs ½·1²/2 each; the other goes on to 2½: Q = 3
    found = SerialShares(shared_production(2, high=3.0)).outcome(np.array([[1.0], [3.0]]))
    assert np.allclose(found.decision, [0.5, 2.5]) and np.allclose(found.payments, [0.25, 4.25])


@pytest.mark.parametrize("there", [bandwidth(3, capacity=0.7, scale=0.3), compute_sharing(3)], ids=lambda e: e.name)
def test_no_division_is_worth_more(there):
    types = there.profiles(50, 2)
    ours = there.values(types, EfficientDivision(there).outcome(types).decision).sum(-1)
    steps = np.linspace(0, there.decisions.capacity, 41)
    options = np.array([(a, b, steps[-1] - a - b) for a in steps for b in steps if a + b <= steps[-1]])
    best = there.values(types[:, None], options).sum(-1).max(1)
    assert (ours >= best - 1e-12).all() and (ours <= best + 0.01).all()


def test_nobody_wants_anything():
    found = EfficientDivision(bandwidth(2)).outcome(np.zeros((2, 1)))
    assert found.decision.tolist() == [0.5, 0.5] and not found.payments.any()
    assert ProportionalShare(bandwidth(2)).outcome(np.zeros((2, 1))).decision.tolist() == [0.5, 0.5]


def test_mcafee_by_brute_force():
    there = double_auction(3, 3)
    types = there.profiles(300, 4)
    found = EXACT["McAfee"].__class__(there).outcome(types)
    for t, decision, paid in zip(types[..., 0], found.decision, found.payments, strict=True):
        b, s = sorted(t[:3], reverse=True), sorted(t[3:])
        k = sum(x >= y for x, y in zip(b, s, strict=True))
        price = ((b[k] if k < 3 else 0) + (s[k] if k < 3 else 1)) / 2
        clear = k and s[k - 1] <= price <= b[k - 1]
        trades = k if clear else max(k - 1, 0)
        assert decision.sum() == trades
        assert paid[:3].sum() == pytest.approx(trades * (price if clear else b[k - 1] if k else 0))
        assert paid[3:].sum() == pytest.approx(-trades * (price if clear else s[k - 1] if k else 0))
        gains = t[:3] @ decision.sum(1) - t[3:] @ decision.sum(0)
        assert gains == pytest.approx(sum(b[:trades]) - sum(s[:trades]))


def test_a_menu_offers_what_procurement_gives():
    sale = EXACT["Myerson"]
    types = sale.environment.profiles(50, 0)
    found = sale.outcome(types)
    for i in range(3):
        menu = sale.menu(i, np.delete(types, i, axis=1))
        worth = -(menu.options * types[:, None, i]).sum(-1) - menu.prices
        assert np.allclose(worth.max(axis=1), sale.utilities(types, found)[:, i])


def test_expected_externality_is_balanced_and_truthful_on_its_sample():
    there = public_good(3, cost=1.2)
    mechanism = expected_externality(there, draws=64, seed=5)
    types = there.profiles(200, 1)
    found = mechanism.outcome(types)
    assert abs(there.shortfall(found.decision, found.payments)).max() < 1e-12
    draws = mechanism.sample
    own = np.linspace(0, 1, 9)

    def worth(true, said, i=1):
        reports = draws.copy()
        reports[:, i] = said
        real = draws.copy()
        real[:, i] = true
        return mechanism.utilities(real, mechanism.outcome(reports))[:, i].mean()

    for true in own:
        assert max(worth(true, said) for said in own) <= worth(true, true) + 1e-12


def test_the_linear_bids_are_best_replies():
    there = bilateral_trade(low=1.0, high=3.0)
    foil, grid = SplitTheGap(there), np.linspace(1, 3, 401)
    for i in range(2):
        for true in (1.2, 1.9, 2.6):
            types = np.empty((401, 2, 1))
            types[:, i], types[:, 1 - i, 0] = true, grid
            bids = linear_equilibrium(types, low=1.0, high=3.0)

            def worth(bid, types=types, bids=bids, i=i):
                said = bids.copy()
                said[:, i] = bid
                return foil.utilities(types, foil.outcome(said))[:, i].mean()

            assert max(map(worth, np.linspace(1, 3, 81))) <= worth(bids[0, i, 0]) + 2e-3
    assert estimate(SecondBest(there), profiles=50_000).mean == pytest.approx(2 * 9 / 64, abs=0.01)


@given(st.integers(2, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))), st.integers(0, 999))
@settings(max_examples=20)
def test_no_profile_is_worse_than_the_worst_ratio(sizes, seed):
    n, m = sizes
    there = identical_items(n, m)
    for rule in (redistributing(there), cavallo(there)):
        types = there.profiles(100, seed)
        paid = rule.outcome(types).payments.sum(-1)
        plain = Redistribution(there, (0.0,) * (n - 1)).outcome(types).payments.sum(-1)
        worst = worst_ratio(rule.coefficients, m)
        assert (plain - paid >= worst * plain - 1e-9).all() and (paid >= -1e-9).all()
    assert best_ratio(n, m).worst >= worst_ratio(cavallo(there).coefficients, m) - 1e-9


def test_percentiles_are_peaks():
    there = facility_location(5)
    types = there.profiles(50, 0)
    for share, rank in ((0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4)):
        place = percentiles(there, (share,)).outcome(types).decision[:, 0, 0]
        assert (place == np.sort(types[..., 0], axis=1)[:, rank]).all()
    assert (np.median(types[..., 0], axis=1) == median(there).outcome(types).decision[:, 0, 0]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: pivotal(facility_location(2)),
        lambda: pivotal(bandwidth(2), steps=0),
        lambda: pivotal(bandwidth(2), options=np.array([[1.0, 1.0]])),
        lambda: Maximal(GOOD, np.eye(4), weights=(1.0, 1.0, 0.0)),
        lambda: Maximal(GOOD, np.eye(4), boosts=(1.0,)),
        lambda: Maximal(GOOD, np.eye(4), without=np.zeros((3, 4), bool)),
        lambda: broker(GOOD),
        lambda: percentiles(facility_location(3), (1.5,)),
        lambda: phantoms(facility_location(3), (0.5,)),
        lambda: Medians(facility_location(2), ((0.0, 0.5, float("nan")),)),
        lambda: median(replace(facility_location(2), laws=(Uniform((0.0, 0.0), (1.0, 1.0)),) * 2)),
        lambda: PostedTrade(bilateral_trade(), 0.5, -1.0),
        lambda: PostedTrade(GOOD, 0.5),
        lambda: SecondBest(replace(bilateral_trade(), laws=(Uniform(), Uniform((0.0,), (2.0,))))),
        lambda: McAfee(auction(2, 2)),
        lambda: EqualShares(bandwidth(2)),
        lambda: Procurement(task_allocation(2, 2), (0.5,)),
        lambda: Procurement(task_allocation(1, 1), (float("inf"),)),
        lambda: EfficientDivision(club_good(2)),
        lambda: ProportionalShare(bandwidth(2), float("nan")),
        lambda: Redistribution(identical_items(3, 1), (0.5,)),
        lambda: best_ratio(2, 2),
        lambda: expected_externality(GOOD, draws=0),
        lambda: myerson_procurement(replace(task_allocation(2, 1), laws=(Uniform(), Uniform((0.0,), (2.0,)))), 1.0),
    ],
)
def test_what_does_not_fit_is_told(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong()


def test_welfare_is_net_of_cost():
    there = public_good(2, cost=10.0)
    assert estimate(pivotal(there), profiles=100, goal=WELFARE).mean == 0
