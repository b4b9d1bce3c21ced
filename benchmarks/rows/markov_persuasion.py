"""Persuasion in time: dynamic programming with a programme per state, beside one programme over discounted visits by peers."""

import functools

import numpy as np

from rulewright.design.information.markov import (
    Process,
    drawn,
    exactly_stream,
    navigator,
    over_histories,
    oversight,
    persuade_patient,
    persuade_stream,
)

from ..peers import Peer, peer
from ..row import Row, Work


def rows() -> list[Row]:
    large = process(100, 10, 5)
    return [
        Row(
            "Markov persuasion of a stream, 30 states × 5 acts × 5 parameters, δ = .9",
            lambda: persuade_stream(process(30, 5, 5)).value,
            (scipy(process(30, 5, 5)), cvxpy(process(30, 5, 5))),
            same=True,
        ),
        Row(
            "Markov persuasion of a stream, 100 states × 10 acts × 5 parameters, δ = .9",
            lambda: persuade_stream(large).value,
            (scipy(large), cvxpy(large)),
            "< 1 s",
            1,
            120,
            same=True,
        ),
        Row("the same, 1,000 states × 5 acts × 3 parameters", lambda: persuade_stream(process(1000, 5, 3)).value, (), "", 1),
        Row("an exact scheme, its proof and bound, 5 states × 3 acts × 3 parameters", lambda: exactly_stream(process(5, 3, 3))),
        Row("the same, `navigator`", lambda: exactly_stream(navigator())),
        Row("patient receiver, 17 promises in a state, 8 nights of `oversight`", lambda: persuade_patient(oversight(), horizon=8)),
        Row("patient receiver, 9 promises in a state, `oversight` for ever", lambda: persuade_patient(oversight(), promises=9)),
        Row("patient receiver, all histories of 5 nights written out", lambda: over_histories(oversight(), 5)),
    ]  # fmt: skip


@functools.cache
def process(states: int, acts: int, parameters: int) -> Process:
    return drawn(states, acts, parameters)


def _arrays(p: Process) -> tuple[np.ndarray, ...]:
    """(payoff [x and visits], equalities, their sides, inequalities ≤ 0): the programme over discounted visits, sparse."""
    import scipy.sparse as sp

    s, k, a = p.sender.shape
    wide = s * k * a
    cost = np.r_[p.sender.ravel(), np.zeros(s)]
    laws = sp.hstack(
        [sp.kron(sp.eye(s * k), np.ones((1, a))), -sp.kron(sp.eye(s), np.ones((k, 1))).multiply(p.law.reshape(-1, 1))]
    )
    flow = sp.hstack([-p.discount * sp.csr_array(p.moves.reshape(wide, s).T), sp.eye(s)])
    told, done = np.nonzero(~np.eye(a, dtype=bool))
    edge = p.receiver[..., done] - p.receiver[..., told]  # [s, θ, pair]
    row = np.broadcast_to(np.arange(s)[:, None, None] * len(told) + np.arange(len(told)), edge.shape)
    column = np.arange(wide).reshape(s, k, a)[..., told]
    obey = sp.csr_array((edge.ravel(), (row.ravel(), column.ravel())), shape=(s * len(told), wide + s))
    return cost, sp.vstack([laws, flow]).tocsr(), np.r_[np.zeros(s * k), p.start], obey


def scipy(p: Process) -> Peer:
    def prepare() -> Work:
        from scipy.optimize import linprog

        cost, equal, sides, obey = _arrays(p)
        return lambda: float(-linprog(-cost, obey, np.zeros(obey.shape[0]), equal, sides, method="highs").fun)

    return peer("SciPy", "one programme over discounted visits, HiGHS", prepare)


def cvxpy(p: Process) -> Peer:
    def prepare() -> Work:
        import cvxpy as cp

        cost, equal, sides, obey = _arrays(p)

        def work() -> object:
            x = cp.Variable(len(cost), nonneg=True)
            asked = [equal @ x == sides, obey @ x <= 0]
            return float(cp.Problem(cp.Maximize(cost @ x), asked).solve(solver="HIGHS", highs_options={"threads": 1}))

        return work

    return peer("CVXPY", "the same programme, HiGHS", prepare)
