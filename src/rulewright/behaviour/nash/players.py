"""`nash` beyond two players: pure equilibria exactly, and all mixed ones where that is feasible; else one of them.

With types, every type of every player is an agent of its own (the agent form: Selten 1975, Int. J. Game Theory 4). At types
that occur, its equilibria in mixed actions are the Bayes–Nash equilibria in behaviour strategies.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from ...errors import TooLarge, Unsolved
from ...game.game import Game
from ...game.lower import core, lifted
from ...game.play import Play, marginal
from ...numerics.rational import Array
from ..prediction import Plays, residual_of
from .following import from_branch
from .pure import Pure, room, within
from .supports import CELLS, EACH, Found, mixed_equilibria, refuse

MOST_PROFILES = 1_000_000
MOST_WORK = (
    400_000  # profiles times squared agents: beyond that, following a path takes long enough to be asked for by name
)
RESIDUAL = 1e-10  # of the range of a player's payoffs


def several(game: Game, *, cells: int = CELLS, each: int = EACH) -> Plays:
    """The equilibria of a game in which three or more choose, as `nash` gives them.

    Raises TooLarge where there are over a million profiles: not even the pure ones are then worth listing.
    """
    inner = core(game)
    counts = tuple(k for k, t in zip(inner.action_counts, inner.type_counts, strict=True) for _ in range(t))
    profiles = math.prod(counts)
    if profiles > MOST_PROFILES:
        raise TooLarge(
            where="all Nash equilibria",
            needed=f"at most {MOST_PROFILES:,} profiles of plans for all types, each of which is compared with every deviation",
            found=f"{profiles:,}" if profiles < 10**15 else "over 10^15",
            remedy="Use `nash-path` for one equilibrium, or `correlated`, which bounds them all.",
        )
    pure = Pure()(game)
    try:
        refuse(_counts(inner))
    except TooLarge as error:
        return _pure_and_one(game, pure, profiles * len(counts) ** 2, error)
    form = agents(inner.floats)
    found = mixed_equilibria(form, cells=cells, each=each)
    most = room(game, RESIDUAL)
    plays = [lifted(game.floats, behaviour(inner, mixtures)) for mixtures in found.mixed]
    kept = [play for play in plays if within(play, most)]
    complete = found.complete and len(kept) == len(plays)
    how = _said(found, len(plays) - len(kept))
    return Plays("nash", game, (*pure.plays, *kept), how, residual_of((*pure.plays[:1000], *kept)), complete)


def _said(found: Found, doubtful: int) -> str:
    how = "every pure profile compared with every deviation; mixed: "
    if found.supports == 0:
        return how + "every combination of supports has an action that is dominated there"
    how += f"the equations of the {found.supports} combinations of supports that conditional dominance leaves"
    how += f", solved by subdivision into {found.cells} cells"
    if found.complete:
        how += ", each excluded or with one root"
    else:
        how += (
            f"; {found.unsettled} of them were left unsettled (a continuum, a multiple root, or too many cells): "
            "points of these are shown where some were found, and mixed equilibria may be missing"
        )
    return how + (f"; {doubtful} roots were in doubt by rounding" if doubtful else "")


def _pure_and_one(game: Game, pure: Plays, work: int, why: TooLarge) -> Plays:
    """Pure equilibria, and one more by path following where that is quick."""
    how = f"pure equilibria, all; of the mixed ones {{}}, since there are {why.found}: all of them would need {why.needed}"
    plays = list(pure.plays)
    if work > MOST_WORK:
        return Plays(
            "nash", game, pure.plays, how.format("none was looked for (`nash-path` finds one)"), pure.residual, False
        )
    try:
        one, _ = from_branch(game)
    except Unsolved:
        return Plays("nash", game, pure.plays, how.format("none was found by path following"), pure.residual, False)
    if not any(_same(one, play) for play in plays):
        plays.append(one)
    said = how.format("at most one was looked for, from the logit branch")
    return Plays("nash", game, tuple(plays), said, residual_of((*plays[:1000], one)), False)


def _same(one: Play, other: Play) -> bool:
    return bool(np.abs(one.law.astype(float) - other.law.astype(float)).max() < 1e-9)


# ── the agent form ──────────────────────────────────────────────────────────────────────────────────────────────────


def _agents(game: Game) -> list[tuple[int, int]]:
    """(player, type) for every type that occurs."""
    return [(i, t) for i in range(game.n) for t, p in enumerate(marginal(game, i)) if p > 0]


def _counts(game: Game) -> tuple[int, ...]:
    return tuple(game.action_counts[i] for i, _ in _agents(game))


def agents(game: Game) -> Array:
    """payoff[agent, *actions] of the agent form of a floating game; each agent's payoff is weighed with its type's chance."""
    who = _agents(game)
    counts = tuple(game.action_counts[i] for i, _ in who)
    form = np.zeros((len(who), *counts))
    for profile in itertools.product(*map(range, game.type_counts)):
        chance = game.prior[profile]
        if chance > 0:
            present = [who.index((i, t)) for i, t in enumerate(profile)]
            shape = [counts[k] if k in present else 1 for k in range(len(who))]
            for i, k in enumerate(present):
                form[k] += (chance * game.payoff[(i, *profile)]).reshape(shape)
    return form


def behaviour(game: Game, mixtures: tuple[Array, ...]) -> list[Array]:
    """Per player [type, action] from the agents' mixtures; types that never occur take their first action."""
    strategies = [
        np.eye(1, count).repeat(types, axis=0)
        for count, types in zip(game.action_counts, game.type_counts, strict=True)
    ]
    for (i, t), mixture in zip(_agents(game), mixtures, strict=True):
        strategies[i][t] = mixture
    return strategies
