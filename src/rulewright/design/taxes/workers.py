"""Workers who choose how much to earn, exactly: skill w, effort l, income z = w·l, constant elasticity e.

    u = z − T(z) − l^{1 + 1/e} / (1 + 1/e)          under one rate τ:  z = w^{1 + e} (1 − τ)^e

Within bracket b the best income is w^{1+e}(1 − τ_b)^e if it lies there; otherwise an edge. All of these are compared, so that the
answer is exact whether rates rise (workers bunch at edges) or fall (they jump over them). The share that comes back is taken as
given: with many workers nobody's own tax moves it. After Mirrlees 1971; constant elasticity without income effects is Diamond 1998.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from .schedule import Schedule


@dataclass(frozen=True)
class Workers:
    """Skills, and how strongly effort answers to what is left of a unit of income."""

    skills: tuple[float, ...]
    elasticity: float = 0.5

    def __post_init__(self) -> None:
        if (
            not self.skills
            or not np.isfinite([*self.skills, self.elasticity]).all()
            or min(*self.skills, self.elasticity, 1.0) <= 0
        ):
            raise InputError(
                where="workers",
                needed="skills and an elasticity above 0",
                found=f"{self.skills[:5]}, elasticity {self.elasticity}",
            )

    def cost(self, income: Array) -> Array:
        """[..., worker]: what earning these incomes costs each in effort, in units of income."""
        power = 1 + 1 / self.elasticity
        return np.asarray((np.asarray(income, float) / np.asarray(self.skills)) ** power / power)

    def incomes(self, schedule: Schedule) -> Array:
        """[worker]: the best income of each under a schedule; of equally good ones the lowest, which is worst for the others."""
        skill = np.asarray(self.skills)[:, None]
        kept = np.maximum(1 - np.asarray(schedule.rates), 0.0)
        inside = skill ** (1 + self.elasticity) * kept**self.elasticity  # [worker, bracket]
        low, high = schedule.starts, np.array([*schedule.edges, np.inf])
        edges = np.broadcast_to(schedule.starts, inside.shape)
        choices = np.concatenate([np.clip(inside, low, high), edges], axis=1)
        worth = choices - schedule.tax(choices) - self.cost(choices.T).T
        # rounding of one worker's own numbers: another's fortune is no reason to take his answers for equal
        best = np.take_along_axis(choices, worth.argmax(axis=1)[:, None], 1)
        near = worth >= worth.max(axis=1, keepdims=True) - 1e-12 * (best + abs(schedule.tax(best)))
        return np.asarray(np.where(near, choices, np.inf).min(axis=1))

    def left(self, schedule: Schedule) -> Array:
        """[worker]: income after tax and share, less the cost of effort."""
        income = self.incomes(schedule)
        return np.asarray(schedule.after(income) - self.cost(income))
