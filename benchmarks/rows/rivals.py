"""Rival senders: worst equilibria, exactly, against the grid of the pilot written with SciPy's HiGHS and nothing else.

No library has worst equilibria of rival senders. The peer is the specification's own algorithm as one would write it with SciPy:
for each Bob a scan of standing offers, one linear programme for each offer and each loser. A grid's answer lies above the worst.
"""

import numpy as np

from rulewright.competition.rivals.entry import market_changes
from rulewright.competition.rivals.families import family
from rulewright.competition.rivals.rich import rich
from rulewright.competition.rivals.selection import best_ai
from rulewright.competition.rivals.setting import Rivals

from ..peers import peer
from ..row import Row, Work

LIMIT = 60  # CPU-seconds
POINTS = 21


def rows() -> list[Row]:
    return [*selections(), *riches(), changes()]


def markets(n: int) -> list[Rivals]:
    return [family("independent").draw(seed) for seed in range(n)]


def large(states: int, actions: int, k: int) -> Rivals:
    rng = np.random.default_rng(0)
    u = rng.random((states, actions))
    bias = rng.uniform(0.5, 1.5, k)[:, None, None] * (np.arange(actions) == 0)
    return Rivals.of(rng.dirichlet(np.ones(states)), u, u + bias + 0.3 * rng.random((k, states, actions)))


def selections() -> list[Row]:
    few, many = markets(20), markets(1_000)
    one, rational = large(20, 10, 10), large(6, 4, 3).exact
    scan = peer("SciPy", f"a grid of {POINTS} offers", lambda: pilot(few))
    once = peer("SciPy", f"a grid of {POINTS} offers", lambda: pilot([one]))
    return [
        Row("worst selection equilibrium, 20 random markets 3×3", all_of(few), (scan,), limit=LIMIT, repeats=3),
        Row("worst selection equilibrium, 1,000 random markets 3×3", all_of(many), (), "< 60 s", repeats=3),
        Row(
            "worst selection equilibrium, 20 states × 10 acts × 10 AIs", all_of([one]), (once,), "seconds", limit=LIMIT
        ),
        Row("worst selection equilibrium, 100 × 20 × 10", all_of([large(100, 20, 10)]), (), repeats=1),
        Row("worst selection equilibrium, 6 × 4 × 3, rationals", all_of([rational])),
    ]


def all_of(settings: list[Rivals]) -> Work:
    return lambda: float(sum(best_ai(one).worst for one in settings))


def riches() -> list[Row]:
    few, big = markets(100), large(8, 5, 3)
    return [
        Row("worst rich equilibrium, 100 random markets 3×3", lambda: float(sum(rich(one).worst for one in few))),
        Row("worst rich equilibrium, 8 states × 5 acts × 3 AIs", lambda: float(rich(big).worst)),
    ]


def changes() -> Row:
    market = family("opposed").draw(1)
    return Row("all exits and mergers of four AIs, both games", lambda: len(market_changes(market).markets))


def pilot(settings: list[Rivals]) -> Work:
    """The specification's algorithm B with SciPy: Σ of the least values found."""
    from scipy.optimize import linprog

    def phi(parts: tuple[np.ndarray, ...], wish: np.ndarray, v: float) -> tuple[float, np.ndarray]:
        rows, sums, p, u = parts
        above, side = np.vstack([rows, -u[None]]), np.append(np.zeros(len(rows)), -v)
        found = linprog(-wish, A_ub=above, b_ub=side, A_eq=sums, b_eq=p, method="highs")
        return -found.fun, found.x

    def worst(one: Rivals) -> float:
        p, u, bobs = one.prior[:, 0], one.alice[:, 0], one.bobs[:, :, 0].reshape(one.k, -1)
        states, acts = u.shape
        rows = [np.zeros((states, acts)) for _ in range(acts * (acts - 1))]
        told = ((a, b) for a in range(acts) for b in range(acts) if a != b)
        for row, (a, b) in zip(rows, told, strict=True):
            row[:, a] = u[:, b] - u[:, a]
        parts = (
            np.array([row.ravel() for row in rows]),
            np.kron(np.eye(states), np.ones(acts)),
            p,
            u.ravel(),
        )
        least = float(one.opt)
        for i in range(one.k):
            for v in np.linspace(one.uninformed, one.opt, POINTS) - 1e-9:
                _, x = phi(parts, bobs[i], v)
                value = min(float(x @ u.ravel()), float(one.opt))
                losers = (j for j in range(one.k) if j != i)
                if all(phi(parts, bobs[j], value - 1e-9)[0] <= x @ bobs[j] + 1e-7 for j in losers):
                    least = min(least, value)
                    break
        return least

    return lambda: float(sum(worst(one) for one in settings))
