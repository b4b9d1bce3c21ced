"""Schelling diagrams: what lasts, against brute force over the whole game, and the names of dilemmas."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulewright.behaviour.nash import pure_profiles
from rulewright.errors import InputError
from rulewright.game import library
from rulewright.game.goods import of_counts
from rulewright.welfare.schelling import Schelling

payoffs = st.integers(-6, 6).map(Fraction)
curves = st.integers(2, 5).flatmap(
    lambda n: st.tuples(st.lists(payoffs, min_size=n, max_size=n), st.lists(payoffs, min_size=n, max_size=n))
)


@given(curves)
def test_rests_are_the_pure_equilibria_of_the_game(both):
    game = of_counts(*both, ("cooperate", "defect"))
    diagram = Schelling.of(game)
    assert diagram == Schelling.by(*both)
    found = {int((profile == 0).sum()) for profile in pure_profiles(game)}
    assert found == {r.cooperators for r in diagram.rests()}


@given(curves)
def test_starts_lead_somewhere_once(both):
    diagram = Schelling.by(*both)
    rests = diagram.rests()
    assert sum(r.starts for r in rests) <= diagram.n + 1
    assert all(r.starts >= 1 for r in rests)
    assert max(diagram.total(m) for m in range(diagram.n + 1)) == diagram.total(diagram.optimum)


@pytest.mark.parametrize(
    ("name", "kind", "greed", "fear"),
    [("prisoners", "prisoner's dilemma", 2, 1), ("chicken", "chicken", 1, -2), ("stag_hunt", "stag hunt", -1, 3)],
)
def test_two_players_have_the_names_of_the_field(name, kind, greed, fear):
    found = Schelling.of(library.game(name))
    assert (found.kind, found.greed, found.fear, found.is_dilemma) == (kind, greed, fear, True)


def test_public_goods_of_the_library():
    found = Schelling.of(library.public_goods(4, Fraction(8, 5)))
    assert found.kind == "prisoner's dilemma" and found.optimum == 4
    assert found.coalition == 3  # 3 × 1.6 / 4 = 1.2 > 1; two together have .8
    assert [r.cooperators for r in found.rests()] == [0]


def test_what_is_no_dilemma():
    assert not Schelling.by([3, 4], [0, 1]).is_dilemma and Schelling.by([3, 4], [0, 1]).kind == "harmony"
    assert Schelling.by([0, 1], [2, 3]).kind.startswith("deadlock")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Schelling.by([1], [1]), "two players"),
        (lambda: Schelling.by([1, 2], [1]), "same length"),
        (lambda: Schelling.by([1, np.nan], [1, 2]), "finite"),
        (lambda: Schelling.of(library.bach_or_stravinsky()), "symmetric"),
        (lambda: Schelling.of(library.rock_paper_scissors()), "two actions"),
    ],
)
def test_what_is_no_diagram_is_told(make, words):
    with pytest.raises(InputError, match=words):
        make()
