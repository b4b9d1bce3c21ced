"""What agents will do under a rule, one behaviour after the other, as rows of a report."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from ..behaviour import Behaviour, quantal
from ..behaviour.nash import pure_profiles
from ..behaviour.selection import margin_of_uniqueness, strictness
from ..errors import TooLarge, Unsolved
from ..game.game import Game
from ..game.lower import average, core
from ..game.play import Play
from ..institution.institution import Institution
from ..institution.words import sentence
from ..numerics.rational import floats
from ..report.report import Asked, Foreseen, LogitCurve, Matrix, RuleRow
from ..welfare.goals import kept

MOST_POINTS = 120  # of a logit curve in a report
MOST_UNKNOWNS = 300  # of the logit equations, for curves in a report
MOST_CELLS = 200_000  # of a core game whose pure profiles are compared with each other one by one
MOST_SHOWN = 21  # actions per side of a matrix that is drawn


def foresee(
    game: Game, behaviours: Sequence[Behaviour], money_weight: Fraction, tell: Callable[[str], None]
) -> dict[str, Foreseen]:
    """What people are left with under every behaviour in one game; one that cannot answer says why instead."""
    rows, goal = {}, kept(game, money_weight)
    for behaviour in behaviours:
        tell(behaviour.name)
        try:
            prediction = behaviour(game)
            span = prediction.span(goal)
        except (TooLarge, Unsolved) as error:
            rows[behaviour.name] = Foreseen(None, None, None, None, None, str(error), complete=False)
            continue
        rows[behaviour.name] = Foreseen(
            worst=_finite(span.worst),
            best=_finite(span.best),
            mean=_finite(span.mean),
            count=span.count,
            residual=_finite(span.residual),
            how=prediction.how,
            complete=prediction.complete,
            play=span.worst_play.describe() if span.worst_play else "",
        )
    return rows


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def asked(play: Play) -> Asked:
    """The play that a rule asks for, and who would rather do something else."""
    gain, temptation = play.temptation()
    game = play.game
    return Asked(
        play=play.describe(),
        goal=float(play.goal),
        paid=float(play.paid),
        per_player={game.players[i]: float(play.transfers[i]) for i in game.strategic},
        gain=float(gain),
        temptation=temptation,
    )


def rule_row(
    rule: Institution,
    base: Game,
    induced: Game,
    play: Play | None,
    behaviours: Sequence[Behaviour],
    money_weight: Fraction,
    tell: Callable[[str], None],
) -> RuleRow:
    """A rule beside others."""
    margin, robust_to = margins(induced, play)
    return RuleRow(
        name=rule.describe(),
        sentence=sentence(rule, base),
        behaviours=foresee(induced, behaviours, money_weight, tell),
        asked=None if play is None else asked(play),
        margin=margin,
        robust_to=robust_to,
        changes_preferences=rule.changes_preferences(base),
    )


def margins(induced: Game, play: Play | None) -> tuple[float | None, float | None]:
    """(margin by which every other pure profile fails, payoff error below which that stays so)."""
    profile = None if play is None else pure_profile(play)
    if not profile or max(core(induced).type_counts) > 1 or induced.payoff[0].size > MOST_CELLS:
        return None, None
    margin, strict = margin_of_uniqueness(induced, profile), strictness(induced, profile)
    if margin is None or strict is None:
        return None, None
    return float(margin), max(0.0, float(min(margin, strict)) / 2)


def pure_profile(play: Play) -> tuple[int, ...] | None:
    """Positions, in the core, of a pure play without types; None if it mixes or has types."""
    if play.strategies is None:
        return None
    rows = [play.strategies[i] for i in play.game.active]
    if any(len(row) > 1 or (row != row.max()).sum() != row.size - 1 or row.max() != 1 for row in rows):
        return None
    return tuple(int(np.argmax(row[0])) for row in rows)


def logit_curve(name: str, game: Game, money_weight: Fraction, to: float) -> LogitCurve | None:
    """What people are left with along the principal branch, thinned for drawing; None where it cannot be followed."""
    inner = core(game)
    if sum(t * a for t, a in zip(inner.type_counts, inner.action_counts, strict=True)) > MOST_UNKNOWNS:
        return None
    try:
        path = quantal.path(game, to)
    except Unsolved:
        return None
    goals = path.goal(floats(kept(game, money_weight)))
    shown = np.unique(np.linspace(0, len(goals) - 1, MOST_POINTS).round().astype(int))
    return LogitCurve(name, [float(path.lambdas[k]) for k in shown], [float(goals[k]) for k in shown])


def matrix(game: Game) -> Matrix | None:
    """The picture of a game in which two players without types choose among few actions."""
    if len(game.active) != 2 or max(core(game).type_counts) > 1 or max(game.action_counts) > MOST_SHOWN:
        return None
    i, j = game.active
    inner = core(game)
    shape = inner.action_counts
    rows, columns = (floats(inner.payoff[k].reshape(shape)).tolist() for k in range(2))
    return Matrix(
        rows=game.players[i],
        columns=game.players[j],
        row_actions=list(game.actions[i]),
        column_actions=list(game.actions[j]),
        goal=floats(average(game, game.goal)).reshape(shape).tolist(),
        row_payoff=rows,
        column_payoff=columns,
        equilibria=[(int(a), int(b)) for a, b in pure_profiles(inner)],
    )
