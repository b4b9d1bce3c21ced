"""Information design: obedience programmes at size, against the same programme written out in full."""

import functools
import importlib.util

import numpy as np

import rulewright as rw
from rulewright.design import Rules, solve
from rulewright.design.information import exactly, persuade
from rulewright.game.game import Game

from ..row import Row, Work

TARGETS = {(100, 100): "< 5 s", (300, 300): "< 30 s", (1000, 100): "minutes"}


def rows() -> list[Row]:
    found = []
    for states, acts in ((50, 50), (200, 20), (20, 200), (100, 100), (300, 300), (1000, 100)):
        arrays = drawn(states, acts)
        found.append(
            Row(
                f"persuasion, random, {states:,} states × {acts} acts",
                lambda arrays=arrays: persuade(*arrays),
                peers(arrays),
                TARGETS.get((states, acts), ""),
                1 if states * acts > 4_000 else 3,
            )
        )
    for n in (50, 200):
        arrays = ordered(n)
        found.append(Row(f"persuasion, acts on a line, {n} × {n}", lambda a=arrays: persuade(*a), peers(arrays), "", 1))
    found.append(Row("the same and an exact proof, random, 100 × 100", lambda: exactly(*drawn(100, 100)), (), "", 1))
    for sign, which in ((1, "best"), (-1, "worst")):
        game = beliefs(sign)
        found.append(
            Row(
                f"{which} Bayes correlated equilibrium, 6 players × 3 acts × 3 states", lambda g=game: solve(g, Rules())
            )
        )
    found.append(Row("`assess recommender`", lambda: rw.assess("recommender"), (), "< 15 s", 1))
    return found


@functools.cache
def drawn(states: int, acts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    g = np.random.default_rng(0)
    return g.dirichlet(np.ones(states)), g.random((states, acts)), g.random((states, acts))


def ordered(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A sender who likes high acts, whatever the state, and a receiver with quadratic loss: heavily degenerate."""
    s = np.linspace(0, 1, n)
    return np.full(n, 1 / n), np.tile(s, (n, 1)), -((s[:, None] - s) ** 2)


def beliefs(sign: int) -> Game:
    """Random payoffs, nobody but the designer knows the state; the goal is the sum of payoffs, or minus it."""
    g = np.random.default_rng(0)
    payoff = g.random((6, 3, *[3] * 6))
    table = np.concatenate([sign * payoff.sum(axis=0, keepdims=True), payoff])
    return Game.bayesian(table.reshape(7, 3, *[1] * 6, 1, *[3] * 6), np.full((3, *[1] * 6), 1 / 3), designer=True)


def peers(arrays: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[tuple[str, Work | None], ...]:
    states, acts = arrays[1].shape
    if states * acts > 10_000:
        return (("the programme in full: not run at this size", None),)
    if states * acts > 4_000:
        return (("bare HiGHS, all rows, interior point", bare(arrays, "ipm")), written_in_cvxpy(arrays, "ipm"))
    return (
        ("bare HiGHS, all rows, simplex", bare(arrays, "simplex")),
        ("bare HiGHS, all rows, interior point", bare(arrays, "ipm")),
        written_in_cvxpy(arrays, "choose"),
    )


def bare(arrays: tuple[np.ndarray, np.ndarray, np.ndarray], solver: str) -> Work:
    """HiGHS on the finished matrix; the matrix is made before the clock starts."""
    import highspy

    p, v, u = arrays
    states, acts = v.shape
    told, done = np.nonzero(~np.eye(acts, dtype=bool))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = v.size, states + len(told)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = v.ravel(), np.zeros(v.size), np.full(v.size, np.inf)
    lp.row_lower_, lp.row_upper_ = np.r_[p, np.zeros(len(told))], np.r_[p, np.full(len(told), np.inf)]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.r_[np.arange(states) * acts, v.size + np.arange(len(told) + 1) * states].astype(np.int32)
    columns = np.arange(states) * acts + told[:, None]
    lp.a_matrix_.index_ = np.r_[np.arange(v.size), columns.ravel()].astype(np.int32)
    lp.a_matrix_.value_ = np.r_[np.ones(v.size), (u[:, told] - u[:, done]).T.ravel()]

    def work() -> object:
        model = highspy.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("solver", solver)):
            model.setOptionValue(option, setting)
        model.passModel(lp)
        return model.run()

    return work


def written_in_cvxpy(arrays: tuple[np.ndarray, np.ndarray, np.ndarray], solver: str) -> tuple[str, Work | None]:
    if importlib.util.find_spec("cvxpy") is None:
        return "CVXPY with HiGHS (not installed here)", None
    import cvxpy as cp

    p, v, u = arrays

    def work() -> object:
        x = cp.Variable(v.shape, nonneg=True)
        told = x.T @ u
        asked = [cp.sum(x, axis=1) == p, cp.reshape(cp.diag(told), (v.shape[1], 1), order="C") >= told]
        return cp.Problem(cp.Maximize(cp.sum(cp.multiply(v, x))), asked).solve(
            solver="HIGHS", highs_options={"solver": solver, "threads": 1}
        )

    return "CVXPY with HiGHS", work
