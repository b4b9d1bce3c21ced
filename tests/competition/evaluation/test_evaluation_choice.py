"""Plans, verdicts and sequential designs keep their promises in simulation; chances of selection are those of brute force."""

import itertools
import math
from fractions import Fraction as F

import numpy as np
import pytest

from rulewright.competition.evaluation import chances
from rulewright.competition.evaluation.planning import binary_wrong, curve, plan, within
from rulewright.competition.evaluation.sequential import betting, eliminate, halve, halving_error
from rulewright.competition.evaluation.verdict import judge
from rulewright.competition.market.table import Table
from rulewright.errors import InputError


def allowed(share, runs):
    return share + 3.5 * math.sqrt(share * (1 - share) / runs)


# ── chances ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_exact_chances_are_those_of_enumeration():
    values, n = [F(1, 2), F(1, 3), F(3, 4)], 2
    found = [F(0)] * 3
    for counts in itertools.product(range(n + 1), repeat=3):
        law = math.prod(math.comb(n, x) * p**x * (1 - p) ** (n - x) for x, p in zip(counts, values, strict=True))
        best = [i for i in range(3) if counts[i] == max(counts)]
        for i in best:
            found[i] += law / len(best)
    assert chances.sampled(values, n).tolist() == found
    strict = chances.sampled(values, n, ties="lost")
    assert all(s < f for s, f in zip(strict, found, strict=True)) and sum(found) == 1


def test_floating_chances_agree_with_exact_ones():
    exact = chances.sampled([F(1, 2), F(1, 3), F(3, 4), F(1, 10)], 12)
    assert chances.sampled([1 / 2, 1 / 3, 3 / 4, 1 / 10], 12) == pytest.approx(exact.astype(float), abs=1e-12)
    assert chances.sampled([0.0, 1.0], 5).tolist() == [0.0, 1.0]


def test_probit_chances_by_simulation_and_in_closed_form():
    """10⁵ draws, seed 0; within 4.5 standard errors."""
    values, scale = np.array([0.3, 0.5, 0.45]), 0.2
    seen = values + scale * np.random.default_rng(0).normal(size=(100_000, 3))
    share = np.bincount(seen.argmax(axis=1), minlength=3) / 100_000
    assert chances.probit(values, scale) == pytest.approx(share, abs=4.5 * 0.5 / math.sqrt(100_000))
    pair = chances.probit(values[:2], scale)
    assert chances.probit(np.array([0.3, 0.5, -9.0]), scale)[:2] == pytest.approx(pair, abs=1e-9)
    assert pair[1] == pytest.approx(0.5 * math.erfc(-0.2 / (0.2 * 2)), abs=1e-12)


def test_normal_is_accurate_between_its_points():
    x = np.linspace(-7, 7, 1237)
    assert chances.normal(x) == pytest.approx([0.5 * math.erfc(-z / math.sqrt(2)) for z in x], abs=1e-12)


def test_wrong_values_are_told():
    for values, n, ties in (([0.5, 1.5], 3, "random"), ([0.5, 0.5], 0, "random"), ([0.5, 0.5], 3, "mine")):
        with pytest.raises(InputError):
            chances.sampled(values, n, ties=ties)
    for law, wrong in (
        (chances.probit, 0.0),
        (chances.probit, -1.0),
        (chances.softmax, np.inf),
        (chances.softmax, -1.0),
    ):
        with pytest.raises(InputError):
            law([0.1, 0.2, 0.3], wrong)


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_keeps_its_promise_where_it_is_hardest():
    """5 AIs, four of them just more than Δ = 0.2 worse, 4,000 runs, seed 0: right or wrong, n by the exact count."""
    made = plan(5, 0.2, 0.9, binary=True)
    n = made.options[0].items
    rng = np.random.default_rng(0)
    for best in (0.5, 0.6, 0.9):
        counts = rng.binomial(n, [best] + [best - 0.2001] * 4, size=(4000, 5))
        assert np.mean(counts[:, 1:].max(axis=1) >= counts[:, 0]) <= allowed(0.1, 4000)
    fewer = rng.binomial(n // 2, [0.6] + [0.4] * 4, size=(4000, 5))
    assert np.mean(fewer[:, 1:].max(axis=1) >= fewer[:, 0]) > 0.1  # with half the items the promise is broken


def test_the_exact_count_holds_at_every_value():
    made = plan(3, 0.1, 0.95, binary=True)
    exact, hoeffding = made.options
    assert exact.items < hoeffding.items == math.ceil(math.log(2 / 0.05) / 0.01)
    worst = max(binary_wrong(p, p - 0.1, exact.items, 3) for p in np.linspace(0.1, 1, 901))
    assert 0.04 < worst <= 0.05
    assert max(binary_wrong(p, p - 0.1, exact.items - 5, 3) for p in np.linspace(0.1, 1, 901)) > 0.0499


def test_bernstein_plan_in_simulation():
    """Differences of standard deviation .2 at most, the same items: 3,000 runs, seed 4."""
    made = plan(3, 0.05, 0.9, same_items=True, spread=0.2)
    n = made.items
    assert made.options[0].method == "Bernstein" and n < made.options[1].items / 4
    rng = np.random.default_rng(4)
    step = np.where(rng.random((3000, n, 2)) < 0.5, 0.19, -0.19)
    assert np.mean((step.mean(axis=1) - 0.0501 >= 0).any(axis=1)) <= allowed(0.1, 3000)


def test_within_inverts_the_plan():
    n = plan(7, 0.04).items
    assert within(7, n) <= 0.04 < within(7, n - 1)
    assert curve(7, [n, 4 * n])[:, 0] == pytest.approx([within(7, n), within(7, n) / 2])
    assert plan(7, 0.4, low=0, high=10).items == plan(7, 0.04).items
    assert "within 0.04 of the best AI" in plan(7, 0.04).describe()


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 1, "within": 0.1},
        {"k": 3, "within": 0},
        {"k": 3, "within": 2},
        {"k": 3, "within": 0.1, "spread": 0.1},
        {"k": 3, "within": 0.1, "binary": True, "same_items": True},
        {"k": 3, "within": 0.1, "confidence": 1.5},
    ],
)
def test_plans_that_make_no_sense_are_told(wrong):
    with pytest.raises(InputError):
        plan(**wrong)


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("same_items", [True, False])
def test_a_verdict_is_right_as_often_as_it_says(same_items):
    """600 tables of 120 items × 4 AIs, seed 7: best AI, ranks and loss of the pick, all at once, wrong in at most 10 %."""
    rng, truth, wrong = np.random.default_rng(7), np.array([0.8, 0.72, 0.5, 0.2]), 0
    order = np.arange(1, 5)
    for _ in range(600):
        found = judge((rng.random((120, 4)) < truth).astype(float), 0.9, same_items=same_items)
        ranks = found.ranks
        right = 0 in found.may_be_best and (ranks[:, 0] <= order).all() and (order <= ranks[:, 1]).all()
        wrong += not (right and truth[0] - truth[found.pick] <= found.within)
    assert wrong <= 600 * allowed(0.1, 600)


def test_a_verdict_says_no_more_than_the_range_of_scores_allows():
    for same_items in (True, False):
        assert judge([[0.0, 1.0], [1.0, 0.0]], same_items=same_items).within == 1.0
        assert judge([[-5.0, 5.0], [5.0, -5.0]], low=-5, high=5, same_items=same_items).within == 10.0


def test_paired_differences_decide_sooner():
    rng = np.random.default_rng(3)
    hard = rng.random((500, 1))  # how hard an item is moves all AIs
    scores = np.clip(hard + np.array([0.06, 0.0, -0.06]), 0, 1)
    assert judge(scores).decided and not judge(scores, same_items=False).decided
    assert judge(scores).pick == 0 and judge(scores).within == 0


def test_forecast_is_where_the_same_table_repeated_decides():
    rng = np.random.default_rng(1)
    scores = (rng.random((500, 3)) < [0.7, 0.6, 0.3]).astype(float)
    found = judge(scores, method="hoeffding")
    assert not found.decided and found.forecast is not None
    times = math.ceil(found.forecast / 500)
    assert judge(np.tile(scores, (times, 1)), method="hoeffding").decided
    assert not judge(np.tile(scores, (times - 1, 1)), method="hoeffding").decided
    assert "more items would decide" in found.describe()


def test_a_table_of_the_house_is_read():
    table = Table.of(np.zeros(3), np.array([[1.0, 0], [1, 0], [1, 0.5]]), names=["a", "b"])
    assert judge(table).names == ("a", "b") and judge(table).pick == 0
    with pytest.raises(InputError, match="at least two items"):
        judge(np.ones((1, 3)))


# ── sequential ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("way", ["mixture", "betting"])
def test_elimination_keeps_the_best_and_saves_scores(way):
    """150 runs of 1,200 items × 4, seed 5."""
    rng, truth, lost, used = np.random.default_rng(5), np.array([0.7, 0.4, 0.35, 0.1]), 0, []
    for _ in range(150):
        found = eliminate((rng.random((1200, 4)) < truth).astype(float), 0.9, way=way)
        lost += 0 not in found.left
        used.append(found.evaluations)
        assert found.within >= truth[0] - truth[found.left[0]] or 0 not in found.left
    assert lost <= 150 * allowed(0.1, 150)
    assert np.mean(used) < 4 * 300


def test_betting_intervals_hold_at_all_times():
    """800 walks of 1,000 differences that are 1 or −1, and as many that are ±.1, seed 6."""
    rng = np.random.default_rng(6)
    steps = np.where(rng.random((1000, 800)) < 0.5, 1.0, -1.0)
    for size in (1.0, 0.1):
        centre, wide = betting(size * steps, 0.1)
        assert np.mean((abs(centre) > wide).any(axis=0)) <= allowed(0.1, 800)
        assert np.mean((abs(centre) > 0.4 * wide).any(axis=0)) > 0.1
    assert wide[-1, 0] < 0.06  # what varies little is soon known


def test_sharp_gaps_are_decided():
    scores = np.column_stack([np.ones(400), np.zeros(400), np.tile([0.0, 1.0], 200)])
    found = eliminate(scores)
    assert found.decided and found.left == (0,) and found.dropped_at[0] == 0 < found.dropped_at[1] < found.dropped_at[2]
    with pytest.raises(InputError, match="way"):
        eliminate(scores, way="hope")


def test_halving_loses_the_best_no_more_often_than_proved():
    """1,000 runs, seed 8, at a budget where the bound says something."""
    truth, budget = np.array([0.2, 0.9, 0.3, 0.1]), 600
    most = halving_error(truth, budget)
    rng, lost = np.random.default_rng(8), 0
    for _ in range(1000):
        lost += halve((rng.random((400, 4)) < truth).astype(float), budget) != 1
    assert most < 0.2 and lost <= 1000 * allowed(most, 1000)
    assert halving_error([0.5, 0.5], 10**9) == 1.0
    with pytest.raises(InputError, match="budget"):
        halve(np.ones((10, 4)), 3)
