"""What a signal without memory brings when receivers think, and ties among what is best for them go one way or the other.

    mine(s)   = Σ_m max_a Σ_θ μ_s(θ) σ(m|s,θ) ( u(s,θ,a) + ρ Σ P(s′|s,θ,a) mine(s′) )
    theirs(s) = Σ_m min_a Σ_θ μ_s(θ) σ(m|s,θ) ( v(s,θ,a) + δ Σ P(s′|s,θ,a) theirs(s′) )      a among what is best after m; or max_a

With ρ = 0 receivers are a stream, each there for one step; with ρ > 0 one stays and plans ahead, told by σ whatever it does. The
best signal of a programme leaves receivers indifferent; an answer that holds only if they then oblige is worth little. So the
worst of ties is what is believed (as the worst equilibrium is elsewhere): σ that is obeyed with a margin has no ties.
Messages m are whatever is said: recommendations, the parameter, or nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ....errors import InputError, Unsolved
from ....numerics.rational import Array, floats
from ..persuasion import TIE, unit
from .process import Process, check_horizon

MOST_ROUNDS = 1_000
SETTLED = 1e-11  # of the range of a step's payoff


def nothing_said(process: Process) -> Array:
    """σ[s, θ, m] with one message."""
    return np.ones((process.states, process.parameters, 1))


def all_said(process: Process) -> Array:
    """σ[s, θ, m]: the message is the parameter."""
    shape = (process.states, process.parameters, process.parameters)
    return np.broadcast_to(np.eye(process.parameters), shape).copy()


def answered(
    process: Process, signal: Array, *, horizon: int | None = None, rate: float = 0.0, kind: bool = False
) -> Array:
    """[t, s]: what σ[s, θ, m] or σ[t, s, θ, m] brings the sender if receivers do what is best for them; one t for ever.

    `rate` is ρ, the receiver's discount; ties go against the sender, or its way if they are `kind`. Raises InputError for shapes.
    """
    check_horizon(process, horizon)
    sigma = floats(signal)
    steps = horizon or 1
    if sigma.ndim not in (3, 4) or sigma.shape[-3:-1] != process.sender.shape[:2]:
        raise InputError(where="replies to a signal", needed="σ[s, θ, m] or σ[t, s, θ, m]", found=str(sigma.shape))
    if sigma.ndim == 4 and len(sigma) != steps:
        raise InputError(where="replies to a signal", needed=f"{steps} steps", found=str(len(sigma)))
    if horizon is None and not 0 <= rate < 1:
        raise InputError(where="replies to a signal", needed="a rate below 1, or a horizon", found=f"{rate:g}")
    joint = floats(process.law)[..., None] * np.broadcast_to(sigma, (steps, *sigma.shape[-3:]))
    if horizon is None:
        return _for_ever(process, joint[0], rate, kind)[None]
    mine, theirs = np.zeros(process.states), np.zeros((horizon + 1, process.states))
    for t in reversed(range(horizon)):
        best, worth = _best(process, joint[t], rate, mine)
        liked = _after(joint[t], process.sender, float(process.discount), process.moves, theirs[t + 1])
        theirs[t] = _picked(liked, best, kind).sum(axis=1)
        mine = worth.max(axis=2).sum(axis=1)
    return theirs[:horizon]


def _after(joint: Array, payoff: Array, rate: float, moves: Array, later: Array) -> Array:
    """[s, m, a], times the chance of m."""
    return np.einsum("stm,sta->sma", joint, floats(payoff) + rate * (floats(moves) @ later))


def _best(process: Process, joint: Array, rate: float, mine: Array) -> tuple[Array, Array]:
    """([s, m, a]: among the best for the receiver; what it gets)."""
    later = floats(process.receiver) + rate * (floats(process.moves) @ mine)
    worth = np.einsum("stm,sta->sma", joint, later)
    near = TIE * unit(later) * joint.sum(axis=1)[..., None]
    return worth >= worth.max(axis=2, keepdims=True) - near, worth


def _picked(liked: Array, best: Array, kind: bool) -> Array:
    """[s, m]."""
    return np.asarray(np.where(best, liked, -np.inf).max(axis=2) if kind else np.where(best, liked, np.inf).min(axis=2))


def _for_ever(process: Process, joint: Array, rate: float, kind: bool) -> Array:
    """Policy iteration twice: what is best for the receiver, then among that what is worst (or best) for the sender."""
    mine = np.zeros(process.states)
    if rate:
        mine = _iterated(process, joint, process.receiver, rate, np.ones((*joint.shape[::2], process.acts), bool), True)
    best, _ = _best(process, joint, rate, mine)
    return _iterated(process, joint, process.sender, float(process.discount), best, kind)


def _iterated(process: Process, joint: Array, payoff: Array, rate: float, among: Array, kind: bool) -> Array:
    """[s]: the most (or, not `kind`, the least) of Σ payoff at this discount, by choices [s, m] `among` acts."""
    sign, one = (1.0 if kind else -1.0), np.eye(process.states)
    values, enough = np.zeros(process.states), SETTLED * unit(floats(payoff)) / (1 - rate)
    v, moves = floats(payoff), floats(process.moves)
    for k in range(MOST_ROUNDS):
        liked = np.where(among, sign * _after(joint, payoff, rate, process.moves, values), -np.inf)
        done = np.einsum("stm,sma->sta", joint, one_hot(liked.argmax(axis=2), process.acts))
        chain = np.einsum("sta,stan->sn", done, moves)
        new = np.linalg.solve(one - rate * chain, (done * v).sum(axis=(1, 2)))
        if k and (sign * (new - values)).max() <= enough:
            return np.asarray(values)
        values = new
    raise Unsolved(where="replies to a signal", needed="policies that settle", found=f"none in {MOST_ROUNDS} rounds")


def one_hot(chosen: Array, count: int) -> Array:
    """[…, count]."""
    return np.asarray(np.eye(count)[chosen])


def slacks(process: Process, signal: Array) -> Array:
    """[s]: by how much the recommendation of σ[s, θ, a] that is obeyed least willingly beats all else, given what was heard.

    For a stream of receivers; infinite where there is nothing else to do.
    """
    joint = floats(process.law)[..., None] * floats(signal)
    table, chance = np.einsum("sta,stb->sab", joint, floats(process.receiver)), joint.sum(axis=1)
    own = np.einsum("saa->sa", table)
    lead = np.where(np.eye(process.acts, dtype=bool), np.inf, own[..., None] - table).min(axis=2)
    return np.asarray(np.where(chance > 1e-9, lead / np.maximum(chance, 1e-300), np.inf).min(axis=1))


def wanting(process: Process, payoff: Array) -> Process:
    """The same with another payoff[s, θ, a] of the sender."""
    return replace(process, sender=payoff)
