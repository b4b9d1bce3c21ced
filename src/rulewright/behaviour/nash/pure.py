"""Pure equilibria of any number of players: every profile compared with every deviation, axis by axis.

With types, strategies are plans for all types: pure Bayes–Nash equilibria.
"""

from __future__ import annotations

import numpy as np

from ...errors import TooLarge
from ...game.game import Game
from ...game.games import Games
from ...game.lower import core, lifted, plan_sums, plans
from ...game.play import Play, weighted
from ...numerics import rational
from ...numerics.rational import Array
from ..behaviour import Behaviour, no_argument, register, wanted_goal
from ..prediction import Plays, Spans, residual_of

TIE = 1e-9  # relative to the range of payoffs, in floating games; exact games have exact ties
MOST_PLAYS = 100_000
HOW = "every pure profile compared with every deviation"
MOST_EXACT = 200_000  # payoffs times equilibria: beyond that, plays found exactly are written out in floats


def pure_profiles(game: Game) -> Array:
    """[equilibrium, player]: positions of all pure equilibria, in plans for all types, by comparing whole axes.

    Exact games are compared exactly: in whole numbers over the payoffs' common denominator where these fit.
    """
    counts = [a**t for a, t in zip(game.action_counts, game.type_counts, strict=True)]
    stable = np.ones(counts, dtype=bool)
    for i in range(game.n):
        terms = rational.whole(rational.comparable(weighted(game, i), terms=2 * game.prior.size))
        payoff = plan_sums(game, terms)
        slack = 0 if game.is_exact else tie(game, i, payoff)
        stable &= np.asarray(payoff >= payoff.max(axis=i, keepdims=True) - slack, dtype=bool)
    return np.argwhere(stable)


def stable(games: Games) -> Array:
    """[game, *actions], bool: the pure equilibria of many games, each within rounding of its own range of payoffs."""
    found = np.ones((len(games), *games.action_counts), dtype=bool)
    for i in range(games.n):
        payoff = games.payoff[:, i]
        every = tuple(range(1, payoff.ndim))
        span, rounding = rational.spread(payoff, every)
        found &= payoff >= payoff.max(axis=1 + i, keepdims=True) - (TIE * span + rounding)
    return found


def tie(game: Game, i: int, sums: Array) -> float:
    """By how much expected payoffs `sums` of player i in a floating game may differ and be the same."""
    rounding = rational.ROUNDING * game.prior.size * float(np.abs(game.payoff[i]).max())
    return TIE * float(np.ptp(sums)) + rounding


class Pure(Behaviour):
    """All pure equilibria; with types, all pure Bayes–Nash equilibria."""

    name = "pure"

    def __call__(self, game: Game) -> Plays:
        if not game.active:
            plays: tuple[Play, ...] = (lifted(game, []),)
        else:
            inner = core(game)
            found = pure_profiles(inner)
            shown = game if len(found) * game.payoff.size <= MOST_EXACT else game.floats
            plays = tuple(planned(shown, inner, profile) for profile in found[:MOST_PLAYS])
            if len(found) > MOST_PLAYS:
                raise TooLarge(
                    where="pure equilibria",
                    needed=f"at most {MOST_PLAYS:,}",
                    found=f"{len(found):,}",
                    remedy="Use `correlated`, whose worst and best need no list.",
                )
        return Plays(self.name, game, plays, HOW, residual_of(plays[:1000]))

    def many(self, games: Games) -> Spans:
        goal = wanted_goal(games).reshape(len(games), -1)
        found = stable(games).reshape(len(games), -1)
        count = found.sum(axis=1)
        none = count == 0
        worst = np.where(none, np.nan, np.where(found, goal, np.inf).min(axis=1))
        best = np.where(none, np.nan, np.where(found, goal, -np.inf).max(axis=1))
        mean = np.where(none, np.nan, np.where(found, goal, 0.0).sum(axis=1) / np.maximum(count, 1))
        gain = np.zeros((len(games), *games.action_counts))
        for i in range(games.n):
            payoff = games.payoff[:, i]
            np.maximum(gain, payoff.max(axis=1 + i, keepdims=True) - payoff, out=gain)
        residual = np.where(found, gain.reshape(len(games), -1), 0.0).max(axis=1)
        return Spans(worst, best, mean, count, residual, np.ones(len(games), dtype=bool), HOW)


def room(game: Game, share: float) -> Array:
    """[player]: the regret that a play may leave for rounding: a share of the range of a player's own payoffs.

    Units of payoff may differ from player to player, so that no range but its own says what is little. Never less than the
    rounding of the payoffs themselves.
    """
    table = rational.floats(game.payoff).reshape(game.n, -1)
    return share * np.ptp(table, axis=1) + 64 * np.finfo(float).eps * np.abs(table).max(axis=1)


def within(play: Play, most: Array) -> bool:
    """Whether nobody's regret is more than most[player]."""
    return bool((rational.floats(play.regrets) <= most).all())


def planned(game: Game, inner: Game, profile: Array) -> Play:
    strategies = []
    for i, chosen in enumerate(profile):
        strategy = np.zeros((inner.type_counts[i], inner.action_counts[i]))
        strategy[np.arange(inner.type_counts[i]), plans(inner, i)[chosen]] = 1
        strategies.append(strategy)
    return lifted(game, strategies)


register("pure", lambda text: no_argument("pure", text, Pure))
