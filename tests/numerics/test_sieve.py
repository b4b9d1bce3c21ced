"""Columns left out of a programme: the same verdicts, values and prices as with all of them."""

import numpy as np
import pytest

from rulewright.numerics import sieve
from rulewright.numerics.incremental import Growing
from rulewright.numerics.linprog import Programme

KINDS, EACH = 6, 30


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Leave out columns of small programmes, too, and few at a time."""
    for name, number in (("MANY", 20), ("FIRST", 1), ("NEXT", 2)):
        monkeypatch.setattr(sieve, name, number)


def pair(seed):
    """A law for each kind; the same programme plainly, and as one that grows."""
    g = np.random.default_rng(seed)
    both = Programme(), Growing()
    cost = g.random((KINDS, EACH))
    for p in both:
        x = p.add_columns((KINDS, EACH), cost=cost, upper=1.0)
        p.put(p.add_rows(KINDS, lower=1.0, upper=1.0)[:, None], x, 1.0)
    return g, both, x


def cut(g, both, x, rows, low):
    """Random rows Σ x·v ≥ low."""
    values = g.standard_normal((rows, *x.shape))
    for p in both:
        p.put(p.add_rows(rows, lower=low)[:, None, None], x, values)


def same(both, **how):
    plain, grown = both[0].solve(**how), both[1].solve(**how)
    assert both[1]._sieve is not None
    assert grown.status == plain.status
    if plain.x is not None:
        assert grown.value == pytest.approx(plain.value, abs=1e-8)
        assert grown.x.shape == plain.x.shape
        gain = both[1].cost() if how.get("cost") is None else how["cost"]
        assert gain @ grown.x == pytest.approx(grown.value, abs=1e-8)
    return plain.status


@pytest.mark.parametrize("seed", range(12))
def test_rows_that_come_later_and_other_costs(seed):
    g, both, x = pair(seed)
    maximise = bool(seed % 2)
    for _ in range(4):
        same(both, maximise=maximise)
        cut(g, both, x, 3, 0.5)
    same(both, maximise=maximise)
    same(both, maximise=maximise, cost=g.standard_normal(x.size))


def test_rows_that_the_first_columns_cannot_meet():
    """Only the ray of the small programme tells which columns are wanted."""
    _, both, x = pair(1)
    wanted = both[1].cost().reshape(x.shape).argsort(axis=1)[:, EACH // 2]
    same(both, maximise=True)
    for p in both:
        p.put(p.add_rows(KINDS, lower=0.5), x[np.arange(KINDS), wanted], 1.0)
    assert same(both, maximise=True) == "optimal"


def test_rows_that_nothing_meets():
    statuses = []
    for seed in range(6):
        g, both, x = pair(seed)
        same(both)
        cut(g, both, x, 4, 1.0 + 2 * seed)
        statuses.append(same(both))
    assert set(statuses) == {"optimal", "infeasible"}


def test_columns_that_come_later_and_another_method():
    _, both, x = pair(2)
    same(both, maximise=True)
    for p in both:
        y = p.add_columns(2, upper=3.0, cost=0.25)
        p.put(p.add_rows(KINDS, upper=0.7)[:, None], x[:, :10], 1.0)
        p.put(p.add_rows(1, upper=2.0), y, 1.0)
    same(both, maximise=True)
    assert both[1].solve(maximise=True, method="interior with crossover").value == pytest.approx(
        both[0].solve(maximise=True).value, abs=1e-7
    )


def test_prices_bound_the_whole_programme():
    g, both, x = pair(3)
    cut(g, both, x, 3, 0.5)
    found = both[1].solve(maximise=True)
    start, index, value = both[0].matrix()
    row = np.repeat(np.arange(both[0].rows), np.diff(start))
    worth = both[0].cost() - np.bincount(index, value * found.duals[row], minlength=both[0].columns)
    used = found.x > 1e-9
    assert (worth[found.x < 1 - 1e-9] <= 1e-8).all()
    assert abs(worth[used & (found.x < 1 - 1e-9)]).max() <= 1e-8
