"""What members of a group earn who cooperate, punish or do neither: our version, after Boyd & Richerson 1992, Ethology &
Sociobiology 13.

Groups of n are formed at random and stay together for one period and W = w / (1 − w) more, on average. Per period a cooperator
pays c and everybody gets b/n from each cooperator (b below 0: what is done harms all). Then punishers pay k for each whom they
punish, who loses p.

    P punisher      cooperates; punishes who defects
    R reluctant     defects until punished, then cooperates
    M moralist      cooperates; punishes who defects, and who did not punish when there was somebody to punish
    E easygoing     cooperates; never punishes
    D defector      never cooperates, never punishes

Without errors, P and R alone, and j punishers in the group (the payoffs of the paper's idea that this house computes with):

    u_P(j) = b j/n − c − k (n − j) + W (b − c)          u_R(j) = b j/n − p j + W (b − c) for j ≥ 1,   u_R(0) = 0

Errors (ours; the paper's table with errors is not used): who means to cooperate defects by mistake with chance e, alone of all and
anew in each period. There is somebody to punish when anybody at all defects; one is punished once by each punisher and
period, whatever for. With d_i the chance that i defects and S = Π (1 − d) the chance that nobody does, a period brings i

    (b/n) Σ_l (1 − d_l) − c (1 − d_i) − [i punishes] k Σ_{l≠i} d_l − [i = M] k Σ_{l≠i, l does not punish} (1 − d_l − S)
                                      − p d_i (others who punish) − [i does not punish] p (1 − d_i − S) (other M)

R's d is 1 in the first period and in groups without P and M, and e after the first period in others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.rational import Array

TYPES = ("punisher", "reluctant", "moralist", "easygoing", "defector")
P, R, M, E, D = range(5)
PUNISHES = (P, M)
IDLE = (R, E, D)
EVERYBODY = tuple(range(5))
MOST = 10_000  # members of a group


@dataclass(frozen=True)
class Stage:
    """Settings as rationals; units of payoff, save `later` (periods) and `errors` (a chance)."""

    group: int
    benefit: Fraction
    cost: Fraction
    punishing: Fraction
    punished: Fraction
    later: Fraction
    """W: periods expected after the first."""
    errors: Fraction = Fraction(0)

    @classmethod
    def of(cls, group: int, *numbers: float | Fraction | str) -> Stage:
        """From benefit, cost, punishing, punished, later and errors as anybody writes them: .2 is a fifth. Raises InputError."""
        return cls(group, *numbers)  # type: ignore[arg-type]  # made rational below

    def __post_init__(self) -> None:
        for name in ("benefit", "cost", "punishing", "punished", "later", "errors"):
            try:
                object.__setattr__(self, name, rational.fraction(getattr(self, name)))
            except ValueError as error:
                raise InputError(where=name, needed="a finite number", found=str(error)) from None
        if not 2 <= self.group <= MOST:
            raise InputError(where="group", needed=f"from 2 to {MOST:,} members", found=str(self.group))
        for name, low, high in (
            ("cost", 0, None),
            ("punishing", 0, None),
            ("punished", 0, None),
            ("later", 0, None),
            ("errors", 0, 1),
        ):
            value = getattr(self, name)
            if value < low or (high is not None and value >= high):
                upto = "" if high is None else f", below {high}"
                raise InputError(where=name, needed=f"at least {low}{upto}", found=rational.decimal(value))

    def members(self, counts: Array, exact: bool = True) -> Array:
        """[..., type] what a member of each type earns in all, in groups of counts[..., type]; of no meaning where there is
        none.
        """
        k = np.asarray(counts).astype(object if exact else float)
        first, then = self._chances(k)
        return self._period(k, first) + self._as(self.later, k) * self._period(k, then)

    def follows(self, counts: Array, exact: bool = True) -> Array:
        """[..., type] share of its periods in which a member cooperates, in groups of counts[..., type]."""
        k = np.asarray(counts).astype(object if exact else float)
        first, then = self._chances(k)
        later = self._as(self.later, k)
        return (1 - first + later * (1 - then)) / (1 + later)

    def _as(self, value: Any, field: Array) -> Any:
        """In the field of `field`: rational where that holds objects, else float."""
        if isinstance(value, list):
            return rational.filled((len(value),), value) if rational.is_exact(field) else rational.floats(value)
        return value if rational.is_exact(field) else float(value)

    def _chances(self, k: Array) -> tuple[Array, Array]:
        """([type], [..., type]): chances of defecting in the first period and afterwards."""
        first, taught = self._as(self._first, k), self._as(self._taught, k)
        return first, np.where(np.asarray(k[..., P] + k[..., M] > 0)[..., None], taught, first)

    def _period(self, counts: Array, d: Array) -> Array:
        """[..., type] what one period brings, in groups of counts[..., type] with chances d[..., type] of defecting."""
        b, c, k, p = (self._as(v, counts) for v in (self.benefit, self.cost, self.punishing, self.punished))
        right = 1 - d
        doing, wrong = (counts * right).sum(axis=-1), (counts * d).sum(axis=-1)
        nobody = (right**counts).prod(axis=-1)
        silent = sum(counts[..., t] * (right[..., t] - nobody) for t in IDLE)
        found = []
        for i in EVERYBODY:
            earned = b / self.group * doing - c * right[..., i]
            strict = counts[..., P] + counts[..., M] - (i in PUNISHES)
            earned = earned - p * d[..., i] * strict
            if i in PUNISHES:
                earned = earned - k * (wrong - d[..., i])
            else:
                earned = earned - p * counts[..., M] * (right[..., i] - nobody)
            if i == M:
                earned = earned - k * silent
            found.append(earned)
        return np.stack(found, axis=-1)

    @property
    def _first(self) -> list[Fraction]:
        return [self.errors, Fraction(1), self.errors, self.errors, Fraction(1)]

    @property
    def _taught(self) -> list[Fraction]:
        return [self.errors] * 4 + [Fraction(1)]

    def _then(self, counts: Sequence[int]) -> list[Fraction]:
        return self._taught if any(counts[t] for t in PUNISHES) else self._first

    def expected(self, shares: Array) -> Array:
        """[..., type] mean payoffs at shares[..., type] of very many: the others are n − 1 random draws. In the field of
        `shares`.
        """
        x = shares if rational.is_exact(shares) else rational.floats(shares)
        first = self._mean(x, self._first, EVERYBODY)
        taught = self._mean(x, self._taught, EVERYBODY)
        alone = self._mean(x, self._first, IDLE) - self._mean(x, self._taught, IDLE)
        idle = np.array([t in IDLE for t in EVERYBODY])
        return first + self._as(self.later, x) * (taught + np.where(idle, alone, 0 * alone))

    def following(self, shares: Array) -> Array:
        """[..., type] expected share of periods in which each type cooperates."""
        x = shares if rational.is_exact(shares) else rational.floats(shares)
        untaught = sum(x[..., t] for t in IDLE) ** (self.group - 1)
        later, e = self._as(self.later, x), self._as(self.errors, x)
        steady = (1 - e) + 0 * untaught
        reluctant = later * (1 - e) * (1 - untaught) / (1 + later)
        return np.stack([steady, reluctant, steady, steady, 0 * untaught], axis=-1)

    def _mean(self, x: Array, defects: Sequence[Fraction], among: Sequence[int]) -> Array:
        """[..., type] mean payoff of one period where all others are of types `among`, times the chance that they are."""
        n = self.group - 1
        b, c, k, p = (self._as(v, x) for v in (self.benefit, self.cost, self.punishing, self.punished))
        d = [self._as(v, x) for v in defects]
        there = sum(x[..., t] for t in among)
        right = sum(x[..., t] * (1 - d[t]) for t in among)
        chance, per = there**n, n * there ** (n - 1)
        # Expected numbers of others, and those numbers times S, but for the factor of i's own.
        others = {t: per * x[..., t] if t in among else 0 * chance for t in EVERYBODY}
        quiet = {t: n * right ** (n - 1) * x[..., t] * (1 - d[t]) if t in among else 0 * chance for t in EVERYBODY}
        doing = sum(others[t] * (1 - d[t]) for t in EVERYBODY)
        wrong = sum(others[t] * d[t] for t in EVERYBODY)
        found = []
        for i in EVERYBODY:
            own = 1 - d[i]
            earned = b / self.group * (own * chance + doing) - c * own * chance
            if i in PUNISHES:
                earned = earned - k * wrong
            if i == M:
                earned = earned - k * sum(others[t] * (1 - d[t]) - own * quiet[t] for t in IDLE)
            earned = earned - p * d[i] * (others[P] + others[M])
            if i in IDLE:
                earned = earned - p * (others[M] * (1 - d[i]) - own * quiet[M])
            found.append(earned)
        return np.stack(found, axis=-1)
