"""A patient receiver: what is promised buys obedience now, and the threat is to stop informing.

A sender who is obeyed keeps a promise ι of what the receiver will get from here; one that is disobeyed says nothing any more,
and the receiver gets D(s), the best it can do without information. Nothing the sender could say leaves it less. At (s, ι):

    maximise     Σ x(θ,a)·v + δ Σ_{a,s′} p(a,s′)·V(s′, ι′(a,s′))                 p(a,s′) = Σ_θ x(θ,a)·P(s′|s,θ,a)
    obedience    Σ_θ x(θ,a)·u(θ,a) + ρ Σ_s′ p(a,s′)·ι′(a,s′)  ≥  Σ_θ x(θ,a)·( u(θ,b) + ρ Σ_s′ P(s′|s,θ,b)·D(s′) )     all a, b ≠ a
    promise      Σ x·u + ρ Σ p·ι′  ≥  ι

with the receiver's patience ρ. Promise-form schemes: Bernasconi, Castiglioni, Marchesi & Mutti 2023 (NeurIPS); promised
utility: Spear & Srivastava 1987. V is concave and falls in ι on [D(s), F(s)], F what full information gives. Two programmes
bracket it (after Judd, Yeltekin & Conklin 2003, Econometrica 71), with promises on a grid ι_k:

    inside    ι′ is drawn from the grid by a public lottery:  Σ_k y(a,s′,k) = p(a,s′).     Every value is attained by a scheme
              that is obeyed: a lower bound on the optimum, and no ε in obedience.
    outside   δ·p·V is below its tangents:  t(a,s′) ≤ p·c_k + g_k·(p·ι′).                  Every value is at least the optimum.

Both are linear. The answer is the inside, the distance to the outside is its certified error (up to the solver's tolerance).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ....errors import Impossible, InputError
from ....numerics.memory import reserve
from ....numerics.rational import Array, floats
from ..persuasion import unit
from .process import Process, check_horizon
from .promises import Inside, outer_values
from .receiver import by_itself, memoryless, rate_of

SETTLED = 1e-7  # of the range of a step's payoff: endless horizons stop when a round changes less
SHAVED = 1e-9  # of the receiver's range: the largest promise stays this far inside what can be kept
MOST_ROUNDS = 3_000


@dataclass(frozen=True, eq=False)
class PromiseScheme:
    """The best scheme with promises; the sender's values from the start, for `horizon` steps or for ever."""

    value: float
    """Attained by promises on the grid, obeyed exactly."""
    bound: float
    """No scheme that is obeyed brings more, whatever it remembers."""
    promises: Array = field(repr=False)
    """ι[t, s, k], ascending; from D to F. One t where there is no horizon."""
    inside: Array = field(repr=False)
    """[t, s, k]: what the sender gets from (s, ι_k), attained."""
    outside: Array = field(repr=False)
    """[t, s, k]: at least the optimum there."""
    threats: Array = field(repr=False)
    """D[t, s]: what the receiver gets once it is told nothing any more."""
    memoryless: float
    """The best scheme without memory, threats and promises, found backwards; see `memoryless`."""
    nothing: float
    everything: float
    rounds: int

    @property
    def gap(self) -> float:
        return self.bound - self.value


def persuade_patient(
    process: Process, *, horizon: int | None = None, promises: int = 17, margin: float = 0.0
) -> PromiseScheme:
    """The best scheme with promises for one patient receiver, with `promises` of them in each state.

    With a `margin` (in the receiver's units) every recommendation beats disobedience by so much, given what was heard, so that
    no tie has to go the sender's way. Raises InputError; Impossible for a margin that telling all does not leave; TooLarge
    where a state's programme does not fit; Unsolved where the solver gives no verdict.
    """
    check_horizon(process, horizon)
    if horizon is None and not rate_of(process) < 1:
        raise InputError(
            where="Markov persuasion", needed="a patience below 1, or a horizon", found=f"{rate_of(process):g}"
        )
    if promises < 2:
        raise InputError(where="Markov persuasion, promises", needed="at least 2 in each state", found=str(promises))
    reserve((process.acts, process.states, promises, 8), "promises for every act and next state")
    untold, told = by_itself(process, horizon, told=False), by_itself(process, horizon, told=True)
    low, high = untold.receiver, told.receiver
    if not (np.isfinite(margin) and margin >= 0):
        raise InputError(where="Markov persuasion", needed="margin of at least 0", found=str(margin))
    if margin and (most := room(process, low, high)) < margin:
        raise Impossible(
            where="Markov persuasion, margin",
            needed=f"at most {most:g}, which telling all and the threat to stop leave",
            found=f"{margin:g}",
        )
    inner = high - SHAVED * unit(floats(process.receiver))
    grid = low[..., None] + np.maximum(inner - low, 0.0)[..., None] * np.linspace(0, 1, promises)
    run = _for_ever if horizon is None else _backwards
    inside, outside, rounds = run(process, low, high, grid, told.sender, margin)
    start = floats(process.start)
    return PromiseScheme(
        value=float(start @ inside[0, :, 0]),
        bound=float(start @ outside[0, :, 0]),
        promises=grid[: len(inside)],
        inside=inside,
        outside=outside,
        threats=low[: len(inside)],
        memoryless=memoryless(process, horizon),
        nothing=float(start @ untold.sender[0]),
        everything=float(start @ told.sender[0]),
        rounds=rounds,
    )


def room(process: Process, low: Array, high: Array) -> float:
    """The least by which a receiver that is told all prefers what is best to disobeying, and being told nothing any more.

    `low` and `high` are D and F [t, s], as in `by_itself`. Up to this margin all promises can be kept.
    """
    law, u, moves = (floats(t) for t in (process.law, process.receiver, process.moves))
    least = np.inf
    for t in range(max(1, len(low) - 1)):
        after = min(t + 1, len(low) - 1)
        obeys = (u + rate_of(process) * (moves @ high[after])).max(axis=2)
        told = (u + rate_of(process) * (moves @ high[after])).argmax(axis=2)
        instead = u + rate_of(process) * (moves @ low[after])
        others = np.where(np.eye(process.acts, dtype=bool)[told], -np.inf, instead).max(axis=2)
        least = min(least, float((obeys - others)[law > 0].min()))
    return least


def _backwards(
    process: Process, low: Array, high: Array, grid: Array, told: Array, margin: float
) -> tuple[Array, Array, int]:
    """(inside, outside [t, s, k], horizon); the last row of what is given is the end, where nothing is left."""
    horizon, states, count = len(low) - 1, process.states, grid.shape[-1]
    inside, outside = np.zeros((2, horizon, states, count))
    later, tangents = np.zeros((states, count)), (np.zeros((states, 1)), np.zeros((states, 1)))
    for t in reversed(range(horizon)):
        ends = low[t + 1], high[t + 1]
        slopes = np.zeros((states, count))
        for s in range(states):
            inside[t, s] = Inside(process, s, low[t + 1], grid[t + 1], margin).values(later, grid[t, s])
            outside[t, s], slopes[s] = outer_values(process, s, ends, tangents, grid[t, s], margin)
        later, tangents = inside[t], (outside[t] - slopes * grid[t], slopes)
    return inside, outside, horizon


def _for_ever(
    process: Process, low: Array, high: Array, grid: Array, told: Array, margin: float
) -> tuple[Array, Array, int]:
    """The same for ever: from below, what telling everything brings (which keeps all promises); from above, the best of all."""
    states, count, size = process.states, grid.shape[-1], unit(floats(process.sender))
    stages = [Inside(process, s, low[0], grid[0], margin) for s in range(states)]
    inside = np.repeat(told[0][:, None], count, axis=1)
    top = floats(process.sender).max() / (1 - float(process.discount))
    outside, slopes = np.full((states, count), top), np.zeros((states, count))
    rounds, moving = 0, [True, True]
    while any(moving) and rounds < MOST_ROUNDS:
        rounds += 1
        if moving[0]:
            new = np.stack([stage.values(inside, grid[0, s]) for s, stage in enumerate(stages)])
            moving[0], inside = bool(abs(new - inside).max() > SETTLED * size), new
        if moving[1]:
            tangents = outside - slopes * grid[0], slopes
            ends = low[0], high[0]
            each = [outer_values(process, s, ends, tangents, grid[0, s], margin) for s in range(states)]
            new, slopes = np.stack([v for v, _ in each]), np.stack([g for _, g in each])
            moving[1], outside = bool(abs(new - outside).max() > SETTLED * size), new
    return inside[None], outside[None], rounds
