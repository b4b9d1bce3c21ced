"""An incomplete proxy, optimised step by step (after Zhuang & Hadfield-Menell 2020, NeurIPS: “Consequences of misaligned AI”).

A state s has L attributes. People have U(s) = Σ a_k u(s_k) from all of them; the proxy counts those in J only. One resource binds:
Σ c_k s_k ≤ B, and s_k ≥ b. The optimiser climbs the proxy by steps of length h. While there is slack, U rises with it; once the
resource binds, every step is paid for by attributes that nobody mentioned, in equal parts, and U turns:

    dU  =  u′(s_j)/c_j − u′(s_k)/c_k  per unit of resource moved from k to j         (falls for good once it is negative, u concave)

Two remedies: *impact*, what is not mentioned stays as it was; *interactive*, every m steps the proxy is written anew, with the
attributes that are worth most at the margin. The provable special case with separable U and C is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array

Remedy = Literal["none", "impact", "interactive"]
REMEDIES: tuple[Remedy, ...] = ("none", "impact", "interactive")
MOST_STEPS = 10_000_000
TINY = 1e-150  # an attribute at which slopes are taken where it is 0, so that their squares are numbers


@dataclass(frozen=True)
class Family:
    """A concave utility of one attribute, with its slope and the inverse of its slope."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    at_slope: Callable[[Array], Array]
    """Where the slope is so much; infinite where it always is more."""
    least: float
    """Below this it is not defined."""


def _log(s: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(s)


FAMILIES: dict[str, Family] = {
    "log": Family(_log, lambda s: 1 / s, lambda p: 1 / p, 0.0),
    "root": Family(lambda s: 2 * np.sqrt(s), lambda s: 1 / np.sqrt(s), lambda p: 1 / p**2, 0.0),
    "saturating": Family(lambda s: 1 - np.exp(-s), lambda s: np.exp(-s), lambda p: -np.log(p), -np.inf),
    "linear": Family(lambda s: s, np.ones_like, lambda p: np.where(p < 1, np.inf, -np.inf), -np.inf),
}


@dataclass(frozen=True)
class Wants:
    """What people want of a state, and what it costs. Arrays of float [attribute]."""

    weights: Array
    """a, positive."""
    prices: Array
    """c, positive."""
    budget: float
    start: Array
    floor: float = 0.0
    """b: no attribute falls below."""
    family: str = "log"

    def __post_init__(self) -> None:
        for name in ("weights", "prices", "start"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), float))
        if self.family not in FAMILIES:
            raise InputError(where="family", needed=f"one of {', '.join(FAMILIES)}", found=repr(self.family))
        shapes = {self.weights.shape, self.prices.shape, self.start.shape}
        numbers = np.concatenate([self.weights, self.prices, self.start, [self.budget, self.floor]])
        if len(shapes) != 1 or self.weights.ndim != 1 or not np.isfinite(numbers).all():
            raise InputError(
                where="attributes", needed="finite numbers, one of each kind per attribute", found=str(shapes)
            )
        if (self.weights <= 0).any() or (self.prices <= 0).any():
            raise InputError(where="attributes", needed="weights and prices above 0", found="one that is not")
        spent = float(self.prices @ self.start)
        if spent > self.budget + 1e-12 or (self.start < self.floor).any() or self.floor < FAMILIES[self.family].least:
            raise InputError(
                where="start",
                needed=f"attributes of at least the floor, for a budget of {self.budget:g}",
                found=f"{spent:g} spent, floor {self.floor:g}",
            )

    @property
    def length(self) -> int:
        return len(self.weights)

    def utility(self, states: Array) -> Array:
        """U of states [..., attribute]."""
        return self.part(states, np.ones(self.length, bool))

    def part(self, states: Array, mentioned: Array) -> Array:
        """The proxy of states [..., attribute] that counts those `mentioned`, bool [attribute]."""
        return np.asarray((self.weights * FAMILIES[self.family].value(states))[..., mentioned].sum(axis=-1))

    def returns(self, state: Array) -> Array:
        """Marginal utility per unit of resource, [attribute]."""
        return np.asarray(self.weights * FAMILIES[self.family].slope(self._above(state)) / self.prices)

    def _above(self, state: Array) -> Array:
        return np.maximum(state, TINY) if FAMILIES[self.family].least == 0 else state

    def of(self, mentioned: tuple[int, ...]) -> Array:
        """bool [attribute]. Raises InputError for attributes that there are not, or for none."""
        if not mentioned or not all(0 <= k < self.length for k in mentioned) or len(set(mentioned)) < len(mentioned):
            raise InputError(
                where="mentioned", needed=f"different attributes among 0 … {self.length - 1}", found=str(mentioned)
            )
        found = np.zeros(self.length, bool)
        found[list(mentioned)] = True
        return found


@dataclass(frozen=True)
class Course:
    """What happened, step by step."""

    states: Array
    """float [step + 1, attribute]."""
    utility: Array
    """U, float [step + 1]."""
    proxy: Array
    """The proxy as it was at that step."""
    bound: int | None
    """First step after which the resource binds."""

    @property
    def peak(self) -> int:
        """Step of the highest U."""
        return int(np.argmax(self.utility))


def ascent(
    wants: Wants,
    mentioned: tuple[int, ...],
    *,
    steps: int,
    size: float = 0.002,
    remedy: Remedy = "none",
    every: int = 1,
) -> Course:
    """Climb the proxy of the attributes `mentioned` by `steps` steps of length `size`.

    `every`: steps between two proxies, where it is interactive; then `mentioned` says only how many are mentioned. Raises
    InputError.
    """
    if remedy not in REMEDIES:
        raise InputError(where="remedy", needed=f"one of {', '.join(REMEDIES)}", found=repr(remedy))
    if not 1 <= steps <= MOST_STEPS or not 0 < size < np.inf or every < 1:
        raise InputError(where="ascent", needed="steps, a size and periods above 0", found=f"{steps}, {size}, {every}")
    inside = wants.of(mentioned)
    states = np.empty((steps + 1, wants.length))
    states[0] = wants.start
    proxy = np.empty(steps + 1)
    proxy[0] = wants.part(wants.start, inside)
    bound = None
    for t in range(steps):
        if remedy == "interactive" and t % every == 0:
            inside = wants.of(tuple(np.argsort(-wants.returns(states[t]), kind="stable")[: len(mentioned)].tolist()))
        states[t + 1] = _step(wants, states[t], inside, size, remedy == "impact")
        if bound is None and wants.prices @ states[t + 1] >= wants.budget - 1e-12:
            bound = t + 1
        proxy[t + 1] = wants.part(states[t + 1], inside)
    return Course(states, wants.utility(states), proxy, bound)


def _step(wants: Wants, state: Array, inside: Array, size: float, impact: bool) -> Array:
    slope = np.where(inside, wants.returns(state) * wants.prices, 0.0)
    length = float(np.linalg.norm(slope))
    if not length > 0:
        return state
    moved = state + size * slope / length
    over = float(wants.prices @ moved - wants.budget)
    if over <= 0:
        return moved
    moved = moved if impact else _paid(wants, moved, ~inside, over)
    over = float(wants.prices @ moved - wants.budget)
    if over <= 1e-15:
        return moved
    return _given_back(wants, moved, inside, over)


def _given_back(wants: Wants, state: Array, inside: Array, over: float) -> Array:
    """Nobody else pays: the mentioned give back, each by its price, and who is at the floor no more."""
    found, able = state.copy(), inside & (state > wants.floor)
    while over > 1e-15 and able.any():
        along = np.where(able, wants.prices, 0.0)
        next_ = np.where(able, np.maximum(found - over * along / (along @ along), wants.floor), found)
        over -= float(wants.prices @ (found - next_))
        found, able = next_, able & (next_ > wants.floor)
    return found


def _paid(wants: Wants, state: Array, payers: Array, over: float) -> Array:
    """The state after `over` of the resource is taken from the payers in equal parts; who is at the floor pays no more."""
    found = state.copy()
    able = payers & (found > wants.floor)
    while over > 1e-15 and able.any():
        part = over / able.sum()
        room = (found - wants.floor) * wants.prices
        take = np.where(able, np.minimum(part, room), 0.0)
        found = np.where(able & (take >= room), wants.floor, found - take / wants.prices)
        over -= float(take.sum())
        able = able & (found > wants.floor)
    return found
