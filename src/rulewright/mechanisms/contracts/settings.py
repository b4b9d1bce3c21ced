"""Principals and agents by a few plain numbers: random finite ones, and ones whose signals are continuous with many features.

*Random*: laws of outcomes from random weights, rewards and costs uniform, dearer acts better on average. *Signals*: act a of
an agent of skill s gives a signal y ~ N(s·e_a·d, I) in as many features as wanted, d a direction, e_a the effort. Nodes y_1 …
y_N are drawn once from the mixture of all laws, and stand for the continuum by their weights: chance of node n under an act =
density under the act ÷ density under the mixture, ÷ N, then divided by its sum. Other seeds give other nodes of the same
agency: a contract that was found on one set is judged on another.
"""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from ...numerics.counter import draws, uniform
from ...numerics.given import real, whole
from ...numerics.memory import reserve
from ...numerics.rational import Array
from .agency import Agency, agency

STREAM = 0x636F6E74  # of draws, so that they are nobody else's random numbers


def seeded(seed: int) -> int:
    """The same, checked. Raises InputError."""
    if whole(seed, "seed", least=0) >= 2**63:
        raise InputError(where="seed", needed="a number below 2^63", found=str(seed))
    return int(seed)


def drawn(seed: int, step: int, shape: tuple[int, ...]) -> Array:
    """Uniform on (0, 1), by counting. Raises InputError (a seed that is none), TooLarge."""
    seed = seeded(seed)
    reserve((8, *shape), "random numbers")
    return uniform(draws(seed, STREAM, step, int(np.prod(shape)))).reshape(shape)


def rest_last(F: Array, digits: int) -> Array:
    """The same rounded chances, the last of each row what is left of 1; where nothing is left, the largest gives."""
    F = F.copy()
    F[..., -1] = (1 - F[..., :-1].sum(axis=-1)).round(digits)
    for row in F.reshape(-1, F.shape[-1]):
        if row[-1] < 0:
            row[row.argmax()] += row[-1]
            row[-1] = 0
    return F


def random_agency(
    acts: int = 4, outcomes: int = 4, types: int = 1, *, cap: float = 10.0, weight: float = 1.0, seed: int = 0
) -> Agency:
    """Laws of squared exponential weights; rewards uniform on [0, 10]; act 0 costs nothing, and others what is uniform on [0, 2].

    Acts are sorted by what they bring, costs rise with them; types differ in both. Raises InputError.
    """
    sizes = [whole(n, what) for n, what in ((acts, "acts"), (outcomes, "outcomes"), (types, "types"))]
    A, Y, K = sizes
    F = np.log(drawn(seed, 0, (K, A, Y))) ** 2  # sharper than uniform on the simplex, so that acts differ
    F /= F.sum(axis=2, keepdims=True)
    reward = np.sort(10 * drawn(seed, 1, (Y,))).round(3)
    cost = np.sort(2 * drawn(seed, 2, (K, A)), axis=1).round(3)
    cost[:, 0] = 0
    F = np.stack([table[np.argsort(table @ reward, kind="stable")] for table in F]).round(4)
    return agency(rest_last(F, 4), cost, reward, cap=cap, weight=weight)


def signals(
    features: int = 4,
    efforts: tuple[float, ...] = (0.0, 1.0),
    costs: tuple[float, ...] = (0.0, 0.2),
    worth: tuple[float, ...] = (0.0, 2.0),
    skills: tuple[float, ...] = (1.0,),
    *,
    strength: float = 1.5,
    cap: float = 1.0,
    weight: float = 1.0,
    nodes: int = 512,
    seed: int = 0,
) -> Agency:
    """Effort that only a noisy signal of many features shows. The direction d is all features alike, of length `strength`.

    efforts, costs, worth: per act. skills: of the types, equally likely. nodes: that stand for the continuum. Raises InputError.
    """
    whole(features, "features")
    whole(nodes, "nodes", least=8)
    real(strength, "strength")
    if not len(efforts) == len(costs) == len(worth) >= 1 or not skills:
        found = f"{len(efforts)}, {len(costs)} and {len(worth)}"
        raise InputError(where="signals", needed="as many efforts as costs and worths, and a skill", found=found)
    reserve((nodes, features, 2 * len(skills) * len(efforts)), "nodes of the signals")
    mean = np.outer(np.asarray(skills, float), np.asarray(efforts, float))[..., None] * np.full(
        features, strength / np.sqrt(features)
    )
    K, A, d = mean.shape
    noise = normal(seed, (nodes, d))
    y = mean.reshape(K * A, d)[np.arange(nodes) % (K * A)] + noise
    log = -((y - mean[:, :, None, :]) ** 2).sum(axis=-1) / 2
    density = np.exp(log - log.max())
    F = density / density.mean(axis=(0, 1))
    F /= F.sum(axis=2, keepdims=True)
    costs_, brings = (np.broadcast_to(np.asarray(x, float), (K, A)) for x in (costs, worth))
    return agency(F, costs_, worth=brings, features=y, cap=cap, weight=weight)


def normal(seed: int, shape: tuple[int, ...]) -> Array:
    """Standard normal draws by counting (Box & Muller 1958)."""
    u, v = drawn(seed, 3, shape), drawn(seed, 4, shape)
    return np.asarray(np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v))
