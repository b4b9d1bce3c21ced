"""The principal logit branch: how likely each action is as agents make fewer mistakes, with its folds.

McKelvey & Palfrey 1995 (Games Econ. Behav. 10). At a fold λ turns back; players whose λ rises slowly leave the branch there. Logit
equilibria off the branch are drawn where they are asked for: filled if the logit dynamics comes back to them, hollow if not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...behaviour.quantal import Path, Several, equilibria, path
from ...errors import InputError
from ...game.game import Game
from ...game.lower import lifted
from ...numerics.rational import Array, floats
from ..words import number
from .canvas import Canvas, Picture, player, region, short, width_of
from .flows import thinned
from .frame import Frame, placed, roomy

WHAT = "picture of a logit path"
WIDTH, HEIGHT = 460, 190
PANELS, ACTIONS = 8, 12
DASHES = ("", "9 4", "2.5 4", "12 4 2.5 4")
FINE = 0.12  # longest step: a picture shows corners
EARLY = 0.03  # λ at the left end, times the range of payoffs


@dataclass(frozen=True, eq=False)
class Panel:
    """Curves over the steps of a path, and points off it."""

    name: str
    ink: str
    labels: tuple[str, ...]
    curves: Array
    """[curve, step]"""
    points: tuple[tuple[float, Array, bool], ...]
    """(λ, [curve], stable)"""
    limits: tuple[float, float]


def logit_path(game: Game, to: float, *, goal: Any = None, at: Sequence[float] = ()) -> Picture:
    """Probabilities of all actions from λ = 0 to `to` (per unit of payoff), on a logarithmic axis, folds marked.

    `goal` [*types, *actions]: its expectation is drawn instead (a game with a designer: pass `game.goal`). `at`: λ at which all
    logit equilibria that a search finds are marked. Raises InputError where there is too much to draw or nobody chooses.
    """
    if not game.active or not (math.isfinite(to) and to > 0):
        found = f"λ = {to:g}" if game.active else "nobody who chooses"
        raise InputError(where=WHAT, needed="a game in which somebody chooses, and a λ above 0", found=found)
    kinds = [(n, i, t) for n, i in enumerate(game.active) for t in range(game.type_counts[i])]
    if goal is None and (len(kinds) > PANELS or max(game.action_counts) > ACTIONS):
        raise InputError(
            where=WHAT,
            needed=f"at most {PANELS} players and types who choose, of at most {ACTIONS} actions",
            found=f"{len(kinds)}, of up to {max(game.action_counts)} actions",
            remedy="Give a `goal` to draw instead: one curve, whatever the size.",
        )
    branch = path(game, to, longest=FINE)
    others = [equilibria(game, float(lam)) for lam in at]
    if goal is None:
        panels = [_probabilities(game, branch, others, *kind) for kind in kinds]
    else:
        table = floats(goal)
        values = branch.goal(table)
        points = tuple(
            (several.lam, np.array([float((lifted(game.floats, e.strategies).law * table).sum())]), e.stable)
            for several in others
            for e in several.found
        )
        limits = roomy([*values, *(float(p[1][0]) for p in points)])
        panels = [Panel("", "ink", ("goal",), values[None], points, limits)]
    return _drawn(game, branch, panels, to)


def _probabilities(game: Game, branch: Path, others: Sequence[Several], n: int, i: int, t: int) -> Panel:
    curves = np.array([point[n][t] for point in branch.points]).T
    points = tuple((s.lam, e.strategies[n][t], e.stable) for s in others for e in s.found)
    name = game.players[i] + (f", type {game.types[i][t]}" if game.type_counts[i] > 1 else "")
    return Panel(name, player(n), game.actions[i], curves, points, (0.0, 1.0))


def _drawn(game: Game, branch: Path, panels: Sequence[Panel], to: float) -> Picture:
    spread = float(np.ptp(floats(game.payoff), axis=tuple(range(1, game.payoff.ndim))).max()) or 1.0
    low = min(to / 30, EARLY / spread)
    limits = (math.log10(low), math.log10(to * 1.02))
    canvas, left = Canvas(), 76.0
    title = "Logit choice, from random to rational"
    canvas.text(20, 32, title, size=15, weight=600)
    top, room = 62.0, 0.0
    for panel in panels:
        canvas.text(left, top - 6, short(panel.name, 60), ink=panel.ink, weight=600, full=panel.name)
        frame = Frame(left, top + 4, WIDTH, HEIGHT, limits, panel.limits)
        last = panel is panels[-1]
        _panel(canvas, frame, panel, branch, last)
        room = max(room, *(width_of(short(label, 26), 12.5) for label in panel.labels))
        top = frame.bottom + (66 if last else 52)
    folds = [f"λ = {number(fold.lam, 4)}" for fold in branch.folds]
    low_y = top
    if folds:
        canvas.text(24, low_y, f"Dashed: the branch turns back at {short(', '.join(folds), 60)}", ink="soft", size=12.5)
        low_y += 20
    if any(panel.points for panel in panels):
        canvas.text(
            24, low_y, "Dots: all logit equilibria found; hollow ones are left after a push", ink="soft", size=12.5
        )
        low_y += 20
    ends = "; ".join(
        f"{p.name}: "
        + ", ".join(f"{label} {number(float(v), 3)}" for label, v in zip(p.labels, p.curves[:, -1], strict=True))
        for p in panels
    )
    says = f"The principal logit branch to λ = {to:g}. Folds: {', '.join(folds) or 'none'}. At its end {ends}."
    return canvas.picture(title, says, left + WIDTH + 24 + min(room, 190), low_y + 2)


def _panel(canvas: Canvas, frame: Frame, panel: Panel, branch: Path, last: bool) -> None:
    low, high = frame.x
    marks = decades(low, high)
    frame.axes(
        canvas,
        "λ, per unit of payoff (logarithmic)" if last else "",
        "probability" if len(panel.labels) > 1 else "expected goal",
        at_x=[math.log10(m) for m in marks],
        at_y=[0, 0.5, 1] if panel.limits == (0.0, 1.0) else None,
        say_x=lambda v: f"{10**v:.3g}",
    )
    with np.errstate(divide="ignore"):
        logs = np.log10(branch.lambdas)
    for fold in branch.folds:
        x, _ = frame(math.log10(max(fold.lam, 10**low)), 0)
        canvas.lines([(x, frame.top), (x, frame.bottom)], "soft", dash="3 4", width=1.2, kind="fold")
    for k, curve in enumerate(panel.curves):
        inside = np.flatnonzero(logs > low)
        first = (
            float(np.interp(low, logs[inside[0] - 1 : inside[0] + 1], curve[inside[0] - 1 : inside[0] + 1]))
            if (inside[0] > 0 and np.isfinite(logs[inside[0] - 1]))
            else float(curve[inside[0]])
        )
        points = [frame(low, first)] + [frame(logs[s], curve[s]) for s in inside]
        thin = thinned(np.array(points), 0.3)
        canvas.lines(thin, region(k), width=2.6, dash=DASHES[k // 4 % 4], kind="branch")
        for fold in branch.folds:
            at = int(np.argmin(abs(branch.lambdas - fold.lam)))
            canvas.dot(frame(logs[at], curve[at]), fill="paper", edge=region(k), radius=4, width=2, kind="fold-point")
    for lam, values, stable in panel.points:
        if lam > 0:
            for k, value in enumerate(values):
                spot = frame(math.log10(max(lam, 10**low)), float(value))
                canvas.dot(
                    spot, fill=region(k) if stable else "paper", edge=region(k), radius=5, width=2, kind="equilibrium"
                )
    ends = [frame(0, float(c[-1]))[1] for c in panel.curves]
    for k, (y, label) in enumerate(zip(placed(ends, 15, frame.top + 2, frame.bottom), panel.labels, strict=True)):
        canvas.lines([(frame.right + 3, y), (frame.right + 10, y)], region(k), width=4)
        canvas.text(frame.right + 15, y + 4, short(label, 26), size=12.5, full=label)


def decades(low: float, high: float) -> list[float]:
    """Round numbers between 10**low and 10**high: powers of ten, and 2 and 5 where these are few."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    steps = (1,) if high - low > 3 else (1, 2, 5)
    return [s * 10.0**p for p in powers for s in steps if low - 1e-9 <= math.log10(s * 10.0**p) <= high + 1e-9]
