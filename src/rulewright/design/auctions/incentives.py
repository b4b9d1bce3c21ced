"""Incentive rows of one bidder, added when they are broken.

    U(θ) ≥ U(r) + Σ_j (θ_j − r_j)·q_j(r)        for every type θ, report r and case z

A case is what the others are when incentives are dominant, and there is one case when they are Bayesian. Local rows, for
reports one step away on the grid, come first. In one dimension they imply all others; in several they do not, so
that all rows are looked at in the end.
"""

from __future__ import annotations

import numpy as np

from ...numerics.linprog import Programme
from ...numerics.rational import Array
from .setting import neighbours


class Incentives:
    """Columns: U[type, case], q[item, type, case]. A row is coded by its cell in [type, report, case]."""

    def __init__(self, table: Array, utility: Array, allocation: Array, labels: Array) -> None:
        self.table, self.utility, self.allocation, self.labels = table, utility, allocation, labels
        self.used = np.zeros(0, int)

    @property
    def possible(self) -> int:
        """Rows in all, one of each orbit."""
        types, cases = self.utility.shape
        own = self.labels.ravel() == np.arange(self.labels.size)
        return int(own.sum()) - int(own.reshape(types, types, cases)[np.arange(types), np.arange(types)].sum())

    def local(self) -> Array:
        """Codes of the rows with which to start."""
        here, there = neighbours(self.table)
        return np.unique(self.labels[here, there])

    def add(self, programme: Programme, codes: Array) -> None:
        """Write new rows, and remember them."""
        self.write(programme, codes)
        self.used = np.concatenate([self.used, codes])

    def write(self, programme: Programme, codes: Array) -> None:
        types, cases = self.utility.shape
        truth, rest = np.divmod(codes, types * cases)
        report, case = np.divmod(rest, cases)
        rows = programme.add_rows(len(codes), lower=0.0)
        programme.put(rows, self.utility[truth, case], 1.0)
        programme.put(rows, self.utility[report, case], -1.0)
        gain = self.table[truth] - self.table[report]  # [row, item]
        programme.put(rows[:, None], self.allocation[:, report, case].T, -gain)

    def gains(self, utility: Array, allocation: Array) -> Array:
        """[type, report, case]: what a lie gains, given values in place of columns."""
        worth = np.tensordot(self.table, allocation, axes=1)
        price = np.einsum("rj,jrz->rz", self.table, allocation) - utility
        return worth - price - utility[:, None]

    def broken(self, gains: Array, tolerance: float) -> Array:
        """Codes of new rows: for every type and case the worst lie that gains more than the tolerance."""
        report = gains.argmax(axis=1)  # [type, case]
        worst = np.take_along_axis(gains, report[:, None], axis=1)[:, 0]
        truth, case = np.nonzero(worst > tolerance)
        codes = np.unique(self.labels[truth, report[truth, case], case])
        return np.setdiff1d(codes, self.used, assume_unique=True)
