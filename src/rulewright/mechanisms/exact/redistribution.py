"""Identical items at the price that VCG asks, most of which goes back to the agents.

    VCG: the m highest bids get an item each at θ_(m+1);  agent i is given r_i = Σ_j c_j θ_−i,(j), of the others' sorted bids

That is no word of one's own: truth stays dominant. Of all linear r that never cost the rule-maker money and leave everybody ≥ 0,
the c whose worst ratio k = Σ_i r_i/(m θ_(m+1)) is largest solve a linear programme: Guo & Conitzer 2009 (Games and Economic
Behavior 67). On sorted types Σ_i r_i = Σ_j c_j [(n − j) θ_(j) + j θ_(j+1)], and every sorted profile is a sum of multiples of
(1, …, 1, 0, …, 0): n rows are enough. Bailey 1997 and Cavallo 2006 give everybody m/n of the price that would be asked without it:
c_{m+1} = m/n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics.linprog import Programme
from ...numerics.rational import Array
from ..decisions import Allocation
from ..environment import Environment, additive
from ..environments.items import of_any
from ..mechanism import Mechanism, Outcome


@dataclass(frozen=True, eq=False)
class Redistribution(Mechanism):
    """VCG for identical items with linear redistribution. Ties go to the agent who comes first."""

    environment: Environment
    coefficients: tuple[float, ...]
    """c_1 … c_{n−1}, for the highest of the others' bids first; all 0: VCG itself."""
    proof = "The price is that of VCG, and what is given back depends on the others' reports alone."

    def __post_init__(self) -> None:
        _, n = _sizes(self.environment)
        if len(self.coefficients) != n - 1 or not np.isfinite(self.coefficients).all():
            raise InputError(where="redistribution", needed=f"{n - 1} finite numbers", found=str(self.coefficients))

    def outcome(self, reports: Array) -> Outcome:
        m, _ = _sizes(self.environment)
        bids = reports[..., 0]
        order = np.argsort(-bids, axis=-1, kind="stable")
        rank = order.argsort(axis=-1)
        falling = np.take_along_axis(bids, order, -1)
        decision = (rank[..., :, None] == np.arange(m)).astype(float)
        c = np.asarray(self.coefficients)
        # without the agent of rank k, the j-th of the others is the j-th, or the (j + 1)-th from k on
        none = np.zeros((*bids.shape[:-1], 1))
        before = np.concatenate([none, (c * falling[..., :-1]).cumsum(axis=-1)], axis=-1)
        beyond = np.concatenate([none, (c * falling[..., 1:])[..., ::-1].cumsum(axis=-1)], axis=-1)[..., ::-1]
        back = before + beyond  # [..., rank]
        price = falling[..., m, None] * (rank < m)
        return Outcome(decision, price - np.take_along_axis(back, rank, -1))


@dataclass(frozen=True)
class Ratio:
    """What a linear redistribution promises."""

    coefficients: tuple[float, ...]
    worst: float
    """The share of VCG's payments that goes back, at the least."""


def _sizes(environment: Environment) -> tuple[int, int]:
    """Items, agents."""
    space, single = environment.decisions, environment.dimensions == 1
    alike = environment.values is of_any or (environment.values is additive and single)  # one item is like itself
    if not isinstance(space, Allocation) or not alike or not single or not space.items < environment.agents:
        raise InputError(where="redistribution", needed="identical items, fewer than agents", found=environment.name)
    if environment.low.min() < 0:  # what is given back is a share of a price
        raise InputError(where="redistribution", needed="values of at least 0", found=str(environment.low.min()))
    return space.items, environment.agents


def rays(agents: int) -> Array:
    """[ray, j]: Σ_i r_i in units of c_j, where the t highest values are 1 and the rest 0; t = 1 … n."""
    t, j = np.arange(1, agents + 1)[:, None], np.arange(1, agents)
    return (agents - j) * (j <= t) + j * (j + 1 <= t)


def worst_ratio(coefficients: tuple[float, ...], items: int) -> float:
    """The least share of VCG's payments that goes back, over all profiles."""
    agents = len(coefficients) + 1
    given = rays(agents) @ np.asarray(coefficients)
    return float(given[items:].min() / items)


def best_ratio(agents: int, items: int) -> Ratio:
    """The linear redistribution with the largest worst ratio, by linear programming. Raises InputError."""
    if not 1 <= items < agents:
        raise InputError(where="redistribution", needed="fewer items than agents", found=f"{items}, {agents}")
    programme = Programme()
    c = programme.add_columns(agents - 1, lower=-np.inf)
    k = programme.add_columns(1, upper=1.0, cost=1.0)
    matrix, paid = rays(agents), items * (np.arange(1, agents + 1) > items)
    cover = programme.add_rows(agents, upper=paid.astype(float))  # Σ r ≤ what VCG takes
    programme.put(cover[:, None], c, matrix)
    back = programme.add_rows(agents, lower=0.0)  # Σ r ≥ k times that
    programme.put(back[:, None], c, matrix)
    programme.put(back, k, -paid)
    # what the worst-off has: the lowest agent gets nothing, and Σ_j c_j of its others' bids; the others' rays are (1 … 1, 0 … 0)
    voluntary = programme.add_rows(agents - 1, lower=0.0)
    programme.put(voluntary[:, None], c, np.tri(agents - 1))
    found = programme.solve(maximise=True)
    return Ratio(tuple(float(v) for v in found.point()[: agents - 1]), float(found.value))


def redistributing(environment: Environment) -> Redistribution:
    """The linear redistribution with the best worst case. Raises InputError."""
    items, agents = _sizes(environment)
    return Redistribution(environment, best_ratio(agents, items).coefficients)


def cavallo(environment: Environment) -> Redistribution:
    """Everybody is given m/n of the price that would be asked without it. Raises InputError."""
    items, agents = _sizes(environment)
    at = tuple(items / agents if j == items else 0.0 for j in range(agents - 1))
    return Redistribution(environment, at)
