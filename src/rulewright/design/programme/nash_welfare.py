"""Nash welfare: the product of what players gain over their outside options, as large as possible (Nash 1950, Econometrica 18).

Σ log is concave, so that this is one conic programme over the same rows.
"""

from __future__ import annotations

import numpy as np

from ...errors import InputError
from ...numerics import rational
from ...numerics.conic import maximise_logs
from ...numerics.linprog import INFINITY, Solution
from ..rules import Rules
from .frame import Frame
from .requirements import prior_of


def check(rules: Rules) -> None:
    """Raise InputError for what does not go with Nash welfare."""
    if rules.robust is not None or rules.priors:
        raise InputError(
            where="rules",
            needed='objective "goal" or "maximin" beside robustness',
            found='"nash"',
            remedy="Ask for the worst case of a linear objective.",
        )


def largest(frame: Frame) -> Solution:
    """The rule with the largest Σ_i log(expected payoff of i − its expected outside option), 0 where it has none."""
    game, rules, programme = frame.game, frame.rules, frame.programme
    gains = programme.add_columns(len(game.strategic), lower=-INFINITY)
    for gain, i in zip(gains, game.strategic, strict=True):
        player = game.players[i]
        outside = np.zeros(game.type_counts[i])
        if player in rules.outside:
            outside = rational.floats(rules.stays_for(player, game.type_counts[i]))
        own = outside.reshape([-1 if axis == i else 1 for axis in range(2 * frame.n)])
        row = programme.add_rows(1, lower=0.0, upper=0.0)
        programme.put(row, gain, -1.0)
        programme.put(row, frame.mu, frame.chance * (game.payoff[i] - own))
        for money in frame.money:
            if money.i == i:
                programme.put(row, money.columns, money.law * prior_of(frame, money))
    return maximise_logs(programme, gains)
