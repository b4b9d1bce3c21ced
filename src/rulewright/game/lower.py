"""The only conversions: the core of a game (nobody without a choice), its normal form (plans for all types), and a Markov
game as one shot (plans for all states).

Solvers see cores: players with a single action have nothing to decide, so their types are averaged out,
u_i(θ, a) = E[u_i | θ of those who choose], and what they find is lifted back to the game that was asked about.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..numerics import rational
from ..numerics.decision import evaluated
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .game import SINGLE, Game
from .play import Play

if TYPE_CHECKING:
    from .markov import MarkovGame  # an annotation only: who has one has paid for the import


def average(game: Game, array: Array) -> Array:
    """[*types, *actions] averaged over the types of the furniture: [*types, *actions] of the active players.

    Type profiles of probability zero get zero.
    """
    inert = tuple(j for j in range(game.n) if j not in game.active)
    if not inert or not game.active:  # where nobody chooses, the game is its own core
        return array
    prior = game.prior.reshape(game.prior.shape + (1,) * game.n)
    total = (prior * array).sum(axis=inert + tuple(game.n + j for j in inert))
    chance = game.prior.sum(axis=inert)
    safe = np.where(chance > 0, chance, 1)
    return total / safe.reshape(safe.shape + (1,) * len(game.active))


def core(game: Game) -> Game:
    """The game among those who choose. If nobody does, the game itself."""
    active = game.active
    if not active or len(active) == game.n:
        return game
    inert = tuple(j for j in range(game.n) if j not in active)
    payoff = np.stack([average(game, game.payoff[i]) for i in active])
    return Game(
        players=tuple(game.players[i] for i in active),
        types=tuple(game.types[i] for i in active),
        actions=tuple(game.actions[i] for i in active),
        prior=game.prior.sum(axis=inert),
        payoff=payoff,
        transfer=np.stack([average(game, game.transfer[i]) for i in active]),
    )


def lifted(game: Game, strategies: Sequence[Array]) -> Play:
    """The play of `game` in which its active players follow strategies found in `core(game)`."""
    profile = []
    chosen = iter(strategies)
    for i in range(game.n):
        if i in game.active:
            profile.append(rational.like(next(chosen), game.payoff))
        else:
            profile.append(rational.zeros((game.type_counts[i], 1), game.payoff) + 1)
    return Play.of(game, profile)


def lifted_law(game: Game, law: Array) -> Play:
    """The play of `game` under a joint law [*types, *actions] of the active players found in `core(game)`."""
    inert = tuple(j for j in range(game.n) if j not in game.active)
    if not inert or not game.active:
        return Play.joint(game, law)
    chance = game.prior.sum(axis=inert, keepdims=True)
    given = game.prior / np.where(chance > 0, chance, 1)
    wide = np.expand_dims(law, inert + tuple(game.n + j for j in inert))
    return Play.joint(game, wide * given.reshape(given.shape + (1,) * game.n))


def plans(game: Game, i: int) -> Array:
    """[plan, type]: every function from player i's types to its actions, as action positions."""
    count = game.action_counts[i] ** game.type_counts[i]
    reserve((count, game.type_counts[i]), f"the plans of {game.players[i]}")
    return np.array(list(itertools.product(range(game.action_counts[i]), repeat=game.type_counts[i])))


def over_plans(game: Game, array: Array) -> Array:
    """[..., *plans] from [..., *types, *actions]: the expectation when every player follows a plan for its types."""
    return plan_sums(game, array * game.prior.reshape(game.prior.shape + (1,) * game.n))


def plan_sums(game: Game, weighted: Array) -> Array:
    """[..., *plans]: `weighted`[..., *types, *actions] (prior included) summed over types, everybody following a plan."""
    counts = [a**t for a, t in zip(game.action_counts, game.type_counts, strict=True)]
    lead = weighted.shape[: weighted.ndim - 2 * game.n]
    reserve((*lead, *counts), "the normal form (one action per plan for all types)", item_bytes=game.item_bytes)
    table = [plans(game, i) for i in range(game.n)]
    total: Array | None = None
    for profile in itertools.product(*map(range, game.type_counts)):
        if game.prior[profile] > 0:
            played = np.ix_(*[table[j][:, t] for j, t in enumerate(profile)])
            at: Any = (..., *profile, *(slice(None),) * game.n)
            mixed: Any = (..., *played)
            part = weighted[at][mixed]
            total = part if total is None else total + part
    assert total is not None  # a prior sums to one
    return total


def normal(game: Game) -> Game:
    """The normal form: each player chooses a plan for all its types before it knows which one it is.

    Payoffs are expectations over the prior. A game without types comes back as it is.
    """
    if math.prod(game.type_counts) == 1:
        return game
    single = (1,) * game.n
    payoff, transfer = over_plans(game, game.payoff), over_plans(game, game.transfer)
    return Game(
        players=game.players,
        types=(SINGLE,) * game.n,
        actions=tuple(
            tuple(
                game.actions[i][plan[0]]
                if len(plan) == 1
                else "; ".join(f"{t}→{game.actions[i][a]}" for t, a in zip(game.types[i], plan, strict=True))
                for plan in plans(game, i)
            )
            for i in range(game.n)
        ),
        prior=rational.like(np.ones(single), game.payoff),
        payoff=payoff.reshape((game.n, *single, *payoff.shape[1:])),
        transfer=transfer.reshape((game.n, *single, *payoff.shape[1:])),
    )


def unplanned(game: Game, i: int, mixture: Array) -> Array:
    """[type, action]: the behaviour strategy of player i that a mixture [plan] over its plans amounts to."""
    strategy = rational.zeros((game.type_counts[i], game.action_counts[i]), mixture)
    for weight, plan in zip(mixture, plans(game, i), strict=True):
        for t, action in enumerate(plan):
            strategy[t, action] = strategy[t, action] + weight
    return strategy


def policies(game: MarkovGame, i: int) -> Array:
    """[policy, state]: every function from states to player i's available actions, as action positions."""
    choices = [np.flatnonzero(row) for row in game.available[i]]
    reserve((math.prod(map(len, choices)), game.state_count), f"the stationary policies of {game.players[i]}")
    return np.array(list(itertools.product(*choices)))


def one_shot(game: MarkovGame) -> Game:
    """The game in which everybody writes one stationary policy (state → action), once, and payoffs are its discounted worth.

    Pure equilibria of it are the stationary pure Nash equilibria of the Markov game from its law of the first state, and
    Markov perfect where that law reaches every state. Mixed and correlated ones are those of programs that are drawn once
    and then run unattended: a player that could watch would learn which were drawn.
    """
    table = [policies(game, i) for i in range(game.n)]
    counts = tuple(map(len, table))
    reserve((2 * game.n, *counts), "the one-shot form (one action per stationary policy)", item_bytes=game.item_bytes)
    payoff, transfer = (rational.zeros((game.n, *counts), game.payoff) for _ in range(2))
    states = np.arange(game.state_count)
    for profile in itertools.product(*map(range, counts)):
        at: Any = (states, *(table[i][k] for i, k in enumerate(profile)))
        rewards = np.concatenate([money[at] for money in (*game.payoff, *game.transfer)]).reshape(2 * game.n, -1)
        for delta in dict.fromkeys(game.discount):
            mine = np.flatnonzero(game.discount == delta)
            cell: Any = (mine, *profile)
            worth = evaluated(rewards, game.transition[at], delta) @ game.start
            payoff[cell], transfer[cell] = worth[mine], worth[mine + game.n]
    single = (1,) * game.n
    return Game(
        players=game.players,
        types=(SINGLE,) * game.n,
        actions=tuple(tuple(_policy_label(game, i, plan) for plan in table[i]) for i in range(game.n)),
        prior=rational.like(np.ones(single), game.payoff),
        payoff=payoff.reshape((game.n, *single, *counts)),
        transfer=transfer.reshape((game.n, *single, *counts)),
        designer=game.designer,
    )


def _policy_label(game: MarkovGame, i: int, plan: Array) -> str:
    """ "prosperous→cooperate; degraded→defect", or the action alone where there is one state."""
    chosen = [
        (state, game.actions[i][a])
        for s, (state, a) in enumerate(zip(game.states, plan, strict=True))
        if _free(game, i, s)
    ]
    if game.state_count == 1 or not chosen:
        return game.actions[i][plan[0]] if game.state_count == 1 else SINGLE[0]
    return "; ".join(f"{state}→{action}" for state, action in chosen)


def _free(game: MarkovGame, i: int, s: int) -> bool:
    return bool(game.available[i][s].sum() > 1)
