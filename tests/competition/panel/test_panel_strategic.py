"""Strategic voters: verdicts against equilibria of the vote as a game, and advantages against the worst proposer."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_panel_coverage import panels, whole

import rulewright as rw
from rulewright import errors
from rulewright.behaviour.coalitions import Strong
from rulewright.competition.panel.coverage import coverage, covers
from rulewright.competition.panel.generated import two_of_three
from rulewright.competition.panel.rules import drawn, soundness
from rulewright.competition.panel.sequential import Process, occupancy, safety
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import (
    blocking,
    loss_bound,
    proposing_game,
    stability,
    verdict,
    vetoers,
    voting_game,
)
from rulewright.competition.panel.votes import Family, Threshold, Weighted


def aligned(n):
    return Panel.choosing([0, -1, 1], [[0, -1, 1]] * n)


def executes(play):
    return play.goal != 0


@pytest.mark.parametrize("k", [1, 2])
def test_all_approve_is_nash_and_unsafe_though_all_are_aligned(k):
    """After proposition 3."""
    panel, rule = aligned(4), Threshold(4, k)
    assert soundness(panel, rule).sound
    game = voting_game(panel, rule, [1, 0])
    everybody = rw.Play.pure(game, dict.fromkeys(panel.names, "approve"))
    assert max(everybody.regrets) == 0 and everybody.goal == -1
    assert min(play.goal for play in rw.Pure()(game).plays) == -1
    assert all(play.goal == 0 for play in Strong(k + 1)(game).plays)
    assert any(play.goal == -1 for play in Strong(k)(game).plays)
    found = verdict(panel, rule)
    assert found.size == k + 1 and found.concept == f"strong:{k + 1}" and found.unsafe.is_harmful


@settings(deadline=None, max_examples=40)
@given(panels(4), st.data())
def test_verdicts_hold_in_the_game(panel, data):
    n = panel.n
    sets = st.sets(st.integers(0, n - 1), min_size=1).map(tuple)
    rule = data.draw(
        st.one_of(
            st.integers(0, n).map(lambda k: Threshold(n, k)),
            st.lists(sets, min_size=1, max_size=3).map(lambda w: Family(n, tuple(w))),
        )
    )
    found = verdict(panel, rule)
    assert found.sound == soundness(panel, rule).sound == (found.size is not None)
    assert (found.size == 1) == covers(panel, vetoers(rule))
    mixes = [*np.eye(len(panel.deviations), dtype=int), *(np.rint(100 * x).astype(int) for x in drawn(panel, 3, 1))]
    for mix in mixes if found.size else ():
        game = voting_game(panel, rule, mix)
        assert all(play.goal >= 0 for play in Strong(found.size)(game).plays)
    if found.unsafe is not None and (found.size is None or found.size > 1):
        game = voting_game(panel, rule, found.unsafe.mix)
        everybody = rw.Play.pure(game, dict.fromkeys(panel.names, "approve"))
        assert everybody.goal < 0 and rule.is_admissible
        if found.size is not None:
            stable = Strong(found.size - 1)(game).plays
            assert any((play.law == everybody.law).all() for play in stable)


@settings(deadline=None, max_examples=40)
@given(panels(4), st.data())
def test_stable_moves_cost_no_more_than_the_bound(panel, data):
    rule = Threshold(panel.n, data.draw(st.integers(0, panel.n - 1)))
    eta = data.draw(st.lists(st.integers(0, 3), min_size=panel.n, max_size=panel.n))
    bound = loss_bound(panel, rule, eta)
    assert (bound is None) == (not soundness(panel, rule).sound)
    for mix in np.rint(50 * drawn(panel, 8, 2)).astype(int):
        found = stability(panel, rule, mix, eta)
        if found.stable:
            assert bound is None or -found.move.gain <= bound
            assert found.carried_by in rule.minimal_winning()
        else:
            assert found.leaving in blocking(rule)
            gain = panel.reviewers.dot(found.move.move)
            assert all(gain[i] < -eta[i] for i in found.leaving)


def test_unanimity_is_safe_whoever_proposes():
    """After corollary 7: all pure equilibria with a proposer who wants harm."""
    panel = Panel.choosing([0, -1, 1], [[0, -2, 1], [0, 1, 2]])
    assert coverage(panel).covers
    game = proposing_game(panel, Threshold(2, 0), [0, 5, 1])
    assert min(play.goal for play in rw.Pure()(game).plays) >= 0
    lax = proposing_game(panel, Threshold(2, 1), [0, 5, 1])
    assert min(play.goal for play in rw.Pure()(lax).plays) == -1
    assert verdict(panel, Threshold(2, 0)).concept == "nash"
    assert "every Nash" in verdict(panel, Threshold(2, 0)).describe()


def test_blocking_and_veto():
    assert blocking(Threshold(3, 1)) == ((0, 1), (0, 2), (1, 2)) and vetoers(Threshold(3, 1)) == ()
    assert vetoers(Weighted((3, 1, 1), 4)) == (0,) and blocking(Weighted((3, 1, 1), 4)) == ((0,), (1, 2))


def test_too_large_or_wrong():
    wide = Panel.of([1], [[1]] * 13)
    with pytest.raises(errors.TooLarge):
        voting_game(wide, Threshold(13, 0), [1, 0])
    with pytest.raises(errors.TooLarge):
        proposing_game(wide, Threshold(13, 0), [1])
    with pytest.raises(errors.InputError, match="tolerance"):
        stability(two_of_three(), Threshold(3, 0), [1, 0, 0, 0], [1, 2])
    with pytest.raises(errors.InputError, match="3 reviewers"):
        verdict(two_of_three(), Threshold(2, 0))


# ── votes on advantages ─────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def processes(draw):
    s, q, n = draw(st.integers(1, 3)), draw(st.integers(2, 3)), draw(st.integers(1, 3))
    law = draw(whole(s, q, s, size=3))
    law = np.abs(law)
    law[..., 0] += 1
    law = np.array([[[Fraction(int(x), int(row.sum())) for x in row] for row in table] for table in law], dtype=object)
    people = draw(whole(s, q, size=2))
    baseline = np.array(draw(st.lists(st.integers(0, q - 1), min_size=s, max_size=s)))
    return Process.of(law, people, people + draw(whole(n, s, q, size=1)), baseline, Fraction(1, 2))


@settings(deadline=None, max_examples=40)
@given(processes(), st.data(), st.booleans())
def test_sound_in_every_state_is_safe_against_every_proposer(process, data, lotteries):
    """After theorem 2, and the performance-difference identity."""
    rule = Threshold(process.n, data.draw(st.integers(0, process.n - 1)))
    found = safety(process, rule, lotteries=lotteries)
    assert found.agrees
    assert (found.worst <= found.baseline).all()
    mixed = found.policy + (1 - found.policy.sum(axis=1))[:, None] * process.baseline
    for s in range(len(process.states)):
        gained = (occupancy(process, mixed, s) * process.advantages[0]).sum()
        assert gained == found.worst[s] - found.baseline[s]
        assert occupancy(process, mixed, s).sum() == 2


@settings(deadline=None, max_examples=25)
@given(processes(), st.data())
def test_no_stationary_proposer_does_worse_than_the_worst(process, data):
    rule = Threshold(process.n, data.draw(st.integers(0, process.n - 1)))
    found = safety(process, rule, lotteries=False)
    allowed = rule.passes(np.moveaxis(process.advantages[1:] >= 0, 0, -1).astype(bool))
    for _ in range(5):
        policy = process.baseline.copy()
        for s in range(len(policy)):
            choice = data.draw(st.integers(-1, policy.shape[1] - 1))
            if choice >= 0 and allowed[s, choice]:
                policy[s] = [Fraction(int(choice == q)) for q in range(policy.shape[1])]
        assert (process.value(policy)[0] >= found.worst).all()


def test_baseline_has_no_advantage():
    process = Process.of(
        [[[0.5, 0.5], [1, 0]], [[0.25, 0.75], [0, 1]]], [[1, 2], [0, 3]], [[[1, 0], [2, 1]]], [0, 1], 0.9
    )
    assert ((process.advantages * process.baseline).sum(axis=2) == 0).all()


def test_wrong_processes():
    with pytest.raises(errors.InputError, match="discount"):
        Process.of([[[1]]], [[0]], [[[0]]], [0], 1)
    with pytest.raises(errors.InputError, match="transition"):
        Process.of([[[0.5]]], [[0]], [[[0]]], [0], 0.5)
    with pytest.raises(errors.InputError, match="1 reviewers"):
        safety(Process.of([[[1]]], [[0]], [[[0]]], [0], 0.5), Threshold(2, 0))
