"""A sender, a state that everybody sees and that moves, and a parameter that only the sender sees, drawn afresh at each step.

    s ──▶ θ ~ μ_s ──▶ the sender says something ──▶ the receiver does a ──▶ v(s,θ,a), u(s,θ,a) ──▶ s′ ~ P(s,θ,a)

A Markov persuasion process, after Gan, Majumdar, Radanovic & Singla 2022 (arXiv 2106.05137) and Wu et al. 2022 (arXiv 2202.10678).
The sender commits to what it will say. Receivers are a *stream*, each there for one step, or one *patient* receiver.

By the revelation principle what is said is a recommendation. With x(θ,a) = μ_s(θ)·σ(a|s,θ), the recommendations of state s
are obeyed by a receiver who looks at this step only, with margin m, iff

    Σ_θ x(θ,a)·( u(s,θ,a) − u(s,θ,b) − m ) ≥ 0        for all a and b ≠ a
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ....errors import InputError
from ....game.game import check_law
from ....numerics import rational
from ....numerics.rational import Array, floats
from ..persuasion import TIE, unit

CLOSE = 1e-9  # of laws given as decimals: sums this close to one


@dataclass(frozen=True, eq=False)
class Process:
    """The tables; floats or Fractions. Raises InputError for wrong shapes and for laws that are none."""

    law: Array = field(repr=False)
    """μ[s, θ]: how likely the parameter is; rows sum to one."""
    sender: Array = field(repr=False)
    """v[s, θ, a]."""
    receiver: Array = field(repr=False)
    """u[s, θ, a]."""
    moves: Array = field(repr=False)
    """P[s, θ, a, s′]."""
    start: Array = field(repr=False)
    """[s]: where it begins."""
    discount: Any = 0.9
    """δ in [0, 1] of the sender; below 1 where there is no horizon."""
    patience: Any = None
    """The discount of a patient receiver; the sender's where None."""
    name: str = ""
    labels: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None = None
    """What states, parameters and acts are called."""

    def __post_init__(self) -> None:
        for key in ("law", "sender", "receiver", "moves", "start"):
            object.__setattr__(self, key, rational.frozen(rational.numbers(getattr(self, key))))
        shape = self.sender.shape
        right = (shape[:2], shape, shape, (*shape, *shape[:1]), shape[:1])
        given = [getattr(self, key).shape for key in ("law", "sender", "receiver", "moves", "start")]
        if len(shape) != 3 or not self.sender.size or given != list(right):
            raise InputError(
                where="Markov persuasion",
                needed="law[s, θ], sender[s, θ, a], receiver[s, θ, a], moves[s, θ, a, s′] and start[s]",
                found=f"shapes {', '.join(map(str, given))}",
            )
        for key in ("sender", "receiver"):
            if not np.isfinite(floats(getattr(self, key))).all():
                raise InputError(where=f"payoffs of the {key}", needed="finite numbers", found="NaN or infinity")
        for key in ("law", "moves", "start"):
            _check_laws(floats(getattr(self, key)), key)
        for key, value in (("discount", self.discount), ("patience", self.patience)):
            if value is not None and not 0 <= float(value) <= 1:
                raise InputError(where=f"Markov persuasion, {key}", needed="a number from 0 to 1", found=str(value))
        if self.labels is not None and tuple(map(len, self.labels)) != shape:
            raise InputError(
                where="Markov persuasion, labels", needed=f"{shape} of them", found=str(tuple(map(len, self.labels)))
            )

    @property
    def called(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What states, parameters and acts are called; numbers from 1 where nothing was said."""
        if self.labels is not None:
            return self.labels
        state, parameter, act = (tuple(str(k + 1) for k in range(n)) for n in self.sender.shape)
        return state, parameter, act

    @property
    def states(self) -> int:
        return self.sender.shape[0]

    @property
    def parameters(self) -> int:
        return self.sender.shape[1]

    @property
    def acts(self) -> int:
        return self.sender.shape[2]

    def starting(self, state: int) -> Process:
        """The same from one state."""
        start = np.zeros(self.states)
        start[state] = 1.0
        return replace(self, start=start)


def _check_laws(laws: Array, name: str) -> None:
    if laws.ndim == 1:
        check_law(laws, name)
    elif not (np.isfinite(laws).all() and (laws >= 0).all() and (abs(laws.sum(axis=-1) - 1) <= CLOSE).all()):
        raise InputError(
            where=f"Markov persuasion, {name}", needed="rows of probabilities that sum to one", found="others"
        )


def check_horizon(process: Process, horizon: int | None) -> None:
    """Raises InputError for a horizon that is none, and for endless sums that are not discounted."""
    if horizon is None and not float(process.discount) < 1:
        raise InputError(
            where="Markov persuasion",
            needed="a discount below 1, or a horizon",
            found=f"discount {process.discount}, no horizon",
        )
    if horizon is not None and (isinstance(horizon, bool) or not isinstance(horizon, int) or horizon < 1):
        raise InputError(where="Markov persuasion, horizon", needed="a whole number of at least 1", found=str(horizon))


def ahead(process: Process, values: Array) -> Array:
    """[s, θ, a]: v + δ Σ P·values[s′], floats."""
    return floats(process.sender) + float(process.discount) * (floats(process.moves) @ values)


def silent(process: Process) -> Array:
    """σ[s, θ, a]: the signal that says nothing: what is best at μ_s, ties in the sender's favour."""
    law, v, u = (floats(t) for t in (process.law, process.sender, process.receiver))
    worth, liked = np.einsum("st,sta->sa", law, u), np.einsum("st,sta->sa", law, v)
    best = worth >= worth.max(axis=1, keepdims=True) - TIE * unit(u)
    chosen = np.where(best, liked, -np.inf).argmax(axis=1)
    return np.broadcast_to(np.eye(process.acts)[chosen][:, None], process.sender.shape).copy()


def telling(process: Process) -> Array:
    """σ[s, θ, a]: the signal that tells the parameter: what is best for it, ties in the sender's favour at this step."""
    v, u = floats(process.sender), floats(process.receiver)
    best = u >= u.max(axis=-1, keepdims=True) - TIE * unit(u)
    return np.eye(process.acts)[np.where(best, v, -np.inf).argmax(axis=-1)]


def worth(process: Process, signal: Any, payoff: Array | None = None, *, discount: float | None = None) -> Array:
    """[s]: the value of a signal σ[s, θ, a] for ever, if it is obeyed; of the sender, or of `payoff`[s, θ, a].

    Raises InputError where the sum has no end and no discount.
    """
    check_horizon(process if discount is None else replace(process, discount=discount), None)
    rate = float(process.discount if discount is None else discount)
    joint = floats(process.law)[..., None] * floats(signal)
    gained = (joint * floats(process.sender if payoff is None else payoff)).sum(axis=(1, 2))
    chain = np.einsum("sta,stan->sn", joint, floats(process.moves))
    return np.asarray(np.linalg.solve(np.eye(process.states) - rate * chain, gained))


def worth_until(process: Process, signal: Any, horizon: int, payoff: Array | None = None) -> Array:
    """[t, s]: as `worth`, with `horizon` steps; the signal is σ[s, θ, a], or σ[t, s, θ, a]. Row t has horizon − t steps to go."""
    check_horizon(process, horizon)
    sigma = floats(signal)
    sigma = np.broadcast_to(sigma, (horizon, *process.sender.shape))
    values = np.zeros((horizon + 1, process.states))
    table = floats(process.sender if payoff is None else payoff)
    for t in reversed(range(horizon)):
        joint = floats(process.law)[..., None] * sigma[t]
        later = table + float(process.discount) * (floats(process.moves) @ values[t + 1])
        values[t] = (joint * later).sum(axis=(1, 2))
    return values[:horizon]


@dataclass(frozen=True, eq=False)
class Audit:
    """A signal against exact best replies of a stream of receivers. All values from the start."""

    obeyed: float
    """The sender's value if every recommendation is followed."""
    answered: float
    """The sender's value if every receiver does what is best given what it heard, ties in the sender's favour at that step."""
    disobedience: Array = field(repr=False)
    """[s]: the most that a receiver expects to gain by disobeying, given the recommendation that it heard."""
    often: Array = field(repr=False)
    """[s]: Σ_a of what is gained by disobeying a, times the probability of a."""

    @property
    def worst(self) -> float:
        return float(self.disobedience.max())


def audit(process: Process, signal: Any) -> Audit:
    """What becomes of σ[s, θ, a] when receivers think. An endless process with a discount below 1."""
    joint = floats(process.law)[..., None] * floats(signal)
    value = np.einsum("sta,stb->sab", joint, floats(process.receiver))  # told a, does b
    own = np.einsum("saa->sa", value)
    gain, chance = value.max(axis=2) - own, joint.sum(axis=1)
    heard = chance > 1e-12
    each = np.where(heard, gain / np.where(heard, chance, 1.0), 0.0)
    follows = gain <= TIE * unit(floats(process.receiver)) * np.maximum(chance, 1e-12)
    done = np.where(follows, np.arange(process.acts), value.argmax(axis=2))
    answered = np.einsum("sta,sab->stb", floats(signal), np.eye(process.acts)[done])
    start = floats(process.start)
    return Audit(
        float(start @ worth(process, signal)),
        float(start @ worth(process, answered)),
        each.max(axis=1),
        gain.sum(axis=1),
    )
