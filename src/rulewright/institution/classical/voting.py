"""Votes on arrays of ballots, and as mechanisms.

A profile is ranks[ballot, alternative]: 0 for the best, equal numbers for ties, −1 for what a ballot does not rank (below
all that it ranks). weights[ballot] says how many cast it. N(x, y) is the weight of ballots with x strictly above y.

    plurality    weight of first places (tied firsts share)
    Borda        Σ_y N(x, y) + ties/2                             Borda 1781; Black's count for ties
    approval     weight of ballots that approve                   Brams & Fishburn 1978, Am. Polit. Sci. Rev. 72
    Copeland     majorities won + ½ of those tied
    minimax      − the heaviest defeat max_y N(y, x) − N(x, y)     Simpson 1969, Q. J. Econ. 83; Kramer 1977, J. Econ. Theory 16
    Condorcet    who beats everybody, else the Borda winner        Black 1958
    instant runoff   drop the fewest first places, again and again
    median       the median of peaks and phantoms on a line        Black 1948, J. Polit. Econ. 56; Moulin 1980, Public Choice 35
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics.rational import Array, floats
from .direct import Direct, certain, profiles, report_shape, valuations
from .matching import strict
from .settings import rankings

Scores = Callable[[Array], Array]


def ballots(ranks: Any, weights: Any = None) -> tuple[Array, Array]:
    """(ranks, weights) checked; what is not ranked comes after all else. Raises InputError for another shape."""
    table = np.asarray(ranks)
    if table.ndim != 2 or table.dtype.kind not in "iu" or not table.size or table.min() < -1:
        raise InputError(
            where="ballots", needed="ranks[ballot, alternative], −1 or above, at least one", found=str(table.shape)
        )
    cast = np.ones(len(table)) if weights is None else floats(weights)
    if cast.shape != table.shape[:1] or not (cast >= 0).all():
        raise InputError(where="ballots", needed="one weight of at least 0 for each ballot", found=str(cast.shape))
    return np.where(table < 0, table.max() + 1, table), cast


def pairwise(ranks: Any, weights: Any = None) -> Array:
    """N[x, y]: weight of the ballots with x strictly above y."""
    table, cast = ballots(ranks, weights)
    above = np.empty((table.shape[1], table.shape[1]))
    for x in range(table.shape[1]):  # one alternative at a time, so that memory stays ballots × alternatives
        above[x] = cast @ (table[:, [x]] < table)
    return above


def plurality(ranks: Any, weights: Any = None) -> Array:
    """Score[alternative]: first places; a ballot with k tied firsts gives 1/k to each."""
    table, cast = ballots(ranks, weights)
    first = table == table.min(axis=1, keepdims=True)
    return cast @ (first / first.sum(axis=1, keepdims=True))


def borda(ranks: Any, weights: Any = None) -> Array:
    """Score[alternative]: how many are below it, ties counting half."""
    table, cast = ballots(ranks, weights)
    above = pairwise(table, cast)
    total = cast.sum()
    return above.sum(axis=1) + (total - above - above.T).sum(axis=1) / 2 - total / 2


def copeland(ranks: Any, weights: Any = None) -> Array:
    """Score[alternative]: majorities won, ties counting half."""
    above = pairwise(ranks, weights)
    return (above > above.T).sum(axis=1) + ((above == above.T).sum(axis=1) - 1) / 2


def minimax(ranks: Any, weights: Any = None) -> Array:
    """Score[alternative]: minus its heaviest defeat, by margins; above 0 exactly for a Condorcet winner."""
    above = pairwise(ranks, weights)
    margin = above.T - above
    np.fill_diagonal(margin, -np.inf)
    return -margin.max(axis=1) if len(margin) > 1 else np.zeros(1)


def condorcet_winner(ranks: Any, weights: Any = None) -> int | None:
    """The alternative that beats every other by majority, or None."""
    above = pairwise(ranks, weights)
    beats = (above > above.T) | np.eye(len(above), dtype=bool)
    found = np.flatnonzero(beats.all(axis=1))
    return int(found[0]) if len(found) else None


def black(ranks: Any, weights: Any = None) -> Array:
    """Borda scores, with the Condorcet winner, where there is one, above all others."""
    scores, winner = borda(ranks, weights), condorcet_winner(ranks, weights)
    if winner is not None:
        scores[winner] = scores.max() + 1
    return scores


def instant_runoff(ranks: Any, weights: Any = None) -> Array:
    """Score[alternative]: the round in which it is dropped, the winner's being the highest.

    Among the fewest first places the last alternative is dropped. A ballot counts for what it ranks only.
    """
    table, cast = ballots(ranks, weights)
    ranked = np.asarray(ranks) >= 0
    left = np.ones(table.shape[1], bool)
    score = np.zeros(table.shape[1])
    for turn in range(1, table.shape[1]):
        here = np.where(left & ranked, table, table.max() + 1)
        first = (here == here.min(axis=1, keepdims=True)) & left & ranked
        votes = (cast / np.maximum(first.sum(axis=1), 1)) @ first
        fewest = np.where(left, votes, np.inf)
        out = int(np.flatnonzero(fewest <= fewest.min() + 1e-12 * cast.sum())[-1])  # shares of ties are not exact
        left[out], score[out] = False, turn
    score[left] = table.shape[1]
    return score


def approval(approved: Any, weights: Any = None) -> Array:
    """Score[alternative] from approved[ballot, alternative]."""
    table = np.asarray(approved, bool)
    cast = np.ones(len(table)) if weights is None else floats(weights)
    return cast @ table


SCORES: dict[str, Scores] = {
    "plurality": plurality,
    "Borda": borda,
    "Copeland": copeland,
    "minimax": minimax,
    "Condorcet": black,
    "instant runoff": instant_runoff,
}


def winner(scores: Any) -> int:
    """The highest score; ties to the first alternative (scores within 1e-9 tie)."""
    table = floats(scores)
    return int(np.flatnonzero(table >= table.max() - 1e-9)[0])


# ── as mechanisms ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Vote(Direct):
    """A vote by a method of `SCORES` over the designer's decisions; a type is a strict ranking of them."""

    method: str

    def describe(self) -> str:
        return self.method

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        if self.method not in SCORES:
            raise InputError(where="vote", needed=f"one of {', '.join(SCORES)}", found=repr(self.method))
        score = SCORES[self.method]
        places = [np.argsort(strict(v, p), axis=1) for v, p in zip(valuations(game), game.players[1:], strict=True)]
        return _elected(game, lambda at: score(np.stack([r[k] for r, k in zip(places, at, strict=True)]))), None


@dataclass(frozen=True)
class Approval(Direct):
    """Everybody approves of what its reported type values above `above` times its highest value plus (1 − above) its lowest."""

    above: float = 0.5

    def describe(self) -> str:
        return "approval"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = [floats(v) for v in valuations(game)]
        bars = [
            self.above * v.max(axis=1, keepdims=True) + (1 - self.above) * v.min(axis=1, keepdims=True) for v in values
        ]
        likes = [v >= bar for v, bar in zip(values, bars, strict=True)]
        return _elected(game, lambda at: approval(np.stack([a[k] for a, k in zip(likes, at, strict=True)]))), None


@dataclass(frozen=True)
class MedianVoter(Direct):
    """The median of the reported peaks and of `phantoms` (fixed points on the line, by position of the decision).

    With n−1 phantoms, or none and an odd number of voters, the median is one of them; of an even number the lower is taken.
    """

    phantoms: tuple[int, ...] = ()

    def describe(self) -> str:
        said = f" with phantoms at {', '.join(map(str, self.phantoms))}" if self.phantoms else ""
        return f"median voter{said}"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        peaks = [v.argmax(axis=1) for v in values]
        decisions = values[0].shape[1]
        if not all(0 <= k < decisions for k in self.phantoms):
            raise InputError(
                where=self.describe(), needed=f"phantoms from 0 to {decisions - 1}", found=str(self.phantoms)
            )
        choice = np.zeros(report_shape(game), int)
        for at in profiles(game):
            points = sorted([*(p[k] for p, k in zip(peaks, at, strict=True)), *self.phantoms])
            choice[at] = points[(len(points) - 1) // 2]
        return certain(choice, decisions, game.payoff), None


def _elected(game: Game, scores: Callable[[Sequence[int]], Array]) -> Array:
    choice = np.zeros(report_shape(game), int)
    for at in profiles(game):
        choice[at] = winner(scores(at))
    return certain(choice, game.action_counts[0], game.payoff)


# ── what no vote can do ─────────────────────────────────────────────────────────────────────────────────────────────


def strategy_proof_rules(alternatives: int = 3) -> Array:
    """[rule, ranking of voter 1, ranking of voter 2] → alternative: every strategy-proof rule for two voters, all rankings.

    Given what voter 2 says, voter 1 does not gain by lying exactly if it gets its best from a menu that it does not touch. So a
    rule is a menu for each ranking of voter 2: (2^m − 1)^(m!) of them, each tried for voter 2. Raises InputError for m > 3.
    Gibbard 1973, Econometrica 41; Satterthwaite 1975, J. Econ. Theory 10.
    """
    m = alternatives
    if not 1 <= m <= 3:
        raise InputError(where="strategy-proof rules", needed="1 to 3 alternatives", found=str(m))
    orders = np.array(rankings("abc"[:m]))
    place = np.argsort(orders, axis=1)
    menus = (np.arange(1, 2**m)[:, None] >> np.arange(m)) & 1 > 0
    best = np.where(menus[None], place[:, None, :], m).argmin(axis=-1)  # [ranking of voter 1, menu]
    rules = np.zeros((1, len(orders), 0), int)
    for told in range(len(orders)):  # a menu for each ranking of voter 2, dropped once voter 2 would gain from a lie
        rules = np.concatenate(
            [np.repeat(rules, best.shape[1], axis=0), np.tile(best.T, (len(rules), 1))[:, :, None]], axis=2
        )
        new = rules[:, :, -1:]
        for other in range(told):
            old = rules[:, :, other : other + 1]
            honest = (place[told][new] <= place[told][old]) & (place[other][old] <= place[other][new])
            rules, new = rules[honest.all(axis=(1, 2))], new[honest.all(axis=(1, 2))]
    return rules


def dictator(rule: Array) -> int | None:
    """Voter (0 or 1) whose best is always taken among what `rule`[ranking 1, ranking 2] ever takes, or None."""
    alternatives = next(m for m in (1, 2, 3) if math.factorial(m) == len(rule))
    place = np.argsort(np.array(rankings("abc"[:alternatives])), axis=1)
    image = np.unique(rule)
    tops = image[place[:, image].argmin(axis=1)]
    for voter, wanted in enumerate((tops[:, None], tops[None, :])):
        if (rule == wanted).all():
            return voter
    return None
