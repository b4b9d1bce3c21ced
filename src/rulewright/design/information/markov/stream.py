"""A stream of receivers, each there for one step: dynamic programming with one obedience programme for each state.

    (T V)(s) = max { Σ_{θ,a} x(θ,a)·( v(s,θ,a) + δ Σ P(s′|s,θ,a) V(s′) ) :  x obedient in s }

The modified Bellman equation of Wu et al. 2022. With a horizon, backwards. Without one, policy iteration (Howard 1960): solve
all states for V, evaluate the signal by one linear system, repeat. T is monotone and contracts by δ, so with prices
y_s(a,b) ≥ 0 of obedience, whatever they are,

    U(s) = Σ_θ μ_s(θ)·max_a [ v + δ P V + Σ_b y_s(a,b)·(u(s,θ,a) − u(s,θ,b) − m) ]  ≥  (T V)(s)
    V ≤ V* ≤ V + max_s (U − V)/(1 − δ)                                       if V is what an obedient signal is worth

the second line is the bound that comes with every answer (up to rounding of floats; `exactly_stream` has no rounding).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ....errors import Impossible, Unsolved
from ....numerics.given import real
from ....numerics.memory import reserve
from ....numerics.rational import Array, floats
from ..persuasion import unit
from .process import Process, ahead, check_horizon, silent, telling, worth, worth_until
from .stage import Stage

ENOUGH = 1e-10  # of the range of what the sender gets in a step: residuals below this are rounding
MOST_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class StreamScheme:
    """The best signal for a stream of receivers, and what stands beside it: the sender's values from the start."""

    signal: Array = field(repr=False)
    """σ[s, θ, a]; with a horizon σ[t, s, θ, a]."""
    values: Array = field(repr=False)
    """V[s]; with a horizon V[t, s], row t with horizon − t steps to go."""
    value: float
    bound: float
    """No obedient signal brings more, however it depends on the past."""
    nothing: float
    """The parameter is never told."""
    everything: float
    """The parameter is always told; ties in the sender's favour at the step."""
    weights: Array = field(repr=False)
    """y[s, a, b] ≥ 0, prices of obedience; with a horizon y[t, s, a, b]."""
    margin: float
    rounds: int
    """Of policy iteration, or the horizon."""

    @property
    def gap(self) -> float:
        return self.bound - self.value


def priced(process: Process, wanted: Array, weights: Array, margin: float = 0.0) -> Array:
    """[s]: Σ_θ μ max_a [ wanted[s, θ, a] + Σ_b y[s, a, b]·(u(a) − u(b) − m) ]: at least what any obedient signal brings."""
    u = floats(process.receiver)
    total = weights.sum(axis=2)[:, None]
    extra = (u - margin) * total - np.einsum("stb,sab->sta", u, weights)
    return np.asarray((floats(process.law) * (wanted + extra).max(axis=2)).sum(axis=1))


class _Stages:
    """All states at once."""

    def __init__(self, process: Process, margin: float) -> None:
        reserve((process.states, process.acts**2, process.parameters), "obedience rows of all states")
        law, u = floats(process.law), floats(process.receiver)
        self._stages = [Stage(law[s], u[s], margin) for s in range(process.states)]

    def best(self, wanted: Array) -> tuple[Array, Array]:
        """(σ[s, θ, a], y[s, a, b])."""
        found = []
        for s, stage in enumerate(self._stages):
            try:
                found.append(stage.best(wanted[s]))
            except Impossible as none:
                raise none.at(f"state {s}") from None
        return np.stack([signal for signal, _ in found]), np.stack([prices for _, prices in found])


def persuade_stream(process: Process, *, horizon: int | None = None, margin: float = 0.0) -> StreamScheme:
    """The best signal for a stream of receivers who look one step ahead, for `horizon` steps or for ever.

    `margin` is in the receiver's payoff units, per recommendation. Raises InputError; Impossible where no signal has the margin;
    Unsolved where policy iteration does not settle.
    """
    check_horizon(process, horizon)
    margin = real(margin, "margin")
    stages, start = _Stages(process, margin), floats(process.start)
    if horizon is not None:
        return _backwards(process, stages, horizon, margin)
    signal, weights = stages.best(ahead(process, np.zeros(process.states)))
    values, enough = worth(process, signal), ENOUGH * unit(floats(process.sender))
    rounds, settled = 1, False
    while not settled and rounds < MOST_ROUNDS:
        rounds += 1
        better, weights = stages.best(ahead(process, values))
        new = worth(process, better)
        settled = (new - values).max() <= enough
        signal, values = better, new
    if not settled:
        raise Unsolved(where="Markov persuasion", needed="policies that settle", found=f"none in {MOST_ROUNDS} rounds")
    over = (priced(process, ahead(process, values), weights, margin) - values).max()
    return StreamScheme(
        signal=signal,
        values=values,
        value=float(start @ values),
        bound=float(start @ values + max(over, 0.0) / (1 - float(process.discount))),
        nothing=float(start @ worth(process, silent(process))),
        everything=float(start @ worth(process, telling(process))),
        weights=weights,
        margin=float(margin),
        rounds=rounds,
    )


def _backwards(process: Process, stages: _Stages, horizon: int, margin: float) -> StreamScheme:
    """Backwards from the end; the bound goes backwards with the values."""
    start, above = floats(process.start), np.zeros(process.states)
    signals, weights, later = [], [], np.zeros(process.states)
    for _ in range(horizon):
        signal, y = stages.best(ahead(process, later))
        above = priced(process, ahead(process, above), y, margin)
        joint = floats(process.law)[..., None] * signal
        later = (joint * ahead(process, later)).sum(axis=(1, 2))
        signals.append(signal)
        weights.append(y)
    whole = np.stack(signals[::-1])
    values = worth_until(process, whole, horizon)
    return StreamScheme(
        signal=whole,
        values=values,
        value=float(start @ values[0]),
        bound=float(start @ above),
        nothing=float(start @ worth_until(process, silent(process), horizon)[0]),
        everything=float(start @ worth_until(process, telling(process), horizon)[0]),
        weights=np.stack(weights[::-1]),
        margin=float(margin),
        rounds=horizon,
    )
