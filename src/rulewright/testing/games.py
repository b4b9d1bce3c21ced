"""Laws of institutions and behaviours on games held in arrays."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import numpy as np

from ..behaviour import Behaviour
from ..game.game import Game
from ..institution.institution import NOTHING, Institution
from ..institution.moves import Care, Pay, Permit, Reveal, apply
from ..numerics.rational import floats

TOLERANCE = 1e-6  # of floating solvers, relative to the range of payoffs


def same(one: Game, other: Game, *, tolerance: float = 0.0) -> bool:
    """Whether two games are the same: labels, prior, payoffs, transfers and signals (within `tolerance`)."""
    labels = (one.players, one.types, one.actions, one.designer) == (
        other.players,
        other.types,
        other.actions,
        other.designer,
    )
    signals = [(s.name, s.outcomes) for s in one.signals] == [(s.name, s.outcomes) for s in other.signals]
    if not labels or not signals:
        return False
    pairs = [(one.prior, other.prior), (one.payoff, other.payoff), (one.transfer, other.transfer)]
    pairs += [(a.law, b.law) for a, b in zip(one.signals, other.signals, strict=True)]
    return all(a.shape == b.shape and (abs(a - b) <= tolerance).all() for a, b in pairs)


def institution_laws(institution: Institution, game: Game, *, tolerance: float = 0.0) -> None:
    """The laws of institutions at one game. Raises AssertionError with the law that is broken."""
    before = [array.copy() for array in (game.prior, game.payoff, game.transfer)]
    once, twice = institution(game), reduce(lambda g, move: apply(move, g), institution.moves(game), game)
    assert same(once, twice), "pure: the same game in, the same game out"
    after = (game.prior, game.payoff, game.transfer)
    untouched = all((a == b).all() for a, b in zip(before, after, strict=True))
    assert untouched, "pure: the input is untouched"
    assert same((institution >> NOTHING)(game), once), "a >> nothing is a"
    assert same((NOTHING >> institution)(game), once), "nothing >> a is a"
    here = game
    for move in institution.moves(game):
        there = apply(move, here)
        _word_laws(move, here, there, tolerance)
        here = there
    assert same(here, once), "an institution is its moves, one after the other"
    assert same(institution(game.floats), once.floats, tolerance=max(tolerance, 1e-9)), "floats and rationals agree"


def _word_laws(move: object, before: Game, after: Game, tolerance: float) -> None:
    """What each word may and may not change."""
    if isinstance(move, (Pay, Care, Permit)):
        assert (after.prior == before.prior).all(), f"{type(move).__name__} leaves beliefs alone"
    if isinstance(move, Pay):
        moved = after.payoff - before.payoff
        assert (abs(moved - (after.transfer - before.transfer)) <= tolerance).all(), (
            "what is paid is booked as transfer"
        )
        others = [k for k in range(before.n) if k != before.index(move.to)]
        assert (moved[others] == 0).all(), "money moves to one player; value does not move"
    if isinstance(move, Care):
        i = before.index(move.player)
        others = [k for k in range(before.n) if k != i]
        assert (after.payoff[others] == before.payoff[others]).all(), "care changes one player's payoff"
        assert (after.transfer == before.transfer).all(), "care moves no money"
    else:
        spread = _extremes(before.payoff - before.transfer), _extremes(after.payoff - after.transfer)
        inside = (spread[1][0] >= spread[0][0] - 1e-9) and (spread[1][1] <= spread[0][1] + 1e-9)
        assert inside or after.n > before.n, "only care, and newcomers, touch what players want"
    if isinstance(move, Reveal):
        for j in range(before.n):
            count = after.type_counts[j] // before.type_counts[j]
            axes = tuple(k for k in range(before.n) if k != j)
            told = after.prior.sum(axis=axes).reshape(-1, count).sum(axis=1)
            marginal = before.prior.sum(axis=axes)
            assert (abs(told - marginal) <= max(tolerance, 0 if before.is_exact else 1e-12)).all(), (
                "revealing keeps the marginal of types"
            )


def _extremes(array: np.ndarray) -> tuple[float, float]:
    values = floats(array)
    return float(values.min()), float(values.max())


def behaviour_laws(behaviour: Behaviour, game: Game) -> None:
    """The laws of behaviours at one game with a goal. Raises AssertionError with the law that is broken."""
    first, second = (behaviour(game).span(game.goal) for _ in range(2))
    assert (first.worst, first.best) == (second.worst, second.best) or np.isnan(first.worst), "the same every time"
    if first.count == 0:
        return
    assert first.worst <= first.best + 1e-12, "the worst is not better than the best"
    table = floats(game.goal)
    size = float(np.ptp(table)) or 1.0
    assert table.min() - TOLERANCE * size <= first.worst, "no play is worse than the worst outcome"
    assert first.best <= table.max() + TOLERANCE * size, "no play is better than the best outcome"
    for play, value in ((first.worst_play, first.worst), (first.best_play, first.best)):
        if play is not None:
            assert abs(float((floats(play.law) * table).sum()) - value) <= TOLERANCE * size, "plays give what is said"
    shifted = behaviour(_shifted(game)).span(game.goal)
    close = abs(shifted.worst - first.worst) <= 1e-4 * size and abs(shifted.best - first.best) <= 1e-4 * size
    assert close, "adding a constant to a player's payoffs changes nothing"


def _shifted(game: Game) -> Game:
    payoff = game.payoff.copy()
    for i in game.strategic:
        payoff[i] = payoff[i] + (i + 1)
    return replace(game, payoff=payoff)
