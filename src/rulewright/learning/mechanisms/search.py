"""Without gradients: any goal that Python can compute, over any family of mechanisms; a separable CMA-ES proposes, profiles judge.

    search(lambda x: Itemwise(there, (x[0],)), [0], [1], goal=SOLD)         truthful by construction: no lies to be paid for
    search(*weights(there, Net(hidden=(4,))), goal=SOLD)                a small network: goal − α · regret found

Same profiles for all candidates of a search. What was picked because it was high is too high: the result is measured on profiles
that the search has not seen, and the misreports there are new ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import jax.numpy as jnp
import numpy as np

from ...behaviour.estimation.confidence import Interval, mean
from ...errors import InputError
from ...mechanisms.environment import Environment, Goal
from ...mechanisms.mechanism import Mechanism
from ...numerics.rational import Array
from ..search.evolution import Search
from . import nets
from .learned import LearnedMechanism
from .nets import Net

AFRESH = 10**6  # the seed of the last look is so much further on
Make = Callable[[Array], Mechanism]


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search came to."""

    mechanism: Mechanism = field(repr=False)
    at: Array
    """[setting]: where it is in the family."""
    goal: Interval
    """What people get, 95 %, on profiles that the search has not seen."""
    regret_found: float
    """Mean gain per agent there, of misreports drawn at random: a lower bound; 0 where truth is best by construction."""
    tried: Array = field(repr=False)
    """[round, candidate, setting]"""
    values: Array = field(repr=False)
    """[round, candidate]: goal − α · Σ_i regret found."""


def regret_of_menus(mechanism: Mechanism, blocks: int, menu: int, seed: int) -> Array:
    """[agent]: mean gain of the best of `menu` misreports, over `blocks` profiles of the others and `menu` own types for each.

    The outcomes that the K types lead to are the menu from which each of them may pick (misreports.py). NumPy; any mechanism.
    """
    there = mechanism.environment
    n, d = there.agents, there.dimensions
    rest = there.profiles(blocks, seed)[:, None]
    drawn = there.profiles(blocks * menu, seed, start=blocks).reshape(blocks, menu, n, d)
    found = np.empty(n)
    for i in range(n):
        types = np.where((np.arange(n) == i)[:, None], drawn, rest)
        got = mechanism.outcome(types)
        across = (blocks, menu, menu)
        t = np.broadcast_to(types[:, :, None], (*across, n, d))
        x = np.broadcast_to(got.decision[:, None], (*across, *there.decisions.shape))
        utility = np.asarray(there.values(t, x))[..., i] - got.payments[:, None, :, i]
        truth = np.diagonal(utility, axis1=1, axis2=2)
        found[i] = (utility.max(axis=2) - truth).mean()
    return found


def search(
    make: Make,
    low: Sequence[float],
    high: Sequence[float],
    *,
    goal: Goal | None = None,
    alpha: float = 10.0,
    rounds: int = 30,
    population: int = 0,
    profiles: int = 2000,
    menu: int = 16,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Searched:
    """The member of a family, make(x) with x in [low, high], with the highest goal − α·Σ_i regret found.

    goal: the environment's if None; any function of NumPy arrays. population: candidates a round, 4 + 3 ln d (at least 8) if 0.
    menu: misreports per type. Same seed, same search. Raises InputError: bounds, sizes, a goal that is never a number.
    """
    low_, high_ = np.asarray(low, float), np.asarray(high, float)
    if low_.shape != high_.shape or low_.ndim != 1 or not (low_ < high_).all() or not np.isfinite([low_, high_]).all():
        raise InputError(where="search", needed="as many lower as upper bounds, below them", found=f"{low}, {high}")
    if rounds < 1 or profiles < 2 or menu < 2 or not 0 <= alpha < float("inf"):
        raise InputError(
            where="search", needed="a round, two profiles, two misreports, α ≥ 0", found=f"rounds = {rounds}"
        )
    many = population or max(8, 4 + int(3 * math.log(len(low_))))
    law, draw = Search.start(len(low_), many), np.random.default_rng(seed)
    tried, values = [], []
    for k in range(rounds):
        x = law.candidates(draw)
        inside = np.clip(x, 0.0, 1.0)
        settings = low_ + inside * (high_ - low_)
        found = np.array([_value(make(s), goal, alpha, profiles, menu, seed) for s in settings])
        if not np.isfinite(found).any():
            raise InputError(where="search", needed="a goal that is a number somewhere", found=f"NaN at all of {many}")
        found = np.where(np.isfinite(found), found, np.nanmin(found) - 1)
        law = law.after(x, found - ((x - inside) ** 2).sum(axis=1) * (np.ptp(found) + 1e-12))
        tried.append(settings)
        values.append(found)
        if tell:
            tell(f"round {k + 1} of {rounds}: best {found.max():.4g}")
    at = low_ + np.clip(law.centre, 0.0, 1.0) * (high_ - low_)
    best = make(at)
    regret = (
        0.0 if best.proof else float(regret_of_menus(best, max(profiles // menu, 1), 2 * menu, seed + AFRESH).mean())
    )
    return Searched(
        best, at, mean(_goal(best, goal, profiles, seed + AFRESH)), regret, np.stack(tried), np.stack(values)
    )


def _goal(mechanism: Mechanism, goal: Goal | None, profiles: int, seed: int) -> Array:
    """[profile]: what people get under truth."""
    there = mechanism.environment
    types = there.profiles(profiles, seed)
    got = mechanism.outcome(types)
    return np.asarray(there.achieved(types, got.decision, got.payments, goal), float)


def _value(mechanism: Mechanism, goal: Goal | None, alpha: float, profiles: int, menu: int, seed: int) -> float:
    got = float(_goal(mechanism, goal, profiles, seed).mean())
    if mechanism.proof:
        return got
    return got - alpha * float(regret_of_menus(mechanism, max(profiles // menu, 1), menu, seed).sum())


def weights(
    environment: Environment, net: Net = Net(hidden=(4,)), *, reach: float = 3.0  # noqa: B008
) -> tuple[Make, Array, Array]:  # fmt: skip
    """(make, low, high): the family of all weights within [−reach, reach] of a network, for `search`. Small networks only."""
    like = nets.init(net, environment)
    sizes = {name: int(np.prod(array.shape)) for name, array in like.items()}

    def make(x: Array) -> Mechanism:
        parts = np.split(np.asarray(x, np.float32), np.cumsum(list(sizes.values()))[:-1])
        named = {name: jnp.asarray(part.reshape(like[name].shape)) for name, part in zip(sizes, parts, strict=True)}
        return LearnedMechanism(environment, net, named)

    count = sum(sizes.values())
    return make, np.full(count, -reach), np.full(count, reach)
