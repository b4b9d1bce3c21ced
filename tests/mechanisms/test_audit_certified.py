"""Certified regret: cells over the continuum, programmes at profiles, certificates on grids; each against brute force."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from test_audit import Said, first_price

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms import Exponential, Uniform, auction, bundle_auction
from rulewright.mechanisms.audit import Effort, attack, audit
from rulewright.mechanisms.audit.audited import BOUNDED, PROVED
from rulewright.mechanisms.audit.cells import Cells, certify, rounded
from rulewright.mechanisms.audit.discretise import discretised
from rulewright.mechanisms.audit.distil import distilled
from rulewright.mechanisms.audit.nets import Layers, Net, shares, sparsemax
from rulewright.mechanisms.audit.programme import best_lie, certify_profiles
from rulewright.mechanisms.audit.watched import Watched
from rulewright.mechanisms.itemwise import myerson_uniform
from rulewright.verify import formats

LIGHT = Effort(random=200, shades=11, points=21, sweeps=2, corners=4, kept=4, steps=60)


def test_first_price_on_cells_has_the_regret_of_its_closed_form():
    """Rounded down to k/10: from just under 1 against a rival in the lowest cell, saying the second cell pays .1 instead of .9."""
    table = rounded(Said(auction(2, 1), first_price), 10)
    found = certify(table)
    # bidder 1 wins the tie in the lowest cell: it gets the item for nothing, where truth left 1 − .9
    assert found.regret == pytest.approx(0.9, abs=1e-9) and found.regret >= 0.9 and found.grade == PROVED
    assert found.worst.gain == pytest.approx(0.9, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_cells_are_certified_as_brute_force_says(seed):
    rng = np.random.default_rng(seed)
    there = auction(2, 2)
    edges = tuple(tuple(np.r_[0, np.sort(rng.random(1)), 1] for _ in range(2)) for _ in range(2))
    shape = (4, 4, 2, 2)
    table = Cells(there, edges, rng.random(shape) / 2, rng.random(shape[:3]))
    found, best = certify(table), 0.0
    for i in range(2):
        for cells in product(range(4), repeat=2):
            ends = [(edges[i][j][k], edges[i][j][k + 1]) for j, k in enumerate(divmod(cells[i], 2))]
            for corner in product(*ends):
                for lie in range(4):
                    other = (lie, cells[1]) if i == 0 else (cells[0], lie)
                    x, p = (a[other][i] - a[cells][i] for a in (table.allocation, table.payments))
                    best = max(best, float(np.dot(corner, x) - p))
    assert found.regret == pytest.approx(best, abs=1e-11) and found.regret >= best
    searched = audit(table, profiles=2000, attacked=50, suspects=20, strong=LIGHT, certified=found)
    assert 0.5 * best < searched.worst.gain <= found.regret and searched.regret_certified == found.regret
    assert found.worst.gain == pytest.approx(best, abs=1e-6)


def test_constant_prices_on_cells_are_truthful_everywhere():
    """A price of ½ with an edge at ½: no type in any cell gains."""
    there, half = auction(1, 1), Fraction(1, 2)
    edges = ((np.array([Fraction(0), half, Fraction(1)], dtype=object),),)
    table = Cells(there, edges, np.array([[[0.0]], [[1.0]]]), np.array([[0.0], [0.5]]))
    found = certify(table)
    assert found.regret < 1e-12 and found.worst is None
    dear = Cells(there, edges, table.allocation, np.array([[0.0], [0.25]]))
    assert certify(dear).regret == pytest.approx(0.25)  # whoever is worth just under a half should say more


def test_rounding_keeps_participation():
    table = rounded(myerson_uniform(auction(2, 2)), 4)
    found = audit(table, profiles=2000, attacked=50, suspects=0, strong=LIGHT)
    assert found.voluntary.count == 0 and found.feasible.count == 0


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    z = np.random.default_rng(0).normal(size=(50, 4))
    x = sparsemax(z)
    assert np.allclose(x.sum(-1), 1) and (x >= 0).all() and (x == 0).any()
    for other in np.random.default_rng(1).dirichlet(np.ones(4), 200):
        assert (((z - x) ** 2).sum(-1) <= ((z - other) ** 2).sum(-1) + 1e-12).all()


def small_net(bidders, items, seed=0, units=(5, 5)):
    rng = np.random.default_rng(seed)

    def layers(out):
        widths = (bidders * items, *units, out)
        pairs = list(pairwise(widths))
        return Layers(tuple(rng.normal(0, 1, (b, a)) for a, b in pairs), tuple(rng.normal(0, 0.3, b) for _, b in pairs))

    there = auction(bidders, items)
    return Net(there, layers((bidders + 1) * items), layers(bidders), "relu", "sparsemax", "linear")


@pytest.mark.parametrize(("bidders", "items"), [(1, 1), (1, 2), (2, 2)])
def test_a_programme_finds_what_a_fine_grid_finds_and_no_less(bidders, items):
    net = small_net(bidders, items, seed=bidders + items)
    types = net.environment.profiles(1, 5)
    agent = bidders - 1
    found = best_lie(net, types[0], agent)
    axes = np.stack([a.ravel() for a in np.meshgrid(*[np.linspace(0, 1, 101)] * items)], axis=1)
    watched = Watched(net)
    got = watched.lying(types, agent, np.concatenate([types[:, agent][:, None], axes[None]], axis=1))[0]
    assert found.bound >= got.max() - got[0] and found.bound >= found.found
    assert found.bound - found.found < 2e-4  # the bound is attained by a lie in hand
    assert found.found >= got.max() - got[0] - 2e-5


def test_programmes_at_random_profiles_are_bounded_with_confidence():
    net = small_net(1, 2, seed=9, units=(4,))
    found = certify_profiles(net, profiles=4)
    assert found.certified.grade == BOUNDED and "52.71%" in found.certified.scope  # 1 − .05^(1/4)
    assert found.certified.regret == max(a.bound for a in found.each) >= found.mean
    lies = attack(Watched(net), net.environment.profiles(4, 0), 0, LIGHT)
    assert (lies.gains <= np.array([a.bound for a in found.each])).all()


def test_a_pupil_learns_its_teacher():
    teacher = myerson_uniform(auction(1, 1))
    net = distilled(teacher, hidden=(16, 16), steps=500)
    types = teacher.environment.profiles(2000, 7)
    a, b = net.outcome(types), teacher.outcome(types)
    assert np.abs(a.decision - b.decision).mean() < 0.05 and np.abs(a.payments - b.payments).mean() < 0.05
    assert net.piecewise_linear


def test_unit_demand_heads_give_nobody_two_items():
    z = np.random.default_rng(0).normal(size=(100, 3 * 4 + 2 * 5)) * 3
    x = shares(z, 2, 4, "unit")
    assert x.shape == (100, 2, 4) and (x.sum(-1) <= 1 + 1e-12).all() and (x.sum(-2) <= 1 + 1e-12).all()


def test_a_grid_of_a_truthful_auction_is_certified_and_checked():
    found = discretised(myerson_uniform(auction(2, 1)), 4)
    assert found.slack == 0 and found.revenue == Fraction(27, 64) and all(p.holds for p in found.proved)
    assert [(v.claim, v.holds) for v in formats.check(found.certificate)] == [("dominant", True), ("voluntary", True)]


def test_a_grid_of_first_price_is_refuted_with_a_counterexample():
    found = discretised(Said(auction(2, 1), first_price), 4)
    truthful, voluntary = found.proved
    assert not truthful.holds and "gains 3/4" in truthful.says and found.slack == Fraction(3, 4) and voluntary.holds
    assert [v.claim for v in formats.check(found.certificate)] == ["voluntary"]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda: rounded(myerson_uniform(auction(2, 1)), 0), InputError),
        (lambda: rounded(myerson_uniform(auction(2, 2)), 100), TooLarge),
        (lambda: rounded(Said(auction(1, 1, law=Exponential()), first_price), 3), InputError),
        (lambda: Cells(auction(1, 1), ((np.array([0.0, 0.5]),),), np.zeros((1, 1, 1)), np.zeros((1, 1))), InputError),
        (lambda: Cells(auction(1, 1), ((np.array([0.0, 1.0]),),), np.zeros((2, 1, 1)), np.zeros((2, 1))), InputError),
        (lambda: discretised(myerson_uniform(auction(3, 2)), 4), TooLarge),
        (lambda: discretised(Said(bundle_auction((Uniform(),), 1), first_price)), InputError),
        (lambda: best_lie(Net(*_parts(), "tanh"), np.zeros((1, 1)), 0), InputError),
        (lambda: Net(*_parts(), head="argmax"), InputError),
        (lambda: Net(auction(2, 1), *_parts()[1:]), InputError),
        (lambda: distilled(myerson_uniform(auction(1, 1)), hidden=()), InputError),
    ],
)
def test_what_cannot_be_certified_is_told(wrong, kind):
    with pytest.raises(kind, match="needed"):
        wrong()


def _parts():
    return auction(1, 1), Layers((np.ones((2, 1)),), (np.zeros(2),)), Layers((np.ones((1, 1)),), (np.zeros(1),))
