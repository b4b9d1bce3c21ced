"""What the checker is shown: the mechanism, said in words, in a game small enough to redo in rationals.

full        everybody speaks: the mechanism as it is                            dominant, equilibrium
view of i   everybody speaks, but i alone has types and payoffs: all that i's best reply rests on where values are private
i speaks    the others' reports are their types: they tell the truth            equilibrium
told        all reports are types: everybody tells the truth                    voluntary, budget, goal
at θ        one type profile, everybody speaks                                  coalition
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...game.game import Game
from ...game.play import Play
from ...institution.classical.direct import asked
from ...institution.institution import Institution, Moves
from ...institution.moves import Move, Pay, Reveal, Speak, as_data
from ...numerics import rational
from ...numerics.rational import Array
from ...verify.certificate import statement
from .case import Case

FULL_CELLS = 1_000  # cells of types, reports and decisions up to which everybody speaks in one statement

Statement = dict[str, Any]


def _said(base: Game, institution: Institution, truth: dict[int, Any] | None = None, title: str = "") -> Statement:
    """The statement in which player i does truth[i] (positions, one per type) and the rest have one action."""
    induced = institution(base.floats)  # only who says what is read off it; the checker makes its own, in rationals
    does = [(truth or {}).get(i, [0] * induced.type_counts[i]) for i in range(induced.n)]
    said = {"name": institution.describe(), "moves": [as_data(move) for move in institution.moves(base)]}
    return statement(base, said, Play.pure(induced, does), title=title)


def title(case: Case) -> str:
    return f"{case.mechanism.describe()}: {case.setting.grid}"


def honest(case: Case) -> Iterator[Statement]:
    """Statements whose play is the truth, for dominance: the mechanism as it is, or the view of each player."""
    game = case.game
    reports = math.prod(game.type_counts)
    if not asked(game) or reports * reports * game.action_counts[0] <= FULL_CELLS:
        yield _said(game, case.mechanism, {i: range(game.type_counts[i]) for i in asked(game)}, title(case))
        return
    for i in asked(game):
        yield _view(case, i)


def _view(case: Case, i: int) -> Statement:
    game = case.game
    table = np.zeros((game.n, *[len(t) if j == i else 1 for j, t in enumerate(game.types)], game.action_counts[0]), int)
    payoff = rational.exact(table)
    payoff[i] = case.values[i - 1].reshape(payoff.shape[1:])
    alone = Game.bayesian(
        payoff.reshape(*payoff.shape, *(1,) * (game.n - 1)),
        case.likely[i - 1].reshape(payoff.shape[1:-1]),
        players=game.players,
        types=[t if j == i else ("·",) for j, t in enumerate(game.types)],
        actions=game.actions,
        designer=True,
    )
    moves = [m for m in case.mechanism.moves(game) if not (isinstance(m, Pay) and m.to != game.players[i])]
    truth = {j: range(game.type_counts[j]) if j == i else [0] for j in asked(game)}
    return _said(
        alone, Moves.of(case.mechanism.describe(), moves), truth, f"{title(case)}; as {game.players[i]} sees it"
    )


def one_speaks(case: Case) -> Iterator[Statement]:
    """For each player that is asked: it speaks, the others' reports are their types. Where nobody is, nobody speaks."""
    game = case.game
    if not asked(game):
        yield told(case)
    for i in asked(game):
        signals = {j: f"{'message' if j == i else 'type'} of {game.players[j]}" for j in asked(game)}
        moves: list[Move] = [Speak(game.players[i], game.types[i]), *case.mechanism.as_told(game, signals)]
        yield _said(game, Moves.of(case.mechanism.describe(), moves), {i: range(game.type_counts[i])}, title(case))


def _told(case: Case) -> tuple[Move, ...]:
    return case.mechanism.as_told(case.game, {j: f"type of {case.game.players[j]}" for j in asked(case.game)})


def told(case: Case, goal: Array | None = None) -> Statement:
    """All tell the truth. `goal`[*types, decision] replaces what the designer wants."""
    game = case.game
    if goal is not None:
        game = game.with_goal(rational.exact(goal).reshape(game.payoff.shape[1:]))
    return _said(game, Moves.of(case.mechanism.describe(), _told(case)), title=title(case))


def informed(case: Case, i: int) -> tuple[Statement, list[Array]]:
    """All tell the truth and i is told the others' types; and for every type of i then, (own type, …) in the checker's order.

    What it expects then is what it gets.
    """
    game = case.game
    counts = [k for j, k in enumerate(game.type_counts) if j != i]
    outcomes = tuple(f"case {k + 1}" for k in range(math.prod(counts)))
    law = np.zeros((game.type_counts[i], len(outcomes), len(outcomes)), int)
    law[:, np.arange(len(outcomes)), np.arange(len(outcomes))] = 1
    law = np.moveaxis(law.reshape(game.type_counts[i], *counts, len(outcomes)), 0, i)
    move = Reveal((game.players[i],), (outcomes,), rational.exact(law))
    said = _said(game, Moves.of(case.mechanism.describe(), (*_told(case), move)), title=title(case))
    return said, list(np.repeat(np.arange(game.type_counts[i]), len(outcomes)))


def at_each(case: Case) -> Iterator[Statement]:
    """One statement for each possible type profile: everybody speaks, types are known."""
    game = case.game
    moves = Moves.of(case.mechanism.describe(), case.mechanism.moves(game))
    for theta in np.argwhere(game.prior > 0):
        cut = tuple(slice(int(t), int(t) + 1) for t in theta)
        here = replace(
            game,
            types=tuple((kinds[t],) for kinds, t in zip(game.types, theta, strict=True)),
            prior=rational.exact(np.ones((1,) * game.n, int)),
            payoff=game.payoff[(slice(None), *cut)],
            transfer=game.transfer[(slice(None), *cut)],
        )
        yield _said(here, moves, {i: [int(theta[i])] for i in asked(game)}, title(case))
