"""A normative order: tables, sanctions that are anybody's, and what they make of a game, against counting by hand."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.nash.pure import Pure
from rulewright.errors import InputError
from rulewright.game.game import Game
from rulewright.institution.order import (
    LET_PASS,
    SANCTION_WRONG,
    Allowance,
    Amendment,
    Codebook,
    Enforced,
    NormativeOrder,
    Sanctioning,
    Schedule,
    at_least,
    density,
    silly,
)
from rulewright.testing import institution_laws

RED_AND_BLUE = Codebook(np.array([[[0, 1, 0]], [[0, 0, 2]]]), "berry", ("red today", "blue today"), "day")
THEFT = Codebook(np.array([[[0, 1]]]), why=("theft",))
DILEMMA = Game.normal(
    [[[2, 0], [3, 1]], [[2, 3], [0, 1]]], players=("ann", "bob"), actions=(("share", "take"), ("share", "take"))
)
chances = st.fractions(0, 1, max_denominator=9)


def test_a_verdict_gives_its_reason():
    assert RED_AND_BLUE.classify((0,), 1, 5).reasons == ("red today",)
    assert RED_AND_BLUE.classify((1,), 2, 0).reasons == ("blue today",)
    assert not RED_AND_BLUE.classify((1,), 1, 0).wrong and not RED_AND_BLUE.classify((1,), 1, 0).reasons
    assert RED_AND_BLUE.code((np.array([0, 1, 1]),), np.array([1, 1, 2]), np.arange(3)).tolist() == [1, 0, 2]


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=4), st.lists(st.floats(0, 5), min_size=1, max_size=5))
def test_a_limit_is_a_table(most, amount):
    rule = Allowance(np.array(most), np.array(amount), "catch")
    book = rule.codebook(len(most))
    for actor, act in itertools.product(range(len(most)), range(len(amount))):
        assert rule.classify((), act, actor) == book.classify((), act, actor)
        assert book.classify((), act, actor).wrong == (amount[act] > most[actor])


@settings(deadline=None)
@given(st.lists(chances, max_size=5), st.integers(0, 6))
def test_at_least_counts_subsets(ps, k):
    by_hand = F(0)
    for happens in itertools.product((0, 1), repeat=len(ps)):
        if sum(happens) >= k:
            by_hand += np.prod([p if h else 1 - p for p, h in zip(ps, happens, strict=True)], initial=F(1))
    assert at_least(ps, k) == by_hand


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), chances)
def test_pivotal_is_what_taking_part_changes(n, k, b):
    rule = Sanctioning(cost=1, quorum=k, belief=b)
    assert rule.pivotal(n) == rule.lands(n) - at_least([b] * (n - 1), k)


def test_taking_part_pays_where_the_others_are_trusted():
    def rule(b):
        return Sanctioning(cost=F(1, 2), quorum=2, belief=b)

    assert rule(F(1, 2)).pays(2, 1) and not rule(F(49, 100)).pays(2, 1)  # gain · b ≥ cost
    altar = Sanctioning(cost=10, takes=25, reward=20, belief=F(0))
    assert altar.pays(7, 0) and not Sanctioning(cost=10, belief=F(0)).pays(7, 0)


def test_a_norm_makes_sharing_an_equilibrium_and_taking_stays_one():
    order = NormativeOrder(THEFT, Schedule((F(2),)), sanctioning=Sanctioning(cost=F(1, 2)))
    induced = order.on(DILEMMA)
    assert induced.actions[0][:2] == (f"say {LET_PASS}; share", f"say {LET_PASS}; take")
    found = {tuple(int(np.argmax(s)) for s in play.strategies) for play in Pure()(induced).plays}
    sharing, taking = 2, 1  # say "sanction what is wrong" and share; say "let pass" and take
    assert (sharing, sharing) in found and (taking, taking) in found
    assert {tuple(int(np.argmax(s)) for s in play.strategies) for play in Pure()(DILEMMA).plays} == {(1, 1)}


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    st.tuples(chances, chances, chances),
    st.lists(st.integers(0, 1), min_size=6, max_size=6),
    chances,
)
def test_the_induced_game_is_what_counting_gives(quorum, each, misdirected, money, codes, sight):
    cost, takes, reward = money
    table = np.array(codes).reshape(1, 3, 2)
    base = Game.normal(np.arange(24).reshape(3, 2, 2, 2) % 5 * F(1))
    rule = Sanctioning(cost=cost, takes=takes, reward=reward, quorum=quorum, each=each)
    order = NormativeOrder(Codebook(table), Schedule((1,)), observers=sight, sanctioning=rule)
    before = base.payoff.copy()
    induced = order.on(base, misdirected=misdirected)
    plans = 3 if misdirected else 2
    for profile in itertools.product(range(2 * plans), repeat=3):
        plan, act = zip(*(divmod(x, 2) for x in profile), strict=True)
        want = [base.payoff[(i, 0, 0, 0, *act)] for i in range(3)]
        for j in range(3):
            bad = bool(table[0, j, act[j]])
            ready = [i for i in range(3) if i != j and (plan[i] == 2 or (plan[i] == 1 and bad))]
            for sees in itertools.product((0, 1), repeat=len(ready)):
                p = np.prod([sight if s else 1 - sight for s in sees], initial=F(1))
                part = [i for i, s in zip(ready, sees, strict=True) if s]
                for i in part:
                    want[i] += p * ((reward if bad else 0) - cost)
                if len(part) >= quorum:
                    want[j] -= p * takes * (len(part) if each else 1)
        assert [induced.payoff[(i, 0, 0, 0, *profile)] for i in range(3)] == want
    assert (base.payoff == before).all()
    assert (induced.payoff - induced.transfer == np.tile(base.payoff, (1, 1, 1, 1, plans, plans, plans))).all()


def test_who_may_and_who_acts():
    order = NormativeOrder(THEFT, Schedule((F(2),)), sanctioning=Sanctioning(cost=0, who=("bob",)))
    induced = Enforced(order)(DILEMMA)
    assert induced.action_counts == (2, 4) and f"say {SANCTION_WRONG}; take" in induced.actions[1]
    assert induced.payoff[0, 0, 0, 1, 2] == 3 - 2 and induced.payoff[1, 0, 0, 0, 3] == 3  # bob himself goes free
    assert "bob may sanction" in Enforced(order).describe()


@pytest.mark.parametrize("misdirected", [False, True])
def test_it_keeps_the_laws_of_institutions(misdirected):
    rule = Sanctioning(cost=F(1, 2), reward=F(1, 3), quorum=1)
    order = NormativeOrder(THEFT, Schedule((F(2),)), observers=F(3, 4), sanctioning=rule)
    institution_laws(Enforced(order, misdirected=misdirected), DILEMMA)


def test_what_harms_nobody_is_silly():
    book = Codebook(np.array([[[0, 1, 1, 1]]]), "act")
    harm = [0, -2, 0, 0]
    assert silly(book, harm)[0, 0].tolist() == [False, False, True, True] and density(book, harm) == 2 / 3
    assert np.isnan(density(Codebook(np.zeros((1, 1, 2), int)), [0, 0]))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (lambda: Codebook(np.zeros((2, 2), int)), "rule, actor, act"),
        (lambda: Codebook(np.array([[[0.5]]])), "whole numbers"),
        (lambda: Codebook(np.array([[[2]]])), "codes from 0 to 1"),
        (lambda: Codebook(np.zeros((2, 1, 2), int)), "in force"),
        (lambda: Allowance(np.array(np.nan), np.zeros(1)), "NaN"),
        (lambda: Sanctioning(cost=-1), "cost"),
        (lambda: Sanctioning(cost=float("nan")), "cost"),
        (lambda: Sanctioning(belief=2), "belief"),
        (lambda: Sanctioning(quorum=0), "quorum"),
        (lambda: Sanctioning(who=("a", "a")), "different names"),
        (lambda: Sanctioning().lands(2), "belief"),
        (lambda: NormativeOrder(THEFT, Schedule((1,)), sanctioning=Sanctioning(who=("eve",))).on(DILEMMA), "eve"),
        (lambda: NormativeOrder(RED_AND_BLUE, Schedule((1,))).on(DILEMMA), "2 acts"),
        (lambda: NormativeOrder(THEFT, Schedule((1,))).on(DILEMMA, rule=1), "rule 1"),
        (lambda: NormativeOrder(THEFT, Schedule((1,)), observers=np.ones(2)).on(DILEMMA), "one chance"),
        (lambda: silly(THEFT, [0, 0, 0]), "effects that fit"),
        (lambda: silly(NormativeOrder(Allowance(np.array(1), np.zeros(2)), Schedule((1,))), [0]), "a table"),
    ],
)
def test_what_is_no_order_is_refused(wrong, word):
    with pytest.raises(InputError, match=word):
        wrong()


def test_reach_among_many_rules_is_not_lost_in_counting():
    """Two groups of 200 rules, each of which leads to all of its own: the ways are 200^399, and none leads across."""
    group = np.arange(400) % 2
    follows = tuple(map(tuple, (group[:, None] == group).tolist()))
    assert not Amendment((0,), 1, follows).reaches
    assert Amendment((0,), 1, tuple(tuple(j == (i + 1) % 50 for j in range(50)) for i in range(50))).reaches


@pytest.mark.parametrize("follows", [(), ((True, False),), ((True,), (True, False))])
def test_which_rule_can_follow_which_is_a_square(follows):
    with pytest.raises(InputError, match="follows"):
        Amendment((0,), 1, follows)
