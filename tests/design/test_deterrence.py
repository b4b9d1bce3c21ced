"""Deterrence, the monitor and its confidence bounds: closed forms against the payoffs that they come from."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.design import enforcement as en
from rulewright.design.enforcement import Monitor, at_least, at_most, deter, deterred_gain, needed_rate, read_scores
from rulewright.errors import Impossible, InputError
from rulewright.institution.sanctions import penalties
from rulewright.numerics.binomial import tail

shares = st.fractions(0, 1, max_denominator=20)
amounts = st.fractions(F(1, 10), 10, max_denominator=20)


@given(amounts, amounts, shares, shares, shares, st.fractions(0, 1, max_denominator=10))
def test_the_rate_is_the_least_that_deters(gain, stake, tpr, fpr, forfeit, margin):
    found = deter(gain, stake, tpr, fpr, forfeit, margin)
    assert math.isclose(found.rate or 2, min(needed_rate(gain, stake, tpr, fpr, forfeit, margin).item(), 2)) or (
        not found.feasible and needed_rate(gain, stake, tpr, fpr, forfeit, margin).item() > 1
    )
    if found.feasible:
        assert found.advantage(gain) == margin
        assert found.wrongful == found.rate * fpr * stake
    else:  # not even certain audits make complying better by the margin
        comply, violate = -fpr * stake, gain * (1 - forfeit * tpr) - tpr * stake
        assert comply - violate < margin


@given(amounts, amounts, shares, shares, shares, shares)
def test_what_deters_a_gain_deters_every_smaller_one(gain, stake, tpr, fpr, forfeit, part):
    found = deter(gain, stake, tpr, fpr, forfeit)
    if found.feasible and tpr >= fpr:
        assert found.advantage(part * gain) >= 0
        assert deterred_gain(found.rate, stake, tpr, fpr, forfeit).item() >= gain


def test_the_rate_agrees_with_the_game():
    """The audit as a sentence in the scenario's game: comply is a best reply at the rate, and not below it."""
    game = rw.load("audit_budget").game
    found = deter(1, 3, F(4, 5), F(1, 20))
    for rate, regret in ((found.rate, 0), (found.rate * F(99, 100), F(1, 100))):
        audit = rw.Audit("audit", "trust", rate, (rw.Sanction("agent", {"flag": 3}, on="monitor"),))
        assert rw.Play.pure(audit(game), {"agent": "comply"}).regret == regret


def test_penalties_are_priced_by_audits_and_by_what_a_wrongful_one_costs():
    table = penalties(reward=F(1, 10), access=2, discount=F(9, 10), stake=3, periods=2, left=F(1, 2), work=1)
    found = en.price(table, 1, F(4, 5), F(1, 20), audit_cost=F(1, 10))
    costs = [p.cost for p in found if p.cost is not None]
    assert costs == sorted(costs)
    by_name = {p.penalty.name: p for p in found}
    access = by_name["loss of future access"]
    assert access.cost == needed_rate(1, 18, F(4, 5), F(1, 20)).item() * (F(1, 10) + F(1, 20) * 9)
    assert by_name["lost tools or budget"].cost is None  # nothing to lose: only the gain is forfeited, 1/.8 audits
    assert found[-1].describe().endswith("too small to deter")


def test_numbers_out_of_range_are_told():
    with pytest.raises(InputError, match="tpr"):
        deter(1, 3, 1.2, 0)
    with pytest.raises(InputError, match="stake"):
        deter(1, -3, 1, 0)
    assert "No audit probability" in deter(1, 1, F(1, 2), F(1, 100)).describe()


# ── confidence ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("p", [F(1, 7), F(1, 2), F(9, 10)])
def test_the_tail_is_the_binomial_sum(p):
    for n, k in ((5, 0), (5, 3), (9, 2), (9, 9)):
        assert tail(n, k, p) == sum(math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1))


@given(st.integers(1, 60), st.data(), st.sampled_from([F(9, 10), F(95, 100), F(99, 100)]))
@settings(max_examples=40)
def test_the_bound_is_the_last_millionth_that_the_tail_allows(n, data, confidence):
    k = data.draw(st.integers(0, n))
    low, high = at_least(k, n, confidence), at_most(k, n, confidence)
    alpha = 1 - confidence
    assert low.bound <= F(k, n) <= high.bound
    assert tail(n, k, low.bound) <= alpha or k == 0
    assert tail(n, k, low.bound + F(2, 10**6)) > alpha
    assert 1 - tail(n, k + 1, high.bound) <= alpha or k == n


def test_all_or_nothing_has_a_closed_form():
    assert float(at_least(100, 100).bound) == pytest.approx(0.05**0.01, abs=2e-6)
    assert float(at_most(0, 300).bound) == pytest.approx(1 - 0.05 ** (1 / 300), abs=2e-6)
    assert at_least(0, 10).bound == 0
    assert at_most(10, 10).bound == 1
    for wrong in ((5, 3), (-1, 3), (0, 0), (1.5, 3)):
        with pytest.raises(InputError):
            at_least(*wrong)
    with pytest.raises(InputError, match="confidence"):
        at_least(1, 2, 1)


def test_the_bound_covers_as_often_as_it_says():
    """Exactly, not by sampling: over all outcomes of 40 trials the bound is above the truth with chance at most 5 %."""
    n, p = 40, F(7, 10)
    missed = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1) if at_least(k, n).bound > p)
    assert F(1, 100) < missed <= F(5, 100)


# ── the monitor ─────────────────────────────────────────────────────────────────────────────────────────────────

curves = st.lists(st.tuples(shares, shares), min_size=1, max_size=6)


@given(curves, amounts, st.fractions(0, 3, max_denominator=5), shares.filter(bool))
def test_the_operating_point_is_the_cheapest_of_all_lotteries(points, stake, weight, cap):
    monitor = Monitor.of(points)
    try:
        best = monitor.operating_point(1, stake, audit_cost=1, wrongful_weight=weight, most=cap)
    except Impossible:
        best = None
    grid = [F(k, 8) for k in range(9)]
    pairs = list(zip(monitor.fpr, monitor.tpr, strict=True))
    for f1, t1 in pairs:
        for f2, t2 in pairs:
            for x in grid:
                f, t = x * f1 + (1 - x) * f2, x * t1 + (1 - x) * t2
                bite = t * (1 + stake) - f * stake
                if bite > 0 and 1 / bite <= cap:
                    assert best is not None
                    assert best.cost <= (1 + weight * stake * f) / bite
    if best is not None:
        assert best.rate == needed_rate(1, stake, best.tpr, best.fpr).item() <= cap


@given(curves)
def test_nothing_lies_above_the_hull(points):
    monitor = Monitor.of(points)
    corners = monitor.hull()
    f, t = (np.array([float(x) for x in a]) for a in (monitor.fpr, monitor.tpr))
    slopes = np.diff(t[corners]) / np.diff(f[corners])
    assert (np.diff(slopes) < 1e-12).all()
    assert (np.interp(f, f[corners], t[corners]) >= t - 1e-12).all()


@pytest.mark.parametrize("stake", [2, 3, 10])
def test_audits_alone_are_fewest_where_the_slope_is_the_stake_over_one_more(stake):
    """On tpr = √fpr the slope 1/(2√fpr) is L/(1 + L) at fpr = ((1 + L)/(2L))², if that is at most 1."""
    grid = [(F(k, 400) ** 2, F(k, 400)) for k in range(401)]
    best = Monitor.of(grid).operating_point(1, stake, wrongful_weight=0)
    assert float(best.tpr) == pytest.approx(min(1, (1 + stake) / (2 * stake)), abs=1 / 400)
    careful = Monitor.of(grid).operating_point(1, stake, wrongful_weight=F(1, 2))
    assert careful.fpr < best.fpr


def test_the_larger_area_is_not_the_better_monitor():
    cautious, noisy = Monitor.of([(0, F(1, 2))]), Monitor.of([(F(1, 5), F(95, 100))])
    assert noisy.auc > cautious.auc
    price = {"audit_cost": F(1, 10), "wrongful_weight": 1}
    assert cautious.operating_point(1, 3, **price).cost < noisy.operating_point(1, 3, **price).cost


def test_a_lottery_is_needed_only_at_the_cap():
    monitor = Monitor.of([(F(1, 100), F(1, 2)), (F(1, 5), F(95, 100))])
    free = monitor.operating_point(1, 3, wrongful_weight=10)
    capped = monitor.operating_point(1, 3, wrongful_weight=10, most=F(2, 5))
    assert len(free.thresholds) == 1
    assert len(capped.thresholds) == 2
    assert capped.rate == F(2, 5)
    with pytest.raises(Impossible, match="least rate that deters is"):
        monitor.operating_point(1, 3, most=F(1, 10))


def labelled(count, seed=0):
    draw = np.random.default_rng(seed)
    labels = (np.arange(count) % 4 == 0).astype(int)
    return draw.normal(size=count).round(2) + 1.5 * labels, labels


def test_scores_give_the_curve_and_its_area():
    scores, labels = labelled(80)
    monitor = Monitor.from_scores(scores, labels)
    bad, good = scores[labels == 1], scores[labels == 0]
    area = np.mean((bad[:, None] > good) + 0.5 * (bad[:, None] == good))
    assert float(monitor.auc) == pytest.approx(area)  # Mann–Whitney
    for f, t, cut in zip(monitor.fpr[1:], monitor.tpr[1:], monitor.thresholds[1:], strict=True):
        assert (f, t) == (F(int((good >= float(cut)).sum()), len(good)), F(int((bad >= float(cut)).sum()), len(bad)))
    with pytest.raises(InputError, match="labels 0"):
        Monitor.from_scores([1, 2], [1, 1])


def test_bounded_rates_are_worse_and_say_so():
    scores, labels = labelled(400)
    monitor = Monitor.from_scores(scores, labels)
    known, all_cuts = monitor.operating_point(1, 3), monitor.bounded().operating_point(1, 3)
    fixed = monitor.bounded(at=[1, 0.5]).operating_point(1, 3)
    assert known.rate < fixed.rate < all_cuts.rate
    assert (known.grade, fixed.grade) == ("proved", "bounded with confidence")
    assert fixed.bounds[0].confidence == 1 - F(5, 100) / 4  # two bounds at two thresholds share the error
    assert "confidence 95 %" in fixed.describe()
    with pytest.raises(InputError, match="labelled scores"):
        Monitor.of([(0, 1)]).bounded()


def test_tables_are_read_and_mistakes_are_told(tmp_path):
    good = tmp_path / "log.csv"
    good.write_text("score,label,task\n0.9,attack,a\n0.2,benign,b\n0.4,1,c\n0.4,0,d\n", encoding="utf-8")
    lines = tmp_path / "log.jsonl"
    lines.write_text('{"s": 0.9, "y": true}\n\n{"s": 0.2, "y": 0}\n{"s": 0.4, "y": 1}\n{"s": 0.4, "y": false}\n')
    one, other = read_scores(good), read_scores(lines, score="s", label="y")
    assert one.tpr.tolist() == other.tpr.tolist() == [0, F(1, 2), 1, 1]
    for name, text, said in (
        ("a.csv", "score,label\n0.9,maybe\n", "line 2, column 'label'"),
        ("b.csv", "score,label\nhigh,1\n", "line 2, column 'score'"),
        ("c.csv", "points,label\n1,1\n", "needed a value in column 'score'"),
        ("d.csv", "score,label\n", "at least one row"),
        ("e.jsonl", "{\n", "line 1"),
        ("f.jsonl", "[1]\n", "JSON object"),
        ("g.csv", "score,label\n1,1\n", "honest"),
        ("h.txt", "", ".csv or .jsonl"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match=said):
            read_scores(tmp_path / name)
    with pytest.raises(InputError, match="readable"):
        read_scores(tmp_path / "none.csv")
