"""Maximal in a range: of decisions listed once and for all, take the one with the largest weighted sum of reported values.

    x* = argmax_k Σ_j w_j v_j(r_j, x_k) + λ_k
    t_i = (1/w_i) [ max_{k ∈ K_i} (Σ_{j≠i} w_j v_j(r_j, x_k) + λ_k) − (Σ_{j≠i} w_j v_j(r_j, x*) + λ*) ]

With w = 1 and λ = −C this is VCG with the Clarke pivot: Vickrey 1961, Clarke 1971 (Public Choice 11), Groves 1973 (Econometrica
41); other weights and boosts give the affine maximisers of Roberts 1979. K_i are the decisions that can be taken without agent i:
all of them if i is but one of those who profit, "no trade" if i is the seller. With `split` the cost is shared equally first, and
the same is done with v_j − C/n and λ = 0: no deficit then, but some would rather stay away (Clarke's own tax).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Choice
from ..environment import Environment
from ..environments.trade import of_pair
from ..mechanism import Mechanism, Outcome
from .ranges import SLACK, Range, listed

AT_ONCE = 1 << 23  # numbers in one array


@dataclass(frozen=True, eq=False)
class Maximal(Mechanism):
    """An affine maximiser over listed decisions. Ties go to the decision that comes first."""

    environment: Environment
    options: Array = field(repr=False)
    """[option, *shape]: the range."""
    weights: tuple[float, ...] = ()
    """Per agent, above 0; empty: all 1."""
    boosts: tuple[float, ...] = ()
    """λ, per option, in money; empty: minus the cost."""
    without: Array | None = field(default=None, repr=False)
    """bool [agent, option]: K_i; None: everything."""
    charge: bool = True
    """Whether agents pay the pivot; if not, each is paid what the others get (Groves), at the rule-maker's expense."""
    split: bool = False
    """Whether each bears C/n of the decision taken."""
    proof = (
        "An agent is paid what its report does for the others' weighted values and the boosts, less what it cannot move: "
        "so it wants what the maximiser wants."
    )

    def __post_init__(self) -> None:
        there, count = self.environment, len(self.options)
        slack = SLACK * np.abs(self.options).max(initial=0.0)
        if self.options.shape[1:] != there.decisions.shape or (there.decisions.excess(self.options) > slack).any():
            raise InputError(
                where="range", needed=f"allowed decisions of shape {there.decisions.shape}", found="others"
            )
        weights, boosts = self.weights or (1.0,) * there.agents, self.boosts or tuple(self._before())
        if len(weights) != there.agents or not (np.isfinite(weights).all() and min(weights) > 0):
            raise InputError(where="weights", needed="one above 0 for each agent", found=str(weights))
        if len(boosts) != count or not np.isfinite(boosts).all():
            raise InputError(where="boosts", needed=f"{count} finite numbers", found=str(boosts))
        if self.without is not None and (
            self.without.shape != (there.agents, count) or not self.without.any(axis=1).all()
        ):
            raise InputError(where="without", needed="for each agent an option without it", found=str(self.without))
        object.__setattr__(self, "weights", tuple(map(float, weights)))
        object.__setattr__(self, "boosts", tuple(map(float, boosts)))

    def _before(self) -> Array:
        return np.zeros(len(self.options)) if self.split else -self.cost

    @property
    def cost(self) -> Array:
        """[option]: what each costs the rule-maker."""
        cost = self.environment.cost
        return np.zeros(len(self.options)) if cost is None else np.asarray(cost(self.options), float)

    def worth(self, reports: Array) -> Array:
        """[..., option, agent]: what each option would be worth."""
        return np.asarray(self.environment.values(reports[..., None, :, :], self.options))

    def outcome(self, reports: Array) -> Outcome:
        reports = np.asarray(reports)
        lead, flat = reports.shape[:-2], reports.reshape(-1, *reports.shape[-2:])
        each = max(self.options.size, len(self.options) * self.environment.low.size)
        step = max(1, AT_ONCE // each)
        if len(flat) <= step:
            return self._outcome(reports)
        parts = [self._outcome(flat[k : k + step]) for k in range(0, len(flat), step)]
        decision, payments = (np.concatenate([getattr(p, n) for p in parts]) for n in ("decision", "payments"))
        return Outcome(decision.reshape(*lead, *decision.shape[1:]), payments.reshape(*lead, payments.shape[-1]))

    def _outcome(self, reports: Array) -> Outcome:
        weights, boosts = np.asarray(self.weights), np.asarray(self.boosts)
        borne = self.cost / self.environment.agents if self.split else np.zeros(len(self.options))
        each = (self.worth(reports) - borne[:, None]) * weights
        total = each.sum(axis=-1) + boosts
        best = total.argmax(axis=-1)
        others = total[..., None] - each  # [..., option, agent]
        now = np.take_along_axis(others, best[..., None, None], axis=-2)[..., 0, :]
        if not self.charge:
            return Outcome(self.options[best], borne[best, None] - now / weights)
        if self.without is not None:
            others = np.where(self.without.T, others, -np.inf)
        return Outcome(self.options[best], borne[best, None] + (others.max(axis=-2) - now) / weights)


def _over(environment: Environment, options: Array | None, steps: int) -> Range:
    return listed(environment, steps=steps) if options is None else Range(options)


def pivotal(environment: Environment, *, options: Array | None = None, steps: int = 4) -> Maximal:
    """VCG with the Clarke pivot over `options`, or over the range of the space in so many steps. Raises InputError, TooLarge."""
    over = _over(environment, options, steps)
    return Maximal(environment, over.options, without=over.without)


def clarke(environment: Environment, *, options: Array | None = None, steps: int = 4) -> Maximal:
    """The cost in equal parts, and the pivot of what is left: the rule-maker never loses, agents of low value may."""
    return Maximal(environment, _over(environment, options, steps).options, split=True)


def groves(environment: Environment, *, options: Array | None = None, steps: int = 4) -> Maximal:
    """VCG without a charge: everybody is paid what the others get, and the cost of the decision is charged to each."""
    return Maximal(environment, _over(environment, options, steps).options, charge=False)


def broker(environment: Environment) -> Maximal:
    """VCG for one buyer and one seller: without either there is no trade, and the rule-maker pays the gains. Raises InputError."""
    if environment.values is not of_pair or environment.decisions != Choice(2):
        raise InputError(where="broker", needed="one buyer and one seller", found=environment.name)
    return Maximal(environment, np.eye(2), without=np.array([[True, False]] * 2))
