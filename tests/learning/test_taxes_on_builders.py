"""Builders and their taxes: scripted play, money to the last coin, and the planner's two levels on players who do not answer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from rulewright.design.taxes import Schedule
from rulewright.errors import InputError
from rulewright.learning.institutions import BracketTax
from rulewright.learning.search.grid import grid
from rulewright.learning.taxes import two_levels
from rulewright.learning.worlds.building import BUILD, Builders, Building
from rulewright.testing import world_laws

WORLD = Building(steps=24)
TAX = BracketTax((0.2, 0.5), (6.0,), period=8)


def test_the_laws_of_worlds_hold():
    world_laws(TAX(WORLD))


def test_only_who_has_both_can_build_and_skill_says_what_a_house_earns():
    state = WORLD.reset(jax.random.key(0))
    state = type(state)(state.field, state.place, jnp.array([[1, 1], [1, 0], [2, 1], [0, 3]]), state.coins, state.time)
    assert WORLD.available(state)[:, BUILD].tolist() == [True, False, True, False]
    turn = WORLD.step(jax.random.key(1), state, jnp.full(4, BUILD))
    assert turn.events.code("income").tolist() == [2, 0, 5, 0]
    assert turn.state.pack.tolist() == [[0, 0], [1, 0], [1, 0], [0, 3]]


def test_taxes_on_a_world_are_those_of_the_schedule_and_sum_to_nothing():
    untaxed, taxed = (grid([w], Builders(), seeds=1, episodes=4)[0] for w in (WORLD, TAX(WORLD)))
    assert (
        np.allclose(untaxed.base, taxed.base) and (taxed.transfer.sum(axis=-1) == 0).all() and (taxed.fund == 0).all()
    )
    assert (
        taxed.transfer[..., -1].max() < 0 < taxed.transfer[..., 0].min()
    )  # the most skilled pay, the least skilled get


def test_a_tax_day_takes_what_the_schedule_says():
    taxed = TAX(WORLD)
    earned = jnp.array([0.0, 4.0, 10.0, 30.0])
    assert np.allclose(taxed.tax(earned), Schedule((6.0,), (0.2, 0.5)).tax(np.asarray(earned)))


def test_players_who_do_not_answer_have_no_elasticity_and_are_taxed_without_loss():
    found = two_levels(WORLD, (6.0,), Builders(), goal="worst off", period=24, seeds=2, episodes=4)
    free, saez, best = found.found
    assert abs(found.elasticity) < 1e-6 and free.total == pytest.approx(best.total)
    assert best.goal >= free.goal and saez.goal > free.goal


@pytest.mark.parametrize(
    "wrong",
    [lambda: BracketTax((0.1,), (5.0,)), lambda: BracketTax((1.5,)), lambda: BracketTax((0.1,), period=0)],
)
def test_wrong_taxes_are_told(wrong):
    with pytest.raises(InputError):
        wrong()


def test_a_goal_that_is_none_is_told():
    with pytest.raises(InputError, match="veil"):
        two_levels(WORLD, (), Builders(), goal="gdp")


def test_the_shipped_scenario_is_read_and_its_rules_are_applied():
    from rulewright.scenario.load import load

    scenario = load("gather_and_build")
    assert scenario.file.people.goal == "veil" and [r.name for r in scenario.file.compare] == [
        "two brackets",
        "one rate",
    ]
