"""Exchange with linear tastes, exactly: u_i = Σ_j α_ij x_ij (Gale 1960; Eaves 1976, Journal of Computer and System Sciences 13).

Everybody buys only what has the largest α_ij/p_j. Who buys what is found in floats, from tastes with weights α^σ and elasticity σ,
which near linear ones as σ grows. The rest is rational: along a forest of purchases p_j/p_l = α_ij/α_il, so that each tree of it
has one free scale; scales follow from trees spending what they own, as with Cobb–Douglas; and flows from its leaves.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ...errors import InputError, Unsolved
from ...numerics import rational
from ...numerics.linear import unique_solution
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .economy import Economy, spending, utility
from .proof import Exact
from .solve import Equilibrium, newton

SIGMAS = (1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0, 144.0, 233.0, 377.0, 610.0, 987.0)
LEAST = (1e-4, 1e-3, 1e-2, 3e-2, 0.1)  # parts of income: a purchase below is left out
ZERO = Fraction(0)


def _near(economy: Economy) -> Array:
    """[n, k]: what each spends on each good with the last of SIGMAS, as parts of what all spend."""
    e = economy.floats
    prices, last = np.ones(e.goods), None
    for sigma in SIGMAS:
        with np.errstate(divide="ignore"):  # goods in units that cost one, so that no weight that matters is lost
            value = np.log(e.shares) - np.log(prices)
        powers = np.exp(sigma * (value - value.max(axis=1, keepdims=True)))
        near = Economy(e.endowment * prices, powers, np.full(e.consumers, sigma))
        found = newton(near)
        if found is None:
            break
        last = spending(near, found.prices)[0] * (near.endowment @ found.prices)[:, None]
        prices = prices * found.prices / found.prices.max()
    if last is None:
        raise Unsolved(where="linear tastes", needed="prices near by", found="none by Newton's method")
    return last / last.sum()


def _forest(spent: Array, least: float) -> list[tuple[int, int]]:
    """Edges (i, j) on which i spends at least this part of what i has, dearest first, that close no circle."""
    n, k = spent.shape
    parent = list(range(n + k))

    def top(v: int) -> int:
        while parent[v] != v:
            v = parent[v]
        return v

    edges = []
    for flat in np.argsort(-spent, axis=None):
        i, j = divmod(int(flat), k)
        a, b = top(i), top(n + j)
        if a != b and spent[i, j] > least * max(spent[i].sum(), 1e-300):
            parent[a] = b
            edges.append((i, j))
    return edges


def _ratios(edges: list[tuple[int, int]], shares: Array) -> list[tuple[list[int], list[int], dict[int, Fraction]]]:
    """Trees: (consumers, goods, price of each good in units of the tree's first)."""
    n, k = shares.shape
    near: dict[int, list[int]] = {v: [] for v in range(n + k)}
    for i, j in edges:
        near[i].append(n + j)
        near[n + j].append(i)
    seen: set[int] = set()
    trees = []
    for good in range(k):
        if n + good in seen:
            continue
        price, people, queue = {good: Fraction(1)}, [], [n + good]
        seen.add(n + good)
        while queue:
            v = queue.pop()
            for w in near[v]:
                if w in seen:
                    continue
                seen.add(w)
                queue.append(w)
                if w < n:
                    people.append(w)
                else:
                    known = next(u - n for u in near[v] if u - n in price)
                    price[w - n] = price[known] * shares[v, w - n] / shares[v, known]
        trees.append((people, sorted(price), price))
    return trees


def _flows(
    edges: list[tuple[int, int]], supply: list[Fraction], need: list[Fraction]
) -> dict[tuple[int, int], Fraction]:
    """Money along each edge, leaves first: consumers spend `supply`, goods take `need`. Raises Unsolved where it runs backwards."""
    left, money, goods = list(edges), list(supply), list(need)
    found: dict[tuple[int, int], Fraction] = {}
    while left:
        for i, j in left:
            lone, last = sum(a == i for a, _ in left) == 1, sum(b == j for _, b in left) == 1
            if lone or last:
                flow = money[i] if lone else goods[j]
                found[i, j] = flow
                money[i] -= flow
                goods[j] -= flow
                left.remove((i, j))
                break
    if any(found[e] < 0 for e in found) or any(money) or any(goods):
        raise Unsolved(where="linear tastes", needed="purchases that clear markets", found="none on this forest")
    return found


def exchange(economy: Economy) -> Exact:
    """An equilibrium in rationals, as `proof.claimed` takes it.

    Raises InputError unless tastes are linear and nothing is made; Unsolved where the purchases that were found clear no markets.
    """
    if not np.isinf(rational.floats(economy.elasticity)).all() or len(economy.activities):
        raise InputError(where="economy", needed="linear tastes and nothing made", found="another")
    spent, why = _near(economy), None
    for least in LEAST:
        try:
            return _on(economy, _forest(spent, least))
        except Unsolved as reason:
            why = reason
    assert why is not None
    raise why


def _on(economy: Economy, edges: list[tuple[int, int]]) -> Exact:
    """The equilibrium with purchases on this forest. Raises Unsolved where there is none."""
    shares, owns = rational.exact(economy.shares), rational.exact(economy.endowment)
    trees = _ratios(edges, shares)
    rows = []
    for people, goods, price in trees:  # what a tree's people own, less what its goods are worth, in all trees' scales
        row = []
        for _, others, theirs in trees:
            worth = sum((owns[i, j] * theirs[j] for i in people for j in others), ZERO)
            row.append(worth - (sum((economy.total[j] * price[j] for j in goods), ZERO) if others is goods else ZERO))
        rows.append(row)
    scales = unique_solution([*rows[:-1], [Fraction(1)] * len(trees)], [ZERO] * (len(trees) - 1) + [Fraction(1)])
    if scales is None or min(scales) <= 0:
        raise Unsolved(
            where="linear tastes", needed="prices of all goods", found="trees of purchases that do not trade"
        )
    p = [ZERO] * economy.goods
    for scale, (_, goods, price) in zip(scales, trees, strict=True):
        for j in goods:
            p[j] = scale * price[j]
    incomes = [sum((a * b for a, b in zip(row, p, strict=True)), ZERO) for row in owns]
    money = _flows(edges, incomes, [rational.fraction(economy.total[j]) * p[j] for j in range(economy.goods)])
    for i, row in enumerate(shares):
        top = max(a / b for a, b in zip(row, p, strict=True))
        if any(row[j] / p[j] != top for a, j in edges if a == i and money[a, j]):
            raise Unsolved(where="linear tastes", needed="best buys", found="a better buy than was found")
    bundles = [[money.get((i, j), ZERO) / p[j] for j in range(economy.goods)] for i in range(economy.consumers)]
    return Exact(1, p, bundles, [], ZERO, [ZERO] * economy.goods)


def multiple(economy: Economy, utilities: Array) -> tuple[float, Equilibrium]:
    """The largest t so that everybody could have t times these utilities [n], and how: a linear programme. Prices are left equal.

    Raises Unsolved where it has no optimum.
    """
    e, aims = economy.floats, rational.floats(utilities)
    n, k = e.consumers, e.goods
    programme = Programme()
    t, x = programme.add_columns(1, cost=1.0), programme.add_columns((n, k))
    b = programme.add_columns(len(e.activities))
    there = programme.add_rows(k, upper=e.total)
    enough = programme.add_rows(n, lower=0.0)
    programme.put(there[None, :], x, 1.0)
    if len(b):
        programme.put(there[None, :], b[:, None], -e.activities)
    programme.put(enough[:, None], x, e.shares)
    programme.put(enough, np.broadcast_to(t, n), -aims)
    found = programme.solve(maximise=True)
    if found.status != "optimal":
        raise Unsolved(where="the largest multiple", needed="an optimum of a linear programme", found=found.status)
    point = np.asarray(found.point())
    bundles = np.maximum(point[x], 0.0)
    prices = np.full(k, 1 / k)
    return float(point[t][0]), Equilibrium(prices, bundles, np.maximum(point[b], 0.0), utility(economy, bundles), 0.0)
