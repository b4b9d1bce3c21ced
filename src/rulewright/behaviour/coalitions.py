"""Equilibria that no coalition leaves: strong, k-strong and coalition-proof ones, in pure strategies.

A profile s is *strong* if no coalition C has a joint deviation s_C′ with u_i(s_C′, s_-C) > u_i(s) for every i ∈ C
(Aumann 1959, in Contributions to the Theory of Games IV); *k-strong* if none of at most k players has one. 1-strong is
Nash, n-strong is strong, and then nobody knows a profile that is better for all.

It is *coalition-proof* if only deviations count that are themselves safe from further ones within the coalition (Bernheim,
Peleg & Whinston 1987, J. Econ. Theory 42): in Γ/s_-J, the game among J with the others held at s_-J,

    one player:  s_J is coalition-proof if it is a best reply;
    more:        s_J is self-enforcing if s_K is coalition-proof in Γ/s_-K for every K ⊂ J, K ≠ J, ∅, and coalition-proof
                 if it is self-enforcing and no other self-enforcing s_J′ is better for every i ∈ J.

Deviations are pure, and all members must gain strictly. With types, strategies are plans for all types, coalitions
agree on plans before types are known, and gains are expected ones. Exact games are compared exactly.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from ..errors import TooLarge
from ..game.game import Game
from ..game.games import Games
from ..game.lower import core, lifted, plan_sums
from ..game.play import weighted
from ..numerics import rational
from ..numerics.rational import Array
from .behaviour import Behaviour, argument, no_argument, register, wanted_goal
from .nash.pure import TIE, planned, tie
from .prediction import Plays, Spans, residual_of

MOST_WORK = 400_000_000  # comparisons of payoffs
BATCH = 1 << 22  # comparisons held at once


@dataclass(frozen=True)
class Strong(Behaviour):
    """Pure profiles from which no coalition of at most `size` players gains; None: of any size."""

    size: int | None = None

    @property
    def name(self) -> str:
        return "strong" if self.size is None else f"strong:{self.size}"

    def __call__(self, game: Game) -> Plays:
        """Possibly none. Raises TooLarge where there are too many coalitions, profiles and equilibria to compare."""
        found = None
        if game.active:
            payoff, slack = comparable(core(game))
            found = strong(payoff[None], slack[None], self.size)[:, 1:]
        size = len(game.active) if self.size is None else min(self.size, len(game.active))
        how = f"every pure equilibrium compared with every joint deviation of at most {size} players"
        return _plays(self.name, game, found, how)

    def many(self, games: Games) -> Spans:
        goal = wanted_goal(games)
        span, rounding = rational.spread(games.payoff, tuple(range(2, 2 + games.n)))
        slack = (TIE * span + rounding).reshape(len(games), games.n)
        found = strong(games.payoff, slack, self.size)
        return _spans(games, goal, found, "every pure equilibrium compared with every joint deviation")


class CoalitionProof(Behaviour):
    """Pure coalition-proof equilibria."""

    name = "coalition-proof"

    def __call__(self, game: Game) -> Plays:
        """Possibly none. Raises TooLarge where there are too many coalitions and profiles to compare."""
        found = coalition_proof(*comparable(core(game))) if game.active else None
        how = "coalition-proofness of every pure profile in every coalition's game, from the smallest coalitions up"
        return _plays(self.name, game, found, how)


def comparable(inner: Game) -> tuple[Array, Array]:
    """(payoff[player, *plans] in a field in which comparisons are fast, slack[player]: what counts as a tie)."""
    tables = [
        plan_sums(inner, rational.comparable(weighted(inner, i), terms=2 * inner.prior.size)) for i in range(inner.n)
    ]
    payoff = np.stack(tables)  # each player's in units of its own: only its own payoffs are compared with each other
    slack = np.array([0.0 if inner.is_exact else tie(inner, i, table) for i, table in enumerate(tables)])
    return payoff, slack


def coalitions(n: int, most: int | None = None) -> list[tuple[int, ...]]:
    """All coalitions of at most `most` of n players, the smallest first."""
    sizes = range(1, n + 1 if most is None else min(most, n) + 1)
    return [c for size in sizes for c in itertools.combinations(range(n), size)]


# ── strong ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def strong(payoff: Array, slack: Array, size: int | None = None) -> Array:
    """[found, 1 + player]: (game, positions) of the `size`-strong profiles of payoff[game, player, *actions].

    slack[game, player] is what a gain must exceed. Raises TooLarge.
    """
    n, counts = payoff.shape[1], payoff.shape[2:]
    limits = slack.reshape(*slack.shape, *(1,) * n)
    stable = np.ones((len(payoff), *counts), dtype=bool)
    for i in range(n):
        stable &= np.asarray(payoff[:, i] >= payoff[:, i].max(axis=1 + i, keepdims=True) - limits[:, i], dtype=bool)
    left = np.argwhere(stable)
    larger = [c for c in coalitions(n, size) if len(c) > 1]
    work = len(left) * sum(len(c) * math.prod(counts[i] for i in c) for c in larger)
    _refuse(work, f"{len(left):,} equilibria against {len(larger):,} coalitions")
    for members in larger:
        left = left[~_left_by(payoff, slack, left, members)]
    return left


def _left_by(payoff: Array, slack: Array, profiles: Array, members: tuple[int, ...]) -> Array:
    """[profile]: whether all members gain by some joint deviation."""
    n, counts = payoff.shape[1], payoff.shape[2:]
    joint = np.stack(np.unravel_index(np.arange(math.prod(counts[i] for i in members)), [counts[i] for i in members]))
    blocked = np.zeros(len(profiles), dtype=bool)
    step = max(1, BATCH // joint.shape[1])
    for start in range(0, len(profiles), step):
        part = profiles[start : start + step]
        game = part[:, :1]
        at = [joint[members.index(i)][None] if i in members else part[:, 1 + i, None] for i in range(n)]
        gain = np.ones((len(part), joint.shape[1]), dtype=bool)
        for i in members:
            table = payoff[:, i]
            here = table[tuple(part.T)] + slack[part[:, 0], i]
            gain &= np.asarray(table[(game, *at)] > here[:, None], dtype=bool)
        blocked[start : start + step] = gain.any(axis=1)
    return blocked


# ── coalition-proof ─────────────────────────────────────────────────────────────────────────────────────────────────


def coalition_proof(payoff: Array, slack: Array) -> Array:
    """[found, player]: positions of the coalition-proof profiles of payoff[player, *actions]; slack[player] as in `strong`.

    Raises TooLarge.
    """
    n, counts = payoff.shape[0], payoff.shape[1:]
    _refuse(2**n * math.prod(counts), f"{2**n - 1:,} coalitions in {math.prod(counts):,} profiles")
    proof: dict[tuple[int, ...], Array] = {}
    for members in coalitions(n):
        if len(members) == 1:
            (i,) = members
            best = payoff[i].max(axis=i, keepdims=True) - slack[i]
            proof[members] = np.asarray(payoff[i] >= best, dtype=bool)
            continue
        enforcing = np.ones(counts, dtype=bool)
        for size in range(1, len(members)):
            for inner in itertools.combinations(members, size):
                enforcing &= proof[inner]
        proof[members] = _undominated(payoff, slack, enforcing, members)
    return np.argwhere(proof[tuple(range(n))])


def _undominated(payoff: Array, slack: Array, enforcing: Array, members: tuple[int, ...]) -> Array:
    """The self-enforcing profiles [*actions] than which no other of the same s_-J is better for all members J."""
    n, counts = payoff.shape[0], payoff.shape[1:]
    order = [*(i for i in range(n) if i not in members), *members]
    outside = math.prod(counts[i] for i in order[: n - len(members)])
    rows = enforcing.transpose(order).reshape(outside, -1)
    worth = [payoff[i].transpose(order).reshape(outside, -1) for i in members]
    kept = rows.copy()
    alive = rows.sum(axis=1)
    _refuse(int((alive.astype(float) ** 2).sum()) * len(members), "pairs of self-enforcing profiles")
    for count in np.unique(alive[alive > 1]):  # rows with as many profiles are compared in one go
        which = np.flatnonzero(alive == count)
        step = max(1, BATCH // int(count) ** 2)
        for start in range(0, len(which), step):
            part = which[start : start + step]
            at = np.nonzero(rows[part])[1].reshape(len(part), count)
            better = np.ones((len(part), count, count), dtype=bool)  # [row, profile, the other]
            for i, table in zip(members, worth, strict=True):
                own = table[part[:, None], at]
                better &= np.asarray(own[:, None, :] > own[:, :, None] + slack[i], dtype=bool)
            kept[part[:, None], at] = ~better.any(axis=2)
    back = np.argsort(order)
    return kept.reshape([counts[i] for i in order]).transpose(back)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _plays(name: str, game: Game, found: Array | None, how: str) -> Plays:
    if found is None:
        return Plays(name, game, (lifted(game, []),), "nobody has a choice", 0.0)
    inner = core(game)
    plays = tuple(planned(game, inner, profile) for profile in found)
    return Plays(name, game, plays, how, residual_of(plays))


def _spans(games: Games, goal: Array, found: Array, how: str) -> Spans:
    """Worst, best and mean of the goal over the profiles found [found, 1 + player] in each game."""
    game, at = found[:, 0], tuple(found.T)
    count = np.bincount(game, minlength=len(games))
    worth = goal[at]
    worst, best = np.full(len(games), np.inf), np.full(len(games), -np.inf)
    np.minimum.at(worst, game, worth)
    np.maximum.at(best, game, worth)
    total = np.bincount(game, weights=worth, minlength=len(games))
    residual = np.zeros(len(games))
    for i in range(games.n):
        table = games.payoff[:, i]
        gain = table.max(axis=1 + i, keepdims=True) - table
        np.maximum.at(residual, game, gain[at])
    some = count > 0
    mean = np.where(some, total / np.maximum(count, 1), np.nan)
    return Spans(
        np.where(some, worst, np.nan),
        np.where(some, best, np.nan),
        mean,
        count,
        residual,
        np.ones(len(games), dtype=bool),
        how,
    )


def _refuse(work: int, found: str) -> None:
    if work > MOST_WORK:
        raise TooLarge(
            where="equilibria that no coalition leaves",
            needed=f"at most {MOST_WORK:,} comparisons",
            found=f"{work:,} or more ({found})",
            remedy="Use `strong:2` for coalitions of two, or `pure`.",
        )


def _strong(text: str) -> Behaviour:
    if not text:
        return Strong()
    return Strong(int(argument("strong", text, int, "a number of players of at least 1, as in strong:2", 1)))


register("strong", _strong)
register("coalition-proof", lambda text: no_argument("coalition-proof", text, CoalitionProof))
