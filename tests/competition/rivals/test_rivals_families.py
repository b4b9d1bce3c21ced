"""The six families of the specification's table: what is exact in them, and that the pilot's means are ours."""

import numpy as np
import pytest
from rivals_by_hand import epsilon

from rulewright.competition.rivals.families import FAMILIES, Mean, family, measure, turned
from rulewright.errors import InputError

PILOT = {  # worst-equilibrium loss: mean, greatest, n; (specification, 4.1)
    "independent": (0.0062, 0.128, 39),
    "noisy": (0.0005, 0.015, 60),
    "hull": (0.0, 1e-9, 51),
    "shared": (0.0592, 0.214, 25),
    "opposed": (0.0, 0.0, 25),
    "opposites": (0.0, 0.0, 25),
}


@pytest.mark.parametrize("kind", FAMILIES, ids=lambda f: f.name)
def test_the_pilots_mean_loss(kind):
    """Within three standard errors of two means of such sizes."""
    found = measure(kind.name, 40, seed=2)
    mean, _, n = PILOT[kind.name]
    spread = found.selection.error * np.sqrt(40)
    assert abs(found.selection.mean - mean) <= 3 * spread * np.sqrt(1 / 40 + 1 / n) + 0.003
    if mean == 0:
        assert found.selection.most <= 1e-7
    assert found.selection.mean <= found.alone.mean + 1e-9 <= found.uninformed.mean + 2e-9


def test_with_one_shared_bias_competition_buys_nothing():
    found = measure("shared", 30, seed=1)
    assert found.selection.mean == pytest.approx(found.alone.mean, abs=1e-7)
    assert found.selection.interval[0] > 0.02


def test_one_that_turns_round_takes_all_the_loss_away():
    found = turned(25, seed=3)
    assert found.shared.interval[0] > 0.01 and found.rich_shared.mean >= found.shared.mean - 1e-9
    assert found.opposed.most <= 1e-7 and found.rich_opposed.most <= 1e-7
    with pytest.raises(InputError, match="draws"):
        turned(0)


def test_with_rich_signals():
    found = measure("hull", 6, seed=1, with_rich=True)
    assert found.rich is not None and found.rich.most <= 1e-7
    assert measure("hull", 2).rich is None


def test_families_are_what_they_say():
    assert epsilon(family("hull").draw(1)) == pytest.approx(0, abs=1e-8)
    assert epsilon(family("opposites").draw(1)) == pytest.approx(0, abs=1e-8)
    assert epsilon(family("opposed").draw(1)) == pytest.approx(0, abs=1e-8)
    assert epsilon(family("shared").draw(1)) > 0.1
    noisy = family("noisy").draw(1)
    assert noisy.bobs.min() >= 0 and noisy.bobs.max() <= 1
    assert {family("independent").draw(seed).k for seed in range(60)} == set(range(2, 7))
    assert family("independent").draw(0, states=4, actions=2, k=9).bobs.shape == (9, 4, 1, 2)


def test_same_seed_same_market():
    a, b = (family("noisy").draw(7) for _ in range(2))
    assert (a.bobs == b.bobs).all() and (a.prior == b.prior).all()
    assert measure("noisy", 3, seed=1) == measure("noisy", 3, seed=1)


def test_means():
    one = Mean.of(np.array([1.0, 3.0]))
    assert (one.mean, one.most) == (2.0, 3.0) and one.error == pytest.approx(1.0)
    assert one.interval == pytest.approx((2 - 1.959964, 2 + 1.959964))


def test_wrong_families_are_told():
    with pytest.raises(InputError, match="independent, noisy"):
        family("nobody")
    with pytest.raises(InputError, match="draws"):
        measure("hull", 0)
    with pytest.raises(InputError, match="states"):
        family("hull").draw(0, states=0)
