"""Q-learning with memory: agents that know only what they got, and remember the last joint actions.

State s: the joint actions of the last m steps. Each agent i keeps Q_i(s, a) and moves it by what it got:

    Q_i(s, a) ← (1 − α) Q_i(s, a) + α ( u_i(a, a_-i) + δ max_b Q_i(s', b) )

(Watkins & Dayan 1992, Mach. Learn. 8; in repeated games Waltman & Kaymak 2008 and Calvano, Calzolari, Denicolò & Pastorello 2020,
Am. Econ. Rev. 110.) Actions are greedy but for a share ε_t = ε e^{−βt} of random ones, or drawn ∝ exp(Q_i / τ). There is no
guarantee: what is reported is how long the greedy actions have not changed, and what greedy play comes to from the last state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError, TooLarge
from ...numerics.memory import reserve
from ...numerics.native import count, kernel, pointer, real
from ...numerics.rational import Array
from .fictitious import games_of
from .judge import regret
from .regrets import DRAWS, places


@dataclass(frozen=True)
class Learner:
    """How agents learn; all alike."""

    memory: int = 1
    rate: float = 0.15
    """α."""
    discount: float = 0.95
    """δ."""
    explore: float = 1.0
    """ε at the first step."""
    decay: float = 1e-3
    """β per step."""
    temperature: float = 0.0
    """τ in units of Q; 0: ε-greedy."""

    def __post_init__(self) -> None:
        shares = 0 < self.rate <= 1 and 0 <= self.discount < 1 and 0 <= self.explore <= 1
        rest = 0 <= self.decay < np.inf and 0 <= self.temperature < np.inf
        if not (isinstance(self.memory, int) and self.memory >= 0 and shares and rest):
            raise InputError(
                where="Q-learning",
                needed="a memory of 0 or more steps, 0 < rate ≤ 1, 0 ≤ discount < 1, 0 ≤ explore ≤ 1, decay and temperature ≥ 0",
                found=str(self),
            )


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned, in each row (game by game, run by run)."""

    payoff: Array = field(repr=False)
    """[row, player, *actions]"""
    q: Array = field(repr=False)
    """[row, player, state, action]; actions that a player lacks are −∞."""
    state: Array
    """[row]: the last one; the joint action of k steps ago stands for digit k of it, in base (number of profiles)."""
    quiet: Array
    """[row]: steps at the end during which no agent's greedy action changed in any state."""
    law: Array = field(repr=False)
    """[row, *actions]: how often each profile comes up in the round that greedy play runs into from the last state."""
    period: Array
    """[row]: the length of that round."""
    how: str

    @property
    def regret(self) -> Array:
        """[row]: largest average regret, in the round, of not playing one action throughout; payoff units. It need not be 0."""
        return regret(self.payoff, self.law)


def q_learning(
    payoff: Array, steps: int, learner: Learner | None = None, *, runs: int = 1, seed: int = 0, native: bool = True
) -> Learned:
    """`runs` runs of `steps` steps in each game of payoff[game, player, *actions].

    Run k draws from seed (seed, k), the same in every game, however many there are; Q starts at what random others give for ever.
    Raises InputError for wrong arguments, TooLarge where memory is too long for the number of states.
    """
    payoff, learner = games_of(payoff), learner or Learner()
    if steps < 1 or runs < 1:
        raise InputError(where="Q-learning", needed="at least one step and one run", found=f"{steps} and {runs}")
    (games, n), counts = payoff.shape[:2], payoff.shape[2:]
    cells, most, rows = int(np.prod(counts)), max(counts), games * runs
    if learner.memory * math.log2(cells) > 62:
        raise TooLarge(
            where="the values of all states that agents remember",
            needed=f"{cells} to the power of {learner.memory} states",
            found="no memory for so many",
            remedy="Remember fewer steps.",
        )
    states = cells**learner.memory
    reserve((rows, n, states, most), "the values of all states that agents remember")
    q = np.full((rows, n, states, most), -np.inf)
    for i, size in enumerate(counts):
        others = tuple(1 + j for j in range(n) if j != i)
        mean = payoff[:, i].mean(axis=others) / (1 - learner.discount)
        q[:, i, :, :size] = np.repeat(mean, runs, axis=0)[:, None]
    state, changed = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    generators = [np.random.default_rng((seed, k)) for k in range(runs)]
    chunk = max(DRAWS // (2 * n * runs), 1)
    step = _compiled if native and kernel("q_learning") else _twin
    table = np.ascontiguousarray(payoff.reshape(games, n, cells))
    for first in range(0, steps, chunk):
        many = min(chunk, steps - first)
        uniform = np.stack([g.random((many, n, 2)) for g in generators], axis=1)  # [step, run, player, 2]
        explore = learner.explore * np.exp(-learner.decay * np.arange(first, first + many))
        step(table, counts, runs, learner, uniform, explore, first, q, state, changed)
    law, period = greedy_round(q, state, counts)
    how = f"{runs} run{'s' * (runs != 1)} of {steps:,} steps of Q-learning with memory {learner.memory}, seed {seed}; greedy play"
    return Learned(np.repeat(payoff, runs, axis=0), q, state, steps - changed, law, period, how)


def _compiled(table, counts, runs, learner, uniform, explore, first, q, state, changed) -> None:  # type: ignore[no-untyped-def]
    found = kernel("q_learning")
    assert found is not None
    rows, n, states, most = q.shape
    sizes, place = np.array(counts, dtype=np.int64), places(counts)
    failed = found(
        *(count(k) for k in (rows, runs, n)),
        pointer(sizes),
        pointer(place),
        *(count(k) for k in (table.shape[-1], states, most)),
        pointer(table),
        *(real(k) for k in (learner.rate, learner.discount)),
        pointer(explore),
        real(learner.temperature),
        pointer(uniform),
        count(len(uniform)),
        count(first),
        *(pointer(k) for k in (q, state, changed)),
        None,
    )
    if failed:
        raise MemoryError("Q-learning found no memory")


def _twin(table, counts, runs, learner, uniform, explore, first, q, state, changed) -> None:  # type: ignore[no-untyped-def]
    rows, n, states, _ = q.shape
    each, game, place, cells = np.arange(rows), np.arange(rows) // runs, places(counts), table.shape[-1]
    for t in range(len(uniform)):
        played = np.empty((rows, n), dtype=np.int64)
        for i, size in enumerate(counts):
            here, draw = q[each, i, state, :size], uniform[t, each % runs, i]
            if learner.temperature > 0:
                weight = np.cumsum(np.exp((here - here.max(axis=1, keepdims=True)) / learner.temperature), axis=1)
                played[:, i] = np.minimum((draw[:, 1:] * weight[:, -1:] >= weight).sum(axis=1), size - 1)
            else:
                random = (draw[:, 1] * size).astype(np.int64)
                played[:, i] = np.where(draw[:, 0] < explore[t], random, here.argmax(axis=1))
        profile = played @ place
        then = (state * cells + profile) % states
        for i in range(n):
            before = q[each, i, state].argmax(axis=1)
            best = q[each, i, then].max(axis=1)
            old = q[each, i, state, played[:, i]]
            got = table[game, i, profile]
            q[each, i, state, played[:, i]] = old + learner.rate * (got + learner.discount * best - old)
            changed[q[each, i, state].argmax(axis=1) != before] = first + t + 1
        state[:] = then


def greedy_round(q: Array, state: Array, counts: tuple[int, ...]) -> tuple[Array, Array]:
    """(law[row, *actions], period[row]) of the round that greedy play runs into from each row's state."""
    rows, n, states, _ = q.shape
    profile = q.argmax(axis=3).transpose(0, 2, 1) @ places(counts)  # [row, state]
    cells = int(np.prod(counts))
    then = (np.arange(states) * cells + profile) % states
    each = np.arange(rows)
    s = state.copy()
    for _ in range(states):  # by now in the round
        s = then[each, s]
    law, period, at, running = (
        np.zeros((rows, cells)),
        np.zeros(rows, dtype=np.int64),
        s.copy(),
        np.ones(rows, dtype=bool),
    )
    while running.any():
        law[each[running], profile[each, at][running]] += 1
        period[running] += 1
        at = np.where(running, then[each, at], at)
        running &= at != s
    return law.reshape(rows, *counts) / period.reshape(rows, *(1,) * n), period
