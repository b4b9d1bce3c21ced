"""Markov decision problems by policy iteration: the best stationary policy of one who acts alone in a Markov world.

    V(s) = Σ_m max_a [ r(s, m, a) + δ Σ_s′ T(s, m, a, s′) V(s′) ]

where m is something told afresh before every act (nothing: one message) with its probability folded into r and T.
Policy iteration (Howard 1960) evaluates a policy by one linear solve and then improves it wherever that helps; it stops after
finitely many steps, in rationals at the exact optimum (Puterman 1994, section 6.4).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import Unsolved
from .linear import unique_solution
from .rational import Array, filled, is_exact, like

TOLERANCE = 1e-12  # of floating improvements, in units of the largest discounted reward
MOST_ROUNDS = 10_000


def expectation(transition: Array, value: Array) -> Array:
    """[...]: expected value[next] under transition[..., next]; one product of a matrix and a vector."""
    return np.asarray(transition.reshape(-1, len(value)) @ value).reshape(transition.shape[:-1])


def solve(matrix: Array, right: Array) -> Array:
    """x [k, columns] with matrix·x = right, exact where the matrix is. Raises Unsolved where it is singular."""
    if not is_exact(matrix):
        try:
            return np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            pass
    else:
        columns = [unique_solution(matrix.tolist(), side) for side in right.T.tolist()]
        if None not in columns:
            return filled(right.T.shape, [x for column in columns for x in column or ()]).T
    raise Unsolved(where="values of a Markov chain", needed="a matrix of full rank", found="a singular one")


def evaluated(reward: Array, transition: Array, discount: Any) -> Array:
    """[..., state]: discounted sums of reward[..., state] under transition[state, next], the first reward not discounted."""
    size = len(transition)
    matrix = like(np.eye(size, dtype=int), transition) - discount * transition
    return solve(matrix, reward.reshape(-1, size).T).T.reshape(reward.shape)


def best(reward: Array, transition: Array, discount: Any, allowed: Array | None = None) -> tuple[Array, Array]:
    """(value [state], policy [state, message]) from reward[state, message, action], transition[state, message, action, next].

    allowed[state, action]: the acts there are (all, where None); 0 ≤ discount < 1. Exact in Fractions.
    """
    states, messages, _ = reward.shape
    where = np.ones(reward.shape[::2], bool) if allowed is None else allowed
    policy = np.broadcast_to(where.argmax(axis=1)[:, None], (states, messages)).copy()
    s, m = np.ogrid[:states, :messages]
    margin = 0.0
    if not is_exact(reward):
        margin = TOLERANCE * max(float(np.abs(reward).sum(axis=1).max()), 1e-300) / (1 - float(discount))
    for _ in range(MOST_ROUNDS):
        value = evaluated(reward[s, m, policy].sum(axis=1), transition[s, m, policy].sum(axis=1), discount)
        worth = reward + discount * expectation(transition, value)
        better = greedy(worth, where)
        gains = worth[s, m, better] - worth[s, m, policy] > margin
        if not gains.any():
            break
        policy = np.where(gains, better, policy)
    return value, policy


def greedy(worth: Array, allowed: Array) -> Array:
    """[state, message]: the first of the best allowed acts, from worth[state, message, action]."""
    if allowed.all():
        return np.asarray(worth.argmax(axis=2))
    low = worth.min() - 1
    return np.asarray(np.where(allowed[:, None, :], worth, low).argmax(axis=2))
