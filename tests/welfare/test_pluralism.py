"""Overton, steerable, distributional: by hand, and against closed forms."""

from math import comb

import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.welfare.aggregation import Judgements
from rulewright.welfare.compatibility import loss
from rulewright.welfare.pluralism import distributional, jensen_shannon, overton, steerable, total_variation

# ten people on two cases: 7 yes and 3 no; 9 yes and 1 neutral
TABLE = np.array([[1, 1]] * 7 + [[0, 1]] * 2 + [[0, 0.5]])


def test_overton_by_hand():
    j = Judgements.wide(TABLE)  # answers no, neutral, yes
    yes_only = np.array([[False, False, True]] * 2)
    found = overton(j, yes_only, reasonable=0.2)
    assert found.coverage.tolist() == [0.5, 1] and found.full == 1
    assert found.missing == ((0, 0, pytest.approx(0.3), "people"),)
    assert overton(j, yes_only, reasonable=0.1).coverage.tolist() == [0.5, 0.5]
    every = overton(j, np.ones((2, 3), bool), reasonable=0.2)
    assert every.mean == 1 and every.outside == 3
    silent = overton(j, np.zeros((2, 3), bool))
    assert silent.n == 0 and np.isnan(silent.mean)


def test_a_small_group_widens_the_window():
    group = [0] * 5 + [1] * 5
    j = Judgements.wide(TABLE).grouped(group, ["left", "right"])
    yes_only = np.array([[False, False, True]] * 2)
    found = overton(j, yes_only, reasonable=0.5, least=5)
    assert found.missing == ((0, 0, pytest.approx(0.6), "right"),)
    assert overton(j, yes_only, reasonable=0.5, least=6).missing == ()
    with pytest.raises(InputError, match="cases × answers"):
        overton(j, yes_only[:1])


def test_steerable_by_hand():
    table = np.array([[1, 1], [1, 0], [0, 0], [0, 0]], float)
    j = Judgements.wide(table).grouped([0, 0, 1, 1], ["for", "against"])
    ignores = steerable(j, np.array([[1, 1], [1, 1]]), loss("0/1"))
    assert [(r.group, r.loss) for r in ignores] == [("against", 1.0), ("for", 0.25)]
    heeds = {r.group: r for r in steerable(j, np.array([[1, 1], [0, 0]]), loss("0/1"))}
    assert heeds["against"].loss == 0 == heeds["against"].floor and heeds["against"].elsewhere == 1
    assert heeds["for"].loss == 0.25 == heeds["for"].floor and heeds["for"].elsewhere == 0.75
    with pytest.raises(InputError, match="groups × cases"):
        steerable(j, np.zeros((1, 2)), loss("0/1"))


def test_distances():
    assert total_variation([1, 0], [0, 1]) == 1 and jensen_shannon([1, 0], [0, 1]) == 1
    assert jensen_shannon([0.3, 0.7], [0.3, 0.7]) == 0
    p, q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    entropy = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    assert jensen_shannon(p, q) == pytest.approx(entropy - 0.5)  # H(m) − (H(p) + H(q))/2
    rng = np.random.default_rng(0)
    a, b, c = (rng.dirichlet(np.ones(4), size=200) for _ in range(3))
    assert (
        np.sqrt(jensen_shannon(a, c)) <= np.sqrt(jensen_shannon(a, b)) + np.sqrt(jensen_shannon(b, c)) + 1e-12
    ).all()


def test_the_noise_floor_is_that_of_draws():
    """E|k/n − q| for k binomial, on yes and no."""
    n, q = 12, 0.3
    j = Judgements.wide(np.array([[1.0] * 5 + [0.0] * 7]).T)
    found = distributional(j, np.array([[1 - q, q]]), draws=4000, seed=1)
    exact = sum(comb(n, k) * q**k * (1 - q) ** (n - k) * abs(k / n - q) for k in range(n + 1))
    assert found.mean_floor == pytest.approx(exact, abs=0.005)
    assert found.mean == pytest.approx(abs(5 / 12 - q))
    tail = sum(
        comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1) if abs(k / n - q) >= abs(5 / 12 - q) - 1e-12
    )
    assert found.p[0] == pytest.approx(tail, abs=0.03)


def test_who_draws_from_the_people_is_not_told_apart():
    rng = np.random.default_rng(2)
    q = rng.dirichlet(np.ones(3), size=30)
    table = np.stack([rng.choice([0, 0.5, 1], p=row, size=80) for row in q], axis=1)
    near = distributional(Judgements.wide(table), q, draws=200)
    assert near.p_mean > 0.02 and near.mean == pytest.approx(near.mean_floor, rel=0.3)
    far = distributional(Judgements.wide(table), np.full((30, 3), 1 / 3), draws=200)
    assert far.p_mean < 0.01 and far.interval()[0] > near.interval()[1]
    for by in ("total variation", "Jensen–Shannon"):
        assert distributional(Judgements.wide(table), q, by=by, draws=20).distance.min() >= 0


def test_wrong_chances():
    j = Judgements.wide(TABLE)
    with pytest.raises(InputError, match="sum to 1"):
        distributional(j, np.full((2, 3), 0.5))
    with pytest.raises(InputError, match="cases × answers"):
        distributional(j, np.full((2, 2), 0.5))
    with pytest.raises(InputError, match="both speak"):
        distributional(j, np.full((2, 3), np.nan))
    with pytest.raises(InputError, match="one of total variation"):
        distributional(j, np.full((2, 3), 1 / 3), by="hellinger")
