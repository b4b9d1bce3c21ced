"""What a rule on a world is told that is no rule: numbers that are none, tables that do not fit, two rules of one name."""

import jax.numpy as jnp
import numpy as np
import pytest

from rulewright.errors import InputError
from rulewright.institution.contracts import Contract
from rulewright.institution.sanctions import Sanction
from rulewright.learning import catalogue
from rulewright.learning.classification import Allowance, Amendment, Codebook, Schedule
from rulewright.learning.institutions import (
    AfterOstrom,
    Altar,
    Appeals,
    AuditedClaims,
    Charge,
    Constitution,
    Gifts,
    Graduated,
    Monitors,
    Negotiation,
    Nested,
    Quota,
    Reputation,
    StockMonitor,
    Tradable,
    catch_space,
    catch_tax,
)
from rulewright.learning.worlds.fishery import Fishery

POND = Fishery(count=3, most=4, capacity=20, least=1, months=10)
MANY = Allowance(jnp.float32(2), jnp.arange(5.0), "catch")
WATCH = Monitors(MANY)
FINES = Schedule((1.0, 2.0), 2)
NUMBERS = {
    "charge": lambda x: Charge("catch", rate=x),
    "charge, amounts": lambda x: Charge("catch", amounts={"2": x}),
    "charge, free": lambda x: Charge("catch", rate=1, free=x),
    "monitors": lambda x: Monitors(MANY, look=x),
    "monitors, wage": lambda x: Monitors(MANY, wage=x),
    "penalty": lambda x: Graduated(WATCH, Schedule((x,))),
    "recovery": lambda x: Graduated(WATCH, Schedule((1.0, 2.0), x)),
    "appeals": lambda x: Appeals(Graduated(WATCH, FINES), x),
    "latency": lambda x: Appeals(Graduated(WATCH, FINES), 0.5, latency=x),
    "quota": lambda x: Quota(fraction=x),
    "licences": lambda x: Quota(fraction=0.5, licences=x),
    "shares": lambda x: Quota(fraction=0.5, shares=(x, 1, 1)),
    "nested": lambda x: Nested(((0, 1), (2,)), (x, 0.3), 0.5),
    "memory": lambda x: Reputation(MANY, x),
    "levels": lambda x: Reputation(MANY, 0.5, levels=x),
    "altar": lambda x: Altar("catch", {"a": ("3",)}, fine=x),
    "claims": lambda x: AuditedClaims("catch", x, 0.5, 1),
    "gifts": Gifts,
    "price": lambda x: Tradable(Quota(fraction=0.5), prices=(x, 1.0)),
    "offers": lambda x: Negotiation(catch_space(2), offers=x),
    "range": lambda x: Negotiation(catch_space(x)),
    "estimate": StockMonitor,
    "allowance": lambda x: AfterOstrom((0, 1, 2), 2.0, x),
    "contract": lambda x: Contract("agent 1", on="catch of agent 1", amounts={"1": x}),
    "sanction": lambda x: Sanction("agent 1", {"1": x}, on="catch of agent 1"),
}


@pytest.mark.parametrize("wrong", [float("nan"), True, "a", (), None], ids=repr)
@pytest.mark.parametrize("rule", NUMBERS)
def test_what_is_no_number_is_told_in_one_sentence(rule, wrong):
    with pytest.raises(InputError) as told:
        NUMBERS[rule](wrong)(POND)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "rule", ["charge", "monitors, wage", "penalty", "quota", "memory", "levels", "claims", "offers"]
)
def test_huge_numbers_are_refused_before_anything_is_made(rule):
    with pytest.raises(InputError):
        NUMBERS[rule](1e30)(POND)


WRONG = {
    "a table of too few outcomes": lambda: Monitors(Allowance(jnp.float32(2), jnp.arange(4.0), "catch")),
    "allowances of other players": lambda: Monitors(Allowance(jnp.zeros(7), jnp.arange(5.0), "catch")),
    "laws for two of three players": lambda: Monitors(Codebook(jnp.zeros((1, 2, 5), jnp.int32), "catch")),
    "two laws where one is in force": lambda: Monitors(Codebook(jnp.zeros((2, 1, 5), jnp.int32), "catch")),
    "a reason without a name": lambda: Monitors(Codebook(jnp.full((1, 1, 5), 7, jnp.int32), "catch")),
    "a receiver that is none": lambda: AuditedClaims("catch", 1, 0.5, 1, to="moon"),
    "a fraction and a growth": lambda: Quota(fraction=0.3, growth=2.0),
    "a member that is none": lambda: AfterOstrom((0, 9), 2.0, 2.0),
    "no member": lambda: AfterOstrom((), 2.0, 2.0),
    "one voter twice": lambda: Constitution((catch_tax(0.1),), Amendment((0, 0), 2)),
    "a voter that is none": lambda: Constitution((catch_tax(0.1),), Amendment((0, 9), 1)),
    "appeals against a tax": lambda: Appeals(catch_tax(1), 0.5),
    "text for a list": lambda: Altar("catch", {"a": "34"}, fine=1),
    "a place in no outcome": lambda: Altar("catch", {"a": (3,)}, fine=1),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_the_world_is_refused(what):
    with pytest.raises(InputError):
        WRONG[what]()(POND)


def test_two_monitors_in_one_sentence_would_read_each_other_and_are_refused():
    """The second schedule was settled on the reports of the first monitor: 40 % of the transfers were wrong."""
    all_takes = Allowance(jnp.float32(0), jnp.arange(5.0), "catch")
    both = Graduated(WATCH, FINES) >> Graduated(Monitors(all_takes), FINES)
    with pytest.raises(InputError, match="a second “verdict”"):
        both(POND)
    with pytest.raises(InputError, match="a second “repute”"):
        (Reputation(MANY, 0.5) >> Reputation(all_takes, 0.5))(POND)


def test_a_balanced_charge_needs_others_to_balance_it():
    """With one player the money vanished on a world, and went into the fund on an array."""
    with pytest.raises(InputError, match="others"):
        catch_tax(1)(Fishery(count=1))
    assert catch_tax(1, to="fund")(Fishery(count=1)).n == 1


def test_a_yes_in_a_file_is_no_number():
    with pytest.raises(InputError, match="a number"):
        catalogue.institution([{"rule": "catch tax", "theta": True}], lambda text: np.nan)
    with pytest.raises(InputError, match="one value"):
        catalogue.world("fishery", {"count": [3]}, lambda text: 3)
