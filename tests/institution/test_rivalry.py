"""Rivalry: advisers enter by words that all wings know; the induced game is an ordinary one."""

from fractions import Fraction

import numpy as np
import pytest

import rulewright as rw
from rulewright.game.game import Game
from rulewright.institution.competition import Rivalry
from rulewright.institution.moves import Admit, Commit, Reveal, Speak
from rulewright.testing import institution_laws
from rulewright.verify import claims
from rulewright.verify.certificate import statement
from rulewright.verify.prover import prove

F = Fraction
CONVICT = np.array([1, 0])  # on the judge's action, the last axis
ACQUIT = 1 - CONVICT


def trial():
    """Nature: guilty with chance 3/10. The judge gets 1 for the right verdict, and that is what people want."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=int)
    payoff[1, :, 0, 0] = np.eye(2)
    law = np.array([[F(3, 10)], [F(7, 10)]], dtype=object)
    types, actions = (("guilty", "innocent"), ("·",)), (("·",), ("convict", "acquit"))
    game = Game.bayesian(payoff, law, players=("nature", "judge"), types=types, actions=actions)
    return game.with_goal(game.payoff[1])


PROSECUTOR = np.array([[F(1), F(0)], [F(3, 7), F(4, 7)]], dtype=object)  # makes the judge just convict


def rivalry(committed=None, **advisers):
    wants = advisers or {"prosecutor": CONVICT, "defence": ACQUIT}
    return Rivalry(wants, hearer="judge", about="nature", committed=committed)


@pytest.mark.parametrize(
    "committed", (None, {"prosecutor": PROSECUTOR}, {"prosecutor": PROSECUTOR, "defence": np.eye(2)})
)
def test_laws_of_institutions(committed):
    institution_laws(rivalry(committed), trial())


def test_the_sentence_is_admit_reveal_speak_commit():
    moves = rivalry({"defence": np.eye(2, dtype=int)}).moves(trial())
    assert [type(m) for m in moves] == [Admit, Admit, Reveal, Reveal, Speak, Speak, Commit]
    assert "the others by cheap talk" in rivalry({"defence": np.eye(2)}).describe()


def test_advisers_all_know_the_same():
    induced = rivalry()(trial())
    assert induced.players == ("people", "nature", "judge", "prosecutor", "defence")
    assert induced.type_counts == (1, 2, 1, 2, 2)
    assert induced.prior[0, 0, 0, 0, 0] == F(3, 10) and induced.prior[0, 1, 0, 1, 1] == F(7, 10)
    assert (induced.prior > 0).sum() == 2


def test_cheap_talk_of_one_with_a_fixed_wish_says_nothing():
    induced = rivalry(prosecutor=CONVICT)(trial())
    span = rw.Pure()(induced).span(induced.goal)
    assert span.count > 0 and (span.worst, span.best) == (0.7, 0.7)


def test_cheap_talk_of_an_aligned_one_can_say_all():
    induced = rivalry(friend=np.eye(2).reshape(1, 2, 1, 1, 1, 2))(trial())
    span = rw.Pure()(induced).span(induced.goal)
    assert (span.worst, span.best) == (0.7, 1.0)  # babbling is always an equilibrium


def test_commitment_is_persuasion():
    """Kamenica & Gentzkow's judge: the committed prosecutor gets 6/10 convicted, ties for him."""
    induced = rivalry({"prosecutor": PROSECUTOR}, prosecutor=CONVICT)(trial())
    worth = [play.values[induced.index("prosecutor")] for play in rw.Pure()(induced).plays]
    assert max(worth) == F(6, 10)
    told = rivalry({"prosecutor": np.eye(2)}, prosecutor=CONVICT)(trial())
    assert rw.Pure()(told).span(told.goal).worst == 1.0


@pytest.mark.parametrize("committed", (None, {"prosecutor": PROSECUTOR}))
def test_a_stranger_checks_the_induced_game(committed):
    """The checker has the seven words a second time: every pure equilibrium stands before it, and its goal."""
    game, rule = trial(), rivalry(committed, prosecutor=CONVICT)
    induced = rule(game)
    plays = rw.Pure()(induced).plays
    assert plays
    for play in plays:
        said = statement(game, rule.as_data(game), play)
        reached = (induced.goal * play.law).sum()
        for claim in (claims.equilibrium(), claims.goal(reached)):
            assert prove(claim, said).holds
        assert not prove(claims.goal(reached + F(1, 100)), said).holds


def test_wrong_input_is_told():
    game = trial()
    with pytest.raises(rw.InputError, match="other than the hearer"):
        Rivalry({"a": CONVICT}, hearer="judge", about="judge")(game)
    with pytest.raises(rw.InputError, match="broadcast"):
        Rivalry({"a": np.zeros(3)}, hearer="judge", about="nature")(game)
    with pytest.raises(rw.InputError, match="commitments of advisers"):
        rivalry({"nobody": PROSECUTOR})(game)
    with pytest.raises(rw.InputError, match="at least one adviser"):
        Rivalry({}, hearer="judge", about="nature")(game)
    with pytest.raises(rw.InputError, match="laws over messages"):
        rivalry({"prosecutor": np.ones((2, 2))})(game)
    with pytest.raises(rw.InputError, match="shape"):
        rivalry({"prosecutor": np.ones((3, 2))})(game)
