"""Dilemmas, goods and pools: closed forms against brute force and against simulations; rules are institutions on the game."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.behaviour.nash import pure_profiles
from rulewright.errors import RulewrightError
from rulewright.game.goods import appropriation, kind, provision, taken
from rulewright.society.dilemmas import Dilemma, Goods, Pool
from rulewright.society.dilemmas.fits import Assurance, Quota, Subsidy, Tax
from rulewright.society.model import Plan
from rulewright.welfare.schelling import Schelling

GOODS = [(e, s, v) for (e, s), v in {(0, 0): 2, (1, 0): 2, (0, 1): 4, (1, 1): 4}.items()]


@pytest.mark.parametrize(("e", "s", "value"), GOODS)
def test_corners_are_the_four_kinds(e, s, value):
    found = Schelling.of(provision(4, value, 3, excludable=e, subtractable=s))
    expected = {
        "public good": ("prisoner's dilemma", [0]),
        "club good": ("stag hunt", [0, 4]),
        "common-pool resource": ("prisoner's dilemma", [0]),
        "private good": (None, [4]),
    }[kind(e, s)]
    assert [r.cooperators for r in found.rests()] == expected[1]
    assert found.kind == expected[0] if expected[0] else not found.is_dilemma


@given(st.fractions(0, 1), st.fractions(0, 1), st.integers(1, 5))
@settings(max_examples=30)
def test_a_subsidy_that_all_bear_leaves_what_people_have_alone(e, s, amount):
    game = provision(3, 2, 3, excludable=e, subtractable=s)
    induced = Subsidy("contribute", amount)(game)
    assert (induced.payoff.sum(axis=0) == game.payoff.sum(axis=0)).all()


def test_a_rule_of_a_dilemma_is_the_subsidy_on_its_game():
    model = Dilemma(players=5, cooperate="2 * m - 1", defect="2 * m + 1", reward=Fraction(3))
    from rulewright.game.goods import of_counts

    game = of_counts(list(model.base.cooperate), list(model.base.defect), ("cooperate", "defect"))
    assert Schelling.of(Subsidy("cooperate", 3)(game)) == model.played


def test_an_assurance_is_never_called_on_in_a_club():
    model = Goods(excludable=Fraction(1), institution="assurance", strength=Fraction(2))
    (only,) = model.outcomes()
    assert only.measures["cooperation"] == 1 and only.measures["paid"] == 0
    public = Goods(institution="assurance", strength=Fraction(2)).outcomes()
    assert [o.measures["paid"] for o in public] == [1.5]  # three contribute, and are paid for the fourth who does not


@pytest.mark.parametrize("rule", [None, Tax(3), Quota(2)])
def test_the_pool_has_the_equilibria_of_its_game(rule):
    game = appropriation(3, 5, 2, 12, Fraction(1, 2))
    pool = Pool(3, 5, Fraction(2), Fraction(12), Fraction(1, 2))
    if isinstance(rule, Tax):
        pool = Pool(3, 5, Fraction(2), Fraction(12), Fraction(1, 2), tax=Fraction(3))
    if isinstance(rule, Quota):
        pool = Pool(3, 5, Fraction(2), Fraction(12), Fraction(1, 2), quota=2)
    induced = rule(game) if rule else game
    totals = {int(sum(profile)) for profile in pure_profiles(induced)}
    assert totals == {total for total, _ in pool.equilibria} and totals


@given(
    st.integers(2, 4), st.integers(1, 5), st.integers(0, 9), st.integers(1, 30), st.fractions(0, 2, max_denominator=4)
)
@settings(max_examples=40, deadline=None)
def test_every_equilibrium_total_is_found(n, tokens, outside, a, b):
    pool = Pool(n, tokens, Fraction(outside), Fraction(a), b)
    totals = {int(sum(profile)) for profile in pure_profiles(appropriation(n, tokens, outside, a, b))}
    assert totals == {total for total, _ in pool.equilibria}
    assert all(sum(division) == total for total, division in pool.equilibria)


@pytest.mark.parametrize("reward", [0, 1, Fraction(11, 5)])
def test_a_simulation_ends_in_the_rests_in_their_shares(reward):
    curve = "3 * m / (n - 1) - 4 * (m / (n - 1)) ** 2"
    model = Dilemma(12, "3 * m / (n - 1) - 2", curve, Fraction(reward))
    course = model.simulate(Plan(60_000, 120, range(4)))
    expected = sum(o.basin * o.measures["cooperation"] for o in model.outcomes())
    unstable = 1 - sum(o.basin for o in model.outcomes())  # starts from which it may go either way
    ended = course.measures["cooperation"][:, -1]
    assert np.abs(ended - expected).max() <= unstable + 5 * 0.5 / 5000**0.5


@given(
    st.integers(0, 12), st.integers(0, 9), st.integers(0, 30), st.fractions(0, 2, max_denominator=4), st.integers(0, 4)
)
@settings(max_examples=60, deadline=None)
def test_a_reply_is_best(others, outside, a, b, tax):
    pool = Pool(3, 6, Fraction(outside), Fraction(a), b, tax=Fraction(tax))
    paid = [
        taken(x + others, x, 6, Fraction(outside), Fraction(a), b) - Fraction(tax) * x * Fraction(2, 3)
        for x in range(7)
    ]
    assert pool.reply(others) == paid.index(max(paid))


def test_players_who_reply_in_turn_end_in_an_equilibrium():
    pool = Pool()
    course = pool.simulate(Plan(8 * 300, 200, [1, 2]))
    ended = course.measures["drawn"][:, -1]
    assert ended == pytest.approx([64, 64])  # the only equilibrium total
    taxed = Pool(tax=Fraction(9))
    assert taxed.simulate(Plan(8 * 300, 200, [1])).measures["drawn"][0, -1] == pytest.approx(36)


@pytest.mark.parametrize("model", [Dilemma(6, "m - 2", "m - 1"), Pool(3, 5)])
def test_jax_goes_the_same_way(model):
    one, other = (model.simulate(Plan(300, 20, [5], backend=b)) for b in ("numpy", "jax"))
    assert all(np.array_equal(one.measures[name], other.measures[name]) for name in model.MEASURES)


def test_same_seed_same_course():
    runs = [Dilemma(6, "m - 2", "m - 1").simulate(Plan(600, 30, [3, 4])) for _ in range(2)]
    assert np.array_equal(runs[0].measures["cooperation"], runs[1].measures["cooperation"])
    assert not np.array_equal(*runs[0].measures["cooperation"])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Dilemma(1), "2 to 10,000"),
        (lambda: Dilemma(4, "k * m"), "cooperate"),
        (lambda: Goods(players=20), "2 to 12"),
        (lambda: Goods(excludable=Fraction(3)), "shares from 0 to 1"),
        (lambda: Goods(institution="quota"), "one of none, subsidy, assurance"),
        (lambda: Goods(strength=Fraction(-1)), "at least 0"),
        (lambda: Pool(0), "players"),
        (lambda: Pool(8, 10_000), "players × tokens²"),
    ],
)
def test_wrong_settings_are_told(make, words):
    with pytest.raises(RulewrightError, match=words):
        make()


def test_an_assurance_names_actions_that_exist():
    assert Assurance("contribute", 2, 1).describe().startswith("who plays contribute")
