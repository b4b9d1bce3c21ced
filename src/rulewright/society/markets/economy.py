"""An economy with homothetic consumers and linear activities: demand, excess demand and its slope in closed form.

Consumer i owns ω_i, has the shares α_ij ≥ 0 (which sum to one) and the elasticity of substitution σ_i (Arrow, Chenery, Minhas &
Solow 1961, Review of Economics and Statistics 43):

    u_i(x) = ( Σ_j α_ij^(1/σ) x_ij^((σ−1)/σ) )^(σ/(σ−1))      σ = 1: Π (x_j/α_j)^α_j      σ = 0: min x_j/α_j
    P_i(p) = ( Σ_j α_ij p_j^(1−σ) )^(1/(1−σ))                  what a unit of utility costs
    s_ij(p) = α_ij (p_j/P_i)^(1−σ)                              what share of income i spends on good j
    x_ij(p) = s_ij I_i/p_j            I_i = p·ω_i               demand; u_i = I_i/P_i

u is homogeneous of degree one, and at prices of one a unit of utility costs one: utility is money at unit prices.
Linear tastes, σ = ∞, have u = Σ α_ij x_ij and a demand that jumps; `linear.py` solves for them.

Activities are rows of net outputs a_aj, run at levels b_a ≥ 0 with constant returns; a capacity is a good that its owners have, so
that profits are what capacity earns (McKenzie 1959, Econometrica 27). Markets clear where Σ x_ij − Σ ω_ij − Σ b_a a_aj ≤ 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array

CLOSE = 1e-9  # elasticities that near one are one


@dataclass(frozen=True)
class Economy:
    """Arrays in either field; what is computed in floats uses `floats`."""

    endowment: Array
    """[n, k]: ω ≥ 0, units of goods."""
    shares: Array
    """[n, k]: α ≥ 0; rows are brought to sum to one."""
    elasticity: Array
    """[n]: σ ≥ 0; infinity for linear tastes."""
    activities: Array = field(default_factory=lambda: np.zeros((0, 0)))
    """[a, k]: net outputs at level one."""

    def __post_init__(self) -> None:
        owned, shares = rational.numbers(self.endowment), rational.numbers(self.shares)
        if owned.ndim != 2 or not owned.size or shares.shape != owned.shape:
            raise InputError(
                where="economy",
                needed="endowments and shares of one shape, consumers × goods",
                found=f"{owned.shape} and {shares.shape}",
            )
        n, k = owned.shape
        made = np.asarray(self.activities)
        made = rational.zeros((0, k), owned) if not made.size else rational.numbers(made)
        if made.ndim != 2 or made.shape[1] != k:
            raise InputError(where="activities", needed=f"rows of {k} net outputs", found=str(made.shape))
        sigma = np.broadcast_to(np.asarray(self.elasticity), (n,))
        for name, table in (("endowment", owned), ("shares", shares), ("elasticity", sigma)):
            real = rational.floats(table)
            if np.isnan(real).any() or (real < 0).any() or (name != "elasticity" and not np.isfinite(real).all()):
                raise InputError(where=name, needed="numbers of at least 0", found=str(real[~(real >= 0)][:1]))
        if not np.isfinite(rational.floats(made)).all():
            raise InputError(where="activities", needed="finite numbers", found="others")
        if (rational.floats(shares).sum(axis=1) == 0).any():
            raise InputError(where="shares", needed="something that each consumer wants", found="a row of zeros")
        if (rational.floats(owned).sum(axis=0) + np.maximum(rational.floats(made), 0).sum(axis=0) == 0).any():
            raise InputError(where="endowment", needed="some of each good, owned or made", found="a good of which none")
        for name, value in (
            ("endowment", owned),
            ("shares", shares / shares.sum(axis=1, keepdims=True)),
            ("elasticity", sigma),
            ("activities", made),
        ):
            object.__setattr__(self, name, value)

    @property
    def consumers(self) -> int:
        return int(self.endowment.shape[0])

    @property
    def goods(self) -> int:
        return int(self.endowment.shape[1])

    @cached_property
    def floats(self) -> Economy:
        """The same in floats."""
        if self.endowment.dtype == float and self.shares.dtype == float and self.activities.dtype == float:
            return self
        parts = (self.endowment, self.shares, self.elasticity, self.activities)
        return Economy(*(rational.floats(part) for part in parts))

    @cached_property
    def total(self) -> Array:
        """[k]: Ω."""
        found: Array = self.endowment.sum(axis=0)
        return found

    @property
    def linear(self) -> bool:
        """Whether somebody's tastes are linear."""
        return bool(np.isinf(rational.floats(self.elasticity)).any())

    @property
    def substitutes(self) -> bool:
        """Whether goods are gross substitutes: σ_i ≥ 1 for all, nothing is made. Equilibrium is then unique if all are wanted."""
        return bool((rational.floats(self.elasticity) >= 1).all()) and not len(self.activities)

    def having(self, **others: Any) -> Economy:
        """The same but for these fields."""
        mine = {name: getattr(self, name) for name in ("endowment", "shares", "elasticity", "activities")}
        return Economy(**{**mine, **others})


def spending(economy: Economy, p: Array) -> tuple[Array, Array]:
    """(s[n, k], log P[n]) at prices p > 0 [k], of an economy in floats. Raises InputError for linear tastes."""
    sigma, shares, logs = economy.elasticity, economy.shares, np.log(p)
    if not np.isfinite(sigma).all():
        raise InputError(where="elasticity", needed="a finite number", found="linear tastes, whose demand jumps")
    alike = bool((sigma == sigma[0]).all())
    if alike and abs(sigma[0] - 1) < CLOSE:
        return shares, shares @ logs
    if alike:  # powers of k prices, not of n·k
        scaled = (1 - sigma[0]) * logs
        top = scaled.max()
        weights = shares * np.exp(scaled - top)
        sums = weights.sum(axis=1)
        if (sums > 0).all():
            return weights / sums[:, None], (np.log(sums) + top) / (1 - sigma[0])
    power = (1 - sigma)[:, None] * logs
    power = np.where(shares > 0, power, -np.inf)
    tops = power.max(axis=1)
    weights = shares * np.exp(power - tops[:, None])
    sums = weights.sum(axis=1)
    near = np.abs(sigma - 1) < CLOSE
    cost = (np.log(sums) + tops) / np.where(near, 1.0, 1 - sigma)
    if near.any():
        cost = np.where(near, shares @ logs, cost)
    return weights / sums[:, None], cost


def demand(economy: Economy, p: Array, income: Array | None = None) -> Array:
    """x[n, k] at prices p > 0 [k] and incomes [n] (what is owned, if left out)."""
    floats = economy.floats
    paid = floats.endowment @ p if income is None else income
    shares, _ = spending(floats, p)
    found: Array = shares * paid[:, None] / p
    return found


def excess(economy: Economy, p: Array) -> Array:
    """z[k] = Σ x − Ω: what consumers want at p beyond what is owned; p·z = 0 (Walras 1874)."""
    found: Array = demand(economy, p).sum(axis=0) - economy.floats.total
    return found


def utility(economy: Economy, x: Array) -> Array:
    """u[n] of bundles x[n, k] ≥ 0."""
    e = economy.floats
    sigma, shares = e.elasticity[:, None], e.shares
    x = np.maximum(rational.floats(x), 0.0)
    wanted = shares > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        each = np.where(wanted, x / np.where(wanted, shares, 1), np.inf)
        least = each.min(axis=1)
        douglas = np.exp(np.where(wanted, shares * np.log(each), 0.0).sum(axis=1))
        rho = np.where(np.isfinite(sigma) & (sigma > 0), (sigma - 1) / np.where(sigma > 0, sigma, 1), 1.0)
        inner = np.where(wanted, shares * each**rho, 0.0).sum(axis=1)  # α^(1/σ) x^ρ = α (x/α)^ρ
        other = inner ** (1 / np.where(rho == 0, 1.0, rho)[:, 0])
    sigma = sigma[:, 0]
    linear = (shares * x).sum(axis=1)
    return np.select(
        [sigma == 0, np.abs(sigma - 1) < CLOSE, np.isfinite(sigma)], [least, douglas, other], default=linear
    )
