"""Logit choice among actions whose worth is linear in what is sought, by maximum likelihood.

    Pr(a | c) = exp( φ(c, a)·θ ) / Σ_b exp( φ(c, b)·θ )          ℓ(θ) = Σ_c Σ_a n(c, a) log Pr(a | c)

(McFadden 1974, in Frontiers in Econometrics.) c is a *cell*: what the player knew when it chose. ℓ is concave, its gradient is
what was seen of φ less what is expected, and its negative Hessian, the Fisher information, is the sum of the covariances of φ.
Directions that move no difference φ(c, a) − φ(c, b) cannot be told: the null space of the information, which does not depend on θ.

Where some direction favours whatever was seen over whatever was not, ℓ rises for ever along it: there is no finite
estimate (Albert & Anderson 1984, Biometrika 71), which is found by a linear programme and said. Sets {θ : ℓ(θ) ≥ c} stand all
the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ...numerics.linprog import INFINITY, Programme
from ...numerics.rational import Array
from .confidence import root

RANK = 1e-9  # relative; singular values below it move no difference
LAST = 1e-8  # relative; a step that raises ℓ by less is the last but one
STEPS = 100
CLIMBED = 500
FLAT = 1e-11  # relative; a gradient that brings less than that over the distance from 0
ENLARGED = 18  # fourfold, from a hundredth: what is still inside then is taken as unbounded
SHUT = -1e30


@dataclass(frozen=True, eq=False)
class Choices:
    """Counts and what was at stake in them."""

    counts: Array = field(repr=False)
    """[cell, action]: how often each action was chosen; all positive in sum over a cell."""
    features: Array = field(repr=False)
    """[cell, action, k]: φ; payoff units each."""
    shut: Array | None = field(default=None, repr=False)
    """[cell, action], bool: columns that are no action of the cell; their features repeat its first action's."""

    @staticmethod
    def of(counts: Array, features: Array) -> Choices:
        """Without the cells in which nothing was seen."""
        seen = counts.sum(axis=1) > 0
        return Choices(counts[seen], features[seen])

    @staticmethod
    def together(parts: list[Choices]) -> Choices:
        """Choices of several players, with the same parameters."""
        most = max(part.counts.shape[1] for part in parts)
        counts, features, shut = [], [], []
        for part in parts:
            cells, acts = part.counts.shape
            counts.append(np.pad(part.counts, ((0, 0), (0, most - acts))))
            features.append(np.concatenate([part.features, *[part.features[:, :1]] * (most - acts)], axis=1))
            shut.append(np.broadcast_to(np.arange(most) >= acts, (cells, most)))
        return Choices(*(np.concatenate(part) for part in (counts, features, shut)))

    @property
    def n(self) -> int:
        return round(float(self.counts.sum()))

    @property
    def k(self) -> int:
        return self.features.shape[2]

    def scaled(self, by: Array) -> Choices:
        """The same in parameters θ/by."""
        return Choices(self.counts, self.features * by, self.shut)

    def restricted(self, basis: Array) -> Choices:
        """The same with θ = basis·z; [k, z]."""
        return Choices(self.counts, self.features @ basis, self.shut)

    def value(self, theta: Array, offset: Array | None = None) -> float:
        """ℓ(θ); `offset`[cell, action] is added to the worth."""
        return float((self.counts * self._logs(theta, offset)).sum())

    def _logs(self, theta: Array, offset: Array | None) -> Array:
        worth = self.features @ theta + (0.0 if offset is None else offset)
        if self.shut is not None:
            worth = np.where(self.shut, SHUT, worth)
        worth = worth - worth.max(axis=1, keepdims=True)
        return worth - np.log(np.exp(worth).sum(axis=1, keepdims=True))

    def slopes(self, theta: Array, offset: Array | None = None) -> tuple[float, Array, Array]:
        """(ℓ, its gradient [k], the information [k, k])."""
        logs = self._logs(theta, offset)
        chance = np.exp(logs)
        mean = (chance[..., None] * self.features).sum(axis=1)
        away = self.features - mean[:, None]
        total = self.counts.sum(axis=1)
        gradient = self.counts.ravel() @ away.reshape(-1, self.k)
        weight = total[:, None] * chance
        flat = away.reshape(-1, self.k)
        information = (weight.reshape(-1, 1) * flat).T @ flat
        return float((self.counts * logs).sum()), gradient, information

    @cached_property
    def differences(self) -> Array:
        """[difference, k]: φ less its mean over the actions of the cell."""
        return (self.features - self.features.mean(axis=1, keepdims=True)).reshape(-1, self.k)

    @cached_property
    def told(self) -> Array:
        """[k, rank]: an orthonormal basis of the directions that can be told (units: per unit of φ)."""
        size = np.abs(self.differences).max(axis=0, initial=0.0)
        size = np.where(size > 0, size, 1.0)
        _, values, rows = np.linalg.svd(self.differences / size, full_matrices=False)
        kept = rows[values > RANK * max(float(values.max(initial=0.0)), RANK)]
        return np.linalg.qr((kept * size).T)[0] if len(kept) else np.zeros((self.k, 0))

    @cached_property
    def untold(self) -> Array:
        """[k, k − rank]: an orthonormal basis of the directions that nothing seen can tell."""
        left = np.linalg.svd(self.told, full_matrices=True)[0] if self.told.shape[1] else np.eye(self.k)
        return left[:, self.told.shape[1] :]

    @cached_property
    def separated(self) -> bool:
        """Whether ℓ rises for ever in some direction."""
        return bool(len(self._favoured)) and self._recedes(self._favoured.sum(axis=0))

    @cached_property
    def _favoured(self) -> Array:
        """[row, rank]: φ of what was seen less that of what was not, in `told`; ℓ never falls where all of them rise."""
        phi, rank = self.features @ self.told, self.told.shape[1]
        cells, chosen = np.nonzero(self.counts)
        rows = (phi[cells, chosen][:, None] - phi[cells]).reshape(phi.shape[1] * len(cells), rank)
        rows = rows[np.abs(rows).max(axis=1, initial=0.0) > 0]
        return rows / np.abs(rows).max(initial=1e-300)

    def _recedes(self, along: Array) -> bool:
        """Whether ℓ never falls in some direction in which `along`[rank] rises: all of {ℓ ≥ c} is unbounded that way."""
        programme = Programme()
        columns = programme.add_columns(len(along), lower=-1.0, upper=1.0, cost=along)
        lines = programme.add_rows(len(self._favoured), lower=0.0)
        programme.put(lines[:, None], columns, self._favoured)
        return programme.solve(maximise=True).value > 1e-7

    def recedes(self, direction: Array) -> bool:
        """Whether direction·θ grows without bound on {θ : ℓ(θ) ≥ c}, for c below the highest; [k], one that can be told."""
        return self.separated and self._recedes(self.told.T @ direction / max(float(np.abs(direction).max()), 1e-300))

    def highest(self, *, start: Array | None = None, offset: Array | None = None) -> tuple[Array, float]:
        """(θ, ℓ) where ℓ is highest: Newton's method with halved steps. θ has no part in directions that cannot be told.

        Where choices are separated ℓ is the supremum, to rounding, and θ far out.
        """
        theta = np.zeros(self.k) if start is None else start.copy()
        value, gradient, information = self.slopes(theta, offset)
        for _ in range(STEPS):
            step = self._newton(information, gradient)
            gain = float(gradient @ step)  # twice what a full step should bring
            lost = float(
                np.abs(self.told.T @ (gradient - information @ step)).max(initial=0.0)
            )  # information below rounding
            if not np.isfinite(gain) or gain < 0 or lost > 1e-9 * (1 + self.n):
                return self._climbed(theta, offset)
            if gain <= LAST * (1 + abs(value)):
                return self._polished(theta, theta + step, value, offset)
            length = 1.0
            while length > 1e-3:
                candidate = theta + length * step
                there = self.slopes(candidate, offset)
                if there[0] >= value + 1e-4 * length * gain:
                    break
                length /= 2
            else:
                return self._climbed(theta, offset)
            theta, (value, gradient, information) = candidate, there
        return self._climbed(theta, offset)

    def _climbed(self, theta: Array, offset: Array | None) -> tuple[Array, float]:
        """As `highest`, where Newton's steps are too long or lost in rounding: steps within a radius, which grows as they succeed.

        Far out, where one action is all but sure, information is next to nothing even if it is the wrong action.
        """
        value, gradient, information = self.slopes(theta, offset)
        radius = 1.0
        for _ in range(CLIMBED):
            if np.abs(gradient).max(initial=0.0) * max(1.0, float(np.abs(theta).max())) < FLAT * (1 + abs(value)):
                break
            step = self.told @ _within(self.told.T @ information @ self.told, self.told.T @ gradient, radius)
            expected = float(gradient @ step - step @ information @ step / 2)
            there = self.slopes(theta + step, offset)
            if there[0] - value < 0.1 * expected:
                radius = float(np.linalg.norm(step)) / 4
                if radius < 1e-9 * max(1.0, float(np.abs(theta).max())):
                    break
            else:
                radius = max(radius, 3 * float(np.linalg.norm(step)))
            if there[0] > value:
                theta, (value, gradient, information) = theta + step, there
        return theta, value

    def _polished(self, before: Array, theta: Array, least: float, offset: Array | None) -> tuple[Array, float]:
        """One full step more: Newton's method squares the miss, and rounding hides what ℓ would gain."""
        value, gradient, information = self.slopes(theta, offset)
        if value < least - LAST * (1 + abs(least)):
            return before, least
        theta = theta + self._newton(information, gradient)
        return theta, self.value(theta, offset)

    def _newton(self, information: Array, gradient: Array) -> Array:
        """Newton's step in the directions that can be told; in the others rounding would be divided by rounding."""
        basis = self.told
        return np.asarray(
            basis @ np.linalg.pinv(basis.T @ information @ basis, rcond=1e-13, hermitian=True) @ (basis.T @ gradient)
        )

    def along(self, direction: Array, at: float, start: Array) -> tuple[float, Array]:
        """(max ℓ over θ with direction·θ = at, where)."""
        pivot = direction / float(direction @ direction)
        basis = np.linalg.svd(direction[None])[2][1:].T
        fixed = pivot * at
        if not basis.shape[1]:
            return self.value(fixed), fixed
        inner = self.restricted(basis)
        z, value = inner.highest(start=basis.T @ (start - fixed), offset=self.features @ fixed)
        return value, fixed + basis @ z

    def reach(self, direction: Array, least: float, start: Array) -> tuple[float, float]:
        """The least and the greatest direction·θ over {θ : ℓ(θ) ≥ least}, from a `start` inside it; infinite where unbounded."""
        if np.abs(direction @ self.untold).max(initial=0.0) > 1e-7 * np.abs(direction).max():
            return -INFINITY, INFINITY
        low, high = (
            sign * INFINITY
            if self.recedes(sign * direction)
            else self._end(lambda t, s: self.along(direction, t, s), float(direction @ start), sign, least, start)
            for sign in (-1, 1)
        )
        return low, high

    def ratio_reach(self, k: int, by: int, least: float, start: Array) -> tuple[float, float]:
        """The least and the greatest θ_k/θ_by over {θ : ℓ(θ) ≥ least}; infinite unless θ_by > 0 all over it (Fieller 1954)."""
        unit = np.eye(self.k)
        if start[by] <= 0 or self.along(unit[by], 0.0, start)[0] >= least:
            return -INFINITY, INFINITY
        if np.abs(unit[[k, by]] @ self.untold).max(initial=0.0) > 1e-7:
            return -INFINITY, INFINITY

        def at(ratio: float, s: Array) -> tuple[float, Array]:
            return self.along(unit[k] - ratio * unit[by], 0.0, s)

        middle = float(start[k] / start[by])
        return self._end(at, middle, -1, least, start), self._end(at, middle, 1, least, start)

    def _end(self, profile, middle: float, sign: int, least: float, start: Array) -> float:
        """How far from `middle`, that way, the profile stays at `least` or above."""
        inside, step, point = middle, 1e-2 * max(abs(middle), 1e-2), start
        for _ in range(ENLARGED):
            value, there = profile(inside + sign * step, point)
            if value < least:
                break
            inside, point, step = inside + sign * step, there, step * 4
        else:
            return sign * INFINITY
        return root(lambda at: profile(at, point)[0] - least, inside, inside + sign * step)


def _within(information: Array, gradient: Array, radius: float) -> Array:
    """The step of a length of at most `radius` that raises the quadratic model most (Moré & Sorensen 1983), by bisection."""
    values, basis = np.linalg.eigh(information)
    values, part = np.maximum(values, 0), basis.T @ gradient

    def step(damping: float) -> Array:
        return np.asarray(part / np.maximum(values + damping, 1e-100))

    low, high = 0.0, float(np.linalg.norm(gradient)) / radius
    if np.linalg.norm(step(0.0)) > radius:
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if np.linalg.norm(step(middle)) > radius else (low, middle)
        return np.asarray(basis @ step(high))
    return np.asarray(basis @ step(0.0))
