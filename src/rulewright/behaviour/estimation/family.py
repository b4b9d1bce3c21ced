"""What a player may be after: a family of payoffs, linear in weights.

    u(θ, a) = Σ_k w_k φ_k(θ, a)          low_k ≤ w_k ≤ high_k

A weight whose bounds are equal is *known*. One known weight, say 1 on the own payoff, sets the scale: without it λ·u is all
that play can tell. Features that come with the house, by name:

    own           the player's payoff in the game                        goal    what people get
    money         the part of it that rules pay                          act:L   1 where the player does L
    others        Σ_j u_j over the others: altruism                      breaks:L  −1 where it does L: dislike of breaking a rule
    envy, guilt   −Σ_j (u_j − u_i)⁺/(n−1),  −Σ_j (u_i − u_j)⁺/(n−1)        (Fehr & Schmidt 1999, Q. J. Econ. 114)
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...errors import InputError, TooLarge
from ...game.game import Game
from ...game.lower import average
from ...game.play import expected, marginal
from ...numerics.rational import Array, floats
from .observations import Observations

MOST_CELLS = 4096

Weight = float | tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class Family:
    """Make one with `Family.of` or `Family.free`."""

    game: Game
    """In floats."""
    player: str
    names: tuple[str, ...]
    tables: Array = field(repr=False)
    """[k, *types, *actions]: φ, on all axes of `game`."""
    low: Array
    """[k]: least weights; −inf where nothing is known."""
    high: Array
    """[k]: greatest weights."""

    @staticmethod
    def of(game: Game, player: str, weights: Mapping[str, Weight], tables: Mapping[str, Array] | None = None) -> Family:
        """From {feature: known weight, (low, high), or None for any}; `tables` adds features [*types, *actions] by name.

        Raises InputError for unknown features and bounds that are none.
        """
        inner, i, given = game.floats, game.index(player), dict(tables or {})
        if i not in game.active:
            raise InputError(where="family of payoffs", needed="a player who chooses", found=player)
        found, low, high = [], [], []
        for name, weight in weights.items():
            table = floats(given[name]) if name in given else feature(inner, i, name)
            if table.shape != inner.payoff.shape[1:] or not np.isfinite(table).all():
                raise InputError(
                    where=f"feature {name}",
                    needed=f"finite numbers of shape {inner.payoff.shape[1:]} [*types, *actions]",
                    found=f"shape {table.shape}",
                )
            ends = (-np.inf, np.inf) if weight is None else weight if isinstance(weight, tuple) else (weight, weight)
            if not ends[0] <= ends[1]:
                raise InputError(where=f"weight of {name}", needed="(low, high) with low ≤ high", found=str(ends))
            found.append(table)
            low.append(float(ends[0]))
            high.append(float(ends[1]))
        if not found:
            raise InputError(where="family of payoffs", needed="at least one feature", found="none")
        return Family(inner, player, tuple(weights), np.stack(found), np.array(low), np.array(high))

    @staticmethod
    def free(game: Game, player: str, low: float, high: float) -> Family:
        """Nothing known of the payoffs but that each lies from `low` to `high`: one feature for each cell [*types, *actions]."""
        cells = game.floats.payoff[0].size
        if cells > MOST_CELLS:
            raise TooLarge(where="payoffs", needed=f"{cells:,} weights", found=f"{MOST_CELLS:,} that are tried")
        shape = game.payoff.shape[1:]
        tables = np.eye(cells).reshape(cells, *shape)
        names = tuple(game.cell(at) for at in np.ndindex(*shape))
        return Family(game.floats, player, names, tables, np.full(cells, low), np.full(cells, high))

    @property
    def known(self) -> Array:
        """[k], bool."""
        return self.low == self.high

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the weights that are sought."""
        return tuple(name for name, sure in zip(self.names, self.known, strict=True) if not sure)

    @property
    def base(self) -> Array:
        """[*types, *actions]: the part of the payoffs that is known."""
        return np.tensordot(self.low[self.known], self.tables[self.known], axes=1)

    @property
    def free_tables(self) -> Array:
        """[unknown, *types, *actions]."""
        return self.tables[~self.known]

    def payoff(self, weights: Array) -> Array:
        """[*types, *actions] at the unknown weights."""
        return self.base + np.tensordot(weights, self.free_tables, axes=1)

    def place(self, observations: Observations) -> int:
        """The player's position among those who were watched. Raises InputError where these played another game."""
        game = observations.game
        mine = [(self.game.players[j], self.game.types[j], self.game.actions[j]) for j in self.game.active]
        if mine != list(zip(game.players, game.types, game.actions, strict=True)):
            raise InputError(where=f"family of {self.player}", needed="the game that was observed", found="another")
        return game.players.index(self.player)

    def narrowed(self, tables: Array) -> Array:
        """[k, *types, *actions] of those who choose, from [k, …] of all."""
        return np.stack([average(self.game, table) for table in tables]) if len(tables) else tables

    def worth(self, observations: Observations, others: Sequence[Array]) -> Array:
        """[type, action, 1 + unknown]: what the known part, and each feature, come to against what the others do."""
        i, game = self.place(observations), observations.game
        tables = self.narrowed(np.concatenate([self.base[None], self.free_tables]))
        return worth_of(game, tables, others, i)


def worth_of(game: Game, tables: Array, others: Sequence[Array], i: int) -> Array:
    """[type, action, k]: expectation of each table [k, *types, *actions] given i's type and action, against `others`."""
    prior = game.prior.reshape(game.prior.shape + (1,) * game.n)
    chance = marginal(game, i)
    total = expected(tables * prior, others, keep=(i,))  # [k, type, action]
    return np.moveaxis(total / np.where(chance > 0, chance, 1.0)[:, None], 0, -1)


# ── features ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _others(game: Game, i: int) -> list[int]:
    found = [j for j in game.strategic if j != i]
    if not found:
        raise InputError(where="features", needed="other players", found=f"{game.players[i]} alone")
    return found


def _doing(game: Game, i: int, text: str) -> Array:
    """[*types, *actions]: 1 where i does one of the actions listed, separated by commas."""
    labels = [label.strip() for label in text.split(",")]
    for label in labels:
        if label not in game.actions[i]:
            raise InputError(
                where=f"feature of {game.players[i]}",
                needed=f"an action among {', '.join(game.actions[i])}",
                found=repr(label),
            )
    row = np.array([float(label in labels) for label in game.actions[i]])
    return np.broadcast_to(
        row.reshape([-1 if axis == game.n + i else 1 for axis in range(2 * game.n)]), game.payoff.shape[1:]
    )


def _behind(game: Game, i: int, sign: int) -> Array:
    gaps = [np.maximum(sign * (game.payoff[j] - game.payoff[i]), 0) for j in _others(game, i)]
    return -sum(gaps, np.zeros(game.payoff.shape[1:])) / len(gaps)


FEATURES: dict[str, Callable[[Game, int, str], Array]] = {
    "own": lambda game, i, _: game.payoff[i],
    "money": lambda game, i, _: game.transfer[i],
    "goal": lambda game, i, _: game.goal,
    "others": lambda game, i, _: game.payoff[_others(game, i)].sum(axis=0),
    "envy": lambda game, i, _: _behind(game, i, 1),
    "guilt": lambda game, i, _: _behind(game, i, -1),
    "act": _doing,
    "breaks": lambda game, i, text: -_doing(game, i, text),
}


def feature(game: Game, i: int, name: str) -> Array:
    """[*types, *actions]: a feature by name. Raises InputError with the nearest known name."""
    kind, _, argument = name.partition(":")
    if kind not in FEATURES:
        near = difflib.get_close_matches(kind, list(FEATURES), n=1)
        raise InputError(
            where="features",
            needed=f"one of {', '.join(FEATURES)}",
            found=repr(name),
            remedy=f"Did you mean {near[0]!r}?" if near else "",
        )
    return FEATURES[kind](game, i, argument)


@dataclass(frozen=True, eq=False)
class PayoffSet:
    """Payoffs of one player that play leaves open: unknown weights w with rows·w ≤ sides. What a robust design takes."""

    family: Family
    centre: Array
    """[unknown]: a point to reckon from; inside the set."""
    rows: Array = field(repr=False)
    """[row, unknown]."""
    sides: Array = field(repr=False)
    """[row]."""
    level: float
    """Chance that the set holds the player's payoffs; 1 where what was seen is taken as it is."""
    n: int
    method: str
    grade: str

    def on(self, family: Family) -> PayoffSet:
        """The same weights in another game, whose `family` seeks weights of the same names. Raises InputError if it does not."""
        if family.unknown != self.family.unknown:
            raise InputError(
                where=f"payoffs of {family.player}",
                needed=f"a family that seeks {', '.join(self.family.unknown)}",
                found=", ".join(family.unknown) or "nothing unknown",
            )
        return replace(self, family=family)

    def __contains__(self, weights: Array) -> bool:
        slack = self.sides - self.rows @ np.asarray(weights, float)
        return bool((slack >= -1e-9 * (1 + np.abs(self.sides))).all())
