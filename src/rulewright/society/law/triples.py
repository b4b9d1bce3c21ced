"""Many triples of two buyers and a seller living under a profile, drawn one by one; and the same in closed form.

A seller may err: it wrongs, with chance ε for each buyer, whom it meant to honour. After a period a triple may be replaced by a
new one in which nobody has failed yet (turnover ν; the discount is taken to count it already). The state of a triple is a Markov
chain,

    K = (1 − ν) T + ν 1⊗start           law after t periods: start · K^t

and what happens in a period has a law in every state, so that every frequency that is simulated has its expectation in closed
form. Under R with τ = (1 − ρ_i)(1 − ρ_j) and e = 1 − (1 − ε)²: R is alive in a triple with chance ν/(1 − (1 − ν)(1 − e (1 − τ)))
in the long run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...numerics import counter
from ...numerics.rational import Array, floats
from .deviation import Repeated
from .stage import BOYCOTT

MEASURES = ("alive", "wrongful", "boycotts", "welfare")
SQUARINGS = 64  # K^(2^64): all that is transient is gone


@dataclass(frozen=True, eq=False)
class Frequencies:
    """Of each period."""

    alive: Array
    """Share of triples in the start state of the profile, before the period."""
    wrongful: Array
    """Share of deliveries that wrong their buyer."""
    boycotts: Array
    """Share of buyers who boycott."""
    welfare: Array
    """Sum of the payoffs of a triple, per period."""

    @property
    def table(self) -> Array:
        """[measure, …], in the order of MEASURES."""
        return np.stack([getattr(self, name) for name in MEASURES])


def replaced(repeated: Repeated, turnover: float) -> Array:
    """K: float [state, next state]."""
    if not 0 <= turnover <= 1:
        raise InputError(where="turnover", needed="a chance from 0 to 1", found=f"{turnover}")
    chain = (1 - turnover) * floats(repeated.chain)
    chain[:, repeated.profile.start] += turnover
    return np.asarray(chain)


def in_state(repeated: Repeated) -> Array:
    """float [measure, state]: expected per period in each state."""
    stage, profile = repeated.stage, repeated.profile
    seller = floats(profile.seller)
    alive = np.eye(len(profile.states))[profile.start]
    wrongful = seller @ stage.wrongs.mean(axis=0)
    acting = [floats(a)[..., BOYCOTT] for a in repeated.acting]
    boycotts = (seller * (acting[0] + acting[1]) / 2).sum(axis=1)
    return np.stack([alive, wrongful, boycotts, floats(repeated.per_period()).sum(axis=0)])


def expected(repeated: Repeated, steps: int, turnover: float = 0.0) -> Frequencies:
    """Of each of `steps` periods, exact up to rounding: arrays [time]."""
    chain, per = replaced(repeated, turnover), in_state(repeated)
    law = np.eye(len(chain))[repeated.profile.start]
    found = np.empty((len(MEASURES), steps))
    for t in range(steps):
        found[:, t] = per @ law
        law = law @ chain
    return Frequencies(*found)


def long_run(repeated: Repeated, turnover: float = 0.0) -> Frequencies:
    """In the long run, from the start state: arrays []."""
    chain = replaced(repeated, turnover)
    chain = (chain + np.eye(len(chain))) / 2  # waiting every other time: the same shares, also where states alternate
    for _ in range(SQUARINGS):
        chain = chain @ chain
        chain /= chain.sum(axis=1, keepdims=True)
    return Frequencies(*(in_state(repeated) @ chain[repeated.profile.start]))


def simulate(repeated: Repeated, triples: int, steps: int, seed: int, turnover: float = 0.0) -> Frequencies:
    """`triples` of them drawn for `steps` periods: arrays [time]. Same seed, same frequencies."""
    stage, profile = repeated.stage, repeated.profile
    x, a = len(stage.deliveries), len(stage.acts)
    signal_law = np.cumsum(floats(stage.law), axis=1)
    seller = np.cumsum(floats(profile.seller), axis=1)
    buyers = np.cumsum(floats(profile.buyers), axis=-1)
    moves = np.cumsum(floats(profile.moves), axis=-1)
    table, seller_table = floats(stage.buyers), floats(stage.seller)
    state = np.full(triples, profile.start)
    found = np.empty((len(MEASURES), steps))

    def pick(stream: int, t: int, cumulative: Array, count: int) -> Array:
        u = counter.uniform(counter.draws(seed, stream, t, triples))
        return np.minimum((u[:, None] > cumulative).sum(axis=1), count - 1)

    for t in range(steps):
        alive = state == profile.start
        signals = [pick(k, t, signal_law[k][None], len(stage.signals)) for k in range(2)]
        done = pick(2, t, seller[state], x)
        acts = [pick(3 + k, t, buyers[k, state, signals[k], done], a) for k in range(2)]
        paid = seller_table[done, acts[0], acts[1]]
        for k in range(2):
            paid = paid + table[k, done, signals[k], acts[0], acts[1]]
        boycotts = np.mean([act == BOYCOTT for act in acts])
        found[:, t] = alive.mean(), stage.wrongs[:, done].mean(), boycotts, paid.mean()
        state = pick(5, t, moves[state, done, acts[0], acts[1]], len(profile.states))
        if turnover > 0:
            state[counter.happens(counter.draws(seed, 6, t, triples), turnover)] = profile.start
    return Frequencies(*found)
