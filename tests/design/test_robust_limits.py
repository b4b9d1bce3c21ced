"""Robustness at its limits: nothing uncertain, everything uncertain, other units, and what does not go together."""

import itertools
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from written_out import (
    OUTSIDE,
    WEIGHT,
    helped,
    paying,
    random_game,
)

from rulewright.design.design import default_aim, design
from rulewright.design.price import price_of_robustness
from rulewright.design.programme import solve
from rulewright.design.robustness import Polytope, Robustness
from rulewright.design.rules import Rules
from rulewright.errors import Impossible, InputError, TooLarge
from rulewright.game.game import Game
from rulewright.numerics.linprog import INFINITY
from rulewright.scenario.load import load, parse

# ── limits, units, mistakes ─────────────────────────────────────────────────────────────────────────────────────────

FAMILIES = [
    {},
    {"incentives": "ex post"},
    {"incentives": "dominant"},
    {"recommend": "public"},
    {"recommend": False},
    {"informed": True},
    {"margin": F(1, 20), "payoff_error": F(1, 50)},
    {"outside": OUTSIDE},
    {"outside": OUTSIDE, "participation": "ex post"},
    {"objective": "maximin"},
    {"budget": F(0), "budget_when": "ex post"},
    {"anonymous": True},
]


@pytest.mark.parametrize("changes", FAMILIES, ids=str)
@pytest.mark.parametrize(("types", "acts"), [((2, 2, 1), (2, 2, 2)), ((1, 2, 2), (3, 1, 1))])
def test_where_nothing_is_uncertain_nothing_changes(types, acts, changes):
    game = random_game(7, types, acts)
    if changes.get("incentives") == "dominant" and acts[2] > 1:
        acts = (*acts[:2], 1)
        game = random_game(7, types, acts)
    rules = Rules(payments=paying("ann", "bob", most=3), money_weight=WEIGHT, **changes)
    plain, robust = (solve(game, replace(rules, robust=r)) for r in (None, Robustness()))
    assert robust.value == pytest.approx(plain.value, abs=1e-6)
    assert robust.multipliers is None


@pytest.mark.parametrize(
    ("kind", "levels"),
    [
        ("payoff_box", ["0", "0.1", "0.4", "1", "30"]),
        ("prior_ball", ["0", "0.05", "0.2", "0.6", "1"]),
        ("irrational", ["0", "0.05", "0.2", "0.6", "1"]),
        ("faulty", [0, 1, 2]),
    ],
)
def test_more_to_survive_is_worth_no_more(kind, levels):
    game = helped(random_game(2, (2, 2, 1), (2, 1, 2)))
    price = price_of_robustness(game, Rules(payments=paying("ann", "bob", most=3)), levels, kind)
    values = [-INFINITY if v != v else v for v in price.values]
    assert values[0] == pytest.approx(price.plain, abs=1e-6)
    assert all(later <= before + 1e-6 for before, later in itertools.pairwise(values))
    assert values[-1] < values[0] - 1e-3
    assert len(price.describe().splitlines()) == 1 + len(levels)
    if kind == "payoff_box":
        assert "no rule survives" in price.describe()


def test_a_price_of_what_has_no_size():
    game = random_game(0, (1, 1), (1, 2))
    with pytest.raises(InputError, match="prior_ball"):
        price_of_robustness(game, Rules(), [1], "adversarial")
    with pytest.raises(InputError, match="whole numbers of players"):
        price_of_robustness(game, Rules(), ["0.5"], "faulty")


@pytest.mark.parametrize("size", [1e-5, 1e6])
def test_units_do_not_matter(size):
    game = helped(random_game(4, (1, 2, 1), (2, 2, 2)))
    large = replace(game, payoff=game.payoff * size)
    cells, unit = game.payoff[0].size, F(str(size))
    sets = [
        lambda u, g: Robustness(payoff_box={"ann": u / 4, "bob": np.full(g.payoff.shape[1:], 0.25 * float(u))}),
        lambda u, g: Robustness(payoff_polytope={"ann": Polytope.total(cells, 0.5 * float(u), 2 * float(u))}),
        lambda u, g: Robustness(payoff_polytope={"ann": Polytope.scaled(g.payoff[1], 0.5, 2.0)}),
        lambda u, g: Robustness(gain_at_most={"bob": u / 3}),
        lambda u, g: Robustness(adversarial={"ann": ("t2",)}),
    ]
    for of in sets:
        one = solve(game, Rules(payments=paying("ann", "bob", most=3), robust=of(F(1), game)))
        pay = tuple(replace(p, low=p.low * unit, high=p.high * unit) for p in paying("ann", "bob", most=3))
        other = solve(large, Rules(payments=pay, robust=of(unit, large)))
        assert other.value / size == pytest.approx(one.value, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_doing_harm_does_not_help(seed):
    """By the revelation principle: what a type likes best does no more harm than what does the most."""
    game = random_game(seed, (1, 2, 2), (3, 1, 1))
    rules = Rules(payments=paying("ann", "bob", most=4), money_weight=WEIGHT, outside=OUTSIDE)
    values = []
    for flags in ({}, {"ann": ("t1",)}, {"ann": ("t1", "t2")}, {"ann": ("t1", "t2"), "bob": ("t1",)}):
        try:
            values.append(solve(game, replace(rules, robust=Robustness(adversarial=flags))).value)
        except Impossible:
            values.append(-INFINITY)
    assert all(later <= before + 1e-6 for before, later in itertools.pairwise(values))


def test_no_incentives_are_asked_of_types_that_do_harm():
    """One vote decides; the type that does harm votes for what people do not want, and cannot be kept from it."""
    payoff = np.zeros((2, 1, 2, 1, 2))
    payoff[:, :, :, :, 0] = 1.0
    game = Game.bayesian(payoff, np.array([[0.75, 0.25]]), players=("people", "ann"), designer=True)
    assert solve(game, Rules()).value == pytest.approx(1)
    assert solve(game, Rules(robust=Robustness(adversarial={"ann": ("t2",)}))).value == pytest.approx(0.75)
    assert solve(game, Rules(robust=Robustness(adversarial={"ann": ("t1", "t2")}))).value == pytest.approx(0)


def test_promises_that_leave_no_other_equilibrium_know_no_robustness():
    game = random_game(0, (1, 1, 1), (1, 2, 2))
    rules = Rules(payments=paying("ann", "bob"))
    robust = replace(rules, robust=Robustness(faulty=1))
    assert (default_aim(game, rules), default_aim(game, robust)) == ("only", "best")
    with pytest.raises(InputError, match='aim "best" with `robust`'):
        design([({}, game)], robust, aim="only")


SIZE = (1, 2, 1), (1, 2, 2)
MISTAKES = [
    (lambda: Robustness(prior_ball=F(3, 2)), "prior_ball from 0 to 1"),
    (lambda: Robustness(irrational=F(-1)), "irrational from 0 to 1"),
    (lambda: Robustness(faulty=-1), "faulty at least 0"),
    (lambda: Robustness(gain_at_most={"ann": F(-1)}), "gain_at_most of ann at least 0"),
    (lambda: Robustness(payoff_box={"ann": F(-1)}), "payoff_box of ann at least 0"),
    (lambda: Robustness(payoff_box={"ann": F(1)}, gain_at_most={"ann": F(1)}), "one of payoff_box"),
    (lambda: Robustness(irrational=F(1, 2), faulty=1), "one of irrational, faulty and adversarial"),
    (lambda: Robustness(irrational=F(1, 2), payoff_box={"ann": F(1)}), "rational players where payoffs"),
    (lambda: Robustness(prior_ball=F(1, 2), adversarial={"ann": ("t1",)}), "a prior that is known"),
    (lambda: Robustness(payoff_box={"zoe": F(1)}), "found 'zoe'"),
    (lambda: Robustness(payoff_box={"people": F(1)}), "players who choose"),
    (lambda: Robustness(payoff_box={"ann": np.ones(3)}), r"payoff_box of ann: needed a number or shape"),
    (lambda: Robustness(adversarial={"ann": ("t9",)}), "adversarial types of ann"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.ones(2))}), "a column for each of 8 cells"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.ones(3))}), r"D \[row, cell\] and h \[row\]"),
    (lambda: Robustness(payoff_polytope={"ann": Polytope(np.eye(2), np.array([1, np.nan]))}), "finite numbers"),
    (
        lambda: Robustness(payoff_polytope={"ann": Polytope(np.r_[np.eye(8), -np.eye(8)], -np.ones(16))}),
        "some e with D e ≤ h",
    ),
]


@pytest.mark.parametrize(("made", "says"), MISTAKES, ids=lambda x: x if isinstance(x, str) else "")
def test_mistakes(made, says):
    with pytest.raises(InputError, match=says):
        solve(random_game(0, *SIZE), Rules(robust=made()))


@pytest.mark.parametrize("changes", [{"objective": "nash"}, {"outside": OUTSIDE, "participation": "always"}], ids=str)
def test_what_does_not_go_with_robustness(changes):
    with pytest.raises(InputError, match="beside robustness"):
        solve(random_game(0, *SIZE), Rules(robust=Robustness(faulty=1), **changes))


def test_too_many_plans_are_said_before_they_are_written():
    with pytest.raises(TooLarge, match=r"robust rows: needed [\d,]+ rows"):
        solve(random_game(0, (1, 2, 1), (1, 7, 2)), Rules(robust=Robustness(prior_ball=F(1, 10))))


def test_too_many_worst_cases_are_said(monkeypatch):
    monkeypatch.setattr("rulewright.design.programme.worst_case.MOST_WRITTEN", 10)
    with pytest.raises(TooLarge, match="more than 10 rows for the worst cases"):
        solve(random_game(0, *SIZE), Rules(robust=Robustness(irrational=F(1, 10))))


def test_a_scenario_may_ask_for_it():
    """audit_budget with G = 1: audits with probability 1/(3·0.75), exactly, and the play that is asked for holds."""
    text = load("audit_budget").text.replace("[rules]\n", "[rules]\ngain_at_most = { everyone = 1 }\n")
    scenario = parse(text, name="audit", origin="audit.toml")
    designed = design([({}, scenario.game)], scenario.rules, aim="best")
    assert designed.flaw == 0
    assert designed.goal == -F(1, 10) * F(4, 9)
