"""What the programme proves about its family: nothing is worth more, nothing does it, and rules too large for words."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.cli import main
from rulewright.design import Payment, Rules, solve
from rulewright.design.proof import family_of, impossibility, optimal, write_rule
from rulewright.design.rounding import exactly
from rulewright.errors import Impossible, InputError
from rulewright.game.game import Game, Signal
from rulewright.verify import bounds
from rulewright.verify.certificate import statement
from rulewright.verify.prover import prove

SEEDS = st.integers(0, 10**6)


def item(values, bidders=2):
    """One item, kept or given to one of the bidders, who are alike."""
    k = len(values)
    payoff = np.zeros((bidders + 1, 1, *(k,) * bidders, bidders + 1, *(1,) * bidders), dtype=object) + F(0)
    for i in range(bidders):
        shape = [k if j == i else 1 for j in range(bidders)]
        index = (1 + i, 0, *(slice(None),) * bidders, 1 + i, *(0,) * bidders)
        payoff[index] = np.broadcast_to(np.array(values, dtype=object).reshape(shape), (k,) * bidders)
    prior = np.full((1, *(k,) * bidders), F(1, k**bidders), dtype=object)
    sale = Signal("sale", ("done",), np.full((*payoff.shape[1:], 1), F(1), dtype=object))
    return Game.bayesian(payoff, prior, designer=True, signals=[sale])


def selling(bidders=2, incentives="ex post"):
    players = [f"player {2 + i}" for i in range(bidders)]
    return Rules(
        payments=tuple(Payment(p, ("sale",), F(-10), F(0)) for p in players),
        money_weight=F(1),
        outside={p: F(0) for p in players},
        incentives=incentives,
    )


def gap(game, rules):
    said, optimum = exactly(game, rules)
    value = said.play.goal - rules.money_weight * said.play.paid
    about = statement(said.base, said.institution.as_data(said.base), said.play)
    claim = optimal(said.base, about, optimum, value)
    assert claim is not None
    assert prove(claim, about).holds
    return F(claim["gap"])


@pytest.mark.parametrize("name", ["prosecutor", "hidden_effort", "two_bidders", "used_car", "delegation", "chicken"])
def test_shipped_rules_are_proved_optimal(name):
    scenario = rw.load(name)
    assert gap(scenario.game, scenario.rules) == 0


@pytest.mark.parametrize("incentives", ["bayesian", "ex post"])
@pytest.mark.parametrize("bidders", [2, 3])
def test_bounds_survive_the_sharing_of_columns(bidders, incentives):
    """Like players share rows; their multipliers are handed back to all of them."""
    game = item([F(1), F(2)], bidders)
    rules = selling(bidders, incentives)
    found = solve(game, rules)
    m = found.multipliers
    weights = bounds.candidates(game, m.deviations, m.taking_part, m.budget, ex_post=incentives == "ex post")
    about = statement(game, rw.Moves("no rule").as_data(game), rw.Play.pure(game, [0] * game.n))
    bound, _ = bounds.tightest(about, family_of(game, rules), weights)
    assert float(bound) == pytest.approx(found.value, abs=1e-9)


def test_that_trade_must_lose_something_is_proved():
    """Myerson & Satterthwaite 1983: without money from outside the best rule falls short of efficiency, by an exact bound."""
    payoff = np.zeros((3, 1, 2, 2, 2, 1, 1), dtype=object) + F(0)
    payoff[1, 0, :, :, 0, 0, 0] = np.array([[F(1)], [F(7, 2)]])
    payoff[2, 0, :, :, 0, 0, 0] = -np.array([[F(0), F(3)]])
    payoff[0] = payoff[1] + payoff[2]
    deal = Signal("deal", ("done",), np.full((1, 2, 2, 2, 1, 1, 1), F(1), dtype=object))
    trade = Game.bayesian(
        payoff,
        np.full((1, 2, 2), F(1, 4), dtype=object),
        designer=True,
        signals=[deal],
        players=("broker", "buyer", "seller"),
    )
    stay = {"buyer": F(0), "seller": F(0)}
    pay = tuple(Payment(p, ("deal",), F(-9), F(9)) for p in stay)
    rules = Rules(payments=pay, budget=F(0), outside=stay)
    said, optimum = exactly(trade, rules)
    about = statement(said.base, said.institution.as_data(said.base), said.play)
    claim = optimal(said.base, about, optimum, said.play.goal)
    assert claim is not None and prove(claim, about).holds
    assert said.play.goal + F(claim["gap"]) < F(11, 8)  # what efficient trade is worth


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_random_rules_are_proved_optimal(seed):
    """Types, acts, what the designer knows and decides, payments on a noisy signal, an outside option, a budget."""
    generator = np.random.default_rng(seed)
    shape = (2, 2, 2, 2)  # ω, θ, d, a
    payoff = generator.integers(-3, 4, (2, *shape)).astype(object)
    chance = np.array([F(int(x), 6) for x in generator.integers(1, 6, 16)], dtype=object).reshape(shape)
    signal = Signal("y", ("0", "1"), np.stack([chance, 1 - chance], axis=-1))
    game = Game.bayesian(payoff, np.full((2, 2), F(1, 4), dtype=object), designer=True, signals=[signal])
    rules = Rules(
        payments=(Payment("player 2", ("y",), F(-2), F(3)),),
        money_weight=F(1, 2),
        outside={"player 2": F(-1)},
        budget=F(1),
    )
    try:
        assert gap(game, rules) <= F(1, 10**5)
    except Impossible as error:
        assert all(v.holds for v in rw.check(impossibility(game, rules, error)))


def test_impossibility_is_a_certificate():
    game = item([F(1), F(2)])
    rules = replace(selling(), outside={"player 2": F(30), "player 3": F(0)})
    with pytest.raises(Impossible) as caught:
        solve(game, rules)
    certificate = impossibility(game, rules, caught.value)
    assert [v.claim for v in rw.check(certificate)] == ["impossible"]
    assert all(v.holds for v in rw.check(certificate))
    with pytest.raises(InputError, match="no witness"):
        impossibility(game, rules, Impossible(needed="more"))


@pytest.mark.parametrize(
    "change",
    [{"informed": True}, {"recommend": "public"}, {"payments": (Payment("agent", ("n",), F(0), F(1), "linear"),)}],
)
def test_what_a_rule_certificate_cannot_state_is_refused(change, tmp_path):
    """Amounts would be taken for rates, what is known for what is asked, what all hear for what one hears."""
    game = rw.load("hidden_effort").game
    result = replace(game.signal("result"), name="n", outcomes=("1", "0"))
    game = replace(game, signals=(*game.signals, result))
    with pytest.raises(InputError, match="rule certificate"):
        write_rule(tmp_path / "rule.jsonl", game, solve(game, Rules(**change)))
    assert not list(tmp_path.iterdir())


def test_rules_without_their_induced_game(tmp_path, capsys):
    game = item([F(2 * j + 1, 16) for j in range(8)])
    path = tmp_path / "rule.jsonl"
    verdicts = write_rule(path, game, solve(game, selling()))
    assert {v.claim for v in verdicts if v.holds} >= {"rule", "honest", "voluntary", "value", "optimal"}
    margin = next(v.margin for v in verdicts if v.claim == "honest")
    assert margin is not None and margin >= 0
    assert main(["check", str(path)]) == 0
    assert "optimal" in capsys.readouterr().out
