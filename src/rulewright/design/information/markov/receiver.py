"""A patient receiver left to itself: told nothing, told everything, or told by a signal without memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ....errors import Unsolved
from ....numerics.rational import Array, floats
from ..persuasion import TIE, unit
from .process import Process
from .stage import Stage

MOST_ROUNDS = 1_000


def rate_of(process: Process) -> float:
    """ρ: the receiver's discount."""
    return float(process.discount if process.patience is None else process.patience)


@dataclass(frozen=True, eq=False)
class ByItself:
    """What a receiver gets that does its best with what it is told, and what the sender then gets."""

    receiver: Array = field(repr=False)
    """[t, s]; with a horizon one row more than steps, the last zero; else one row."""
    sender: Array = field(repr=False)
    """[t, s]; ties in the sender's favour."""


def by_itself(process: Process, horizon: int | None, *, told: bool) -> ByItself:
    """A receiver that knows the parameter (`told`) or never, for `horizon` steps or for ever."""
    if horizon is None:
        return _for_ever(process, told)
    law, u, v, moves = (floats(t) for t in (process.law, process.receiver, process.sender, process.moves))
    mine, theirs = np.zeros((2, horizon + 1, process.states))
    for t in reversed(range(horizon)):
        worth, liked = (
            u + rate_of(process) * (moves @ mine[t + 1]),
            v + float(process.discount) * (moves @ theirs[t + 1]),
        )
        joint = law[..., None] * _best(law, worth, liked, told)
        mine[t], theirs[t] = (joint * worth).sum(axis=(1, 2)), (joint * liked).sum(axis=(1, 2))
    return ByItself(mine, theirs)


def _best(law: Array, worth: Array, liked: Array, told: bool) -> Array:
    """σ[s, θ, a]: what is best for the receiver, ties in the sender's favour."""
    if not told:
        worth, liked = (np.einsum("st,sta->sa", law, x)[:, None] for x in (worth, liked))
    good = worth >= worth.max(axis=2, keepdims=True) - TIE * unit(worth)
    chosen = np.eye(worth.shape[2])[np.where(good, liked, -np.inf).argmax(axis=2)]
    return np.broadcast_to(chosen, (*law.shape, worth.shape[2]))


def _for_ever(process: Process, told: bool) -> ByItself:
    """Policy iteration; the sender's ties are broken by what it gets under the policy found last."""
    law, u, v, moves = (floats(t) for t in (process.law, process.receiver, process.sender, process.moves))
    mine, theirs = np.zeros((2, process.states))
    one = np.eye(process.states)
    for _ in range(MOST_ROUNDS):
        worth, liked = u + rate_of(process) * (moves @ mine), v + float(process.discount) * (moves @ theirs)
        joint = law[..., None] * _best(law, worth, liked, told)
        chain = np.einsum("sta,stan->sn", joint, moves)
        new = np.linalg.solve(one - rate_of(process) * chain, (joint * u).sum(axis=(1, 2)))
        new_theirs = np.linalg.solve(one - float(process.discount) * chain, (joint * v).sum(axis=(1, 2)))
        settled = abs(new - mine).max() <= 1e-11 * unit(u) and (new_theirs - theirs).max() <= 1e-9 * unit(v)
        mine, theirs = new, new_theirs
        if settled:
            return ByItself(mine[None], theirs[None])
    raise Unsolved(where="a receiver alone", needed="policies that settle", found=f"none in {MOST_ROUNDS} rounds")


def memoryless(process: Process, horizon: int | None) -> float:
    """What the best signal σ_t(a|s,θ) without memory brings, found backwards: no threats, no promises.

    A receiver that disobeys is told as much later as one that obeys. If moves do not depend on acts, that is the best of all
    memoryless signals; else what is told later changes what is obeyed now, and this is one of them only. Without a horizon
    NaN if moves depend on acts.
    """
    if horizon is None:
        from .stream import persuade_stream

        return persuade_stream(process).value if unmoved(process) else float("nan")
    return memoryless_signal(process, horizon)[1]


def unmoved(process: Process) -> bool:
    """Whether acts have no part in where the state moves."""
    return bool(np.ptp(floats(process.moves), axis=2).max() <= 1e-12)


def memoryless_signal(process: Process, horizon: int, margin: float = 0.0) -> tuple[Array, float]:
    """(σ[t, s, θ, a], what it brings) of `memoryless`; obeyed with a margin in the receiver's units."""
    u, v, moves, start = (floats(t) for t in (process.receiver, process.sender, process.moves, process.start))
    law, signals = floats(process.law), []
    mine, theirs = np.zeros((2, process.states))
    for _ in range(horizon):
        worth, liked = u + rate_of(process) * (moves @ mine), v + float(process.discount) * (moves @ theirs)
        signal = np.stack([Stage(law[s], worth[s], margin).best(liked[s])[0] for s in range(process.states)])
        joint = law[..., None] * signal
        mine, theirs = (joint * worth).sum(axis=(1, 2)), (joint * liked).sum(axis=(1, 2))
        signals.append(signal)
    return np.stack(signals[::-1]), float(start @ theirs)
