"""Where markets clear: Newton on log prices, with activities by complementarity; Cobb–Douglas by a linear system, exactly.

    f_j(p, b) = p_j ( Σ_i x_ij − Ω_j − Σ_a b_a a_aj )          value of excess demand
    f_a(p, b) = b_a + (−π_a) − √(b_a² + π_a²)                   zero where b ≥ 0, π ≤ 0, b π = 0   (Fischer 1992)

Slope of demand in log prices, l for another good: x_ij [ −σ δ_jl + ∂I_i/∂log p_l / I_i − (1 − σ) s_il ]. Steps solve the linear
system in least squares, since prices have no scale, and are halved until the residual falls. Where that ends away from zero, the
elasticities move from 1, where the answer is known, to what they are (homotopy).

Three rules for incomes share this: what is owned; given parts of the whole (Fisher's market, whose prices solve Eisenberg & Gale's
1959 convex programme, and maximise Π u_i^part); and targets, I_i ∝ ū_i P_i(p), which give everybody the same multiple t of ū_i, the
largest that there is (1/t: Debreu's 1951 coefficient of resource utilization).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...errors import Impossible, InputError, Unsolved
from ...numerics import rational
from ...numerics.linear import unique_solution
from ...numerics.rational import Array
from .economy import Economy, spending

STEPS = 200
ENOUGH = 1e-12  # of the value of all
LOOSE = 1e-7
HALVINGS = 30
LONGEST = 3.0  # change of a log price in a step
FREE = 1e-9  # of the dearest price: below, a good in excess is free

Incomes = Callable[[Economy, Array, Array, Array], tuple[Array, Array]]
"""(economy, p, s, log P) ↦ (I[n], ∂I/∂log p [n, k])."""


@dataclass(frozen=True)
class Equilibrium:
    """Prices that clear markets, and what everybody has there."""

    prices: Array
    """[k], which sum to one."""
    bundles: Array
    """[n, k]."""
    levels: Array
    """[a]: of activities."""
    utility: Array
    """[n]."""
    residual: float
    """Largest value of excess demand or of profit, as a part of the value of all."""
    steps: int = 0


def owned(economy: Economy, p: Array, s: Array, cost: Array) -> tuple[Array, Array]:
    """Income is the worth of what is owned."""
    worth = economy.endowment * p
    return worth.sum(axis=1), worth


def parts(weights: Array) -> Incomes:
    """Incomes are these parts [n] of the worth of all that is owned."""
    share = rational.floats(weights) / rational.floats(weights).sum()

    def incomes(economy: Economy, p: Array, s: Array, cost: Array) -> tuple[Array, Array]:
        worth = economy.total * p
        return share * worth.sum(), share[:, None] * worth[None]

    return incomes


def targets(utilities: Array) -> Incomes:
    """Incomes with which all have the same multiple of these utilities [n]."""
    aims = np.maximum(rational.floats(utilities), 0.0)

    def incomes(economy: Economy, p: Array, s: Array, cost: Array) -> tuple[Array, Array]:
        need = aims * np.exp(cost - cost.max())
        share, worth = need / need.sum(), economy.total * p
        mean = share @ s
        return share * worth.sum(), share[:, None] * (worth[None] + worth.sum() * (s - mean))

    return incomes


def _value(economy: Economy, logs: Array, b: Array, incomes: Incomes) -> tuple[Array, Array, Array]:
    """(f [k + a], its slope in (log p, b), bundles)."""
    p = np.exp(logs)
    k, a = economy.goods, len(economy.activities)
    s, cost = spending(economy, p)
    income, slope = incomes(economy, p, s, cost)
    paid = s * income[:, None]  # p_j x_ij
    made = b @ economy.activities
    f = paid.sum(axis=0) - p * (economy.total + made)
    part = np.where(s > 0, s, 0.0)
    jacobian = np.zeros((k + a, k + a))
    sigma = economy.elasticity
    jacobian[:k, :k] = part.T @ slope - (part * (income * (1 - sigma))[:, None]).T @ s
    jacobian[np.arange(k), np.arange(k)] += ((1 - sigma) @ paid) - p * (economy.total + made)
    if not a:
        return f, jacobian, paid / p
    profit = economy.activities @ p
    root = np.hypot(b, profit)
    safe = np.where(root > 0, root, 1.0)
    jacobian[:k, k:] = -(economy.activities * p).T
    jacobian[k:, k:] = np.diag(np.where(root > 0, 1 - b / safe, 0.3))
    jacobian[k:, :k] = np.where(root > 0, -1 - profit / safe, -0.3)[:, None] * (economy.activities * p)
    return np.concatenate([f, b - profit - root]), jacobian, paid / p


def newton(
    economy: Economy, incomes: Incomes = owned, start: Array | None = None, levels: Array | None = None
) -> Equilibrium | None:
    """From prices `start` [k] (of one, if left out); None where it ends away from an equilibrium."""
    e = economy.floats
    logs = np.zeros(e.goods) if start is None else np.log(np.maximum(start, 1e-300))
    logs = logs - logs.mean()
    b = np.full(len(e.activities), 0.5 * e.total.mean() or 1.0) if levels is None else levels
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        f, jacobian, x = _value(e, logs, b, incomes)
        size, count = _size(e, logs, f), 0
        for count in range(1, STEPS + 1):  # noqa: B007
            if not np.isfinite(size) or size < ENOUGH:
                break
            step = np.linalg.lstsq(jacobian, -f, rcond=1e-13)[0]
            step *= min(1.0, LONGEST / max(np.abs(step[: e.goods]).max(), 1e-300))
            for _ in range(HALVINGS):
                new, made = logs + step[: e.goods], b + step[e.goods :]
                new = new - new.max()
                g, slope, bundles = _value(e, new, made, incomes)
                if _size(e, new, g) < size:
                    break
                step = step / 2
            else:
                break
            logs, b, f, jacobian, x, size = new, made, g, slope, bundles, _size(e, new, g)
    if not size < LOOSE:
        return None
    p = np.exp(logs)
    if (np.isfinite(x).all() and p.sum() > 0) is False:
        return None
    s, cost = spending(e, p)
    income, _ = incomes(e, p, s, cost)
    return Equilibrium(p / p.sum(), x, np.maximum(b, 0.0), income / np.exp(cost), size, count)


def _size(e: Economy, logs: Array, f: Array) -> float:
    """Residual: values as parts of the value of all."""
    k = e.goods
    whole = float(np.exp(logs) @ (e.total + 1e-300))
    return float(np.abs(f[:k]).max() / whole + (np.abs(f[k:]).max() / np.exp(logs).max() if len(f) > k else 0.0))


def equilibrium(economy: Economy, incomes: Incomes = owned, start: Array | None = None) -> Equilibrium:
    """One equilibrium; from another start it may be another.

    Raises Impossible where people's tastes leave prices undetermined, Unsolved where no method ends at one, InputError for linear
    tastes (see `linear`).
    """
    found = newton(economy, incomes, start)
    return found if found is not None else _moved(economy, incomes)


def _moved(economy: Economy, incomes: Incomes) -> Equilibrium:
    """By homotopy from Cobb–Douglas tastes."""
    sigma = rational.floats(economy.elasticity)
    at, step, here = 0.0, 0.25, newton(economy.floats.having(elasticity=np.ones_like(sigma)), incomes)
    while here is not None and at < 1 and step > 1e-4:
        to = min(1.0, at + step)
        there = newton(
            economy.floats.having(elasticity=1 + (sigma - 1) * to), incomes, here.prices, np.maximum(here.levels, 1e-6)
        )
        at, here, step = (to, there, step * 1.6) if there is not None else (at, here, step / 2)
    if here is None or at < 1:
        raise Unsolved(
            where="equilibrium",
            needed="prices that clear markets",
            found="none by Newton's method or by homotopy from Cobb–Douglas tastes",
            remedy="Let everybody own a little of everything: without that there may be no equilibrium.",
        )
    return here


def cobb_douglas(economy: Economy) -> list[Fraction]:
    """Prices [k], which sum to one, of an exchange economy with σ = 1: p_j Ω_j = Σ_i α_ij p·ω_i, solved in rationals.

    Raises InputError where tastes are others or something is made, Impossible where spending leaves prices undetermined.
    """
    if len(economy.activities) or any(s != 1 for s in economy.elasticity):
        raise InputError(where="economy", needed="Cobb–Douglas tastes and nothing made", found="others")
    owned_, shares = rational.exact(economy.endowment), rational.exact(economy.shares)
    flow = shares.T.dot(owned_)  # [j, l]: of a unit of good l's price, what is spent on j
    k = economy.goods
    rows = [[flow[j, m] - (owned_[:, j].sum() if j == m else 0) for m in range(k)] for j in range(k - 1)]
    found = unique_solution([*rows, [Fraction(1)] * k], [Fraction(0)] * (k - 1) + [Fraction(1)])
    if found is None or min(found) < 0:
        raise Impossible(
            where="prices",
            needed="tastes and endowments that tie all goods together",
            found="groups that trade only among themselves, or a good that nobody wants",
        )
    return found


def fisher(economy: Economy, incomes: Array | None = None) -> Equilibrium:
    """Fisher's market: parts of all income [n] (equal, if left out): it maximises the Nash product Π u_i^part (Eisenberg & Gale 1959)."""
    return equilibrium(economy, parts(np.ones(economy.consumers) if incomes is None else incomes))


def multiple(economy: Economy, utilities: Array) -> tuple[float, Equilibrium]:
    """(the largest t so that everybody could have t times these utilities [n], how)."""
    found = equilibrium(economy, targets(utilities))
    aims = rational.floats(utilities)
    kept = aims > 0
    return float((found.utility[kept] / aims[kept]).min()), found
