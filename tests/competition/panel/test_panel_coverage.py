"""Coverage against HiGHS, its two certificates against each other, and the laws it obeys."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright import errors
from rulewright.competition.panel.cone import as_floats, batch, guessed, least, pivots, rank
from rulewright.competition.panel.coverage import coverage, covers, gains, proposal
from rulewright.competition.panel.setting import Panel
from rulewright.numerics.linprog import INFINITY, Programme


def whole(*shape, size=4):
    return st.lists(st.integers(-size, size), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))).map(
        lambda flat: np.array(flat).reshape(shape)
    )


@st.composite
def panels(draw, reviewers=5):
    n, o, q = draw(st.integers(1, reviewers)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    return Panel.of(draw(whole(o)), draw(whole(n, o)), draw(whole(q, o, size=2)))


def shortfall_by_highs(panel, coalition):
    """ε(S) from the other side: the least ε such that some λ ≥ 0 leaves at least −ε on every proposal."""
    u, many = (np.asarray(x, float) for x in panel.gains)
    programme = Programme()
    weights = programme.add_columns(len(coalition)) if coalition else np.zeros(0, int)
    epsilon = programme.add_columns(1, cost=1.0)
    rows = programme.add_rows(len(u), lower=-INFINITY, upper=u)
    if coalition:
        programme.put(rows[:, None], weights, many[list(coalition)].T)
    programme.put(rows, epsilon, -1.0)
    return programme.solve().value


def test_complementary_reviewers():
    panel = Panel.of([1, 1], [[1, 0], [0, 1]])
    full = coverage(panel)
    assert full.covers and full.holds and full.weights.tolist() == [1, 1]
    alone = coverage(panel, [0])
    assert not alone.covers and alone.holds and 1 in alone.proposal.objectors
    bad = proposal(panel, [1, 0, 0, 2])  # (1, −2)
    assert bad.move.tolist() == [1, -2] and bad.gain == -1 and bad.objectors == (1,)


def test_answers_are_exact_where_floats_would_tie():
    nearly = Fraction(10**30 - 1, 10**30)
    u, other = [Fraction(0), Fraction(1), Fraction(-1)], [Fraction(0), Fraction(1), -nearly]
    lenient = coverage(Panel.choosing(u, [other]))
    assert not lenient.covers and lenient.holds and 0 < lenient.shortfall < Fraction(1, 10**30)
    assert covers(Panel.choosing(other, [u])) and covers(Panel.choosing(u, [u]))


@settings(deadline=None, max_examples=80)
@given(panels(), st.data())
def test_just_one_of_weights_and_harmful_proposal(panel, data):
    coalition = sorted(data.draw(st.sets(st.integers(0, panel.n - 1))))
    found = coverage(panel, coalition)
    assert found.holds
    assert found.covers == (found.proposal is None) == covers(panel, coalition)
    assert float(found.shortfall) == pytest.approx(shortfall_by_highs(panel, coalition), abs=1e-8)
    assert len(found.carrying) <= gains(panel).rank
    assert found.proposal is None or np.count_nonzero(found.proposal.mix) <= len(coalition) + 1
    if found.covers:
        assert covers(panel, found.carrying)


@settings(deadline=None, max_examples=60)
@given(panels(), st.data())
def test_monotone_and_scale_free(panel, data):
    small = data.draw(st.sets(st.integers(0, panel.n - 1)))
    large = small | data.draw(st.sets(st.integers(0, panel.n - 1)))
    assert coverage(panel, large).shortfall <= coverage(panel, small).shortfall
    factor = np.array(data.draw(st.lists(st.integers(1, 9), min_size=panel.n, max_size=panel.n)))
    scaled = Panel.of(panel.principal * 3, panel.reviewers * factor[:, None], panel.deviations)
    assert coverage(scaled, small).shortfall == 3 * coverage(panel, small).shortfall
    joined = Panel.of(panel.principal, np.concatenate([panel.reviewers, 2 * panel.principal[None]]), panel.deviations)
    assert covers(joined, [panel.n])  # one who wants what people want covers alone


@settings(deadline=None, max_examples=30)
@given(st.lists(panels(), min_size=1, max_size=6))
def test_batches_give_the_same(many):
    n, q = max(p.n for p in many), max(len(p.deviations) for p in many)
    cost, rows = np.zeros((len(many), q)), np.zeros((len(many), n, q))
    for k, panel in enumerate(many):
        u, each = panel.gains
        cost[k, : len(u)], rows[k, : panel.n, : len(u)] = u.astype(float), each.astype(float)
    value, mix, weights, settled = batch(cost, rows)
    assert settled.all()
    for k, panel in enumerate(many):
        exact = coverage(panel)
        assert value[k] == pytest.approx(-float(exact.shortfall), abs=1e-9)
        assert mix[k] @ cost[k] == pytest.approx(value[k], abs=1e-9)
        assert (rows[k] @ mix[k] >= -1e-9).all()
        assert (cost[k] - weights[k] @ rows[k] >= value[k] - 1e-9).all()


@settings(deadline=None, max_examples=30)
@given(panels())
def test_gains_are_those_of_the_setting(panel):
    decimals = Panel.of(
        panel.principal.astype(float) / 7, panel.reviewers.astype(float) / 3, panel.deviations.astype(float)
    )
    for one in (panel, decimals):
        u, many = one.exact.gains
        known = gains(one)
        assert (known.principal == u).all() and (known.reviewers == many).all()
        assert (known.cost == u * known.units[-1]).all()
        assert (known.rows == many * np.array(known.units[:-1], dtype=object)[:, None]).all()


@pytest.mark.parametrize("seed", range(12))
def test_what_floats_find_is_what_pivots_find(seed):
    rng = np.random.default_rng(seed)
    wide = 10**12 if seed % 2 else 5
    cost = rng.integers(-wide, wide, 9).astype(object)
    rows = (cost * rng.integers(1, 3) + rng.integers(-wide, wide, (20, 9)) // (1 + seed % 3)).astype(object)
    slow, fast = pivots(cost, rows), guessed(cost, rows)
    assert fast is not None or seed % 2 == 0  # small whole numbers have ties
    for found in (slow, fast or slow, least(cost, rows)):
        assert found.value == slow.value == cost.dot(found.mix)
        assert (rows.dot(found.mix) >= 0).all() and (found.mix >= 0).all() and (found.weights >= 0).all()
        assert (cost - found.weights.dot(rows) >= found.value).all()


@settings(deadline=None, max_examples=40)
@given(whole(5, size=3), whole(4, 5, size=3))
def test_what_floats_find_is_proved_or_dropped(cost, rows):
    cost, rows = cost.astype(object), rows.astype(object)
    fast = guessed(cost, rows)
    assert fast is None or fast.value == pivots(cost, rows).value


@settings(deadline=None, max_examples=50)
@given(whole(4, 3, size=3))
def test_rank(table):
    assert rank(table.astype(object)) == np.linalg.matrix_rank(table)


def test_long_whole_numbers():
    table = np.array([[10**40, -(10**40)], [3, 10**30]], dtype=object)
    assert as_floats(table)[0].tolist() == [1, -1]
    found = least(np.array([-(10**40), 1], dtype=object), table)
    assert found.value == 0 or (table.dot(found.mix) >= 0).all()


def test_wrong_names():
    panel = Panel.of([1, 1], [[1, 0], [0, 1]], names=("Ada", "Bo"))
    assert coverage(panel, ["Bo"]).coalition == (1,) and "Bo: do not cover" in coverage(panel, ["Bo"]).describe()
    for wrong in ([2], ["Cy"], [0.5]):
        with pytest.raises(errors.InputError, match="coalition"):
            coverage(panel, wrong)
    with pytest.raises(errors.InputError, match="mix of proposals"):
        proposal(panel, [1, 2])
    with pytest.raises(errors.InputError, match="mix of proposals"):
        proposal(panel, [1, 0, 0, -1])
