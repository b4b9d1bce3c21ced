"""A small game of two players as a table for people: best replies underlined, pure equilibria framed.

Underlining each player's best reply to every action of the other finds the pure equilibria by eye: cells with both underlined
(Gibbons 1992, A Primer in Game Theory, section 1.1).
"""

from __future__ import annotations

import html as _html
from fractions import Fraction
from typing import Any

import numpy as np

from ..numerics import rational
from .game import Game
from .lower import average, core

MOST = 12  # actions a side
NEAR = 1e-12  # relative to the range of payoffs: floats that count as equally good
FRAME = "outline:2px solid currentColor;outline-offset:-3px;border-radius:4px;"


def html(game: Game) -> str | None:
    """An HTML table; None where the game has types, or other than two players who choose among at most 12 actions each."""
    inner = core(game)
    if len(game.active) != 2 or inner.prior.size != 1 or max(inner.action_counts) > MOST:
        return None
    a, b = inner.payoff.reshape(2, *inner.action_counts)
    slack = [0 if inner.is_exact else NEAR * (float(np.ptp(p)) or 1.0) for p in (a, b)]
    best = np.stack([a >= a.max(axis=0) - slack[0], b >= b.max(axis=1)[:, None] - slack[1]]).astype(bool)
    goal = average(game, game.goal).reshape(inner.action_counts) if game.designer else None
    (row, column), e = inner.players, _html.escape
    heads = "".join(f'<th scope="col">{e(label)}</th>' for label in inner.actions[1])
    lines = [
        f'<tr><th scope="row">{e(label)}</th>{_cells(a, b, best, goal, i)}</tr>'
        for i, label in enumerate(inner.actions[0])
    ]
    count = int(best.all(axis=0).sum())
    found = "no pure equilibrium" if not count else f"{count} pure equilibri{'um' if count == 1 else 'a'}, framed"
    wants = f"; small: {e(game.players[0])}" if goal is not None else ""
    return (
        f'<table class="rw-game"><caption style="text-align:left">{e(row)} (rows), {e(column)} (columns); best replies underlined; '
        f"{found}{wants}</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _cells(a: Any, b: Any, best: Any, goal: Any, i: int) -> str:
    cells = []
    for j in range(a.shape[1]):
        paid = [
            f"<u>{_said(p[i, j])}</u>" if is_best[i, j] else _said(p[i, j])
            for p, is_best in zip((a, b), best, strict=True)
        ]
        small = f"<br><small>{_said(goal[i, j])}</small>" if goal is not None else ""
        framed = FRAME if best[:, i, j].all() else ""
        cells.append(f'<td style="text-align:center;{framed}">{paid[0]}, {paid[1]}{small}</td>')
    return "".join(cells)


def _said(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator < 1000:
        return str(value).replace("-", "−")
    return rational.decimal(value).replace("-", "−")
