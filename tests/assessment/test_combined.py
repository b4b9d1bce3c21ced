"""Hidden type and hidden action and the designer's information at once: scenarios that no corner alone can express."""

from dataclasses import replace
from fractions import Fraction as F
from functools import cache

import pytest

import rulewright as rw
from rulewright.design import solve
from rulewright.errors import Impossible

COMBINED = ["delegation", "licence", "shared_compute"]


@cache
def assessed(name):
    return rw.assess(name)


@pytest.mark.parametrize("name", COMBINED)
def test_its_certificate_holds(name):
    found = assessed(name)
    assert all(v.holds for v in rw.check(found.certificate))
    assert {c.claim for c in found.report.claims if c.holds} >= {"equilibrium", "voluntary", "goal", "worst"}
    assert not any("misses what was asked" in note for note in found.report.notes)


@pytest.mark.parametrize("name", COMBINED)
def test_the_rule_is_better_than_every_rule_written_beside_it(name):
    report = assessed(name).report
    written = [row.behaviours["correlated"].worst for row in [report.today, *report.compared]]
    assert report.after["pure"].worst > max(written)
    assert report.design.value <= report.first_best + 1e-9


def value(game, rules):
    """What the family is worth, margins aside; −∞ where it holds no rule."""
    try:
        return solve(game, replace(rules, margin=F(0))).value
    except Impossible:
        return float("-inf")


@pytest.mark.parametrize("name", COMBINED)
def test_every_instrument_is_needed(name):
    """Without payments, without recommendations, or with a designer that knows nothing, people get less."""
    scenario = rw.load(name)
    game, rules = scenario.game, scenario.rules
    whole = value(game, rules)
    assert value(game, replace(rules, payments=())) < whole - 0.01
    assert value(game, replace(rules, recommend=False)) < whole - 0.01
    assert value(blind(game), rules) < whole - 0.01
    assert value(game, replace(rules, informed=True)) >= whole - 1e-9


def blind(game):
    """The same game with a designer that does not know its own type: payoffs and signals are averaged over it."""
    chance = game.prior.sum(axis=tuple(range(1, game.n)))

    def mean(array, axis):
        shape = [1] * array.ndim
        shape[axis] = -1
        return (array * chance.reshape(shape)).sum(axis=axis, keepdims=True)

    return replace(
        game,
        types=(("·",), *game.types[1:]),
        prior=game.prior.sum(axis=0, keepdims=True),
        payoff=mean(game.payoff, 1),
        transfer=mean(game.transfer, 1),
        signals=tuple(replace(s, law=mean(s.law, 0)) for s in game.signals),
    )
