"""Contracts: pruned by welfare with rows as they are needed, against all programmes, the bare solver and CVXPY."""

import importlib.util
from math import comb

import highspy  # noqa: F401  (loaded before the clock starts)
import numpy as np

from rulewright.design import contracts
from rulewright.numerics.linprog import Programme

from ..row import Row, Work


def rows() -> list[Row]:
    found = []
    for n, m, target in ((500, 50, "0.1 s"), (200, 500, ""), (100, 100, "")):
        F, cost, reward = instance(n, m)
        peers: list[tuple[str, Work | None]] = [
            ("HiGHS on every action's full programme", lambda a=(F, cost, reward): every_action(*a)),
            ("HiGHS, full programmes, pruned by welfare", lambda a=(F, cost, reward): every_action(*a, prune=True)),
        ]
        peers = peers if (n, m) != (200, 500) else peers[1:]
        peers.append(cvxpy_pruned(F, cost, reward))
        work = lambda a=(F, cost, reward): contracts.hidden_action(*a)  # noqa: E731
        found.append(Row(f"best contract, {n} actions × {m} outcomes", work, tuple(peers), target, repeats=3))
    F, cost, reward = instance(500, 50)
    proof = lambda: contracts.hidden_action(F, cost, reward).exact  # noqa: E731
    found.append(Row("the same 500 × 50, with exact rationals and bound", proof, repeats=3))
    hard = hard_instance(500, 50)
    slow = ("HiGHS on every action's full programme", lambda: every_action(*hard))
    pruned = ("HiGHS, full programmes, pruned by welfare", lambda: every_action(*hard, prune=True))
    found.append(
        Row("500 × 50 where welfare prunes little", lambda: contracts.hidden_action(*hard), (slow, pruned), repeats=3)
    )
    seen = crew(12)
    found.append(
        Row(
            "12 exchangeable agents × 2 actions, 13 levels, best number of workers",
            lambda: contracts.symmetric_contract(seen, 0.3, 2.0 * np.arange(13)),
        )
    )
    many = np.random.default_rng(1)
    laws = many.dirichlet(np.ones(10), (10, 20)), many.random((10, 20)) * 0.3, np.sort(many.random(10))
    menu = lambda: contracts.hidden_type_and_action(*laws, np.full(10, 0.1), high=4)  # noqa: E731
    found.append(Row("menu of contracts, 10 types × 20 actions × 10 outcomes", menu, repeats=3))
    return found


def instance(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.dirichlet(np.ones(m), n), rng.random(n) * 0.1, np.sort(rng.random(m))


def hard_instance(n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dearer actions bring more, and all have nearly the same welfare, so that many have to be tried."""
    F, _, reward = instance(n, m)
    worth = F @ reward
    return F, 0.9 * (worth - worth.min()), reward


def every_action(F: np.ndarray, cost: np.ndarray, reward: np.ndarray, prune: bool = False) -> float:
    """One programme with all incentives for each action; with `prune`, by falling welfare until it cannot help."""
    worth, best = F @ reward, -np.inf
    for a in np.argsort(cost - worth):
        if prune and worth[a] - cost[a] + cost.min() <= best:
            break
        programme = Programme()
        t = programme.add_columns(len(reward), cost=F[a])
        others = np.arange(len(cost)) != a
        at = programme.add_rows(int(others.sum()), lower=cost[a] - cost[others])
        programme.put(at[:, None], t, F[a] - F[others])
        solution = programme.solve()
        if solution.x is not None:
            best = max(best, worth[a] - solution.value)
    return float(best)


def cvxpy_pruned(F: np.ndarray, cost: np.ndarray, reward: np.ndarray) -> tuple[str, Work | None]:
    if importlib.util.find_spec("cvxpy") is None:
        return "CVXPY with HiGHS (not installed here)", None
    import cvxpy

    def work() -> float:
        worth, best = F @ reward, -np.inf
        for a in np.argsort(cost - worth):
            if worth[a] - cost[a] + cost.min() <= best:
                break
            t = cvxpy.Variable(len(reward), nonneg=True)
            problem = cvxpy.Problem(cvxpy.Minimize(F[a] @ t), [(F[a] - F) @ t >= cost[a] - cost])
            problem.solve(solver=cvxpy.HIGHS)
            if problem.status == "optimal":
                best = max(best, worth[a] - problem.value)
        return float(best)

    return "CVXPY with HiGHS, pruned by welfare", work


def crew(n: int) -> np.ndarray:
    """[workers, successes]: each succeeds with chance .8 if it works, else .4."""

    def successes(k: int, p: float) -> np.ndarray:
        return np.array([comb(k, j) * p**j * (1 - p) ** (k - j) for j in range(k + 1)])

    return np.array([np.convolve(successes(w, 0.8), successes(n - w, 0.4)) for w in range(n + 1)])
