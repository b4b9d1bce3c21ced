"""Best-AI selection: equilibria confirmed by hand, the worst never above a grid's, bounds that hold in a thousand markets."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals_by_hand import ByHand, drawn, epsilon, on_a_grid, range_certificate

from rulewright.competition.rivals.families import FAMILIES
from rulewright.competition.rivals.persuasion import advice
from rulewright.competition.rivals.rich import rich
from rulewright.competition.rivals.selection import alone, best_ai, disagreement
from rulewright.competition.rivals.setting import Rivals
from rulewright.errors import Impossible, InputError
from rulewright.numerics import rational

STATES, GUILT = [F(7, 10), F(3, 10)], [[1, 0], [0, 1]]
PROSECUTOR, DEFENCE = [[0, 1], [0, 1]], [[1, 0], [1, 0]]


def test_two_prosecutors_are_one():
    found = best_ai(Rivals.of(STATES, GUILT, [PROSECUTOR, PROSECUTOR]))
    assert found.worst == F(7, 10) and found.best == 1 and found.winners == (0, 1)
    assert found.intervals == ((F(7, 10), 1),) and found.residual == 0


def test_a_defence_lawyer_brings_out_the_truth():
    found = best_ai(Rivals.of(STATES, GUILT, [PROSECUTOR, DEFENCE]))
    assert found.worst == found.best == 1 and found.loss == 0
    assert found.intervals == ((1, 1),)


def test_prosecutor_alone():
    rivals = Rivals.of(STATES, GUILT, [PROSECUTOR])
    found, single = best_ai(rivals), alone(rivals)
    assert found.worst == found.best == single.worst == single.best == F(7, 10)
    assert single.bob == F(3, 5) and (found.joint * rivals.bobs[0]).sum() == F(3, 5)


def test_indifferent_bob_is_read_at_his_worst():
    rivals = Rivals.of(STATES, GUILT, [[[0, 0], [0, 0]]])
    for one in (rivals, rivals.floats):
        found = alone(one)
        assert float(found.worst) == pytest.approx(0.7) and float(found.best) == pytest.approx(1)
    two = best_ai(Rivals.of(STATES, GUILT, [[[0, 0], [0, 0]], [[1, 1], [1, 1]]]))
    assert two.worst == F(7, 10) and two.intervals == ((F(7, 10), 1),)


def test_with_no_such_bob():
    with pytest.raises(InputError, match="a number from 0 to 0"):
        alone(Rivals.of(STATES, GUILT, [PROSECUTOR]), 1)


@pytest.mark.parametrize("seed", range(12))
def test_worst_is_an_equilibrium_and_no_grid_finds_a_worse(seed):
    rivals = drawn(seed, 2 + seed % 2, 3, 1 + seed % 3 // 2, 3 if seed % 3 < 2 else 2)
    found, hand = best_ai(rivals), ByHand(rivals)
    assert hand.is_equilibrium(found.outcome, found.opt)
    assert (found.outcome * hand.u).sum() == pytest.approx(found.worst, abs=1e-7)
    coarse, fine = on_a_grid(rivals, 6), on_a_grid(rivals, 41)
    assert found.worst <= min(coarse, fine) + 1e-6


def whole(seed):
    """Few different whole numbers, so that everything is tied with something; Alice may have types."""
    rng = np.random.default_rng(seed)
    states, types, actions, k = rng.integers(1, 4), rng.integers(1, 3), rng.integers(1, 4), rng.integers(1, 4)
    chance = rational.exact(rng.integers(1, 4, (states, types)))
    most = int(rng.integers(1, 4))
    shape = (states, types, actions)
    return Rivals.of(chance / chance.sum(), rng.integers(0, most + 1, shape), rng.integers(0, most + 1, (k, *shape)))


@pytest.mark.parametrize("seed", range(60))
def test_markets_full_of_ties(seed):
    rivals = whole(seed)
    found, near = best_ai(rivals), best_ai(rivals.floats)
    assert float(found.worst) == pytest.approx(near.worst, abs=1e-7) and found.winners == near.winners
    assert len(found.intervals) == len(near.intervals)
    if rivals.k > 1:
        assert ByHand(rivals).is_equilibrium(near.outcome, near.opt)
    for i in range(rivals.k):
        one, other = alone(rivals, i), alone(rivals.floats, i)
        assert float(one.worst) == pytest.approx(other.worst, abs=1e-7)
        assert float(one.best) == pytest.approx(other.best, abs=1e-7)
    try:
        talking = rich(rivals)
    except Impossible:
        with pytest.raises(Impossible):
            rich(rivals.floats)
        return
    assert float(talking.worst) == pytest.approx(rich(rivals.floats).worst, abs=1e-7)
    assert talking.worst <= found.worst


@pytest.mark.parametrize(("hers", "theirs"), [(1e6, 1e-6), (1e-6, 1e6), (1e6, 1e6)])
def test_units_may_be_large_or_small(hers, theirs):
    for seed in range(4):
        rivals = drawn(seed, 3)
        other = Rivals.of(rivals.prior, hers * rivals.alice, theirs * rivals.bobs)
        assert best_ai(other).worst / hers == pytest.approx(best_ai(rivals).worst, abs=1e-7)
        assert rich(other).worst / hers == pytest.approx(rich(rivals).worst, abs=1e-7)


def test_units_of_one_bob_do_not_drown_another():
    for seed in range(12):
        rivals = drawn(seed, 3)
        other = replace(rivals, bobs=rivals.bobs * np.array([1e7, 1, 1e-4])[:, None, None, None])
        found = best_ai(other)
        assert found.worst == pytest.approx(best_ai(rivals).worst, abs=1e-6)
        assert found.winners == best_ai(rivals).winners


def below_the_best(k=2, count=6):
    """Markets in which the worst equilibrium is strictly inside (V₀, OPT)."""
    found = []
    for seed in range(400):
        rivals = drawn(seed, k)
        one = best_ai(rivals)
        if one.loss > 1e-3 and one.worst > one.uninformed + 1e-3:
            found.append((rivals, one))
        if len(found) == count:
            return found
    raise AssertionError("too few")


@pytest.mark.parametrize("which", range(6))
def test_grids_come_down_to_the_worst(which):
    rivals, found = below_the_best()[which]
    values = [on_a_grid(rivals, n) for n in (5, 17, 65)]
    assert min(values) >= found.worst - 1e-6
    if found.worst > max(c.alice[0] for c in found.curves) + 1e-6:
        return  # reached at one level only, which a grid meets by chance
    assert values[-1] <= found.worst + (found.opt - found.uninformed) / 16


@pytest.mark.parametrize("which", range(6))
def test_nothing_below_the_worst_is_an_equilibrium(which):
    rivals, found = below_the_best()[which]
    hand = ByHand(rivals)
    for v in np.linspace(found.uninformed, found.worst - 1e-4, 12):
        # x with ⟨x, U_j⟩ ≥ φ_j(v) for all j and ⟨x, u⟩ ≥ v: their sum would have to be reached
        apart = sum(hand.phi(j, v)[0] for j in range(rivals.k))
        hand_merged = ByHand(replace(rivals, bobs=np.concatenate([rivals.bobs, rivals.bobs.sum(axis=0)[None]])))
        together = hand_merged.phi(rivals.k, v)[0]
        assert apart > together + 1e-9


def corners_of_x(rivals):
    """All vertices of X by brute force: bases of its equations, surplus and all."""
    setting = advice(rivals.floats)
    (states, plans), (plan, other) = setting.shape, setting.obedience
    rows = np.zeros((states + len(plan), states, plans))
    rows[np.arange(states), np.arange(states)] = 1
    rows[states + np.arange(len(plan)), :, plan] = setting.edges[:, plan, other].T
    surplus = np.concatenate([np.zeros((states, len(plan))), -np.eye(len(plan))])
    whole = np.concatenate([rows.reshape(len(rows), -1), surplus], axis=1)
    side = np.concatenate([setting.prior, np.zeros(len(plan))])
    bases = np.array(list(combinations(range(whole.shape[1]), len(side))))
    square = np.moveaxis(whole[:, bases], 1, 0)
    regular = np.abs(np.linalg.det(square)) > 1e-10
    x = np.linalg.solve(square[regular], np.broadcast_to(side, (regular.sum(), len(side)))[..., None])[..., 0]
    fits = (x >= -1e-9).all(axis=1)
    points = np.zeros((fits.sum(), whole.shape[1]))
    np.put_along_axis(points, bases[regular][fits], x[fits], axis=1)
    return points[:, : states * plans].reshape(-1, states, plans)


@pytest.mark.parametrize("seed", range(8))
def test_worst_is_at_a_corner_of_what_is_obeyed(seed):
    """Below OPT the equilibria are faces of X: the worst is a corner, and checking all corners one by one finds it."""
    rivals = drawn(seed, 2, 2, 1, 3)
    found, hand = best_ai(rivals), ByHand(rivals)
    values = [(x * hand.u).sum() for x in corners_of_x(rivals) if hand.is_equilibrium(x, found.opt)]
    assert min(values) == pytest.approx(found.worst, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_rationals_and_floats_agree(seed):
    rivals = drawn(seed, 2 + seed % 3)
    near, found = best_ai(rivals), best_ai(rivals.exact)
    assert isinstance(found.worst, F) and found.residual == 0
    assert float(found.worst) == pytest.approx(near.worst, abs=1e-7) and found.winners == near.winners
    assert len(found.intervals) == len(near.intervals)
    assert np.allclose(np.array(found.intervals, dtype=float), near.intervals, atol=1e-7)


def test_all_values_of_equilibria_are_listed():
    rivals, found = below_the_best(count=1)[0]
    assert found.intervals[0][0] == found.worst and found.intervals[-1][1] == pytest.approx(found.opt)
    for low, high in found.intervals:
        for v in (low, (low + high) / 2, high):
            x = found.merged.point(v)
            assert ByHand(rivals).is_equilibrium(x, found.opt)
    for (_, high), (low, _) in zip(found.intervals, found.intervals[1:], strict=False):
        assert disagreement(found.curves, found.merged, np.array([(low + high) / 2]), found.weights)[0] > 1e-8


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_a_crowd_of_one_mind_is_its_member(seed, k):
    rivals = drawn(seed, 1)
    crowd = rivals.only([0] * k) if k > 1 else rivals
    assert best_ai(crowd).worst == pytest.approx(alone(rivals).worst, abs=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(-3, 3))
def test_units_and_offsets_of_wishes_do_not_matter(seed, scale, shift):
    rivals = drawn(seed, 3)
    other = rivals.bobs.copy()
    other[1] = scale * other[1] + shift
    assert best_ai(replace(rivals, bobs=other)).worst == pytest.approx(best_ai(rivals).worst, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_order_of_bobs_does_not_matter(seed):
    rivals = drawn(seed, 3)
    assert best_ai(rivals.only([2, 0, 1])).worst == pytest.approx(best_ai(rivals).worst, abs=1e-7)


def test_a_rival_more_never_makes_the_worst_worse_once_there_are_two():
    """What is best for all of more Bobs is best for fewer."""
    for seed in range(40):
        rivals = drawn(seed, 4)
        values = [best_ai(rivals.only(range(k))).worst for k in (2, 3, 4)]
        assert (np.diff(values) >= -1e-7).all()


def test_a_thousand_markets_keep_every_bound():
    """OPT − 2ε and OPT − ρ (ρ ≤ 2ε), in all six families; V₀ below, OPT above."""
    losses = []
    for j in range(1_000):
        rivals = FAMILIES[j % 6].draw(j)
        found, rho = best_ai(rivals), range_certificate(rivals)
        assert found.uninformed - 1e-7 <= found.worst <= found.opt + 1e-9
        assert found.loss <= rho + 1e-7 and rho <= 2 * epsilon(rivals) + 1e-7
        losses.append(found.loss)
    assert max(losses) > 0.1  # there was something to violate
