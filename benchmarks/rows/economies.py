"""Markets: prices that clear them, and Fisher's market beside solvers of Eisenberg and Gale's convex programme."""

import numpy as np

from rulewright.society.markets.economy import Economy
from rulewright.society.markets.pair import all_equilibria
from rulewright.society.markets.solve import equilibrium, fisher
from rulewright.society.markets.tatonnement import steps

from ..peers import peer
from ..row import Ready, Row, Work

LIMIT = 100  # CPU-seconds
SIGMA = 2.0


def drawn(n: int, k: int, sigma: float | None = None) -> Economy:
    """Endowments and shares uniform, elasticities from 0.5 to 2.5 or all the same."""
    rng = np.random.default_rng(n + k)
    sigmas = rng.uniform(0.5, 2.5, n) if sigma is None else np.full(n, sigma)
    return Economy(rng.random((n, k)), rng.random((n, k)), sigmas)


def rows() -> list[Row]:
    found = []
    for n, k in ((1_000, 20), (10_000, 100)):
        work = Ready(lambda n=n, k=k: clearing(drawn(n, k)))
        peers = tuple(scipy_root(n, k, method) for method in ("hybr", "krylov"))
        target = "about 1 s" if n == 10_000 else ""
        found.append(
            Row(f"prices of {n:,} CES consumers, {k} goods", work, peers, target, repeats=3, limit=LIMIT, same=True)
        )
    for n, k in ((50, 10), (200, 20)):
        work = Ready(lambda n=n, k=k: nash(drawn(n, k, SIGMA)))
        peers = tuple(convex(n, k, solver) for solver in ("CLARABEL", "SCS"))
        same = n == 50
        found.append(
            Row(f"Fisher's market, {n} × {k}, σ = 2, log Nash product", work, peers, repeats=3, limit=LIMIT, same=same)
        )
    found.append(Row("tâtonnement, 10,000 × 100, σ = 2", Ready(lambda: walked(drawn(10_000, 100, SIGMA))), repeats=3))
    found.append(
        Row("all equilibria of two goods, 100 consumers, by interval bounds", Ready(lambda: roots(100)), repeats=3)
    )
    return found


def clearing(economy: Economy) -> Work:
    return lambda: float(equilibrium(economy).prices[0])


def nash(economy: Economy) -> Work:
    return lambda: float(np.log(fisher(economy).utility).sum())


def walked(economy: Economy) -> Work:
    return lambda: float(steps(economy).prices[-1, 0])


def roots(n: int) -> Work:
    economy = drawn(n, 2)
    return lambda: len(all_equilibria(economy))


def scipy_root(n: int, k: int, method: str) -> tuple[str, Work | None]:
    """Excess demand in NumPy, its slope by the solver's differences; the last price is one."""

    def prepare() -> Work:
        from scipy.optimize import root

        e = drawn(n, k)
        power = 1 - e.elasticity[:, None]

        def excess(logs: np.ndarray) -> np.ndarray:
            p = np.exp(np.append(logs, 0.0))
            weights = e.shares * p**power
            spent = weights * ((e.endowment @ p) / weights.sum(axis=1))[:, None]
            return ((spent.sum(axis=0) / p - e.total) / e.total)[:-1]

        def work() -> float:
            found = root(excess, np.zeros(k - 1), method=method, tol=1e-10)
            p = np.exp(np.append(found.x, 0.0))
            return float(p[0] / p.sum())

        return work

    return peer("SciPy", f"root, {method}", prepare)


def convex(n: int, k: int, solver: str) -> tuple[str, Work | None]:
    """maximise Σ 2 log Σ_j √(α_ij x_ij) within what there is: the convex programme with σ = 2."""

    def prepare() -> Work:
        import cvxpy as cp

        e = drawn(n, k, SIGMA)

        def work() -> float:
            x = cp.Variable((n, k), nonneg=True)
            value = cp.sum(2 * cp.log(cp.sum(cp.multiply(np.sqrt(e.shares), cp.sqrt(x)), axis=1)))
            problem = cp.Problem(cp.Maximize(value), [cp.sum(x, axis=0) <= e.total])
            return float(problem.solve(solver=solver))

        return work

    return peer("CVXPY", solver, prepare)
