"""What is maximised: people's goal, less what lies gain, at a price that is fixed or is learned.

    "penalty"      goal − α Σ_i R_i                                        value − α·regret: Zhang et al. eq. 10–12
    "lagrangian"   goal − Σ_i λ_i R_i − ρ/2 Σ_i R_i²,  λ_i ← λ_i + ρ R_i   the augmented Lagrangian of Dütting et al.
    "budget"       goal − α Σ_i R_i,  log α ← log α + γ·log(R̄ / budget)    R̄: mean regret per agent, meant to end at `budget`

The last is the dual ascent of a regret budget (after Ivanov, Safiulin, Filippov & Balabaeva, NeurIPS 2022), in logarithms, so that
neither the units of money nor the number of agents matter. Money lost beyond an environment's deficit has the mean price of regret.
R is what training finds, always below what an attacker finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ...errors import InputError
from ...mechanisms.environment import Environment

KINDS = ("penalty", "lagrangian", "budget")
LEAST, MOST = 1.0, 1e5  # of α: below one, lies are worth their price
STEP = 2.0  # the most that log(R̄ / budget) counts


@dataclass(frozen=True)
class Objective:
    """How regret is priced."""

    kind: str = "budget"
    alpha: float = 10.0
    """Price of regret; where the budget's begins; where every λ of the Lagrangian begins."""
    budget: float = 3e-4
    """Mean regret per agent that training should end with, in money."""
    pace: float = 0.01
    """γ, a step."""
    ease: float = 10.0
    """How many times larger the budget begins; it falls geometrically until half of the steps are done."""
    rho: float = 1.0
    rho_growth: float = 1.0
    """Added to ρ whenever the multipliers move."""
    every: int = 100
    """Steps between moves of λ."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(where="objective, kind", needed=f"one of {', '.join(KINDS)}", found=repr(self.kind))
        numbers = (self.alpha, self.budget, self.pace, self.rho, self.rho_growth + 1, self.ease)
        if not all(0 < v < float("inf") for v in numbers) or self.ease < 1 or self.rho_growth < 0 or self.every < 1:
            raise InputError(where="objective", needed="finite numbers above 0", found=str(self))

    def start(self, agents: int) -> dict[str, jax.Array]:
        """What moves while training: prices float32 [agent], ρ."""
        return {"price": jnp.full(agents, self.alpha, jnp.float32), "rho": jnp.float32(self.rho)}

    def loss(self, moving: dict[str, jax.Array], goal: jax.Array, regret: jax.Array, lost: jax.Array) -> jax.Array:
        """To be made small; `lost`: money beyond the deficit."""
        loss = -goal + (moving["price"] * regret).sum() + moving["price"].mean() * lost
        return loss + moving["rho"] / 2 * (regret**2).sum() if self.kind == "lagrangian" else loss

    def after(
        self, moving: dict[str, jax.Array], regret: jax.Array, step: jax.Array, steps: int
    ) -> dict[str, jax.Array]:
        """Prices for the next step, of `steps` in all."""
        if self.kind == "penalty":
            return moving
        if self.kind == "budget":
            budget = self.budget * self.ease ** jnp.maximum(1 - 2 * step / steps, 0)
            far = jnp.clip(jnp.log((regret.mean() + 1e-12) / budget), -STEP, STEP)
            return moving | {"price": jnp.clip(moving["price"] * jnp.exp(self.pace * far), LEAST, MOST)}
        now = (step + 1) % self.every == 0
        price = jnp.where(now, moving["price"] + moving["rho"] * regret, moving["price"])
        return {"price": price, "rho": jnp.where(now, moving["rho"] + self.rho_growth, moving["rho"])}


def beyond(environment: Environment, decision: Any, payments: Any) -> jax.Array:
    """Mean money by which the rule-maker is out of pocket beyond the environment's `deficit`: priced as regret is, summed once."""
    if environment.deficit == float("inf"):
        return jnp.float32(0.0)
    over = environment.shortfall(decision, payments) - environment.deficit
    mean: jax.Array = jnp.maximum(over, 0.0).mean()
    return mean
