"""The audit as a whole, many prompts at once, and committees that use scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from test_panel_coverage import panels

from rulewright import errors
from rulewright.competition.panel.audit import audit, majority
from rulewright.competition.panel.cardinal import (
    calibrate,
    calibrate_single,
    fitted,
    scoring,
    speaking_for_people,
    twins,
    with_bar,
)
from rulewright.competition.panel.coverage import covers, proposal
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.generated import (
    angles,
    moves,
    review_panel,
    reward_models,
    ring,
    two_of_three,
    worst_error,
)
from rulewright.competition.panel.prompts import sample
from rulewright.competition.panel.rules import compromise, permissiveness, required, soundness
from rulewright.competition.panel.sequential import Process
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import proposing_game, stability, voting_game
from rulewright.competition.panel.votes import Family, Threshold


def test_audit_of_the_story():
    found = audit(review_panel())
    assert found.full.covers and found.depth.objectors == 3 and found.threshold == 2
    assert [found.bought(k) for k in range(4)] == [2, 1, 0, None]
    assert found.minimal.complete and len(found.minimal.sets) == 6
    assert found.pivotal == found.alone == () and found.rank == 6 and found.possible == 127
    use, unanimity, largest, permissive = found.judged
    assert use.rule == majority(7) and not use.soundness.sound and use.strategic.concept == "none"
    assert use.permissiveness.harmful_passed > 0
    assert unanimity.soundness.sound and unanimity.strategic.concept == "nash"
    assert largest.rule == Threshold(7, 2) and largest.strategic.concept == "strong:3"
    assert permissive.permissiveness.completeness >= largest.permissiveness.completeness
    assert largest.permissiveness.completeness > unanimity.permissiveness.completeness
    assert found.best.soundness.sound and "security and finance" in found.most_permissive
    for words in ("k ≤ 2", "bought under unanimity: 2", "pivotal: nobody"):
        assert words in found.describe()
    assert "Executed if all 7 approve" in unanimity.in_words


@settings(deadline=None, max_examples=25)
@given(panels(4))
def test_audit_is_consistent(panel):
    found = audit(panel, [[0]], mixes=np.eye(len(panel.deviations)))
    assert found.full.covers == (found.threshold is not None) == (found.depth.objectors > 0)
    assert found.pivotal == tuple(i for i in range(panel.n) if not covers(panel, [j for j in range(panel.n) if j != i]))
    if found.full.covers:
        assert found.pivotal == found.minimal.pivotal
        assert found.best is not None and found.most_permissive.startswith("execute")
    else:
        assert found.best is None and found.most_permissive.startswith("none")
    assert found.judged[0].rule == Family(panel.n, ((0,),))
    for one in found.judged:
        if one.soundness.sound:
            assert one.permissiveness.harmful_passed == 0


# ── many prompts ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("answers", [2, 3, 4, 5])
@pytest.mark.parametrize("baseline", [0, 1, None])
@pytest.mark.parametrize("digits", [0, 1, 12])
def test_prompts_are_decided_as_one_by_one(answers, baseline, digits):
    rng = np.random.default_rng(7 * answers + digits)
    u = rng.normal(size=(12, answers)).round(digits)
    many = (u[:, None] + 1.5 * rng.normal(size=(12, 5, answers))).round(digits)
    found = sample(u, many, baseline)
    for p in range(12):
        panel = (
            Panel.of(u[p], many[p], moves(answers).astype(float))
            if baseline is None
            else Panel.choosing(u[p], many[p], baseline)
        )
        assert found.depths[p] == depth(panel, "coalitions").objectors
    assert answers == 5 or found.retried < 12
    assert (found.curve[:-1] >= found.curve[1:]).all() and found.curve[0] == found.share(0)
    assert found.share(1) in found.covered(1)


def test_shares_among_some_prompts():
    rng = np.random.default_rng(3)
    u = (np.arange(4) == rng.integers(0, 4, (60, 1))).astype(float)
    found = sample(u, u[:, None] + rng.normal(size=(60, 5, 4)), None)
    far = found.closest > np.median(found.closest)
    both = (found.share(0, far) * far.sum() + found.share(0, ~far) * (~far).sum()) / 60
    assert both == pytest.approx(found.share(0))
    assert "whichever 1 of 5" in found.describe()
    with pytest.raises(errors.InputError, match="prompts"):
        found.covered(0, np.zeros(60, bool))
    for wrong in (lambda: sample(u[:, :1], np.ones((60, 5, 1))), lambda: sample(u, np.ones((60, 5, 4)), 4)):
        with pytest.raises(errors.InputError, match="baseline"):
            wrong()


# ── scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_votes_need_an_aligned_reviewer_and_scores_do_not():
    """After theorem 4 and corollaries 8 and 9."""
    panel = Panel.of([1, 1], [[1, 0], [0, 1]])
    good, harmful = twins(panel)
    assert good.gain > 0 > harmful.gain and good.objectors == harmful.objectors
    assert speaking_for_people(panel) == () and scoring(panel).covers and scoring(panel).holds
    own = Panel.of([1, 1], [[1, 0], [3, 3]])
    assert speaking_for_people(own) == (1,) and twins(own) is None
    silent = twins(Panel.of([1, 1], [[1, 0], [0, 0]]))  # one who never objects hides nothing
    assert silent is not None and silent[0].gain > 0 > silent[1].gain and silent[0].objectors == silent[1].objectors


@settings(deadline=None, max_examples=40)
@given(panels())
def test_twins_exist_unless_somebody_speaks_for_people(panel):
    pair = twins(panel)
    if pair is not None:
        good, harmful = pair
        assert good.gain > 0 > harmful.gain and good.objectors == harmful.objectors
        assert speaking_for_people(panel) == ()
    if scoring(panel).covers:
        assert covers(panel)


def test_calibrated_committee():
    rng = np.random.default_rng(5)
    value = rng.normal(size=800)
    scores = value[:, None] + 1.5 * rng.normal(size=(800, 12))
    good = value > 0
    committee = fitted(scores, good, 0.99)
    assert committee.weights.min() >= 0 and committee.weights.sum() == pytest.approx(1)
    assert committee.executes(scores[~good]).mean() <= 0.01
    lower = type(committee)(committee.weights, np.nextafter(np.nextafter(committee.bar, -np.inf), -np.inf))
    assert lower.executes(scores[~good]).mean() > 0.01  # the bar is the lowest
    many, one = calibrate(scores, good, seed=1), calibrate_single(scores, good, seed=1)
    assert many.executed_share > one.executed_share + 0.2 and many.refused.high >= 0.97
    assert many.executed_share in many.executed and "out of sample" in many.describe()
    assert calibrate(scores, good, seed=1).describe() == many.describe()


def test_bar_where_all_harm_may_pass():
    scores, good = np.array([[0.0], [1.0], [2.0]]), np.array([False, True, False])
    assert with_bar(scores, good, np.ones(1), 1.0).executes(scores).tolist() == [False, False, False]
    assert with_bar(scores, good, np.ones(1), 0.5).executes(scores).tolist() == [False, True, True]


def test_wrong_data():
    scores, good = np.ones((6, 2)), np.array([True, True, True, False, False, False])
    for wrong, word in (
        (lambda: calibrate(scores, good.astype(int)), "good"),
        (lambda: calibrate(scores, np.ones(6, bool)), "both|one kind"),
        (lambda: calibrate(scores, good, wanted=0), "wanted"),
        (lambda: calibrate(scores, good, folds=4), "folds"),
    ):
        with pytest.raises(errors.InputError, match=word):
            wrong()


# ── generated panels ────────────────────────────────────────────────────────────────────────────────────────────────


def test_generated():
    far = reward_models(20, 4, 2, 0, least_angle=40)
    assert angles(far.principal, far.reviewers).min() >= 40
    assert (reward_models(5, 4, 1, 3).reviewers == reward_models(5, 4, 1, 3).reviewers).all()
    with pytest.raises(errors.InputError, match="least angle"):
        reward_models(3, 4, 0.01, 0, least_angle=90)
    assert two_of_three().is_exact and review_panel().is_exact


def test_majority_on_a_ring():
    """After proposition 4."""
    sizes = (11, 41, 161)
    even = [worst_error(ring(n), majority(n)) for n in sizes]
    assert all(0.5 < n * error < 8 for n, error in zip(sizes, even, strict=True))
    drawn = [np.mean([worst_error(ring(n, seed=s), majority(n)) for s in range(20)]) for n in sizes]
    assert drawn[0] > drawn[1] > drawn[2] > even[2]
    assert all(error < 3 * np.sqrt(np.log(n) / n) for n, error in zip(sizes, drawn, strict=True))
    sure = depth(ring(11)).tolerance
    assert worst_error(ring(11), Threshold(11, sure)) < 1e-9 < worst_error(ring(11), Threshold(11, sure + 1))
    with pytest.raises(errors.InputError, match="two outcomes"):
        worst_error(two_of_three(), majority(3))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda p: Threshold(3, 1).passes([True, True]),
        lambda p: Threshold(2, 0.5),
        lambda p: Family(2, ((0.5,),)),
        lambda p: permissiveness(p, Threshold(3, 0)),
        lambda p: permissiveness(p.floats, Threshold(2, 0), [[np.nan] * 4]),
        lambda p: stability(p, Threshold(3, 0), [1, 0, 0, 0]),
        lambda p: voting_game(p, Threshold(3, 0), [1, 0, 0, 0]),
        lambda p: proposing_game(Panel.of([1], [[1]], [[1]]), Threshold(1, 0), [1, 2]),
        lambda p: proposal(p, [np.nan] * 4),
        lambda p: required(p, "much"),
        lambda p: required(p, -1),
        lambda p: compromise(p, most_objections=-1),
        lambda p: soundness(p, [["nobody"]]),
        lambda p: sample([[1, 2]], [[[1, 2]]], 0.5),
        lambda p: sample([[1, 2]], [[[1, 2]]]).share(0, [False]),
        lambda p: calibrate(np.eye(8), np.arange(8) < 4, folds=2.5),
        lambda p: Process.of([[[1]]], [[0]], [[[0]]], [3], 0),
        lambda p: Process.of([[[1]]], [[0]], [[[0]]], [0.5], 0),
        lambda p: Process.of([[[1]]], [[0]], [[[0]]], [-1], 0),
        lambda p: Process.of([[[1]]], [[0]], [[[0]]], [0], "often"),
    ],
)
def test_what_was_wrong_is_told(wrong):
    with pytest.raises(errors.InputError):
        wrong(Panel.of([1, 1], [[1, 0], [0, 1]]))


def test_names_in_a_rule_and_nothing_at_stake():
    panel = Panel.of([1, 1], [[1, 0], [0, 1]], names=("Ada", "Bo"))
    assert soundness(panel, [["Ada", "Bo"]]).sound and not soundness(panel, [["Ada"]]).sound
    assert worst_error(Panel.of([0, 0], [[1, 0]]), Threshold(1, 0)) == 0
    assert worst_error(Panel.of([1, 0], [[0, 0]]), Threshold(1, 0)) == 1
