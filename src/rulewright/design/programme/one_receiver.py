"""The corner of one receiver whom nobody pays or asks: both columns and rows are written as they are needed.

The programme is then Kamenica & Gentzkow's (2011, Am. Econ. Rev. 101), and `obedience.py` solves it at sizes that could not even be
written down in full.
"""

from __future__ import annotations

import numpy as np

from ...game.game import Game
from ...numerics.rational import Array
from ..rules import Rules
from .multipliers import Multipliers
from .obedience import Alternatives, optimum, to_begin_with

MANY = 2_000  # pairs of a state and an act, from which on it pays


def receiver(game: Game, rules: Rules) -> int | None:
    """The only player with something to do, if the rule can do no more than tell it something; else None."""
    actors = [i for i in range(game.n) if game.action_counts[i] > 1]
    plain = Rules(margin=rules.margin, payoff_error=rules.payoff_error, ask=rules.ask, money_weight=rules.money_weight)
    alone = len(actors) == 1 and actors[0] > 0 and max(game.type_counts[1:]) == 1
    if not alone or rules != plain or game.type_counts[0] * game.action_counts[actors[0]] < MANY:
        return None
    return actors[0]


def best_signal(game: Game, rules: Rules, i: int) -> tuple[Array, float, Multipliers, tuple[int, int]]:
    """(law [*types, *actions], value, what obedience costs, (rows written, possible))."""
    prior = game.prior.reshape(-1)
    sender, own = (game.payoff[k].reshape(len(prior), -1) for k in (0, i))
    states, acts = np.flatnonzero(prior > 0), sender.shape[1]
    found = optimum(
        prior[states],
        sender[states],
        Alternatives(own[states], float(rules.slack)),
        to_begin_with(prior[states], sender[states], own[states]),
    )
    law = np.zeros(sender.shape)
    law[np.arange(len(prior)), sender.argmax(axis=1)] = 1.0  # states that never occur
    law[states] = found.x / prior[states, None]
    weights = found.weights[None, None]
    return (
        law.reshape(game.payoff.shape[1:]),
        found.value,
        Multipliers({i: weights}, {}),
        (found.rows, acts * (acts - 1)),
    )
