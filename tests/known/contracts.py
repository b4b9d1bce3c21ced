"""Contracts: published theorems on small cases, and closed forms."""

from fractions import Fraction as F
from math import comb

import numpy as np

from rulewright.design.contracts import (
    balanced_shares,
    group_penalty,
    hidden_action,
    hidden_type_and_action,
    linear_contract,
    maskin_riley,
    mussa_rosen,
    relational,
    screening,
    symmetric_contract,
    symmetric_team,
)

from .answer import Known

EFFORT = [[F(4, 5), F(1, 5)], [F(1, 5), F(4, 5)]], [1, 0], [10, 0]
TWO, THIRD = [F(2, 3), F(1, 3)], F(1, 3)
LOW_DEBT = [[F(1, 6)] * 6, [F(k, 21) for k in range(6, 0, -1)]]  # monotone likelihood ratio
THREE = np.array([[6, 3, 1], [2, 6, 2], [1, 3, 6]]), [0, 1, 3], [0, 6, 10]  # laws in tenths


def quality_menu():
    grid = [F(k, 2) for k in range(9)]
    return screening([[t * q for q in grid] for t in (2, 3)], [q * q / 2 for q in grid], TWO)


def quantity_menu():
    grid = [F(k, 20) for k in range(21)]
    return screening([[t * (q - q * q / 2) for q in grid] for t in (3, 4)], grid, TWO)


def what_is_kept():
    """What the principal keeps of 0, 2, 4 … 10, under the best monotone contract for effort at cost 1/2."""
    found = hidden_action(LOW_DEBT, [F(1, 2), 0], [2 * k for k in range(6)], monotone=True, action=0)
    return [2 * k - t for k, t in enumerate(found.exact.amounts)]


def three(solver):
    tenths, cost, reward = THREE
    return solver([[F(int(k), 10) for k in row] for row in tenths], cost, reward)


def best_of(contracts, unit):
    """The principal's best value over contracts[contract, outcome] in whole numbers of 1/unit; ties for the principal."""
    tenths, cost, reward = THREE
    paid = contracts @ tenths.T  # [contract, action], in tenths of 1/unit
    utility = paid - 10 * unit * np.array(cost)
    value = np.where(utility == utility.max(axis=1, keepdims=True), unit * (tenths @ np.array(reward)) - paid, -(10**9))
    return F(int(value.max()), 10 * unit)


def shares_tried():
    return np.arange(1541)[:, None] * np.array(THREE[2])


def payments_tried():
    return np.stack(np.meshgrid(*[np.arange(21)] * 3), axis=-1).reshape(-1, 3)


def twelve():
    """[workers, successes]: each succeeds with chance .8 if it works, else .4."""

    def successes(k, p):
        return np.array([comb(k, j) * p**j * (1 - p) ** (k - j) for j in range(k + 1)])

    return np.array([np.convolve(successes(w, 0.8), successes(12 - w, 0.4)) for w in range(13)])


CREW = symmetric_team(np.eye(3, dtype=int), 2, [0, 3, 6])

KNOWN = [
    Known(
        "hidden effort .8 or .2, cost 1, worth 10: the contract corner",
        "closed form: 8 − .8/.6",
        F(20, 3),
        lambda: hidden_action(*EFFORT).exact.value,
    ),
    Known(
        "the same, the bound that proves it optimal",
        "closed form: 8 − .8/.6",
        F(20, 3),
        lambda: hidden_action(*EFFORT).exact.bound,
    ),
    Known(
        "debt is the best monotone contract: what is kept is min(result, D)",
        "Innes 1990, J. Econ. Theory 52, for two efforts with monotone likelihood ratio",
        True,
        lambda: what_is_kept() == [min(2 * k, max(what_is_kept())) for k in range(6)],
    ),
    Known(
        "its face value D",
        "closed form: effort is worth 2·5/42 by the result 10 and (8 − D)·4/21 by results from 8 on; together 1/2",
        8 - (F(1, 2) - 2 * F(5, 42)) / F(4, 21),
        lambda: max(what_is_kept()),
    ),
    Known(
        "two workers, 3 per worker, cost 2: no balanced shares",
        "Holmström 1982, Bell J. Econ. 13, theorem 1, finite case: 2·2 > 3",
        True,
        lambda: not balanced_shares(CREW).possible and balanced_shares(CREW).reason.proved,
    ),
    Known(
        "the same with a budget-breaker: efficient, nothing wasted on the path",
        "Holmström 1982, Bell J. Econ. 13, theorem 2, finite case",
        F(0),
        lambda: group_penalty(CREW).wasted,
    ),
    Known(
        "twelve agents, success .8 or .4, cost .3, number of successes seen: total pay",
        "closed form: 12 · .3/(1 − .4/.8), paid if all succeed",
        7.2,
        lambda: symmetric_contract(twelve(), 0.3, 2.0 * np.arange(13)).paid,
        1e-6,
    ),
    Known(
        "two quality types 2 and 3, low share 2/3: profit of the menu (3/2 for 3, 3 for 15/2)",
        "Mussa & Rosen 1978, J. Econ. Theory 18, two types: 2/3·(3 − 9/8) + 1/3·(15/2 − 9/2)",
        F(9, 4),
        lambda: quality_menu().value,
    ),
    Known(
        "the same by formula",
        "Mussa & Rosen 1978, J. Econ. Theory 18, two types",
        F(9, 4),
        lambda: mussa_rosen([2, 3], TWO).value,
    ),
    Known(
        "two buyers 3 and 4 of q − q²/2, unit cost 1, low share 2/3: profit on a grid",
        "after Maskin & Riley 1984, RAND J. Econ. 15: q = 3/5, 3/4 for 63/50, 291/200",
        F(2, 3) * (F(63, 50) - F(3, 5)) + THIRD * (F(291, 200) - F(3, 4)),
        lambda: quantity_menu().value,
    ),
    Known(
        "the same: the large buyer pays less per unit",
        "after Maskin & Riley 1984, RAND J. Econ. 15",
        F(21, 10) - F(97, 50),
        lambda: (lambda m: m.price[0] / m.quality[0] - m.price[1] / m.quality[1])(maskin_riley([3, 4], TWO, 1)),
    ),
    Known(
        "best share for three actions",
        "brute force: all shares k/1540, which hold the corners 5/14 and 10/11",
        best_of(shares_tried(), 1540),
        lambda: three(linear_contract).value,
    ),
    Known(
        "what it loses against the best contract",
        "brute force: all payments k/2 up to 10, less the above (21/5 − 18/5)",
        best_of(payments_tried(), 2) - best_of(shares_tried(), 1540),
        lambda: three(linear_contract).loss,
    ),
    Known(
        "least patience that sustains effort .8 or .2, cost 1, worth 10",
        "closed form, after Levin 2003: spread 5/3, surplus 7, 5/3 / (5/3 + 7)",
        F(5, 26),
        lambda: relational(*EFFORT, 0).patience,
    ),
    Known(
        "hidden type and action with one type is hidden action",
        "closed form: 8 − .8/.6",
        20 / 3,
        lambda: hidden_type_and_action([EFFORT[0]], [[1, 0]], [10, 0], [1], high=10).value,
        1e-6,
    ),
]
