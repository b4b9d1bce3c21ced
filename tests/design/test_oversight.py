"""The oversight dial: bounds that hold at every threshold, what deters whom, and whether a reviewer looks."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.design import enforcement as en
from rulewright.design import oversight as ov
from rulewright.design.oversight.ranks import above, lower_bounds, risk_per_rank
from rulewright.errors import Impossible, InputError

# ── bounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_risk_for_every_rank_known():
    """n = 1: the bound is the risk itself. n = 2 by hand: U₍₁₎ ≥ b₁ and U₍₂₎ ≥ b₂ with b₁ ≤ b₂ has chance 1 − b₂² − 2b₁(1 − b₂)."""
    assert lower_bounds(1, 0.1)[0] == pytest.approx(0.1, abs=1e-6)
    assert above(np.array([0.1])) == pytest.approx(0.9)
    b = np.array([0.2, 0.5])
    by_hand = (1 - b[0]) ** 2 - (b[1] - b[0]) ** 2
    assert above(b) == pytest.approx(by_hand)
    assert F(1, 40) / 50 < risk_per_rank(50, F(1, 40)) < F(1, 40)


def test_ranks_cover_uniform_draws_as_often_as_they_say():
    n, risk = 40, F(1, 10)
    bounds = lower_bounds(n, float(risk_per_rank(n, risk)))
    draws = np.sort(np.random.default_rng(0).random((40_000, n)), axis=1)
    missed = float((draws < bounds).any(axis=1).mean())
    assert abs(missed - 0.1) < 4 * (0.09 / 40_000) ** 0.5


@pytest.mark.parametrize("method", ["ranks", "dkw"])
@pytest.mark.parametrize("ties", [False, True])
def test_both_rates_are_covered_at_every_threshold_at_once(method, ties):
    """Logistic scores, whose true rates are known at every threshold; also rounded to whole numbers."""
    shift, sizes, runs, wrong = 1.5, (20, 25), 60, 0
    rng = np.random.default_rng(3)
    for _ in range(runs):
        labels = np.repeat([1, 0], sizes)
        scores = rng.logistic(size=sum(sizes)) + shift * labels
        scores = np.floor(scores) if ties else scores
        found = ov.band(scores, labels, F(8, 10), method=method)
        cuts = np.array([float(x) for x in found.monitor.thresholds[1:-1]])
        tpr, fpr = 1 / (1 + np.exp(cuts - shift)), 1 / (1 + np.exp(cuts))
        low = np.array([float(x) for x in found.monitor.tpr[1:-1]])
        high = np.array([float(x) for x in found.monitor.fpr[1:-1]])
        wrong += bool((tpr < low).any() or (fpr > high).any())
    # at most 20 % are wrong; 60 runs, 99.9 % of a binomial lie below 22
    assert wrong <= 22
    if method == "ranks" and not ties:
        assert wrong >= 2, "bounds that are never wrong at 80 % are far too wide"


def test_bounds_at_one_threshold_do_not_hold_for_the_one_that_is_picked():
    """A monitor that knows nothing: the best looking threshold beats its own fixed bound much too often, not the uniform one."""
    rng, fixed, uniform, runs = np.random.default_rng(1), 0, 0, 60
    labels = np.repeat([1, 0], (25, 25))
    for _ in range(runs):
        scores = rng.random(50)
        cuts = np.sort(scores)
        hits = [(scores[:25] >= c).sum() for c in cuts]
        lows = [float(en.at_least(int(h), 25, F(9, 10)).bound) for h in hits]
        fixed += any(low > 1 - c for low, c in zip(lows, cuts, strict=True))
        found = ov.band(scores, labels, F(8, 10))
        cuts = np.array([float(x) for x in found.monitor.thresholds[1:-1]])
        uniform += bool((np.array([float(x) for x in found.monitor.tpr[1:-1]]) > 1 - cuts).any())
    assert fixed > 0.25 * runs and uniform <= 0.25 * runs  # 10 % each is what both say of themselves


def test_dkw_is_its_formula():
    found = ov.band(np.arange(20.0), [0, 1] * 10, F(9, 10), method="dkw")
    distance = np.sqrt(np.log(20) / 20)
    for k, low in enumerate(found.monitor.tpr[1:-1]):
        assert float(low) == pytest.approx(max(0, found.hits[k] / 10 - distance), abs=3e-6)


def test_a_threshold_that_was_fixed_costs_less():
    labels = (np.arange(300) < 100).astype(int)
    scores = np.random.default_rng(0).normal(size=300) + 2 * labels
    free, fixed = ov.band(scores, labels), ov.band(scores, labels, method="fixed", at=[1])
    at = np.searchsorted(-free.thresholds, -1.0, side="right") - 1
    assert fixed.monitor.tpr[1] > free.monitor.tpr[1 + at] and fixed.monitor.fpr[1] < free.monitor.fpr[1 + at]
    with pytest.raises(InputError):
        ov.band(scores, labels, at=[1])
    with pytest.raises(InputError):
        ov.band(scores, labels, method="bootstrap")


# ── agents ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_logit_agent_violates_as_often_as_it_says():
    """Against the house's logit response on the same one-agent game."""
    gain, stake, tpr, fpr, lam = 1.0, 3.0, 0.8, 0.05, 4.0
    rate = ov.logit_rate(gain, stake, tpr, fpr, rationality=lam, tolerated=0.02)
    assert rate is not None
    better = rate * (tpr * (gain + stake) - fpr * stake) - gain
    assert 1 / (1 + np.exp(lam * better)) == pytest.approx(0.02)
    assert ov.logit_violations([rate], [stake], gain=gain, tpr=tpr, fpr=fpr, rationality=lam)[0, 0] == pytest.approx(
        0.02
    )
    rational = float(en.deter(gain, stake, tpr, fpr).rate)
    assert rational < rate and ov.logit_rate(gain, stake, tpr, fpr, rationality=lam, tolerated=0.5) == pytest.approx(
        rational
    )
    assert ov.logit_rate(gain, 0.1, tpr, fpr, rationality=lam, tolerated=0.02) is None
    for lam, tolerated in ((0, 0.1), (1, 0), (1, 1), (float("nan"), 0.1)):
        with pytest.raises(InputError):
            ov.logit_margin(lam, tolerated)


def test_a_learner_stops_when_it_is_always_seen_and_never_when_nobody_looks():
    found = ov.learned_violations([0.0, 1.0], 3.0, gain=1.0, tpr=0.9, fpr=0.0)
    assert found[0].low == found[0].high == 1 and found[1].high < 0.02
    assert ov.learned_violations([0.5], 3.0, gain=1.0, tpr=0.9, fpr=0.0) == ov.learned_violations(
        [0.5], 3.0, gain=1.0, tpr=0.9, fpr=0.0
    )


@pytest.mark.parametrize(("stake", "tpr", "fpr", "fewer"), [(10, F(9, 10), 0, True), (1, F(58, 100), F(1, 10), False)])
def test_a_learner_is_burnt_by_heavy_fines_and_confused_by_light_ones(stake, tpr, fpr, fewer):
    """It needs fewer audits than a maximiser where the fine is heavy, more where it is light and false flags are many."""
    rational = float(en.deter(1, stake, tpr, fpr).rate)
    learned = ov.learned_rate(float(stake), gain=1.0, tpr=float(tpr), fpr=float(fpr), tolerated=0.05)
    assert learned is not None and (learned < rational) == fewer


def test_the_frontier_deters_at_the_bounds_and_falls_in_the_penalty():
    labels = (np.arange(450) < 150).astype(int)
    scores = (np.random.default_rng(0).normal(size=450) + 2 * labels).round(1)
    terms = ov.Terms.of(gain=1, liability=4, budget=1)
    rows = ov.frontier(ov.band(scores, labels), terms, [1, 2, 4], learn=False)
    rates = [row.least.rate for row in rows]
    assert rates == sorted(rates, reverse=True) and all(r <= 1 for r in rates)
    for row in rows:
        assert (
            en.Deterrence(F(1), row.stake, row.least.tpr, row.least.fpr, F(1), F(0), row.least.rate).advantage(1) == 0
        )
        assert row.measured.rate < row.least.rate < row.noisy.rate if row.noisy else row.measured.rate < row.least.rate
        assert row.sure.cost <= row.least.rate * terms.audit_cost + terms.wrongful_weight * row.least.wrongful
    (none,) = ov.frontier(ov.band(scores, labels), ov.Terms.of(gain=1, budget=F(1, 100)), [1], learn=False)
    assert none.least is None and none.sure is None
    for wrong in ({"gain": 0}, {"gain": float("nan")}, {"budget": 2}, {"liability": -1}, {"tolerated": 0.0}):
        with pytest.raises(InputError):
            ov.Terms.of(**wrong)


# ── reviewers ───────────────────────────────────────────────────────────────────────────────────────────────────────

shares = st.fractions(0, 1, max_denominator=12)
money = st.fractions(0, 5, max_denominator=6)


@settings(max_examples=30, deadline=None)
@given(money, shares, shares, money, money, money, shares, shares, shares)
def test_pay_is_what_chances_say(c, t, f, b, e, m, d, rho, part):
    """By enumeration of what an act may be, and what becomes known of it."""
    probes = rho * part
    reviewer = ov.Reviewer.of(c, tpr=t, fpr=f, bounty=b, false_alarm=e, miss=m, discovery=d)
    worth = dict.fromkeys(("look", "approve", "flag"), F(0))
    for kind, chance in (("probe", probes), ("real", rho - probes), ("honest", 1 - rho)):
        found = {"probe": F(1), "real": d, "honest": F(0)}[kind]
        flags = f if kind == "honest" else t
        for act, flag in (("look", flags), ("approve", F(0)), ("flag", F(1))):
            paid = flag * (-e if kind == "honest" else b) - (1 - flag) * found * m
            worth[act] += chance * (paid - (c if act == "look" else 0))
    assert reviewer.pay(rho, probes) == tuple(worth.values())


def test_rubber_stamping_is_an_equilibrium_where_looking_is_worth_too_little():
    """Known: τ·tpr·b against c, with no false alarms and nothing that comes to light."""
    poor, rich = (ov.Reviewer.of(F(1, 10), tpr=F(4, 5), bounty=b) for b in (1, 2))
    assert poor.rubber_stamps(F(1, 10)) and not rich.rubber_stamps(F(1, 10))
    assert rich.worth_of_looking(F(1, 10)) == F(4, 50) * 2 - F(1, 10)
    game = en.Inspection.of(1, 3, tpr=F(4, 5), audit_cost=F(1, 10), miss=0, bounty=F(1, 8))
    same = ov.Reviewer.of(F(1, 10), tpr=F(4, 5), bounty=F(1, 8))
    looks = game.payoffs[0, 0, 1] > game.payoffs[0, 1, 1]  # of an agent that violates for sure, against trusting it
    assert looks != same.rubber_stamps(1)


@pytest.mark.parametrize("fpr", [0, F(1, 20)])
def test_known_answers_are_the_least_that_make_it_look(fpr):
    reviewer = ov.Reviewer.of(F(1, 10), tpr=F(4, 5), fpr=fpr, bounty=1, miss=2, false_alarm=F(1, 4))
    share = reviewer.probes
    assert share == (F(1, 10) + fpr * F(1, 4)) / (F(4, 5) * 3 + fpr * F(1, 4))
    look, approve, _ = reviewer.pay(share, share)
    assert look == approve
    for off, sign in ((F(1, 1000), 1), (-F(1, 1000), -1)):
        look, approve, _ = reviewer.pay(share + off, share + off)
        assert (look - approve) * sign > 0
    assert ov.Reviewer.of(3, tpr=F(4, 5), bounty=1, miss=2).probes is None


def test_the_rule_leaves_only_looking_and_agrees_with_the_contract():
    """At the rule's edge all three are equally good; `auditor_contract` finds no cheaper share: below it its programme needs
    more.
    """
    rule = ov.known_answers(F(1, 10), liability=2, tpr=F(4, 5), fpr=F(1, 20), bounty=1)
    share = rule.probes
    assert len(set(rule.pay(share, share))) == 1
    assert rule.price_of_false_alarms(share) == rule.false_alarm
    cheap = en.auditor_contract(F(1, 10), tpr=F(4, 5), fpr=F(1, 20), violations=share, discovery=1, low=-2, high=1)
    assert cheap.advantage >= 0
    with pytest.raises(Impossible):
        en.auditor_contract(
            F(1, 10), tpr=F(4, 5), fpr=F(1, 20), violations=share * F(9, 10), discovery=1, low=-2, high=1
        )
    with pytest.raises(Impossible):
        ov.known_answers(5, liability=2, tpr=F(4, 5), bounty=1)


def test_a_look_that_costs_nothing_needs_no_price():
    free = ov.known_answers(0, liability=1, tpr="1/3", fpr="1/2", bounty=1)
    assert free.probes == 0 and free.false_alarm == 0
    for cost, tpr, worth in ((1, "1/2", 0), (0, 0, 1)):  # nothing to win by looking
        with pytest.raises(Impossible):
            ov.known_answers(cost, liability=worth, tpr=tpr, fpr="1/2", bounty=0)


def test_a_heavier_fine_lowers_inspections_and_not_violations_unless_committed():
    """Against enumeration of equilibria, at the rates of a reviewer's game with bounty and false alarms."""
    plays = []
    for stake in (1, 2, 8):
        game = en.Inspection.of(
            1, stake, tpr=F(9, 10), fpr=F(1, 10), audit_cost=F(1, 5), miss=2, bounty=F(1, 2), false_alarm=F(1, 4)
        )
        (found,) = rw.Nash()(game.game()).plays
        free = game.without_commitment()
        assert found.strategies[0].ravel()[0] == pytest.approx(float(free.inspections))
        assert found.strategies[1].ravel()[1] == pytest.approx(float(free.violations))
        assert game.with_commitment().violations == 0
        plays.append(free)
    assert all(a.inspections > b.inspections and a.violations == b.violations for a, b in itertools.pairwise(plays))
