"""The cheapest order of players: against all orders, and promises against all orders solved one by one."""

import itertools
from fractions import Fraction as F

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rulewright.design.implementation import Family, Groups, implement
from rulewright.design.implementation.orders import INFINITY, cheapest, closure
from rulewright.design.implementation.promises import _Case
from rulewright.design.rules import Payment, Rules
from rulewright.errors import Impossible
from rulewright.game import library
from rulewright.game.game import Game
from rulewright.game.sample import sample, with_signal
from rulewright.welfare.goals import Goal, wanted


@st.composite
def costs(draw):
    """g_i(S), falling in S: a price that others' settling lowers, and others without whom nothing is possible."""
    n = draw(st.integers(1, 4))
    price = draw(st.lists(st.integers(-3, 9), min_size=n, max_size=n))
    help_ = [draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)) for _ in range(n)]
    needs = [draw(st.frozensets(st.integers(0, n - 1), max_size=2)) - {i} for i in range(n)]

    def least(i, settled):
        if not needs[i] <= settled:
            return INFINITY
        return float(price[i] - max((help_[i][j] for j in settled), default=0))

    return n, least


def every(n, least, budget):
    found = []
    for order in itertools.permutations(range(n)):
        paid = [least(i, frozenset(order[:k])) for k, i in enumerate(order)]
        if sum(paid) <= budget and max(paid) < INFINITY:
            found.append((sum(max(0.0, x) for x in paid), sum(paid)))
    return min(found, default=None)


@settings(max_examples=300, deadline=None)
@given(costs(), st.sampled_from([INFINITY, 8.0, 3.0, 0.0]))
def test_cheapest_order_is_the_cheapest_of_all(given_costs, budget):
    n, least = given_costs
    found, best = cheapest(tuple(range(n)), least, budget), every(n, least, budget)
    assert (found is None) == (best is None)
    if found is not None:
        assert (found.spent, found.paid) == best


@settings(max_examples=100, deadline=None)
@given(costs())
def test_a_closure_decides_whether_any_order_does_it(given_costs):
    n, least = given_costs
    assert (closure(tuple(range(n)), least) is None) == (every(n, least, INFINITY) is None)


def families(seed):
    """Certain and noisy payments, rates and budgets, on three players."""
    game = with_signal(Goal.total().on(sample((2, 2, 3), seed=seed)), seed=seed)
    players = [game.players[i] for i in game.strategic]
    on = [("action of player 1",), ("seen",), ("action of player 1", "action of player 3")][seed % 3]
    pay = [Payment(p, (f"action of {p}",), F(-2), F(9)) for p in players] + [Payment(players[0], on, F(-1), F(4))]
    return Family(game, Rules(payments=tuple(pay), margin=F(1, 10), budget=[None, F(6)][seed % 2]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_promises_are_the_cheapest_over_all_orders(seed):
    family = families(seed)
    case = _Case(family, wanted(family.game)[seed % 3], Groups())
    ours = [p for order, at_once in case.orders(budget=True) if (p := case.solve(order, dominant=at_once))]
    every_order = [(order, False) for order in itertools.permutations(family.game.active)]
    theirs = [p for order, at_once in every_order if (p := case.solve(order, dominant=at_once))]
    assert bool(ours) == bool(theirs)
    if ours:
        assert abs(min(p.spent for p in ours) - min(p.spent for p in theirs)) < 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_what_bounds_call_hopeless_is_impossible(seed):
    """And no promise pays less than the bound says."""
    family = families(seed)
    for profile in wanted(family.game)[:4]:
        try:
            promise = implement(family, profile)
        except Impossible:
            continue
        assert not family.hopeless(profile)
        assert promise.paid >= family.least_paid.sum(axis=0)[profile] - 1e-6


def test_seven_players_need_no_list_of_orders():
    """7! orders are 5,040; in this chain only one of them works, and it is found."""
    n = 7
    acts = np.indices((2,) * n)
    follow = [np.where(acts[i] == (acts[i + 1] if i + 1 < n else 0), 1, 0) for i in range(n)]  # i copies i + 1
    game = Goal.total().on(Game.normal(np.array(follow)))
    promise = implement(game, (0,) * (n + 1), Rules(margin=F(1, 10)))
    assert promise.order == tuple(range(n, 0, -1))


def test_equal_contracts_are_tried_in_orders_that_may_work():
    game = Goal.total().on(library.public_goods(3))
    pay = tuple(Payment(p, (f"action of {p}",), F(0), F(9), group="same") for p in game.players[1:])
    promise = implement(game, (0, 0, 0, 0), Rules(payments=pay, margin=F(1, 10)))
    assert promise.paid == 3 * (1 - F(8, 15) + F(1, 10))
