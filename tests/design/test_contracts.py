"""One agent: hidden action and linear contracts against brute force, the general programme, and their own witnesses."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design import Payment, Rules, solve
from rulewright.design.contracts import hidden_action, linear_contract, worst_slacks
from rulewright.design.contracts.cheapest import cheapest
from rulewright.design.contracts.setting import setting
from rulewright.errors import Impossible, InputError
from rulewright.numerics import rational
from rulewright.numerics.exact import Linear
from rulewright.numerics.given import law
from rulewright.numerics.linear import unique_solution

WORK = {
    "F": [[0.8, 0.2], [0.2, 0.8]],
    "cost": [1, 0],
    "reward": [10, 0],
    "actions": ["work", "rest"],
    "outcomes": ["good", "bad"],
}
THREE = {"F": [[0.1, 0.3, 0.6], [0.4, 0.35, 0.25], [0.7, 0.2, 0.1]], "cost": [1, 0.3, 0], "reward": [0, 4, 10]}


def instance(seed, actions=6, outcomes=4):
    """A small exact instance with ties and zeros: laws of small denominators, whole costs and rewards."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, actions + 1), rng.integers(1, outcomes + 1)
    weights = rng.integers(0, 4, (n, m))
    weights[:, 0] += 1
    table = [[F(int(x), int(sum(row))) for x in row] for row in weights]
    return table, rng.integers(0, 6, n).tolist(), rng.integers(0, 9, m).tolist()


seeds = st.integers(0, 10**6)


# ── hidden action ───────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([{}, {"monotone": True}, {"two_part": True}, {"high": 5}, {"low": -1}, {"outside": 1}]))
def test_the_witness_closes_and_the_checker_agrees(seed, allowed):
    table, cost, reward = instance(seed)
    try:
        found = hidden_action(table, cost, reward, **allowed)
    except Impossible:
        assert allowed  # without bounds or options the cheapest action is always there
        return
    exact = found.exact
    assert 0 <= exact.gap <= F(1, 10**6)
    assert exact.slack is None or exact.slack >= 0
    assert abs(float(exact.value) - found.value) <= 1e-7
    assert all(p.holds for p in found.proved())
    assert found.play.goal - found.play.paid == exact.value


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from([(0, 7), (-2, 3), (0, 40)]), st.sampled_from([0, F(1, 4)]), st.sampled_from([None, 1]))
def test_the_general_programme_gives_the_same_value(seed, between, margin, outside):
    table, cost, reward = instance(seed, 4, 3)
    low, high = between
    rules = Rules(
        payments=(Payment("agent", ("result",), F(low), F(high)),),
        money_weight=F(1),
        margin=F(margin),
        outside={} if outside is None else {"agent": F(outside)},
    )
    try:
        found = hidden_action(table, cost, reward, low=low, high=high, margin=margin, outside=outside)
    except Impossible:
        with pytest.raises(Impossible):
            solve(hidden_action(table, cost, reward).base, rules)
        return
    assert solve(found.base, rules).value == pytest.approx(found.value, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seeds, st.booleans())
def test_pruning_and_lazy_rows_lose_nothing(seed, level):
    """`level`: all actions have nearly the same welfare, so that many are tried."""
    rng = np.random.default_rng(seed)
    table, cost, reward = rng.dirichlet(np.ones(5), 12), rng.random(12) * 0.3, rng.random(5)
    if level:
        cost = 0.9 * (table @ reward - (table @ reward).min())
    found = hidden_action(table, cost, reward)
    asked = setting(table, cost, reward)
    all_of_them = [cheapest(asked, a) for a in range(12)]
    worth = table @ reward
    assert found.value == pytest.approx(max(worth[t.action] - t.paid for t in all_of_them), abs=1e-8)
    assert found.exact.gap <= F(1, 10**6)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([{}, {"high": 2}]))
def test_what_cannot_be_brought_about_has_a_cheaper_mixture(seed, allowed):
    table, cost, reward = instance(seed)
    best = hidden_action(table, cost, reward, **allowed)
    for a in range(len(cost)):
        reason = best.why_not(a)
        if reason is None:
            assert hidden_action(table, cost, reward, action=a, **allowed).action == a
            continue
        with pytest.raises(Impossible):
            hidden_action(table, cost, reward, action=a, **allowed)
        assert sum(reason.mixture) == 1 and min(reason.mixture) >= 0 and reason.mixture[a] == 0
        exact = rational.exact(table)
        change = exact[a] - reason.mixture.dot(exact)
        most = sum(x * (allowed.get("high", 0)) for x in change if x > 0)
        assert (not allowed and not change.any()) or (allowed and most == reason.punished)
        assert cost[a] - reason.mixture.dot(rational.exact(cost)) == reason.saving > reason.punished


def test_payments_below_zero_are_compared_as_such():
    """The agent is indifferent under a constant fine; the principal wants the second of the two cheap actions."""
    table = [[F(3, 5), F(2, 5)], [F(1, 4), F(3, 4)], [F(2, 5), F(3, 5)]]
    found = hidden_action(table, [5, 4, 4], [7, 0], low=-2, high=3)
    assert (found.action, found.exact.value, found.exact.gap) == (2, F(24, 5), 0)


def test_the_mixture_is_said_in_a_sentence():
    table = [[F(1, 2), F(1, 2)], [1, 0], [0, 1]]
    with pytest.raises(
        Impossible, match=r"a1 cannot be brought about: 1/2 a2 \+ 1/2 a3 has the same law of outcomes and saves 2"
    ):
        hidden_action(table, [3, 1, 1], [0, 5], action=0)


def test_payments_keep_to_what_is_allowed():
    assert max(hidden_action(**THREE, outside=3, high=4).exact.amounts) <= 4
    rare = hidden_action(**THREE, rarest=0.5).exact
    chances = law(np.array(THREE["F"]))[hidden_action(**THREE, rarest=0.5).action]
    assert all(t == 0 for t, p in zip(rare.amounts, chances, strict=True) if p < F(1, 2))
    tight = hidden_action(**THREE, budget=F(1, 2))
    assert tight.exact.paid <= F(1, 2) < hidden_action(**THREE).exact.paid
    assert tight.exact.gap == 0
    two = hidden_action(**THREE, two_part=True).exact.amounts
    assert (two[2] - two[1]) * 4 == (two[1] - two[0]) * 6


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_monotone_payments_and_what_is_left_both_rise(seed):
    table, cost, reward = instance(seed)
    amounts = hidden_action(table, cost, reward, monotone=True).exact.amounts
    order = np.argsort(reward, kind="stable")
    assert amounts[order[0]] >= 0
    assert (np.diff(amounts[order]) >= 0).all()
    assert (np.diff((rational.exact(reward) - amounts)[order]) >= 0).all()


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_with_two_actions_and_monotone_likelihood_the_principal_holds_debt(seed):
    """Innes 1990: what is left to the principal is min(reward, D)."""
    rng = np.random.default_rng(seed)
    m = int(rng.integers(2, 7))
    low = rational.exact(rng.integers(1, 9, m))
    ratio = np.cumsum(rational.exact(rng.integers(1, 5, m)))  # likelihood of effort rises with the outcome
    low, high = low / low.sum(), low * ratio / (low * ratio).sum()
    reward = np.cumsum(rational.exact(rng.integers(1, 5, m)))
    most = ((high - low) * reward).sum()  # all of the reward rewards effort by this much
    found = hidden_action([low, high], [0, most * F(int(rng.integers(1, 10)), 10)], reward, monotone=True, action=1)
    kept = reward - found.exact.amounts
    assert (kept == np.minimum(reward, max(kept))).all()


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_robust_incentives_survive_every_law_nearby(seed):
    rng = np.random.default_rng(seed)
    table, cost, eta, eps = rng.dirichlet(np.ones(4), 5), rng.random(5) * 0.3, 0.01, 0.005
    try:
        found = hidden_action(table, cost, rng.random(4) * 5, variation=eta, payoff_error=eps, high=20)
    except Impossible:
        return
    a, t = found.action, found.contract
    slack = worst_slacks(table, cost, t, a, payoff_error=eps, variation=eta)
    assert slack.min() >= -1e-7
    for _ in range(50):
        near = table + eta * (rng.dirichlet(np.full(4, 0.1), 5) - rng.dirichlet(np.full(4, 0.1), 5))
        if near.min() < 0:
            continue
        utility = near @ t - cost + rng.uniform(-eps, eps, 5)
        assert (utility[a] - utility >= slack - 1e-9)[np.arange(5) != a].all()


def test_the_worst_law_is_the_worst_one():
    """Against the programme over all laws within total variation: exact by hand for three outcomes."""
    table, t = [[F(1, 10), F(3, 10), F(6, 10)], [F(5, 10), F(4, 10), F(1, 10)]], [F(0), F(1), F(3)]
    slack = worst_slacks(table, [1, 0], np.array(t, dtype=object), 0, variation=F(1, 5))
    # the wanted law loses 1/5 from 3 to 0; the other gains 1/5 from 0 to 3
    assert slack.tolist() == [0, (F(21, 10) - F(3, 5)) - 1 - (F(7, 10) + F(3, 5))]
    much = worst_slacks(table, [1, 0], np.array(t, dtype=object), 0, variation=F(7, 10))
    assert much[1] == F(2, 10) - 1 - F(26, 10)  # laws become [.8, .2, 0] and [0, .2, .8]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"F": [[0.5, 0.4], [0.2, 0.8]]}, "sum to 1"),
        ({"cost": [1]}, "cost"),
        ({"cost": [1, float("nan")]}, "finite"),
        ({"low": float("-inf")}, "finite least payment"),
        ({"low": 2, "high": 1}, "low ≤ high"),
        ({"margin": -1}, "margin of at least 0"),
        ({"margin": "much"}, "a number"),
        ({"low": [0, 0, 0]}, "one number, or 2"),
        ({"actions": ["work"]}, "2 different names"),
        ({"variation": 0.1}, "finite `high`"),
        ({"monotone": True, "two_part": True}, "one form"),
        ({"monotone": True, "reward": [-1, 0]}, "rewards of at least 0"),
        ({"rarest": 0.1, "monotone": True}, "free form"),
        ({"action": "sleep"}, "one of work, rest"),
    ],
)
def test_wrong_input_is_said(wrong, said):
    with pytest.raises(InputError, match=said):
        hidden_action(**{**WORK, **wrong})


def test_impossible_says_what_it_would_take():
    with pytest.raises(Impossible, match="budget of 1"):
        hidden_action(**WORK, action="work", budget=1)


# ── linear contracts ────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_the_best_share_is_that_of_brute_force(seed):
    table, cost, reward = instance(seed)
    found = linear_contract(table, cost, reward)
    worth, n = found.setting.worth, len(cost)
    crossings = {
        F(cost[b] - cost[a]) / (worth[b] - worth[a]) for a in range(n) for b in range(n) if worth[a] != worth[b]
    }
    best = max(
        (1 - share) * worth[a]
        for share in {F(0), *crossings}
        if 0 <= share <= 1
        for a in range(n)
        if share * worth[a] - cost[a] == max(share * worth[b] - cost[b] for b in range(n))
    )
    assert found.value == best
    assert found.loss >= 0
    assert all(p.holds for p in found.proved())
    for share in (F(1, 7), F(1, 2), F(9, 10)):  # the picture: who is best at a share
        segment = [s for s in found.segments if s.share <= share][-1]
        assert share * worth[segment.action] - cost[segment.action] == max(
            share * w - c for w, c in zip(worth, cost, strict=True)
        )


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_a_share_is_accepted(seed):
    table, cost, reward = instance(seed)
    try:
        found = linear_contract(table, cost, reward, outside=1)
    except Impossible:
        assert max(w - c for w, c in zip(linear_contract(table, cost, reward).setting.worth, cost, strict=True)) < 1
        return
    assert found.best.utility >= 1
    assert all(p.holds for p in found.proved())


def test_losses_have_no_share():
    with pytest.raises(InputError, match="rewards of at least 0"):
        linear_contract([[0.5, 0.5]], [0], [-1, 2])


# ── exact linear programmes ─────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_the_only_solution_is_found_exactly(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    matrix = rational.exact(rng.integers(-4, 5, (n + 2, n)))
    x = rational.exact(rng.integers(-3, 4, n)) / 7
    found = unique_solution(matrix.tolist(), matrix.dot(x).tolist())
    assert found == x.tolist() if np.linalg.matrix_rank(rational.floats(matrix)) == n else found is None
    wrong = matrix.dot(x)
    wrong[-1] += 1
    if np.linalg.matrix_rank(rational.floats(matrix[:-1])) == n:
        assert unique_solution(matrix.tolist(), wrong.tolist()) is None


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_any_prices_give_a_lower_bound(seed):
    rng = np.random.default_rng(seed)
    rows = rational.exact(rng.integers(-3, 4, (4, 5)))
    point = rational.exact(rng.integers(0, 4, 5))
    top = np.array([F(4), F(4), F(4), float("inf"), float("inf")], dtype=object)
    linear = Linear(rational.exact(rng.integers(1, 6, 5)), rows, rows.dot(point) - 1, point * 0, top)
    assert not linear.breaks(point)
    _, bound = linear.least(rational.exact(rng.integers(-1, 4, 4)) / 3)
    assert bound is None or bound <= linear.cost.dot(point)
    exact = linear.exactly()
    assert exact.bound <= exact.value <= linear.cost.dot(point)
    assert not linear.breaks(exact.x)


def test_laws_are_read_as_meant():
    assert law(np.array([0.8, 1 - 0.8])).tolist() == [F(4, 5), F(1, 5)]
    assert law(np.array([1 / 3] * 3)).tolist() == [F(1, 3)] * 3
    odd = law(np.array([0.123456789, 1 - 0.123456789]))
    assert sum(odd) == 1 and abs(float(odd[0]) - 0.123456789) < 1e-12
