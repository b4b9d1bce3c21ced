"""Agencies, exact replies and programmes, certificates, promises, reputation, delegation: by hand, by brute force, by laws."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.errors import InputError, TooLarge
from rulewright.mechanisms.contracts import (
    agency,
    alternate,
    best_contract,
    best_for_all,
    best_menu,
    best_promise,
    certified,
    conduct,
    delegation,
    judged,
    optimum,
    promise,
    random_agency,
    random_tree,
    reply,
    reputation,
    signals,
    subgame_perfect,
)
from rulewright.mechanisms.contracts.promises import as_game
from rulewright.verify.formats import check

WORK = agency([[F(4, 5), F(1, 5)], [F(1, 5), F(4, 5)]], [0, 1], [0, 10], cap=5)
"""Success .8 or .2, effort costs 1, worth 10: pay 5/3 for success, 20/3 is left."""
SHARES = st.fractions(F(0), F(19, 20), max_denominator=20)


def test_the_agent_replies_exactly_and_ties_are_broken_both_ways():
    found = reply(WORK, [F(0), F(5, 3)])
    assert (found.act[0], found.value, found.worst, found.paid) == (1, F(20, 3), F(2) - F(1, 3), F(4, 3))
    assert found.margin == 0
    more = reply(WORK, [F(0), F(2)])
    assert more.value == more.worst == F(32, 5) and more.margin == F(1, 5)
    floats = reply(WORK, [0.0, 5 / 3])
    assert floats.value == pytest.approx(20 / 3) and floats.worst == pytest.approx(5 / 3)


def test_a_type_that_gets_too_little_stays_away():
    asked = agency([[1, 0], [0, 1]], [0, 1], [0, 3], cap=5, outside=1)
    assert reply(asked, [F(0), F(1)]).act[0] == -1 and reply(asked, [F(0), F(1)]).value == 0
    assert best_contract(asked).value == 1  # pays 2 for an act that brings 3
    with pytest.raises(InputError, match="stays away"):
        certified(asked, [0.0, 1.0])


def test_paying_may_cost_more_than_it_is_worth():
    table, cost = [[F(4, 5), F(1, 5)], [F(1, 5), F(4, 5)]], [0, 1]
    assert best_contract(WORK).value == pytest.approx(20 / 3)
    dear = best_contract(agency(table, cost, [0, 10], cap=5, weight=5))
    assert dear.value == dear.bound == 2  # not worth 5·4/3
    assert best_contract(agency(table, cost, worth=[2, 8], cap=5)).value == pytest.approx(
        20 / 3
    )  # v need not be paid on


def test_no_contract_of_a_grid_beats_the_programmes():
    asked = random_agency(3, 3, types=2, cap=2, seed=4)
    pays = np.array(list(itertools.product(np.linspace(0, 2, 9), repeat=3)))
    single = max(float(reply(asked, p).value) for p in pays)
    assert best_for_all(asked).value >= single - 1e-9
    assert best_menu(asked).value >= best_for_all(asked).value - 1e-7
    one = random_agency(3, 3, cap=2, seed=5)
    top = max(float(reply(one, p).value) for p in pays)
    assert top - 1e-9 <= optimum(one).value <= top + 0.5


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 2))
def test_whatever_is_certified_is_proved_and_within_liability(seed, types, entries):
    asked = random_agency(3, 3, types=types, cap=3, seed=seed)
    pay = np.random.default_rng(seed).uniform(0, 3, (entries, 3))
    found = certified(asked, pay)
    assert all(0 <= x <= asked.cap for x in found.amounts.ravel())
    assert all(p.holds for p in found.proved()) and found.play.regret == 0
    assert found.play.goal - found.play.paid == found.value
    assert float(found.value) == pytest.approx(float(reply(asked, pay).value), abs=0.05) or found.margin < F(1, 100)


def test_a_certificate_is_checked_by_the_checker():
    found = certified(random_agency(3, 3, types=2, seed=1), [[0.0, 0.5, 1.0], [0.3, 0.0, 2.0]])
    verdicts = check(found.certificate())
    assert len(verdicts) == 3 and all(v.holds for v in verdicts)
    assert found.loss(100) == 100 - found.value


def test_wrong_input_is_told():
    for wrong in ([0, -1], [0, 6], [0, float("nan")], [0, 1, 2]):
        with pytest.raises(InputError):
            reply(WORK, wrong)
    with pytest.raises(InputError):
        agency([[1, 0]], [0], [0, 1], worth=[1], cap=1)
    with pytest.raises(InputError):
        agency([[1, 0]], [0], [0, 1], cap=0)
    with pytest.raises(TooLarge):
        certified(signals(nodes=20_000), np.zeros(20_000))
    with pytest.raises(InputError):
        signals(efforts=(0.0,), costs=(0.0, 1.0))


def test_nodes_stand_for_the_continuum():
    """The chance that the index of a signal is above z, by nodes and by the normal law."""
    asked = signals(features=4, strength=1.5, nodes=20_000, seed=3)
    index = asked.features.sum(axis=1) / 2
    above = asked.F[0] @ (index > 1.0)
    assert above == pytest.approx([0.158655, 0.691462], abs=0.01)


# ── promises and reputation ─────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.fractions(F(1, 20), F(19, 20), max_denominator=20), st.integers(0, 30))
def test_kept_promises_are_those_that_nobody_breaks_in_the_repeated_game(seed, root, size):
    asked = random_agency(3, 3, cap=5, seed=seed)
    for least in (F(0), F(1)):  # what is paid whatever comes out tempts nobody
        made = promise(asked, [least, least + F(size, 30), least + F(size, 10)], root**2)
        game, play = as_game(made, root)
        assert made.surplus >= 0 and game.is_exact
        assert (play.regret == 0) == made.kept


def test_a_promise_is_refused_where_levins_row_does_not_say_who_breaks_it():
    for more in ({"outside": 1}, {"weight": F(1, 2)}):
        with pytest.raises(InputError, match="promise"):
            promise(agency(WORK.F, WORK.cost, WORK.reward, cap=5, **more), [0, 1], F(1, 2))


def test_who_is_better_off_unpaid_than_elsewhere_cannot_be_sent_away():
    asked = agency([[1]], [0], [-5], cap=1, outside=-1)
    found = best_contract(asked)
    assert found.value == found.bound == -5 == reply(asked, found.contract).value
    assert best_contract(agency([[1]], [0], [-5], cap=1, outside=0)).value == 0


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6))
def test_patience_is_a_threshold_and_never_hurts(seed):
    asked = random_agency(3, 3, cap=10, seed=seed)
    found = [best_promise(asked, F(k, 10)) for k in (1, 3, 5, 9)]
    worth = [-1 if b is None else b.surplus for b in found]
    assert worth == sorted(worth)
    best = promise(asked, found[-1].bonus, F(9, 10))
    if best.patience:
        assert not promise(asked, best.bonus, best.patience - F(1, 10**6)).kept
        assert promise(asked, best.bonus, best.patience).kept


@settings(max_examples=30, deadline=None)
@given(SHARES, SHARES, st.fractions(F(1, 10), F(1), max_denominator=10))
def test_reputation_deters_up_to_the_threshold_and_not_above(memory, patience, loss):
    edge = (1 - memory) / (1 - patience * memory) * loss
    assert reputation(memory, patience, edge, loss).deterred
    assert not reputation(memory, patience, edge + F(1, 10**9), loss).deterred
    assert reputation(memory, patience, edge, loss).least_worth == 1
    assert not reputation(memory, patience, F(1, 10**9), loss, access="none").deterred


def test_dynamic_programming_agrees_with_the_threshold():
    for memory, patience in ((0, 0.5), (0.5, 0.8), (0.8, 0.9)):
        edge = (1 - memory) / (1 - patience * memory)
        assert conduct(reputation(memory, patience, edge * 0.99), grid=51).clean
        above = conduct(reputation(memory, patience, edge * 1.01), grid=51)
        assert above.misdeed.all()  # where the score counts in proportion, what it is does not matter
        assert not conduct(reputation(memory, patience, 0.01, access="none"), grid=51).clean


def test_quarantine_counts_the_periods_outside():
    found = reputation(F(1, 2), F(9, 10), 1, access="quarantine", bar=F(9, 10))
    assert found.excluded == 3  # ½, ¾, ⅞ are below, 15/16 is not
    assert found.stake == 1 + F(9, 10) + F(81, 100) and found.deterred
    assert reputation(F(9, 10), F(9, 10), 1, access="quarantine", bar=F(9, 10)).stake == 0  # one misdeed is not seen
    assert reputation(access="quarantine").excluded is None  # a score of 1 is never reached again
    assert reputation(F(9999, 10000), access="quarantine", bar=F(999999, 10**6)).excluded == 46050
    assert reputation(worth=0).least_worth == F(11, 10) and reputation(gain=0, access="none").least_worth == 0
    with pytest.raises(InputError, match="periods"):
        reputation(1 - 1e-9, access="quarantine", bar=1 - 1e-12).stake  # noqa: B018
    for wrong in ({"memory": 1}, {"discount": 1}, {"loss": 2}, {"access": "money"}, {"gain": float("nan")}):
        with pytest.raises(InputError):
            reputation(**wrong)


@settings(max_examples=20, deadline=None)
@given(
    SHARES,
    SHARES,
    st.fractions(F(1, 10), F(1), max_denominator=10),
    st.fractions(F(1, 10), F(9, 10), max_denominator=10),
)
def test_quarantine_deters_every_plan_up_to_its_stake(memory, patience, loss, bar):
    stake = reputation(memory, patience, 0, loss, access="quarantine", bar=bar).stake

    def best(score, left):
        """By all plans whose misdeeds are in the next so many periods."""
        if not left:
            away, score = 0, memory * score + 1 - memory
            while score < bar:
                away, score = away + 1, memory * score + 1 - memory
            return patience**away / (1 - patience)
        found = []
        for g in (1, 1 - loss) if score >= bar else (1,):
            after = memory * score + (1 - memory) * g
            found.append((after >= bar) + stake * (g < 1) + patience * best(after, left - 1))
        return max(found)

    assert max(best(F(k, 10), 5) for k in range(11)) <= 1 / (1 - patience)


# ── in time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_state_is_the_static_contract():
    world = delegation([WORK.F[0]], [WORK.cost[0]], [[0, 10]], np.zeros((1, 2, 1), int))
    found = subgame_perfect(world)
    assert found.value == F(20, 3) and found.proved and list(found.contract[0]) == [0, F(5, 3)]


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.9]))
def test_backward_induction_is_an_equilibrium_and_alternation_finds_it(seed, discount):
    world = random_tree(3, 2, 2, discount=discount, seed=seed)
    found = subgame_perfect(world)
    assert found.proved and found.regret() == 0
    here = judged(world, found.contract)
    assert (here.principal == found.principal).all() and (here.agent == found.agent).all()
    assert (here.worst <= here.principal).all()
    assert alternate(world, 4)[1][-1] == pytest.approx(float(found.value), abs=1e-6)
    wide = subgame_perfect(world, F(1, 100))
    again = judged(world, wide.contract)
    assert (again.worst == again.principal).all()  # with a margin no tie decides


def test_worlds_with_cycles_settle_and_rents_tomorrow_are_incentives_today():
    rng = np.random.default_rng(0)
    law, go = rng.dirichlet(np.ones(3), (4, 3)), rng.dirichlet(np.ones(4), (4, 3))
    world = delegation(law, np.sort(rng.random((4, 3))), 5 * rng.random((4, 3)), go, discount=0.8)
    found = subgame_perfect(world)
    here = judged(world, found.contract)
    assert here.principal == pytest.approx(found.principal, abs=1e-3) and found.regret() < 1e-3 and not found.proved
    with pytest.raises(InputError, match="below 1"):
        delegation(law, np.zeros((4, 3)), np.zeros((4, 3)), go, discount=1)
    with pytest.raises(InputError):
        judged(world, np.full((4, 3), -1.0))
