"""Everything that a scheme with memory can do, written out: one linear programme over all histories of a short horizon.

A history h = (s_0, a_0, s_1, a_1, …, s_t) is what the receiver has seen on the path on which it obeys. With X(h,θ,a) the chance
that h happens, the parameter is θ and a is recommended:

    Σ_a X(h,θ,a) = X(h)·μ(θ),      X(h a s′) = Σ_θ X(h,θ,a)·P(s′|s,θ,a)
    obedience at (h, a):   what X brings the receiver from (h, a) on  ≥  Σ_θ X(h,θ,a)·( u(θ,b) + ρ Σ P(s′|s,θ,b)·D(s′) )

No promises and no grid: the independent answer that promise-form schemes are tested against. It grows as (acts·states)^horizon.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ....errors import TooLarge, Unsolved
from ....numerics.given import whole
from ....numerics.linprog import Programme
from ....numerics.rational import Array, floats
from ..persuasion import unit
from .process import Process, check_horizon
from .receiver import by_itself, rate_of

MOST_HISTORIES, MOST_STEPS = 20_000, 200


class _Tree:
    def __init__(self, process: Process, horizon: int) -> None:
        self.process, self.horizon = process, horizon
        self.law, self.u, self.v, self.moves = (
            floats(t) for t in (process.law, process.receiver, process.sender, process.moves)
        )
        self.threats = by_itself(process, horizon, told=False).receiver
        self.p = Programme()

    def grow(self, t: int, s: int, reach: tuple[Array, Array] | float) -> tuple[Array, Array]:
        """(columns, coefficients) of what the receiver gets from here on, as of step t; `reach` is X(h), columns or a number."""
        parameters, acts = self.u.shape[1:]
        fixed = reach * self.law[s] if isinstance(reach, float) else np.zeros(parameters)
        x = self.p.add_columns((parameters, acts), cost=float(self.process.discount) ** t * self.v[s])
        rows = self.p.add_rows(parameters, lower=fixed, upper=fixed)
        self.p.put(rows[:, None], x, 1.0)
        if not isinstance(reach, float):
            self.p.put(rows[:, None], reach[0][None], -self.law[s][:, None] * reach[1][None])
        columns, values = [x.ravel()], [self.u[s].ravel()]
        threat = self.u[s] + rate_of(self.process) * (self.moves[s] @ self.threats[t + 1])
        for a in range(acts):
            after = [(x[:, a], self.u[s][:, a])]
            if t + 1 < self.horizon:
                for n in np.flatnonzero(self.moves[s][:, a].max(axis=0) > 0):
                    c, value = self.grow(t + 1, int(n), (x[:, a], self.moves[s][:, a, n]))
                    after.append((c, rate_of(self.process) * value))
                    columns.append(c)
                    values.append(after[-1][1])
            own = np.concatenate([c for c, _ in after]), np.concatenate([value for _, value in after])
            for b in range(acts):
                if b != a:
                    row = self.p.add_rows(1, lower=0.0)
                    self.p.put(row, *own)
                    self.p.put(row, x[:, a], -threat[:, b])
        return np.concatenate(columns), np.concatenate(values)


def histories(process: Process, horizon: int) -> int:
    """How many there are, of all lengths below the horizon."""
    ways = (floats(process.moves).max(axis=1) > 0).sum(axis=1)  # [s, s′]: acts that may lead there
    now, total = (floats(process.start) > 0).astype(float), 0.0
    for _ in range(horizon):
        total += now.sum()
        now = now @ ways
    return int(min(total, 1e18))


def over_histories(process: Process, horizon: int) -> float:
    """The sender's optimum over all schemes that a patient receiver obeys, for a short horizon. Raises TooLarge."""
    check_horizon(process, whole(horizon, "Markov persuasion, horizon"))
    if horizon > MOST_STEPS:
        raise TooLarge(where="persuasion over histories", needed=f"{horizon} steps", found=f"{MOST_STEPS} at most")
    if (count := histories(process, horizon)) > MOST_HISTORIES:
        raise TooLarge(
            where="persuasion over histories",
            needed=f"{count:,} of them",
            found=f"{MOST_HISTORIES:,} that are written out",
            remedy="persuade_patient brackets the same value.",
        )
    v, u = floats(process.sender), floats(process.receiver)
    shift, size = float(v.mean()), unit(v)  # the solver's tolerances are absolute
    tree = _Tree(replace(process, sender=(v - shift) / size, receiver=(u - u.mean()) / unit(u)), horizon)
    for s, chance in enumerate(floats(process.start)):
        if chance > 0:
            tree.grow(0, s, float(chance))
    found = tree.p.solve(maximise=True)
    if found.x is None:
        raise Unsolved(where="persuasion over histories", needed="an optimum", found=found.status)
    weight = float(process.start.sum()) * sum(float(process.discount) ** t for t in range(horizon))
    return found.value * size + shift * weight
