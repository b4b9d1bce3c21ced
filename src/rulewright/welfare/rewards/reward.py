"""A reward function as it is checked: what its terms say of every step of some trajectories, exactly.

    r(s, a, s′) = Σ_k w_k f_k(s, a, s′)                a step
    R = Σ_t γ^t r_t                                    a return

After Knox, Allievi, Banzhaf, Schmitt & Stone 2023, "Reward (mis)design for autonomous driving", Artificial Intelligence 316. Terms
that only help to learn (*shaping*) are kept apart from those that say what is wanted (the *true* reward): unless said otherwise,
returns are of the true reward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.rational import Array, zeros

if TYPE_CHECKING:
    from .world import World

ZERO, ONE = Fraction(0), Fraction(1)
MOST_DISCOUNTED = 20_000  # steps whose discounts are kept as exact rationals
PASS, FAIL, UNKNOWN = "pass", "fail", "cannot tell"
PROVED, SEARCHED = "proved", "searched only"


@dataclass(frozen=True)
class Term:
    """One summand f_k of a reward."""

    name: str
    weight: Fraction = ONE
    shaping: bool = False
    """Whether it only helps to learn."""
    reads: frozenset[str] | None = None
    """The features that its formula names; None where that cannot be read off."""
    says: str = ""
    """The formula, as it was written."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What the terms say of the steps of one trajectory."""

    name: str
    values: Array = field(repr=False)
    """[step, term], exact: f_k, without its weight."""
    repeats: tuple[int, ...] = ()
    """[step]; how often each comes, one after another; once, if left out."""
    length: Fraction | None = None
    """Distance covered."""
    words: tuple[str, ...] = field(default=(), repr=False)
    """[step]; what people call them."""
    total: Fraction | None = None
    """Its return, where only that is known."""
    moved: Mapping[str, Array] = field(default_factory=dict, repr=False)
    """{feature: [variant, step, term]}: what the terms say of each step with that feature changed."""
    potential: Array | None = field(default=None, repr=False)
    """[step, 2], exact: Φ before and after, where a potential is given."""

    @property
    def steps(self) -> int:
        return sum(self.repeats) if self.repeats else len(self.values)

    @property
    def counts(self) -> tuple[int, ...]:
        return self.repeats or (1,) * len(self.values)

    def told(self) -> str:
        """Its steps in words."""
        said = [f"{w} × {n}" if n > 1 else w for w, n in zip(self.words, self.counts, strict=True)]
        if len(said) > 8:
            said = [*said[:5], f"… {len(said) - 7} more …", *said[-2:]]
        return "; ".join(said)


@dataclass(frozen=True)
class Preference:
    """Two trajectories whose order people agree on."""

    better: str
    worse: str
    consensus: Fraction | None = None
    """The share of people who agree."""
    implied: bool = False
    """Whether it follows from the three reference outcomes: success above idle above failure."""


@dataclass(frozen=True)
class Risk:
    """Three reference outcomes of a task with a safe default, and how much risk is acceptable."""

    idle: str
    success: str
    failure: str
    rate: Fraction | None = None
    """Largest acceptable chance of failure of an attempt."""
    distance: Fraction | None = None
    """Least acceptable distance per failure."""


@dataclass(frozen=True)
class Change:
    """The reward was changed."""

    on: str
    what: str
    after_viewing: bool
    """Whether after seeing how agents performed with it."""


@dataclass(frozen=True, eq=False)
class Case:
    """A reward with all that is known of it. What is not known is None."""

    terms: tuple[Term, ...]
    trajectories: tuple[Trajectory, ...] = ()
    preferences: tuple[Preference, ...] = ()
    discount: Fraction | None = None
    time_step: str | None = None
    terminates: tuple[str, ...] | None = None
    outcomes: tuple[str, ...] | None = None
    """Features that should matter."""
    risk: Risk | None = None
    intended: str | None = None
    """The trajectory that is meant to be best."""
    world: World | None = None
    changes: tuple[Change, ...] | None = None
    """None where nothing is recorded; () where it is recorded that nothing was changed."""
    play: Callable[[], Sequence[Played]] | None = None
    """Rollouts in an environment, for want of a world."""
    unit: str = ""
    """Of lengths."""

    @property
    def true(self) -> Array:
        """[term]: which belong to the true reward."""
        return np.array([not t.shaping for t in self.terms], bool)

    @property
    def weights(self) -> Array:
        return np.array([t.weight for t in self.terms], dtype=object)

    @property
    def gamma(self) -> Fraction:
        """The discount; one, where none is given."""
        return ONE if self.discount is None else self.discount

    def trajectory(self, name: str) -> Trajectory:
        """Raises InputError where there is none of that name."""
        for one in self.trajectories:
            if one.name == name:
                return one
        raise InputError(
            where="trajectory",
            needed=f"one of {', '.join(t.name for t in self.trajectories) or 'none'}",
            found=repr(name),
        )

    def by_term(self, one: Trajectory, values: Array | None = None) -> Array:
        """[term]: discounted sums of f_k along a trajectory, exact and without weights."""
        return by_term(one.values if values is None else values, one.counts, self.gamma)

    def value(self, one: Trajectory, *, shaped: bool = False) -> Fraction:
        """The return of the true reward; with shaping, if asked. A summary's own total, where there is one."""
        if one.total is not None:
            return one.total
        used = np.ones(len(self.terms), bool) if shaped else self.true
        return sum((self.by_term(one) * self.weights)[used], ZERO)


@dataclass(frozen=True)
class Played:
    """A rollout."""

    how: str
    value: Fraction
    success: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What one check comes to."""

    number: int
    name: str
    verdict: str
    """"pass", "fail" or "cannot tell"."""
    says: str
    witness: str = ""
    grade: str = PROVED


def by_term(values: Array, counts: Sequence[int], gamma: Fraction) -> Array:
    """[term]: Σ_t γ^t values[t], exact, each row `counts` times over. Raises TooLarge for long discounted ones."""
    total = zeros((values.shape[1],), np.array([ZERO], dtype=object))
    steps = sum(counts)
    if gamma not in (0, 1) and steps > MOST_DISCOUNTED:
        raise TooLarge(where="a trajectory", needed=f"at most {MOST_DISCOUNTED:,} discounted steps", found=f"{steps:,}")
    at = ONE
    for row, n in zip(values, counts, strict=True):
        lap: Any = Fraction(n) if gamma == 1 else (1 - gamma**n) / (1 - gamma)
        total = total + row * (at * lap)
        at *= gamma**n
    return total
