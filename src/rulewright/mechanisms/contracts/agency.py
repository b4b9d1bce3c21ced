"""A principal and an agent whose type and act are hidden, and what a menu of contracts comes to at the agent's exact best reply.

An agent of type θ (chance p_θ; it knows θ, the principal does not) who does a at cost c[θ, a] gives outcome y with chance
F[θ, a, y], which brings the principal v[θ, a] on average. It picks an entry k of a menu g[k, y] of contracts, and an act:

    maximise over g   E_θ[ v(θ, a*) ] − κ·E_θ[ g(k*, y) ]      a principal who pays κ for every unit that the agent gets
    subject to        (k*, a*) best for type θ: the largest  Σ_y F[θ, a, y]·g[k, y] − c[θ, a]
                      0 ≤ g ≤ cap                               limited liability
                      a type that gets less than `outside` stays away, which brings the principal 0

This is eq. 13–18 of the ICSAP proposal, repaired. As printed they maximise E[f⁻¹(g)], which is just E[v]: without a price of
paying and without a bound the argmax does not exist (g can be scaled for ever); and the agent's condition does not say that
it knows θ. Here g need not be a function of v: outcomes have features, which a contract may read (`features`). Ties are
broken both ways: `value` is what the principal gets if the agent then does what it likes, `worst` if the agent then does what
it likes least.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import check_law
from ...numerics import rational
from ...numerics.given import law, named, number, numbers
from ...numerics.rational import Array

TIED = 1e-9  # utilities closer than this, in units of the costs, are equal where floats are compared
AWAY = -1


@dataclass(frozen=True, eq=False)
class Agency:
    """Who can do what at which cost, and what it is worth to whom. Make one with `agency`; money is in payoff units."""

    F: Array = field(repr=False)
    """[type, act, outcome]; law of outcomes."""
    cost: Array = field(repr=False)
    """[type, act]; the agent's."""
    worth: Array = field(repr=False)
    """[type, act]; v, what the act brings the principal before it pays."""
    prior: Array = field(repr=False)
    """[type]."""
    features: Array = field(repr=False)
    """[outcome, feature]; what a contract may read. By default each outcome has a feature of its own."""
    cap: Fraction
    """The largest payment."""
    weight: Fraction
    """κ: what a unit paid costs the principal."""
    outside: Fraction | None
    """What the agent gets elsewhere, or None if it must take part."""
    types: tuple[str, ...]
    acts: tuple[str, ...]
    outcomes: tuple[str, ...]
    reward: Array | None = field(default=None, repr=False)
    """[outcome]; where the principal's worth is that of the outcome."""

    @cached_property
    def floating(self) -> tuple[Array, Array, Array, Array]:
        """(F, cost, worth, prior), as floats."""
        found = tuple(rational.floats(x) for x in (self.F, self.cost, self.worth, self.prior))
        return found[0], found[1], found[2], found[3]

    @cached_property
    def rationals(self) -> tuple[Array, Array, Array, Array]:
        """(F, cost, worth, prior), exact; laws sum to exactly one."""
        F = law(self.F)
        worth = rational.exact(self.worth) if self.reward is None else F.dot(rational.exact(self.reward))
        return F, rational.exact(self.cost), worth, law(self.prior)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Types, acts, outcomes."""
        return self.F.shape

    @cached_property
    def unit(self) -> float:
        """The order of magnitude of costs."""
        cost = self.floating[1]
        return float(np.ptp(cost)) or float(np.abs(cost).max()) or 1.0

    @cached_property
    def welfare(self) -> float:
        """The most that principal and agent could have together beyond the agent's outside option: no contract leaves more
        to a principal with κ = 1."""
        _, cost, worth, prior = self.floating
        best = (worth - float(self.weight) * (cost + float(self.outside or 0))).max(axis=1)
        return float(prior @ (best if self.outside is None else np.maximum(best, 0)))


def agency(
    F: Any,
    cost: Any,
    reward: Any = None,
    *,
    worth: Any = None,
    prior: Any = None,
    features: Any = None,
    cap: Any,
    weight: Any = 1,
    outside: Any = None,
    types: Any = None,
    acts: Any = None,
    outcomes: Any = None,
) -> Agency:
    """A principal and an agent for law F[type, act, outcome] and cost[type, act]; without types, F[act, outcome] and cost[act].

    Either reward[outcome] or worth[type, act] says what the principal gets. Raises InputError.
    """
    table = rational.numbers(F)
    single = table.ndim == 2
    table = numbers(table[None] if single else table, "law F", (None, None, None))
    K, A, Y = table.shape
    check_law(table, "law F")
    shape = (A,) if single else (K, A)
    cost = numbers(cost, "cost", shape).reshape(K, A)
    if (reward is None) == (worth is None):
        raise InputError(where="agency", needed="either reward[outcome] or worth[type, act]", found="both or neither")
    pays = None if reward is None else numbers(reward, "reward", (Y,))
    if pays is None:
        brings = numbers(worth, "worth", shape).reshape(K, A)
    else:
        exact = rational.is_exact(table) and rational.is_exact(pays)
        brings = table.dot(pays) if exact else rational.floats(table) @ rational.floats(pays)
    chances = (
        rational.exact(np.full(K, Fraction(1, K), dtype=object)) if prior is None else numbers(prior, "prior", (K,))
    )
    check_law(chances, "prior")
    seen = np.eye(Y) if features is None else rational.floats(numbers(features, "features", (Y, None)))
    most = number(cap, "cap", least=0)
    if not most:
        raise InputError(where="cap", needed="a largest payment above 0", found="0")
    return Agency(
        table, cost, brings, chances, seen, most, number(weight, "weight", least=0),
        None if outside is None else number(outside, "outside"),
        named(types, "t", K, "types"), named(acts, "a", A, "acts"), named(outcomes, "y", Y, "outcomes"), pays,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reply:
    """What a menu of contracts comes to at the exact best reply of every type."""

    entry: Array
    """[type]; the entry that is picked, AWAY for a type that stays away; of ties, the one that the principal likes best."""
    act: Array
    """[type]; likewise."""
    utility: Array = field(repr=False)
    """[type]; the agent's."""
    value: Any
    """The principal's, E[v] − κ·E[g], ties broken for it."""
    worst: Any
    """The same, ties broken against it."""
    paid: Any
    """E[g]."""
    margin: Any
    """By how much the worst-placed type prefers what it does to any other act (or to staying away)."""


def reply(asked: Agency, pay: Any) -> Reply:
    """The agent's exact best reply to pay[entry, outcome] (or [outcome]), in the field of `pay`: rationals without tolerance.

    Raises InputError for payments below 0 or above the cap.
    """
    g = rational.numbers(pay)
    g = g[None] if g.ndim == 1 else g
    g = numbers(g, "contract", (None, asked.sizes[2]))
    exact = rational.is_exact(g)
    F, cost, worth, prior = asked.rationals if exact else asked.floating
    cap, weight = (asked.cap, asked.weight) if exact else (float(asked.cap), float(asked.weight))
    if (g < 0).any() or (g > cap).any():
        found = f"payments from {float(g.min()):g} to {float(g.max()):g}"
        raise InputError(where="contract", needed=f"payments from 0 to {float(cap):g} (limited liability)", found=found)
    paid = np.moveaxis(F.dot(g.T), 2, 1)  # [type, entry, act]
    utility, value = paid - cost[:, None, :], worth[:, None, :] - weight * paid
    K, E, A = paid.shape
    utility, value, paid = (x.reshape(K, E * A) for x in (utility, value, paid))
    if asked.outside is not None:
        nothing = rational.zeros((K, 1), g)
        away = nothing + (asked.outside if exact else float(asked.outside))
        utility, value, paid = (
            np.concatenate(two, axis=1) for two in ((utility, away), (value, nothing), (paid, nothing))
        )
    top = utility.max(axis=1)
    tied = utility >= (top if exact else top - TIED * asked.unit)[:, None]
    low, high = value.min() - 1, value.max() + 1
    best = np.where(tied, value, low).argmax(axis=1)
    worst = np.where(tied, value, high).argmin(axis=1)
    at = np.arange(K)
    stays = best < E * A
    act = np.where(stays, best % A, AWAY)
    return Reply(
        np.where(stays, best // A, AWAY), act, top,
        prior.dot(value[at, best]), prior.dot(value[at, worst]), prior.dot(paid[at, best]),
        _margin(utility, act, top, E, A),
    )  # fmt: skip


def _margin(utility: Array, act: Array, top: Array, entries: int, acts: int) -> Any:
    """The least of: what a type gets less what it would get by another act, by any entry."""
    does = np.append(np.tile(np.arange(acts), entries), [AWAY] * (utility.shape[1] - entries * acts))
    least = None
    for k in range(len(act)):
        others = utility[k][does != act[k]]
        if len(others):
            slack = top[k] - others.max()
            least = slack if least is None or slack < least else least
    return least
