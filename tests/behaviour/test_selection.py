"""Which equilibrium: criteria against their definitions, and against one another where theory says that they agree."""

import itertools
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import selection
from rulewright.errors import InputError

losses = st.integers(1, 12)


def two_by_two(e1, e2, f1, f2):
    """Deviation losses e at (0, 0) and f at (1, 1); all else 0."""
    return rw.Game.normal(np.array([[[e1, 0], [0, f1]], [[e2, 0], [0, f2]]]))


@settings(max_examples=60, deadline=None)
@given(losses, losses, losses, losses)
def test_two_by_two_criteria_agree(e1, e2, f1, f2):
    """Risk dominance is more than half of the best replies' unit square on either diagonal, and x* + y* < 1."""
    game = two_by_two(e1, e2, f1, f2)
    risk = selection.risk_dominance(game, (0, 0), (1, 1))
    assert risk.products == (e1 * e2, f1 * f2)
    sign = (e1 * e2 > f1 * f2) - (e1 * e2 < f1 * f2)
    assert risk.dominant == {1: (0, 0), -1: (1, 1), 0: None}[sign]
    found = selection.basins(game)
    x, y = found.threshold
    assert (x, y) == (F(f2, e2 + f2), F(f1, e1 + f1))
    assert np.sign(float(1 - x - y)) == sign == np.sign(float(found.share[0] - found.share[1]))
    p = selection.p_dominance(game, (0, 0))
    assert tuple(p) == (y, x)
    assert sum(found.share) == 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", ["best reply", "replicator"])
def test_basins_are_where_play_goes(seed, rule):
    """Drawn starts, moved in small steps by the definition of the dynamic."""
    generator = np.random.default_rng(seed)
    e1, e2, f1, f2 = generator.integers(1, 8, 4)
    found = selection.basins(two_by_two(e1, e2, f1, f2), rule)
    x, y = generator.random((2, 4000))
    for _ in range(6000):
        row, column = e1 * y - f1 * (1 - y), e2 * x - f2 * (1 - x)  # gain of the first action
        if rule == "best reply":
            x, y = x + 0.004 * ((row > 0) - x), y + 0.004 * ((column > 0) - y)
        else:
            x, y = x + 0.004 * x * (1 - x) * row, y + 0.004 * y * (1 - y) * column
    share = float((x + y > 1).mean())
    assert abs(share - float(found.share[0])) < 4 * np.sqrt(0.25 / 4000)


def test_replicator_basin_of_a_symmetric_border_is_a_half():
    """Where e and f are swapped between the players, the border is the image of itself, and cuts the square in half."""
    assert selection.basins(two_by_two(3, 2, 2, 3), "replicator").share[0] == pytest.approx(0.5, abs=1e-6)
    slower = selection.basins(two_by_two(30, 20, 20, 30), "replicator").share[0]
    assert slower == pytest.approx(0.5, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 3), (2, 2, 2), (3, 2, 2)]))
def test_p_dominance_is_the_least_p(seed, counts):
    """A belief with exactly p on the profile keeps the action best; a little less, and some belief does not."""
    game = rw.sample(counts, seed=seed, span=4)
    table = game.payoff.reshape(game.n, *counts)
    for profile in itertools.product(*map(range, counts)):
        least = selection.p_dominance(game, profile)
        stable = all(g == 0 for g in selection.regrets(game)[(slice(None), *profile)])
        assert (least is not None) == stable
        for i in range(game.n) if least is not None else ():
            own = np.moveaxis(table[i], i, 0).reshape(counts[i], -1)
            rest = [a for j, a in enumerate(profile) if j != i]
            here = int(np.ravel_multi_index(rest, [c for j, c in enumerate(counts) if j != i]))

            def holds(p, own=own, here=here, mine=profile[i]):
                worth = p * own[:, [here]] + (1 - p) * own  # the rest of the belief on one profile of the others
                return (worth[mine] >= worth).all()

            assert holds(least[i])
            assert least[i] == 0 or not holds(least[i] - F(1, 10**6))


def test_a_third_action_changes_the_prior():
    """In the 3 × 3 game the third action is best against mixtures of the two equilibria: their products do not decide."""
    row = [[4, 0, 0], [0, 3, 0], [3, 2, 0]]
    game = rw.Game.normal(np.array([row, np.array(row).T]))
    risk = selection.risk_dominance(game, (0, 0), (1, 1))
    assert "bicentric" in risk.how
    # 4z vs 3(1 − z) vs 3z + 2(1 − z): third best for z in (1/2, 2/3) … prior (1/3, 1/2, 1/6), whose best reply is the third
    assert risk.dominant is None
    assert "open" in risk.how
    steeper = [[9, 0, 0], [0, 3, 0], [4, 2, 0]]
    risk = selection.risk_dominance(rw.Game.normal(np.array([steeper, np.array(steeper).T])), (0, 0), (1, 1))
    assert risk.dominant == (0, 0)
    assert "stays" in risk.how


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 3), (2, 2, 2), (3, 2, 2)]))
def test_potentials(seed, counts):
    """Common interest plus what others' actions give one anyway has that potential; a random game seldom has one."""
    generator = np.random.default_rng(seed)
    common = generator.integers(-5, 6, counts)
    table = [common + np.take(generator.integers(-5, 6, counts), [0], axis=i) for i in range(len(counts))]
    game = rw.Game.normal(np.array(table))
    found = selection.potential(game)
    assert (found == common - common.flat[0]).all()
    assert set(selection.potential_maximisers(game)) == {
        tuple(map(int, s)) for s in np.argwhere(common == common.max())
    }
    order = selection.improvement_order(game)
    assert rises(game, order)
    other = rw.sample(counts, seed=seed, span=5)
    order = selection.improvement_order(other)
    assert order is None or rises(other, order)
    assert selection.potential(other) is None or order is not None
    if order is not None:
        assert len(rw.Pure()(other).plays) > 0


def rises(game, order):
    table = game.payoff.reshape(game.n, *game.action_counts)
    for i in range(game.n):
        u, p = np.moveaxis(table[i], i, 0), np.moveaxis(order, i, 0)
        for a, b in itertools.permutations(range(len(u)), 2):
            if ((u[a] > u[b]) & (p[a] <= p[b])).any():
                return False
    return True


def test_matching_pennies_has_no_potential_of_either_kind():
    game = rw.library.matching_pennies()
    assert selection.potential(game) is None
    assert selection.potential_maximisers(game) is None
    assert selection.improvement_order(game) is None


def test_payoff_dominance():
    assert selection.payoff_dominant(rw.library.stag_hunt()) == (0, 0)
    assert selection.payoff_dominant(rw.library.bach_or_stravinsky()) is None
    assert selection.payoff_dominant(rw.library.prisoners()) is None  # only one


@pytest.mark.parametrize(
    ("ask", "needed"),
    [
        (lambda g: selection.risk_dominance(g, (0, 0), (0, 1)), "strict equilibria"),
        (lambda g: selection.p_dominance(g, (0, 2)), "positions of actions"),
        (lambda g: selection.deviation_losses(g, (0,), (1, 1)), "positions of actions"),
        (lambda g: selection.basins(g, "chaos"), "one of best reply"),
        (lambda g: selection.basins(rw.library.prisoners()), "two strict equilibria"),
        (lambda g: selection.basins(two_by_two(1, 2, 3, 4), "one population"), "symmetric"),
        (lambda g: selection.risk_dominance(rw.sample((2, 2, 2)), (0, 0, 0), (1, 1, 1)), "two players"),
        (lambda g: selection.potential(rw.sample((2, 2), types=(2, 1))), "without types"),
    ],
)
def test_what_is_refused(ask, needed):
    with pytest.raises(InputError, match=needed):
        ask(rw.library.stag_hunt())
