"""Nash equilibria: all extreme ones of two players, `players` beyond; with types, Bayes–Nash equilibria in plans for all types."""

from __future__ import annotations

import numpy as np

from ...game.game import Game
from ...game.lower import core, lifted, normal, unplanned
from ...game.play import Play
from ...numerics import rational
from ...numerics.rational import Array
from ..behaviour import Behaviour, no_argument, register
from ..prediction import Plays, residual_of
from .bimatrix import extreme
from .players import several
from .pure import planned, pure_profiles

RESIDUAL = 1e-10  # relative; pairs of vertices that miss by more are not equilibria but rounding
PURE = 1e-12  # what a pure strategy found as a vertex may leave to the others


class Nash(Behaviour):
    """All extreme equilibria of games in which at most two players choose; beyond that, what `several` gives."""

    name = "nash"

    def __call__(self, game: Game) -> Plays:
        if len(game.active) == 0:
            return Plays(self.name, game, (lifted(game, []),), "nobody has a choice", 0.0)
        if len(game.active) > 2:
            return several(game)
        exact, inner = core(game), core(game).floats
        form = normal(inner)
        certain = {tuple(map(int, profile)) for profile in pure_profiles(exact)}
        found = extreme(*form.payoff.reshape(form.n, *form.action_counts)) if inner.n == 2 else []
        positions = [_position(mixtures) for mixtures in found]
        plays = [planned(game.floats, inner, np.array(profile)) for profile in sorted(certain)]
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


register("nash", lambda text: no_argument("nash", text, Nash))
