"""From observed play to a rule that works: agents with an unknown cost are watched, estimated, and paid; the truth then judges.

The agent of `hidden_effort` is watched under five bonuses. Its cost of effort is not known. The contract is designed for every
cost in the confidence set, and tried on the game with the true cost: obeying must be a best reply there.
"""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from test_estimation_payoffs import COST, EFFORT, piecework, working

from rulewright.behaviour.estimation import Family, Observations, mistakes, reveal, weights
from rulewright.behaviour.estimation.confidence import binomial
from rulewright.design.design import design
from rulewright.design.learned_payoffs import erring, learned
from rulewright.design.programme import solve
from rulewright.errors import InputError
from rulewright.game.play import Play
from rulewright.scenario.load import load


def effort():
    """The scenario without any cost: what the agent likes is to be learned."""
    scenario = load("hidden_effort", {"cost": "0"})
    return scenario, Family.of(scenario.game, "agent", EFFORT)


def observed(seed, rounds=250):
    game = piecework()
    return Observations.drawn(game, [working(game, 3.0)], rounds, seed=seed), Family.of(game, "agent", EFFORT)


def regret_at_the_truth(designed):
    """What the agent gains by disobeying the rule if work costs it what it does."""
    truth = designed.institution(load("hidden_effort").game)
    return float(Play.of(truth, designed.play.strategies).regret)


@pytest.mark.parametrize("safe", [True, False])
def test_the_bonus_is_that_of_the_highest_cost_in_the_set(safe):
    """A bonus b makes work best where .6 b ≥ cost; it is paid with .8, of a success worth 10 with .8."""
    scenario, family = effort()
    found = weights(*observed(3))
    game, robust = learned(scenario.game, [found.payoffs(safe=safe).on(family)])
    highest = (found.safe if safe else found.box)[0].high
    assert solve(game, replace(scenario.rules, robust=robust)).value == pytest.approx(8 - 0.8 * highest / 0.6, abs=1e-6)


def test_revealed_preference_bounds_serve_as_well():
    """Shirks at 1, works at 1.5: a cost of at most .9, so a bonus of 1.5."""
    scenario, family = effort()
    game = piecework()
    seen = Observations.of(game, [[1], [0]], types=[[1], [2]])
    known = reveal(seen, Family.of(game, "agent", EFFORT)).payoffs().on(family)
    changed, robust = learned(scenario.game, [known])
    rules = replace(scenario.rules, robust=robust)
    assert solve(changed, rules).value == pytest.approx(8 - 0.8 * 1.5, abs=1e-5)


def test_rules_designed_after_watching_work_for_the_true_payoffs():
    """24 agents watched at level .95: nearly all their rules hold; those designed for the estimate alone fail half of the time."""
    scenario, family = effort()
    runs, held, naive = 24, 0, 0
    for seed in range(runs):
        found = weights(*observed(seed), seed=seed)
        known = found.payoffs().on(family)
        game, robust = learned(scenario.game, [known])
        rule = design([({}, game)], replace(scenario.rules, robust=robust))
        assert rule.flaw == 0
        held += regret_at_the_truth(rule) <= 1e-9
        assert (regret_at_the_truth(rule) <= 1e-9) or found.safe[0].high < COST
        naive += regret_at_the_truth(design([({}, game)], scenario.rules)) <= 1e-9
    assert held >= 0.95 * runs
    assert binomial(held, runs).high >= 0.95
    assert naive < 0.8 * runs


def test_several_weights_make_a_polytope():
    """Two players who care for each other: what is designed for the box of weights is no worse off than its worst corner allows."""
    scenario = load("prisoners")
    game = scenario.game
    player = game.players[game.strategic[0]]
    family = Family.of(game, player, {"own": 1.0, "others": (0.0, 0.2), "guilt": (0.0, 0.1)})
    watched = game.active
    seen = Observations.of(game, np.ones((20, len(watched)), int))
    known = reveal(seen, family, form="regret").payoffs()
    changed, robust = learned(game, [known])
    value = solve(changed, replace(scenario.rules, robust=robust)).value
    corners = []
    for altruism in (0.0, 0.2):
        for guilt in (0.0, 0.1):
            payoff = game.floats.payoff.copy()
            payoff[game.strategic[0]] = family.payoff(np.array([altruism, guilt]))
            corners.append(solve(replace(game.floats, payoff=payoff), scenario.rules).value)
    assert value <= min(corners) + 1e-6


def test_wrong_sets_are_refused():
    scenario, family = effort()
    found = weights(*observed(3)).payoffs()
    with pytest.raises(InputError, match="rules are designed for"):
        learned(scenario.game, [found])
    with pytest.raises(InputError, match="seeks breaks:work"):
        found.on(Family.of(scenario.game, "agent", {"own": 1.0, "money": None}))
    carried = found.on(family)
    with pytest.raises(InputError, match="one set for each player"):
        learned(scenario.game, [carried, carried])


def test_the_centre_is_in_simple_numbers_and_errors_are_reckoned_from_it():
    scenario, family = effort()
    known = weights(*observed(3)).payoffs().on(family)
    game, robust = learned(scenario.game, [known])
    cost = -game.payoff[1].ravel()[0]
    assert isinstance(cost, F)
    assert cost.denominator < 10**6
    polytope = robust.payoff_polytope["agent"]
    cells = game.payoff[1].size
    for weight, inside in ((known.centre[0], True), (-known.sides[1] - 0.01, False), (known.sides[0] - 1e-6, True)):
        errors = family.payoff(np.array([weight])).ravel() + float(cost) * np.array([1.0, 0.0])
        point = np.r_[errors, weight - float(cost)]
        assert bool((polytope.D @ point <= polytope.h + 1e-9).all()) == inside
        assert len(point) == cells + 1


def test_mistakes_are_counted_and_become_a_share_that_a_rule_survives():
    """Row defects 57 times of 60, column always: each share is bounded at 97.5 %, so that both are at 95 %."""
    scenario = load("prisoners")
    today = scenario.induced(scenario.today, "today")
    acts = np.ones((60, 2), int)
    acts[:3, 0] = 0
    found = mistakes(Observations.of(today, acts))
    assert [(one.player, one.count, one.n) for one in found] == [
        (p, k, 60) for p, k in zip(today.players[1:], (3, 0), strict=True)
    ]
    assert found[1].share == binomial(0, 60, 0.975)
    robust = erring(found)
    assert float(robust.irrational) == pytest.approx(binomial(3, 60, 0.975).high, abs=1e-3)
    assert float(robust.irrational) >= found[0].share.high
    survived = solve(scenario.game, replace(scenario.rules, robust=robust)).value
    assert survived < solve(scenario.game, scenario.rules).value


def test_a_mistake_is_what_is_not_best_against_the_others():
    game = load("hidden_effort").game  # without pay, work is a mistake
    found = mistakes(Observations.of(game, [[0], [1]], weight=[4, 6]))
    assert (found[0].count, found[0].n) == (4, 10)
    tied = load("hidden_effort", {"cost": "0"}).game
    assert mistakes(Observations.of(tied, [[0], [1]], weight=[4, 6]))[0].count == 0
