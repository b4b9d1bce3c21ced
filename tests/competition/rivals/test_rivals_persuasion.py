"""φ_i: against one programme for each level, in rationals against floats, with a proof of every piece."""

from fractions import Fraction as F

import numpy as np
import pytest
from rivals_by_hand import ByHand, drawn

from rulewright.competition.rivals.persuasion import advice, curve, first_best, prices, solver
from rulewright.competition.rivals.setting import Rivals
from rulewright.design.information.persuasion import persuade
from rulewright.design.information.receivers import persuade_kinds
from rulewright.errors import TooLarge

JUDGE = Rivals.of([F(7, 10), F(3, 10)], [[1, 0], [0, 1]], [[[0, 1], [0, 1]]])
SHAPES = [(3, 1, 3), (2, 2, 3), (4, 1, 2), (3, 2, 2), (2, 3, 2)]


def test_prosecutor():
    found = curve(advice(JUDGE), advice(JUDGE).bobs[0])
    assert found.bob[0] == F(3, 5)
    assert list(zip(found.alice, found.bob, strict=True)) == [(F(7, 10), F(3, 5)), (1, F(3, 10))]
    assert list(found.slopes) == [0, 1]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_curve_is_what_a_programme_for_each_level_says(seed, shape):
    states, types, actions = shape
    rivals = drawn(seed, 2, states, types, actions)
    hand, setting = ByHand(rivals), advice(rivals)
    for i in range(2):
        found = curve(setting, setting.bobs[i])
        levels = np.linspace(rivals.uninformed, rivals.opt, 17)
        wanted = [hand.phi(i, v - 1e-10)[0] for v in levels]
        assert np.allclose(found.at(levels), wanted, atol=1e-6)
        assert (np.diff(found.alice) > 0).all() and (np.diff(found.bob) <= 1e-12).all()
        assert (np.diff(found.slopes) > 0).all() and found.slopes[0] == 0
        for v, x in [(v, found.point(v)) for v in levels]:
            assert hand.is_obedient(x) and (x * hand.u).sum() >= v - 1e-7
            assert (x * hand.bobs[i]).sum() == pytest.approx(found.at(v), abs=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_piece_is_proved_in_rationals(shape):
    """Corners are in X and on the curve, pieces are above all of X: no solver is believed."""
    states, types, actions = shape
    rivals = drawn(5, 2, states, types, actions).exact
    setting = advice(rivals)
    wish = setting.bobs[1]
    found = curve(setting, wish)
    plan, other = setting.obedience
    for x, v, w in zip(found.points, found.alice, found.bob, strict=True):
        assert (x >= 0).all() and (x.sum(axis=1) == setting.prior).all()
        assert ((x[:, plan] * setting.edges[:, plan, other]).sum(axis=0) >= 0).all()
        assert (x * setting.alice).sum() == v and (x * wish).sum() == w
    for r, (m, level, y) in enumerate(zip(found.slopes, found.levels, found.multipliers, strict=True)):
        assert (y >= 0).all()
        assert (setting.prior * prices(setting, wish + m * setting.alice, y)).sum() == level
        ends = {max(r - 1, 0), r}
        assert all(found.bob[e] + m * found.alice[e] == level for e in ends)
    assert found.alice[-1] == rivals.opt
    floating = curve(advice(rivals.floats), advice(rivals.floats).bobs[1])
    assert np.allclose(floating.alice, found.alice.astype(float)) and np.allclose(floating.bob, found.bob.astype(float))


def test_aligned_sender_tells_everything():
    rivals = drawn(1, 1)
    setting = advice(rivals)
    found = curve(setting, setting.alice)
    assert len(found.alice) == 1 and found.bob[0] == pytest.approx(rivals.opt)


@pytest.mark.parametrize("seed", range(4))
def test_without_a_floor_it_is_persuasion(seed):
    rivals = drawn(seed, 1, 4, 1, 4)
    setting = advice(rivals)
    known = persuade(rivals.prior[:, 0], rivals.bobs[0, :, 0], rivals.alice[:, 0])
    assert curve(setting, setting.bobs[0]).bob[0] == pytest.approx(known.value, abs=1e-7)
    typed = drawn(seed, 1, 3, 2, 3)
    setting = advice(typed)
    kinds = persuade_kinds(typed.prior, typed.bobs[0], typed.alice)
    assert curve(setting, setting.bobs[0]).bob[0] == pytest.approx(kinds.unasked, abs=1e-7)


def test_states_that_never_happen_are_left_out():
    rivals = Rivals.of([F(1, 2), 0, F(1, 2)], [[1, 0], [5, 9], [0, 1]], [[[0, 1], [7, 7], [0, 1]]])
    setting = advice(rivals)
    assert list(setting.live) == [0, 2] and setting.shape == (2, 2)
    x = first_best(setting, setting.bobs[0])
    joint = setting.joint(x, 3)
    assert joint.shape == (3, 1, 2) and joint.sum() == 1 and (joint[1] == 0).all()


def test_indifferent_alice_serves_the_bob_at_her_first_best():
    rivals = Rivals.of([F(1, 2), F(1, 2)], [[1, 1], [0, 0]], [[[0, 1], [3, 2]]])
    setting = advice(rivals)
    found = curve(setting, setting.bobs[0])
    assert list(found.alice) == [F(1, 2)] and list(found.bob) == [2]


def test_joint_law_is_over_types():
    rivals = drawn(3, 1, 3, 2, 2).exact
    setting = advice(rivals)
    x, _ = solver(setting).best(setting.bobs[0])
    joint = setting.joint(x, 3)
    assert (joint.sum(axis=2) == rivals.prior).all()
    assert (joint * rivals.bobs[0]).sum() == (x * setting.bobs[0]).sum()


def test_too_many_plans():
    with pytest.raises(TooLarge, match="plans of Alice's types"):
        advice(Rivals.of(np.full((2, 40), 1 / 80), np.zeros((2, 40, 10)), np.zeros((1, 2, 40, 10))))
