"""A bracket tax: a rate for each part of income, and what it brings in goes back to all in equal shares.

T(z) = Σ_b τ_b · min(max(z − e_b, 0), e_{b+1} − e_b)          e_0 = 0, the last bracket has no end
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array


@dataclass(frozen=True)
class Schedule:
    """Rates by bracket."""

    edges: tuple[float, ...]
    """Where each bracket but the first begins, rising, above 0; in units of income."""
    rates: tuple[float, ...]
    """Of each bracket, at most 1; below 0 they are subsidies of work."""

    def __post_init__(self) -> None:
        edges, rates = np.asarray(self.edges, float), np.asarray(self.rates, float)
        rising = (np.diff([0.0, *self.edges]) > 0).all()
        if len(rates) != len(edges) + 1 or not rising or not np.isfinite([*edges, *rates]).all() or rates.max() > 1:
            raise InputError(
                where="tax",
                needed="rising edges above 0, and one rate more than edges, each at most 1",
                found=f"edges {self.edges}, rates {self.rates}",
            )

    @property
    def starts(self) -> Array:
        """[bracket]"""
        return np.array([0.0, *self.edges])

    def tax(self, income: Any) -> Array:
        """[...]: what is due on incomes [...]."""
        within = np.clip(np.asarray(income, float)[..., None] - self.starts, 0, np.diff([*self.starts, np.inf]))
        return np.asarray((within * np.asarray(self.rates)).sum(axis=-1))

    def after(self, income: Any) -> Array:
        """[..., worker]: what each is left with: income [..., worker] less tax, and an equal share of all that came in."""
        due = self.tax(income)
        return np.asarray(income, float) - due + due.mean(axis=-1, keepdims=True)
