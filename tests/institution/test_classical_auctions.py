"""Auctions and Groves mechanisms: prices by hand, optimal revenue by an independent formula, VCG against brute force."""

import dataclasses
import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError
from rulewright.game.play import Play
from rulewright.institution.classical import (
    AGV,
    VCG,
    FirstPrice,
    Myerson,
    PostedPrice,
    TradeAt,
    Vickrey,
    myerson_revenue,
    vcg_assignment,
    vcg_combinatorial,
    virtual_values,
)
from rulewright.institution.classical import settings as games
from rulewright.institution.classical.direct import valuations
from rulewright.numerics.linprog import Programme
from rulewright.testing import institution_laws


def sold(mechanism, setting, reports):
    """(decision label, payments) at a profile of report labels."""
    game = setting.game
    at = tuple(game.types[1 + k].index(str(r)) for k, r in enumerate(reports))
    strategy, amounts = mechanism.rule(game)
    return game.actions[0][int(strategy[at].argmax())], [amounts[(k, *at)] for k in range(len(reports))]


def test_who_wins_and_pays_what():
    one, two = games.item(3, (1, 2, 3, 5)), games.item(3, (1, 2, 3, 5), units=2)
    assert sold(Vickrey(), one, (2, 5, 3)) == ("bidder 2 wins", [0, -3, 0])
    assert sold(Vickrey(reserve=4), one, (2, 5, 3)) == ("bidder 2 wins", [0, -4, 0])
    assert sold(Vickrey(reserve=4), one, (2, 3, 3)) == ("nobody", [0, 0, 0])
    assert sold(Vickrey(), one, (3, 3, 1)) == ("bidder 1 wins", [-3, 0, 0])
    assert sold(Vickrey(), two, (2, 5, 3)) == ("bidder 2 and bidder 3", [0, -2, -2])
    assert sold(FirstPrice(), two, (2, 5, 3)) == ("bidder 2 and bidder 3", [0, -5, -3])
    assert sold(PostedPrice(3), one, (2, 5, 3)) == ("bidder 2 wins", [0, -3, 0])
    # uniform on 1, 2, 3, 5: φ = −2, 0, 1, 5; at 3 bidder 2 ties with bidder 3 and is first
    assert sold(Myerson(), one, (2, 5, 3)) == ("bidder 2 wins", [0, -3, 0])
    assert sold(Myerson(), one, (2, 3, 5)) == ("bidder 3 wins", [0, 0, -5])
    assert sold(Myerson(), one, (1, 1, 1)) == ("nobody", [0, 0, 0])


def test_virtual_values_by_hand():
    assert virtual_values([1, 2, 3], [F(1, 3)] * 3).tolist() == [-1, 1, 3]
    # 1 w.p. 1/2, 2 w.p. 1/10, 6 w.p. 4/10: 1 − 1·1 = 0; 2 − 4·4 = −14; 6. Pooled over the first two: −(14/10)/(6/10)
    plain = virtual_values([1, 2, 6], [F(1, 2), F(1, 10), F(2, 5)], ironed=False)
    assert plain.tolist() == [0, -14, 6]
    assert virtual_values([1, 2, 6], [F(1, 2), F(1, 10), F(2, 5)]).tolist() == [F(-7, 3), F(-7, 3), 6]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.data())
def test_ironed_values_are_slopes_of_the_hull_of_revenue(weights, data):
    n = len(weights)
    values = sorted(data.draw(st.lists(st.integers(0, 30), min_size=n, max_size=n, unique=True)))
    law = [F(w, sum(weights)) for w in weights]
    # revenue R(q) = v·q at the chances q of a value of at least v; the least concave function above it, at every chance
    points = [(F(0), F(0)), *((sum(law[k:]), values[k] * sum(law[k:])) for k in reversed(range(n)))]

    def hull(q):
        below = [(a, b) for a in points for b in points if a[0] <= q <= b[0] and a[0] < b[0]]
        return max(a[1] + (b[1] - a[1]) * (q - a[0]) / (b[0] - a[0]) for a, b in below)

    chances = [sum(law[k:]) for k in range(n)] + [F(0)]
    slopes = [(hull(chances[k]) - hull(chances[k + 1])) / law[k] for k in range(n)]
    assert virtual_values(values, law).tolist() == slopes


@pytest.mark.parametrize(("bidders", "grid"), [(1, 6), (2, 4), (3, 3)])
def test_optimal_revenue_is_what_the_auction_takes(bidders, grid):
    values = [F(2 * k + 1, 2 * grid) for k in range(grid)]
    game = games.item(bidders, values).game
    _, amounts = Myerson().rule(game)
    assert -(amounts.sum(axis=0) * game.prior[0]).sum() == myerson_revenue(values, [F(1, grid)] * grid, bidders)


def optimum_by_programme(values, law):
    """Optimal revenue from two bidders by a linear programme over dominant, voluntary rules: knows no virtual values."""
    n = len(values)
    v, p = np.array(values, float), np.array([float(x) for x in law])
    both = np.outer(p, p)
    lp = Programme()
    win = lp.add_columns((2, n, n), upper=1)
    pay = lp.add_columns((2, n, n), lower=-np.inf, cost=np.stack([both, both]))
    once = lp.add_rows((n, n), upper=1)
    lp.put(once[None], win, 1.0)
    for x, t in ((win[0], pay[0]), (win[1].T, pay[1].T)):  # [own report, the other's report]
        rows = lp.add_rows((n, n, n), lower=0)  # type, lie, the other's report
        worth = v[:, None, None]
        lp.put(rows, x[:, None, :], worth)
        lp.put(rows, t[:, None, :], -1.0)
        lp.put(rows, x[None, :, :], -worth)
        lp.put(rows, t[None, :, :], 1.0)
        stay = lp.add_rows((n, n), lower=0)
        lp.put(stay, x, v[:, None])
        lp.put(stay, t, -1.0)
    return lp.solve(maximise=True).value


@pytest.mark.parametrize(
    ("values", "law"),
    [
        ((1, 2, 3), (F(1, 3),) * 3),
        ((1, 2, 6), (F(1, 2), F(1, 10), F(2, 5))),
        ((2, 3, 4, 7), (F(1, 8), F(5, 8), F(1, 8), F(1, 8))),
    ],
)
def test_optimal_revenue_by_a_programme(values, law):
    assert float(myerson_revenue(values, law, 2)) == pytest.approx(optimum_by_programme(values, law))
    game = games.item(2, values, prior=law).game
    _, amounts = Myerson().rule(game)
    assert -(amounts.sum(axis=0) * game.prior[0]).sum() == myerson_revenue(values, law, 2)


def test_no_other_reserve_does_better():
    values = [F(2 * k + 1, 8) for k in range(4)]
    game = games.item(2, values).game
    best = max(-(Vickrey(reserve=v).rule(game)[1].sum(axis=0) * game.prior[0]).sum() for v in values)
    assert best <= myerson_revenue(values, [F(1, 4)] * 4, 2)
    assert best > -(Vickrey().rule(game)[1].sum(axis=0) * game.prior[0]).sum()


@pytest.mark.parametrize(
    ("mechanism", "setting"),
    [
        (Vickrey(), games.item(2, (0, 1, 4))),
        (VCG(), games.project()),
        (AGV(), games.project(2, (0, 2), 2)),
        (TradeAt(1), games.trade()),
    ],
    ids=lambda x: getattr(x, "grid", None) or x.describe(),
)
def test_words_and_arrays_agree(mechanism, setting):
    """What the induced game says a truthful profile is worth is what the arrays say."""
    game = setting.game
    induced = mechanism(game)
    play = mechanism.truth(induced)
    strategy, amounts = mechanism.rule(game)
    for k, v in enumerate(valuations(game)):
        shape = [1] * strategy.ndim
        shape[k], shape[-1] = v.shape
        worth = (v.reshape(shape) * strategy).sum(axis=-1) + amounts[k]
        assert play.values[1 + k] == (worth * game.prior[0]).sum()
        assert play.transfers[1 + k] == (amounts[k] * game.prior[0]).sum()
    assert isinstance(play, Play)
    institution_laws(mechanism, game)


def random_bids(seed, bidders=3, items=3, each=3):
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(bidders), each)
    return who, rng.random((len(who), items)) < 0.5, rng.integers(0, 20, len(who))


def best_by_hand(who, wants, offers, but=None):
    """The largest sum of compatible bids, by trying every choice of at most one bid for each bidder."""
    menus = [[None, *np.flatnonzero(who == i)] if i != but else [None] for i in range(who.max() + 1)]
    best = 0
    for chosen in itertools.product(*menus):
        bids = [b for b in chosen if b is not None]
        if not bids or wants[bids].sum(axis=0).max() <= 1:
            best = max(best, int(offers[bids].sum()) if bids else 0)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_combinatorial_vcg_against_brute_force(seed):
    who, wants, offers = random_bids(seed)
    found = vcg_combinatorial(who, wants, offers)
    assert found.welfare == pytest.approx(best_by_hand(who, wants, offers))
    assert wants[found.won].sum(axis=0).max(initial=0) <= 1
    assert np.bincount(who[found.won], minlength=3).max() <= 1
    for i in range(3):
        own = offers[found.won & (who == i)].sum()
        pays = best_by_hand(who, wants, offers, but=i) - (best_by_hand(who, wants, offers) - own)
        assert found.payments[i] == pytest.approx(pays)


@pytest.mark.parametrize("seed", range(6))
def test_assignment_prices_are_vcg_payments(seed):
    rng = np.random.default_rng(seed)
    values = rng.random((4, 3))
    gets, prices = vcg_assignment(values)
    who, item = (x.ravel() for x in np.indices(values.shape))
    found = vcg_combinatorial(who, np.eye(3, dtype=bool)[item], values.ravel())
    assert sorted(zip(who[found.won], item[found.won], strict=True)) == [(i, k) for i, k in enumerate(gets) if k >= 0]
    assert prices == pytest.approx(found.payments, abs=1e-6)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Vickrey()(games.trade().game), "value of at least 0 where it wins"),
        (lambda: TradeAt(1)(games.item().game), "settings.trade"),
        (lambda: VCG("no deal")(games.trade().game), "no trade"),
        (lambda: games.item(2, (3, 1)), "increasing"),
        (lambda: virtual_values([1, 1], [F(1, 2)] * 2), "increasing"),
        (lambda: vcg_combinatorial([0], [[1]], [-1]), "at least 0"),
        (lambda: vcg_combinatorial([0, 1], [[1]], [1]), "one entry for each bid"),
        (lambda: vcg_assignment([1, 2]), "bidder, item"),
    ],
)
def test_refusals_say_what_was_needed(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_correlated_types_have_no_expected_externality():
    game = games.project(2, (0, 2), 2).game
    prior = game.prior.copy()
    prior[0] = [[F(1, 2), F(0)], [F(0), F(1, 2)]]
    with pytest.raises(InputError, match="independently"):
        AGV()(dataclasses.replace(game, prior=prior))
