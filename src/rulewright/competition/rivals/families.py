"""Markets drawn at random: six families of rivals, and what competition is worth in each.

After the pilot of the specification (3 states, 3 actions; Alice's utilities uniform on [0, 1], nothing known by her alone). The
pilot does not say how it drew its priors and biases; here p ~ Dirichlet(2, …, 2), and the biases are as written at each family:

    independent   U_i uniform on [0, 1]
    noisy         U_i = u + N(0, 0.5), clipped to [0, 1]
    hull          U_i = u + 0.8·d_i with Σ d_i = 0, d_i normal: nobody is near, yet their mean is u
    shared        U_i = u + b_i on action 0, b_i uniform on [0.5, 1.5]: four AIs with one bias
    opposed       the same, but one of the four is biased against action 0
    opposites     0.3·u ± 0.5 on action 0: two AIs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from ...errors import InputError
from ...numerics.given import whole
from ...numerics.rational import Array
from .rich import rich
from .selection import alone, best_ai
from .setting import Rivals

Generator = np.random.Generator
NORMAL = 1.959964  # two-sided 95 %


@dataclass(frozen=True)
class Family:
    """A law of settings."""

    name: str
    what: str
    bobs: Callable[[Generator, Array, int], Array]
    """(generator, u[s, a], k) → U[i, s, a]."""
    least: int = 2
    most: int = 6
    """The number of Bobs is uniform between these, unless given."""

    def draw(self, seed: int | Generator, *, states: int = 3, actions: int = 3, k: int | None = None) -> Rivals:
        """One setting with this many states, actions and Bobs. The same seed gives the same setting. Raises InputError."""
        for number, what in ((states, "states"), (actions, "actions"), (1 if k is None else k, "AIs")):
            whole(number, f"family {self.name}: {what}")
        rng = seed if isinstance(seed, Generator) else np.random.default_rng(whole(seed, "seed", least=0))
        p, u = rng.dirichlet(np.full(states, 2.0)), rng.random((states, actions))
        count = int(rng.integers(self.least, self.most + 1)) if k is None else k
        return Rivals.of(p, u, self.bobs(rng, u, count))


def _independent(rng: Generator, u: Array, k: int) -> Array:
    return rng.random((k, *u.shape))


def _noisy(rng: Generator, u: Array, k: int) -> Array:
    return np.clip(u + rng.normal(0, 0.5, (k, *u.shape)), 0, 1)


def _hull(rng: Generator, u: Array, k: int) -> Array:
    d = rng.normal(size=(k, *u.shape))
    return np.asarray(u + 0.8 * (d - d.mean(axis=0)))


def _biased(rng: Generator, u: Array, k: int, against: int) -> Array:
    b = rng.uniform(0.5, 1.5, k)
    b[len(b) - against :] *= -1
    return np.asarray(u + b[:, None, None] * (np.arange(u.shape[1]) == 0))


def _opposites(rng: Generator, u: Array, k: int) -> Array:
    sign = np.where(np.arange(k) % 2 == 0, 1.0, -1.0)
    return np.asarray(0.3 * u + 0.5 * sign[:, None, None] * (np.arange(u.shape[1]) == 0))


FAMILIES = (
    Family("independent", "independent random utilities", _independent),
    Family("noisy", "Alice's utility and noise", _noisy),
    Family("hull", "exact hull, individually far", _hull),
    Family("shared", "one shared bias", lambda rng, u, k: _biased(rng, u, k, 0), 4, 4),
    Family("opposed", "the same, one biased the other way", lambda rng, u, k: _biased(rng, u, k, 1), 4, 4),
    Family("opposites", "two opposites", _opposites, 2, 2),
)


def family(name: str) -> Family:
    """The family of that name. Raises InputError."""
    for one in FAMILIES:
        if one.name == name:
            return one
    raise InputError(where="family of rivals", needed=", ".join(f.name for f in FAMILIES), found=name)


@dataclass(frozen=True)
class Mean:
    """Of n draws."""

    mean: float
    error: float
    """Standard error of the mean."""
    most: float

    @property
    def interval(self) -> tuple[float, float]:
        """Normal 95 % interval of the mean."""
        return self.mean - NORMAL * self.error, self.mean + NORMAL * self.error

    @classmethod
    def of(cls, values: Array) -> Mean:
        spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
        return cls(float(values.mean()), spread / sqrt(len(values)), float(values.max()))


@dataclass(frozen=True)
class Measured:
    """What Alice loses against OPT in n draws of one family."""

    family: str
    n: int
    seed: int
    selection: Mean
    """Worst equilibrium of best-AI selection."""
    rich: Mean | None
    """Worst equilibrium with rich signals, where asked for."""
    alone: Mean
    """The best of the Bobs, without rivals."""
    uninformed: Mean


def measure(
    name: str,
    n: int,
    *,
    seed: int = 0,
    with_rich: bool = False,
    states: int = 3,
    actions: int = 3,
    k: int | None = None,
) -> Measured:
    """Losses in n settings of a family: draw number j has seed (seed, j). Raises InputError, TooLarge, Unsolved."""
    n, seed = whole(n, "measuring a family: draws"), whole(seed, "seed", least=0)
    kind, rows = family(name), []
    for j in range(n):
        drawn = kind.draw(np.random.default_rng((seed, j)), states=states, actions=actions, k=k)
        found = best_ai(drawn)
        single = max(alone(drawn, i).worst for i in range(drawn.k))
        talking = rich(drawn).loss if with_rich else 0.0
        rows.append((found.loss, talking, found.opt - single, found.opt - found.uninformed))
    table = [Mean.of(column) for column in np.array(rows).T]
    return Measured(name, n, seed, table[0], table[1] if with_rich else None, *table[2:])


def pilot(n: int = 1_000, *, seed: int = 0, with_rich: bool = False) -> tuple[Measured, ...]:
    """The table of the specification (4.1): every family in n draws. A thousand take about a minute. Raises as `measure`."""
    return tuple(measure(one.name, n, seed=seed, with_rich=with_rich) for one in FAMILIES)


@dataclass(frozen=True)
class Turned:
    """Four AIs with one bias, and the same markets with the last one's bias turned round: Alice's loss in the worst equilibrium."""

    n: int
    seed: int
    shared: Mean
    opposed: Mean
    rich_shared: Mean
    rich_opposed: Mean


def turned(n: int = 100, *, seed: int = 0) -> Turned:
    """Before and after in the same n markets of the family `shared`; draw j has seed (seed, j). Raises as `measure`."""
    n, seed = whole(n, "markets with one bias: draws"), whole(seed, "seed", least=0)
    losses = []
    for j in range(n):
        before = family("shared").draw(np.random.default_rng((seed, j)))
        last = 2 * before.alice - before.bobs[-1]
        after = replace(before, bobs=np.concatenate([before.bobs[:-1], last[None]]))
        losses.append([best_ai(before).loss, best_ai(after).loss, rich(before).loss, rich(after).loss])
    return Turned(n, seed, *(Mean.of(column) for column in np.array(losses).T))
