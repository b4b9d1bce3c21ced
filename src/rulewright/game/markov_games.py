"""Named Markov games, each with its source. Numbers are exact; the first action is the one that people want."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.rational import Array
from .game import names
from .library import TWO
from .markov import MarkovGame


def ecological_public_good(
    players: int = 2,
    factor: Any = Fraction(6, 5),
    cost: Any = 5,
    impact: Any = -5,
    collapse: Any = Fraction(1, 5),
    recovery: Any = Fraction(1, 100),
    discount: Any = Fraction(3, 4),
    friction: Any = 0,
) -> MarkovGame:
    """A public good in a world that defection degrades (Barfuss et al. 2025, PNAS, "Collective cooperative intelligence").

    States prosperous and degraded; of N players N_c cooperate and N_d defect:

        prosperous → degraded with probability q_c·N_d/N          degraded → prosperous with probability q_r
        staying prosperous pays f·c·N_c/N, less c to who cooperates; any round that touches degraded pays m

    factor f, cost c, impact m (negative), collapse q_c, recovery q_r. friction κ: a private cost of defecting in the
    prosperous state (ours), which a technology may lower.
    """
    n = players
    f, c, m, qc, qr, kappa = map(rational.fraction, (factor, cost, impact, collapse, recovery, friction))
    if n < 1 or not (0 <= qc <= 1 and 0 <= qr <= 1):
        raise InputError(
            where="ecological public good",
            needed="at least one player and probabilities of collapse and recovery from 0 to 1",
            found=f"{n} players, q_c = {qc}, q_r = {qr}",
        )
    given = np.indices((2,) * n, dtype=object) == 0  # [player, *actions]
    helpers = given.sum(axis=0).astype(object)
    down = qc * (n - helpers) / Fraction(n)
    shape = (2,) * n
    transition = np.empty((2, *shape, 2), dtype=object)
    transition[0, ..., 1], transition[0, ..., 0] = down, 1 - down
    transition[1, ..., 0], transition[1, ..., 1] = qr, 1 - qr
    payoff = np.full((n, 2, *shape, 2), m, dtype=object)
    for i in range(n):
        gives = given[i].astype(int).astype(object)
        payoff[i, 0, ..., 0] = f * c * helpers / Fraction(n) - c * gives
        payoff[i, 0] = payoff[i, 0] - (kappa * (1 - gives))[..., None]
    return MarkovGame.of(
        payoff,
        transition,
        rational.like(discount, payoff),
        start=[1, 0],
        players=names("p", n),
        states=("prosperous", "degraded"),
        actions=(TWO,) * n,
    )


def repeated(stage: Any, discount: Any, **labels: Any) -> MarkovGame:
    """One state for ever: the stage game payoff[player, *actions] played again and again, nobody remembering anything."""
    table = rational.numbers(stage)
    transition = rational.zeros((1, *table.shape[1:], 1), table) + 1
    return MarkovGame.of(table[:, None], transition, discount, **labels)


def sociotechnical(
    humans: Sequence[str],
    machines: Sequence[str],
    *,
    states: Sequence[str],
    actions: Sequence[Sequence[str]],
    reward: Any,
    transition: Any,
    discount: Any,
    start: Any = None,
    goal: Any = None,
) -> MarkovGame:
    """Humans and AI systems in one Markov game, and what the humans make of it (after Zhang et al. 2024, arXiv 2402.12907).

    Humans h = 1 … N and AI systems i = 1 … M act at the same time in state s, each for its own discounted value,

        V_h(s) = E[ Σ_t γ^t r_h(s_t, a_t) ]        V_i(s) = E[ Σ_t γ^t r_i(s_t, a_t) ]        s_{t+1} ~ T(s_t, a_t)

    with a_t the acts of all of them; people's goal is the humans' total (or `goal`[state, *actions]), whatever the AI
    systems get. reward[player, state, *actions] has the humans first; so have `actions` and `discount`, if it has several.
    Player 0 of the game returned is "people".
    """
    table = rational.numbers(reward)
    count = len(humans)
    if count == 0 or table.ndim == 0 or table.shape[0] != count + len(machines):
        raise InputError(
            where="sociotechnical game",
            needed=f"at least one human and a reward table for each of {count} humans and {len(machines)} AI systems",
            found=f"shape {table.shape}",
        )
    game = MarkovGame.of(
        table,
        transition,
        discount,
        start=start,
        players=(*humans, *machines),
        states=states,
        actions=actions,
    )
    wanted: Array = game.payoff[:count].sum(axis=0) if goal is None else goal
    return game.with_goal(wanted, discount=game.discount[0])
