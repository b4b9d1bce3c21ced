"""Game trees: subgame perfection against backward induction by hand, and against the definition in every subgame."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour.perfect import regret, subgame_perfect
from rulewright.errors import Unsolved
from rulewright.game.files import efg
from rulewright.game.trees import ENTRY, OUTSIDE

FORGETFUL = """EFG 2 R "" { "A" }
p "" 1 1 "" { "l" "r" } 0
p "" 1 2 "" { "x" "y" } 0
t "" 1 "" { 1 }
t "" 2 "" { 0 }
p "" 1 2 0
t "" 2
t "" 1
"""


def tree(text):
    return efg.parse(text, "game.efg").tree


def test_an_empty_threat_is_no_equilibrium_of_its_subgame():
    game = efg.parse(ENTRY, "entry.efg")
    assert len(rw.named("nash")(game).plays) == 3  # in and share; out and fight, at one end or with just enough of it
    found = rw.named("subgame-perfect")(game)
    assert [play.values.tolist() for play in found.plays] == [[2, 2]] and found.complete and found.residual == 0
    assert "2 subgames" in found.how


def test_every_equilibrium_of_the_subgame_is_carried_up():
    found = subgame_perfect(tree(OUTSIDE))
    assert sorted(p.worth for p in found.equilibria) == [(2, 2), (2, 2), (3, 1)]
    assert all(regret(tree(OUTSIDE), p.acts) == 0 for p in found.equilibria)
    home = [p for p in found.equilibria if p.acts[0, 0].tolist() == [1, 0]]
    assert sorted(p.acts[0, 1].tolist() for p in home) == [[0, 1], [F(3, 4), F(1, 4)]]


def test_regret_sees_a_threat_off_the_path():
    acts = {(0, 0): np.array([F(1), F(0)]), (1, 0): np.array([F(0), F(1)])}
    assert regret(tree(ENTRY), acts) == 2


def test_forgetting_is_refused_in_words():
    with pytest.raises(Unsolved, match="perfect recall"):
        subgame_perfect(tree(FORGETFUL))
    with pytest.raises(Unsolved, match="a strategic form"):
        rw.named("subgame-perfect")(rw.library.chicken())


def test_a_rule_that_pays_leaves_the_tree_behind():
    game = rw.Goal.total().on(efg.parse(ENTRY, "entry.efg"))
    assert rw.named("subgame-perfect")(game).span(game.goal).worst == 4
    assert rw.named("subgame-perfect")(game.with_goal(2 * game.goal)).span(2 * game.goal).worst == 8  # goals may change
    last = np.arange(game.payoff.size).reshape(game.payoff.shape) == game.payoff.size - 1
    changed = replace(game, payoff=game.payoff + last)
    with pytest.raises(Unsolved, match="a rule that changes"):
        rw.named("subgame-perfect")(changed)


@st.composite
def trees(draw, depth=3):
    """(text of a tree of perfect information with two players and chance, its backward induction values)."""
    lines, numbers = [], {"set": 0, "outcome": 0}

    def grow(left):
        kind = draw(st.sampled_from("12ct" if left else "t"))
        if kind == "t":
            numbers["outcome"] += 1
            paid = draw(st.tuples(*[st.integers(0, 50)] * 2))
            lines.append(f't "" {numbers["outcome"]} "" {{ {paid[0]} {paid[1]} }}')
            return {paid}
        numbers["set"] += 1
        at = numbers["set"]
        if kind == "c":
            lines.append(f'c "" {at} "" {{ "a" 1/3 "b" 2/3 }} 0')
            one, two = grow(left - 1), grow(left - 1)
            return {tuple(F(x, 3) + F(2 * y, 3) for x, y in zip(u, v, strict=True)) for u in one for v in two}
        i = int(kind) - 1
        lines.append(f'p "" {kind} {at} "" {{ "a" "b" }} 0')
        one, two = grow(left - 1), grow(left - 1)
        return {u for u in one for v in two if u[i] >= v[i]} | {v for u in one for v in two if v[i] >= u[i]}

    values = grow(depth)
    return 'EFG 2 R "" { "1" "2" }\n' + "\n".join(lines), values


@settings(max_examples=60, deadline=None)
@given(trees())
def test_backward_induction(made):
    text, values = made
    found = subgame_perfect(tree(text))
    assert {p.worth for p in found.equilibria} == values
    assert found.complete and all(regret(tree(text), p.acts) == 0 for p in found.equilibria)


@settings(max_examples=30, deadline=None)
@given(trees())
def test_mixtures_and_acts_come_to_the_same(made):
    form = tree(made[0]).normal
    for p in subgame_perfect(tree(made[0])).equilibria[:3]:
        for i in range(2):
            mixture = tree(made[0]).mixture(form, i, p.acts)
            assert sum(mixture) == 1
            for place, law in tree(made[0]).behaviour(form, i, mixture).items():
                assert law.tolist() == p.acts[place].tolist()
