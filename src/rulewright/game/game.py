"""A finite Bayesian game: who acts, who knows what, who wants what.

Players i = 0 … n−1 have types θ_i, drawn together from a common prior p(θ), and choose actions a_i at the same time.
Player i's payoff is u_i(θ, a). What may be observed afterwards, and paid for, is a *signal* y with a known law
P(y | θ, a). Where a rule-maker is part of the story it is player 0, the *designer*: its type is what it knows, its
action what it decides, its payoff what people want (Myerson 1982, J. Math. Econ. 10, section 2).

Axes are in the same order everywhere: payoff[player, *types, *actions], law[*types, *actions, outcome].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..numerics import rational
from ..numerics.memory import FLOAT_BYTES, FRACTION_BYTES, reserve
from ..numerics.rational import Array

if TYPE_CHECKING:
    from .files.tree import Tree

SINGLE = ("·",)  # the label of the only type, or the only action, of a player that has no choice in it
SUM_TOLERANCE = 1e-9  # rounding of a floating law that is meant to sum to one; exact laws get none


def names(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{k}" for k in range(1, count + 1))


def check_law(law: Array, where: str) -> None:
    """Raise InputError unless `law` is finite, non-negative and sums to one over its last axis."""
    if not rational.is_exact(law) and not np.isfinite(law).all():
        raise InputError(where=where, needed="finite probabilities", found="NaN or infinity")
    if law.size and law.min() < 0:
        raise InputError(where=where, needed="probabilities of at least 0", found=f"{rational.decimal(law.min(), 6)}")
    sums = law.sum(axis=-1)
    off = abs(sums - 1) > (0 if rational.is_exact(law) else SUM_TOLERANCE)
    if np.any(off):
        worst = np.asarray(sums)[off].flat[0]
        shown = rational.decimal(worst, 9)
        raise InputError(
            where=where,
            needed="probabilities that sum to 1",
            found=f"a sum of {shown}" if shown != "1" else f"a sum that is off by {float(worst - 1):.2g}",
            remedy="Correct the entry that is off; nothing is rescaled silently."
            if shown != "1"
            else "Beside exact payoffs laws are exact: give fractions, or payoffs as floats.",
        )


@dataclass(frozen=True, eq=False)
class Signal:
    """Something that can be seen after play, and paid for."""

    name: str
    outcomes: tuple[str, ...]
    law: Array = field(repr=False)
    """[*types, *actions, outcome]; probability of each outcome, summing to one over the last axis."""
    sound: bool = field(default=False, init=False, repr=False)
    """Whether the law was checked: once, however many games it is part of."""

    def check(self) -> None:
        """Raise InputError unless the law is one; it cannot be changed afterwards."""
        if not self.sound:
            check_law(self.law, f"signal {self.name}")
            object.__setattr__(self, "law", rational.frozen(self.law))
            object.__setattr__(self, "sound", True)


@dataclass(frozen=True, eq=False)
class Game:
    """Frozen and checked once, when it is made. Numbers are all exact (Fractions) or all floating (float64).

    Build one with `Game.normal` (no types), `Game.bayesian`, `rulewright.game.files.read` or a scenario file.
    """

    players: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    """types[i]: labels of player i's types; one label if it has no private knowledge."""
    actions: tuple[tuple[str, ...], ...]
    prior: Array = field(repr=False)
    """[*types]; probability of each type profile."""
    payoff: Array = field(repr=False)
    """[player, *types, *actions]; in the players' own units, transfers included."""
    transfer: Array = field(repr=False)
    """Same shape; the part of `payoff` that is money moved by rules (positive: received)."""
    signals: tuple[Signal, ...] = ()
    designer: bool = False
    """Whether player 0 is the rule-maker, whose payoff is the goal."""
    tree: Tree | None = field(default=None, repr=False)
    """Where the game was read from a tree: it. Rules change payoffs and leave it alone; who uses it compares them first."""

    # ── building ────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def normal(
        payoff: Any, *, players: Sequence[str] | None = None, actions: Sequence[Sequence[str]] | None = None
    ) -> Game:
        """A game without private knowledge from payoff[player, *actions]. Integers and Fractions stay exact."""
        table = rational.numbers(payoff)
        n = table.shape[0] if table.ndim else 0
        if n == 0 or table.ndim != n + 1:
            raise InputError(
                where="payoff table",
                needed=f"{n} action axes after the player axis, one for each of {n} players",
                found=f"{table.ndim - 1} axes (shape {table.shape})",
            )
        return Game.bayesian(
            table.reshape((n,) + (1,) * n + table.shape[1:]),
            rational.like(np.ones((1,) * n), table),
            players=players,
            actions=actions,
        )

    @staticmethod
    def bayesian(
        payoff: Any,
        prior: Any,
        *,
        players: Sequence[str] | None = None,
        types: Sequence[Sequence[str]] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        signals: Sequence[Signal] = (),
        designer: bool = False,
    ) -> Game:
        """A game from payoff[player, *types, *actions] and prior[*types]; labels are made up where none are given."""
        table = rational.numbers(payoff)
        n = table.shape[0] if table.ndim else 0
        if n == 0 or table.ndim != 1 + 2 * n:
            raise InputError(
                where="payoff table",
                needed="axes [player, *types, *actions], that is 1 + 2 × players of them",
                found=f"shape {table.shape}",
            )
        law = rational.like(prior, table)
        counts = table.shape[1:]
        return Game(
            players=tuple(players) if players is not None else names("player ", n),
            types=tuple(map(tuple, types)) if types is not None else tuple(labels("t", k) for k in counts[:n]),
            actions=tuple(map(tuple, actions)) if actions is not None else tuple(labels("a", k) for k in counts[n:]),
            prior=law,
            payoff=table,
            transfer=rational.zeros(table.shape, table),
            signals=tuple(signals),
            designer=designer,
        )

    def __post_init__(self) -> None:
        n = len(self.players)
        if n == 0:
            raise InputError(where="game", needed="at least one player", found="none")
        if len(set(self.players)) != n:
            raise InputError(where="game", needed="different names for all players", found=", ".join(self.players))
        for kind, sets in (("types", self.types), ("actions", self.actions)):
            if len(sets) != n:
                raise InputError(where=kind, needed=f"one list for each of {n} players", found=f"{len(sets)} lists")
            for player, labels_ in zip(self.players, sets, strict=True):
                if not labels_ or len(set(labels_)) != len(labels_):
                    raise InputError(
                        where=f"{kind} of {player}", needed="at least one label, all different", found=str(labels_)
                    )
        shape = (n, *self.type_counts, *self.action_counts)
        for what, array, wanted in (
            ("prior", self.prior, self.type_counts),
            ("payoff table", self.payoff, shape),
            ("transfers", self.transfer, shape),
        ):
            self._check_shape(what, array, wanted)
        exactness = {rational.is_exact(x) for x in (self.prior, self.payoff, self.transfer)}
        exactness |= {rational.is_exact(s.law) for s in self.signals}
        if len(exactness) > 1:
            raise InputError(where="game", needed="numbers all exact or all floating", found="a mixture of both")
        if not rational.is_exact(self.payoff) and not np.isfinite(self.payoff).all():
            at = np.argwhere(~np.isfinite(self.payoff))[0]
            raise InputError(
                where=f"payoff of {self.players[at[0]]} at {self.cell(at[1:])}",
                needed="a finite number",
                found=str(self.payoff[tuple(at)]),
            )
        check_law(self.prior.reshape(-1), "prior")
        for signal in self.signals:
            self._check_shape(f"signal {signal.name}", signal.law, (*shape[1:], len(signal.outcomes)))
            signal.check()
        for attribute in ("prior", "payoff", "transfer"):
            object.__setattr__(self, attribute, rational.frozen(getattr(self, attribute)))

    def _check_shape(self, what: str, array: Array, wanted: tuple[int, ...]) -> None:
        if array.shape == wanted:
            return
        if array.ndim != len(wanted):
            raise InputError(where=what, needed=f"shape {wanted}", found=f"shape {array.shape}")
        axis = next(k for k, (a, b) in enumerate(zip(array.shape, wanted, strict=True)) if a != b)
        n = len(self.players)
        axes = ["player"] if array.ndim > 2 * n and what in ("payoff table", "transfers") else []
        axes += [f"types of {p}" for p in self.players] + [f"actions of {p}" for p in self.players] + ["outcome"]
        raise InputError(
            where=f"{what}, axis {axis} ({axes[axis]})",
            needed=f"{wanted[axis]} entries",
            found=str(array.shape[axis]),
        )

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def n(self) -> int:
        return len(self.players)

    @property
    def type_counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.types))

    @property
    def action_counts(self) -> tuple[int, ...]:
        return tuple(map(len, self.actions))

    @property
    def active(self) -> tuple[int, ...]:
        """Players with a choice: more than one action. The others are the furniture of the game."""
        return tuple(i for i, count in enumerate(self.action_counts) if count > 1)

    @property
    def strategic(self) -> tuple[int, ...]:
        """Everyone but the designer."""
        return tuple(range(1 if self.designer else 0, self.n))

    @property
    def goal(self) -> Array:
        """What people want, [*types, *actions]: the designer's payoff. Raises InputError where there is no designer."""
        if not self.designer:
            raise InputError(
                where="game",
                needed="a designer (player 0) whose payoff is what people want",
                found="none",
                remedy="Give the game a goal first: rulewright.Goal.total().on(game), for example.",
            )
        return self.payoff[0]

    def index(self, player: str | int) -> int:
        """Position of a player given by name or position. Raises InputError naming the players there are."""
        if isinstance(player, int) and 0 <= player < self.n:
            return player
        if player in self.players:
            return self.players.index(str(player))
        raise InputError(where="player", needed=f"one of {', '.join(self.players)}", found=repr(player))

    def signal(self, name: str) -> Signal:
        """A signal by name; "action of X" and "type of X" always exist. Laws are in the game's own field."""
        for signal in self.signals:
            if signal.name == name:
                return signal
        for prefix, sets, offset in (("action of ", self.actions, self.n), ("type of ", self.types, 0)):
            player = name.removeprefix(prefix)
            if name.startswith(prefix) and player in self.players:
                i = self.players.index(player)
                return self.pointer(name, sets[i], axis=i + offset, shows=np.arange(len(sets[i])))
        known = [s.name for s in self.signals] + [f"action of {p}" for p in self.players]
        raise InputError(where="signal", needed=f"one of {', '.join(known)}", found=repr(name))

    def pointer(self, name: str, outcomes: tuple[str, ...], *, axis: int, shows: Array) -> Signal:
        """The signal that with certainty has outcome shows[k] where the position on `axis` of [*types, *actions] is k."""
        shape = self.type_counts + self.action_counts
        reserve((*shape, len(outcomes)), f"law of {name}", item_bytes=self.item_bytes)
        law = rational.zeros((shape[axis], len(outcomes)), self.payoff)
        law[np.arange(shape[axis]), shows] = Fraction(1)
        expand = [1] * len(shape) + [len(outcomes)]
        expand[axis] = shape[axis]
        return Signal(name, outcomes, np.broadcast_to(law.reshape(expand), (*shape, len(outcomes))))

    def cell(self, index: Any) -> str:
        """A type and action profile in words, from its position on [*types, *actions]; furniture is left out."""
        said = [
            f"{p} {kind} {sets[i][k]}"
            for kind, sets, positions in (
                ("of type", self.types, index[: self.n]),
                ("plays", self.actions, index[self.n :]),
            )
            for i, (p, k) in enumerate(zip(self.players, positions, strict=True))
            if len(sets[i]) > 1
        ]
        return ", ".join(said) or "the only play"

    # ── fields of numbers ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_exact(self) -> bool:
        return rational.is_exact(self.payoff)

    @property
    def item_bytes(self) -> int:
        return FRACTION_BYTES if self.is_exact else FLOAT_BYTES

    @cached_property
    def exact(self) -> Game:
        """The same game in rationals: each float read as the decimal that it prints as, laws made to sum to exactly one."""
        if self.is_exact:
            return self
        prior = rational.exact_law(self.prior.reshape(-1)).reshape(self.prior.shape)
        signals = tuple(replace(s, law=rational.exact_law(s.law)) for s in self.signals)
        payoff, transfer = rational.exact(self.payoff), rational.exact(self.transfer)
        return replace(self, prior=prior, payoff=payoff, transfer=transfer, signals=signals)

    @cached_property
    def floats(self) -> Game:
        """The same game in float64, for solvers."""
        if not self.is_exact:
            return self
        return replace(
            self,
            prior=rational.floats(self.prior),
            payoff=rational.floats(self.payoff),
            transfer=rational.floats(self.transfer),
            signals=tuple(replace(s, law=rational.floats(s.law)) for s in self.signals),
        )

    def with_goal(self, goal: Any, name: str = "people") -> Game:
        """The same game with a designer in front whose payoff is `goal`[*types, *actions] (of this game's axes).

        If there is a designer already, only its payoff is replaced.
        """
        wanted = rational.like(goal, self.payoff)
        if self.designer:
            return replace(self, payoff=np.concatenate([wanted[None], self.payoff[1:]]))

        table = np.concatenate([wanted[None], self.payoff])
        money = np.concatenate([rational.zeros((1, *wanted.shape), self.payoff), self.transfer])
        axes = (1, 2 + self.n)  # the designer's type and action, among [player, *types, *actions]
        return replace(
            self,
            players=(name, *self.players),
            types=(SINGLE, *self.types),
            actions=(SINGLE, *self.actions),
            prior=self.prior[None],
            payoff=np.expand_dims(table, axes),
            transfer=np.expand_dims(money, axes),
            signals=tuple(replace(s, law=np.expand_dims(s.law, (0, 1 + self.n))) for s in self.signals),
            designer=True,
        )

    def _repr_html_(self) -> str | None:
        """A table in notebooks, where two players choose among few actions."""
        from .matrix import html  # which looks at games

        return html(self)

    def __repr__(self) -> str:
        sizes = ", ".join(
            f"{p} ({f'{len(t)} types, ' if len(t) > 1 else ''}{len(a)} action{'s' * (len(a) > 1)})"
            for p, t, a in zip(self.players, self.types, self.actions, strict=True)
        )
        return f"Game({sizes}; {'exact' if self.is_exact else 'floating'})"


def labels(prefix: str, count: int) -> tuple[str, ...]:
    return SINGLE if count == 1 else names(prefix, count)
