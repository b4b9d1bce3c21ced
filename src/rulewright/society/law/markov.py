"""The repeated game of law as a Markov game in floats, so that `behaviour.markov` can judge the same profile by other means.

A period becomes two rounds: the seller delivers in public state w, then the buyers answer in state (w, x). A buyer's private signal
becomes a plan, one act for every signal, worth its expectation over signals: nothing else depends on them. Rounds are discounted by
√d, so that two of them make a period. One deviation at one signal is worth its gain times the chance of the signal there, and a
deviation of the seller √d times its gain, its round being half a period ahead of the payoffs.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from ...game.markov import MarkovGame
from ...game.markov_play import MarkovPlay
from ...numerics.rational import Array, floats
from .deviation import PLAYERS, Repeated


def plans(repeated: Repeated) -> Array:
    """int [plan, signal]: every act for every signal that a buyer has."""
    able = repeated.stage.able
    found = [p for p in itertools.product(range(able.shape[1]), repeat=able.shape[0]) if all(able[range(len(p)), p])]
    return np.array(found)


def as_markov(repeated: Repeated) -> MarkovGame:
    """Players buyer i, buyer j, seller. States: w·(1 + deliveries) to deliver, then one for each delivery to answer it."""
    stage, profile = repeated.stage, repeated.profile
    chosen = plans(repeated)
    p, x, w = len(chosen), len(stage.deliveries), len(profile.states)
    count = w * (1 + x)
    payoff = np.zeros((3, count, p, p, x))
    law = np.zeros((count, p, p, x, count))
    chance, moves = floats(stage.law), floats(profile.moves)
    buyers, seller = floats(stage.buyers), floats(stage.seller)
    signals = np.arange(chosen.shape[1])
    can = [np.zeros((count, p), bool), np.zeros((count, p), bool), np.zeros((count, x), bool)]
    for state in range(w):
        at = state * (1 + x)
        for k in range(2):
            can[k][at, 0] = True
        can[2][at] = True
        for done in range(x):
            law[at, :, :, done, at + 1 + done] = 1
            here = at + 1 + done
            can[0][here] = can[1][here] = True
            can[2][here, 0] = True
            for one, other in itertools.product(range(p), repeat=2):
                for s, t in itertools.product(signals, repeat=2):
                    weight = chance[0, s] * chance[1, t]
                    a, b = chosen[one, s], chosen[other, t]
                    payoff[:, here, one, other, :] += (
                        weight * np.array([buyers[0, done, s, a, b], buyers[1, done, t, a, b], seller[done, a, b]])
                    )[:, None]
                    law[here, one, other, :, :: 1 + x] += weight * moves[state, done, a, b]
    names = [
        f"{s}; deliver" if k == 0 else f"{s}; {stage.deliveries[k - 1]}" for s in profile.states for k in range(1 + x)
    ]
    said = ["; ".join(f"{stage.signals[s]}: {stage.acts[a]}" for s, a in enumerate(plan)) for plan in chosen]
    start = np.zeros(count)
    start[profile.start * (1 + x)] = 1
    return MarkovGame.of(
        payoff,
        law,
        math.sqrt(repeated.discount),
        start=start,
        players=PLAYERS,
        states=names,
        actions=(said, said, stage.deliveries),
        available=can,
    )


def as_play(repeated: Repeated, game: MarkovGame | None = None) -> MarkovPlay:
    """The profile in that game."""
    game = as_markov(repeated) if game is None else game
    profile, chosen = repeated.profile, plans(repeated)
    x = len(repeated.stage.deliveries)
    strategies = [np.zeros((game.state_count, len(chosen))), np.zeros((game.state_count, len(chosen)))]
    delivers = np.zeros((game.state_count, x))
    buyers, seller = floats(profile.buyers), floats(profile.seller)
    for w in range(len(profile.states)):
        at = w * (1 + x)
        delivers[at] = seller[w]
        delivers[at + 1 : at + 1 + x, 0] = 1
        for k in range(2):
            strategies[k][at, 0] = 1
            for done in range(x):
                for n, plan in enumerate(chosen):
                    strategies[k][at + 1 + done, n] = np.prod([buyers[k, w, s, done, a] for s, a in enumerate(plan)])
    return MarkovPlay.of(game, [*strategies, delivers])
