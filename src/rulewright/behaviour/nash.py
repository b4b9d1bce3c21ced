"""Nash equilibria: all pure ones of any number of players, and all extreme ones of two.

Two players with payoff matrices A, B: the best-reply polytopes P = {x ≥ 0 : Bᵀx ≤ 1}, Q = {y ≥ 0 : Ay ≤ 1} have a
facet for every pure strategy (its own, if unplayed; the other's, if a best reply). A pair of vertices is an
equilibrium when every strategy is unplayed or a best reply (Mangasarian 1964; von Stengel 2002). All equilibria are
convex combinations of these extreme ones, so worst and best for a goal are among them, in degenerate games as well.
With types, strategies are plans for all types: Bayes–Nash equilibria.
"""

from __future__ import annotations

import numpy as np

from ..errors import TooLarge
from ..game.game import Game
from ..game.lower import core, lifted, normal, plan_sums, plans, unplanned
from ..game.play import Play, weighted
from ..numerics import rational
from ..numerics.polytope import vertices
from ..numerics.rational import Array
from .behaviour import Behaviour, no_argument, register
from .dominance import iterated
from .prediction import Plays, residual_of

TIE = 1e-9  # relative to the range of payoffs, in floating games; exact games have exact ties
RESIDUAL = 1e-10  # relative; pairs of vertices that miss by more are not equilibria but rounding
PURE = 1e-12  # what a pure strategy found as a vertex may leave to the others
MOST_PLAYS = 100_000
MOST_EXACT = 200_000  # payoffs times equilibria: beyond that, plays found exactly are written out in floats


def pure_profiles(game: Game) -> Array:
    """[equilibrium, player]: positions of all pure equilibria, in plans for all types, by comparing whole axes.

    Exact games are compared exactly: in whole numbers over the payoffs' common denominator where these fit.
    """
    counts = [a**t for a, t in zip(game.action_counts, game.type_counts, strict=True)]
    stable = np.ones(counts, dtype=bool)
    for i in range(game.n):
        payoff = plan_sums(game, rational.comparable(weighted(game, i), terms=2 * game.prior.size))
        slack = 0 if game.is_exact else TIE * max(float(np.ptp(payoff)), 1e-300)
        stable &= np.asarray(payoff >= payoff.max(axis=i, keepdims=True) - slack, dtype=bool)
    return np.argwhere(stable)


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
            plays = tuple(_planned(shown, inner, profile) for profile in found[:MOST_PLAYS])
            if len(found) > MOST_PLAYS:
                raise TooLarge(
                    where="pure equilibria",
                    needed=f"at most {MOST_PLAYS:,}",
                    found=f"{len(found):,}",
                    remedy="Use `correlated`, whose worst and best need no list.",
                )
        how = "every pure profile compared with every deviation"
        return Plays(self.name, game, plays, how, residual_of(plays[:1000]))


def _planned(game: Game, inner: Game, profile: Array) -> Play:
    strategies = []
    for i, chosen in enumerate(profile):
        strategy = np.zeros((inner.type_counts[i], inner.action_counts[i]))
        strategy[np.arange(inner.type_counts[i]), plans(inner, i)[chosen]] = 1
        strategies.append(strategy)
    return lifted(game, strategies)


class Nash(Behaviour):
    """All extreme equilibria of games in which at most two players choose; pure ones only beyond that, and it says so."""

    name = "nash"

    def __call__(self, game: Game) -> Plays:
        if len(game.active) == 0:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        if len(game.active) > 2:
            pure = Pure()(game)
            how = "pure equilibria only: mixed ones of more than two players are not searched"
            return Plays(self.name, game, pure.plays, how, pure.residual, complete=False)
        exact, inner = core(game), core(game).floats
        form = normal(inner)
        certain = {tuple(map(int, profile)) for profile in pure_profiles(exact)}
        found = extreme(*form.payoff.reshape(form.n, *form.action_counts)) if inner.n == 2 else []
        positions = [_position(mixtures) for mixtures in found]
        plays = [_planned(game.floats, inner, np.array(profile)) for profile in sorted(certain)]
        mixed = [
            lifted(game.floats, [unplanned(inner, i, mixture) for i, mixture in enumerate(mixtures)])
            for mixtures, position in zip(found, positions, strict=True)
            if position is None
        ]
        size = max(float(np.ptp(form.payoff)), 1e-300)
        kept = [play for play in mixed if float(play.regret) <= RESIDUAL * size]
        doubtful = len(mixed) - len(kept)
        if inner.n == 2:  # a pure equilibrium is a pair of vertices, and a pair of pure ones that is none is rounding
            doubtful += len(certain.symmetric_difference({p for p in positions if p is not None}))
        how = (
            "all best replies" if inner.n == 1 else "all extreme equilibria, from the vertices of best-reply polytopes"
        )
        if doubtful:
            how += f"; {doubtful} pairs of vertices were in doubt by rounding, so mixed equilibria may be missing"
        distinct = _distinct((*plays, *kept))
        return Plays(self.name, game, distinct, how, residual_of(distinct), complete=not doubtful)


def _position(mixtures: tuple[Array, Array]) -> tuple[int, ...] | None:
    """The pure profile that a pair of mixtures is; None if somebody mixes."""
    pure = all(mixture.max() > 1 - PURE for mixture in mixtures)
    return tuple(int(np.argmax(mixture)) for mixture in mixtures) if pure else None


def extreme(a: Array, b: Array) -> list[tuple[Array, Array]]:
    """All extreme equilibria of the bimatrix game with payoffs a, b [row action, column action], as mixtures."""
    m, n = a.shape
    survivors = iterated(Game.normal(np.stack([a, b]).astype(float))).left  # no equilibrium uses anything else
    kept_rows, kept_columns = (np.array(left[0]) for left in survivors)
    a, b = (_positive(x[np.ix_(kept_rows, kept_columns)]) for x in (a, b))
    rows, columns = a.shape
    x, x_tight = vertices(b.T, np.ones(columns))  # labels: rows unplayed, then columns that are best replies
    y, y_tight = vertices(a, np.ones(rows))  # labels: columns unplayed, then rows that are best replies
    x_labels, y_labels = x_tight, np.column_stack([y_tight[:, columns:], y_tight[:, :columns]])
    found = []
    x_sum, y_sum = x.sum(axis=1), y.sum(axis=1)
    missing = (~x_labels).astype(np.float32)
    for k in np.flatnonzero(y_sum > 0):
        complete = missing @ (~y_labels[k]).astype(np.float32) == 0  # every label is at x or at y
        for h in np.flatnonzero(complete & (x_sum > 0)):
            row, column = np.zeros(m), np.zeros(n)
            row[kept_rows], column[kept_columns] = x[h] / x_sum[h], y[k] / y_sum[k]
            found.append((row, column))
    return found


def _positive(payoff: Array) -> Array:
    """Best-reply polytopes need positive payoffs; a shift and a scale change no equilibrium."""
    return (payoff - payoff.min()) / max(float(np.ptp(payoff)), 1e-300) + 1


def _distinct(plays: tuple[Play, ...]) -> tuple[Play, ...]:
    """Without repetitions: several mixtures of plans can be one behaviour."""
    seen: set[bytes] = set()
    kept = []
    for play in plays:
        key = b"".join(np.round(rational.floats(s), 9).tobytes() for s in play.strategies or ())
        if key not in seen:
            seen.add(key)
            kept.append(play)
    return tuple(kept)


register("pure", lambda text: no_argument("pure", text, Pure))
register("nash", lambda text: no_argument("nash", text, Nash))
