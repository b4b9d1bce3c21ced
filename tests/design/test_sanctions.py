"""Several offences, repetition, self-reports, the auditor and its pay: closed forms and programmes against the definitions."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.nash import extreme
from rulewright.behaviour.stackelberg import multiple_programmes
from rulewright.design.enforcement import (
    Correction,
    Inspection,
    Offences,
    auditor_contract,
    graduated,
    mixed,
    needed_rate,
    self_reporting,
    worth_of_penalties,
)
from rulewright.design.enforcement.auditor_contract import reports
from rulewright.errors import Impossible, InputError
from rulewright.institution.sanctions import SelfReport, penalties

shares = st.fractions(0, 1, max_denominator=10)
amounts = st.fractions(F(1, 10), 6, max_denominator=10)

# ── several offences ────────────────────────────────────────────────────────────────────────────────────────────

PETTY_AND_GRAVE = {
    "gains": [[0, 1, 2], [0, 4, 5]],
    "detection": [[F(1, 20), 0], [F(4, 5), 0], [0, F(4, 5)]],
    "liability": 3,
    "harm": [0, 1, 10],
    "audit_cost": F(1, 10),
}


def test_where_not_all_can_be_deterred_a_flat_penalty_sends_agents_to_the_worst():
    offences = Offences.of(**PETTY_AND_GRAVE)
    found = offences.schedule(most=F(1, 2))
    assert found.acts == (1, 1)  # both kinds stay with the petty offence
    assert offences.replies(found.rate, found.penalties) == found.acts
    assert found.penalties.tolist() == [0, 3]
    assert offences.replies(found.rate, [3, 3]) == (2, 2)  # the same audits, everything at the bound
    assert offences.cost(found.rate, [3, 3], (2, 2)) > found.cost
    more = offences.schedule()
    assert more.acts == (0, 1)
    assert 0 < more.penalties[0] < more.penalties[1]


def test_one_offence_needs_what_the_closed_form_says():
    offences = Offences.of([0, 1], [[F(1, 20)], [F(4, 5)]], 3, [0, 50], audit_cost=F(1, 10), forfeit=1)
    found = offences.schedule()
    assert found.deters_all
    assert found.rate == needed_rate(1, 3, F(4, 5), F(1, 20)).item()
    assert found.flaw == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_no_schedule_on_a_grid_is_cheaper(seed):
    draw = np.random.default_rng(seed)
    gains = np.concatenate([[[0], [0]], np.sort(draw.integers(1, 9, (2, 2)), axis=1)], axis=1)
    offences = Offences.of(
        gains,
        [[F(1, 10), 0], [F(1, 2), F(1, 10)], [F(1, 10), F(4, 5)]],
        [F(int(draw.integers(1, 8))), F(int(draw.integers(1, 8)))],
        [0, 1, int(draw.integers(2, 9))],
        audit_cost=F(int(draw.integers(1, 9)), 4),
        wrongful_weight=1,
        forfeit=F(1, 2),
    )
    found = offences.schedule()
    assert found.flaw < 1e-6
    for q, a, b in itertools.product([F(k, 6) for k in range(7)], *[[F(k, 4) for k in range(5)]] * 2):
        marks = [a * offences.liability[0], b * offences.liability[1]]
        assert offences.cost(q, marks, offences.replies(q, marks)) >= found.cost - F(1, 10**5)


def test_offences_that_do_not_fit_are_told():
    with pytest.raises(InputError, match="rows of probabilities"):
        Offences.of([0, 1], [[1, 1], [0, 0]], 1, [0, 1])
    with pytest.raises(InputError, match="one harm"):
        Offences.of([0, 1], [[0], [1]], 1, [0])


# ── repetition and reports ──────────────────────────────────────────────────────────────────────────────────────


def best_reply_by_iteration(marks, *, gain, seen, false, discount, access, forfeit, excludes):
    """[count]: what an agent gets at most, and what complying gets, by value iteration over the record."""
    n = len(marks)
    values = np.zeros(n + 1)
    after = [min(k + 1, n - 1) if not excludes else k + 1 for k in range(n)]
    for _ in range(2000):
        comply = [
            access - false * marks[k] + discount * ((1 - false) * values[k] + false * values[after[k]])
            for k in range(n)
        ]
        violate = [
            access
            + gain * (1 - forfeit * seen)
            - seen * marks[k]
            + discount * ((1 - seen) * values[k] + seen * values[after[k]])
            for k in range(n)
        ]
        values[:n] = np.maximum(comply, violate)
    return values[:n], np.array(comply), np.array(violate)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(amounts, min_size=1, max_size=3),
    st.fractions(F(1, 10), 2, max_denominator=10),
    st.sampled_from([F(1, 2), F(9, 10)]),
    st.sampled_from([F(0), F(1, 20), F(1, 5)]),
    st.booleans(),
)
def test_graduated_penalties_deter_at_every_count_and_no_milder_first_one_does(limits, gain, discount, false, excludes):
    law = {"seen": F(1, 2), "false": false, "discount": discount, "access": F(1, 2)}
    record = {key: x for key, x in law.items() if key != "seen"}
    try:
        found = graduated(gain, limits, forfeit=F(1, 2), excludes=excludes, **law)
    except Impossible:
        reach, _ = worth_of_penalties(limits, excludes=excludes, **record)
        assert min(reach) < gain * (1 - F(1, 4)) / (F(1, 2) - false)
        return
    assert all(0 <= s <= most for s, most in zip(found.penalties, limits, strict=True))
    numbers = {key: float(x) for key, x in law.items()} | {"gain": float(gain), "forfeit": 0.5, "excludes": excludes}
    _, comply, violate = best_reply_by_iteration([float(s) for s in found.penalties], **numbers)
    assert (comply >= violate - 1e-9).all()
    assert found.honest_loss == false * found.effective[0] / (1 - discount)
    if found.penalties[0] > 0:  # with the harshest that may follow
        softer = [found.penalties[0] * F(99, 100), *limits[1:]]
        assert min(worth_of_penalties(softer, excludes=excludes, **record)[0]) < found.needed


def test_loss_of_access_is_worth_what_the_formula_says():
    """Exclusion after the first flag, no fine, no false flags: δv/(1 − δ)."""
    (effect,), _ = worth_of_penalties([0], false=0, discount=F(9, 10), access=2)
    assert effect == F(9, 10) * 2 / F(1, 10)
    named = {p.name: p for p in penalties(reward=1, access=2, discount=F(9, 10), stake=3, periods=2, left=F(1, 2))}
    assert named["loss of future access"].bound == effect
    assert named["quarantine"].bound == 2 * (F(9, 10) + F(81, 100))
    assert named["forfeited stake"].bound == 3
    assert named["loss of future access"].bound > named["quarantine"].bound
    with pytest.raises(InputError, match="discount"):
        penalties(reward=1, access=2, discount=1)


def test_a_warning_first_costs_the_honest_nothing_more():
    """The first flag is free if what stands behind it is harsh; the honest agent loses f·K/(1 − δ) either way."""
    law = {"seen": F(1, 2), "false": F(1, 10), "discount": F(9, 10)}
    warned = graduated(F(1, 2), [5, 20], excludes=False, **law)
    flat = graduated(F(1, 2), [5], excludes=False, **law)
    assert warned.warnings == 1
    assert flat.penalties == (F(5, 4),)
    assert warned.honest_loss >= flat.honest_loss == F(1, 10) * F(5, 4) / F(1, 10)


@given(st.lists(amounts, min_size=2, max_size=4), shares, amounts, shares, shares)
def test_self_reports_change_no_incentive_and_save_audits(gains, rate, stake, tpr, fpr):
    chances = [F(1, len(gains))] * len(gains)
    found = self_reporting(gains, chances, rate, stake, tpr, fpr, audit_cost=2)
    for gain, sanction, offends in zip(gains, found.sanction, found.offends, strict=True):
        unreported = gain * (1 - rate * tpr) - rate * tpr * stake
        assert gain - sanction == unreported
        assert offends == (unreported > -rate * fpr * stake)
    assert found.audits - found.audits_with_reports == rate * F(sum(found.offends), len(gains))
    assert found.saved == 2 * (found.audits - found.audits_with_reports)


def test_self_report_as_a_sentence():
    """In a game: reporting at the expected sanction is exactly as good as offending in silence."""
    scenario = rw.load("audit_budget", gain="6")
    game = scenario.game
    audit = rw.Audit("audit", "trust", F(1, 4), (rw.Sanction("agent", {"flag": 3}, on="monitor"),))
    induced = SelfReport(audit, "agent", "violate", F(1, 2))(game)
    plain = audit(game)
    assert induced.payoff[1, 0, 0, :, 1].tolist() == [x - F(1, 2) for x in plain.payoff[1, 0, 0, :, 1]]
    assert induced.payoff[1, 0, 0, :, 0].tolist() == plain.payoff[1, 0, 0, :, 0].tolist()


# ── the auditor ─────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=60, deadline=None)
@given(amounts, amounts, amounts, amounts, shares, shares, st.fractions(0, 2, max_denominator=4))
def test_the_inspection_game_is_its_enumeration(gain, stake, cost, miss, tpr, fpr, alarm):
    game = Inspection.of(gain, stake, audit_cost=cost, miss=miss, tpr=tpr, fpr=fpr, false_alarm=alarm)
    play, committed = game.without_commitment(), game.with_commitment()
    auditor, agent = (np.array(table, dtype=float) for table in game.payoffs)
    found = extreme(auditor, agent)
    ours = np.array([float(play.inspections), float(play.violations)])
    assert any(np.allclose([x[0], y[1]], ours, atol=1e-7) for x, y in found)
    assert float(committed.auditor) == pytest.approx(multiple_programmes(auditor, agent).value, abs=1e-7)
    assert committed.auditor >= play.auditor


def test_a_heavier_fine_lowers_inspections_and_leaves_violations():
    plays = [
        Inspection.of(1, stake, audit_cost=F(1, 10), miss=5, tpr=F(4, 5), fpr=F(1, 20)).without_commitment()
        for stake in (1, 3, 10)
    ]
    assert [p.violations for p in plays] == [F(1, 40)] * 3
    assert plays[0].inspections > plays[1].inspections > plays[2].inspections
    shared = Inspection.of(1, 10, audit_cost=F(1, 10), miss=5, tpr=F(4, 5), fpr=F(1, 20), bounty=10)
    assert shared.without_commitment().violations < F(1, 40)  # a bounty does reach the violations


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fractions(-5, 5, max_denominator=4), min_size=8, max_size=8), amounts, amounts, shares)
def test_payments_on_the_joint_event_have_one_mixed_equilibrium(pay, care, cost, tpr):
    game = Correction(care, cost, tpr, tuple(pay[:4]), tuple(pay[4:]))
    found = [
        (x[0], y[1])
        for x, y in extreme(*(np.array(t, dtype=float) for t in game.payoffs))
        if 0 < x[0] < 1 and 0 < y[1] < 1
    ]
    try:
        ours = game.equilibrium()
    except InputError:
        return  # somebody has no reason to mix
    assert any(np.allclose(ours, pair, atol=1e-6) for pair in found)


def test_a_mixed_equilibrium_that_is_not_there_is_refused():
    assert mixed([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]) == (F(1, 2), F(1, 2))
    with pytest.raises(InputError, match="reason to mix"):
        mixed([[2, 2], [1, 0]], [[1, 0], [0, 1]])


@settings(max_examples=40, deadline=None)
@given(shares, shares, shares, shares, st.sampled_from([0, -2, -20]), amounts)
def test_the_auditors_pay_makes_looking_and_honesty_best(tpr, fpr, violations, discovery, low, cost):
    law = {"tpr": tpr, "fpr": fpr, "violations": violations, "discovery": discovery}
    if violations in (0, 1) or tpr <= fpr:  # nothing to find out, or nothing to find it out with
        with pytest.raises((Impossible, InputError)):
            auditor_contract(cost, low=low, margin=F(1, 10), **law)
        return
    found = auditor_contract(cost, low=low, margin=F(1, 10), **law)
    table = reports(**law)
    assert (table.sum(axis=1) == 1).all()
    assert found.advantage >= F(1, 10) - F(1, 10**6)
    assert found.look >= -F(1, 10**6)
    assert found.paid >= cost - F(1, 10**6)
    look_and_say_the_opposite = found.say_quiet + found.say_flag - found.look - 2 * cost
    assert look_and_say_the_opposite <= found.look + F(1, 10**6)


def test_the_auditors_pay_in_closed_form():
    """No fines: a reward b for a catch and w for quiet, both ways of not looking just unattractive: two equations."""
    tpr, fpr, rho, cost = F(4, 5), F(1, 20), F(1, 10), F(1, 10)
    quiet_share = rho * (1 - tpr) + (1 - rho) * (1 - fpr)
    # ρ·tpr·b − (1 − quiet_share)·w = c   and   −ρ(1 − tpr)·b + quiet_share·w = c
    left = np.array([[rho * tpr, -(1 - quiet_share)], [-rho * (1 - tpr), quiet_share]], dtype=float)
    b, w = np.linalg.solve(left, [float(cost)] * 2)
    found = auditor_contract(cost, tpr=tpr, fpr=fpr, violations=rho)
    assert [float(t) for t in found.payments] == pytest.approx([b, 0, 0, w])
    fined = auditor_contract(cost, tpr=tpr, fpr=fpr, violations=rho, low=-100)
    assert fined.paid == cost  # fines for false alarms take the rent away
    with pytest.raises(Impossible, match="never meets a violation"):
        auditor_contract(cost, tpr=tpr, fpr=fpr, violations=0)
