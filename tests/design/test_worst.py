"""Designing for the worst equilibrium: against a grid of payments, against enumeration, and against the checker."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rulewright.behaviour.nash import Nash, pure_profiles
from rulewright.design.compiled import compiled
from rulewright.design.design import design
from rulewright.design.implementation import Family
from rulewright.design.programme import solve
from rulewright.design.rules import Payment, Rules
from rulewright.design.worst import guarantee, others, others_of
from rulewright.design.worst.induced import Induced
from rulewright.design.worst.multipliers import raised
from rulewright.design.worst.search import _by_cuts
from rulewright.errors import Impossible, InputError
from rulewright.game import library
from rulewright.game.play import Play
from rulewright.game.sample import sample
from rulewright.welfare.goals import Goal, kept


def total(name):
    return Goal.total().on(library.game(name))


def own(game, low, high, margin=F(1), **changes):
    pay = tuple(Payment(p, (f"action of {p}",), F(low), F(high)) for p in game.players[1:])
    return Rules(payments=pay, margin=margin, **changes)


def best_on_a_grid(family, step):
    """The best worst alive profile over a grid of payments, among those where some profile holds by slack."""
    marks = [np.arange(low, high + step / 2, step) for low, high in zip(family.low, family.high, strict=True)]
    best = float("-inf")
    for c in itertools.product(*marks):
        induced = Induced(family, np.array(c))
        losses = []
        for i in family.game.active:
            order = np.sort(induced.payoff[i], axis=i)
            best_here, second = np.take(order, [-1], axis=i), np.take(order, [-2], axis=i)
            losses.append(np.where(induced.payoff[i] == best_here, best_here - second, -1.0))
        if (np.min(np.broadcast_arrays(*losses), axis=0) >= family.slack).any():
            best = max(best, induced.worst_pure)
    return best


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (2, 3), (2, 2, 2)]))
def test_cutting_planes_reach_the_best_of_a_grid(seed, actions):
    """With whole payoffs, bounds and slack, and payments on own actions, an optimum is whole: the grid has it."""
    game = Goal.total().on(sample(actions, seed=seed, span=3))
    family = Family(game, own(game, 0, 2))
    grid = best_on_a_grid(family, 1.0)
    if grid == float("-inf"):
        with pytest.raises(Impossible):
            guarantee(family)
        return
    assert guarantee(family).bound == pytest.approx(grid, abs=1e-6)
    stars = [tuple(at) for at in np.argwhere(family.may_hold)]
    found = [x for star in stars for x in _by_cuts(family, star, 1e-6)[0]]
    assert max(Induced(family, x.c).worst_pure for x in found) == pytest.approx(grid, abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_no_grid_of_payments_beats_the_bound_where_money_counts(seed):
    game = Goal.total().on(sample((2, 2), seed=seed, span=3))
    family = Family(game, own(game, 0, 2, money_weight=F(1, 2)))
    grid = best_on_a_grid(family, 0.5)
    assume(grid > float("-inf"))
    assert guarantee(family).bound >= grid - 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 2, 2)]), st.sampled_from([F(0), F(1, 2)]))
def test_what_is_reported_is_what_is_there(seed, actions, kappa):
    """Worst pure and mixed equilibria of the exact induced game, listed by other means."""
    game = Goal.total().on(sample(actions, seed=seed, span=4))
    try:
        found = guarantee(game, own(game, 0, 3, margin=F(1, 10), money_weight=kappa))
    except Impossible:
        assume(False)
    worth = kept(found.induced, kappa)
    profiles = pure_profiles(found.induced)
    assert tuple(found.wanted) in {tuple(p) for p in profiles}
    flat = worth.reshape(found.induced.action_counts)
    assert found.pure == pytest.approx(min(float(flat[tuple(p)]) for p in profiles))
    if len(actions) == 2:
        prediction = Nash()(found.induced)
        if prediction.complete:
            assert found.nash == pytest.approx(prediction.span(worth).worst)
    assert found.correlated <= found.pure + 1e-6
    assert found.guaranteed <= found.bound + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_others_are_all_pure_equilibria_but_the_one_asked_for(seed):
    """Three players, profile by profile, in exact numbers."""
    game = Goal.total().on(sample((2, 3, 2), seed=seed, span=60))
    u, held = game.payoff.reshape(4, 1, 2, 3, 2), []
    for at in np.ndindex(1, 2, 3, 2):
        here = [u[(i, *at)] for i in range(4)]
        moves = [(i, (*at[:i], b, *at[i + 1 :])) for i in range(1, 4) for b in range(u.shape[1 + i])]
        held += [at] if all(u[(i, *there)] <= here[i] for i, there in moves) else []
    assume(held)
    found = others_of(game, Play.pure(game, list(held[0])))
    assert found.count == len(held) - 1 or found.how.startswith("nothing else")
    assert found.worst == min(float(game.goal.reshape(u.shape[1:])[at]) for at in held)
    assert found.complete == found.how.startswith("nothing else")


def test_a_plan_that_differs_only_off_the_path_is_no_other_equilibrium():
    game = total("chicken")
    said = compiled(game, solve(game, Rules(margin=F(1, 100))), "mediator")
    found = others_of(said.induced, said.play)
    assert all(not np.allclose(play.values.astype(float), said.play.values.astype(float)) for play in found.plays)


def test_stag_hunt_has_two_others():
    """Hares, worth 6; and the mixture of three quarters, worth 6 as well."""
    game = total("stag_hunt")
    found = others_of(game, Play.pure(game, {"row": "stag", "column": "stag"}))
    assert found.count == 2
    assert found.complete
    assert found.worst == 6
    assert found.asked == 8
    assert "has 2 other equilibria" in found.sentence()


def test_a_unique_equilibrium_has_no_others():
    designed = design([({}, total("prisoners"))], own(total("prisoners"), 0, 9, margin=F(1, 10)), aim="only")
    found = others(designed)
    assert found.count == 0
    assert found.complete
    assert found.sentence() == ""


def test_where_dominance_is_affordable_it_is_taken():
    game = total("stag_hunt")
    designed = design([({}, game)], own(game, 0, 9, margin=F(1, 10)), aim="worst")
    assert designed.guarantee.route == "dominance"
    assert designed.guarantee.gap == 0
    assert designed.guarantee.guaranteed == 8


def test_one_promise_is_enough_where_players_want_to_meet():
    """Left is best for one player whatever the other does if it is paid 1 + .1 there; then the other follows."""
    game = total("coordination")
    rules = own(game, 0, F(11, 10), margin=F(1, 10))
    found = guarantee(game, rules)
    assert found.guaranteed == 4
    assert Play.pure(found.induced, list(found.wanted)).paid == F(11, 10)


def test_alternation_never_lowers_the_worst_correlated_equilibrium():
    for seed in range(12):
        game = Goal.total().on(sample((3, 3), seed=seed, span=4))
        family = Family(game, own(game, 0, 3, margin=F(1, 10)))
        star = tuple(int(k) for k in np.unravel_index(np.argmax(family.most), family.shape))
        found, _ = _by_cuts(family, star, 1e-6)
        for x in found:
            before = Induced(family, x.c).worst_correlated
            assert Induced(family, raised(family, star, x.c)).worst_correlated >= before - 1e-6


def test_a_margin_is_needed():
    with pytest.raises(InputError, match="a margin above 0"):
        guarantee(total("stag_hunt"), own(total("stag_hunt"), 0, 1, margin=F(0)))


def test_types_are_for_another_aim():
    game = Goal.total().on(sample((2, 2), types=(2, 1)))
    with pytest.raises(InputError, match="without private types"):
        design([({}, game)], own(game, 0, 1), aim="worst")


def test_less_than_people_have_is_no_design():
    game = total("coordination")
    with pytest.raises(Impossible, match="guarantee people what they have"):
        design([({}, game)], own(game, 0, F(1, 10)), aim="worst", floor=2.0)
