"""A mechanism under watch: every report that it is asked is counted, every answer is looked at.

Answers of a wrong shape are refused; numbers that are not finite are noted, with the first reports that gave them, and count as an
outcome that nobody wants. u_i(θ; r) is what agent i of type θ_i gets if it says r and all others say θ_−i.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.rational import Array
from ..environment import Environment
from ..laws import Law
from ..mechanism import Mechanism, Outcome

ROWS = 1 << 13  # reports at once: of small nets, what stays in the cache
TAIL = 1e-6  # a law without a most value is searched up to the value that is exceeded with this chance


def reach(law: Law) -> tuple[Array, Array]:
    """([dimension], [dimension]): the box that is searched."""
    low, high = np.asarray(law.low, float), np.asarray(law.high, float)
    far = np.asarray(law.at(np.full(law.dimensions, 1 - TAIL)), float)
    return np.where(np.isfinite(low), low, np.minimum(far, 0)), np.where(np.isfinite(high), high, far)


@dataclass(eq=False)
class Watched:
    """Mutable: it counts."""

    mechanism: Mechanism
    rows: int = ROWS
    asked: int = 0
    """Reports of all agents together that the mechanism was asked to answer."""
    unfinite: int = 0
    """Answers with a number that is not finite."""
    where: Array | None = field(default=None, repr=False)
    """[agent, dimension]: the first reports with such an answer."""
    single: bool = False
    """Whether answers came in single precision."""

    @property
    def environment(self) -> Environment:
        return self.mechanism.environment

    def outcome(self, reports: Array) -> Outcome:
        """Of reports [profile, agent, dimension], in pieces. Raises InputError for answers of a wrong shape."""
        parts = [self._piece(reports[k : k + self.rows]) for k in range(0, len(reports), self.rows)]
        if len(parts) == 1:
            return parts[0]
        return Outcome(np.concatenate([p.decision for p in parts]), np.concatenate([p.payments for p in parts]))

    def _piece(self, reports: Array) -> Outcome:
        found = self.mechanism.outcome(reports)
        decision, payments = np.asarray(found.decision), np.asarray(found.payments)
        there = self.environment
        wanted = (len(reports), *there.decisions.shape), (len(reports), there.agents)
        if (decision.shape, payments.shape) != wanted:
            raise InputError(
                where="mechanism",
                needed=f"a decision of shape {wanted[0]} and payments of shape {wanted[1]} for {len(reports)} reports",
                found=f"{decision.shape} and {payments.shape}",
            )
        self.asked += len(reports)
        self.single |= np.float32 in (decision.dtype, payments.dtype)
        decision, payments = decision.astype(float, copy=False), payments.astype(float, copy=False)
        odd = ~(np.isfinite(decision).reshape(len(reports), -1).all(axis=1) & np.isfinite(payments).all(axis=1))
        if odd.any():
            self.unfinite += int(odd.sum())
            if self.where is None:
                self.where = reports[odd.argmax()].copy()
            decision = np.where(odd.reshape(-1, *(1,) * (decision.ndim - 1)), 0.0, decision)
            payments = np.where(odd[:, None], np.nan, payments)  # which every utility inherits
        return Outcome(decision, payments)

    def utilities(self, types: Array, reports: Array) -> Array:
        """[profile, agent]: what agents of `types` get from what was reported; NaN where the answer is no number."""
        found = self.outcome(reports)
        return np.asarray(self.environment.values(types, found.decision), float) - found.payments

    def lying(self, types: Array, agent: int, misreports: Array) -> Array:
        """[profile, lie]: u_i(θ; r) of misreports [profile, lie, dimension]; −∞ where the answer is no number or r not allowed."""
        count, lies, dimensions = misreports.shape
        per = max(1, self.rows // max(lies, 1))
        out = np.empty((count, lies))
        for k in range(0, count, per):
            real = np.repeat(types[k : k + per], lies, axis=0)
            reports = real.copy()
            reports[:, agent] = misreports[k : k + per].reshape(-1, dimensions)
            out[k : k + per] = self.utilities(real, reports)[:, agent].reshape(-1, lies)
        allowed = np.asarray(self.environment.laws[agent].holds(misreports))
        return np.where(allowed & np.isfinite(out), out, -np.inf)
