"""Families of exact mechanisms with a few numbers to choose: every member is truthful, whatever the numbers.

    posted_prices     the price and the rule-maker's margin of a trade              PostedTrade
    phantom_places    the phantoms of each place                                    Medians
    task_reserves     what is paid at most for each task                            Procurement
    choice_boosts     weights of agents (as logarithms), boosts of options          Maximal

Truth does not hang on the numbers, so that any search may pick them for any goal: see `search`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..decisions import Place
from ..environment import Environment
from ..mechanism import Mechanism
from .maximal import Maximal
from .medians import Medians
from .procurement import Procurement
from .ranges import listed
from .trade import PostedTrade


@dataclass(frozen=True, eq=False)
class Family:
    """Mechanisms numbered by vectors within a box."""

    name: str
    start: Array
    """[parameter]: a member to begin with, which the search never falls below."""
    low: Array
    high: Array
    make: Callable[[Array], Mechanism] = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.low <= self.start).all() or not (self.start <= self.high).all() or not self.start.size:
            raise InputError(where=self.name, needed="a start within the box", found=str(self.start))


def posted_prices(environment: Environment) -> Family:
    """Price and margin."""
    low, high = float(environment.low.min()), float(environment.high.max())
    return Family(
        "posted prices",
        np.array([(low + high) / 2, 0.0]),
        np.array([low, 0.0]),
        np.array([high, high - low]),
        lambda x: PostedTrade(environment, float(x[0]), float(x[1])),
    )


def phantom_places(environment: Environment) -> Family:
    """n + 1 phantoms for each place, within the bounds; a start at equal steps: for places side by side."""
    space = environment.decisions
    if not isinstance(space, Place):
        raise InputError(where="phantom places", needed="an environment of places", found=environment.name)
    low, high, n, places = min(space.low), max(space.high), environment.agents, space.places
    # the median at rank (2k + 1)/(2K): that many phantoms at the lower end, the rest at the upper
    ranks = [min(n - 1, int(n * (2 * k + 1) / (2 * places))) for k in range(places)]
    start = np.array([[low] * (n - r) + [high] * (r + 1) for r in ranks]).ravel()

    def make(x: Array) -> Mechanism:
        return Medians(environment, tuple(tuple(sorted(row)) for row in x.reshape(places, n + 1).tolist()))

    return Family("phantom places", start, np.full(start.shape, low), np.full(start.shape, high), make)


def task_reserves(environment: Environment) -> Family:
    """A reserve for each task; it starts where all tasks are done."""
    high = environment.high.max(axis=0)
    return Family(
        "task reserves", high, np.zeros(len(high)), high, lambda x: Procurement(environment, tuple(x.tolist()))
    )


def choice_boosts(environment: Environment) -> Family:
    """Logarithms of weights within ±1½, boosts within the cost plus or minus what all agents together could want; from VCG."""
    over = listed(environment)
    options = over.options
    n, count = environment.agents, len(options)
    worth = np.asarray(environment.values(environment.high[None], options))
    reach = float(np.ptp(worth.sum(axis=-1)))
    cost = np.zeros(count) if environment.cost is None else np.asarray(environment.cost(options), float)
    boosts = count - 1  # the first option's stays: only differences matter
    start = np.concatenate([np.zeros(n), -cost[1:]])
    width = np.concatenate([np.full(n, 1.5), np.full(boosts, reach)])

    def make(x: Array) -> Mechanism:
        weights = tuple(np.exp(x[:n]).tolist())
        return Maximal(environment, options, weights, (-float(cost[0]), *x[n:].tolist()), over.without)

    return Family("choice boosts", start, start - width, start + width, make)


FAMILIES: dict[str, Callable[[Environment], Family]] = {
    "posted prices": posted_prices,
    "phantom places": phantom_places,
    "task reserves": task_reserves,
    "choice boosts": choice_boosts,
}
