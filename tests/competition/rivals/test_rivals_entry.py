"""Who leaves, enters, merges, colludes: what it does to the worst equilibrium."""

from fractions import Fraction as F

import numpy as np
import pytest
from rivals_by_hand import drawn

from rulewright.competition.rivals.entry import biased, colluding, market_changes, merged, with_entrant, without
from rulewright.competition.rivals.selection import alone, best_ai
from rulewright.competition.rivals.setting import Rivals
from rulewright.errors import InputError

COURT = Rivals.of(
    [F(7, 10), F(3, 10)],
    [[1, 0], [0, 1]],
    [[[0, 1], [0, 1]], [[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    names=("state", "county", "defence"),
)


def test_the_only_opposed_one_is_pivotal():
    found = market_changes(COURT)
    assert found.today.selection == found.today.rich == 1
    assert found.pivotal == ("defence",)
    after = {(m.kind, m.who): (m.selection, m.rich) for m in found.markets}
    assert after["exit", ("defence",)] == (F(7, 10), F(7, 10))
    assert after["exit", ("state",)] == (1, 1)
    assert after["merger", ("state", "county")] == (1, 1)
    assert after["merger", ("state", "county", "defence")] == (F(7, 10), F(7, 10))
    assert after["collusion", ("state", "county", "defence")] == (F(7, 10), F(7, 10))
    assert [m.selection_loss for m in found.markets if m.kind == "exit"] == [0, 0, F(3, 10)]
    assert found.harms(found.markets[2]) and found.markets[2].rich_loss == F(3, 10)


def test_entry_of_the_defence():
    told = []
    found = market_changes(without(COURT, "defence"), entrants=[("defence", [[1, 0], [1, 0]])], tell=told.append)
    assert found.today.selection_loss == F(3, 10)
    assert found.markets[-1].kind == "entry" and found.markets[-1].selection_loss == 0
    assert told[0] == "today" and told[-1] == "entry defence"


def test_changes_that_are_asked_for():
    found = market_changes(COURT, [("takeover", ("state", "defence"), merged(COURT, [0, 2]))])
    assert [m.kind for m in found.markets] == ["takeover"] and found.markets[0].rivals.k == 2


def test_full_merger_is_one_sender_with_the_sum():
    for seed in range(5):
        rivals = drawn(seed, 3)
        one = merged(rivals, [0, 1, 2])
        assert one.k == 1 and np.allclose(one.bobs[0], rivals.bobs.sum(axis=0))
        cartel = colluding(rivals, [0, 1, 2])
        assert cartel.k == 3 and best_ai(cartel).worst == pytest.approx(alone(one).worst, abs=1e-7)
        assert best_ai(rivals).worst >= alone(one).worst - 1e-7  # what all agree on, the sum agrees on


def test_weights_and_names():
    one = merged(COURT, ["county", "defence"], weights=[F(1, 4), F(3, 4)], name="firm")
    assert one.names == ("state", "firm")
    assert (one.bobs[1, :, 0] == np.array([[F(3, 4), F(1, 4)]] * 2)).all()
    assert with_entrant(COURT, [[0, 0], [0, 0]]).names[-1] == "AI 4"


def test_a_float_entrant_makes_a_float_market():
    assert not with_entrant(COURT, [[0.5, 0.1], [0.2, 0.3]]).is_exact
    assert not biased(COURT, ["state"], [[0.5, 0.1], [0.2, 0.3]]).is_exact


def test_a_shared_bias_is_added_to_its_members_only():
    found = biased(COURT, ["state", "defence"], [[2, 0], [0, 0]])
    assert (found.bobs[:, 0, 0, 0] == [2, 0, 3]).all() and (found.bobs[1] == COURT.bobs[1]).all()
    assert COURT.bobs[0, 0, 0, 0] == 0 and found.is_exact


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: without(COURT, "jury"), "one of state, county, defence"),
        (lambda: without(COURT, 3), "a number from 0 to 2"),
        (lambda: without(COURT, 0, 1, 2), "at least one AI"),
        (lambda: merged(COURT, [0, 0]), "different AIs"),
        (lambda: merged(COURT, []), "at least one"),
        (lambda: merged(COURT, [0, 1], weights=[1, -1]), "at least 0"),
        (lambda: with_entrant(COURT, [[1, 2, 3]]), "an array of shape 2 × 1 × 2"),
        (lambda: with_entrant(COURT, [[1, 0], [0, 1]], "state"), "different names"),
    ],
)
def test_wrong_changes_are_told(wrong, said):
    with pytest.raises(InputError, match=said):
        wrong()
