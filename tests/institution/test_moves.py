"""The seven words: known answers by hand, laws on random games, refusals in words."""

import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from sentences import WORDS, sentence

from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.play import Play
from rulewright.game.sample import sample, with_signal
from rulewright.institution.institution import Moves
from rulewright.institution.moves import Care, Commit, Pay, Permit, Reveal, Speak, apply
from rulewright.institution.words import sentence as said
from rulewright.numerics.rational import exact
from rulewright.testing import institution_laws, same


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.integers(0, 10**6))
def test_every_sentence_keeps_the_laws(words, seed):
    game = with_signal(sample((2, 2), types=(2, 1), seed=seed), seed=seed).with_goal(np.zeros((2, 1, 2, 2), dtype=int))
    institution_laws(sentence(words, game, seed), game)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(WORDS), st.sampled_from(WORDS), st.integers(0, 10**6))
def test_composition(one, other, seed):
    game = with_signal(sample((2, 3), types=(1, 2), seed=seed), seed=seed)
    both = sentence((one, other), game, seed).sentence
    a, b = Moves.of("a", both[:1]), Moves.of("b", both[1:])
    assert same((a >> b)(game), b(a(game)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.fractions(-5, 5), st.fractions(-5, 5))
def test_payments_add_and_zero_is_the_identity(seed, x, y):
    game = with_signal(sample((2, 2), seed=seed), seed=seed)

    def pay(*amounts):
        return Moves.of("pay", [Pay("player 1", ("seen",), np.array([a, F(0)], dtype=object)) for a in amounts])

    assert same(pay(x, y)(game), pay(x + y)(game))
    assert same(pay(F(0))(game), game)
    assert same(Moves.of("all", [Permit("player 1", game.actions[0])])(game), game)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.fractions(-5, 5))
def test_balanced_transfers_leave_the_goal_of_every_play_alone(seed, x):
    game = sample((2, 2), seed=seed)
    led = game.with_goal(game.payoff.sum(axis=0))
    swap = Moves.of(
        "swap",
        [
            Pay("player 1", ("action of player 2",), np.array([x, F(0)], dtype=object)),
            Pay("player 2", ("action of player 2",), np.array([-x, F(0)], dtype=object)),
        ],
    )
    after = swap(led)
    assert (after.goal == led.goal).all()
    assert (after.transfer.sum(axis=0) == 0).all()
    assert (after.payoff[1:].sum(axis=0) == led.payoff[1:].sum(axis=0)).all()


def test_a_fine_on_defecting_ends_the_dilemma():
    game = library.prisoners()
    fined = apply(Pay("row", ("action of row",), exact([0, -3])), game)
    assert fined.payoff[0, 0, 0].tolist() == [[3, 0], [2, -2]]
    assert fined.transfer[0, 0, 0].tolist() == [[0, 0], [-3, -3]]
    assert game.payoff[0, 0, 0, 1, 0] == 5


def test_speaking_to_a_player_makes_plans():
    heard = apply(Speak("row", ("l", "r"), "column"), library.coordination())
    assert heard.actions[0] == ("say l; left", "say l; right", "say r; left", "say r; right")
    assert heard.actions[1][1] == "l→left; r→right"
    honest = Play.pure(heard, {"row": "say r; right", "column": "l→left; r→right"})
    assert list(honest.values) == [1, 1]


def test_a_commitment_may_listen():
    """A decider that does what it is told: payoffs as if the speaker decided."""
    game = apply(Speak("column", ("cooperate", "defect")), library.prisoners())
    mirror = apply(Commit("row", ("message of column",), exact(np.eye(2)[None])), game)
    assert mirror.actions[0] == ("as committed",)
    # column says cooperate and defects: row cooperates, column gets 5
    assert mirror.payoff[1, 0, 0, 0].tolist() == [3, 5, 0, 1]


def test_commitments_do_not_see_what_they_decide():
    with pytest.raises(InputError, match="signals that do not depend on what it decides"):
        apply(Commit("row", ("action of row",), exact(np.eye(2)[None])), library.prisoners())


def test_whispers_of_aumann():
    law = exact(np.array([[1 / 2, 1 / 4], [1 / 4, 0]]).reshape(1, 1, 2, 2))
    names = ("yield", "dare")
    told = apply(Reveal(("row", "column"), (names, names), law), library.chicken())
    assert told.types[0] == ("told yield", "told dare")
    obedient = Play.pure(told, {"row": names, "column": names})
    assert (obedient.regret, obedient.values.sum()) == (0, F(21, 2))


def test_care_is_the_only_word_that_touches_preferences():
    game = library.prisoners()
    kind = Moves.of("kind", [Care("row", {"column": F(1)})])
    assert kind.changes_preferences(game)
    assert kind(game).payoff[0, 0, 0].tolist() == [[6, 5], [5, 2]]
    assert not Moves.of("paid", [Pay("row", ("action of row",), exact([0, 1]))]).changes_preferences(game)


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (Pay("row", ("action of row",), exact([1, 2, 3])), "amounts of shape (2,)"),
        (Pay("mia", ("action of row",), exact([1, 2])), "one of row, column, found 'mia'"),
        (Pay("row", ("weather",), exact([1])), "found 'weather'"),
        (Pay("row", ("action of row",), np.array([np.nan, 1.0])), "finite amounts"),
        (Permit("row", ("steal",)), "cooperate, defect, found steal"),
        (Permit("row", ()), "found none"),
        (Speak("row", ("a", "a")), "different messages"),
        (Speak("row", ("a",), "row"), "a hearer other than the speaker"),
        (Commit("row", (), exact([[1, 1]])), "sum to 1, found a sum of 2"),
        (Commit("row", (), exact([[1]])), "a strategy of shape (1, 2)"),
        (Reveal(("row",), (("x",),), exact([[2]])), "a law of shape"),
        (Care("row", {}, exact([1])), "one number for each of 2 actions"),
    ],
)
def test_moves_that_do_not_fit(move, says):
    with pytest.raises(InputError) as caught:
        apply(move, library.prisoners())
    assert says in str(caught.value)


def test_sentences_for_people():
    game = library.prisoners()
    paid = Moves.of("", [Pay("row", ("action of row", "action of column"), exact([[0, 0], [-2, -2]]))])
    assert said(paid, game) == "fine row 2 if it plays defect"
    linear = Moves.of("", [Pay("first", ("action of first",), exact(np.arange(2, 101)) / F(2))])
    assert said(linear, library.travelers_dilemma()) == "pay first 0.5 × its own action"
    assert said(Moves.of("", []), game) == "no rule"
