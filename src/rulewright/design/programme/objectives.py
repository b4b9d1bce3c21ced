"""What a rule is for: the goal less what is paid, the least of the players (Rawls), or the worst over priors.

Nash welfare is not linear and has a file of its own, `nash_welfare.py`.
"""

from __future__ import annotations

import math

import numpy as np

from ...numerics.linprog import INFINITY
from ...numerics.rational import Array
from ..rules import Rules
from . import robust
from .frame import Frame


def put(frame: Frame) -> None:
    """Give the columns their costs; the programme is to be maximised."""
    rules, game = frame.rules, frame.game
    if rules.robust is not None:
        robust.worth(frame)
        return
    weight = float(rules.money_weight)
    if rules.objective == "goal" and not rules.priors:
        _cost(frame, frame.mu, frame.chance * game.goal)
        for money in frame.money:
            _cost(frame, money.columns, -weight * money.law * _spread(frame, game.prior))
        return
    least = frame.programme.add_columns(1, lower=-INFINITY, cost=1.0)
    tables = [game.goal] if rules.objective == "goal" else [game.payoff[i] for i in game.strategic]
    for prior in (game.prior, *rules.priors):
        for position, table in enumerate(tables):
            row = frame.programme.add_rows(1, lower=0.0)
            frame.programme.put(row, least, -1.0)
            frame.programme.put(row, frame.mu, frame.spread(prior) * table)
            for money in frame.money:
                own = rules.objective == "maximin" and money.i == game.strategic[position]
                share = float(own) - weight  # received, and paid for
                frame.programme.put(row, money.columns, share * money.law * _spread(frame, prior))


def _cost(frame: Frame, columns: Array, values: Array) -> None:
    """Add to the costs of columns, which may come several times."""
    total = np.bincount(
        columns.ravel(), weights=np.broadcast_to(values, columns.shape).ravel(), minlength=frame.programme.columns
    )
    frame.programme.add_cost(total)


def _spread(frame: Frame, prior: Array) -> Array:
    return prior.reshape(prior.shape + (1,) * (frame.n + 1))


def scaled(value: float, size: float, rules: Rules, players: int) -> float:
    """The objective in payoff units, found in units of `size`."""
    return value + players * math.log(size) if rules.objective == "nash" else value * size
