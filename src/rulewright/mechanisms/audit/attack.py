"""A fixed attacker: what one agent can gain by a lie, searched for. What it finds is a lower bound on regret, never a certificate.

For each profile θ and agent i, with the others truthful:

    random       misreports drawn from i's law                              corners   of the box of reports, all or drawn
    shades       low + f·(θ_i − low) for f from 0 to 1                      one       coordinate moved along a grid
    sweeps       from the best so far: coordinate after coordinate takes its best value on a grid, so many times
    refinement   of the best few: steps of random search, on all coordinates or on one, longer after a success and shorter after a
                 failure (a (1+1) evolution strategy with the one-fifth rule: Rechenberg 1973); no gradient is asked for

STRONG is the attacker that every mechanism of the leaderboard meets; QUICK sorts many profiles for it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product

import numpy as np

from ...errors import InputError
from ...numerics.counter import draws, uniform
from ...numerics.rational import Array
from .watched import Watched, reach

STREAM = 0x61756469  # of draws: nobody else's
RANDOM, CORNERS, REFINE = 1, 2, 16  # steps of that stream, for each agent
FIRST_STEP = 0.1  # of refinement, in spans
LONGER, SHORTER = 2.0, 2.0**-0.25
MOST_AGENTS = 1 << 12
BLOCK = 512  # profiles that are refined at once


@dataclass(frozen=True)
class Effort:
    """How hard one agent at one profile is searched."""

    random: int = 400
    shades: int = 21
    points: int = 21
    """Of the grid along one coordinate; 0: no such moves."""
    sweeps: int = 2
    corners: int = 64
    """All 2^dimensions where there are no more, otherwise so many drawn."""
    kept: int = 8
    """That are refined."""
    steps: int = 200

    def __post_init__(self) -> None:
        if any(getattr(self, part.name) < 0 for part in fields(self)) or self.most(1) < 1:
            raise InputError(where="attacker", needed="numbers of misreports, not all 0", found=str(self))

    def most(self, dimensions: int) -> int:
        """Misreports that it tries for one agent at one profile."""
        corners = min(self.corners, 2**dimensions)
        first = self.random + self.shades + corners + self.points * dimensions
        return first + self.sweeps * self.points * dimensions + self.kept * self.steps


STRONG = Effort()
QUICK = Effort(random=6, shades=6, points=0, sweeps=0, corners=4, kept=0, steps=0)


@dataclass(frozen=True, eq=False)
class Lies:
    """The best misreport that was found, of one agent at each profile; its true type where nothing is better."""

    misreports: Array
    """[profile, dimension]"""
    gains: Array
    """[profile]: at least 0, in money."""


def attack(
    watched: Watched, types: Array, agent: int, effort: Effort, *, seed: int = 0, numbers: Array | None = None
) -> Lies:
    """Search the lies of one agent at profiles [profile, agent, dimension].

    `numbers`[profile] are the profiles' own numbers, by which draws are counted: the answer does not depend on what is searched
    beside them. Raises InputError for answers of a wrong shape.
    """
    numbers = np.arange(len(types)) if numbers is None else np.asarray(numbers)
    parts = [
        _block(watched, types[k : k + BLOCK], agent, effort, seed, numbers[k : k + BLOCK])
        for k in range(0, len(types), BLOCK)
    ]
    return Lies(np.concatenate([p.misreports for p in parts]), np.concatenate([p.gains for p in parts]))


def _block(watched: Watched, types: Array, agent: int, effort: Effort, seed: int, numbers: Array) -> Lies:
    own = types[:, agent]
    low, high = reach(watched.environment.laws[agent])
    truth = watched.lying(types, agent, own[:, None])[:, 0]
    tried = _first(watched, own, agent, effort, seed, numbers, low, high)
    got = watched.lying(types, agent, tried)
    best = got.argmax(axis=1)
    rows = np.arange(len(own))
    lie, value = tried[rows, best].copy(), got[rows, best].copy()
    for _ in range(effort.sweeps if effort.points else 0):
        for j in range(own.shape[1]):
            grid = _moved(lie, j, low, high, effort.points)
            there = watched.lying(types, agent, grid)
            k = there.argmax(axis=1)
            better = there[rows, k] > value
            lie[better], value[better] = grid[rows, k][better], there[rows, k][better]
    if effort.kept and effort.steps:
        kept = min(effort.kept, tried.shape[1] + 1)
        order = np.argsort(-got, axis=1, kind="stable")[:, : kept - 1]
        starts = np.concatenate([lie[:, None], np.take_along_axis(tried, order[..., None], axis=1)], axis=1)
        values = np.concatenate([value[:, None], np.take_along_axis(got, order, axis=1)], axis=1)
        lie, value = _refined(watched, types, agent, starts, values, effort.steps, seed, numbers, high - low)
    answered = np.isfinite(truth)  # where truth has no answer there is nothing to compare
    gains = np.where(answered, value, 0.0) - np.where(answered, truth, 0.0)
    better = gains > 0
    return Lies(np.where(better[:, None], lie, own), np.where(better, gains, 0.0))


def drawn(seed: int, step: int, numbers: Array, shape: tuple[int, ...]) -> Array:
    """[profile, *shape]: uniform draws within (0, 1) that belong to the profiles' numbers."""
    each = int(np.prod(shape))
    even = each + each % 2
    if len(numbers) and (np.diff(numbers) == 1).all():
        found = draws(seed, STREAM, step, len(numbers) * even, start=int(numbers[0]) * even).reshape(-1, even)
    else:
        found = np.stack([draws(seed, STREAM, step, even, start=int(n) * even) for n in numbers])
    return uniform(found[:, :each]).reshape(len(numbers), *shape)


def _first(
    watched: Watched, own: Array, agent: int, effort: Effort, seed: int, numbers: Array, low: Array, high: Array
) -> Array:
    """[profile, lie, dimension]: what does not depend on any answer."""
    law, m = watched.environment.laws[agent], own.shape[1]
    parts = [own[:, None]]
    if effort.random:
        parts.append(np.asarray(law.at(drawn(seed, RANDOM + REFINE * agent, numbers, (effort.random, m)))))
    if effort.shades:
        f = np.arange(effort.shades) / max(effort.shades, 1)
        parts.append(low + f[:, None] * (own[:, None] - low))
    if effort.points:
        parts += [_moved(own, j, low, high, effort.points) for j in range(m)]
    if effort.corners >= 2**m:
        at = np.array(list(product((0.0, 1.0), repeat=m)))
        parts.append(np.broadcast_to(low + at * (high - low), (len(own), len(at), m)))
    elif effort.corners:
        at = drawn(seed, CORNERS + REFINE * agent, numbers, (effort.corners, m)) < 0.5
        parts.append(np.where(at, low, high))
    return np.concatenate(parts, axis=1)


def _moved(at: Array, j: int, low: Array, high: Array, points: int) -> Array:
    """[profile, point, dimension]: coordinate j on a grid of its range."""
    found = np.repeat(at[:, None], points, axis=1)
    found[..., j] = np.linspace(low[j], high[j], points)
    return found


def _refined(
    watched: Watched,
    types: Array,
    agent: int,
    starts: Array,
    values: Array,
    steps: int,
    seed: int,
    numbers: Array,
    span: Array,
) -> tuple[Array, Array]:
    """([profile, dimension], [profile]): the best after random search from each start [profile, start, dimension]."""
    at, value = starts.copy(), values.copy()
    low, high = reach(watched.environment.laws[agent])
    size, m = np.full(value.shape, FIRST_STEP), at.shape[2]
    for step in range(steps):
        toss = 2 * drawn(seed, MOST_AGENTS * REFINE + steps * agent + step, numbers, (at.shape[1], m)) - 1
        if step % 2 and m > 1:  # every other step moves one coordinate alone
            toss = np.where(np.arange(m) == (step // 2) % m, toss, 0.0)
        there = np.clip(at + toss * (size[..., None] * span), low, high)
        got = watched.lying(types, agent, there)
        better = got > value
        at = np.where(better[..., None], there, at)
        value = np.where(better, got, value)
        size = np.clip(size * np.where(better, LONGER, SHORTER), 1e-9, 1.0)
    k, rows = value.argmax(axis=1), np.arange(len(at))
    return at[rows, k], value[rows, k]
