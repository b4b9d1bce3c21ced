"""A signal for a stream of receivers that is obeyed exactly, and exact bounds on its value and on the best: rationals only.

Floats find σ, V and the prices y. Then, in fractions, with T_σ V = r_σ + δ P_σ V and U_y the priced operator of `stream`,

    V − c ≤ T_σ (V − c)      with c = max_s (V − T_σ V)⁺ / (1 − δ)         so V − c is at most what σ brings
    W + c ≥ U_y (W + c)      with c = max_s (U_y W − W)⁺ / (1 − δ)         so W + c is at least the optimum

whatever V, W and y ≥ 0 became by rounding: constants repair both.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ....errors import InputError, Unsolved
from ....numerics import rational
from ....numerics.given import number
from ....numerics.linear import unique_solution
from ....numerics.memory import FRACTION_BYTES, reserve
from ....numerics.rational import Array, floats
from ....verify import persuasion_certificate as written
from ..exact import SIMPLE, exact_prior, exactly, grained, simple
from ..persuasion import unit
from .process import Process
from .robust import radii
from .stage import Stage
from .stream import StreamScheme, persuade_stream

CUSHIONS = (1e-10, 1e-7, 1e-5)  # of the receiver's range: margins that rounding may not use up
MOST_SOLVED = 30  # states for which values are solved for exactly
FINE = 1 << 60  # values become multiples of one in so many where nothing simpler serves
LONG = 200  # bits of a number that is kept as it is
ZERO = Fraction(0)


@dataclass(frozen=True, eq=False)
class ExactStream:
    """Fractions throughout; `certificate()` hands it to a stranger."""

    process: Process = field(repr=False)
    horizon: int | None
    signal: Array = field(repr=False)
    """σ[t, s, θ, a]; one t where there is no horizon. Obeyed with the margin, exactly."""
    value: Fraction
    """What σ brings, at least."""
    bound: Fraction
    """What any signal brings that is obeyed with the margin, at most."""
    margin: Fraction
    radius: Fraction
    """Total variation around the laws within which σ stays obeyed."""
    values: Array = field(repr=False)
    """V[t, s], a witness for `value`."""
    above: Array = field(repr=False)
    """W[t, s], a witness for `bound`."""
    weights: Array = field(repr=False)
    """y[t, s, a, b]."""

    @property
    def gap(self) -> Fraction:
        """What a better signal could add at the most; 0 where this one is proved optimal."""
        return self.bound - self.value

    def certificate(self, title: str = "") -> dict[str, Any]:
        """Everything that the lone checker needs: obedient, robust, attained, bound."""
        p = self.process
        about = written.about(p.law, p.sender, p.receiver, p.moves, p.start, p.discount, self.horizon, self.signal)
        claims = [
            written.claim("obedient", margin=self.margin),
            written.claim("robust", radius=self.radius),
            written.claim("attained", at_least=self.value, values=self.values),
            written.claim("bound", at_most=self.bound, margin=self.margin, values=self.above, weights=self.weights),
        ]
        return written.certificate(about, claims, title or p.name)


def exact_process(process: Process) -> Process:
    """The same in rationals: payoffs as they print, laws simple where they can be, summing to exactly one.

    Raises TooLarge.
    """
    reserve(process.moves.shape, "moves as rationals", item_bytes=FRACTION_BYTES)

    def laws(table: Array) -> Array:
        rows = [exact_prior(row) for row in table.reshape(-1, table.shape[-1])]
        return np.array(rows, dtype=object).reshape(table.shape)

    return replace(
        process,
        law=laws(process.law),
        moves=laws(process.moves),
        start=laws(process.start),
        sender=rational.exact(process.sender),
        receiver=rational.exact(process.receiver),
        discount=rational.fraction(process.discount),
        patience=None if process.patience is None else rational.fraction(process.patience),
    )


def exactly_stream(
    process: Process, found: StreamScheme | None = None, *, horizon: int | None = None, margin: Any = 0
) -> ExactStream:
    """The scheme of `persuade_stream` (or `found`, of the same horizon and margin) in rationals, with its proofs.

    Raises InputError, Impossible, Unsolved where no rational signal near the solver's keeps the margin.
    """
    m = number(margin, "margin", least=0)
    found = found or persuade_stream(process, horizon=horizon, margin=float(m))
    exact = exact_process(process)
    steps = horizon or 1
    shape = (steps, *process.sender.shape)
    if found.signal.shape != (shape[1:] if horizon is None else shape):
        raise InputError(where="exact persuasion", needed="a scheme of this process and horizon", found="another one")
    sigma, y = found.signal.reshape(shape), found.weights.reshape(steps, process.states, *(process.acts,) * 2)
    values = found.values.reshape(steps, process.states)
    signal = np.empty(shape, dtype=object)
    for t in range(steps):
        later = values[0] if horizon is None else values[t + 1] if t + 1 < steps else np.zeros(process.states)
        wanted = floats(process.sender) + float(process.discount) * (floats(process.moves) @ later)
        for s in range(process.states):
            signal[t, s] = _obeyed(exact.law[s], wanted[s], exact.receiver[s], sigma[t, s], m)
    below = _below(exact, signal, horizon, values)
    start = exact.start
    best: tuple[Array, Array] | None = None
    size = unit(floats(process.sender)) / unit(floats(process.receiver))  # of prices
    grain = _two(size) / 2**40
    multiples = rational.filled(y.shape, [round(Fraction(x) / grain) * grain for x in y.flat])
    for weights in (_near(y, 1e-9 * size), multiples):
        above = _above(exact, weights, horizon, below, m)
        if best is None or (start * above[0]).sum() < (start * best[0][0]).sum():
            best = above, weights
    assert best is not None
    radius = min(min(radii(exact, signal[t])) for t in range(steps))
    return ExactStream(
        process=exact,
        horizon=horizon,
        signal=signal,
        value=(start * below[0]).sum(),
        bound=(start * best[0][0]).sum(),
        margin=m,
        radius=Fraction(radius),
        values=below,
        above=best[0],
        weights=best[1],
    )


def _near(table: Array, close: float) -> Array:
    return rational.filled(table.shape, rational.simplest(np.maximum(table, 0.0).flat, close))


def _holds(law: Array, u: Array, signal: Array, m: Fraction) -> bool:
    joint = law[:, None] * signal
    table = np.asarray(joint.T @ u)
    own, chance = np.diag(table), joint.sum(axis=0)
    slack = own[:, None] - table - m * chance[:, None]
    return all(slack[a, b] >= 0 for a in range(len(slack)) for b in range(len(slack)) if a != b)


def _obeyed(law: Array, wanted: Array, u: Array, signal: Array, m: Fraction) -> Array:
    """σ[θ, a] in rationals, near `signal`, obeyed exactly."""
    for candidate in (*(simple(signal, close) for close in SIMPLE), grained(signal)):
        if _holds(law, u, candidate, m):
            return candidate
    if not m:
        return exactly(law, wanted, u).signal
    for cushion in CUSHIONS:
        stage = Stage(floats(law), floats(u), float(m) + cushion * unit(floats(u)))
        candidate = grained(stage.best(wanted)[0])
        if _holds(law, u, candidate, m):
            return candidate
    raise Unsolved(where="exact persuasion", needed="a rational signal with the margin", found="none near the solver's")


def _two(x: Any) -> Fraction:
    """A power of two near x > 0."""
    top, bottom = Fraction(x).as_integer_ratio()
    power = top.bit_length() - bottom.bit_length()
    return Fraction(2**power if power > 0 else Fraction(1, 2**-power))


def _short(values: Array) -> Array:
    """The same, or multiples of the largest's FINE-th part where numbers have become long."""
    if max(x.denominator.bit_length() for x in values.flat) <= LONG:
        return values
    grain = min(_two(max(abs(values.ravel())) or 1), Fraction(1)) / FINE
    return rational.filled(values.shape, [round(x / grain) * grain for x in values.flat])


def _kept(process: Process, signal: Array) -> tuple[Array, Array]:
    """(r[s], P[s, s′]) under σ[s, θ, a], exact."""
    joint = process.law[..., None] * signal
    chain = [sum((joint[s, k, a] * process.moves[s, k, a] for k, a in zip(*np.nonzero(joint[s]), strict=True)),
                 np.full(process.states, ZERO, dtype=object)) for s in range(process.states)]  # fmt: skip
    return (joint * process.sender).sum(axis=(1, 2)), np.array(chain, dtype=object)


def _below(process: Process, signal: Array, horizon: int | None, values: Array) -> Array:
    """V[t, s] with V_t ≤ r + δ P V_{t+1}."""
    delta: Any = process.discount
    if horizon is not None:
        found, later = [], np.full(process.states, ZERO, dtype=object)
        for t in reversed(range(horizon)):
            gained, chain = _kept(process, signal[t])
            here = gained + delta * (chain @ later)
            later = _short(here)
            later = later - max(ZERO, *(later - here))
            found.append(later)
        return np.stack(found[::-1])
    gained, chain = _kept(process, signal[0])
    v: Array = _near_signed(values[0])
    if process.states <= MOST_SOLVED:
        one = rational.exact(np.eye(process.states, dtype=int))
        solved = unique_solution((one - delta * chain).tolist(), gained.tolist())
        if solved is not None:
            v = _short(np.array(solved, dtype=object))
    over = max(ZERO, *(v - gained - delta * (chain @ v)))
    return (v - over / (1 - delta))[None]


def _near_signed(values: Array) -> Array:
    return rational.filled(
        values.shape, rational.simplest(values.flat, 1e-12 * min(1.0, float(np.abs(values).max()) or 1.0))
    )


def _above(process: Process, weights: Array, horizon: int | None, below: Array, m: Fraction) -> Array:
    """W[t, s] ≥ the priced operator at W_{t+1}."""
    delta: Any = process.discount
    if horizon is None:
        over = max(ZERO, *(_priced(process, weights[0], below[0], m) - below[0]))
        return (below[0] + over / (1 - delta))[None]
    found, later = [], np.full(process.states, ZERO, dtype=object)
    for t in reversed(range(horizon)):
        here = _priced(process, weights[t], later, m)
        later = _short(here)
        later = later + max(ZERO, *(here - later))
        found.append(later)
    return np.stack(found[::-1])


def _priced(process: Process, weights: Array, later: Array, m: Fraction) -> Array:
    """[s]: Σ_θ μ max_a [ v + δ P later + Σ_b y·(u(a) − u(b) − m) ], exact."""
    delta: Any = process.discount
    worth = process.sender + delta * (process.moves @ later)
    for s, a, b in zip(*np.nonzero(weights), strict=True):
        if a != b:
            edge = process.receiver[s, :, a] - process.receiver[s, :, b] - m
            worth[s, :, a] = worth[s, :, a] + weights[s, a, b] * edge
    return np.asarray((process.law * worth.max(axis=2)).sum(axis=1))
