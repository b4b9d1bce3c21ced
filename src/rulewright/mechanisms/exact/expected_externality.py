"""The expected externality: the best decision, balanced to the cent, truth best on average over the others.

    t_i = C(x*)/n − ξ_i(r_i) + Σ_{j≠i} ξ_j(r_j)/(n − 1),   ξ_i(r_i) = E Σ_{j≠i} (v_j(θ_j, x) − C(x)/n) at x = x*(r_i, θ_−i)

Arrow 1979; d'Aspremont & Gérard-Varet 1979 (J. Public Econ. 11), who balance what VCG does not. Truth is no dominant strategy but a
Bayesian equilibrium for independent types, and taking part may be a loss: nothing here is proved beyond that.
E is taken over a sample drawn once, so that for the law that puts equal chances on the sample truth is exactly best.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import Environment
from ..mechanism import Mechanism, Outcome
from .maximal import Maximal, pivotal

AT_ONCE = 1 << 21  # numbers in one array


@dataclass(frozen=True, eq=False)
class ExpectedExternality(Mechanism):
    """Balanced payments that give every agent the externality that its report has on average. Cost is shared equally."""

    chooses: Maximal
    """Whose decisions are taken; of weights 1 and boosts −C."""
    sample: Array = field(repr=False)
    """[draw, agent, dimension]: what the others' types are drawn from, with equal chances."""

    @property
    def environment(self) -> Environment:  # type: ignore[override]
        return self.chooses.environment

    @cached_property
    def _sampled(self) -> Array:
        """[draw, option, agent]: values net of a share of the cost."""
        return self.chooses.worth(self.sample) - (self.chooses.cost / self.environment.agents)[:, None]

    def externality(self, agent: int, reports: Array) -> Array:
        """ξ_i [...]: what reports [..., dimension] of an agent are worth to the others on average."""
        flat = reports.reshape(-1, self.environment.dimensions)
        filled = np.zeros((len(flat), self.environment.agents, flat.shape[-1]))
        filled[:, agent] = flat
        own = self.chooses.worth(filled)[..., agent] - self.chooses.cost / self.environment.agents  # [report, option]
        others = self._sampled.sum(axis=-1) - self._sampled[..., agent]  # [draw, option]
        found = np.empty(len(flat))
        step = max(1, AT_ONCE // others.size)
        for k in range(0, len(flat), step):
            best = (own[k : k + step, None] + others).argmax(axis=-1)  # [report, draw]
            found[k : k + step] = others[np.arange(len(others)), best].mean(axis=-1)
        return found.reshape(reports.shape[:-1])

    def outcome(self, reports: Array) -> Outcome:
        n = self.environment.agents
        decision = self.chooses.outcome(reports).decision
        xi = np.stack([self.externality(i, reports[..., i, :]) for i in range(n)], axis=-1)
        cost = 0.0 if self.environment.cost is None else np.asarray(self.environment.cost(decision))[..., None]
        return Outcome(decision, cost / n - xi + (xi.sum(axis=-1, keepdims=True) - xi) / (n - 1))


def expected_externality(
    environment: Environment, *, draws: int = 512, seed: int = 0, steps: int = 4
) -> ExpectedExternality:
    """The mechanism of Arrow, d'Aspremont and Gérard-Varet over a range, on a sample of `draws`.

    Raises InputError.
    """
    if environment.agents < 2 or draws < 1:
        raise InputError(where="expected externality", needed="two agents and one draw at least", found=f"{draws}")
    return ExpectedExternality(pivotal(environment, steps=steps), environment.profiles(draws, seed))
