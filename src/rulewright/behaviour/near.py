"""ε-equilibria: everybody does within ε of its best, which is all that habit, haste or a small cost of thinking leave.

    pure         max_a U_i(a | θ_i, s_-i) − U_i(s_i(θ_i) | θ_i, s_-i) ≤ ε           for every player and possible type
    correlated   Σ_{a_i} m_i(θ_i, a_i) ≤ ε,   m_i(θ_i, a_i) ≥ Σ p(θ_-i | θ_i) π(a | θ) [ u_i(a_i′, a_-i) − u_i(a) ] for all a_i′
    coarse       the same with one m_i(θ_i) for all a_i

(Radner 1980, J. Econ. Theory 22.) ε is in payoff units, for each type by itself. A correlated ε-equilibrium here is a law at which
no plan of disobedience gains a type more than ε in all, so that laws of Nash ε-equilibria, mixed ones and with types too, are among
them, and so are their convex combinations. Hart & Mas-Colell's (2000) ask for each m_i(θ_i, a_i) ≤ ε only: a larger set.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..errors import TooLarge
from ..game.game import Game
from ..game.games import Games
from ..game.lower import average, core, lifted, lifted_law, plans
from ..game.play import marginal, weighted
from ..numerics import rational
from ..numerics.linprog import Programme
from ..numerics.memory import reserve
from ..numerics.rational import Array
from .behaviour import Behaviour, register, wanted_goal
from .correlated import polytope
from .exact import exact, spelt, within
from .nash import Nash
from .nash.pure import planned
from .prediction import Plays, Prediction, Span, Spans, goal_on, residual_of

TIE = 1e-9  # relative to the range of payoffs, in floating games; exact games have exact ties
MOST_PLAYS = 20_000


# ── pure ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class NearPure(Behaviour):
    """All pure profiles (of plans, with types) at which no type of a player gains more than `epsilon`; payoff units."""

    epsilon: Fraction

    def __post_init__(self) -> None:
        within("near-pure", self.epsilon, "ε of at least 0")

    @property
    def name(self) -> str:
        return f"near-pure:{spelt(self.epsilon)}"

    def __call__(self, game: Game) -> Plays:
        """Exact in exact games. Raises TooLarge where there are more than 20,000 of them."""
        if not game.active:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        inner = core(game)
        found = near_profiles(inner, self.epsilon)
        if len(found) > MOST_PLAYS:
            raise TooLarge(
                where="pure ε-equilibria",
                needed=f"at most {MOST_PLAYS:,}",
                found=f"{len(found):,}",
                remedy="Use near-correlated, whose worst and best need no list.",
            )
        shown = game if len(found) * game.payoff.size <= 200_000 else game.floats
        plays = tuple(planned(shown, inner, profile) for profile in found)
        how = f"every pure profile compared with every deviation, which may gain up to {spelt(self.epsilon)}"
        return Plays(self.name, game, plays, how, residual_of(plays[:1000]))

    def many(self, games: Games) -> Spans:
        goal, axes = wanted_goal(games), tuple(range(1, 1 + games.n))
        gains = np.zeros_like(goal)
        slack = np.zeros((len(games),) + (1,) * games.n)
        for i in range(games.n):
            payoff = games.payoff[:, i]
            gains = np.maximum(gains, payoff.max(axis=1 + i, keepdims=True) - payoff)
            slack = np.maximum(slack, TIE * np.ptp(payoff, axis=axes, keepdims=True))
        near = gains <= float(self.epsilon) + slack
        count = near.sum(axis=axes)
        some = count > 0

        def told(values: Array) -> Array:
            return np.where(some, values, np.nan)

        worst = told(np.where(near, goal, np.inf).min(axis=axes))
        best = told(np.where(near, goal, -np.inf).max(axis=axes))
        mean = told(np.where(near, goal, 0).sum(axis=axes) / np.maximum(count, 1))
        residual = np.where(near, gains, 0).max(axis=axes)
        how = f"every pure profile compared with every deviation, which may gain up to {spelt(self.epsilon)}"
        return Spans(worst, best, mean, count, residual, np.ones(len(games), dtype=bool), how)


def near_profiles(inner: Game, epsilon: Fraction) -> Array:
    """[profile, player]: positions, in plans for all types, of all pure ε-equilibria of a core game."""
    counts = [a**t for a, t in zip(inner.action_counts, inner.type_counts, strict=True)]
    reserve((2, *counts), "the comparison of all pure profiles")
    near = np.ones(counts, dtype=bool)
    for i in range(inner.n):
        chance = marginal(inner, i)
        allowed = rational.like(epsilon, inner.payoff)[()]
        if not inner.is_exact:  # a floating ε is met within rounding
            allowed += TIE * float(np.ptp(inner.payoff[i]))
        table = weighted(inner, i)
        both = rational.comparable(np.concatenate([table.ravel(), chance * allowed]), terms=2 * inner.prior.size)
        worth = _against_plans(inner, both[: table.size].reshape(table.shape), i)  # [type, action, *plans of others]
        limit = both[table.size :].reshape((-1,) + (1,) * (worth.ndim - 1))
        close = np.asarray(worth.max(axis=1, keepdims=True) - worth <= limit, dtype=bool)
        chosen = plans(inner, i)
        fits = np.stack([close[t][chosen[:, t]] for t in range(inner.type_counts[i]) if chance[t] > 0])
        near &= np.moveaxis(np.asarray(fits.all(axis=0)), 0, i)
    return np.argwhere(near)


def _against_plans(inner: Game, table: Array, i: int) -> Array:
    """[type of i, action of i, *plans of the others]: table[*types, *actions] summed over the others' types."""
    n = inner.n
    table = np.moveaxis(table, (i, n + i), (0, 1))  # [own type, own action, *types of others, *actions of others]
    others = [j for j in range(n) if j != i]
    for left, j in zip(range(n - 1, 0, -1), others, strict=True):  # types at axis 2, actions `left` further on
        chosen = plans(inner, j)
        parts = [np.take(np.take(table, t, axis=2), chosen[:, t], axis=1 + left) for t in range(inner.type_counts[j])]
        table = np.moveaxis(sum(parts[1:], parts[0]), 1 + left, -1)
    return table


# ── correlated ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class NearPolytope(Prediction):
    """All (coarse) correlated ε-equilibria of a game."""

    name: str
    game: Game
    epsilon: Fraction
    coarse: bool
    how: str = "linear programme (HiGHS), worst and best by one solve each"
    residual: float = 0.0
    complete: bool = True

    def span(self, goal: Array) -> Span:
        inner = core(self.game).floats
        chance = inner.prior.reshape(inner.prior.shape + (1,) * inner.n)
        table = average(self.game.floats, goal_on(self.game, goal)) * chance
        programme, law = relaxed(inner, float(self.epsilon), coarse=self.coarse)
        cost = np.zeros(programme.columns)
        cost[law] = table / (float(np.ptp(table)) or 1.0)
        plays, worth = [], []
        for maximise in (False, True):
            x = np.maximum(programme.solve(cost, maximise=maximise).point()[law], 0)
            x = x / x.sum(axis=tuple(range(inner.n, 2 * inner.n)), keepdims=True)
            play = lifted_law(self.game.floats, x * chance)
            plays.append(play)
            worth.append(float((play.law * rational.floats(goal)).sum()))
        residual = 0.0 if self.coarse else max(float(play.regret) for play in plays)
        return Span(worth[0], worth[1], None, None, residual, *plays)


def relaxed(inner: Game, epsilon: float, *, coarse: bool = False) -> tuple[Programme, Array]:
    """(programme, columns of the law): the rows of `polytope` with room of ε for each type, shared by what it is told."""
    programme, law, rows, scales = polytope(inner, coarse=coarse)
    for i, mine in rows.items():
        likely = marginal(inner, i)
        room = epsilon * np.where(likely > 0, likely, 1.0) / scales[i]  # rows are in units of `scales`
        if coarse:
            programme.put(mine, programme.add_columns(len(room), upper=room)[:, None], 1.0)
            continue
        share = programme.add_columns(mine.shape[:2])  # m_i(θ_i, a_i)
        programme.put(mine, share[:, :, None], 1.0)
        programme.put(programme.add_rows(len(room), upper=room)[:, None], share, 1.0)
    return programme, law


@dataclass(frozen=True)
class NearCorrelated(Behaviour):
    """All correlated ε-equilibria, or all coarse ones; payoff units."""

    epsilon: Fraction
    coarse: bool = False

    def __post_init__(self) -> None:
        within("near-correlated", self.epsilon, "ε of at least 0")

    @property
    def name(self) -> str:
        return f"near-{'coarse' if self.coarse else 'correlated'}:{spelt(self.epsilon)}"

    def __call__(self, game: Game) -> NearPolytope:
        return NearPolytope(self.name, game, self.epsilon, self.coarse)


# ── Nash ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class NearNash:
    """Between what worst and best of a goal lie over all Nash ε-equilibria, mixed ones included. Goal units."""

    worst: tuple[float, float]
    """(no such equilibrium is worse than this, this one was found)."""
    best: tuple[float, float]
    """(this one was found, no such equilibrium is better than this)."""


def near_nash(game: Game, epsilon: Fraction | float, goal: Array) -> NearNash:
    """Bounds from both sides: correlated ε-equilibria cover all of them; pure ones, and equilibria, are among them."""
    small = rational.fraction(epsilon)
    outer = NearCorrelated(small)(game).span(goal)
    inner = [prediction.span(goal) for prediction in (NearPure(small)(game), Nash()(game))]
    found = [span for span in inner if span.count]
    low, high = min((s.worst for s in found), default=math.nan), max((s.best for s in found), default=math.nan)
    return NearNash((outer.worst, low), (high, outer.best))


def _epsilon(kind: str, text: str) -> Fraction:
    return exact(kind, text, f"a number of at least 0 in payoff units, as in {kind}:0.1")


register("near-pure", lambda text: NearPure(_epsilon("near-pure", text)))
register("near-correlated", lambda text: NearCorrelated(_epsilon("near-correlated", text)))
register("near-coarse", lambda text: NearCorrelated(_epsilon("near-coarse", text), coarse=True))
