"""Auctions on grids against the plain programme, Border's inequalities one by one, and the house's own programme."""

import itertools
import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from auction_examples import plain, random_tables

from rulewright.design import Payment, Rules, auctions, solve
from rulewright.design.auctions import midpoints, optimal, product
from rulewright.design.auctions.interim import capacity, interim
from rulewright.design.auctions.symmetry import orbits, symmetries
from rulewright.errors import InputError, TooLarge

SQUARE = product(midpoints(3), midpoints(3))
KINDS = ["dominant", "bayesian"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.booleans(), st.sampled_from([(1, 2), (2, 1), (2, 2)]))
def test_bidders_that_differ(seed, incentives, unit, shape):
    """No symmetry, any set of types, values of zero: the optimum of the plain programme, and every row holds."""
    tables, laws = random_tables(seed, *shape, types=4)
    weights = np.random.default_rng(seed).normal(size=(*shape, *(1,) * shape[0]))
    demand = "unit" if unit else "additive"
    dominant = incentives == "dominant"
    for goal, w, money in (("revenue", None, 1.0), (weights, weights, 0.0)):
        found = optimal(tables, laws, bidders=shape[0], incentives=incentives, goal=goal, demand=demand)
        wanted = plain(tables, laws, dominant=dominant, weights=w, money=money, unit=unit)
        assert found.value == pytest.approx(wanted, abs=1e-7)
        assert max(found.lie, found.stay_away, found.oversold) < 1e-7


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.booleans())
def test_bidders_that_are_alike(seed, incentives, unit):
    """Symmetric laws: the reduced programme has the optimum of the plain one, and its symmetries are seen."""
    chance = np.random.default_rng(seed).random((3, 3))
    law = (chance + chance.T).ravel() / (2 * chance.sum())
    found = optimal(SQUARE, law, bidders=2, incentives=incentives, demand="unit" if unit else "additive")
    assert found.symmetries == 2
    wanted = plain((SQUARE,) * 2, (law,) * 2, dominant=incentives == "dominant", unit=unit)
    assert found.value == pytest.approx(wanted, abs=1e-7)
    swapped = found.allocation.reshape(2, 2, 3, 3, 3, 3).transpose(0, 1, 3, 2, 5, 4)[:, ::-1].reshape(2, 2, 9, 9)
    assert np.array_equal(swapped, found.allocation)
    assert np.array_equal(found.allocation.swapaxes(2, 3)[::-1], found.allocation)


def test_lies_are_found():
    """The residuals are of all rows: a broken auction says so, by hand and by the function."""
    from rulewright.design.auctions.optimal import regrets

    auction = optimal(SQUARE, bidders=2)
    generator = np.random.default_rng(0)
    payments = auction.payments + 0.1 * generator.random(auction.payments.shape)
    lie, stay = regrets(auction.setting, auction.allocation, payments, True)

    def gets(i, true, profile):
        return SQUARE[true] @ auction.allocation[(i, slice(None), *profile)] - payments[(i, *profile)]

    worst = away = 0.0
    for a, b in itertools.product(range(9), repeat=2):
        for i in range(2):
            here = gets(i, (a, b)[i], (a, b))
            away = max(away, -here)
            for r in range(9):
                worst = max(worst, gets(i, (a, b)[i], (r, b) if i == 0 else (a, r)) - here)
    assert lie == pytest.approx(worst) and stay == pytest.approx(away) and lie > 0.01


@pytest.mark.parametrize("goal", ["welfare", 0.5])
def test_goals(goal):
    share = 0.0 if goal == "welfare" else goal
    found = optimal(SQUARE, bidders=2, goal=goal)
    worth = np.stack([np.broadcast_to(SQUARE.T[:, :, None], (2, 9, 9)), np.broadcast_to(SQUARE.T[:, None], (2, 9, 9))])
    wanted = plain((SQUARE,) * 2, (np.full(9, 1 / 9),) * 2, dominant=True, weights=(1 - share) * worth, money=share)
    assert found.value == pytest.approx(wanted)
    if goal == "welfare":  # each item to whoever wants it most
        assert found.value == pytest.approx(np.maximum.outer(SQUARE[:, 0], SQUARE[:, 0]).mean() * 2)
        assert found.welfare == pytest.approx(found.value)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_myerson(seed, bidders):
    """One item: the closed form with ironing is the programme's optimum, dominant and Bayesian, for any laws."""
    generator = np.random.default_rng(seed)
    values = tuple(np.sort(generator.random(5)) for _ in range(bidders))
    laws = tuple(generator.dirichlet(np.ones(5)) for _ in range(bidders))
    closed = auctions.myerson.revenue(values, laws, bidders=bidders)
    for incentives in KINDS:
        assert optimal(values, laws, bidders=bidders, incentives=incentives).revenue == pytest.approx(closed, abs=1e-7)


# ── reduced form ────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 1), (2, 1)]))
def test_the_reduced_form_is_the_whole_programme(seed, shape):
    bidders, items = shape
    tables, laws = random_tables(seed, 1, items, types=5)
    whole = optimal(tables[0], laws[0], bidders=bidders, incentives="bayesian")
    found = interim(tables[0], laws[0], bidders=bidders)
    assert found.value == pytest.approx(whole.value, abs=1e-6)
    assert found.bound == pytest.approx(found.value, abs=1e-6)
    assert max(found.lie, found.stay_away, found.oversold) < 1e-7
    for size in range(1, 1 + len(laws[0])):  # Border's inequalities, one by one
        for group in map(list, itertools.combinations(range(len(laws[0])), size)):
            expected = (laws[0][group] * found.allocation[:, group]).sum(axis=1)
            assert (expected <= capacity(laws[0][group].sum(), bidders) + 1e-9).all()


@pytest.mark.parametrize("goal", ["welfare", 0.3, np.array([[[1.0], [0.5]]])])
def test_goals_of_the_reduced_form(goal):
    wide = goal if isinstance(goal, (str, float)) else goal[..., None]
    found = interim(SQUARE, bidders=2, goal=goal)
    whole = optimal(SQUARE, bidders=2, incentives="bayesian", goal=wide)
    assert found.value == pytest.approx(whole.value, abs=1e-6)
    assert max(found.lie, found.stay_away, found.oversold) < 1e-7


def test_one_bidder_either_way():
    values = product(midpoints(6, 2, 3), midpoints(6, 2, 3))
    assert interim(values, bidders=1, demand="unit").value == pytest.approx(optimal(values, demand="unit").value)


def test_coarser_grids_only_help():
    """The first order of sets comes from coarser grids; without it the optimum is the same."""
    from rulewright.design.auctions.interim import _Reduced
    from rulewright.design.auctions.setting import setting

    values = product(midpoints(12), midpoints(12, 0, 2))  # items that differ
    law = np.linspace(1, 2, 144) / np.linspace(1, 2, 144).sum()
    found = interim(values, law, bidders=2)
    alone = _Reduced(setting(values, law, 1, "additive"), 2, "revenue", None)
    alone.solve(1e-8, 1e-8)
    assert found.bound == pytest.approx(alone.bound, abs=1e-7)
    assert found.value == pytest.approx(found.bound, abs=1e-6)


def test_a_coarser_uniform_grid_is_uniform():
    from rulewright.design.auctions.interim import _coarser, _finer

    grids, law = _coarser((midpoints(9), midpoints(4, 1, 3)), np.full((9, 4), 1 / 36), [3, 2])
    assert np.allclose(grids[0], midpoints(3)) and np.allclose(grids[1], midpoints(2, 1, 3))
    assert np.allclose(law, 1 / 6)
    uneven, mass = _coarser((midpoints(9),), np.arange(9) / 36, [4])
    assert mass @ uneven[0] == pytest.approx(np.arange(9) / 36 @ midpoints(9)) and mass.sum() == pytest.approx(1)
    linear = product(*grids) @ np.array([1.0, -2.0])
    fine = _finer(linear[None], grids, (midpoints(9), midpoints(4, 1, 3)))[0].reshape(9, 4)
    middle = (product(midpoints(9), midpoints(4, 1, 3)) @ np.array([1.0, -2.0])).reshape(9, 4)
    assert np.allclose(fine[1:-1, 1:-1], middle[1:-1, 1:-1])  # outside the coarse midpoints it is constant


# ── exact, in words, and by the general programme ───────────────────────────────────────────────────────────────────


def rows_hold(found):
    """Every incentive and participation row in Fractions."""
    counts = found.setting.counts
    for profile in itertools.product(*map(range, counts)):
        assert (found.allocation[(slice(None), slice(None), *profile)].sum(axis=0) <= 1).all()
        for i, table in enumerate(found.types):
            true = profile[i]

            def gets(cell, i=i, mine=table[true]):
                return (mine * found.allocation[(i, slice(None), *cell)]).sum() - found.payments[(i, *cell)]

            assert gets(profile) >= 0
            assert all(gets(profile) >= gets((*profile[:i], r, *profile[i + 1 :])) for r in range(counts[i]))


def test_exact_payments():
    auction = optimal(SQUARE, bidders=2)
    found = auctions.exact(auction)
    rows_hold(found)
    assert found.revenue == F(254, 243) and found.cushion == 0
    assert found.rows == 2 * 81 + 2 * 81 * 9


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_the_cushion_mends_noise(seed):
    """An allocation that is off by a little closes cycles that gain; mixed with the cushion all rows hold again."""
    from dataclasses import replace

    auction = optimal(SQUARE, bidders=2)
    noise = 1e-6 * np.random.default_rng(seed).random(auction.allocation.shape)
    found = auctions.exact(replace(auction, allocation=np.clip(auction.allocation - noise, 0, 1)))
    rows_hold(found)
    assert 0 < found.cushion < 1e-3
    assert float(found.revenue) == pytest.approx(auction.revenue, abs=2e-3)


def by_the_general_programme(values, incentives):
    game = auctions.additive_auction_game(values)
    most = F(3)
    pay = tuple(Payment(p, ("auction",), -most, most) for p in game.players[1:])
    outside = dict.fromkeys(game.players[1:], F(0))
    return solve(game, Rules(payments=pay, money_weight=F(1), incentives=incentives, outside=outside)).value


@pytest.mark.parametrize("incentives", KINDS)
@pytest.mark.parametrize("values", [midpoints(5), product(midpoints(2), midpoints(2))], ids=["2x1", "2x2"])
def test_the_general_programme_agrees(values, incentives):
    found = optimal(values, bidders=2, incentives=incentives).revenue
    assert by_the_general_programme(values, incentives) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "bidders", "demand"),
    [
        (product(midpoints(2), midpoints(2)), 2, "additive"),
        (product(midpoints(3, 2, 3), midpoints(3, 2, 3)), 1, "unit"),
    ],
)
def test_in_words_and_proved(values, bidders, demand):
    from rulewright.verify import claims
    from rulewright.verify.certificate import statement
    from rulewright.verify.prover import prove_all

    found = auctions.exact(optimal(values, bidders=bidders, demand=demand))
    game = auctions.additive_auction_game(values, bidders=bidders)
    words = auctions.mechanism(found)
    induced = words(game)
    play = words.truth(induced)
    assert -play.paid == found.revenue
    outside = {p: [0] * len(t) for p, t in zip(induced.players[1:], induced.types[1:], strict=True)}
    asked = [claims.dominant(), claims.voluntary(outside), claims.budget(-found.revenue)]
    assert all(verdict.holds for verdict in prove_all(asked, statement(game, words.as_data(game), play)))
    assert not prove_all([claims.budget(-found.revenue - F(1, 100))], statement(game, words.as_data(game), play))[
        0
    ].holds


# ── symmetry, and wrong input ───────────────────────────────────────────────────────────────────────────────────────


def test_orbits_are_those_of_the_group():
    """Three bidders and two items alike: orbits of cells (bidder, item, types) under all 3!·2! relabellings."""
    about = optimal(SQUARE[[0, 1, 3, 4]], bidders=3).setting
    swaps = symmetries(about, about.worth())
    assert len(swaps) == 4
    labels = orbits((3, 2, 4, 4, 4), swaps)
    mirror = [0, 2, 1, 3]  # of types (a,a), (a,b), (b,a), (b,b)
    seen = set()
    for i, j, *theta in itertools.product(range(3), range(2), *[range(4)] * 3):
        images = {
            (order[i], j ^ flip, *((mirror[t] if flip else t) for t in np.array(theta)[np.argsort(order)]))
            for order in itertools.permutations(range(3))
            for flip in (0, 1)
        }
        assert len({int(labels[image]) for image in images}) == 1
        seen.add(min(images))
    assert len(np.unique(labels)) == len(seen)


def test_what_is_not_alike_is_not_exchanged():
    law = np.arange(1, 10) / 45
    assert optimal(SQUARE, law, bidders=2).symmetries == 1  # items differ
    assert optimal((SQUARE, SQUARE), (law, law[::-1]), bidders=2).symmetries == 0
    assert optimal(SQUARE, bidders=2, goal=np.array([[[[1.0]], [[2.0]]]] * 2)).symmetries == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"values": SQUARE, "bidders": 0}, InputError),
        ({"values": SQUARE, "demand": "some"}, InputError),
        ({"values": SQUARE, "incentives": "none"}, InputError),
        ({"values": SQUARE, "goal": "fame"}, InputError),
        ({"values": SQUARE, "goal": 2.0}, InputError),
        ({"values": SQUARE, "goal": np.ones((5, 5))}, InputError),
        ({"values": SQUARE, "prior": np.ones(9)}, InputError),
        ({"values": SQUARE, "prior": np.full(8, 1 / 8)}, InputError),
        ({"values": SQUARE[[0, 0]]}, InputError),
        ({"values": SQUARE * np.nan}, InputError),
        ({"values": (SQUARE,), "bidders": 2}, InputError),
        ({"values": (SQUARE, SQUARE[:, :1]), "bidders": 2}, InputError),
        ({"values": product(midpoints(40), midpoints(40)), "bidders": 4}, TooLarge),
    ],
)
def test_wrong_input(arguments, error):
    with pytest.raises(error):
        optimal(**arguments)


def test_what_the_reduced_form_cannot_say():
    for arguments in ({"demand": "unit"}, {"prior": (np.full(9, 1 / 9),) * 2}):
        with pytest.raises(InputError):
            interim(SQUARE, bidders=2, **arguments)
    with pytest.raises(InputError):
        auctions.exact(optimal(SQUARE, bidders=2, incentives="bayesian"))
    with pytest.raises(InputError):
        auctions.mechanism(auctions.exact(optimal(SQUARE, bidders=2, demand="unit")))
    with pytest.raises(InputError):
        auctions.myerson.virtual_values([2.0, 1.0])
