"""Rich signals: unimprovable beliefs by another solver, grids that come down from above, bounds in many markets."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals_by_hand import ByHand, drawn, range_certificate, rich_on_a_grid

from rulewright.competition.rivals.extreme import extreme
from rulewright.competition.rivals.families import FAMILIES, family
from rulewright.competition.rivals.persuasion import advice
from rulewright.competition.rivals.rich import concave, rich
from rulewright.competition.rivals.selection import alone, best_ai
from rulewright.competition.rivals.setting import Rivals
from rulewright.design.information.persuasion import persuade
from rulewright.errors import Impossible, TooLarge

STATES, GUILT = [F(7, 10), F(3, 10)], [[1, 0], [0, 1]]
PROSECUTOR, DEFENCE = [[0, 1], [0, 1]], [[1, 0], [1, 0]]


def test_corners_of_best_replies():
    pairs = extreme(advice(Rivals.of(STATES, GUILT, [PROSECUTOR])))
    found = sorted((int(plan), tuple(mu)) for plan, mu in zip(pairs.plans, pairs.beliefs, strict=True))
    assert found == [(0, (F(1, 2), F(1, 2))), (0, (1, 0)), (1, (0, 1)), (1, (F(1, 2), F(1, 2)))]


def test_two_prosecutors():
    """A prosecutor improves on the belief ½ only where the judge would acquit at it."""
    found = rich(Rivals.of(STATES, GUILT, [PROSECUTOR, PROSECUTOR]))
    assert found.worst == F(7, 10) and found.best == 1
    assert sorted(found.gains[0]) == [0, 0, 0, 1] and found.kept.sum() == 3


def test_a_defence_lawyer_brings_out_the_truth():
    found = rich(Rivals.of(STATES, GUILT, [PROSECUTOR, DEFENCE]))
    assert found.worst == found.best == 1 and found.loss == 0


def test_one_bob_alone():
    found = rich(Rivals.of(STATES, GUILT, [PROSECUTOR]))
    assert found.worst == found.best == F(7, 10)
    for seed in range(6):
        rivals = drawn(seed, 1)
        single, found = alone(rivals), rich(rivals)
        assert found.worst == pytest.approx(single.worst, abs=1e-6) and found.best == pytest.approx(
            single.best, abs=1e-6
        )


def test_indifferent_bob_alone_says_anything():
    found = rich(Rivals.of(STATES, GUILT, [[[0, 0], [0, 0]]]))
    assert found.worst == F(7, 10) and found.best == 1


@pytest.mark.parametrize("seed", range(5))
def test_gains_are_those_of_persuasion_from_that_belief(seed):
    rivals = drawn(seed, 2, 3, 1, 4)
    found = rich(rivals)
    for i in range(2):
        for mu, worth, gain in zip(found.advice.beliefs, found.advice.bobs[i], found.gains[i], strict=True):
            best = persuade(mu / mu.sum(), rivals.bobs[i, :, 0], rivals.alice[:, 0]).value
            assert best - worth == pytest.approx(gain, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_gains_with_types(seed):
    """Against one programme over plans from each belief."""
    rivals = drawn(seed, 2, 3, 2, 2)
    setting = advice(rivals)
    pairs = extreme(setting)
    lifted = concave(setting, pairs, 0)
    for mu, value in zip(pairs.beliefs, lifted, strict=True):
        live = mu > 1e-9
        prior = mu[live, None] * setting.types[live]
        there = Rivals.of(prior / prior.sum(), rivals.alice[live], rivals.bobs[:, live])
        assert ByHand(there).phi(0, -1e9)[0] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_worst_is_an_equilibrium(seed):
    rivals = drawn(seed, 2 + seed % 2, 3, 1 + seed % 2, 3 - seed % 2)
    found, hand = rich(rivals), ByHand(rivals)
    for law, value in ((found.worst_law, found.worst), (found.best_law, found.best)):
        assert law.sum() == pytest.approx(1) and (law >= 0).all()
        assert np.allclose(law @ found.advice.beliefs, found.setting.prior)
        assert (found.gains[:, law > 1e-9] <= 1e-7).all() and law @ found.advice.alice == pytest.approx(value)
    assert hand.is_obedient(found.outcome) and (found.outcome * hand.u).sum() == pytest.approx(found.worst, abs=1e-7)
    assert (found.joint * rivals.alice).sum() == pytest.approx(found.worst, abs=1e-7)
    kept = found.kept
    assert (found.advice.alice[kept] >= found.advice.beliefs[kept] @ found.prices - 1e-7).all()
    assert found.setting.prior @ found.prices == pytest.approx(found.worst, abs=1e-7)


def losing():
    found = [(r, rich(r)) for r in (drawn(seed, 3) for seed in range(60))]
    return [(r, one) for r, one in found if one.loss > 0.01]


def test_grids_come_down_from_above():
    """The specification's caution: a coarse grid misses equilibria, and says that the worst is better than it is."""
    met = []
    for rivals, found in losing():
        values = [rich_on_a_grid(rivals, n) for n in (4, 12, 24)]
        assert all(value is None or value >= found.worst - 1e-6 for value in values)
        assert rich_on_a_grid(rivals, 4, found.advice.beliefs[found.worst_law > 1e-9]) == pytest.approx(
            found.worst, abs=1e-6
        )
        met.append(values[-1] is not None and values[-1] <= found.worst + 1e-6)
    assert len(met) >= 10 and sum(met) >= len(met) // 2 and not all(met)


def test_a_belief_by_itself_is_missed_by_every_grid():
    rivals = drawn(23, 3)
    assert rich(rivals).loss > 0.015
    assert rich_on_a_grid(rivals, 48) == pytest.approx(rivals.opt)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_unimprovable_inside_a_face_is_unimprovable_at_its_corners(seed):
    """Mixtures of corners of one P_π: nobody gains inside if and only if nobody gains at the corners mixed, faces permitting."""
    rivals = drawn(seed, 1)
    found, rng = rich(rivals.only([0, 0])), np.random.default_rng(seed)
    pairs = found.advice
    for plan in np.unique(pairs.plans):
        of = np.flatnonzero(pairs.plans == plan)
        weights = rng.dirichlet(np.ones(len(of)))
        mu = weights @ pairs.beliefs[of]
        gain = persuade(mu / mu.sum(), rivals.bobs[0, :, 0], rivals.alice[:, 0]).value - weights @ pairs.bobs[0, of]
        mixed = weights @ found.gains[0, of]
        assert gain >= mixed - 1e-7  # concave: zero inside only where it is zero at all corners
        if found.gains[0, of].max() > 1e-5:
            assert gain > 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_rationals_and_floats_agree(seed):
    rivals = drawn(seed, 3, 3, 1 + seed % 2, 3 - seed % 2)
    near, found = rich(rivals), rich(rivals.exact)
    assert isinstance(found.worst, F) and (found.gains >= 0).all()
    assert float(found.worst) == pytest.approx(near.worst, abs=1e-7)
    assert float(found.best) == pytest.approx(near.best, abs=1e-7)
    kept = found.kept
    assert (found.advice.alice[kept] >= found.advice.beliefs[kept] @ found.prices).all()
    assert (found.setting.prior * found.prices).sum() == found.worst


def test_two_hundred_markets_keep_every_bound():
    for j in range(200):
        rivals = FAMILIES[j % 6].draw(j)
        found = rich(rivals)
        assert found.uninformed - 1e-7 <= found.worst <= found.best + 1e-7 <= found.opt + 2e-7
        assert found.loss <= range_certificate(rivals) + 1e-7


def test_full_disclosure_is_an_equilibrium():
    for seed in range(10):
        rivals = drawn(seed, 2)
        assert rich(rivals).best == pytest.approx(rivals.opt, abs=1e-7)


def test_selection_is_at_least_as_good_for_alice():
    """An equilibrium of best-AI selection below OPT is one of the rich game: who could split a posterior could win by it."""
    strictly = 0
    for seed in range(45):
        rivals = drawn(seed, 2 + seed % 2, 3, 1 + seed % 2, 3 - seed % 2)
        picked, talking = best_ai(rivals), rich(rivals)
        assert talking.worst <= picked.worst + 1e-7
        strictly += talking.worst < picked.worst - 1e-5
    assert strictly > 2


def test_from_two_on_a_rival_more_never_makes_the_worst_worse():
    for seed in range(15):
        rivals = drawn(seed, 4)
        values = [rich(rivals.only(range(k))).worst for k in (2, 3, 4)]
        assert (np.diff(values) >= -1e-7).all()


def test_ties_that_are_broken_both_ways_leave_nothing():
    torn = Rivals.of([F(1, 2), F(1, 2)], [[1, 1], [1, 1]], [PROSECUTOR, DEFENCE])
    with pytest.raises(Impossible, match="Break her ties"):
        rich(torn)


def test_too_many_corners():
    with pytest.raises(TooLarge, match="ask for what is found"):
        rich(drawn(0, 2), most=5)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_in_part_is_an_equilibrium_above_the_worst(seed):
    rivals = drawn(seed, 2, 3, 1 + seed % 2, 3 - seed % 2)
    whole, part = rich(rivals), rich(rivals, most=2, partial=True)
    assert whole.complete and not part.complete and "some corners" in part.how
    assert whole.worst - 1e-7 <= part.worst <= best_ai(rivals).worst + 1e-7 and part.best == pytest.approx(rivals.opt)
    exact = rich(rivals.exact, most=2, partial=True)
    assert not exact.complete and exact.worst >= rich(rivals.exact).worst


def test_states_that_never_happen():
    rivals = family("independent").draw(4)
    padded = replace(
        rivals,
        prior=np.concatenate([rivals.prior, [[0.0]]]),
        alice=np.concatenate([rivals.alice, [[[9.0, 0, 0]]]]),
        bobs=np.concatenate([rivals.bobs, np.ones((rivals.k, 1, 1, 3))], axis=1),
        states=(*rivals.states, "never"),
    )
    assert rich(padded).worst == pytest.approx(rich(rivals).worst)
