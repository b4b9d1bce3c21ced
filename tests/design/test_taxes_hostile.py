"""Taxes: exact workers against a fine grid, at any scale; rates of formulas that have none."""

import numpy as np
import pytest

from rulewright.design.taxes import Schedule, Workers, elasticity, linear_rate, saez_rates, top_rate
from rulewright.errors import InputError


@pytest.mark.parametrize("seed", range(20))
def test_nobody_would_rather_earn_anything_else(seed):
    random = np.random.default_rng(seed)
    e, skills = random.choice([0.1, 0.5, 2.0]), tuple(10 ** random.uniform(-3, 3, 3))
    edges = tuple(np.sort(random.random(2) * 3 * skills[0] ** (1 + e)))
    workers, tax = Workers(skills, e), Schedule(edges, tuple(random.uniform(-0.5, 1, 3)))
    for skill, income in zip(skills, workers.incomes(tax), strict=True):
        others = np.concatenate([np.linspace(0, 2.5 * skill ** (1 + e), 2001), edges, [income]])
        worth = others - tax.tax(others) - Workers((skill,), e).cost(others[:, None])[:, 0]
        assert worth[-1] >= worth.max() - 1e-9 * abs(worth.max())


def test_a_neighbours_fortune_changes_no_answer():
    assert Workers((1.0, 1e9)).incomes(Schedule((), (0.0,)))[0] == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: linear_rate(2.0, 0.5),
        lambda: linear_rate(float("nan"), 0.5),
        lambda: top_rate(-1.0, 0.5),
        lambda: top_rate(2.0, 0.5, 2.0),
        lambda: saez_rates([1, 2], [1, float("nan")], [1.0], 0.5),
        lambda: saez_rates([1, float("inf")], [1, 1], [1.0], 0.5),
        lambda: saez_rates([1, 2], [-1, 3], [1.0], 0.5),
        lambda: saez_rates([1, 2], [1, 1], [2.0, 1.0], 0.5),
        lambda: elasticity([1, float("nan")], [1, 1]),
    ],
)
def test_formulas_have_no_rate_for_nonsense(wrong):
    with pytest.raises(InputError):
        wrong()
