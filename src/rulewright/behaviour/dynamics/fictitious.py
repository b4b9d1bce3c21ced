"""Fictitious play: everybody replies best to how often the others have played what so far.

    a_i(t+1) ∈ argmax_a  u_i(a, x̄_-i(t)),     x̄_j(t) = share of each action of j in steps 1 … t

(Brown 1951, in Koopmans (ed.), Activity Analysis of Production and Allocation.) Simultaneous, or alternating as Brown wrote it:
the second player sees the first one's new action. With more than two players, beliefs about the others are independent.
Shares converge in zero-sum games (Robinson 1951, Ann. Math. 54) and need not elsewhere (Shapley 1964, Advances in Game
Theory): what is reported is the regret of the shares, evaluated afresh. Stochastic fictitious play (Fudenberg & Kreps 1993, Games
Econ. Behav. 5) draws from softmax(λ u_i(·, x̄_-i)) instead. Ties go to the action that is listed first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...errors import InputError
from ...numerics.memory import reserve
from ...numerics.native import count, kernel, pointer
from ...numerics.rational import Array, floats
from .flows import Contest
from .judge import deviations, joint, regret

TIE = 1e-9  # what comes within this share of a player's payoffs of the best is tied with it


@dataclass(frozen=True, eq=False)
class Averages:
    """What was played, averaged over time, in each of many games or runs."""

    payoff: Array = field(repr=False)
    """[row, player, *actions]"""
    law: Array = field(repr=False)
    """[row, *actions]: the share of steps in which each profile was played."""
    steps: int
    how: str
    path: Array | None = field(default=None, repr=False)
    """[step, row, player]: what was played, where it was asked for."""

    @property
    def shares(self) -> list[Array]:
        """Per player [row, action]: how often each action was played."""
        n = self.law.ndim - 1
        return [self.law.sum(axis=tuple(1 + j for j in range(n) if j != i)) for i in range(n)]

    @property
    def regret(self) -> Array:
        """[row]: largest average regret of not having played one action throughout; payoff units."""
        return regret(self.payoff, self.law)

    @property
    def gap(self) -> Array:
        """[row]: largest gain of a best reply against the others' shares, played independently; zero at a Nash equilibrium."""
        return regret(self.payoff, joint(self.shares))

    @property
    def gaps(self) -> Array:
        """[row, player]: the same, of each player."""
        return np.stack([gain.max(axis=1) for gain in deviations(self.payoff, joint(self.shares))], axis=1)


def games_of(payoff: Array) -> Array:
    """payoff[row, player, *actions] as floats. Raises InputError for a wrong shape or number."""
    return Contest(payoff).payoff


def fictitious_play(
    payoff: Array,
    steps: int,
    *,
    start: Array | None = None,
    alternating: bool = False,
    strength: float | None = None,
    seed: int = 0,
    lucks: int | None = None,
    path: bool = False,
    native: bool = True,
) -> Averages:
    """`steps` steps in each game of payoff[row, player, *actions], from the first actions `start`[row or 1, player].

    `strength`: λ of stochastic fictitious play, per unit of payoff, with draws from `seed`; without it the best reply.
    `lucks`: so many rows draw by themselves, the next ones as they do; if None, all by themselves. `path` keeps what was
    played. Raises InputError for wrong arguments, TooLarge where path or draws do not fit.
    """
    payoff = games_of(payoff)
    rows, n, counts = len(payoff), payoff.shape[1], payoff.shape[2:]
    begin = np.zeros((1, n), dtype=np.int64) if start is None else np.atleast_2d(np.asarray(start))
    fits = (
        begin.shape in ((1, n), (rows, n))
        and begin.dtype.kind in "iu"
        and (begin >= 0).all()
        and (begin < counts).all()
    )
    if steps < 1 or not fits or (strength is not None and not 0 <= strength < np.inf):
        raise InputError(
            where="fictitious play",
            needed="at least one step, a start [game, player] of positions of actions, and λ of at least 0",
            found=f"{steps} steps, start {begin.tolist()[:3]}, λ {strength}",
        )
    luck = _Luck(seed, lucks or rows, rows)
    now = np.array(np.broadcast_to(begin, (rows, n)), dtype=np.int64, order="C")
    kept = None
    if path:
        reserve((steps, rows, n), "the path of fictitious play")
        kept = np.empty((steps, rows, n), dtype=np.int64)
    kind = ("alternating " if alternating else "") + ("stochastic " if strength is not None else "")
    how = f"{steps:,} steps of {kind}fictitious play"
    found = kernel("fictitious_play") if native and n == 2 and strength is None else None
    if found is not None:
        law = _compiled(found, payoff, now, steps, alternating, kept)
    elif n == 2:
        law = _two(payoff, now, steps, alternating, strength, luck, kept)
    else:
        law = _several(payoff, now, steps, alternating, strength, luck, kept)
    return Averages(payoff, law, steps, how, kept)


def ties(payoff: Array) -> Array:
    """[row, player]: what counts as equal; payoff units."""
    rows, n = payoff.shape[:2]
    return TIE * np.maximum(np.ptp(payoff.reshape(rows, n, -1), axis=2), 1e-300)


def _columns(payoff: Array) -> tuple[Array, Array]:
    """(a[row, column, row's action], b[row, row's action, column])."""
    return np.ascontiguousarray(payoff[:, 0].transpose(0, 2, 1)), np.ascontiguousarray(payoff[:, 1])


def _compiled(found, payoff, now, steps, alternating, kept) -> Array:  # type: ignore[no-untyped-def]
    rows, (m, n) = len(payoff), payoff.shape[2:]
    a, b = _columns(payoff)
    worth_a, worth_b, law = np.zeros((rows, m)), np.zeros((rows, n)), np.zeros((rows, m, n), dtype=np.int64)
    tie = np.ascontiguousarray(ties(payoff))
    path = np.empty((rows, steps, 2), dtype=np.int64) if kept is not None else None
    arrays = (pointer(x) for x in (worth_a, worth_b, now, law))
    where = pointer(path) if path is not None else None
    sizes = (count(rows), count(m), count(n))
    found(*sizes, pointer(a), pointer(b), pointer(tie), count(steps), count(alternating), *arrays, where)
    if kept is not None and path is not None:
        kept[:] = path.transpose(1, 0, 2)
    return floats(law) / steps


class _Luck:
    """Draws for rows of which each `many` in turn have the same."""

    def __init__(self, seed: int, many: int, rows: int) -> None:
        self._generator, self._many = np.random.default_rng(seed), many
        self._which = np.arange(rows) % many

    def draw(self) -> Array:
        return self._generator.random(self._many)[self._which, None]


def _reply(worth: Array, tie: Array, strength: float | None, t: int, luck: _Luck) -> Array:
    """[row]: first best reply to the summed worth, or a draw from the logit of its mean."""
    high = worth.max(axis=1, keepdims=True)
    if strength is None:
        return np.argmax(worth >= high - tie[:, None], axis=1)
    weight = np.cumsum(np.exp(strength * (worth - high) / t), axis=1)
    drawn = luck.draw() * weight[:, -1:]
    return np.minimum((drawn >= weight).sum(axis=1), worth.shape[1] - 1)


def _two(payoff, now, steps, alternating, strength, luck, kept) -> Array:  # type: ignore[no-untyped-def]
    rows, (m, n) = len(payoff), payoff.shape[2:]
    a, b = _columns(payoff)
    worth_a, worth_b, law = np.zeros((rows, m)), np.zeros((rows, n)), np.zeros((rows, m, n))
    tie, each = ties(payoff), np.arange(rows)
    i, j = now[:, 0], now[:, 1]
    for t in range(1, steps + 1):
        if alternating:
            worth_b += b[each, i]
            j = _reply(worth_b, tie[:, 1], strength, t, luck)
        law[each, i, j] += 1
        if kept is not None:
            kept[t - 1, :, 0], kept[t - 1, :, 1] = i, j
        if not alternating:
            worth_b += b[each, i]
        worth_a += a[each, j]
        i = _reply(worth_a, tie[:, 0], strength, t, luck)
        if not alternating:
            j = _reply(worth_b, tie[:, 1], strength, t, luck)
    return law / steps


def _several(payoff, now, steps, alternating, strength, luck, kept) -> Array:  # type: ignore[no-untyped-def]
    contest = Contest(payoff)
    rows, n = payoff.shape[:2]
    x, law = np.zeros((rows, sum(contest.sizes))), np.zeros((rows, *payoff.shape[2:]))
    tie, each, first = ties(payoff), np.arange(rows), [block.start for block in contest.blocks]

    def shares() -> Array:
        """What is believed; of whom nothing was seen yet, that they start as they will."""
        seen = x.copy()
        for j, block in enumerate(contest.blocks):
            if not seen[0, block].any():
                seen[each, first[j] + now[:, j]] = 1
            seen[:, block] /= seen[:, block].sum(axis=1, keepdims=True)
        return seen

    for t in range(1, steps + 1):
        for i in range(n):
            if alternating and (t > 1 or i > 0):  # i sees what those before it do now
                now[:, i] = _reply(contest.worth(shares())[:, contest.blocks[i]], tie[:, i], strength, 1, luck)
            x[each, first[i] + now[:, i]] += 1
        law[(each, *now.T)] += 1
        if kept is not None:
            kept[t - 1] = now
        if not alternating:
            worth = contest.worth(shares())
            now = np.stack([_reply(worth[:, b], tie[:, i], strength, 1, luck) for i, b in enumerate(contest.blocks)], 1)
    return law / steps
