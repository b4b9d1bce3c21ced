"""Sound rules: by coverage of each winning coalition, against votes on proposals; lists of coalitions against all subsets."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_panel_coverage import panels

from rulewright import errors
from rulewright.competition.panel.audit import audit
from rulewright.competition.panel.coverage import coverage, covers
from rulewright.competition.panel.depth import depth
from rulewright.competition.panel.generated import review_panel, reward_models, two_of_three
from rulewright.competition.panel.rules import (
    compromise,
    drawn,
    minimal_covering,
    permissiveness,
    possible,
    required,
    soundness,
)
from rulewright.competition.panel.setting import Panel
from rulewright.competition.panel.strategic import hitting
from rulewright.competition.panel.votes import Family, Threshold, Weighted, every_set, minimal
from rulewright.competition.panel.weighted import failing, threshold_of, weighted_rule


def subsets(n):
    return [s for k in range(n + 1) for s in itertools.combinations(range(n), k)]


def test_complementary_reviewers():
    panel = Panel.of([1, 1], [[1, 0], [0, 1]])
    assert soundness(panel, Threshold(2, 0)).sound
    for rule in (Threshold(2, 1), [[0]], Weighted((1, 1), 1)):
        found = soundness(panel, rule)
        assert not found.sound and found.failing.holds and "unsound" in found.describe()
    assert minimal_covering(panel).sets == ((0, 1),) and minimal_covering(panel).pivotal == (0, 1)


def test_two_of_three():
    """Our own example in the manner of the paper's section 2.1."""
    panel = two_of_three()
    assert soundness(panel, Threshold(3, 1)).sound and not soundness(panel, Threshold(3, 2)).sound
    assert minimal_covering(panel).sets == ((0, 1), (0, 2), (1, 2))
    assert threshold_of(weighted_rule(panel).rule) == Threshold(3, 1)
    assert permissiveness(panel, Threshold(3, 1)).completeness == 1


@settings(deadline=None, max_examples=50)
@given(panels())
def test_minimal_coalitions_are_all(panel):
    found = minimal_covering(panel)
    expected = minimal(s for s in subsets(panel.n) if covers(panel, s))
    assert found.complete and found.sets == expected and len(found.sets) <= possible(panel)
    most_permissive = found.rule
    for members in subsets(panel.n):
        approve = np.isin(np.arange(panel.n), members)
        assert bool(most_permissive.passes(approve)) == covers(panel, members)
    assert soundness(panel, most_permissive).sound
    top = failing(found)
    assert all(not covers(panel, s) for s in top)
    assert all(covers(panel, {*s, i}) for s in top for i in range(panel.n) if i not in s)


@settings(deadline=None, max_examples=50)
@given(panels(), st.data())
def test_sound_is_what_executes_nothing_harmful(panel, data):
    k = data.draw(st.integers(0, panel.n))
    votes = tuple(data.draw(st.lists(st.integers(0, 3), min_size=panel.n, max_size=panel.n)))
    for rule in (Threshold(panel.n, k), Weighted(votes, data.draw(st.integers(1, 6)))):
        found = soundness(panel, rule)
        assert found.sound == all(covers(panel, w) for w in rule.minimal_winning())
        if found.sound:
            assert permissiveness(panel, rule, drawn(panel, 50, 0)).harmful_passed == 0
        else:
            approve = np.isin(np.arange(panel.n), found.failing.proposal.approvers)
            assert rule.passes(approve) and found.failing.proposal.is_harmful
    assert soundness(panel, Threshold(panel.n, k)).sound == (depth(panel).objectors >= k + 1)


@settings(deadline=None, max_examples=25)
@given(panels(4))
def test_bought_reviewers(panel):
    table = compromise(panel, most_objections=panel.n)
    for k in range(panel.n + 1):
        for c in range(panel.n + 1):
            honest = all(
                covers(panel, [i for i in w if i not in bought])
                for w in Threshold(panel.n, k).minimal_winning()
                for bought in itertools.combinations(range(panel.n), c)
            )
            assert table.sound[k, c] == honest
    assert [len(s) for s in table.worst] == list(range(panel.n + 1))
    assert "bought" in table.describe()


@settings(deadline=None, max_examples=20)
@given(panels(4))
def test_weighted_votes_are_sound_and_the_best(panel):
    if not covers(panel):
        with pytest.raises(errors.Impossible):
            weighted_rule(panel)
        return
    fit = weighted_rule(panel, largest=3)
    assert soundness(panel, fit.rule).sound and fit.rule.is_admissible
    good = minimal_covering(panel).sets
    sets = every_set(panel.n)
    covering = np.array([covers(panel, np.flatnonzero(s)) for s in sets])
    best = 0
    for votes in itertools.product(range(4), repeat=panel.n):
        total = sets @ np.array(votes)
        quota = max(total[~covering].max(initial=0) + 1, 1)
        if total[-1] >= quota:
            best = max(best, sum(sum(votes[i] for i in s) >= quota for s in good))
    assert fit.wins == fit.bound == best


def test_rules_say_what_they_do():
    approve = every_set(3)
    assert Threshold(3, 1).passes(approve).tolist() == (approve.sum(axis=1) >= 2).tolist()
    same = [Threshold(3, 1), Weighted((2, 2, 2), 3), Family(3, ((0, 1), (1, 2), (0, 2), (0, 1, 2)))]
    assert len({rule.minimal_winning() for rule in same}) == 1
    assert all((rule.passes(approve) == same[0].passes(approve)).all() for rule in same)
    assert not Weighted((1, 1), 3).is_admissible and Family(2, ()).describe() == "never"
    alone = [Family(n, tuple((i,) for i in range(n))).describe() for n in (7, 8)]
    assert "other" not in alone[0] and alone[0].count("or") == 6 and alone[1].endswith("or one of 2 other coalitions")
    assert "unless more than 1 of 3" in same[0].describe() and "3 of 6 votes" in same[1].describe()
    assert "reviewer 1 and reviewer 2" in same[2].describe()


def test_hitting_sets_are_their_own_inverse():
    sets = minimal([(0, 1), (1, 2), (3,), (0, 2, 4)])
    assert hitting(hitting(sets)) == sets
    assert hitting([]) == ((),) and hitting([()]) == ()


def test_tolerated_loss():
    panel = Panel.of([1, 1], [[1, 0], [0, 1]])
    assert required(panel, 1, [0]) and not required(panel, "99/100", [0])


def test_list_cut_short_says_so():
    panel = reward_models(12, 4, 3, 0, anything=True)
    whole, part = minimal_covering(panel), minimal_covering(panel, most=40)
    assert whole.complete and not part.complete and "stopped" in part.how
    assert set(part.sets) <= set(whole.sets) and soundness(panel, part.rule).sound


def test_search_cut_short_is_no_verdict():
    panel = reward_models(16, 7, 0.5, 1)
    with pytest.raises(errors.TooLarge, match="soundness of a threshold"):
        soundness(panel, Threshold(16, 7), most=5)


def test_wrong_rules():
    panel = two_of_three()
    for wrong, word in ((lambda: Threshold(3, 4), "let pass"), (lambda: Weighted((1, -1), 1), "weighted")):
        with pytest.raises(errors.InputError, match=word):
            wrong()
    with pytest.raises(errors.InputError, match="coalition"):
        soundness(panel, [[5]])
    with pytest.raises(errors.InputError, match="3 reviewers"):
        soundness(panel, Threshold(4, 1))
    with pytest.raises(errors.TooLarge):
        Threshold(60, 30).minimal_winning()
    with pytest.raises(errors.TooLarge):
        every_set(25)


def test_story():
    panel = review_panel()
    assert coverage(panel).covers and depth(panel).objectors == 3
    majority = soundness(panel, Threshold(7, 3))
    assert not majority.sound and panel.proposals.index("leak the secret") in np.flatnonzero(
        majority.failing.proposal.mix
    )
    assert not any(covers(panel, [i]) for i in range(7))


def test_decimals_that_cancel_are_nobodys_harm():
    panel = Panel.of([0.1, 0.1, 0.1], [[0.1, 0.0, 0.0]], [[0.1, 0.1, -0.2], [0.1, 0.0, -0.1]])
    assert (panel.gains[0] != 0).any()  # rounding
    for mixes in (None, np.eye(2), [[0.3, 0.7]]):
        assert permissiveness(panel, Threshold(1, 1), mixes).harmful == 0
    assert all(one.permissiveness.harmful == 0 for one in audit(panel).judged)
