"""Rewards: indifference points, distances per failure and the penalties that ask for them; by hand and through the whole tool."""

from fractions import Fraction as F
from functools import cache

from rulewright.scenario.load import load
from rulewright.welfare.rewards import mend, risk, shaping
from rulewright.welfare.rewards import world as worlds
from rulewright.welfare.rewards.order import compared

from .answer import Known

POINT = "after Knox et al. 2023: p* = (r_success − r_idle)/(r_success − r_failure)"
DISTANCE = "after Knox et al. 2023; closed form: K* = L_success (1 − p*)/p* + L_failure"
DESIGN = "closed form: p = L_success/(K + L_success − L_failure), r_failure = r_success − (r_success − r_idle)/p"
OWN = "own example; by hand"


@cache
def case(**parameters):
    return load("driving_reward", parameters).case


def shipped():
    return mend.indifference(case())


def far(**parameters):
    there = case(**parameters)
    return mend.indifference(there).distance(*mend.lengths(there))


def mended():
    there = case()
    again = mend.mended(there, mend.mend(there))
    return mend.indifference(again).distance(*mend.lengths(again))


def lap():
    there = case()
    return worlds.best_lap(there.world, there.world.expected(there.weights))[1]


def potential():
    there = case()
    paid = (there.world.values * there.weights)[:, ~there.true].sum(axis=1)
    return shaping.potential(there.world, paid, F(1)).values[there.world.start]


KNOWN = [
    Known("returns 10, 0 and −99.5: indifferent at", POINT, F(20, 219), lambda: shipped().p),
    Known("the same: kilometres per crash", DISTANCE, F(209, 2), far),
    Known("a fine of a tenth: kilometres per crash", DISTANCE, F(29, 2), lambda: far(fine="10")),
    Known(
        "returns 1, 0 and −1: indifferent at an even chance",
        POINT,
        F(1, 2),
        lambda: risk.Indifference(F(0), F(1), F(-1)).p,
    ),
    Known(
        "chance of failure for 100,000 km, of trips of 10 and 5 km",
        DESIGN,
        F(2, 20001),
        lambda: risk.chance(F(100_000), F(10), F(5)),
    ),
    Known("return of a crash that asks for it", DESIGN, F(-99_995), lambda: mend.mend(case()).failure),
    Known("weight of the crash that asks for it", DESIGN, F(-199_991, 2), lambda: mend.mend(case()).weight),
    Known("that weight plugged in: kilometres per crash", "closed form: what was asked for", F(100_000), mended),
    Known("driving to town and back: pay per step", OWN, F(1, 4), lap),
    Known("Φ at home, 10 km from where shaping ends", OWN, F(-2), potential),
    Known("pairs in order", OWN, True, lambda: all(c.right for c in compared(case()))),
]
