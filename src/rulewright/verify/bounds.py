"""Bounds: what a solver has to hand over so that a stranger sees that no rule of a family does better.

Weak duality needs no solver: with a weight w ≥ 0 on each requirement, the Lagrangian of the generalised principal–agent
programme (Myerson 1982, J. Math. Econ. 10) is at least the value of every rule that meets them, and its maximum over all
rules is found cell by cell (docs/certificate.md, “Bounds”). Here a solver's floating multipliers become exact ones:

    w_i[*κ, θ_i, r_i, a_i, a_i′]   the type is θ_i, it says r_i, is told a_i and does a_i′; κ: types of the other strategic
                                   players, in order, where incentives are ex post; nothing where they are Bayesian
    π_i[*κ, θ_i] or, where nobody has anything to report, π_i[*κ, θ_i, a_i]          participation
    β                                                                                 the budget

Where r_i ≠ θ_i, Σ_{a_i′} w_i is the same δ_i(θ_i, r_i) for every a_i: a mixed reply to each recommendation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import InputError
from ..game.game import Game
from ..numerics import rational
from ..numerics.rational import Array
from . import checker

Family = dict[str, Any]
INCENTIVES = ("bayesian", "ex post")
FINENESS = (1e-6, 1e-9, 1e-12)  # of weights, relative to the largest, in the order in which they are tried
SHORT = 10**12  # common denominators of simple weights that are still written


def family(
    game: Game,
    *,
    payments: Iterable[tuple[str, Sequence[str], Any, Any]] = (),
    money_weight: Any = 0,
    slack: Any = 0,
    incentives: str = "bayesian",
    outside: Mapping[str, Any] | None = None,
    budget: Any = None,
    ask: bool = True,
    recommend: bool = True,
) -> Family:
    """A family of rules as plain data: what `design.Rules` says, without importing it.

    payments: (to, on, low, high) with names of signals and liability, one number or one per joint outcome in C order.
    outside: per player one number or one per type. Raises InputError for names that `game` does not have.
    """
    if incentives not in INCENTIVES:
        raise InputError(where="family", needed=f"incentives {' or '.join(INCENTIVES)}", found=repr(incentives))
    return {
        "payments": [_payment(game, *payment) for payment in payments],
        "money_weight": _text(money_weight),
        "slack": _text(slack),
        "incentives": incentives,
        "outside": {p: _texts(v, game.type_counts[game.index(p)]) for p, v in (outside or {}).items()},
        "budget": None if budget is None else _text(budget),
        "ask": ask,
        "recommend": recommend,
    }


def _payment(game: Game, to: str, on: Sequence[str], low: Any, high: Any) -> dict[str, Any]:
    game.index(to)
    outcomes = math.prod(len(game.signal(name).outcomes) for name in on)
    return {"to": to, "on": list(on), "low": _texts(low, outcomes), "high": _texts(high, outcomes)}


def _text(value: Any) -> str:
    return rational.text(rational.fraction(value))


def _texts(values: Any, count: int) -> list[str]:
    return [_text(v) for v in np.broadcast_to(np.asarray(values, dtype=object), count)]


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Exact weights of requirements: whole numbers over one denominator, zeros left out."""

    denominator: int
    incentives: Mapping[str, tuple[Array, Array]] = field(repr=False)
    """Per player ([row, axis] positions on w_i in C order, [row] int64 weights)."""
    participation: Mapping[str, tuple[Array, Array]] = field(repr=False)
    """The same for π_i."""
    budget: int = 0

    def as_data(self) -> dict[str, Any]:
        """As in an ordinary certificate: lists of [position …, weight]."""
        return {
            "incentives": {p: self._listed(*rows) for p, rows in self.incentives.items()},
            "participation": {p: self._listed(*rows) for p, rows in self.participation.items()},
            "budget": str(Fraction(self.budget, self.denominator)),
        }

    def _listed(self, index: Array, weights: Array) -> list[list[Any]]:
        texts = [str(Fraction(int(w), self.denominator)) for w in weights]
        return [[*row, text] for row, text in zip(index.tolist(), texts, strict=True)]


def multipliers(
    game: Game,
    incentives: Mapping[str, Array] | Mapping[int, Array],
    participation: Mapping[str, Array] | Mapping[int, Array] | None = None,
    budget: float = 0.0,
    *,
    ex_post: bool = False,
    fineness: float = FINENESS[-1],
    simple: bool = False,
) -> Multipliers:
    """Exact multipliers near floating ones, of the shapes above by player; an LP's duals, signs removed, serve.

    Where nobody has anything to report, π_i without its last axis weighs all recommendations alike.
    Each weight is rounded to a multiple of 1/D, `fineness` relative to the largest, or with `simple` to the simplest
    rational so near; those that round to zero, and rows of types that never occur, are dropped; where replies to some
    recommendation weigh less than to another, the heaviest is raised. Raises InputError for arrays of another shape.
    """
    pays = {game.players[game.index(i)]: np.asarray(w, float) for i, w in incentives.items()}
    takes = {game.players[game.index(i)]: np.asarray(w, float) for i, w in (participation or {}).items()}
    for player, w in pays.items():
        _check_shape(w, player, _shape(game, player, ex_post, incentive=True))
    for player, w in takes.items():
        shape = _shape(game, player, ex_post, incentive=False)
        takes[player] = np.broadcast_to(w[..., None], shape) if w.shape == shape[:-1] and _quiet(game) else w
        _check_shape(takes[player], player, shape)
    unit = max([abs(budget), *(float(np.abs(w).max(initial=0)) for w in (*pays.values(), *takes.values()))]) or 1.0
    scale = _simple(unit, fineness, [*pays.values(), *takes.values(), np.array([budget])]) if simple else 0
    denominator = scale or 10 ** max(0, math.ceil(-math.log10(fineness * unit)))

    def whole(w: Array, player: str, incentive: bool) -> tuple[Array, Array]:
        weights = np.rint(np.maximum(w, 0) * denominator).astype(np.int64)
        weights = np.where(_occurs(game, player, ex_post, weights.ndim), weights, 0)
        if incentive:
            weights = _consistent(weights)
        index = np.argwhere(weights)
        return index, weights[tuple(index.T)]

    return Multipliers(
        denominator,
        {p: whole(w, p, True) for p, w in pays.items()},
        {p: whole(w, p, False) for p, w in takes.items()},
        round(max(budget, 0) * denominator),
    )


def candidates(game: Game, *given: Any, **more: Any) -> Iterator[Multipliers]:
    """`multipliers` in several roundings, the simplest first: each is a bound, the checker says which is best."""
    for fineness in FINENESS:
        yield multipliers(game, *given, **more, fineness=fineness, simple=True)
    yield multipliers(game, *given, **more)


def bound(statement: Mapping[str, Any], rules: Family, weights: Multipliers, *, objective: bool = True) -> Fraction:
    """What no rule of the family for the statement's base game is worth more than, as the checker sees it.

    Without objective: how much the rules have to spare under these weights; below 0, they are impossible.
    """
    claim = checker.Node({"family": rules, "multipliers": weights.as_data()}, "claim")
    return checker.Family(dict(statement), claim, Fraction(int(objective))).bound


def tightest(
    statement: Mapping[str, Any], rules: Family, found: Iterable[Multipliers], *, objective: bool = True
) -> tuple[Fraction, Multipliers]:
    """(bound, multipliers): the best of several, as `candidates` gives them."""
    return min(((bound(statement, rules, m, objective=objective), m) for m in found), key=lambda pair: pair[0])


def _quiet(game: Game) -> bool:
    """Whether nobody has anything to report."""
    return max([1, *game.type_counts[1:]]) == 1


def _shape(game: Game, player: str, ex_post: bool, *, incentive: bool) -> tuple[int, ...]:
    i = game.index(player)
    types, actions = game.type_counts[i], game.action_counts[i]
    own = (types, types, actions, actions) if incentive else (types, actions) if _quiet(game) else (types,)
    return tuple(game.type_counts[j] for j in range(1, game.n) if ex_post and j != i) + own


def _check_shape(w: Array, player: str, wanted: tuple[int, ...]) -> None:
    if w.shape != wanted or not np.isfinite(w).all():
        found = f"shape {w.shape}" if w.shape != wanted else "NaN or infinity"
        raise InputError(where=f"multipliers of {player}", needed=f"finite numbers, shape {wanted}", found=found)


def _simple(unit: float, fineness: float, tables: list[Array]) -> int:
    """The common denominator of the simplest rationals near all weights; 0 if it is too long."""
    values = np.unique(np.round(np.concatenate([np.ravel(w) for w in tables]) / (fineness * unit))) * fineness * unit
    common = 1
    for near in rational.simplest(values[values > 0], 2 * fineness * unit):
        common = math.lcm(common, near.denominator)
        if common * unit > SHORT:
            return 0
    return common


def _occurs(game: Game, player: str, ex_post: bool, ndim: int) -> Array:
    """[*κ, θ_i, 1 …]: whether the types that a row is about occur."""
    i = game.index(player)
    known = [j for j in range(1, game.n) if ex_post and j != i]
    gone = tuple(j for j in range(game.n) if j != i and j not in known)
    chance = game.prior.sum(axis=gone) if gone else game.prior
    left = [j for j in range(game.n) if j not in gone]
    chance = np.transpose(chance, [left.index(j) for j in (*known, i)])
    return np.asarray(chance > 0).reshape(chance.shape + (1,) * (ndim - chance.ndim))


def _consistent(weights: Array) -> Array:
    """w[*κ, θ, r, a, a′] such that sums over a′ are equal for all a where r ≠ θ, and obeying is no deviation."""
    types, actions = weights.shape[-4], weights.shape[-1]
    own, obeys = np.eye(types, dtype=bool)[:, :, None, None], np.eye(actions, dtype=bool)
    weights = np.where(own & obeys, 0, weights)
    sums = weights.sum(axis=-1)
    lacking = np.where(own[..., 0], 0, sums.max(axis=-1, keepdims=True) - sums)[..., None]
    at = np.where(sums > 0, weights.argmax(axis=-1), np.arange(actions))[..., None]
    return weights + np.where(np.arange(actions) == at, lacking, 0)
