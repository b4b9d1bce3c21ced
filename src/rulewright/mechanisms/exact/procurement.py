"""Tasks to whoever does them cheapest: second prices in reverse, task by task, below a reserve.

    task j goes to argmin_i r_ij if that is ≤ R_j; it is paid min(R_j, the second lowest)

With R = ∞ this is VCG: the least total cost, and a makespan of at most n times the best (Nisan & Ronen 2001). With costs from one
regular law F and a task worth w, the least expected expense has R where c + F(c)/f(c) = w: Myerson 1981, in reverse; w/2 for
uniform on [0, ·].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment
from ..environments.tasks import toil
from ..laws import Uniform
from ..mechanism import Menu, MenuMechanism, Outcome


@dataclass(frozen=True, eq=False)
class Procurement(MenuMechanism):
    """Reverse second prices with a reserve for each task: what is paid at most. Ties go to the agent who comes first."""

    environment: Environment
    reserves: tuple[float, ...]
    proof = "What is paid for a task is the lower of its reserve and the others' lowest cost: no word of one's own moves it."

    def __post_init__(self) -> None:
        space = self.environment.decisions
        if not isinstance(space, Allocation) or self.environment.values is not toil:
            raise InputError(where="procurement", needed="tasks with a cost each", found=self.environment.name)
        if len(self.reserves) != space.items or any(r < 0 or r != r for r in self.reserves):
            raise InputError(where="procurement", needed="a reserve ≥ 0 for each task", found=str(self.reserves))
        if space.agents == 1 and not np.isfinite(self.reserves).all():
            raise InputError(where="procurement", needed="finite reserves for a single agent", found=str(self.reserves))

    def outcome(self, reports: Array) -> Outcome:
        asks = np.swapaxes(reports, -1, -2)  # [..., task, agent]
        winner = asks.argmin(axis=-1)
        lowest = np.take_along_axis(asks, winner[..., None], -1)[..., 0]
        taken = (np.arange(asks.shape[-1]) == winner[..., None]) & (lowest <= np.asarray(self.reserves))[..., None]
        second = np.sort(asks, axis=-1)[..., 1] if asks.shape[-1] > 1 else np.full(winner.shape, np.inf)
        paid = np.minimum(second, np.asarray(self.reserves))
        return Outcome(np.swapaxes(taken, -1, -2).astype(float), -(taken * paid[..., None]).sum(axis=-2))

    def menu(self, agent: int, others: Array) -> Menu:
        tasks = len(self.reserves)
        has = ((np.arange(2**tasks)[:, None] >> np.arange(tasks)) & 1).astype(float)  # [option, task]
        best = others.min(axis=-2) if others.shape[-2] else np.full((*others.shape[:-2], tasks), np.inf)
        price = -np.minimum(best, np.asarray(self.reserves))
        return Menu(np.broadcast_to(has, (*price.shape[:-1], *has.shape)), price @ has.T)


def cheapest(environment: Environment) -> Procurement:
    """VCG: every task to whoever does it at the lowest cost, for the second lowest; at most the highest cost there is."""
    return Procurement(environment, tuple(environment.high.max(axis=0).tolist()))


def myerson_procurement(environment: Environment, worth: float) -> Procurement:
    """The least expense for tasks worth `worth` each, costs uniform and alike for all agents. Raises InputError for other laws."""
    law = environment.laws[0]
    if not isinstance(law, Uniform) or any(other != law for other in environment.laws):
        raise InputError(where="procurement", needed="one uniform law for all agents", found=str(environment.laws))
    # c + (c − low) = worth
    reserves = tuple(min(max((worth + low) / 2, 0.0), high) for low, high in zip(law.low, law.high, strict=True))
    return Procurement(environment, reserves)
