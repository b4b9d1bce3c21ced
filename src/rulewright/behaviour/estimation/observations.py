"""What was seen: who, of which type, did what, and how often.

    n_i(θ_i, a_i)      how often player i, being of type θ_i, did a_i
    n(θ, a)            how often all of them did so together

Only those who choose are observed (the core of the game); furniture has nothing to show. A row need not show everybody: of a
player not seen in it nothing is counted, and the row adds nothing to n(θ, a).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game, check_law
from ...game.lower import core
from ...numerics.memory import reserve
from ...numerics.rational import Array, floats, frozen

UNSEEN = -1
MOST_UNITS = 10**7  # observations that are told apart one by one, where they are split; beyond it numbers are drawn
MOST_DRAWN = 10**9


@dataclass(frozen=True, eq=False)
class Observations:
    """Frozen and checked once. Make one with `Observations.of`, `drawn` or `reading.read`."""

    game: Game
    """The core of the game that was played, in floats: its players are those who were watched."""
    types: Array = field(repr=False)
    """[row, player]: position of the type, −1 where the player was not seen."""
    acts: Array = field(repr=False)
    """[row, player]: position of the action, −1 where the player was not seen."""
    weight: Array = field(repr=False)
    """[row], int: how often this was seen."""

    @staticmethod
    def of(game: Game, acts: Any, *, types: Any = None, weight: Any = None) -> Observations:
        """From positions acts[row, player] and types[row, player] of the players who choose, −1 where one was not seen.

        `types` may be left out where nobody has several, `weight`[row] where every row was seen once. Raises InputError for
        shapes, positions and weights that are none.
        """
        if not game.active:
            raise InputError(where="observations", needed="a game in which somebody chooses", found=repr(game))
        inner = core(game.floats)
        table = _whole(acts, "actions")
        if table.ndim != 2 or table.shape[1] != inner.n or not len(table):
            raise InputError(
                where="observations",
                needed=f"actions [row, player] of the {inner.n} players who choose, at least one row",
                found=f"shape {table.shape}",
            )
        if types is None:
            several = [p for p, kinds in zip(inner.players, inner.types, strict=True) if len(kinds) > 1]
            if several:
                raise InputError(where="observations", needed=f"types of {', '.join(several)}", found="none")
            kinds = np.where(table >= 0, 0, UNSEEN)
        else:
            kinds = _whole(types, "types")
        count = np.ones(len(table), int) if weight is None else _whole(weight, "weights")
        if kinds.shape != table.shape or count.shape != table.shape[:1]:
            raise InputError(
                where="observations",
                needed=f"types of shape {table.shape} and weights of shape {table.shape[:1]}",
                found=f"{kinds.shape} and {count.shape}",
            )
        for i, player in enumerate(inner.players):
            for what, column, most in (
                ("action", table[:, i], inner.action_counts[i]),
                ("type", kinds[:, i], inner.type_counts[i]),
            ):
                wrong = np.flatnonzero((column < UNSEEN) | (column >= most))
                if len(wrong):
                    raise InputError(
                        where=f"observations, row {wrong[0] + 1}, {player}",
                        needed=f"a position of {what} from 0 to {most - 1}, or −1",
                        found=str(column[wrong[0]]),
                    )
            if ((table[:, i] >= 0) & (kinds[:, i] < 0)).any():
                raise InputError(where=f"observations of {player}", needed="a type beside each action", found="none")
        if (count < 0).any() or not count.sum():
            raise InputError(where="observations", needed="weights of at least 0, not all 0", found=str(count.min()))
        return Observations(inner, frozen(kinds), frozen(table), frozen(count))

    @staticmethod
    def drawn(game: Game, strategies: Sequence[Array], rounds: int, *, seed: int) -> Observations:
        """Play simulated: types from the prior, actions from strategies[player][type, action] of the players who choose."""
        inner = core(game.floats)
        if rounds < 1:
            raise InputError(where="observations", needed="at least one round", found=str(rounds))
        checked_play(inner, strategies, "strategies")
        generator = np.random.default_rng(seed)
        profile = generator.choice(inner.prior.size, size=rounds, p=inner.prior.ravel() / inner.prior.sum())
        types = np.stack(np.unravel_index(profile, inner.type_counts), axis=1)
        uniform = generator.random((rounds, inner.n))
        acts = [
            np.minimum(
                (uniform[:, i, None] > np.cumsum(strategy, axis=1)[types[:, i]]).sum(axis=1), strategy.shape[1] - 1
            )
            for i, strategy in enumerate(strategies)
        ]
        return Observations.of(inner, np.stack(acts, axis=1), types=types)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        """Observations: rows times their weights."""
        return int(self.weight.sum())

    @cached_property
    def counts(self) -> tuple[Array, ...]:
        """Per player [type, action]: how often it was seen."""
        found = []
        for i in range(self.game.n):
            table = np.zeros((self.game.type_counts[i], self.game.action_counts[i]))
            seen = self.acts[:, i] >= 0
            np.add.at(table, (self.types[seen, i], self.acts[seen, i]), self.weight[seen])
            found.append(frozen(table))
        return tuple(found)

    @cached_property
    def joint(self) -> Array:
        """[*types, *actions]: how often all were seen so; rows in which somebody was not seen are left out."""
        reserve(self.game.payoff.shape[1:], "counts of joint play")
        table = np.zeros(self.game.payoff.shape[1:])
        whole = (self.acts >= 0).all(axis=1)
        np.add.at(table, (*self.types[whole].T, *self.acts[whole].T), self.weight[whole])
        return frozen(table)

    @cached_property
    def frequencies(self) -> tuple[Array, ...]:
        """Per player [type, action]: shares of what each type did; of a type never seen, NaN."""
        with np.errstate(invalid="ignore"):
            return tuple(frozen(table / table.sum(axis=1, keepdims=True)) for table in self.counts)

    def others(self, i: int, known: Sequence[Array] | None = None) -> list[Array]:
        """Strategies to which player i replies (its own row is not used): those `known`, else the shares of the others.

        Raises InputError for known ones that are none, and where a type that the game has was never seen, because then nothing is
        known of what i replies to.
        """
        if known is not None:
            return checked_play(self.game, known, "what the others are known to do")
        found = []
        for j, (share, player) in enumerate(zip(self.frequencies, self.game.players, strict=True)):
            if j == i:
                found.append(np.full(share.shape, 1 / share.shape[1]))
                continue
            chance = self.game.prior.sum(axis=tuple(k for k in range(self.game.n) if k != j))
            for t in np.flatnonzero(np.isnan(share[:, 0])):
                if chance[t] > 0:
                    raise InputError(
                        where=f"observations of {player}" + f" of type {self.game.types[j][t]}" * (len(chance) > 1),
                        needed="at least one, because the others reply to it",
                        found="none",
                        remedy="Give what the others do as `others`, if it is known.",
                    )
            found.append(np.nan_to_num(share, nan=1 / share.shape[1]))
        return found

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────

    def part(self, weight: Array) -> Observations:
        """The same rows seen weight[row] times."""
        kept = weight > 0
        if not kept.any():
            raise InputError(where="observations", needed="at least one in each part", found="none")
        return Observations(self.game, self.types[kept], self.acts[kept], np.asarray(weight)[kept])

    def folds(self, count: int, *, seed: int) -> list[tuple[Observations, Observations]]:
        """(all but the fold, the fold) for each of `count` folds of equal size, each observation in one of them, at random."""
        if not 2 <= count <= self.n:
            raise InputError(where="folds", needed=f"from 2 to {self.n}, the number of observations", found=str(count))
        generator = np.random.default_rng(seed)
        if self.n > MOST_UNITS:
            pieces, left = [], self.weight.copy()
            if self.n >= MOST_DRAWN:
                raise TooLarge(
                    where="observations",
                    needed=f"fewer than {MOST_DRAWN:,}, to split them at random",
                    found=f"{self.n:,}",
                    remedy="Leave out as many as that, at random.",
                )
            for k in range(count):
                size = len(range(k, self.n, count))
                pieces.append(generator.multivariate_hypergeometric(left, size, method="marginals"))
                left = left - pieces[-1]
            return [(self.part(self.weight - piece), self.part(piece)) for piece in pieces]
        unit = np.repeat(np.arange(len(self.weight)), self.weight)
        generator.shuffle(unit)
        pieces = [np.bincount(unit[k::count], minlength=len(self.weight)) for k in range(count)]
        return [(self.part(self.weight - piece), self.part(piece)) for piece in pieces]


def checked_play(game: Game, strategies: Sequence[Array], where: str) -> list[Array]:
    """Per player of a core game [type, action]. Raises InputError for another number of them, wrong shapes and laws."""
    found = [floats(strategy) for strategy in strategies]
    wanted = list(zip(game.type_counts, game.action_counts, strict=True))
    if [strategy.shape for strategy in found] != wanted:
        raise InputError(
            where=where,
            needed=f"strategies [type, action] of shapes {', '.join(map(str, wanted))}",
            found=", ".join(str(strategy.shape) for strategy in found) or "none",
        )
    for strategy, player in zip(found, game.players, strict=True):
        check_law(strategy, f"{where}, {player}")
    return found


def _whole(values: Any, what: str) -> Array:
    """Whole numbers as an int array. Raises InputError for anything else."""
    try:
        table = np.asarray(values)
        with np.errstate(invalid="ignore"):  # NaN and what is too large become other numbers, and are refused below
            whole = table.astype(np.int64)
        fine = table.dtype.kind in "iu" or (table.dtype.kind == "f" and bool((table == whole).all()))
    except (TypeError, ValueError, OverflowError):
        fine = False
    if not fine:
        raise InputError(where="observations", needed=f"{what} as whole numbers", found=f"{str(values)[:60]}")
    return whole
