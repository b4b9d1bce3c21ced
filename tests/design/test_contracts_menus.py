"""Menus: closed forms against the programme, hidden type with hidden action against the general one."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design import Payment, Rules, solve
from rulewright.design.contracts import (
    hidden_action,
    hidden_type_and_action,
    maskin_riley,
    mussa_rosen,
    screening,
)
from rulewright.errors import Impossible, InputError

seeds = st.integers(0, 10**6)
HAIR = F(1, 10**9)


def two_types(seed):
    rng = np.random.default_rng(seed)
    low = F(int(rng.integers(1, 6)))
    return [low, low + int(rng.integers(1, 4))], F(int(rng.integers(1, 10)), 10)


# ── hidden type ─────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_mussa_rosen_on_a_grid_that_holds_the_answer(seed):
    (low, high), p = two_types(seed)
    closed = mussa_rosen([low, high], [p, 1 - p])
    assert closed.quality.tolist() == [max(0, low - (1 - p) / p * (high - low)), high]
    grid = sorted({F(k, 2) for k in range(20)} | set(closed.quality))
    menu = screening([[t * q for q in grid] for t in (low, high)], [q * q / 2 for q in grid], [p, 1 - p])
    assert menu.value == closed.value
    assert 0 <= menu.bound - menu.value <= HAIR
    assert menu.ordered
    assert (menu.law.dot(grid) == closed.quality).all()
    assert (menu.price == closed.price).all()
    assert all(x.holds for x in menu.proved())


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_closed_forms_with_many_types_iron(seed):
    rng = np.random.default_rng(seed)
    K = int(rng.integers(1, 6))
    types = np.cumsum(rng.integers(1, 4, K)).tolist()
    weights = rng.integers(1, 9, K)
    share = [F(int(w), int(weights.sum())) for w in weights]
    for closed, worth, cost in (
        (mussa_rosen(types, share), lambda q: q, lambda q: q * q / 2),
        (maskin_riley(types, share, F(1, 2)), lambda q: q - q * q / 2, lambda q: q / 2),
    ):
        grid = sorted({F(k, 4) for k in range(5)} | set(closed.quality))
        menu = screening([[t * worth(q) for q in grid] for t in types], [cost(q) for q in grid], share)
        assert menu.value == closed.value
        assert (np.diff(closed.quality) >= 0).all()


def test_large_buyers_pay_less_per_unit():
    closed = maskin_riley([3, 4], [F(2, 3), F(1, 3)], 1)
    assert closed.quality.tolist() == [F(3, 5), F(3, 4)]
    assert closed.price[1] / closed.quality[1] < closed.price[0] / closed.quality[0]


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_any_values_are_screened_as_the_general_programme_does(seed):
    rng = np.random.default_rng(seed)
    K, Q = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    value, cost = rng.integers(0, 8, (K, Q)).tolist(), rng.integers(0, 4, Q).tolist()
    menu = screening(value, cost, [F(1, K)] * K, outside=rng.integers(-1, 2, K).tolist())
    assert 0 <= menu.bound - menu.value <= HAIR
    assert all(x.holds for x in menu.proved())
    if len(set(menu.limits)) == 1:
        rules = Rules(
            payments=(Payment("buyer", ("action of buyer",), F(-50), F(50)),),
            money_weight=F(1),
            outside={"buyer": menu.limits[0]},
        )
        assert solve(menu.base, rules).value == pytest.approx(float(menu.value), abs=1e-6)


def test_a_margin_that_cannot_be_had():
    with pytest.raises(Impossible, match="margin of 1"):
        screening([[1], [1]], [0], [F(1, 2), F(1, 2)], margin=1)
    assert screening([[0, 2], [0, 5]], [0, 1], [F(1, 2)] * 2, margin=F(1, 2)).play.slack_in_effect >= F(1, 2)


def test_types_have_to_rise():
    with pytest.raises(InputError, match="rising types"):
        mussa_rosen([2, 1], [F(1, 2), F(1, 2)])


# ── hidden type and hidden action ───────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_the_general_programme_gives_the_same_menu_value(seed):
    rng = np.random.default_rng(seed)
    K, A, Y = (int(x) for x in rng.integers(1, 4, 3))
    margin, outside = [(F(0), None), (F(1, 20), None), (F(0), F(1, 5))][seed % 3]
    arrays = rng.dirichlet(np.ones(Y), (K, A)), rng.random((K, A)), rng.random(Y) * 5, rng.dirichlet(np.ones(K))
    rules = Rules(
        payments=(Payment("agent", ("result",), F(0), F(4)),),
        money_weight=F(1),
        margin=margin,
        outside={} if outside is None else {"agent": outside},
    )
    try:
        menu = hidden_type_and_action(*arrays, high=4, margin=margin, outside=outside)
    except Impossible:
        return
    assert solve(menu.game, rules).value == pytest.approx(menu.value, abs=1e-6)
    assert (menu.payments >= 0).all() and (menu.payments <= 4).all()


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_the_menu_in_words_is_proved(seed):
    rng = np.random.default_rng(seed)
    K, A, Y = 2, 2, int(rng.integers(2, 4))
    menu = hidden_type_and_action(
        rng.dirichlet(np.ones(Y), (K, A)), rng.random((K, A)), rng.random(Y) * 5, [0.5, 0.5], high=4, outside=0.1
    )
    assert all(p.holds for p in menu.proved()) and len(menu.proved()) == 4
    assert float(menu.play.goal - menu.play.paid) == pytest.approx(menu.value, abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_one_type_is_hidden_action(seed):
    rng = np.random.default_rng(seed)
    table, cost, reward = rng.dirichlet(np.ones(4), 5), rng.random(5) * 0.5, rng.random(4) * 3
    menu = hidden_type_and_action(table[None], cost[None], reward, [1.0], high=10)
    assert menu.value == pytest.approx(hidden_action(table, cost, reward, high=10).value, abs=1e-6)


def test_no_lie_and_no_deviation_after_it_pays():
    """All double deviations at a middle size, worked out from the payments alone."""
    rng = np.random.default_rng(3)
    K, A, Y = 4, 6, 5
    table, cost = rng.dirichlet(np.ones(Y), (K, A)), rng.random((K, A)) * 0.3
    menu = hidden_type_and_action(table, cost, np.sort(rng.random(Y)), np.full(K, 1 / K), high=3)
    gets = np.einsum("kby,ray->krab", table, menu.payments) - cost[:, None, None, :]
    best = (menu.law[None] * gets.max(axis=3)).sum(axis=2)  # [true, reported]
    assert (menu.utility[:, None] >= best - 1e-6).all()
    assert np.allclose(np.diag(best), menu.utility, atol=1e-6)
    assert menu.rows < K * K * A * A


def test_a_cap_is_needed():
    with pytest.raises(InputError, match="finite largest payment"):
        hidden_type_and_action([[[1.0]]], [[0]], [1], [1], high=float("inf"))
