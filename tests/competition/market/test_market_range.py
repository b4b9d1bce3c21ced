"""The range certificate: what it reaches and what its witness proves are worked out anew, and meet."""

from fractions import Fraction

import numpy as np
import pytest
from market_tables import table

from rulewright.competition.market import range as module
from rulewright.competition.market.near import near
from rulewright.competition.market.range import best_rows, certificate
from rulewright.competition.market.table import Table
from rulewright.errors import InputError


def ranges(t, w, base=None):
    f = t.ais @ w - t.people
    cases = [np.flatnonzero(t.cases == y) for y in range(t.cases.max() + 1)]
    if base is None:
        return np.array([f[rows].max() - f[rows].min() for rows in cases])
    return np.array([f[rows].max() - f[b] for rows, b in zip(cases, base, strict=True)])


@pytest.mark.parametrize("kind", ["cone", "hull"])
@pytest.mark.parametrize("against", ["worst", "best"])
@pytest.mark.parametrize("seed", range(5))
def test_range_and_witness_meet(kind, against, seed):
    t = table(seed)
    p = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 8)]
    found = certificate(t, kind=kind, against=against, law=p)
    base = None if against == "worst" else best_rows(t.people, t.cases)
    mine = ranges(t, found.weights, base)
    assert abs(float(sum(x * r for x, r in zip(p, mine, strict=True))) - found.value) < 1e-9
    nu = np.zeros(t.n)
    nu[found.rows] = found.witness.astype(float)
    for y in range(4):
        rows = t.cases == y
        assert abs(nu[rows].sum()) < 1e-9
        if against == "worst":
            assert np.maximum(nu[rows], 0).sum() <= float(p[y]) + 1e-9
    liked = (nu @ t.ais.astype(float)).max()
    value = nu @ t.people.astype(float) - (liked if kind == "hull" else 0)
    assert kind == "hull" or liked < 1e-9
    assert abs(value - found.value) < 1e-9


def test_exact_where_it_can_be():
    found = [certificate(table(seed)) for seed in range(5)]
    assert all(f.exact and f.rho == f.bound for f in found)


def test_without_cases_it_is_twice_the_error():
    t = table(2)
    alone = Table(t.people, t.ais, t.names)
    assert certificate(alone).rho == 2 * near(alone).epsilon


def test_best_action_in_a_case():
    """One AI likes the best action best, and everything else the wrong way round: against the best it guarantees all."""
    t = Table.of([3, 1, 2], [[3], [2], [1]], cases=["a", "a", "a"])
    assert certificate(t, against="best").rho == 0
    assert certificate(t).rho > 0
    assert best_rows(t.people, t.cases).tolist() == [0]


def test_given_weights_are_judged():
    t = table(4)
    w = np.array([Fraction(1, 3)] * 3)
    assert certificate(t, weights=w).rho == ranges(t, w).mean()
    assert abs(certificate(t, weights=w.astype(float)).value - float(ranges(t, w).mean())) < 1e-12
    assert certificate(t).rho <= certificate(t, weights=w).rho


def test_many_cases_are_fitted_on_some_and_judged_on_all(monkeypatch):
    t = table(6, n=400, k=3, cases=100, exact=False)
    whole = certificate(t)
    monkeypatch.setattr(module, "MOST_CASES", 20)
    part = certificate(t)
    assert not part.complete and "20 of 100 cases" in part.how
    assert part.value >= whole.value - 1e-9
    assert abs(part.value - ranges(t, part.weights).mean()) < 1e-9


def test_growing_is_the_whole():
    t = table(9, n=2400, k=3, cases=40, exact=False)
    assert certificate(t).value - certificate(t).bound < 1e-7


def test_wrong_laws():
    t = table(0)
    for law in ([1, 0], [0.5, 0.5, 0.5, -0.5], [1, 1, 1, 1]):
        with pytest.raises(InputError):
            certificate(t, law=law)
    with pytest.raises(InputError):
        certificate(t, against="average")
