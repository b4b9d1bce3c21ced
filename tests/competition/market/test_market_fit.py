"""Fits of a market on the rows themselves, fold by fold, against what the cross products give."""

import numpy as np
import pytest

from rulewright.competition.market import blocks, moments
from rulewright.competition.market.fit import KINDS, Comparison, compare, fit
from rulewright.competition.market.folds import fold
from rulewright.competition.market.growth import growth
from rulewright.competition.market.table import Table
from rulewright.errors import InputError
from rulewright.numerics import rational


def market(n=90, k=5, seed=0, cases=None):
    rng = np.random.default_rng(seed)
    ais = rng.random((n, k))
    people = 0.2 + ais @ np.array([0.5, 0.2, 0, 0, 0][:k]) + 0.1 * rng.normal(size=n)
    return Table.of(people, ais, cases=cases)


def by_hand(people, ais, kind):
    """(weights, offset) found on the rows, by other means: grids of singles, least squares on every support."""
    k, ones = ais.shape[1], np.ones(len(people))
    if kind == "constant":
        return np.zeros(k), people.mean()
    if kind == "single":
        return np.eye(k)[np.argmin(((ais - people[:, None]) ** 2).mean(axis=0))], 0.0
    if kind == "average":
        return np.full(k, 1 / k), 0.0
    if kind == "calibrated average":
        b, a = np.polyfit(ais.mean(axis=1), people, 1)
        return np.full(k, b / k), a
    if kind == "calibrated":
        lines = [np.polyfit(ais[:, i], people, 1) for i in range(k)]
        errors = [np.inf if b < 0 else ((people - a - b * ais[:, i]) ** 2).mean() for i, (b, a) in enumerate(lines)]
        i = int(np.argmin(errors))
        return lines[i][0] * np.eye(k)[i], lines[i][1]
    best = (np.inf, np.zeros(k), 0.0)
    for mask in range(1, 2**k):
        chosen = [i for i in range(k) if mask >> i & 1]
        some, target = ais[:, chosen], people
        if kind.startswith("simplex"):
            some, target = some[:, 1:] - some[:, :1], people - some[:, 0]
        free = kind in ("cone", "simplex with offset")
        found = np.linalg.lstsq(np.column_stack([some, ones]) if free else some, target, rcond=None)[0]
        w, a = (found[:-1], found[-1]) if free else (found, 0.0)
        if kind.startswith("simplex"):
            w = np.concatenate([[1 - w.sum()], w])
        full = np.zeros(k)
        full[chosen] = w
        error = ((people - a - ais @ full) ** 2).mean()
        if w.min() >= 0 and error < best[0]:
            best = (error, full, a)
    return best[1:]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_what_the_rows_say(kind):
    table = market()
    found, (weights, offset) = fit(table, kind), by_hand(table.people, table.ais, kind)
    assert found.weights == pytest.approx(weights, abs=1e-9) and found.offset == pytest.approx(offset, abs=1e-9)
    assert found.mse == pytest.approx(((table.people - found.predict(table.ais)) ** 2).mean(), abs=1e-12)
    assert found.used == (weights > 1e-6).sum() and found.unique


@pytest.mark.parametrize("cases", [None, np.arange(90) // 4])
def test_cross_validation_is_that_of_refitting_on_the_rows(cases):
    table = market(cases=cases)
    found = compare(table, folds=3, seed=7)
    where = fold(np.arange(90) if cases is None else cases, 3, 7)
    for line in found.lines:
        for f in range(3):
            out = where == f
            weights, offset = by_hand(table.people[~out], table.ais[~out], line.kind)
            error = ((table.people[out] - offset - table.ais[out] @ weights) ** 2).mean()
            assert line.tests[f] == pytest.approx(error, abs=1e-10)
        assert line.error == pytest.approx(line.tests.std(ddof=1) / np.sqrt(3))
    assert isinstance(found, Comparison) and found["cone"].test <= found["constant"].test


def test_more_freedom_never_fits_worse():
    mse = {line.kind: line.fit.mse for line in compare(market(seed=3)).lines}
    assert mse["cone"] <= min(mse["calibrated"], mse["simplex with offset"], mse["cone through zero"]) + 1e-12
    assert mse["calibrated"] <= min(mse["constant"], mse["single"]) + 1e-12
    assert (
        mse["simplex"] <= min(mse["single"], mse["average"]) + 1e-12
        and mse["cone through zero"] <= mse["simplex"] + 1e-12
    )


def test_the_drop_is_calibration_where_only_scale_is_off():
    rng = np.random.default_rng(1)
    ais = rng.random((200, 3))
    apart = compare(Table.of(0.3 + 0.4 * ais[:, 1], ais)).outside
    assert apart.share == pytest.approx(1) and apart.hull == pytest.approx(0, abs=1e-12)
    mixed = compare(Table.of(ais.mean(axis=1), ais)).outside
    assert mixed.share_hull_first == pytest.approx(0, abs=1e-9) and mixed.share < 0.9
    assert mixed.drop == pytest.approx(mixed.calibration + mixed.hull)


def test_flat_and_small_tables():
    flat = compare(Table.of(np.full(10, 0.5), np.random.default_rng(0).random((10, 3))), folds=2)
    assert flat["cone"].fit.weights.tolist() == [0, 0, 0] and flat["cone"].fit.offset == pytest.approx(0.5)
    still = compare(Table.of(np.arange(10.0), np.zeros((10, 2))), folds=2)
    assert still["calibrated"].fit.offset == pytest.approx(4.5) and still["simplex"].fit.weights.sum() == pytest.approx(
        1
    )
    assert np.isfinite([line.test for line in still.lines]).all()
    one = compare(Table.of(np.arange(10.0), np.arange(10.0)[:, None] / 2 + 1), folds=2)
    assert one["cone"].fit.weights == pytest.approx([2]) and one["cone"].test == pytest.approx(0, abs=1e-20)
    wide = compare(market(n=8, k=5), folds=4)
    assert np.isfinite([line.test for line in wide.lines]).all()


def test_means_far_from_zero_do_not_drown_the_rest():
    table = market(n=400)
    far = Table.of(table.people + 1e7, table.ais + 1e7)
    near, shifted = fit(table, "cone"), fit(far, "cone")
    assert shifted.weights == pytest.approx(near.weights, abs=1e-6) and shifted.mse == pytest.approx(near.mse, rel=1e-6)


def test_near_copies_get_the_weights_that_the_rows_fix():
    rng = np.random.default_rng(2)
    ais = rng.random((500, 1)) + 1e-6 * rng.normal(size=(500, 4))
    weights = np.array([0.3, 0.2, 0.4, 0.1])
    found = fit(Table.of(0.1 + ais @ weights, ais), "cone")
    assert found.weights == pytest.approx(weights, abs=1e-6) and "again" in found.how and found.condition > 1e10
    reached = moments.gather(blocks.of(Table.of(0.1 + ais @ weights, ais)))
    assert "sums" in fit(reached, "cone").how


def test_copies_are_said_to_be_one_choice():
    table = market(k=2)
    twice = Table.of(table.people, table.ais[:, [0, 1, 0]])
    found = compare(twice)["cone"].fit
    assert not found.unique and found.used == 2 and "other weights" in found.how


def test_exact_tables_give_the_same():
    table = market(n=12, k=3)
    people, ais = rational.exact(np.round(table.people, 3)), rational.exact(np.round(table.ais, 3))
    held = fit(Table.of(people, ais), "simplex")
    assert held.weights == pytest.approx(
        fit(Table.of(rational.floats(people), rational.floats(ais)), "simplex").weights
    )


def test_wrong_questions_are_refused():
    table = market()
    for call, word in (
        (lambda: fit(table, "ridge"), "kind of fit"),
        (lambda: compare(table, folds=1), "folds"),
        (lambda: compare(table, folds=91), "at least 91 rows"),
        (lambda: compare(market(cases=np.zeros(90))), "cases"),
        (lambda: growth(table, [6]), "sizes"),
        (lambda: growth(table, [2], draws=0), "draws"),
        (lambda: growth(table, [2], kinds=["ridge"]), "kinds"),
        (lambda: compare(np.ones((3, 2))), "people"),
        (lambda: compare(object()), "array"),
    ):
        with pytest.raises(InputError, match=word):
            call()


def test_growth_ends_at_the_comparison():
    table = market(k=5)
    whole, grown = compare(table, seed=4), growth(table, [1, 5], draws=3, seed=4)
    for m, line in enumerate(whole.lines):
        assert grown.tests[m, 1] == pytest.approx(np.full(3, line.test), abs=1e-10)
    assert grown.mean("cone").shape == (2,) and grown.spread("cone")[1] == pytest.approx(0, abs=1e-10)
    assert grown.mean_used("simplex")[0] == 1 and grown.mean("simplex")[1] < grown.mean("simplex")[0]
    assert (growth(table, [1, 5], draws=3, seed=4).tests == grown.tests).all()


def test_growth_of_one_market_is_that_of_its_ais():
    table = market(k=5)
    order = np.argsort(np.random.default_rng(9).random((1, 5)), axis=1)[0]
    grown = growth(table, [3], draws=1, folds=4, seed=9)
    alone = compare(table.only(order[:3].tolist()), folds=4, seed=9)
    assert grown.tests[:, 0, 0] == pytest.approx([line.test for line in alone.lines], abs=1e-10)
