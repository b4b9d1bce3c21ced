"""Margins and bounds on random games, against definitions computed another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from by_hand import made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulewright.verify.checker import Checked

Q = Fraction

small = st.integers(-3, 3)


@st.composite
def random_games(draw: Any) -> tuple[dict[str, Any], Any, Any]:
    """Three players: Nature with two types and one action, One with two types, Two with one; two actions each."""
    payoff = {
        index: Q(draw(small), draw(st.integers(1, 3)))
        for index in product(range(3), *[range(2)] * 2, range(2), range(2))
    }
    weights = {theta: draw(st.integers(0, 3)) for theta in product(range(2), range(2))}
    if not any(weights.values()):
        weights[0, 1] = 1
    prior = {theta: Q(w, sum(weights.values())) for theta, w in weights.items()}
    play = {"One": [{draw(st.sampled_from("ab")): "1"} for _ in range(2)], "Two": [{draw(st.sampled_from("ab")): "1"}]}
    certificate = made(
        {"Nature": ["·"], "One": ["a", "b"], "Two": ["a", "b"]},
        lambda i, w, s, t, n, a, b: payoff[i, w, s, a, b],
        types={"Nature": ["w", "d"], "One": ["x", "y"]},
        prior=lambda w, s, t: prior[w, s],
        designer=True,
        play=play,
    )
    return certificate, payoff, prior


@given(random_games())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_margins_are_those_of_the_definitions(drawn: tuple[dict[str, Any], Any, Any]):
    certificate, payoff, prior = drawn
    one = ["ab".index(*row) for row in certificate["play"]["One"]]
    two_ = "ab".index(*certificate["play"]["Two"][0])
    checked = Checked(certificate)

    def interim(i: int, s: int | None, strategy: Any, b: int) -> Fraction:
        where = [(w, k) for w, k in prior if s is None or k == s]
        mass = sum(prior[theta] for theta in where)
        return sum(prior[w, k] * payoff[i, w, k, strategy[k], b] for w, k in where) / mass

    possible = [s for s in range(2) if prior[0, s] + prior[1, s]]
    equilibrium = [interim(1, s, one, two_) - interim(1, s, [1 - a for a in one], two_) for s in possible]
    equilibrium.append(interim(2, None, one, two_) - interim(2, None, one, 1 - two_))
    found = checked.evaluate({"claim": "equilibrium", "margin": "0"})
    assert found.margin == min(equilibrium) and found.holds == (min(equilibrium) >= 0)

    dominant = [interim(1, s, one, b) - interim(1, s, [1 - a for a in one], b) for s in possible for b in range(2)]
    dominant += [interim(2, s, [a, a], two_) - interim(2, s, [a, a], 1 - two_) for s in possible for a in range(2)]
    found = checked.evaluate({"claim": "dominant", "margin": "0"})
    assert found.margin == min(dominant) and found.holds == (min(dominant) >= 0)

    goal = interim(0, None, one, two_)
    assert checked.evaluate({"claim": "goal", "at_least": "0"}).margin == goal
    gains = [
        tuple(interim(i, None, (x, y), b) - interim(i, None, one, two_) for i in (1, 2))
        for x, y, b in product(range(2), repeat=3)
        if ((x, y)[s] != one[s] for s in possible) and (any((x, y)[s] != one[s] for s in possible) or b != two_)
    ]
    for side, count in ((False, min), (True, sum)):
        found = checked.evaluate({"claim": "coalition", "size": 2, "side_payments": side})
        assert found.margin == -max(count(pair) for pair in gains)


@given(random_games(), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 4)), max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_worst_bound_is_below_the_goal_of_every_equilibrium(drawn: Any, weights: Any):
    certificate = drawn[0]
    multipliers = [
        {
            "player": "Two" if who == 2 else "One",
            "type": "·" if who == 2 else "xy"[who],
            "action": "ab"[a],
            "instead": "ab"[1 - a],
            "weight": str(weight),
        }
        for who, a, weight in weights
    ]
    bound = Checked(certificate).evaluate({"claim": "worst", "at_least": "0", "multipliers": multipliers}).margin
    for x, y, b in product("ab", repeat=3):
        other = {**certificate, "play": {"One": [{x: "1"}, {y: "1"}], "Two": [{b: "1"}]}}
        checked = Checked(other)
        if checked.evaluate({"claim": "equilibrium", "margin": "0"}).holds:
            assert checked.evaluate({"claim": "goal", "at_least": "0"}).margin >= bound
