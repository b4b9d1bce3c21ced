"""Claims `optimal` and `impossible`: their bound against the optimum of a programme written separately."""

import copy
from contextlib import suppress
from fractions import Fraction as F

import numpy as np
import pytest
from dense import Dense, random_setting
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design import Payment, Rules, solve
from rulewright.errors import Impossible, InputError
from rulewright.game.game import Game, Signal
from rulewright.game.play import Play
from rulewright.verify import bounds, checker, claims
from rulewright.verify.certificate import sealed, statement

SEEDS = st.integers(0, 10**6)
NO_RULE = {"name": "no rule", "moves": []}


def said(game):
    return statement(game, NO_RULE, Play.pure(game, [0] * game.n))


def found(setting, elastic=False):
    dense = Dense(setting)
    solution, duals = dense.solve(elastic)
    return solution, dense.multipliers(duals)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_bound_is_the_optimum_of_the_programme(seed):
    """Never below it (weak duality), and with the optimal multipliers not above it."""
    setting = random_setting(seed)
    solution, given_ = found(setting)
    if solution.x is None:
        return
    exact = bounds.multipliers(setting.game, *given_, ex_post=setting.post)
    bound = bounds.bound(said(setting.game), setting.family(), exact)
    assert solution.value - 1e-9 <= float(bound) <= solution.value + 1e-7 * max(1, abs(solution.value))


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_bound_is_above_what_design_finds(seed):
    """`solve` knows nothing of multipliers; payments on types are kept out of it, as are several outside options."""
    setting = random_setting(seed)
    setting.post, setting.outside = False, {p: v for p, v in setting.outside.items() if len({*v}) == 1}
    solution, given_ = found(setting)
    rules = Rules(
        payments=tuple(Payment(to, tuple(on), F(low), F(high)) for to, on, low, high in setting.payments),
        money_weight=setting.money_weight,
        margin=setting.slack,
        outside={p: v[0] for p, v in setting.outside.items()},
        budget=setting.budget,
    )
    try:
        value = solve(setting.game, rules).value
    except Impossible:
        assert solution.x is None
        return
    exact = bounds.candidates(setting.game, *given_)
    bound, _ = bounds.tightest(said(setting.game), setting.family(), exact)
    assert value - 1e-6 <= float(bound) <= value + 1e-6


@settings(max_examples=40, deadline=None)
@given(SEEDS, SEEDS)
def test_any_multipliers_are_a_bound(seed, other):
    """Weak duality needs no optimality: random weights, made consistent, never fall below the optimum."""
    setting = random_setting(seed)
    solution, (w, pi, _) = found(setting)
    if solution.x is None:
        return
    rng = np.random.default_rng(other)
    w, pi = ({p: 2 * rng.random(table.shape) for p, table in tables.items()} for tables in (w, pi))
    beta = rng.random() if setting.budget is not None else 0.0
    exact = bounds.multipliers(setting.game, w, pi, beta, ex_post=setting.post, fineness=1e-3)
    assert bounds.bound(said(setting.game), setting.family(), exact) >= F(solution.value) - F(1, 10**8)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_what_cannot_be_met_has_a_witness_and_what_can_has_none(seed):
    setting = random_setting(seed)
    setting.slack = F(1, 2)
    setting.outside = {p: [F(1)] * t for p, t in zip(setting.game.players, setting.game.type_counts, strict=True)}
    del setting.outside[setting.game.players[0]]
    solution, given_ = found(setting, elastic=True)
    exact = bounds.multipliers(setting.game, *given_, ex_post=setting.post)
    claim = claims.impossible(setting.family(), exact.as_data())
    verdict = checker.evaluate(said(setting.game), claim)
    short = -solution.value
    if short > 1e-6:
        assert verdict.holds and float(verdict.margin) == pytest.approx(short, rel=1e-6)
    elif short < 1e-9:
        assert not verdict.holds


# ── by hand ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def prosecutor():
    """Kamenica & Gentzkow 2011, guilt 3/10: value 3/5. Acquitting the innocent binds: w(convicted, acquits) = 1."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1
    return Game.bayesian(
        payoff,
        [[F(3, 10)], [F(7, 10)]],
        players=("prosecutor", "judge"),
        types=(("guilty", "innocent"), ("·",)),
        actions=(("·",), ("convict", "acquit")),
        designer=True,
    )


def prosecutors_claim(gap="0", weight="1", **changes):
    weights = {"incentives": {"judge": [[0, 0, 0, 1, weight]]}, "participation": {}, "budget": "0"}
    return {**claims.optimal(bounds.family(prosecutor()), weights, gap), **changes}


def optimal_disclosure():
    reveal = {
        "word": "reveal",
        "to": ["judge"],
        "outcomes": [["convict", "acquit"]],
        "law": {"shape": [2, 1, 2], "entries": ["1", "0", "3/7", "4/7"]},
    }
    told = {**said(prosecutor()), "institution": {"name": "disclosure", "moves": [reveal]}}
    return {**told, "play": {"judge": [{"convict": "1"}, {"acquit": "1"}]}}


def test_the_prosecutors_disclosure_is_optimal():
    certificate = sealed(optimal_disclosure(), [prosecutors_claim()])
    (verdict,) = checker.check(certificate)
    assert verdict.holds and verdict.margin == 0 and "worth 3/5" in verdict.says


def test_a_worse_play_is_within_its_gap_only():
    certificate = {**optimal_disclosure(), "play": {"judge": [{"convict": "1"}, {"convict": "1"}]}}
    better_than_any_rule = checker.evaluate(certificate, prosecutors_claim())
    assert better_than_any_rule.holds and better_than_any_rule.margin == F(2, 5)  # it is no equilibrium: another claim
    certificate["play"] = {"judge": [{"acquit": "1"}, {"acquit": "1"}]}
    assert checker.evaluate(certificate, prosecutors_claim()).margin == F(-3, 5)
    assert not checker.evaluate(certificate, prosecutors_claim("1/2")).holds
    assert checker.evaluate(certificate, prosecutors_claim("3/5")).holds


@pytest.mark.parametrize("weight", ["0", "1/2", "99/100", "101/100", "2"])
def test_altered_multipliers_prove_less(weight):
    verdict = checker.evaluate(optimal_disclosure(), prosecutors_claim(weight=weight))
    assert verdict.holds is False and verdict.margin < 0


def test_negative_weights_prove_nothing():
    verdict = checker.evaluate(optimal_disclosure(), prosecutors_claim(weight="-1"))
    assert not verdict.holds and "negative" in verdict.says


def two_reports():
    """One player of two types who is told one of two things: replies to both must weigh the same."""
    payoff = np.arange(16, dtype=object).reshape(2, 1, 2, 2, 2) % 5
    return Game.bayesian(payoff, [[F(1, 2), F(1, 2)]], designer=True)


def test_replies_that_weigh_differently_prove_nothing():
    game = two_reports()
    rows = [[0, 1, 0, 0, "1"], [0, 1, 1, 0, "1/2"], [0, 1, 1, 1, "1/2"]]
    weights = {"incentives": {"player 2": rows}, "participation": {}, "budget": "0"}
    claim = claims.optimal(bounds.family(game), weights, 100)
    assert checker.evaluate(said(game), claim).holds
    for wrong in (rows[:1], rows[:2], [*rows, [1, 0, 0, 0, "1"]]):
        altered = {**claim, "multipliers": {**weights, "incentives": {"player 2": wrong}}}
        verdict = checker.evaluate(said(game), altered)
        assert not verdict.holds and "not all replies weigh the same" in verdict.says


@pytest.mark.parametrize(
    "rows",
    [
        [[0, 0, 0, "1"]],  # too few positions
        [[0, 0, 0, 0, 2, "1"]],
        [[0, 0, 0, 2, "1"]],  # no such action
        [[0, 0, 0, -1, "1"]],
        [[0, 0, 0, 1, "1"], [0, 0, 0, 1, "1"]],  # twice
        [[]],
        [[0, 0, 0, 1, 1]],
    ],
)
def test_multipliers_of_the_wrong_form_are_no_certificate(rows):
    claim = prosecutors_claim(multipliers={"incentives": {"judge": rows}, "participation": {}, "budget": "0"})
    with pytest.raises(checker.NotACertificate):
        checker.evaluate(optimal_disclosure(), claim)


def test_weights_need_requirements():
    """A budget's weight without a budget, participation without outside options, incentives of the designer."""
    empty = {"incentives": {}, "participation": {}, "budget": "0"}
    claim = prosecutors_claim(multipliers={**empty, "budget": "1"})
    assert "needs a budget" in checker.evaluate(optimal_disclosure(), claim).says
    for wrong in ({"participation": {"judge": [[0, 0, "1"]]}}, {"incentives": {"prosecutor": [[0, 0, 0, 0, "1"]]}}):
        with pytest.raises(checker.NotACertificate):
            checker.evaluate(optimal_disclosure(), prosecutors_claim(multipliers={**empty, **wrong}))


def test_rules_that_change_the_goal_itself_are_not_compared():
    certificate = optimal_disclosure()
    care = {"word": "care", "player": "prosecutor", "weights": {"judge": "1"}, "dislike": None}
    gift = {"word": "pay", "to": "prosecutor", "on": [], "amounts": {"shape": [], "entries": ["1"]}}
    for move in (care, gift):
        certificate["institution"]["moves"] = [*optimal_disclosure()["institution"]["moves"], move]
        with pytest.raises(checker.NotACertificate, match="goal itself"):
            checker.evaluate(certificate, prosecutors_claim())


def test_a_family_that_does_not_ask_those_who_know_is_refused():
    game = two_reports()
    empty = {"incentives": {}, "participation": {}, "budget": "0"}
    with pytest.raises(checker.NotACertificate, match="ask"):
        checker.evaluate(said(game), claims.optimal(bounds.family(game, ask=False), empty, 100))


def hidden_effort(high="20"):
    """Success .8 or .2 at effort cost 1, worth 10: a bonus of 5/3 on success; value 20/3."""
    law = np.array([F(4, 5), F(1, 5), F(1, 5), F(4, 5)], dtype=object).reshape(1, 1, 1, 2, 2)
    payoff = np.array([F(8), F(2), F(-1), F(0)], dtype=object).reshape(2, 1, 1, 1, 2)
    game = Game.bayesian(
        payoff,
        [[F(1)]],
        players=("principal", "agent"),
        actions=(("·",), ("work", "shirk")),
        designer=True,
        signals=[Signal("result", ("success", "failure"), law)],
    )
    return game, bounds.family(game, payments=[("agent", ("result",), 0, high)], money_weight=1)


@pytest.mark.parametrize(("weight", "bound"), [("4/3", F(20, 3)), ("0", F(8))])
def test_a_bonus_by_hand(weight, bound):
    """−.8 + w(.8 − .2) = 0 at w = 4/3; then working is worth 8 − 4/3 at most, without paying anything."""
    game, family = hidden_effort()
    weights = {"incentives": {"agent": [[0, 0, 0, 1, weight]]}, "participation": {}, "budget": "0"}
    claim = claims.optimal(family, weights, 0)
    pay = {"word": "pay", "to": "agent", "on": ["result"], "amounts": {"shape": [2], "entries": ["5/3", "0"]}}
    certificate = {**said(game), "institution": {"name": "bonus", "moves": [pay]}, "play": {"agent": [{"work": "1"}]}}
    verdict = checker.evaluate(certificate, claim)
    assert verdict.margin == F(20, 3) - bound and bool(verdict.holds) == (bound == F(20, 3))
    another = copy.deepcopy(claim)
    another["family"]["payments"][0]["low"] = ["-5", "-5"]  # where fines are allowed, a bonus is not shown to be best
    assert checker.evaluate(certificate, another).holds is False


def test_a_contradiction_is_told_as_a_sentence():
    """The agent wants 1 for sure, the budget is 1/2: participation and the budget, with weight 1 each, contradict."""
    game, _ = hidden_effort()
    family = bounds.family(
        game, payments=[("agent", ("result",), 0, 20)], outside={"agent": 1}, budget=F(1, 2), slack=F(1, 10)
    )
    weights = {"incentives": {}, "participation": {"agent": [[0, 0, "1"], [0, 1, "1"]]}, "budget": "1"}
    verdict = checker.evaluate(said(game), claims.impossible(family, weights))
    # 1·(pay − effort − 1) + 1·(1/2 − pay) ≤ −1/2
    assert verdict.holds and verdict.margin == F(1, 2)
    assert "agent gets at least 1 (× 1)" in verdict.says and "the budget (× 1)" in verdict.says
    weights["budget"] = "0"
    verdict = checker.evaluate(said(game), claims.impossible(family, weights))
    assert verdict.holds is False


# ── rounding ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rounding_repairs_what_is_inconsistent_and_drops_what_never_occurs():
    game = two_reports()
    w = np.zeros((2, 2, 2, 2))
    w[0, 1] = [[0.1, 0.2], [0.3 + 1e-9, 0]]
    w[1, 1] = [[5, 1e-15], [-1e-9, 7]]  # obeying is no deviation; noise goes
    exact = bounds.multipliers(game, {"player 2": w}, simple=True, fineness=1e-6)
    rows = {tuple(row[:-1]): F(row[-1]) for row in exact.as_data()["incentives"]["player 2"]}
    assert rows == {(0, 1, 0, 0): F(1, 10), (0, 1, 0, 1): F(1, 5), (0, 1, 1, 0): F(3, 10)}


def test_wrong_shapes_and_names_are_told():
    game = two_reports()
    with pytest.raises(InputError, match="player 2"):
        bounds.multipliers(game, {"player 2": np.zeros((2, 2, 2))})
    with pytest.raises(InputError):
        bounds.family(game, payments=[("nobody", ("action of player 2",), 0, 1)])
    with pytest.raises(InputError):
        bounds.family(game, incentives="dominant")


JUNK = [None, True, 0, -1, 1.5, "x", "1/0", [], {}, [[]], {"a": 1}, "-1"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_junk_anywhere_is_refused_without_a_traceback(data):
    game, _ = hidden_effort()
    family = bounds.family(game, payments=[("agent", ("result",), 0, 20)], outside={"agent": 0}, budget=1)
    rows = [[0, 0, 0, 1, "1"]]
    weights = {"incentives": {"agent": rows}, "participation": {"agent": [[0, 0, "1"]]}, "budget": "1"}
    claim = copy.deepcopy(claims.optimal(family, weights, 100))
    assert checker.evaluate(said(game), claim).holds
    inner, key = {"claim": claim}, "claim"
    while isinstance(inner[key], (dict, list)) and inner[key] and (key == "claim" or data.draw(st.booleans())):
        inner = inner[key]
        key = data.draw(st.sampled_from([*inner] if isinstance(inner, dict) else range(len(inner))))
    inner[key] = data.draw(st.sampled_from(JUNK))
    with suppress(checker.NotACertificate):
        assert checker.evaluate(said(game), claim).holds in (True, False, None)
