"""Where markets clear: Newton on log prices, with activities by complementarity; Cobb–Douglas by a linear system, exactly.

    f_j(p, b) = p_j ( Σ_i x_ij − Ω_j − Σ_a b_a a_aj )          value of excess demand
    f_a(p, b) = b_a − π_a − √(b_a² + π_a² + 2μ)                 zero where b ≥ 0, π ≤ 0, −b π = μ   (Fischer 1992), μ → 0

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
MOVES = 40
WANTED = 1e-5  # of a good: more must not be missing
HALVINGS = 30
MUS = (1.0, 0.1, 1e-2, 1e-3, 1e-5, 1e-8)
SCALES = (1.0, 1e-2)  # of MUS: where there is little of a good, the path begins closer to its end
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


def _value(economy: Economy, logs: Array, b: Array, incomes: Incomes, mu: float = 0.0) -> tuple[Array, Array, Array]:
    """(f [k + a], its slope in (log p, b), bundles)."""
    p = np.exp(logs)
    k, a = economy.goods, len(economy.activities)
    s, cost = spending(economy, p)
    income, slope = incomes(economy, p, s, cost)
    paid = s * income[:, None]  # p_j x_ij
    made = b @ economy.activities
    f = paid.sum(axis=0) - p * (economy.total + made) - mu * a / k  # so that all values sum to nothing on the path
    jacobian = np.zeros((k + a, k + a))
    sigma = economy.elasticity
    jacobian[:k, :k] = s.T @ (slope - (income * (1 - sigma))[:, None] * s)
    jacobian[np.arange(k), np.arange(k)] += ((1 - sigma) @ paid) - p * (economy.total + made)
    if not a:
        return f, jacobian, paid / p
    profit = economy.activities @ p
    root = np.sqrt(b**2 + profit**2 + 2 * mu)
    safe = np.where(root > 0, root, 1.0)
    jacobian[:k, k:] = -(economy.activities * p).T
    jacobian[k:, k:] = np.diag(np.where(root > 0, 1 - b / safe, 0.3))
    jacobian[k:, :k] = np.where(root > 0, -1 - profit / safe, -0.3)[:, None] * (economy.activities * p)
    return np.concatenate([f, b - profit - root]), jacobian, paid / p


def newton(
    economy: Economy, incomes: Incomes = owned, start: Array | None = None, levels: Array | None = None
) -> Equilibrium | None:
    """From prices `start` [k] (of one, if left out); None where it ends away from an equilibrium."""
    for scale in SCALES if len(economy.activities) and levels is None else SCALES[:1]:
        found = _newton(economy.floats, incomes, start, levels, scale)
        if found is not None:
            return found
    return None


def _newton(
    e: Economy, incomes: Incomes, start: Array | None, levels: Array | None, scale: float
) -> Equilibrium | None:
    """The same, in floats, along `scale` times MUS."""
    logs = np.zeros(e.goods) if start is None else np.log(np.maximum(start, 1e-300))
    logs = logs - np.log(np.exp(logs).sum())
    b = np.full(len(e.activities), 0.1 * e.total[e.total > 0].min()) if levels is None else levels
    path = [0.0] if not len(b) or levels is not None else [*(scale * mu for mu in MUS), 0.0]
    count = 0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for mu in path:
            logs, b, x, size, steps = _descend(e, incomes, logs, b, mu)
            count += steps
        if not size < LOOSE or not np.isfinite(x).all():
            return None
        p = np.exp(logs)
        used = x.sum(axis=0) - e.total - b @ e.activities
        little = WANTED * (np.abs(b) @ np.abs(e.activities) + e.total)
        craved = ((e.shares > 0) & (e.elasticity > 0)[:, None]).any(axis=0)  # where it is free, more is wanted
        if (used > little).any() or (craved & (used < -little)).any():
            return None  # worth little, and missing or left over all the same
        s, cost = spending(e, p)
        income, _ = incomes(e, p, s, cost)
    return Equilibrium(p / p.sum(), x, np.maximum(b, 0.0), income / np.exp(cost), size, count)


def _descend(e: Economy, incomes: Incomes, logs: Array, b: Array, mu: float) -> tuple[Array, Array, Array, float, int]:
    """Newton steps that each bring the residual down: (log p, b, bundles, residual, steps)."""
    f, jacobian, x = _value(e, logs, b, incomes, mu)
    size, count, enough = _size(e, logs, f), 0, max(ENOUGH, mu / 100)
    while count < STEPS and np.isfinite(size) and size > enough:
        count += 1
        scale = np.concatenate([np.exp(logs), np.zeros(len(b))])  # prices keep their sum
        step = np.linalg.lstsq(np.vstack([jacobian, scale]), np.append(-f, 0.0), rcond=1e-14)[0]
        step *= min(1.0, LONGEST / max(np.abs(step[: e.goods]).max(), 1e-300))
        for _ in range(HALVINGS):
            new, made = logs + step[: e.goods], b + step[e.goods :]
            new = new - np.log(np.exp(new).sum())
            g, slope, bundles = _value(e, new, made, incomes, mu)
            if _size(e, new, g) < size:
                break
            step = step / 2
        else:
            break
        logs, b, f, jacobian, x, size = new, made, g, slope, bundles, _size(e, new, g)
    return logs, b, x, size, count


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
    """Fisher's market: parts of all income [n] (equal, if left out); it maximises Π u_i^part (Eisenberg & Gale 1959)."""
    return equilibrium(economy, parts(np.ones(economy.consumers) if incomes is None else incomes))


def multiple(economy: Economy, utilities: Array) -> tuple[float, Equilibrium]:
    """(the largest t so that everybody could have t times these utilities [n], how).

    Parts of income are moved until utilities have nearly the right proportions; Newton's method does the rest.
    """
    aims = rational.floats(utilities)
    kept = aims > 0
    share = np.where(kept, np.maximum(economy.floats.endowment.sum(axis=1), economy.floats.total.max() / 100), 0.0)
    near = equilibrium(economy, parts(share))
    for _ in range(MOVES):
        ratio = np.where(kept, np.where(kept, aims, 1) / np.where(kept, near.utility, 1), 0.0)
        if np.ptp(np.log(ratio[kept])) < 0.05:
            break
        share = share / share.sum() * (ratio / ratio.max()) ** 0.7
        near = newton(economy, parts(share), near.prices, near.levels) or equilibrium(economy, parts(share))
    found = newton(economy, targets(aims), near.prices, near.levels + 1e-9) or newton(
        economy, targets(aims), near.prices
    )
    if found is None:
        raise Unsolved(where="the largest multiple", needed="prices that support it", found="none by Newton's method")
    return float((found.utility[kept] / aims[kept]).min()), found
