"""Contracts in two phases: what is signed on measured values, by the solver and by learners who negotiate."""

from fractions import Fraction

import numpy as np
import pytest

import rulewright as rw
from rulewright.learning.institutions import action_space
from rulewright.learning.learners.two_phase import FirstPhase, grouped, in_force, negotiate, solve
from rulewright.learning.study import Sample

THETAS = (Fraction(0), Fraction(1), Fraction(2))


def sample(values, moved, contract):
    """values, moved: [contract, player], paid in every episode; contract: [seed, episode]."""
    base, money = (np.asarray(x, float)[contract] for x in (values, moved))
    flat = np.zeros(contract.shape)
    drawn = (contract[..., None] + 1 == np.arange(len(values) + 1)).astype(float)
    return Sample(base, money, 0 * base, flat, flat, flat + 1, flat, {"contract": drawn})


def phase(values, moved=None, seeds=2):
    values = np.asarray(values, float)
    contract = np.tile(np.arange(len(values)), (seeds, 4))
    moved = np.zeros_like(values) if moved is None else moved
    players = tuple(f"agent {i}" for i in range(values.shape[1]))
    return grouped(sample(values, moved, contract), action_space("defect", 2), players, THETAS[: len(values) - 1])


# by contract (none, 0, 1, 2): θ = 2 is best in all, but leaves the last player with less than no contract
VALUES = [[1, 1, 1], [1, 1, 1], [2, 2, 2], [4, 4, 0]]


def test_values_are_means_of_the_episodes_under_each_contract():
    found = phase(VALUES, moved=[[0, 0, 0]] * 3 + [[-2, 1, 1]])
    assert isinstance(found, FirstPhase) and (found.episodes(0) == 4).all()
    assert found.base[0].tolist() == VALUES and found.welfare[1].tolist() == [3, 3, 6, 8]
    assert found.values[0, 3].tolist() == [2, 5, 1]


@pytest.mark.parametrize(
    "rule, upfront, signed, values, welfare",
    [
        ("unanimity", False, 2, [2, 2, 2], 6),
        ("majority", False, 2, [2, 2, 2], 6),
        ("two polled", False, 2, [2, 2, 2], 6),
        ("unanimity", True, 3, [6, 1, 1], 8),
    ],
)
def test_the_proposer_offers_the_best_that_is_accepted(rule, upfront, signed, values, welfare):
    found = solve(phase(VALUES), rule=rule, upfront=upfront)
    assert found.force[0].argmax() == signed and (found.signed == 1).all()
    assert found.values[0].tolist() == values and found.welfare.tolist() == [welfare] * 2
    assert found.outside.tolist() == [[1, 1, 1]] * 2


def test_a_majority_overrules_and_nothing_is_offered_that_does_not_pay():
    four = [[*row, row[1]] for row in VALUES]  # two of three acceptors like θ = 2
    assert solve(phase(four), rule="majority").force[0].argmax() == 3
    assert solve(phase(four)).force[0].argmax() == 2
    polled = solve(phase(four), rule="two polled")
    assert polled.force[0].tolist() == [0, 0, 1, 0]  # 2 for sure beats 4 with chance 1/3
    assert solve(phase([[3, 3], [2, 2], [1, 9]])).signed.tolist() == [0, 0]


def test_the_chance_of_being_in_force():
    accepting = np.arange(5)
    assert in_force("unanimity", accepting, 4).tolist() == [0, 0, 0, 0, 1]
    assert in_force("majority", accepting, 4).tolist() == [0, 0, 0, 1, 1]
    assert in_force("two polled", accepting, 4) == pytest.approx([0, 0, 1 / 6, 1 / 2, 1])
    for rule, others in (("lottery", 4), ("two polled", 1)):
        with pytest.raises(rw.InputError, match="unanimity, majority"):
            in_force(rule, accepting, others)


def test_learners_sign_what_the_solver_signs():
    found = negotiate(phase(VALUES, seeds=4), steps=6_000)
    assert found.force.shape == (4, 4) and found.force.sum(axis=1) == pytest.approx(1)
    assert (found.force[:, 2] == 1).sum() >= 3 and not found.force[:, 3].any()


def test_a_contract_that_was_never_drawn_is_named():
    contract = np.zeros((2, 4), int)
    with pytest.raises(rw.InputError, match="θ = 0"):
        grouped(sample(VALUES, VALUES, contract), action_space("defect", 2), ("a", "b", "c"), THETAS)
