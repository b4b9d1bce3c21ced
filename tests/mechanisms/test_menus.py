"""Menus for one buyer: truth is best, the continuum is counted exactly, and the search finds the optima that are known."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, Unsolved
from rulewright.mechanisms import (
    SURPLUS,
    WORST_OFF,
    Exponential,
    Goal,
    Pieces,
    Triangle,
    Uniform,
    auction,
    bundle_auction,
    estimate,
)
from rulewright.mechanisms.menus import (
    PostedMenu,
    SizeMenu,
    allocation_map,
    learn_menu,
    revenue,
    straight_jacket,
)
from rulewright.mechanisms.menus import regions as polygons
from rulewright.mechanisms.menus.lines import best_price, best_step
from rulewright.mechanisms.menus.posted import lotteries
from rulewright.mechanisms.menus.sampled import Sizes

LAWS = (
    Uniform((0.0, 1.0), (1.0, 3.0)),
    Triangle(),
    Pieces(((0.0, 0.5, 1.0), (0.0, 1.0, 2.0)), ((0.3, 0.7), (0.6, 0.4))),
)


def random_menu(seed, environment, options=5):
    random = np.random.default_rng(seed)
    x = np.round(random.random((options, environment.dimensions)), 2)
    if environment.decisions.demand == "unit":
        x = np.floor(100 * lotteries(x, True)) / 100
    return PostedMenu(environment, x, np.round(x.sum(axis=1) * 0.6 * random.random(options), 2))


@given(st.integers(0, 10_000), st.sampled_from(["additive", "unit"]), st.integers(1, 4))
@settings(max_examples=40)
def test_no_lie_is_better_than_the_truth_in_any_menu(seed, demand, items):
    environment = auction(1, items, demand=demand)
    menu = random_menu(seed, environment)
    types, lies = environment.profiles(50, seed), environment.profiles(50, seed + 1)
    truth = menu.utilities(types, menu.outcome(types))
    lying = menu.utilities(types, menu.outcome(lies))
    assert (truth >= lying - 1e-12).all() and (truth >= 0).all()
    assert (environment.decisions.excess(menu.outcome(types).decision) <= 1e-12).all()
    offer = menu.menu(0, np.zeros((50, 0, items)))
    assert np.allclose(((offer.options * types).sum(-1) - offer.prices).max(-1), truth[:, 0])


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_order_of_options_means_nothing(seed):
    environment = auction(1, 2)
    menu = random_menu(seed, environment)
    order = np.random.default_rng(seed).permutation(len(menu.prices))
    other = PostedMenu(environment, menu.options[order], menu.prices[order])
    types = np.round(environment.profiles(200, seed), 1)  # so that there are ties
    for one, two in zip(vars(menu.outcome(types)).values(), vars(other.outcome(types)).values(), strict=True):
        assert np.array_equal(one, two)
    law = environment.laws[0]
    assert revenue(law, menu.options, menu.prices) == revenue(law, other.options, other.prices)


@given(st.integers(0, 10_000), st.sampled_from(LAWS))
@settings(max_examples=10)
def test_the_continuum_earns_what_a_sample_says(seed, law):
    menu = random_menu(seed, auction(1, 2, law=law))
    found = estimate(menu, profiles=20_000, seed=seed)
    assert abs(found.mean - float(revenue(law, menu.options, menu.prices))) < 2 * (found.high - found.low) + 1e-9


def test_revenue_is_exact():
    box = Uniform((0.0, 0.0), (1.0, 1.0))
    assert revenue(box, [[1, 1]], ["1/2"]) == Fraction(7, 16)  # ½ (1 − ½ · ½²)
    assert revenue(box, [[1, 0], [0, 1], [1, 1]], ["1/2", "1/2", 1]) == Fraction(1, 2)
    assert revenue(Uniform((0.0,), (1.0,)), [[1]], ["1/2"]) == Fraction(1, 4)
    assert revenue(Triangle(), [[1, 1]], ["1/2"]) == Fraction(3, 8)
    assert revenue(box, [[1, 1], [1, 1]], ["1/2", "3/4"]) == Fraction(7, 16)  # the dearer twin is never taken


@given(st.integers(0, 10_000), st.sampled_from(LAWS))
@settings(max_examples=10)
def test_slopes_are_those_of_differences(seed, law):
    menu = random_menu(seed, auction(1, 2, law=law), 4)
    x = menu.options + np.linspace(0.001, 0.006, 5)[:, None]
    p, cells, h = menu.prices + 0.0013, polygons.cells(law), 1e-6

    def value(x, p):
        return polygons.goal(cells, x.tolist(), p.tolist(), 0.4, 0.8)

    found = polygons.slopes(cells, x.tolist(), p.tolist(), 0.4, 0.8)
    assert np.isclose(found.value, value(x, p)) and np.isclose(sum(found.chances), 1)
    for k in range(5):
        up = np.where(np.arange(5) == k, h, 0)
        assert abs((value(x, p + up) - value(x, p - up)) / (2 * h) - found.prices[k]) < 1e-3
        for j in range(2):
            way = np.zeros((5, 2))
            way[k, j] = h
            assert abs((value(x + way, p) - value(x - way, p)) / (2 * h) - found.options[k][j]) < 1e-3


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_a_line_is_searched_exactly(seed):
    random = np.random.default_rng(seed)
    gain, slope, goal, tilt, other = random.normal(size=(5, 30))

    def value(s):
        return np.where(gain + slope * s >= 0, goal + tilt * s, other).sum()

    s, better = best_step(gain, slope, goal, tilt, other, -1.0, 1.0)
    grid = [value(t) for t in np.linspace(-1, 1, 500)]
    assert better >= max(grid) - value(0) - 1e-9
    near = [value(s + h) - value(0) for h in (-1e-12, 0, 1e-12)]  # on the right side of a switch, or on it
    assert better == pytest.approx(max(near), abs=1e-6)
    willing = random.random(30)

    def earns(p):
        return np.where(p <= willing, goal + 0.7 * p, other).sum()

    p = best_price(willing, goal, other, 0.7, 0.0, 2.0)
    assert earns(p) >= max(earns(q) for q in np.concatenate([willing, np.linspace(0, 2, 300)])) - 1e-9


@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
@settings(max_examples=25)
def test_a_size_menu_is_the_menu_written_out(seed, items, apart):
    random = np.random.default_rng(seed)
    environment = auction(1, items)
    sizes = tuple(np.cumsum(random.random(items)) * 0.6)
    menu = SizeMenu(environment, sizes, tuple(random.random(items) * 0.3) if apart else ())
    types = environment.profiles(300, seed)
    one, two = menu.outcome(types), menu.posted().outcome(types)
    assert np.allclose(menu.utilities(types, one), menu.utilities(types, two))
    assert np.allclose(one.payments, two.payments)


def test_straight_jacket_prices_earn_the_optimum():
    one, two = straight_jacket(2)
    menu = SizeMenu(auction(1, 2), (one, two)).posted()
    assert abs(float(revenue(Uniform((0, 0), (1, 1)), menu.options, menu.prices)) - (12 + 2 * 2**0.5) / 27) < 1e-12
    with pytest.raises(InputError):
        straight_jacket(3)


def test_the_search_for_sizes_counts_as_the_menu_does():
    environment = auction(1, 3, high=(1.0, 2.0, 3.0))
    search = Sizes(environment, environment.profiles(3000, 4)[:, 0], 0.0, 1.0)
    before = -1.0
    for _ in range(3):
        search.sweep()
        menu = SizeMenu(environment, tuple(search.prices), tuple(search.each))
        earned = float(menu.outcome(search.types[:, None]).payments.mean())
        assert earned >= before - 1e-9  # every line search is exact, so that nothing is ever lost
        before = earned
    assert search.apart and before > 1.6


def test_a_search_repeats_itself_and_tells():
    heard = []
    one, two = (learn_menu(auction(1, 2), steps=20, tell=heard.append) for _ in range(2))
    assert np.array_equal(one.mechanism.prices, two.mechanism.prices) and one.value == two.value
    assert len(heard) == len(one.curve) + len(two.curve) and one.method == "polygons"
    law = one.mechanism.environment.laws[0]
    assert abs(one.value - float(revenue(law, one.mechanism.options, one.mechanism.prices))) < 1e-9


def test_a_search_stops_when_its_seconds_are_over():
    found = learn_menu(auction(1, 2), steps=10**6, seconds=0.2)
    assert len(found.curve) < 10**5 and found.value > 0.5


def test_what_a_search_finds_under_a_budget_costs_no_more():
    found = learn_menu(replace(auction(1, 2), budget=0.7), steps=100)
    assert (
        found.mechanism.prices.max() <= 0.7 and found.value > 0.528
    )  # lotteries: pairs alone earn .7 (1 − .245) = .5285
    with pytest.raises(InputError, match="budget"):
        PostedMenu(replace(auction(1, 2), budget=0.7), [[1, 1]], [0.8])


def test_other_goals():
    assert learn_menu(auction(1, 2).wanting(SURPLUS), steps=50).value == pytest.approx(1)
    assert learn_menu(auction(1, 2).wanting(WORST_OFF), steps=50).value == pytest.approx(1)
    root = Goal("root", "", lambda types, values, payments: np.sqrt(np.maximum(payments.sum(axis=-1), 0)))
    found = learn_menu(auction(1, 1).wanting(root), steps=10, options=4)
    assert found.method == "trials" and abs(found.value - 2 / 3**1.5) < 0.01  # max √p (1 − p)
    with pytest.raises(InputError, match="trials"):
        learn_menu(auction(1, 2).wanting(root), method="polygons")
    broken = Goal("broken", "", lambda types, values, payments: payments.sum(axis=-1) * np.nan)
    with pytest.raises(Unsolved, match="nan"):
        learn_menu(auction(1, 2).wanting(broken), steps=1)


def test_bundles_and_laws_without_pieces_are_searched_on_samples():
    pair = learn_menu(bundle_auction((Uniform((0.0,) * 3, (1.0, 1.0, 2.0)),), 2), steps=2, options=3)
    assert pair.method == "options" and pair.value > 0.66
    far = learn_menu(auction(1, 2, law=Exponential((1.0, 1.0))), steps=3)
    best = (1 + 5**0.5) / 2  # of p (1 + p) e^{−p}, the pair alone
    assert far.method == "sizes" and abs(far.value - best * (1 + best) * np.exp(-best)) < 0.01
    unit = learn_menu(auction(1, 3, low=2.0, high=3.0, demand="unit"), steps=2, options=7)
    assert unit.method == "options" and unit.value > 2.2


def test_the_picture_of_two_items():
    menu = PostedMenu(auction(1, 2), [[1, 0.5], [1, 1]], [0.5, 1.2])
    seen = allocation_map(menu, points=11)
    assert (seen.chance.shape == (11, 11, 2) and seen.payment[-1, -1] == 1.2) or seen.payment[-1, -1] == 0.5
    for i, j in ((0, 0), (10, 0), (4, 8), (10, 10)):
        there = menu.outcome(np.array([[[seen.first[i], seen.second[j]]]]))
        assert np.array_equal(seen.chance[i, j], there.decision[0, 0]) and seen.payment[i, j] == there.payments[0, 0]
    triangle = allocation_map(PostedMenu(auction(1, 2, law=Triangle()), [[1, 1]], [0.5]), points=5)
    assert np.isnan(triangle.payment[-1, -1]) and triangle.payment[0, -1] == 0.5


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: PostedMenu(auction(2, 2), [[1, 1]], [0.5]),
        lambda: PostedMenu(auction(1, 2), [[1, 2]], [0.5]),
        lambda: PostedMenu(auction(1, 2), [[1, 1]], [float("nan")]),
        lambda: PostedMenu(auction(1, 2), [[1, 1, 1]], [0.5]),
        lambda: PostedMenu(auction(1, 2, demand="unit"), [[1, 1]], [0.5]),
        lambda: PostedMenu(replace(auction(1, 2), outside=0.1), [[1, 1]], [0.5]),
        lambda: PostedMenu(replace(auction(1, 2), transfers=False), [[1, 1]], [0.5]),
        lambda: SizeMenu(auction(1, 2), ()),
        lambda: SizeMenu(auction(1, 2), (0.5, 0.6, 0.7)),
        lambda: SizeMenu(auction(1, 2, demand="unit"), (0.5, 0.6)),
        lambda: SizeMenu(replace(auction(1, 2), budget=0.5), (0.5, 0.6)),
        lambda: learn_menu(auction(2, 2)),
        lambda: learn_menu(auction(1, 2), steps=0),
        lambda: learn_menu(auction(1, 2), seconds=0),
        lambda: learn_menu(auction(1, 2), method="magic"),
        lambda: learn_menu(auction(1, 2, law=Exponential((1.0, 1.0))), method="polygons"),
        lambda: learn_menu(auction(1, 3, demand="unit"), method="sizes"),
        lambda: revenue(Exponential((1.0, 1.0)), [[1, 1]], [0.5]),
        lambda: revenue(Uniform((0.0, 1.0), (1.0, 1.0)), [[1, 1]], [0.5]),
        lambda: allocation_map(PostedMenu(auction(1, 3), [[1, 1, 1]], [0.5])),
    ],
)
def test_what_is_no_menu_is_told(wrong):
    with pytest.raises(InputError, match="needed"):
        wrong()
