"""Every option of `Rules`, held to what it says: on the optimal rule, in the game it induces, and against closed forms."""

import sys
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.compiled import compiled
from rulewright.design.design import default_aim, design
from rulewright.design.flaw import flaw
from rulewright.design.programme import solve
from rulewright.design.rounding import exactly
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible, InputError, Unsolved
from rulewright.game import library
from rulewright.game.game import Game, Signal
from rulewright.game.sample import sample
from rulewright.verify import claims
from rulewright.verify.certificate import statement
from rulewright.verify.prover import prove
from rulewright.welfare.goals import Goal

SEEDS = st.integers(0, 10**6)


def trade(buyers=(F(1), F(3)), sellers=(F(0), F(2))):
    """Bilateral trade: a broker decides, buyer and seller know their values (Myerson & Satterthwaite 1983)."""
    payoff = np.zeros((3, 1, len(buyers), len(sellers), 2, 1, 1), dtype=object)
    payoff[1, 0, :, :, 0, 0, 0] = np.array(buyers, dtype=object)[:, None]
    payoff[2, 0, :, :, 0, 0, 0] = -np.array(sellers, dtype=object)[None, :]
    payoff[0] = payoff[1] + payoff[2]
    shape = (1, len(buyers), len(sellers))
    prior = np.full(shape, F(1, len(buyers) * len(sellers)), dtype=object)
    deal = Signal("deal", ("done",), np.full((*payoff.shape[1:], 1), F(1), dtype=object))
    return Game.bayesian(payoff, prior, players=("broker", "buyer", "seller"), designer=True, signals=[deal])


def paying(low=-9, high=9):
    return tuple(Payment(p, ("deal",), F(low), F(high)) for p in ("buyer", "seller"))


STAY = {"buyer": F(0), "seller": F(0)}


def efficient(game):
    return float((game.goal.max(axis=3) * game.prior[..., None, None]).sum())


def exact(game, rules):
    """The rule in words, flawless or with room for rounding."""
    rule = compiled(game, solve(game, rules), "rule")
    if flaw(rule.play, rules) > 0:
        rule = compiled(game, solve(game, rules.cushioned(F(1, 10**7))), "rule")
    assert flaw(rule.play, rules) == 0
    return rule


def test_trade_without_taking_part_is_efficient_and_balanced():
    """Arrow 1979, d'Aspremont & Gérard-Varet 1979: balance costs nothing if nobody may stay away."""
    game = trade()
    rules = Rules(payments=paying(), balance="ex post")
    assert solve(game, rules).value == pytest.approx(efficient(game))
    rule = exact(game, rules)
    assert prove(claims.balanced(), statement(game, rule.institution.as_data(game), rule.play)).holds


def grid_trade(k=5):
    values = [F(2 * j + 1, 2 * k) for j in range(k)]
    return trade(values, values)


OVERLAP = trade((F(1), F(7, 2)), (F(0), F(3)))  # rents of 5½/4 asked for, 6/4 needed: closed form


def test_trade_with_taking_part_is_not():
    """Myerson & Satterthwaite 1983, J. Econ. Theory 29: some gains from trade are lost."""
    rules = Rules(payments=paying(), balance="ex post", outside=STAY)
    assert solve(OVERLAP, rules).value < efficient(OVERLAP) - 1e-3
    assert solve(OVERLAP, replace(rules, balance="")).value == pytest.approx(efficient(OVERLAP))


def forced(game):
    """The same game with a broker who may only do what is efficient: everything else is not among its decisions."""
    payoff = game.payoff.copy()
    payoff[0] = np.where(payoff[0] == payoff[0].max(axis=3, keepdims=True), F(0), F(-1))
    return replace(game, payoff=payoff)


def test_efficient_trade_is_impossible():
    rules = Rules(payments=paying(), balance="ex post", outside=STAY, floor=F(0))
    with pytest.raises(Impossible, match="the goal"):
        solve(forced(OVERLAP), rules)
    assert solve(forced(OVERLAP), replace(rules, outside={})).value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("when", ["ex ante", "ex post", "everywhere"])
def test_budgets_hold_when_they_should(when):
    game = trade()
    rules = Rules(payments=paying(), outside=STAY, budget=F(1, 4), budget_when=when)
    exact(game, rules)


def test_budgets_get_harder():
    game = grid_trade(4)
    values = [
        solve(game, Rules(payments=paying(), outside=STAY, budget=F(0), budget_when=when)).value
        for when in ("ex ante", "ex post", "everywhere")
    ]
    assert values[0] >= values[1] - 1e-9 >= values[2] - 2e-9


@pytest.mark.parametrize("part", ["interim", "ex post", "always"])
def test_taking_part_holds_when_it_should(part):
    game = grid_trade(3)
    rules = Rules(payments=paying(), outside=STAY, participation=part, budget=F(0))
    exact(game, rules)
    outcome = solve(game, rules)
    kept = [game.floats.payoff[i] + t[..., 0] for i, (_, t) in enumerate(outcome.payments, 1)]  # "deal" shows one thing
    least = min(float(k[outcome.law > 1e-6].min()) for k in kept)  # of whatever is drawn
    assert part != "always" or least >= -1e-6


def test_outside_options_may_differ_by_type():
    game = trade()
    same = solve(game, Rules(payments=paying(), outside={"buyer": F(1), "seller": F(0)}, money_weight=F(1))).value
    higher = solve(
        game, Rules(payments=paying(), outside={"buyer": (F(0), F(1)), "seller": F(0)}, money_weight=F(1))
    ).value
    assert higher > same
    with pytest.raises(InputError, match="one for each of 2 types"):
        solve(game, Rules(payments=paying(), outside={"buyer": (F(0),), "seller": F(0)}))


def effort(levels=3, n=1):
    """n agents of effort 0 or 1 at cost 1; output in `levels` levels."""
    shape = (2,) * n
    work = sum(np.arange(2).reshape([2 if j == i else 1 for j in range(n)]) for i in range(n))
    weight = np.array([[1 + y * w for y in range(levels)] for w in range(n + 1)], dtype=object)
    law = np.array([[F(int(x), int(row.sum())) for x in row] for row in weight], dtype=object)[work]
    payoff = np.zeros((n + 1, *(1,) * (n + 1), 1, *shape), dtype=object)
    payoff[0] = 40 * (law * np.arange(levels)).sum(axis=-1)
    for i in range(n):
        payoff[1 + i] = -np.arange(2).reshape([2 if j == i else 1 for j in range(n)])
    lead = (1,) * (n + 2)
    output = Signal("output", tuple(map(str, range(levels))), law.reshape(*lead, *shape, levels))
    return Game.bayesian(payoff, np.full((1,) * (n + 1), F(1), dtype=object), designer=True, signals=[output])


def contract(form, n=1, high=60, **options):
    pay = tuple(Payment(f"player {2 + i}", ("output",), F(0), F(high), form=form) for i in range(n))
    return Rules(payments=pay, money_weight=F(1), **options)


def test_forms_are_nested():
    """Whatever a linear contract brings, a two-part or a rising one does too, and a free one more."""
    game = effort(4)
    value = {form: solve(game, contract(form)).value for form in ("linear", "two-part", "monotone", "free")}
    assert value["linear"] <= value["two-part"] + 1e-9 <= value["monotone"] + 2e-9 <= value["free"] + 3e-9
    assert value["linear"] < value["free"] - 1e-3


@pytest.mark.parametrize("form", ["linear", "two-part", "monotone", "falling", "graduated"])
def test_forms_are_kept_exactly(form):
    game = effort(4)
    rules = contract(form, high=0) if form in ("falling", "graduated") else contract(form)
    if form in ("falling", "graduated"):
        rules = replace(rules, payments=tuple(replace(p, low=F(-30)) for p in rules.payments))
    rule = exact(game, rules)
    pay = [m for m in rule.institution.moves(game) if type(m).__name__ == "Pay"]
    amounts = pay[0].amounts if pay else np.zeros(4, dtype=object)
    steps = np.diff(amounts)
    if form in ("linear", "two-part"):
        assert len(set(steps)) == 1 and (form == "two-part" or amounts[0] == 0)
    if form == "monotone":
        assert (steps >= 0).all()
    if form in ("falling", "graduated"):
        assert (steps <= 0).all()
    if form == "graduated":
        assert (np.diff(steps) <= 0).all()


def test_bounds_may_differ_by_outcome():
    game = effort(3)
    only_top = replace(contract("free"), payments=(Payment("player 2", ("output",), (F(0),) * 3, (F(0), F(0), F(60))),))
    none_top = replace(contract("free"), payments=(Payment("player 2", ("output",), (F(0),) * 3, (F(0), F(60), F(0))),))
    best = solve(game, contract("free")).value
    assert solve(game, only_top).value == pytest.approx(best)  # likelihood ratios rise: pay for the top only
    assert solve(game, none_top).value < best


@pytest.mark.parametrize("n", [2, 3])
def test_like_players_share_columns_and_lose_nothing(n, monkeypatch):
    game = effort(4, n)
    rules = contract("free", n)
    alike = solve(game, rules)
    monkeypatch.setattr(
        "rulewright.design.programme.frame.find",
        lambda game, rules: __import__("rulewright.design.programme.symmetry", fromlist=["NONE"]).NONE,
    )
    apart = solve(game, rules)
    assert alike.value == pytest.approx(apart.value, abs=1e-7)
    swapped = np.swapaxes(alike.law, -1, -2)
    assert np.allclose(swapped, alike.law)


def test_anonymity_can_cost():
    """Two players who may do the same but differ in cost: treating them alike is worth less."""
    game = effort(3, 2)
    payoff = game.payoff.copy()
    payoff[1] = payoff[1] * 4
    unequal = replace(game, payoff=payoff)
    free = solve(unequal, contract("free", 2))
    alike = solve(unequal, contract("free", 2, anonymous=True))
    assert alike.value < free.value - 1e-6
    assert np.allclose(np.swapaxes(alike.law, -1, -2), alike.law)


def test_public_recommendations_are_worth_no_more_than_private_ones():
    game = Goal.total().on(library.chicken())
    private, public = (solve(game, Rules(recommend=r)).value for r in (True, "public"))
    assert (private, public) == (pytest.approx(10.5), pytest.approx(9))
    rule = compiled(game, solve(game, Rules(recommend="public")), "public")
    assert rule.play.regret == 0 and float(rule.play.goal) == pytest.approx(9)


def test_a_rule_that_knows_types_does_at_least_as_well():
    payoff = np.array(sample((1, 2, 2), seed=5).payoff)
    generator = np.random.default_rng(1)
    payoff = generator.integers(0, 5, (3, 1, 2, 2, 1, 2, 2)).astype(object)
    game = Game.bayesian(payoff, np.full((1, 2, 2), F(1, 4), dtype=object), designer=True)
    asked, informed = solve(game, Rules()), solve(game, Rules(informed=True))
    assert informed.value >= asked.value - 1e-9
    rule = compiled(game, informed, "informed")
    assert rule.play.regret <= F(1, 10**6) and float(rule.play.goal) == pytest.approx(informed.value, abs=1e-5)


def test_rawls():
    """The least of the players' payoffs, in Chicken: the mediator's best for the worst off."""
    game = Goal.total().on(library.chicken())
    outcome = solve(game, Rules(objective="maximin"))
    values = [(outcome.law * game.floats.payoff[i]).sum() for i in (1, 2)]
    assert min(values) == pytest.approx(outcome.value) == pytest.approx(5.25)


def test_nash_welfare():
    """Chicken: among mixtures of (2, 7), (7, 2), (6, 6) obeyed in private, the product of the payoffs is largest at 5¼ each."""
    pytest.importorskip("clarabel", reason="needs the extra [conic]")
    game = Goal.total().on(library.chicken())
    outcome = solve(game, Rules(objective="nash"))
    values = [(outcome.law * game.floats.payoff[i]).sum() for i in (1, 2)]
    assert values == pytest.approx([5.25, 5.25], abs=1e-5)
    assert outcome.value == pytest.approx(2 * np.log(5.25), abs=1e-7)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_nash_welfare_is_what_no_direction_improves(seed):
    """At the optimum w*, every other rule w has Σ w_i / w*_i ≤ n (the gradient of Σ log is 1/w*)."""
    pytest.importorskip("clarabel", reason="needs the extra [conic]")
    payoff = np.random.default_rng(seed).integers(1, 9, (2, 3, 3)).astype(object)
    game = Goal.total().on(Game.normal(payoff))
    best = solve(game, Rules(objective="nash"))
    star = [(best.law * game.floats.payoff[i]).sum() for i in (1, 2)]
    table = game.floats.payoff.copy()
    table[0] = table[1] / star[0] + table[2] / star[1]
    assert solve(replace(game.floats, payoff=table), Rules()).value <= 2 + 1e-5


def test_worst_of_several_priors():
    """The prosecutor whose judge may start from .2 or .3: no better than at .2, and no worse than safe."""
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1

    def at(guilt):
        return Game.bayesian(payoff, np.array([[guilt], [1 - guilt]], dtype=object), designer=True)

    one = solve(at(F(3, 10)), Rules()).value
    both = solve(at(F(3, 10)), Rules(priors=(np.array([[0.2], [0.8]]),))).value
    assert both == pytest.approx(0.4) and both < one


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_ex_post_is_dominant_for_private_values_and_dominant_is_stronger_for_common_ones(seed):
    generator = np.random.default_rng(seed)
    private = generator.integers(0, 4, (2, 1, 2, 2)) * 1.0
    payoff = np.zeros((3, 1, 2, 2, 3, 1, 1))
    for d in range(2):
        payoff[1, 0, :, :, d, 0, 0] = private[0, 0, d][:, None]
        payoff[2, 0, :, :, d, 0, 0] = private[1, 0, d][None, :]
    common = payoff.copy()
    common[1, 0, :, :, 0, 0, 0] += generator.integers(0, 4, (2, 2))
    for table, same in ((payoff, True), (common, False)):
        table[0] = generator.random((1, 2, 2, 3, 1, 1))
        game = Game.bayesian(table, np.full((1, 2, 2), 0.25), designer=True)
        ex_post, dominant = (solve(game, Rules(incentives=k)).value for k in ("ex post", "dominant"))
        assert dominant <= ex_post + 1e-8
        if same:
            assert dominant == pytest.approx(ex_post, abs=1e-8)


def test_dominance_is_not_for_players_who_act():
    game = Goal.total().on(library.prisoners())
    payoff = np.repeat(game.payoff, 2, axis=2)
    typed = Game.bayesian(payoff, np.full((1, 2, 1), F(1, 2), dtype=object), designer=True)
    with pytest.raises(InputError, match="ex post"):
        solve(typed, Rules(incentives="dominant"))


def test_impossible_keeps_its_witness():
    """A type that must be paid more than anybody may pay."""
    with pytest.raises(Impossible) as caught:
        solve(trade(), Rules(payments=paying(), outside={"buyer": F(99), "seller": F(0)}))
    assert caught.value.witness is not None


@pytest.mark.parametrize("aim", ["only", "worst"])
@pytest.mark.parametrize(
    "asked",
    [
        {"outside": {"player 2": F(0)}},
        {"budget": F(1), "budget_when": "everywhere"},
        {"balance": "ex post"},
        {"anonymous": True},
        {"objective": "maximin"},
        {"floor": F(0)},
    ],
    ids=str,
)
def test_promises_do_not_ignore_what_they_cannot_do(aim, asked):
    game, rules = effort(3), contract("free", margin=F(1, 10), **asked)
    assert default_aim(game, rules) == "best"
    with pytest.raises(InputError, match=list(asked)[-1]):
        design([({}, game)], rules, aim=aim)


def test_rounding_keeps_the_floor():
    game = effort(3)
    best = solve(game, contract("free")).goal
    rule = exact(game, contract("free", floor=F(round(best * 1000) - 1, 1000)))
    assert rule.play.goal >= F(round(best * 1000) - 1, 1000)
    assert flaw(rule.play, contract("free", floor=rule.play.goal + 1)) == 1


def test_rounding_under_several_priors_keeps_the_value():
    payoff = np.zeros((2, 2, 1, 1, 2), dtype=object)
    payoff[0, :, 0, 0, 0] = 1
    payoff[1, 0, 0, 0, 0] = payoff[1, 1, 0, 0, 1] = 1
    game = Game.bayesian(payoff, np.array([[F(3, 10)], [F(7, 10)]], dtype=object), designer=True)
    said, optimum = exactly(game, Rules(priors=(np.array([[0.2], [0.8]]),)))
    assert float(said.play.goal) == pytest.approx(optimum.goal, abs=1e-6)


def test_an_optimum_that_breaks_rows_is_none(monkeypatch):
    monkeypatch.setattr(
        sys.modules["rulewright.design.programme.solve"], "MOST_ROUNDS", 0
    )  # the function hides its module
    monkeypatch.setattr("rulewright.design.programme.incentives.FEW_ROWS", 0)
    generator = np.random.default_rng(0)
    game = Game.bayesian(generator.random((2, 12, 1, 1, 12)), np.full((12, 1), 1 / 12), designer=True)
    with pytest.raises(Unsolved, match="rounds"):
        solve(game, Rules())
