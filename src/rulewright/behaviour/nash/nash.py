"""Nash equilibria as behaviours: all extreme ones of two players, or one of them.

With types, strategies are plans for all types: Bayes–Nash equilibria.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, TooLarge, Unsolved
from ...game.game import Game
from ...game.games import Games
from ...game.lower import core, lifted, normal, unplanned
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array
from ...numerics.simple import LABELS, MOST
from ..behaviour import Behaviour, argument, no_argument, register, wanted_goal
from ..prediction import Plays, Spans, residual_of
from .bimatrix import Extremes, extremes
from .lemke_howson import lemke_howson
from .many import all_bimatrix
from .players import several
from .pure import MOST_EXACT, Pure, planned, pure_profiles, room, within
from .supports import CELLS

RESIDUAL = 1e-10  # of a player's range; pairs of vertices that miss by more are not equilibria but rounding
PURE = 1e-12  # what a pure strategy found as a vertex may leave to the others
MOST_PROFILES = 10_000_000  # of which all equilibria are asked for
LABELS_TRIED = 16  # by Lemke–Howson, where there are too many vertices for all equilibria
PIVOTS_TRIED = 20_000


@dataclass(frozen=True)
class Nash(Behaviour):
    """All extreme equilibria of games in which at most two players choose; beyond that, what `several` gives.

    `most` is how many vertices of a best-reply polytope are looked at, for two players; where there are more, the answer is pure
    equilibria and those that Lemke–Howson finds. `cells` is into how many pieces the equations of more players are cut.
    Either way the answer says that it is not complete.
    """

    most: int = MOST
    cells: int = CELLS

    name = "nash"

    def __call__(self, game: Game) -> Plays:
        if len(game.active) == 0:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        if len(game.active) > 2:
            return several(game, cells=self.cells)
        if len(game.active) == 1:
            pure = Pure()(game)
            return Plays(self.name, game, pure.plays, "all best replies", pure.residual)
        form = normal(core(game))
        profiles = math.prod(form.action_counts)
        if profiles > MOST_PROFILES:
            raise TooLarge(
                where="all Nash equilibria",
                needed=f"at most {MOST_PROFILES:,} profiles",
                found=f"{profiles:,}",
                remedy="Use `pure`, `lemke-howson` for one, or `correlated`, whose worst and best need no list.",
            )
        a, b = form.payoff.reshape(form.n, *form.action_counts)
        try:
            found = extremes(a, b, most=self.most)
        except TooLarge as error:
            return self._some(game, a, b, error)
        return self._exact(game, found) if game.is_exact else self._floating(game, found)

    def _exact(self, game: Game, found: Extremes) -> Plays:
        shown = game if len(found) * game.payoff.size <= MOST_EXACT else game.floats
        inner = core(game)
        plays = _distinct([_lifted(shown, inner, pair) for pair in zip(found.x, found.y, strict=True)])
        return Plays(self.name, game, plays, found.how, residual_of(plays), found.complete)

    def _floating(self, game: Game, found: Extremes) -> Plays:
        inner = core(game)
        certain = {tuple(map(int, profile)) for profile in pure_profiles(inner)}
        mixtures = list(zip(found.x, found.y, strict=True))
        positions = [_position(pair) for pair in mixtures]
        plays = [planned(game, inner, np.array(profile)) for profile in sorted(certain)]
        mixed = [_lifted(game, inner, pair) for pair, at in zip(mixtures, positions, strict=True) if at is None]
        most = room(game, RESIDUAL)
        kept = [play for play in mixed if within(play, most)]
        doubtful = len(mixed) - len(kept)
        # a pure equilibrium is a pair of vertices, and a pair of pure ones that is none is rounding
        doubtful += len(certain.symmetric_difference({p for p in positions if p is not None}))
        how = found.how
        if doubtful:
            how += f"; {doubtful} pairs of vertices were in doubt by rounding, so mixed equilibria may be missing"
        distinct = _distinct([*plays, *kept])
        return Plays(self.name, game, distinct, how, residual_of(distinct), complete=found.complete and not doubtful)

    def _some(self, game: Game, a: Array, b: Array, why: TooLarge) -> Plays:
        """Where there are too many vertices: pure equilibria, and one from each of a few labels."""
        inner = core(game).floats
        plays = list(Pure()(game.floats).plays)
        labels = np.unique(np.linspace(0, sum(a.shape) - 1, LABELS_TRIED).astype(int))
        for label in labels:
            try:
                path = lemke_howson(rational.floats(a), rational.floats(b), label=int(label), most=PIVOTS_TRIED)
            except Unsolved:
                continue
            plays.append(_lifted(game.floats, inner, (path.x, path.y)))
        most = room(game, RESIDUAL)
        distinct = _distinct([play for play in plays if within(play, most)])
        how = f"pure equilibria, and those that Lemke–Howson reached from {len(labels)} labels; for all of them: {why}"
        return Plays(self.name, game, distinct, how, residual_of(distinct), complete=False)

    def many(self, games: Games) -> Spans:
        """All games at once where two players choose and no game is degenerate; those that are, one by one."""
        if games.n != 2 or sum(games.action_counts) > LABELS:
            return super().many(games)
        goal = wanted_goal(games)
        a, b = games.payoff[:, 0], games.payoff[:, 1]
        found = all_bimatrix(a, b, most=self.most)
        count, complete = np.maximum(found.status, 0), np.ones(len(games), dtype=bool)
        xs, ys, ofs = [found.x], [found.y], [found.of]
        for g in np.flatnonzero(found.status < 0):
            one = self(games[int(g)])
            strategies = [[s[0] for s in play.strategies or ()][-2:] for play in one.plays]
            xs.append(np.array([x for x, _ in strategies]).reshape(-1, a.shape[1]))
            ys.append(np.array([y for _, y in strategies]).reshape(-1, a.shape[2]))
            ofs.append(np.full(len(strategies), g))
            count[g], complete[g] = len(strategies), one.complete
        x, y, of = np.concatenate(xs), np.concatenate(ys), np.concatenate(ofs)
        rows, columns = np.einsum("eij,ej->ei", a[of], y), np.einsum("eij,ei->ej", b[of], x)
        regrets = rows.max(axis=1) - (x * rows).sum(axis=1), columns.max(axis=1) - (y * columns).sum(axis=1)
        for short, payoff in zip(regrets, (a, b), strict=True):
            span, rounding = (part.ravel() for part in rational.spread(payoff, (1, 2)))
            complete[of[short > (RESIDUAL * span + 16 * rounding)[of]]] = False  # in doubt by rounding, as for one game
        regret = np.maximum(*regrets)
        worth = np.einsum("eij,ei,ej->e", goal[of], x, y)
        worst, best = np.full(len(games), np.inf), np.full(len(games), -np.inf)
        residual, total = np.zeros(len(games)), np.bincount(of, worth, minlength=len(games))
        np.minimum.at(worst, of, worth)
        np.maximum.at(best, of, worth)
        np.maximum.at(residual, of, regret)
        none = count == 0
        worst[none] = best[none] = np.nan
        mean = np.where(none, np.nan, total / np.maximum(count, 1))
        return Spans(worst, best, mean, count, residual, complete, "all extreme equilibria, all games in one walk")


class LemkeHowson(Behaviour):
    """One equilibrium of games in which two players choose, however many actions they have.

    `label`, counted over the plans of the first and then the second, says where the path starts; by default the label with the
    shortest path.
    """

    def __init__(self, label: int | None = None) -> None:
        self.label = label

    @property
    def name(self) -> str:
        return "lemke-howson" if self.label is None else f"lemke-howson:{self.label}"

    def __call__(self, game: Game) -> Plays:
        if len(game.active) != 2:
            raise InputError(where=self.name, needed="a game in which two players choose", found=repr(game))
        inner = core(game)
        form = normal(inner)
        path = lemke_howson(*form.payoff.reshape(form.n, *form.action_counts), label=self.label)
        shown = game if rational.is_exact(path.x) and game.payoff.size <= MOST_EXACT else game.floats
        play = _lifted(shown, inner, (path.x, path.y))
        how = f"complementary pivoting (Lemke–Howson) from label {path.label}, {path.pivots:,} pivots; perhaps one of many"
        return Plays(self.name, game, (play,), how, residual_of([play]), complete=False)


def _lifted(game: Game, inner: Game, mixtures: tuple[Array, Array]) -> Play:
    """The play of `game` that mixtures [plan] of the two who choose amount to."""
    return lifted(game, [unplanned(inner, i, rational.like(z, game.payoff)) for i, z in enumerate(mixtures)])


def _position(mixtures: tuple[Array, Array]) -> tuple[int, ...] | None:
    """The pure profile that a pair of mixtures is; None if somebody mixes."""
    pure = all(mixture.max() > 1 - PURE for mixture in mixtures)
    return tuple(int(np.argmax(mixture)) for mixture in mixtures) if pure else None


def _distinct(plays: list[Play]) -> tuple[Play, ...]:
    """Without repetitions: several mixtures of plans can be one behaviour."""
    kept: dict[bytes | tuple, Play] = {}
    for play in plays:
        kept.setdefault(_key(play), play)
    return tuple(kept.values())


def _key(play: Play) -> bytes | tuple:
    """What tells a play from others: its probabilities; in floats nine digits of them, and which of them are not zero."""
    flat = np.concatenate([s.ravel() for s in play.strategies or ()])
    return tuple(flat) if rational.is_exact(flat) else np.round(flat, 9).tobytes() + (flat > PURE).tobytes()


register("nash", lambda text: no_argument("nash", text, Nash))
register(
    "lemke-howson",
    lambda text: LemkeHowson(
        int(argument("lemke-howson", text, int, "a label from 0 on, as in lemke-howson:3", 0)) if text else None
    ),
)
