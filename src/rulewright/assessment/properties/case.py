"""A mechanism in a setting, as arrays: what everybody gets from every profile of reports, whatever its type.

    U_i(θ_i, r) = Σ_d P(d | r)·v_i(θ_i, d) + t_i(r)

Floats find what to look at; what is said about it is computed again in rationals.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ...game.game import Game
from ...game.play import marginal
from ...institution.classical.direct import Direct, Tabled, valuations
from ...institution.classical.settings import Setting, nothing
from ...institution.mechanisms import Mechanism
from ...numerics import rational
from ...numerics.memory import reserve
from ...numerics.rational import Array

SLACK = 1e-9  # what floats may be off by; nothing is claimed from them


@dataclass(frozen=True, eq=False)
class Case:
    """One mechanism in one setting. Players are counted without the designer here."""

    mechanism: Direct
    setting: Setting

    @staticmethod
    def of(mechanism: Direct | Mechanism, setting: Setting | Game) -> Case:
        """A bare game will do; then values are taken for money, and staying away for worth nothing."""
        if isinstance(mechanism, Mechanism):
            mechanism = Tabled(mechanism)
        if isinstance(setting, Game):
            setting = Setting(setting, "project", repr(setting), outside=nothing(setting))
        return Case(mechanism, setting)

    @cached_property
    def game(self) -> Game:
        return self.setting.game.exact

    @cached_property
    def values(self) -> tuple[Array, ...]:
        """Per player [type, decision]."""
        return valuations(self.game)

    @property
    def n(self) -> int:
        return len(self.values)

    @cached_property
    def told(self) -> tuple[Array, Array]:
        """(strategy[*reports, decision], amounts[player, *reports])."""
        strategy, amounts = self.mechanism.rule(self.game)
        if amounts is None:
            amounts = rational.zeros((self.n, *strategy.shape[:-1]), self.game.payoff)
        return rational.exact(strategy), rational.exact(amounts)

    @cached_property
    def likely(self) -> tuple[Array, ...]:
        """Per player [type]: probability."""
        return tuple(marginal(self.game, i) for i in self.game.strategic)

    @cached_property
    def utilities(self) -> tuple[Array, ...]:
        """Per player U_i[type, *reports], floating."""
        strategy, amounts = (rational.floats(x) for x in self.told)
        for v in self.values:
            reserve((len(v), *strategy.shape[:-1]), "what a player gets from every report")
        return tuple(
            np.tensordot(rational.floats(v), strategy, axes=(1, -1)) + t
            for v, t in zip(self.values, amounts, strict=True)
        )

    def utility(self, i: int, kind: int, reports: Sequence[int]) -> Fraction:
        """U_i at one cell, exact."""
        strategy, amounts = self.told
        return (self.values[i][kind] * strategy[tuple(reports)]).sum() + amounts[(i, *reports)]

    def truthful(self, i: int) -> Array:
        """U_i[type, *reports] where i's own axis has length 1: it reports its type."""
        u = self.utilities[i]
        own = np.moveaxis(u, 1 + i, 1)
        diagonal = own[np.arange(len(own)), np.arange(len(own))]
        return np.expand_dims(diagonal, 1 + i)

    def who(self, i: int, kind: int | None = None) -> str:
        kinds = self.game.types[1 + i]
        return self.game.players[1 + i] + (f" of type {kinds[kind]}" if kind is not None and len(kinds) > 1 else "")

    def profile(self, reports: Sequence[int], but: Sequence[int] = (), verb: str = "reports") -> str:
        """“ when voter 2 reports b>a and voter 3 reports …”, without players who have nothing to say."""
        parts = [
            f"{self.who(j)} {verb} {self.game.types[1 + j][r]}"
            for j, r in enumerate(reports)
            if j not in but and len(self.game.types[1 + j]) > 1
        ]
        return " when " * bool(parts) + " and ".join(parts)


@dataclass(frozen=True)
class Manipulation:
    """A lie that pays."""

    player: str
    type: str
    report: str
    others: tuple[str, ...]
    """What the others report, in order; empty where it is on average over their types."""
    gain: Any
    """Exact; utility of the lie less that of the truth."""
    says: str


def manipulation(
    mechanism: Direct | Mechanism, setting: Setting | Game, *, interim: bool = False
) -> Manipulation | None:
    """The most profitable lie of one player of one possible type; None if truth is best.

    Against every profile of the others' reports, or with `interim` on average over their types when they tell the truth.
    All lies are tried. Raises TooLarge where the tables would not fit.
    """
    return lie(Case.of(mechanism, setting), interim=interim)


def lie(case: Case, *, interim: bool = False) -> Manipulation | None:
    found = [_interim(case, i) if interim else _ex_post(case, i) for i in range(case.n)]
    return max((f for f in found if f is not None), key=lambda f: f.gain, default=None)


def _ex_post(case: Case, i: int) -> Manipulation | None:
    gains = case.utilities[i] - case.truthful(i)
    gains[rational.floats(case.likely[i]) <= 0] = -np.inf
    at = tuple(int(k) for k in np.unravel_index(int(np.argmax(gains)), gains.shape))
    if gains[at] <= SLACK:
        return None
    kind, reports = at[0], list(at[1:])
    truth = [*reports[:i], kind, *reports[i + 1 :]]
    gain = case.utility(i, kind, reports) - case.utility(i, kind, truth)
    kinds = case.game.types[1 + i]
    says = f"{case.who(i, kind)} gains {rational.decimal(gain)} by reporting {kinds[reports[i]]}{case.profile(reports, but=[i])}"
    others = tuple(case.game.types[1 + j][r] for j, r in enumerate(reports) if j != i)
    return Manipulation(case.game.players[1 + i], kinds[kind], kinds[reports[i]], others, gain, says)


def interim(case: Case, i: int) -> Array:
    """[type, own report]: i's expected utility times the chance of its type, the others truthful. Exact."""
    strategy, amounts = case.told
    n, prior = case.n, case.game.prior[0]
    others = [j for j in range(n) if j != i]
    law = np.moveaxis(prior, i, 0).reshape(len(case.values[i]), -1)  # [type, others' types]
    decided = np.moveaxis(strategy, i, 0).reshape(strategy.shape[i], law.shape[1], -1)
    paid = np.moveaxis(amounts[i], i, 0).reshape(strategy.shape[i], law.shape[1])
    chance = np.tensordot(law, decided, axes=(1, 1)) if others else law[:, :, None] * decided[None, :, 0]
    return (chance * case.values[i][:, None, :]).sum(axis=-1) + law @ paid.T


def _interim(case: Case, i: int) -> Manipulation | None:
    worth = interim(case, i)
    gains = worth - worth.diagonal()[:, None]
    p = case.likely[i]
    best = (Fraction(0), 0, 0)
    for kind, row in enumerate(gains):
        if p[kind] > 0:
            best = max(best, (row.max() / p[kind], kind, int(np.argmax(row))), key=lambda b: b[0])
    gain, kind, report = best
    if gain <= 0:
        return None
    kinds = case.game.types[1 + i]
    says = f"{case.who(i, kind)} expects to gain {rational.decimal(gain)} by reporting {kinds[report]}"
    return Manipulation(case.game.players[1 + i], kinds[kind], kinds[report], (), gain, says)


def joint_lie(case: Case) -> str | None:
    """The most profitable joint lie of two, in words: by its sum where values are in money, else by the smaller gain."""
    best: tuple[float, str | None] = (SLACK, None)
    for i, j in itertools.combinations(range(case.n), 2):
        gains = [_pair_gain(case, i, j, k) for k in (i, j)]
        total = gains[0] + gains[1] if case.setting.money else np.minimum(*gains)
        total[~np.logical_and.outer(case.likely[i] > 0, case.likely[j] > 0).astype(bool)] = -np.inf
        at = tuple(int(k) for k in np.unravel_index(int(np.argmax(total)), total.shape))
        if total[at] > best[0]:
            kinds, reports = at[:2], list(at[2:])
            truth = list(reports)
            truth[i], truth[j] = kinds
            exact = [
                case.utility(k, t, reports) - case.utility(k, t, truth) for k, t in zip((i, j), kinds, strict=True)
            ]
            said = " and ".join(
                f"{case.who(k, t)} reporting {case.game.types[1 + k][reports[k]]}"
                for k, t in zip((i, j), kinds, strict=True)
            )
            how = "together" if case.setting.money else "each at least"
            gain = sum(exact) if case.setting.money else min(exact)
            best = float(total[at]), f"{said} gain {how} {rational.decimal(gain)}{case.profile(reports, but=[i, j])}"
    return best[1]


def _pair_gain(case: Case, i: int, j: int, who: int) -> Array:
    """[type of i, type of j, *reports]: what `who` of the two gains by these reports over both telling the truth."""
    u = case.utilities[who]
    kinds = [len(case.values[k]) for k in (i, j)]
    reserve((*kinds, *u.shape[1:]), "joint lies of two players")
    lead = (slice(None), None) if who == i else (None, slice(None))
    table = np.broadcast_to(u[lead], (*kinds, *u.shape[1:]))
    told = np.moveaxis(table, (2 + i, 2 + j), (2, 3))
    a, b = np.ogrid[: kinds[0], : kinds[1]]
    honest = told[a, b, a, b]  # [type of i, type of j, *other reports]
    return table - np.expand_dims(honest, (2 + i, 2 + j))
