"""Markets: laws of demand, solvers against each other and against closed forms."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import Impossible, InputError, Unsolved
from rulewright.society.markets import linear, pair, proof, stability, tatonnement, worth
from rulewright.society.markets.economy import Economy, demand, excess, spending, utility
from rulewright.society.markets.solve import (
    _value,
    cobb_douglas,
    equilibrium,
    fisher,
    multiple,
    newton,
    owned,
    parts,
    targets,
)
from rulewright.verify import economy_certificate, economy_checker

SEEDS = st.integers(0, 10_000)


def drawn(seed, sigma=None, n=4, k=3):
    rng = np.random.default_rng(seed)
    sigmas = rng.uniform(0.2, 4, n) if sigma is None else np.full(n, sigma)
    return Economy(rng.uniform(0.1, 3, (n, k)), rng.uniform(0.1, 1, (n, k)), sigmas)


def three():
    """After Mas-Colell, Whinston & Green 1995, exercise 15.B: three equilibria."""
    k = F(12, 37)
    unit = np.array([[F(1), F(0)], [F(0), F(1)]])
    return Economy(unit, np.array([[F(1), k], [k, F(1)]]), np.array([F(1, 3)] * 2, dtype=object))


@given(SEEDS, st.sampled_from([None, 0.0, 0.5, 1.0, 2.0]))
@settings(max_examples=40, deadline=None)
def test_walras_and_scale(seed, sigma):
    e = drawn(seed, sigma)
    p = np.random.default_rng(seed + 1).uniform(0.1, 3, 3)
    z = excess(e, p)
    assert abs(p @ z) < 1e-9 * (p @ e.total)
    assert np.allclose(excess(e, 7 * p), z, atol=1e-9)


@given(SEEDS, st.sampled_from([None, 0.0, 0.5, 1.0, 2.0]))
@settings(max_examples=25, deadline=None)
def test_demand_is_best_of_what_is_affordable(seed, sigma):
    """By comparison with many bundles that cost as much: not by the formula of demand."""
    e, rng = drawn(seed, sigma), np.random.default_rng(seed + 1)
    p = rng.uniform(0.1, 3, 3)
    x = demand(e, p)
    _, cost = spending(e, p)
    u = utility(e, x)
    assert np.allclose(u, e.endowment @ p / np.exp(cost))
    for _ in range(100):
        other = rng.dirichlet(np.ones(3), 4) * (e.endowment @ p)[:, None] / p
        assert (utility(e, other) <= u * (1 + 1e-12)).all()
        near = x * (1 + 0.01 * rng.normal(size=x.shape))
        near *= (e.endowment @ p / (near @ p))[:, None]
        assert (utility(e, near) <= u * (1 + 1e-12)).all()


@pytest.mark.parametrize("incomes", [owned, parts(np.array([1.0, 2, 3, 1])), targets(np.array([1.0, 2, 1, 3]))])
def test_slope_is_that_of_differences(incomes):
    e = drawn(3).having(activities=[[-1.0, 0.5, 0.2], [0.3, -1, 0]])
    rng = np.random.default_rng(0)
    logs, b, h = rng.normal(size=3) * 0.3, np.array([1.3, 0.2]), 1e-6
    f, jacobian, _ = _value(e, logs, b, incomes, 0.1)
    for c in range(5):
        step = h * np.eye(5)[c]
        near = _value(e, logs + step[:3], b + step[3:], incomes, 0.1)[0]
        assert np.allclose((near - f) / h, jacobian[:, c], atol=1e-4)


@given(SEEDS, st.sampled_from([None, 0.5, 1.0, 2.0]))
@settings(max_examples=25, deadline=None)
def test_equilibrium_clears_and_beats_autarky(seed, sigma):
    e = drawn(seed, sigma)
    found = equilibrium(e)
    assert np.abs(excess(e, found.prices)).max() < 1e-6
    assert (found.utility >= utility(e, e.endowment) * (1 - 1e-9)).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_gross_substitutes_have_one_equilibrium_to_which_prices_go(seed):
    rng = np.random.default_rng(seed)
    e = drawn(seed, float(rng.uniform(1, 3)))
    assert e.substitutes
    found = equilibrium(e)
    for _ in range(3):
        start = np.exp(rng.normal(size=3))
        other = newton(e, start=start)
        assert np.allclose(other.prices, found.prices, atol=1e-8)
        went = tatonnement.steps(e, start)
        assert went.arrived and np.allclose(went.prices[-1], found.prices, atol=1e-5)
    assert stability.returns(e, found.prices) and stability.index(e, found.prices) == 1


def test_cobb_douglas_is_exact_and_knows_no_units():
    rng = np.random.default_rng(5)
    owns = [[F(int(v)) for v in row] for row in rng.integers(1, 9, (5, 4))]
    shares = [[F(int(v)) for v in row] for row in rng.integers(1, 9, (5, 4))]
    e = Economy(np.array(owns), np.array(shares), np.array([F(1)] * 5, dtype=object))
    p = cobb_douglas(e)
    assert np.allclose([float(v) for v in p], equilibrium(e).prices, atol=1e-10)
    wanted = [sum(e.shares[i, j] * sum(e.endowment[i] * p) / p[j] for i in range(5)) for j in range(4)]
    assert wanted == list(e.total)  # exactly
    assert cobb_douglas(e.having(endowment=3 * e.endowment)) == p
    other = cobb_douglas(e.having(endowment=e.endowment * np.array([F(2), F(1), F(1), F(1)])))
    assert other[0] * 2 * p[1] == p[0] * other[1]  # goods in half units cost half


def test_three_equilibria_and_their_indices():
    e = three()
    roots = pair.all_equilibria(e)
    assert [r.index for r in roots] == [1, -1, 1]
    assert np.allclose([r.ratio for r in roots], [27 / 64, 1, 64 / 27], rtol=1e-10)
    for root in roots:
        found = newton(e, start=np.array([root.ratio, 1]))
        assert stability.index(e, found.prices) == root.index
        assert stability.returns(e, found.prices) is (root.index == 1)
        exact = proof.exactly(e, found)
        assert exact.clearing == 0 and exact.root == 3


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_all_roots_are_those_of_a_fine_grid(seed):
    rng = np.random.default_rng(seed)
    e = Economy(rng.uniform(0, 1, (3, 2)) ** 3 + 1e-3, rng.uniform(0, 1, (3, 2)) ** 3 + 1e-3, rng.uniform(0.1, 2, 3))
    roots = pair.all_equilibria(e)
    assert sum(r.index for r in roots) == 1
    z = pair.excess_of_first(e, np.exp(np.linspace(-25, 25, 40_001)))
    assert len(roots) >= int((z[:-1] * z[1:] < 0).sum())
    for r in roots:
        assert abs(pair.excess_of_first(e, r.ratio)[0]) < 1e-8 * max(1, 1 / r.ratio)


def test_scarf_circles():
    e = tatonnement.scarf()
    start = np.array([1.3, 0.9, 0.8])
    path = tatonnement.flow(e, start, time=30)
    assert not path.arrived and path.excess.min() > 0.05
    assert np.allclose((path.prices**2).sum(axis=1), (start**2).sum(), rtol=1e-7)
    assert np.allclose(path.prices.prod(axis=1), start.prod(), rtol=1e-7)
    assert np.allclose(equilibrium(e).prices, 1 / 3)  # Newton finds what the flow does not


@given(SEEDS, st.sampled_from([None, 0.5, 2.0]))
@settings(max_examples=15, deadline=None)
def test_fisher_maximises_the_nash_product(seed, sigma):
    """Against random feasible allocations, and moves from the optimum."""
    e, rng = drawn(seed, sigma), np.random.default_rng(seed + 1)
    best = worth.nash(fisher(e).utility)
    x = fisher(e).bundles
    for _ in range(60):
        other = rng.dirichlet(np.ones(4), 3).T * e.total
        moved = x * np.exp(0.03 * rng.normal(size=x.shape))
        moved *= e.total / moved.sum(axis=0)
        assert worth.nash(utility(e, other)) <= best * (1 + 1e-9)
        assert worth.nash(utility(e, moved)) <= best * (1 + 1e-9)


@given(SEEDS, st.sampled_from([None, 0.5, 1.0, 2.0]))
@settings(max_examples=15, deadline=None)
def test_nobody_gains_from_an_equilibrium_and_all_from_elsewhere(seed, sigma):
    e = drawn(seed, sigma)
    assert abs(multiple(e, equilibrium(e).utility)[0] - 1) < 1e-6
    u = utility(e, e.endowment)
    t, found = multiple(e, u)
    assert t >= 1 - 1e-9 and np.allclose(found.utility, t * u, rtol=1e-6)
    assert (found.bundles.sum(axis=0) <= e.total * (1 + 1e-6)).all()


def test_production_makes_no_profit_and_respects_capacity():
    """Wheat from land, of which there is 3: the activity runs at 3, and land earns what is left."""
    e = Economy([[10, 0, 3], [10, 0, 0]], [[0.5, 0.5, 0], [0.5, 0.5, 0]], 1.0, [[-1, 1, -1]])
    found = equilibrium(e)
    assert np.isclose(found.levels[0], 3)
    assert abs((e.activities @ found.prices)[0]) < 1e-9 and found.prices[2] > 0
    # closed form: half of all income on each; labour left 17, wheat 3: p_wheat/p_labour = 17/3, land 14/3
    assert np.allclose(found.prices[1:] / found.prices[0], [17 / 3, 14 / 3])
    idle = equilibrium(e.having(activities=[[-1.0, 0.01, -1.0]], endowment=[[10, 5, 3], [10, 5, 0]]))
    assert idle.levels[0] < 1e-7


def test_wrong_economies_are_refused():
    with pytest.raises(InputError, match="one shape"):
        Economy([[1, 2]], [[1]], 1.0)
    with pytest.raises(InputError, match="endowment"):
        Economy([[1, float("nan")]], [[1, 1]], 1.0)
    with pytest.raises(InputError, match="wants"):
        Economy([[1, 1]], [[0, 0]], 1.0)
    with pytest.raises(InputError, match="none"):
        Economy([[1, 0]], [[1, 1]], 1.0)
    with pytest.raises(InputError, match="linear"):
        excess(Economy([[1, 1]], [[1, 1]], np.inf), np.ones(2))
    with pytest.raises(InputError, match="Cobb–Douglas"):
        cobb_douglas(drawn(0))
    with pytest.raises(Impossible):
        cobb_douglas(Economy(np.array([[F(1), 0], [0, F(1)]]), np.array([[F(1), 0], [0, F(1)]]), np.array([F(1)] * 2)))
    with pytest.raises(InputError, match="two goods"):
        pair.all_equilibria(drawn(0))
    with pytest.raises(Unsolved):
        pair.all_equilibria(Economy([[1, 0], [0, 1]], [[1, 0], [0, 1]], 1.0))
    with pytest.raises(InputError, match="prices above 0"):
        tatonnement.steps(drawn(0), np.array([1, -1, 1]))


def test_measures_by_hand():
    assert worth.gini(np.array([1.0, 1, 1])) == pytest.approx(0)
    assert worth.gini(np.array([0.0, 0, 3])) == pytest.approx(2 / 3)
    assert worth.nash(np.array([1.0, 4])) == pytest.approx(2)
    same = Economy([[2, 0], [0, 2]], [[1, 1], [1, 1]], 1.0)
    assert np.allclose(worth.best(same), [2, 2])  # one of each: (1/½)^½ (1/½)^½ = 2


def test_utility_of_linear_tastes_and_of_nothing():
    e = Economy([[1, 1], [1, 1], [1, 1]], [[1, 3], [1, 1], [1, 1]], np.array([np.inf, 0.5, 2.0]))
    u = utility(e, np.array([[4.0, 4], [0, 5], [0, 5]]))
    assert np.allclose(u, [4, 0, 2.5])  # linear; a wanted good is missing; (½·(5/½)^½)² = 2.5


@pytest.mark.parametrize("seed", range(12))
def test_linear_tastes_in_rationals(seed):
    """The checker, which knows no solver, accepts what is found; where none is found that is said."""
    rng = np.random.default_rng(seed)
    n, k = [(2, 2), (3, 3), (5, 4), (8, 6)][seed % 4]
    owns, shares = (np.array([[F(int(v)) for v in row] for row in rng.integers(1, 30, (n, k))]) for _ in range(2))
    e = Economy(owns, shares, np.full(n, np.inf))
    exact = linear.exchange(e)
    names = [[f"{letter}{m}" for m in range(size)] for letter, size in (("g", k), ("c", n))]
    about = economy_certificate.about(*names, e.endowment, e.shares, list(e.elasticity))
    claims = [proof.claimed(exact), proof.efficient(e, exact)]
    assert all(v.holds for v in economy_checker.check(economy_certificate.certificate(about, claims)))


def test_linear_tastes_by_hand():
    """Each owns one of each and wants another good twice as much: prices are equal, and they specialise."""
    e = Economy(np.array([[F(1)] * 2] * 2), np.array([[F(2), F(1)], [F(1), F(2)]]), np.full(2, np.inf))
    exact = linear.exchange(e)
    assert exact.prices == [F(1, 2), F(1, 2)] and exact.bundles == [[2, 0], [0, 2]]
    with pytest.raises(InputError, match="linear"):
        linear.exchange(drawn(0))


def test_prices_far_from_one_neither_hide_roots_nor_make_them_up():
    """One consumer with elasticity σ, who must be content with (ω_1, ω_2): r = (α_1 ω_2/(α_2 ω_1))^(1/σ), however large."""
    for owned_, shares, sigma in (
        ([0.24, 1.48], [0.91, 0.76], 0.027),
        ([0.49, 0.15], [4.18, 0.077], 0.0456),
        ([1.3, 0.85], [7.75, 0.36], 0.0454),
    ):
        found = pair.all_equilibria(Economy(np.array([owned_]), np.array([shares]), np.array([sigma])))
        wanted = np.log(shares[0] * owned_[1] / shares[1] / owned_[0]) / sigma
        assert [root.index for root in found] == [1]
        assert np.log(found[0].ratio) == pytest.approx(wanted, rel=1e-9)


def test_a_good_that_somebody_wants_is_not_left_over_at_a_price_of_nothing():
    """After Arrow 1951: who wants only a good owns all of it, and who wants both has only the other: there is no equilibrium."""
    with pytest.raises(Unsolved):
        equilibrium(Economy(np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 1.0]]), np.full(2, 2.0)))


def test_what_was_not_found_is_not_nothing(monkeypatch):
    monkeypatch.setattr(worth, "most", lambda economy, u: (float("nan"), None))
    economy = drawn(1)
    measures = worth.measured(economy, utility(economy, economy.endowment), (1.0, 1.0))
    assert np.isnan(measures["gap"])
    assert np.isnan(measures["used"])


def test_where_any_price_clears_there_is_no_index():
    edge = Economy(np.eye(2), np.ones((2, 2)), np.zeros(2))
    for p in ([0.2, 0.8], [0.6, 0.4]):
        assert stability.index(edge, np.array(p)) == 0
        assert stability.returns(edge, np.array(p)) is None


def test_a_bound_is_rounded_up_and_never_down():
    for x in (F(10**20 + 1, 10**29), F(1, 10**400), F(1), F(3, 10**5), F(10**300 + 1)):
        ten = proof.rounded_up(x)
        assert x <= ten < 10 * x
