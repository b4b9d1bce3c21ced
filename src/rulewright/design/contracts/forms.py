"""Forms that a contract may have: t = B·x with each x between bounds, and a few rows where bounds do not say it all.

    free       t = x                                              any payment per outcome
    monotone   t = Σ_{k ≤ rank} x_k                               t and reward − t both rise with the reward, 0 ≤ t ≤ reward
    two-part   t = x_0 + x_1·(reward − least reward)              a fixed part and a rate

Innes 1990 (J. Econ. Theory 52) asks for `monotone`: who could raise the result a little with borrowed money, or destroy some
of it, must not gain. Every form turns the law F[action, outcome] into G = F·B and leaves the programme as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.exact import ONE, ZERO
from ...numerics.rational import Array


@dataclass(frozen=True, eq=False)
class Form:
    """t = basis·x, low ≤ x ≤ high, rows·x ≥ sides. All exact; bounds may be infinite."""

    basis: Array | None = field(repr=False)
    """[outcome, column]; None is the identity, which would be large."""
    low: Array
    high: Array
    rows: Array = field(repr=False)
    """[row, column]."""
    sides: Array

    def payments(self, x: Array) -> Array:
        """[outcome]; t from x, in its field. Further columns of x are left out."""
        if self.basis is None:
            return x[: len(self.low)]
        return rational.like(self.basis, x).dot(x[: len(self.low)])

    def laws(self, F: Array) -> Array:
        """[action, column]; G = F·B, in the field of F."""
        return F if self.basis is None else F.dot(rational.like(self.basis, F))


def form(kind: str, reward: Array, low: Array, high: Array) -> Form:
    """The form called `kind` for reward[outcome] and low, high[outcome], all exact. Raises InputError for an unknown kind."""
    if kind not in FORMS:
        raise InputError(where="contract", needed=f"a form among {', '.join(FORMS)}", found=repr(kind))
    return FORMS[kind](reward, low, high)


def _free(reward: Array, low: Array, high: Array) -> Form:
    count = len(reward)
    return Form(None, low, high, _none(count), _none(count)[:, 0])


def _monotone(reward: Array, low: Array, high: Array) -> Form:
    order = np.argsort(reward, kind="stable")
    if reward[order[0]] < 0:
        raise InputError(
            where="monotone contract", needed="rewards of at least 0, which bound what is paid", found=str(min(reward))
        )
    rank = np.argsort(order)
    basis = rational.exact((rank[:, None] >= np.arange(len(reward))).astype(int))
    steps = np.diff(reward[order], prepend=ZERO)
    return _bounded(basis, np.full(len(reward), ZERO, dtype=object), steps, low, high, reward)


def _two_part(reward: Array, low: Array, high: Array) -> Form:
    bottom = int(np.argmin(reward))
    basis = np.stack([np.full(len(reward), ONE, dtype=object), reward - reward[bottom]], axis=1)
    limits = np.array([low[bottom], ZERO], dtype=object), np.array([high[bottom], float("inf")], dtype=object)
    return _bounded(basis, *limits, low, high, np.full(len(reward), float("inf"), dtype=object))


def _bounded(basis: Array, x_low: Array, x_high: Array, low: Array, high: Array, most: Array) -> Form:
    """Rows for the liability that the columns' own bounds do not imply: t ≥ B·x_low, and t ≤ `most` by form."""
    floor = basis.dot(x_low)
    below, above = np.flatnonzero(low > floor), np.flatnonzero(high < most)
    rows = np.concatenate([basis[below], -basis[above]])
    sides = np.concatenate([low[below], -high[above]])
    return Form(basis, x_low, x_high, rows, sides)


def _none(columns: int) -> Array:
    return np.zeros((0, max(columns, 1)), dtype=object)


FORMS = {"free": _free, "monotone": _monotone, "two-part": _two_part}
