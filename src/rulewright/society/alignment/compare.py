"""Solo against group: how the three scores change when the same agents play together, in three social settings.

    drop = score in the group − score alone        paired over seeds: the same random numbers draw both
    correlation of V, P, O over settings, seeds and players

A run is so many rounds drawn from the play that a behaviour predicts, the worst for people where it predicts several. Alone, an
agent answers partners that are fixed, in the same manner: a best reply (the worst for people among ties), or a logit one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from ...behaviour import named
from ...behaviour.estimation.confidence import Interval, mean
from ...errors import InputError, Unsolved
from ...game.game import Game
from ...game.play import Play
from ...numerics.rational import Array, floats
from .scores import NAMES, SETTINGS, Group, Scores


@dataclass(frozen=True, eq=False)
class Compared:
    """V, P and O of runs, alone and in groups. Shares."""

    behaviour: str
    settings: tuple[str, ...]
    solo: Array
    """[seed, player, score]."""
    group: Array
    """[setting, seed, player, score]."""
    plays: tuple[Play, ...]
    """Of each setting: what was drawn from."""

    @property
    def drop(self) -> Array:
        """[setting, seed, score]: group less solo, mean over players."""
        return np.asarray((self.group - self.solo[None]).mean(axis=2))

    def interval(self, setting: str, score: str) -> Interval:
        """Student's 95 % interval of the mean drop over seeds; of no width where every seed gives the same."""
        values = self.drop[self.settings.index(setting), :, NAMES.index(score)]
        if np.ptp(values) < 1e-12:
            return Interval(float(values[0]), float(values[0]), 0.95, len(values), "Student")
        return mean(values)

    @property
    def correlation(self) -> Array:
        """[score, score]: over settings, seeds and players; NaN where a score never moves."""
        flat = self.group.reshape(-1, len(NAMES))
        off = flat - flat.mean(axis=0)
        moves = np.sqrt((off**2).sum(axis=0))
        safe = np.where(moves > 1e-9, moves, np.nan)
        return np.asarray((off / safe).T @ (off / safe))


def compare(
    group: Group,
    behaviour: str = "pure",
    *,
    settings: Sequence[str] = SETTINGS,
    partners: Sequence[int] | None = None,
    rounds: int = 200,
    seeds: Sequence[int] = tuple(range(20)),
) -> Compared:
    """Runs of `rounds` rounds for each seed. `partners`: positions of the actions at which others are fixed when a player is
    alone; the outcome that is best for the task if left out.

    Raises InputError; Unsolved where the behaviour predicts nothing.
    """
    if rounds < 1 or not len(seeds):
        raise InputError(where="compare", needed="at least one round and one seed", found=f"{rounds} and {len(seeds)}")
    at = best_partners(group) if partners is None else tuple(partners)
    shape = tuple(group.game.action_counts)
    if len(at) != len(shape) or not all(0 <= k < count for k, count in zip(at, shape, strict=False)):
        raise InputError(where="partners", needed=f"an action of each of {len(shape)} players", found=str(at))
    plays = tuple(worst(group, behaviour, group.mixed(setting)) for setting in settings)
    together = [group.tables.reshape(len(NAMES), group.game.n, prod(shape))] * len(plays)
    laws = [floats(play.law).ravel() for play in plays]
    found = np.array([[_drawn(t, law, rounds, s) for s in seeds] for t, law in zip(together, laws, strict=True)])
    alone = [(group.alone(i, at)[:, None, :], reply(group, behaviour, i, at)) for i in range(group.game.n)]
    solo = np.array([[_drawn(t, law, rounds, s)[0] for t, law in alone] for s in seeds])
    return Compared(behaviour, tuple(settings), solo, found, plays)


def best_partners(group: Group) -> tuple[int, ...]:
    """Actions in the outcome that is best for the task."""
    return tuple(int(k) for k in np.unravel_index(int(group.task.argmax()), group.task.shape))


def solo_scores(group: Group, behaviour: str, partners: Sequence[int] | None = None) -> Scores:
    """V, P and O of each player alone, expected."""
    at = best_partners(group) if partners is None else tuple(partners)
    alone = [group.alone(i, at) @ reply(group, behaviour, i, at) for i in range(group.game.n)]
    return Scores(np.stack(alone, axis=1))


def _drawn(tables: Array, law: Array, rounds: int, seed: int) -> Array:
    """[player, score]: means over rounds drawn from law[outcome]."""
    edges = np.cumsum(law)
    where = np.searchsorted(edges, np.random.default_rng(seed).random(rounds) * edges[-1], side="right")
    return np.asarray(tables[:, :, np.minimum(where, len(law) - 1)].mean(axis=2).T)


def worst(group: Group, behaviour: str, game: Game) -> Play:
    """The predicted play in which the task returns least. Raises Unsolved where there is none."""
    prediction = named(behaviour)(game)
    goal = group.task.reshape(game.payoff.shape[1:])
    found = prediction.span(goal).worst_play
    if found is None and behaviour == "pure":
        found = named("nash")(game).span(goal).worst_play
    if found is None:
        raise Unsolved(where=f"behaviour {behaviour}", needed="a play of the group", found="none")
    return found


def reply(group: Group, behaviour: str, i: int, partners: Sequence[int]) -> Array:
    """[action]: what player i does alone, the others fixed."""
    at = tuple(slice(None) if j == i else partners[j] for j in range(group.game.n))
    pay = floats(group.game.payoff).reshape((group.game.n, *group.game.action_counts))[i][at]
    kind, _, argument = behaviour.partition(":")
    if kind == "logit":
        weights = np.exp(float(argument) * (pay - pay.max()))
        return np.asarray(weights / weights.sum())
    if kind == "level" and argument.partition(",")[0] == "0":
        return np.full(len(pay), 1 / len(pay))
    best = np.flatnonzero(pay >= pay.max() - 1e-12)
    chosen = best[group.task[at][best].argmin()]
    return np.eye(len(pay))[chosen]
