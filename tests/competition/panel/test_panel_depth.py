"""Four ways to the rejection depth agree, with each other and with its definition."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_panel_coverage import panels

from rulewright import errors
from rulewright.competition.panel.coverage import covers
from rulewright.competition.panel.depth import METHODS, covering_family, depth, hitting_number
from rulewright.competition.panel.generated import reward_models, ring, two_of_three
from rulewright.competition.panel.rules import required
from rulewright.competition.panel.setting import Panel


def by_definition(panel):
    """The fewest whose removal leaves a coalition that does not cover."""
    n = panel.n
    for k in range(n + 1):
        if any(not covers(panel, keep) for keep in itertools.combinations(range(n), n - k)):
            return k
    return n + 1


@settings(deadline=None, max_examples=80)
@given(panels())
def test_all_ways_agree(panel):
    expected = by_definition(panel)
    for method in METHODS:
        try:
            found = depth(panel, method)
        except errors.InputError:
            assert method == "corners"
            continue
        assert found.complete and found.objectors == found.at_least == expected, method
        if found.proposal is None:
            assert expected == panel.n + 1
        else:
            assert found.proposal.is_harmful and len(found.proposal.objectors) == expected
        assert all(covers(panel, s) for s in found.covering)
        if method == "programme":
            assert hitting_number(found) == expected


@pytest.mark.parametrize("seed", range(6))
def test_ways_agree_on_drawn_panels(seed):
    for panel in (
        reward_models(9, 3, 2, seed),
        reward_models(9, 4, 3, seed, anything=seed % 2 == 0),
        reward_models(7, 6, 1.5, seed),
        ring(8, seed),
    ):
        found = {depth(panel, m).objectors for m in ("auto", "coalitions", "branching", "programme")}
        assert found == {by_definition(panel)}


@settings(deadline=None, max_examples=40)
@given(panels(4), st.data())
def test_one_more_reviewer(panel, data):
    row = np.array(
        data.draw(st.lists(st.integers(-4, 4), min_size=len(panel.principal), max_size=len(panel.principal)))
    )
    larger = Panel.of(panel.principal, np.concatenate([panel.reviewers, row[None]]), panel.deviations)
    before, after = depth(panel), depth(larger)
    assert before.objectors <= after.objectors <= before.objectors + 1
    if before.proposal is not None:
        aligned = Panel.of(panel.principal, np.concatenate([panel.reviewers, panel.principal[None]]), panel.deviations)
        assert depth(aligned).objectors == before.objectors + 1


def test_search_cut_short_gives_bounds():
    panel = reward_models(16, 7, 0.5, 1)
    whole = depth(panel, "programme")
    assert whole.complete and whole.objectors > 2
    for method in ("coalitions", "branching", "programme"):
        part = depth(panel, method, most=5)
        assert not part.complete and part.at_least <= whole.objectors <= part.objectors
        assert part.proposal.is_harmful and "stopped" in part.how and "…" in part.describe()
        assert len(part.proposal.objectors) == part.objectors


@settings(deadline=None, max_examples=30)
@given(panels(4), st.integers(0, 6))
def test_tolerated_loss(panel, quarters):
    loss = Fraction(quarters, 4)
    n = panel.n
    keeps = [k for k in range(n + 1) for s in itertools.combinations(range(n), n - k) if not required(panel, loss, s)]
    expected = min(keeps, default=n + 1)
    for method in ("auto", "coalitions", "branching", "programme"):
        found = depth(panel, method, loss=loss)
        assert found.objectors == found.at_least == expected
        assert found.proposal is None or (found.proposal.gain < -loss and sum(found.proposal.mix) <= 1)
        assert all(required(panel, loss, s) for s in found.covering)


@settings(deadline=None, max_examples=40)
@given(panels(4), st.data())
def test_family_proves_a_threshold(panel, data):
    k = data.draw(st.integers(0, panel.n))
    family = covering_family(panel, k)
    assert (family is None) == (depth(panel).objectors <= k)
    if family is not None:
        assert all(covers(panel, s) for s in family)
        for left in itertools.combinations(range(panel.n), panel.n - k):
            assert any(set(s) <= set(left) for s in family)


def test_two_of_three():
    found = depth(two_of_three())
    assert found.objectors == 2 and found.tolerance == 1 and found.share == pytest.approx(2 / 3)


def test_nothing_harmful():
    panel = Panel.of([1, 2], [[-1, 0]], [[1, 0], [0, 1]])
    found = depth(panel)
    assert found.objectors == 2 and found.proposal is None and found.tolerance == 1
    assert found.describe() == "nothing harmful can be proposed"


def test_nobody_objects():
    found = depth(Panel.of([1, 1], [[1, 0], [0, -1]]))
    assert found.objectors == 0 and found.tolerance is None


def test_depth_share_grows_towards_a_half():
    """After corollary 3: centrally symmetric noise, fixed dimension."""
    shares = [np.mean([depth(reward_models(n, 3, 2, s)).objectors / n for s in range(20)]) for n in (5, 25, 125)]
    assert shares[0] < shares[1] < shares[2] and shares[2] > 0.45


def test_wrong_method():
    with pytest.raises(errors.InputError, match="method of depth"):
        depth(two_of_three(), "guess")
    with pytest.raises(errors.InputError, match="three dimensions"):
        depth(two_of_three(), "corners")
    with pytest.raises(errors.InputError, match="tolerated loss"):
        depth(ring(3), "corners", loss="1/2")
    with pytest.raises(errors.InputError, match="tolerated loss"):
        depth(ring(3), loss=-1)
    with pytest.raises(errors.InputError, match="removed"):
        covering_family(two_of_three(), 4)
    with pytest.raises(errors.TooLarge):
        covering_family(reward_models(16, 7, 0.5, 1), 7, most=5)
