"""The theorem with noise against the game itself, and against what its two numbers are the worst of."""

import math

import numpy as np
import pytest

from rulewright.behaviour.nash.pure import pure_profiles
from rulewright.competition.evaluation import noise
from rulewright.competition.evaluation.selection import game, offered, residual, worst
from rulewright.competition.rivals.selection import best_ai
from rulewright.competition.rivals.setting import Rivals
from rulewright.errors import InputError, TooLarge

RULES = [
    noise.Softmax(12.0),
    noise.Probit(0.12),
    noise.Sampled(40),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.describe())
@pytest.mark.parametrize("k", [2, 3, 5])
def test_e_and_kappa_are_never_exceeded(rule, k):
    rng = np.random.default_rng(k)
    values = rng.random((400, k)) * rng.random((400, 1))
    q = rule.chances(values)
    assert (values.max(axis=1) - (q * values).sum(axis=1) <= rule.regret(k) + 1e-9).all()
    first = np.argsort(-values, axis=1)[:, :2]
    lead = values[np.arange(400), first[:, 0]] - values[np.arange(400), first[:, 1]]
    missed = 1 - q[np.arange(400), first[:, 0]]
    assert all(m <= rule.ahead(t, k) + 1e-9 for m, t in zip(missed, lead, strict=True))


@pytest.mark.parametrize("k", [2, 3, 6])
def test_softmax_regret_is_attained(k):
    rule = noise.Softmax(20.0)
    r = rule.regret(k)
    values = np.append(np.full(k - 1, 1 - r - 1 / 20), 1.0)
    q = rule.chances(values)
    assert 1 - q @ values == pytest.approx(r, abs=1e-12)


def instance(rng, k=2, size=0.6):
    """Exactly in the hull: u + d_i with Σ d_i = 0; three states, three actions."""
    p, u = rng.dirichlet(np.ones(3)), rng.random((3, 3))
    d = size * rng.normal(size=(k, 3, 3))
    return Rivals.of(p, u, u + d - d.mean(axis=0))


def test_no_equilibrium_is_worse_than_the_theorem_says():
    """10 random markets of two AIs, ρ = 0, three softmax rules, seed 11; some lose to noise, as without it none would."""
    rng, lost = np.random.default_rng(11), 0
    for _ in range(10):
        rivals = instance(rng)
        weight = sum(0.5 * float(np.ptp(b)) for b in rivals.bobs)
        for beta in (10.0, 40.0, 160.0):
            rule = noise.Softmax(beta)
            found = worst(rivals, rule, grids=(11,))
            said = noise.guarantee(found.opt, 0.0, 2, rule, weight=weight, uninformed=found.uninformed)
            if found.equilibria:
                assert found.value >= said.value - found.residual - 1e-6
                lost += found.loss > 1e-3
            assert said.value >= found.uninformed - 1e-9
    assert lost > 3


def test_three_ais_and_normal_errors():
    rng = np.random.default_rng(2)
    rivals = instance(rng, k=3)
    rule = noise.Probit(0.05)
    found = worst(rivals, rule, grids=(9, 15))
    said = noise.guarantee(
        found.opt, 0.0, 3, rule, weight=sum(float(np.ptp(b)) for b in rivals.bobs) / 3, uninformed=found.uninformed
    )
    assert found.value >= said.value - found.residual - 1e-6


def test_sharp_selection_without_noise_loses_nothing_in_the_hull():
    rng = np.random.default_rng(3)
    for _ in range(3):
        rivals = instance(rng)
        assert float(best_ai(rivals).loss) < 1e-7
        losses = [worst(rivals, noise.Softmax(beta), grids=(11,)).loss for beta in (20.0, 2000.0)]
        assert losses[1] <= losses[0] + 1e-3 and losses[1] < 0.02


def test_equilibria_are_those_of_the_house():
    rng = np.random.default_rng(1)
    rivals, rule = instance(rng), noise.Softmax(15.0)
    offers = offered(rivals, 9)
    made = game(offers, rule)
    found = pure_profiles(made)
    values = offers.values[found]
    lowest = (rule.chances(values) * values).sum(axis=1).min()
    assert worst(rivals, rule, grids=(9,)).value == pytest.approx(lowest, abs=1e-9)
    for profile in found:
        assert residual(offers, rule, profile) <= 1e-8


def test_types_of_alice_go_into_plans():
    """One type of chance 1 and another that never differs: the same answer as without types."""
    rng = np.random.default_rng(5)
    plain = instance(rng)
    split = Rivals.of(
        np.repeat(plain.prior / 2, 2, axis=1), np.repeat(plain.alice, 2, axis=1), np.repeat(plain.bobs, 2, axis=2)
    )
    a, b = (worst(r, noise.Softmax(10.0), grids=(7,)) for r in (plain, split))
    assert a.opt == pytest.approx(b.opt) and a.uninformed == pytest.approx(b.uninformed)
    assert offered(plain, 5).worth[0, :, 0] == pytest.approx(offered(split, 5).worth[0, :, 0], abs=1e-6)


def test_more_items_buy_more_and_in_the_end_all():
    losses = [noise.guarantee(1, 0.05, 3, noise.Sampled(n)).loss for n in (10, 100, 1000, 10**4, 10**6)]
    assert losses == sorted(losses, reverse=True) and losses[0] > 0.4 and losses[-1] == pytest.approx(0.05)
    assert noise.guarantee(1, 0.05, 1, noise.Sampled(1)).loss == pytest.approx(0.05)
    assert "OPT less" in noise.guarantee(1, 0.05, 3, noise.Sampled(50)).describe()


def test_the_bound_is_the_minimum_over_t():
    rule, k, rho, weight = noise.Softmax(30.0), 3, 0.02, 2.0
    t = np.linspace(0, 1, 20001)
    direct = min(max(rho + weight * rule.deviator(x, k), x + rule.regret(k)) for x in t)
    assert noise.guarantee(1, rho, k, rule, weight=weight).loss == pytest.approx(direct, abs=1e-4)


def test_an_error_bound_gives_a_maximum_not_a_sum():
    assert noise.within_error(0.1, 0.02, 0.05) == pytest.approx(0.15)
    assert noise.within_error(0.0, 0.2, 0.05) == pytest.approx(0.45)


def test_sampled_tail_is_hoeffding():
    """Two AIs t = .2 apart, 30 items each: exact chance of a wrong order, at the worst level, below exp(−nt²)."""
    rule = noise.Sampled(30)
    wrong = max(rule.chances(np.array([p, p - 0.2]))[1] for p in np.linspace(0.2, 1, 33))
    assert wrong <= rule.behind(0.2) == pytest.approx(math.exp(-1.2))


def test_what_cannot_be_is_told():
    with pytest.raises(InputError):
        noise.guarantee(1, -0.1, 2, noise.Softmax(1))
    with pytest.raises(InputError):
        noise.guarantee(float("nan"), 0.1, 2, noise.Softmax(1))
    for rule, wrong in (
        (noise.Softmax, [(0,), (-1,), (np.inf,), (np.nan,)]),
        (noise.Probit, [(0,), (-1,), (np.nan,)]),
        (noise.Sampled, [(0,), (2.5,), (10, False, -1)]),
    ):
        for arguments in wrong:
            with pytest.raises(InputError):
                rule(*arguments)
    with pytest.raises(InputError):
        noise.Sampled(5, same_items=True).chances(np.array([0.1, 0.2]))
    rng = np.random.default_rng(0)
    with pytest.raises(TooLarge):
        worst(instance(rng, k=6), noise.Softmax(1), grids=(21,))


def test_the_exact_law_of_a_finite_sample_is_a_selection():
    """Utilities in [0, 1]; 30 right-or-wrong items each, ties by a fair draw."""
    rng = np.random.default_rng(3)
    rivals, rule = instance(rng), noise.Sampled(30)
    found = worst(rivals, rule, grids=(9,))
    said = noise.guarantee(found.opt, 0.0, 2, rule, weight=2.0, uninformed=found.uninformed)
    assert found.value >= said.value - found.residual - 1e-6
    assert found.chances.sum() == pytest.approx(1)
    with pytest.raises(InputError):
        rule.chances(np.array([0.5, 1.5]))
