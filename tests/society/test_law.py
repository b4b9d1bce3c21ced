"""Law without an office: the inequality, the explicit game by two roads, triples drawn one by one, the thresholds."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.assessment import assess
from rulewright.behaviour.estimation.confidence import mean
from rulewright.errors import InputError
from rulewright.scenario.load import parse
from rulewright.society.law import (
    LOGIC,
    Boycott,
    Explicit,
    Law,
    Profile,
    Repeated,
    Stage,
    as_markov,
    as_play,
    costs,
    expected,
    long_run,
    nobody,
    playing_r,
    simulate,
)
from rulewright.society.model import Plan

chance = st.fractions(0, 1, max_denominator=20)
patience = st.fractions(0, F(19, 20), max_denominator=20)
money = st.fractions(0, 3, max_denominator=10)


# ── the inequality ──────────────────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(chance, chance, chance, money, st.fractions(F(1, 10), 3, max_denominator=10))
def test_both_forms_say_the_same(d, i, j, c, p):
    one = Boycott(d, c, p, i, j)
    assert one.holds == one.holds_as_stakes and one.share <= F(2, 3)
    assert one.share == Boycott(d, c, p, j, i).share
    assert one.holds == (c * (1 + 2 * d * (1 - i) * (1 - j)) < 2 * d * (1 - i) * (1 - j) * p)
    assert all(row.holds for row in one.claims()[1:])


@settings(deadline=None)
@given(chance, chance, chance)
def test_slopes_are_those_of_small_steps(d, i, j):
    step = F(1, 10**9)
    here = Boycott(d, 0, 1, i, j).share

    def moved(**by):
        at = {"discount": d, "rho_i": i, "rho_j": j}
        (name,) = by
        sign = -1 if at[name] == 1 else 1
        at[name] += sign * step
        return (Boycott(**at).share - here) / (sign * step)

    for slope, name in zip(Boycott(d, 0, 1, i, j).slopes, ("discount", "rho_i", "rho_j"), strict=True):
        assert abs(float(slope - moved(**{name: 1}))) < 1e-7


@settings(deadline=None)
@given(chance, chance, st.fractions(F(1, 100), 3))
def test_no_cost_is_low_enough_where_r_never_serves_one(d, j, c):
    assert not Boycott(d, c, 1, 1, j).holds and not Boycott(d, c, 1, j, 1).holds and not Boycott(d, 0, 1, 1, j).holds


# ── the explicit game ───────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25, deadline=None)
@given(
    patience,
    chance,
    chance,
    st.fractions(F(11, 10), 3, max_denominator=10),
    st.fractions(0, 1, max_denominator=10),
    money,
)
def test_the_tables_give_the_closed_form_of_the_explicit_game(d, i, j, v, k, h):
    setting = {"rho_i": i, "rho_j": j, "value": v, "honour": k, "harm": h}
    one = Explicit(d, 1, **setting)
    profile = playing_r(Stage.after(**setting))
    buyers = ("buyer i", "buyer j")
    low, high = costs(lambda c: Stage.after(cost=c, **setting), profile, d, buyers)
    bounds = [d * (1 - other) * v / (1 - d) for other in (i, j)]
    assert low == 0 and (k == 0 or high == min(bounds) == one.threshold)
    seller = [x.gain for x in Repeated(Stage.after(**setting), profile, d).deviations() if x.player == "seller"]
    assert (max(seller) <= 0) == one.deters


@settings(deadline=None)
@given(patience, chance, chance, st.fractions(F(101, 100), 4, max_denominator=100))
def test_when_the_published_condition_is_enough_for_buyers_of_the_explicit_game(d, i, j, v):
    one = Explicit(d, 1, v, i, j)
    q = 2 * d * (1 - i) * (1 - j)
    if d > 0 and max(i, j) < 1:
        assert (one.gap >= 0) == (v * (1 + q) >= 2 * (1 - d) * (1 - min(i, j)))
    assert one.gap >= 0 or v < 2


def test_with_little_at_stake_the_published_condition_is_not_enough():
    c = F(3, 20)  # between 11/90 and 1/6
    assert Boycott("0.1", c).holds
    stage = Stage.after(cost=c, value="1.1")
    found = Repeated(stage, playing_r(stage), "0.1").worst
    assert found.player == "buyer i" and found.act == "buys on" and found.gain == c - F(11, 90)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"discount": 1.5}, "discount"),
        ({"discount": float("nan")}, "discount"),
        ({"discount": "x"}, "discount"),
        ({"discount": 0.5, "cost": -1}, "cost"),
        ({"discount": 0.5, "price": 0}, "price"),
        ({"discount": 0.5, "rho_i": 2}, "rho_i"),
    ],
)
def test_numbers_out_of_range_are_refused(wrong, word):
    with pytest.raises(InputError, match=word):
        Boycott(**wrong)


def test_stages_and_profiles_that_do_not_fit_are_refused():
    stage = Stage.after()
    with pytest.raises(InputError, match="above the price"):
        Stage.after(value=1)
    with pytest.raises(InputError, match="below 1"):
        Repeated(stage, nobody(stage), 1)
    with pytest.raises(InputError, match="profile"):
        Profile(("a",), np.ones((1, 4)) / 4, np.ones((2, 1, 2, 4, 2)) / 2, np.ones((2, 4, 2, 2, 1)))
    with pytest.raises(InputError, match="sum to 1"):
        Profile(("a",), np.ones((1, 4), int), np.ones((2, 1, 2, 4, 2)) / 2, np.ones((1, 4, 2, 2, 1), int))
    able = Profile(("a",), nobody(stage).seller, np.full((2, 1, 2, 4, 2), F(1, 2)), nobody(stage).moves)
    with pytest.raises(InputError, match="acts that buyers have"):
        Repeated(stage, able, "0.5")
    with pytest.raises(InputError, match="sum to 1"):
        Stage(stage.buyers, stage.seller, np.ones((2, 2), int), stage.able)


def random_stage(generator):
    """A stage with nothing in common with ours but its shape, and a random profile with three states."""

    def law(*shape):
        weights = generator.integers(1, 6, shape).astype(object)
        return weights * F(1) / weights.sum(axis=-1, keepdims=True)

    def table(*shape):
        return generator.integers(-5, 6, shape).astype(object) * F(1, 2)

    stage = Stage(table(2, 4, 2, 2, 2), table(4, 2, 2), law(2, 2), np.ones((2, 2), bool))
    return stage, Profile(("a", "b", "c"), law(3, 4), law(2, 3, 2, 4, 2), law(3, 4, 2, 2, 3), 1)


@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_the_exact_checker_and_the_markov_game_agree(seed):
    d = F(16, 25)
    if seed is None:
        stage = Stage.after(cost="0.4", rho_i="0.1", rho_j="0.3", strange="0.2")
        profile = playing_r(stage)
    else:
        stage, profile = random_stage(np.random.default_rng(seed))
    one = Repeated(stage, profile, d)
    game = as_markov(one)
    play = as_play(one, game)
    root = 0.8
    assert play.values[:, ::5] == pytest.approx(root * one.values.astype(float), abs=1e-9)
    gains = {(x.player, x.state, x.signal, x.delivery, x.act): float(x.gain) for x in one.deviations()}
    advantages = play.advantages
    for w, state in enumerate(profile.states):
        for x, delivery in enumerate(stage.deliveries):
            if ("seller", state, "", "", delivery) in gains:
                assert advantages[2][5 * w, x] == pytest.approx(
                    root * gains["seller", state, "", "", delivery], abs=1e-9
                )
            for k, plan in itertools.product(range(2), range(4)):
                acts = divmod(plan, 2)
                summed = sum(
                    float(stage.law[k, s])
                    * gains.get((f"buyer {'ij'[k]}", state, stage.signals[s], delivery, stage.acts[a]), 0.0)
                    for s, a in enumerate(acts)
                )
                assert advantages[k][5 * w + 1 + x, plan] == pytest.approx(summed, abs=1e-9)
    assert (float(play.regret) < 1e-9) == one.perfect


def test_values_are_those_of_a_long_sum():
    stage, profile = random_stage(np.random.default_rng(7))
    one = Repeated(stage, profile, F(1, 2))
    flow, chain = one.per_period().astype(float), one.chain.astype(float)
    total, law = np.zeros((3, 3)), np.eye(3)
    for t in range(80):
        total += 0.5**t * (flow @ law.T)
        law = law @ chain
    assert total == pytest.approx(one.values.astype(float))


def test_nobody_boycotting_is_always_an_equilibrium_and_r_needs_the_seller_deterred():
    for i, k in itertools.product(("0", "0.5", "1"), ("0", "0.1", "0.9")):
        stage = Stage.after(cost="0.1", rho_i=i, rho_j=i, honour=k)
        assert Repeated(stage, nobody(stage), "0.9").perfect
    stage = Stage.after(cost="0.1", rho_i="0.5", rho_j="0.5")  # served together a quarter of the time
    found = Repeated(stage, playing_r(stage), "0.8").worst
    assert found.player == "seller" and Explicit("0.8", rho_i="0.5", rho_j="0.5").both_needed == F(5, 14) > F(1, 4)
    assert "wrongs both" in found.describe() and "gains" in found.describe()


# ── many triples, one by one ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("turnover", [0.0, 0.05])
def test_triples_do_what_the_chain_says(turnover):
    stage = Stage.after(cost="0.4", rho_i="0.1", rho_j="0.4")
    one = Repeated(stage, playing_r(stage).trembling("0.05", stage), "0.8")
    steps, said = 40, expected(one, 40, turnover).table
    runs = np.array([simulate(one, 4000, steps, seed, turnover).table for seed in range(6)])
    for m in range(len(said)):
        over = runs[:, m].mean(axis=1)
        interval = mean(over, 0.999)
        assert interval.low <= said[m].mean() <= interval.high
        assert runs[:, m].mean(axis=0) == pytest.approx(said[m], abs=6 * runs[:, m].std(axis=0).max() + 1e-12)
    assert (simulate(one, 50, 5, 3).table == simulate(one, 50, 5, 3).table).all()


@settings(max_examples=30, deadline=None)
@given(chance, chance, chance, st.sampled_from([F(0), F(1, 100), F(1, 3)]), st.sampled_from([F(0), F(1, 10)]))
def test_long_run_in_closed_form(i, j, error, turnover, honour):
    one = Law(rho_i=i, rho_j=j, error=error, turnover=turnover, honour=honour)
    said = long_run(one.living, float(turnover)).table
    assert list(one.frequencies().values()) == pytest.approx(said.tolist(), abs=1e-9)
    stage = one.stage()
    none = long_run(
        Repeated(stage, nobody(stage).trembling(error, stage), one.discount)
    ).table  # sellers err all the same
    assert list(one.frequencies(False).values()) == pytest.approx([0, *none[1:].tolist()], abs=1e-9)


def test_a_seller_who_errs_wrongs_each_buyer_independently():
    stage = Stage.after()
    law = playing_r(stage).trembling(F(1, 4), stage).seller
    assert law[0].tolist() == [F(9, 16), F(3, 16), F(3, 16), F(1, 16)] and law[1].tolist() == [0, 0, 0, 1]


# ── the model ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_law_is_stable_exactly_where_the_condition_says_and_nobody_always():
    law, none = Law().outcomes()
    assert law.stable and none.stable and none.measures["wrongful"] == 1 and none.measures["boycotts"] == 0
    dear = Law(cost=F(3, 5))
    assert [o.stable for o in dear.outcomes()] == [False, True]
    assert [o.stable for o in Law(cost=F(3, 5), condition="explicit").outcomes()] == [True, True]
    assert [o.name for o in Law(in_force=True).outcomes()] == ["law holds"]
    assert [o.name for o in Law(logic=False).outcomes()] == ["nobody boycotts"]
    assert all(row.holds for row in Law().claims())
    with pytest.raises(InputError, match="condition"):
        Law(condition="hope")
    with pytest.raises(InputError, match="turnover"):
        Law(turnover=F(3, 2))


@pytest.mark.parametrize(
    ("parameter", "values", "at"),
    [
        ("cost", "0.1:0.9:0.1", float(Boycott("0.8", 0, 1, "0.1", "0.1").threshold)),
        ("discount", "0.1:0.9:0.1", (2 / 3) / (2 * 0.81)),  # Q = c/(P − c) = 2/3
        ("rho", "0:0.9:0.1", 1 - (2 / 3 / 1.6) ** 0.5),
    ],
)
def test_thresholds_of_a_scenario_are_those_of_the_inequality(parameter, values, at):
    said = f"""title = "t"
[parameters]
cost = 0.4
discount = 0.8
rho = 0.1
[society]
model = "law"
set = {{ cost = "cost", discount = "discount", rho_i = "rho", rho_j = "rho", in_force = true }}
[[vary]]
parameter = "{parameter}"
values = "{values}"
"""
    (found,) = assess(parse(said, name="t", origin="t.toml")).report.thresholds
    assert found.at == pytest.approx(at, abs=1e-6)


def test_a_simulation_agrees_with_what_the_model_says():
    one = Law(error=F(1, 20), turnover=F(1, 10))
    course = one.simulate(Plan(6000, 120, range(5)))
    for name, value in one.frequencies().items():
        ends = course.measures[name][:, 40:].mean(axis=1)
        interval = mean(ends, 0.999)
        assert interval.low <= value <= interval.high, name
    lawless = Law(logic=False).simulate(Plan(30, 3, range(2)))
    assert (lawless.measures["wrongful"] == 1).all() and not lawless.measures["alive"].any()


def test_the_logic_is_a_codebook():
    assert LOGIC.classify((), 3, 0).reasons == ("wrongs both",) and not LOGIC.classify((), 0, 0).wrong


def test_the_long_run_of_states_that_alternate_is_their_mean():
    """After every period the other state: in the start state half of the time, whatever the number of periods."""
    stage = Stage.after()
    one = nobody(stage)
    turns = np.zeros((2, *one.moves.shape[1:4], 2), int)
    turns[0, ..., 1] = turns[1, ..., 0] = 1
    twice = Profile(("odd", "even"), np.tile(one.seller, (2, 1)), np.tile(one.buyers, (1, 2, 1, 1, 1)), turns)
    assert long_run(Repeated(stage, twice)).alive == pytest.approx(0.5)
