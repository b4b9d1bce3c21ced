"""Every bounded behaviour keeps the laws of behaviours, with types, three players and furniture too."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulewright as rw
from rulewright.behaviour import (
    AdversarialShare,
    Inattentive,
    Level,
    NearCorrelated,
    NearPure,
    Noisy,
    RandomShare,
    crowd,
    hierarchy,
    inattentive,
    named,
    near,
    noisy,
)
from rulewright.errors import InputError, Unsolved
from rulewright.game.sample import sample
from rulewright.testing import behaviour_laws

NAMES = (
    "level:2,first",
    "level-noisy:2,0.5",
    "hierarchy:1.5",
    "near-pure:1",
    "near-correlated:0.5",
    "near-coarse:0.5",
    "noisy:1",
    "noisy-uniform:3",
    "inattentive:0.5",
    "random-share:0.2",
    "adversarial-share:0.2",
)


def test_all_are_registered():
    rooms = (crowd, hierarchy, inattentive, near, noisy)
    assert all(named(name).__class__.__module__.startswith("rulewright.behaviour.") for name in NAMES)
    assert len({named(name).__class__.__module__ for name in NAMES}) == len(rooms) + 1  # and levels


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6), shape=st.sampled_from([((2, 3), None), ((2, 2), (2, 1)), ((2, 2, 2), None)]))
def test_every_behaviour_keeps_the_laws(name, seed, shape):
    behaviour_laws(named(name), rw.Goal.total().on(sample(shape[0], types=shape[1], seed=seed)))


@pytest.mark.parametrize("name", NAMES)
def test_types_of_the_furniture_are_averaged_out(name):
    """A third player that chooses nothing but has two types: payoffs of the others are means over them."""
    flat = sample((2, 2), seed=11)
    spread = np.stack([flat.payoff[:, 0, 0] - 1, flat.payoff[:, 0, 0] + 1], axis=1)  # [player, type of the third, …]
    payoff = np.concatenate([spread, np.zeros((1, 2, 2, 2), dtype=object)])[:, None, None, :, :, :, None]
    wide = rw.Goal.total().on(rw.Game.bayesian(payoff, np.full((1, 1, 2), 0.5).astype(object) * 1, players=list("abc")))
    narrow = rw.Goal.total().on(flat)
    ours, plain = (named(name)(g).span(g.goal) for g in (wide, narrow))
    assert (ours.worst, ours.best) == pytest.approx((plain.worst, plain.best), abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", NAMES)
def test_types_that_never_are_change_nothing(name):
    """Another type of probability zero: what it would do is nobody's concern."""
    game = rw.Goal.total().on(sample((2, 2), types=(2, 1), seed=5))
    payoff = np.concatenate([game.payoff, game.payoff[:, :, :1] * 7], axis=2)[:, 0, ..., 0, :, :]
    prior = np.concatenate([game.prior, game.prior[:, :1] * 0], axis=1)[0]
    wide = rw.Game.bayesian(payoff[1:], prior).with_goal(payoff[0])
    ours, plain = (named(name)(g).span(g.goal) for g in (wide, game))
    assert (ours.worst, ours.best) == pytest.approx((plain.worst, plain.best), abs=1e-6, nan_ok=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noisy:1", "noisy:1000000"),
        ("noisy-uniform:2", "noisy-uniform:2000000"),
        ("inattentive:0.5", "inattentive:500000"),
        ("near-pure:1", "near-pure:1000000"),
        ("near-correlated:0.5", "near-correlated:500000"),
        ("level-noisy:2,1", "level-noisy:2,0.000001"),
    ],
)
def test_units_of_payoffs_do_not_matter(one, other):
    game = rw.Goal.total().on(sample((2, 3), types=(2, 1), seed=8)).floats
    large = rw.Game.bayesian(game.payoff[1:, 0, ..., 0, :, :] * 1e6, game.prior[0]).with_goal(
        game.payoff[0, 0, ..., 0, :, :]
    )
    ours, plain = named(other)(large).span(large.goal), named(one)(game).span(game.goal)
    assert (ours.worst, ours.best) == pytest.approx((plain.worst, plain.best), abs=1e-5, nan_ok=True)


@pytest.mark.parametrize(
    "name",
    [
        "level:1000000000",
        "near-pure:1e400",
        "near-correlated:1e400",
        "near-coarse:1e400",
        "random-share:1e400",
        "crowd",
    ],
)
def test_numbers_that_no_play_has_are_refused_in_words(name):
    with pytest.raises(InputError):
        named(name)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Level(-1),
        lambda: Noisy(0.0),
        lambda: Noisy(math.nan),
        lambda: Inattentive(0.0),
        lambda: RandomShare(Fraction(3, 2)),
        lambda: AdversarialShare(Fraction(-1)),
        lambda: NearPure(Fraction(-1)),
        lambda: NearCorrelated(Fraction(-1)),
    ],
)
def test_so_they_are_without_a_name(make):
    with pytest.raises(InputError):
        make()


@pytest.mark.parametrize("name", ["noisy:1e-30", "noisy-uniform:1e-300"])
def test_errors_that_rounding_hides_are_refused(name):
    with pytest.raises(Unsolved, match="rounding"):
        named(name)(sample((2, 3), seed=0))
