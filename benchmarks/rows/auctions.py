"""Optimal auctions: orbits and rows added lazily, against the plain programme, finished or in CVXPY; Border by one cut a round."""

import importlib.util
from functools import partial

import numpy as np

from rulewright.design.auctions import interim, midpoints, optimal, product
from rulewright.design.auctions.interim import capacity
from rulewright.design.auctions.setting import neighbours
from rulewright.numerics.incremental import Growing
from rulewright.numerics.linprog import INFINITY

from ..row import Row, Work

FULL = "bare HiGHS interior point, no crossover, on the finished full matrix"


def rows() -> list[Row]:
    found = []
    for g, items, incentives, target in (
        (41, 1, "dominant", ""),
        (6, 2, "dominant", "5 × plain"),
        (6, 2, "bayesian", ""),
    ):
        values = product(*[midpoints(g)] * items)
        dominant = incentives == "dominant"
        peers: tuple[tuple[str, Work | None], ...] = (
            (FULL, ready(values, dominant)),
            in_cvxpy(values, dominant),
        )
        what = f"auction, 2 bidders × {items} items, {len(values)} types each, {incentives}"
        found.append(Row(what, partial(optimal, values, bidders=2, incentives=incentives), peers, target, repeats=1))
    for n, target in ((2, "< 9.7 s"), (3, "< 23 s")):
        values = product(midpoints(30), midpoints(30))
        none = ("one inequality a round: not run at this size, see 100 types", None)
        what = f"reduced form, {n} bidders × 2 items, 900 types"
        found.append(Row(what, partial(interim, values, bidders=n), (none,), target, repeats=1))
    small = product(midpoints(10), midpoints(10))
    peer = ("cutting planes, one inequality a round", partial(one_cut_a_round, small, 2))
    found.append(
        Row("reduced form, 2 bidders × 2 items, 100 types", partial(interim, small, bidders=2), (peer,), repeats=3)
    )
    square = product(midpoints(40, 4, 16), midpoints(40, 4, 7))
    found.append(Row("one bidder, items on [4, 16] and [4, 7], 1,600 types", partial(optimal, square), repeats=1))
    return found


def full(values: np.ndarray, dominant: bool) -> Growing:
    """Two alike bidders: q[bidder, item, θ1, θ2], payments t[bidder, θ1, θ2], every row; no symmetry, nothing lazy."""
    types, items = values.shape
    programme = Growing()
    weight = 1 / types**2
    q = programme.add_columns((2, items, types, types), upper=1.0)
    t = programme.add_columns((2, types, types), lower=-INFINITY, cost=weight)
    programme.put(programme.add_rows((items, types, types), upper=1.0)[..., None], np.moveaxis(q, 0, -1), 1.0)
    true, lie = np.nonzero(~np.eye(types, dtype=bool))
    for i in range(2):
        own = np.moveaxis(q[i], 1 + i, 1)  # [item, own type, other's type]
        paid = np.moveaxis(t[i], i, 0)
        others = np.arange(types)
        for mine, report, lower in ((true, lie, 0.0), (np.arange(types), None, 0.0)):  # incentives, then taking part
            shape = (len(mine), types if dominant else 1)
            rows = np.broadcast_to(programme.add_rows(shape, lower=lower), (len(mine), types))
            share = 1.0 if dominant else 1 / types
            for said, sign in ((mine, 1.0), (report, -1.0)):
                if said is None:
                    continue
                cells = own[:, said[:, None], others]  # [item, row, other's type]
                programme.put(rows, cells, sign * share * values[mine].T[:, :, None])
                programme.put(rows, paid[said[:, None], others], -sign * share)
    return programme


def ready(values: np.ndarray, dominant: bool) -> Work:
    programme = full(values, dominant)
    return lambda: programme.solve(maximise=True, method="interior")


def in_cvxpy(values: np.ndarray, dominant: bool) -> tuple[str, Work | None]:
    """The same, as a practised user writes it: one vector inequality for each bidder, true type and kind of row."""
    if importlib.util.find_spec("cvxpy") is None:
        return "CVXPY with HiGHS (not installed here)", None
    import cvxpy as cp

    def work() -> object:
        types, items = values.shape
        q = [[cp.Variable((types, types), nonneg=True) for _ in range(items)] for _ in range(2)]  # [own, other's]
        t = [cp.Variable((types, types)) for _ in range(2)]
        rules = [q[0][j] + q[1][j].T <= 1 for j in range(items)]
        other = np.eye(types) if dominant else np.full((types, 1), 1 / types)
        for i in range(2):
            offered, paid = [share @ other for share in q[i]], t[i] @ other  # [report, case]
            for k in range(types):
                gets = sum(values[k, j] * offered[j] for j in range(items)) - paid
                rules += [gets[[k] * types] >= gets, gets[k] >= 0]
        problem = cp.Problem(cp.Maximize((cp.sum(t[0]) + cp.sum(t[1])) / types**2), rules)
        return problem.solve(solver=cp.HIGHS)

    return "CVXPY with HiGHS", work


def one_cut_a_round(values: np.ndarray, bidders: int) -> float:
    """Reduced form with incentive rows one step apart and, each round, the one inequality of Border that is broken most."""
    types, items = values.shape
    programme = Growing()
    q = programme.add_columns((items, types), upper=1.0, cost=bidders / types * values.T)
    u = programme.add_columns(types, cost=-bidders / types)
    true, lie = neighbours(values)
    rows = programme.add_rows(len(true), lower=0.0)
    programme.put(rows, u[true], 1.0)
    programme.put(rows, u[lie], -1.0)
    programme.put(rows, q[:, lie], -(values[true] - values[lie]).T)
    while True:
        found = programme.solve(maximise=True)
        worst = 1e-6
        for j in range(items):
            order = np.argsort(-found.point()[q[j]], kind="stable")
            share = np.arange(1, types + 1) / types
            excess = np.cumsum(found.point()[q[j]][order]) / types - capacity(share, bidders)
            if excess.max() > worst:
                worst, cut, cap = (
                    excess.max(),
                    q[j][order[: excess.argmax() + 1]],
                    capacity(share, bidders)[excess.argmax()],
                )
        if worst <= 1e-6:
            return found.value
        programme.put(programme.add_rows(1, upper=float(cap)), cut, 1 / types)
