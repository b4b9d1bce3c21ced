"""Games that the classical mechanisms are for: one item, several units, trade, public projects, houses, marriages, votes, a line.

In each the designer (player 0) decides d and wants the sum of values; players know their own values v_i(θ_i, d) and only report.
A `Setting` adds to the game what its decisions mean: what each player *holds* at each decision.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game, names
from ...numerics import rational
from ...numerics.memory import FRACTION_BYTES, reserve
from ...numerics.rational import Array
from .direct import along

NOBODY = "nobody"


@dataclass(frozen=True, eq=False)
class Setting:
    """A game with a designer, and what its decisions mean."""

    game: Game
    kind: str
    """"item", "project", "houses", "marriage", "vote", "line" or "cake"."""
    grid: str
    """One phrase: players and type grids, for tables and claims."""
    holds: Array | None = field(default=None, repr=False)
    """[decision, player]: which object, share or partner the player holds, −1 for none; players without the designer."""
    swapped: Array | None = field(default=None, repr=False)
    """[decision, i, j]: the decision in which i has what j has in `decision`, −1 where there is none."""
    outside: tuple[Array, ...] | None = field(default=None, repr=False)
    """Per player after the designer [type]: what it gets by staying away; None where nobody can."""

    @property
    def money(self) -> bool:
        """Whether values are in money, so that they may be added up and paid for."""
        return self.kind in ("item", "project")


def fits(types: Sequence[int], decisions: int) -> None:
    """Raise InputError where there is nobody, TooLarge where a game of these sizes would not fit: before any of it is made."""
    if not types:
        raise InputError(where="setting", needed="at least one player", found="none")
    reserve((len(types) + 1, *types, decisions), "a game of private values", item_bytes=FRACTION_BYTES)


def gather(
    values: Sequence[Any],
    decisions: Sequence[str],
    types: Sequence[Sequence[str]],
    players: Sequence[str],
    prior: Sequence[Any] | None = None,
    designer: str = "rule",
) -> Game:
    """The game of private values: values[i] is [type, decision]; prior[i] the law of i's type, uniform where left out.

    The designer's payoff is Σ_i v_i. Exact. Raises TooLarge where the tables would not fit.
    """
    tables = [rational.exact(v) for v in values]
    counts = tuple(len(v) for v in tables)
    n = len(tables)
    fits([len(t) for t in types], len(decisions))
    laws = [rational.exact(p) for p in prior] if prior else [rational.exact([Fraction(1, k)] * k) for k in counts]
    law = rational.filled((1,) * n, [Fraction(1)])
    for k, p in enumerate(laws):
        law = law * along(p, k, n)
    full = (*counts, len(decisions))
    rows = [np.broadcast_to(along(v, k, n), full) for k, v in enumerate(tables)]
    payoff = np.stack([sum(rows[1:], rows[0]), *rows]).reshape(n + 1, 1, *counts, len(decisions), *(1,) * n)
    return Game.bayesian(
        payoff,
        law[None],
        players=(designer, *players),
        types=(("·",), *map(tuple, types)),
        actions=(tuple(decisions), *[("·",)] * n),
        designer=True,
    )


def nothing(game: Game) -> tuple[Array, ...]:
    """[type] per player after the designer: zeros."""
    return tuple(rational.zeros((k,), game.payoff) for k in game.type_counts[1:])


def _labels(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(rational.fraction(v)) for v in values)


def item(
    bidders: int = 2, values: Sequence[Any] = (1, 2, 3), *, units: int = 1, prior: Sequence[Any] | None = None
) -> Setting:
    """`units` identical items for `bidders` with unit demand; every bidder's value is drawn from `values` by `prior`.

    Decisions: who wins; nobody, or any set of at most `units` bidders. Values at least 0, increasing.
    """
    worth = [rational.fraction(v) for v in values]
    if bidders < 1 or units < 1 or not worth or worth[0] < 0 or sorted(set(worth)) != worth:
        raise InputError(
            where="item",
            needed="bidders, units, and increasing values of at least 0",
            found=f"{bidders}, {units}, {values}",
        )
    fits([len(worth)] * bidders, sum(math.comb(bidders, k) for k in range(min(units, bidders) + 1)))
    players = names("bidder ", bidders)
    sets = [s for k in range(min(units, bidders) + 1) for s in itertools.combinations(range(bidders), k)]
    decisions = [" and ".join(players[i] for i in s) + " wins" * (len(s) == 1) or NOBODY for s in sets]
    holds = np.array([[0 if i in s else -1 for i in range(bidders)] for s in sets])
    tables = [
        np.array([[v if i in s else Fraction(0) for s in sets] for v in worth], dtype=object) for i in range(bidders)
    ]
    where = {s: k for k, s in enumerate(sets)}
    swapped = np.full((len(sets), bidders, bidders), -1)
    for d, s in enumerate(sets):
        for i, j in itertools.product(range(bidders), repeat=2):
            exchange = {i: j, j: i}
            swapped[d, i, j] = where[tuple(sorted(exchange.get(k, k) for k in s))]
    game = gather(tables, decisions, [_labels(worth)] * bidders, players, [prior] * bidders if prior else None)
    what = "one item" if units == 1 else f"{units} units"
    said = f"{what}, {bidders} bidders, values {', '.join(_labels(worth))}"
    return Setting(game, "item", said, holds, swapped, nothing(game))


def trade(costs: Sequence[Any] = (0, 1, 2), values: Sequence[Any] = (1, 2, 3)) -> Setting:
    """One seller with a cost of giving up its item, one buyer with a value (Myerson & Satterthwaite 1983, J. Econ. Theory 29).

    Decisions: no trade, trade. Payoffs are changes from no trade. Costs and values uniform and independent.
    """
    cost, worth = ([rational.fraction(x) for x in side] for side in (costs, values))
    tables = [np.array([[Fraction(0), s * x] for x in side], dtype=object) for s, side in ((-1, cost), (1, worth))]
    game = gather(tables, ("no trade", "trade"), (_labels(cost), _labels(worth)), ("seller", "buyer"))
    said = f"bilateral trade, costs {', '.join(_labels(cost))}, values {', '.join(_labels(worth))}"
    return Setting(game, "project", said, outside=nothing(game))


def project(citizens: int = 2, values: Sequence[Any] = (0, 1, 2, 3), cost: Any = 3) -> Setting:
    """A public project: built or not; each citizen bears cost/n when it is built, and values it by its type.

    Clarke 1971, Public Choice 11; Green & Laffont 1977, Econometrica 45.
    """
    share = rational.fraction(cost) / citizens
    worth = [rational.fraction(v) for v in values]
    table = np.array([[Fraction(0), v - share] for v in worth], dtype=object)
    game = gather([table] * citizens, ("not built", "built"), [_labels(worth)] * citizens, names("citizen ", citizens))
    said = f"public project of cost {rational.fraction(cost)}, {citizens} citizens, values {', '.join(_labels(worth))}"
    return Setting(game, "project", said, outside=nothing(game))


def rankings(alternatives: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """All strict rankings as positions, best first, in lexicographic order."""
    return tuple(itertools.permutations(range(len(alternatives))))


def ordinal(order: Sequence[int], count: int) -> list[Fraction]:
    """Values count−1, …, 0 from the best to the worst; anything not ranked is worth −1."""
    table = [Fraction(-1)] * count
    for place, x in enumerate(order):
        table[x] = Fraction(count - 1 - place)
    return table


def listed(orders: Any, count: int, where: str) -> tuple[tuple[int, ...], ...]:
    """The rankings that a player may have, checked: each has every position once, and none comes twice."""
    found = tuple(tuple(int(x) for x in order) for order in orders)
    if not found or len(set(found)) != len(found) or any(sorted(o) != list(range(count)) for o in found):
        raise InputError(
            where=where,
            needed=f"different rankings of the positions 0 to {count - 1}, at least one",
            found=str(orders)[:80],
        )
    return found


def spelt(order: Sequence[int], labels: Sequence[str]) -> str:
    return ">".join(labels[x] for x in order)


def houses(
    people: int = 3, orders: Sequence[Sequence[int]] | None = None, *, objects: Sequence[str] | None = None
) -> Setting:
    """As many houses as people; a type is a strict ranking of the houses (Shapley & Scarf 1974, J. Math. Econ. 1).

    `orders`: the rankings that a person may have (positions, best first), all of them where left out. Decisions: who gets which
    house. Values are n−1 for the best house to 0 for the worst; only their order matters to ordinal rules. Person i comes with
    house i and may stay with it.
    """
    labels = tuple(objects or (chr(ord("A") + k) for k in range(people)))
    if len(labels) != people:
        raise InputError(where="houses", needed=f"{people} names of houses", found=", ".join(labels))
    fits([len(orders) if orders is not None else math.factorial(people)] * people, math.factorial(people))
    orders = rankings(labels) if orders is None else listed(orders, people, "houses")
    matchings = list(itertools.permutations(range(people)))
    worth = np.array([ordinal(order, people) for order in orders], dtype=object)
    holds = np.array(matchings)
    players = names("person ", people)
    said = [", ".join(labels[h] for h in m) for m in matchings]
    game = gather(
        [worth[:, holds[:, i]] for i in range(people)], said, [[spelt(o, labels) for o in orders]] * people, players
    )
    where = {m: d for d, m in enumerate(matchings)}
    swapped = np.full((len(matchings), people, people), -1)
    for d, m in enumerate(matchings):
        for i, j in itertools.product(range(people), repeat=2):
            swap = list(m)
            swap[i], swap[j] = m[j], m[i]
            swapped[d, i, j] = where[tuple(swap)]
    own = tuple(worth[:, i] for i in range(people))
    return Setting(
        game, "houses", f"{people} people, {people} houses, {len(orders)} rankings each", holds, swapped, own
    )


def marriage(left: Sequence[Sequence[Sequence[int]]], right: Sequence[Sequence[Sequence[int]]]) -> Setting:
    """Two sides of equal size; left[i] lists the rankings that i may have of the right side, and the other way round.

    Gale & Shapley 1962, Am. Math. Mon. 69. Somebody with one ranking is not asked for it. Decisions: all full matchings.
    """
    n = len(left)
    if len(right) != n or not n:
        raise InputError(where="marriage", needed="two sides of equal size", found=f"{n} and {len(right)}")
    fits([len(orders) for orders in (*left, *right)], math.factorial(n))
    sides = [f"left {k + 1}" for k in range(n)], [f"right {k + 1}" for k in range(n)]
    matchings = list(itertools.permutations(range(n)))
    holds = np.array([[*m, *np.argsort(m)] for m in matchings])
    values, types = [], []
    for side, (lists, others) in enumerate(((left, sides[1]), (right, sides[0]))):
        for i, orders in enumerate(lists):
            orders = listed(orders, n, f"marriage, {(*sides[0], *sides[1])[side * n + i]}")
            worth = np.array([ordinal(order, n) for order in orders], dtype=object)
            values.append(worth[:, holds[:, side * n + i]])
            types.append([spelt(order, [label.split()[1] for label in others]) for order in orders])
    said = [", ".join(f"{i + 1}–{j + 1}" for i, j in enumerate(m)) for m in matchings]
    game = gather(values, said, types, [*sides[0], *sides[1]])
    return Setting(
        game, "marriage", f"{n} and {n} to be matched, {' × '.join(str(len(t)) for t in types)} rankings", holds
    )


def vote(
    voters: int = 3, alternatives: Sequence[str] = ("a", "b", "c"), orders: Any = None, scale: Any = None
) -> Setting:
    """An election; a type is a strict ranking of the alternatives, all of them unless `orders` lists some.

    `scale`: what the best, second, … alternative is worth, decreasing; m−1, …, 0 where left out.
    """
    m = len(alternatives)
    worths = [rational.fraction(x) for x in (range(m - 1, -1, -1) if scale is None else scale)]
    if len(worths) != m or sorted(set(worths), reverse=True) != worths:
        raise InputError(where="vote", needed=f"a scale of {m} decreasing values", found=str(scale))
    fits([len(orders) if orders is not None else math.factorial(m)] * voters, m)
    orders = rankings(alternatives) if orders is None else listed(orders, m, "vote")
    table = np.empty((len(orders), m), dtype=object)
    for t, order in enumerate(orders):
        table[t, list(order)] = worths
    types = [spelt(order, alternatives) for order in orders]
    game = gather([table] * voters, tuple(alternatives), [types] * voters, names("voter ", voters))
    return Setting(game, "vote", f"{voters} voters, {m} alternatives, {len(orders)} rankings")


def line(voters: int = 3, points: int = 4) -> Setting:
    """Points on a line, a type is a peak, and what is nearer to it is better (Black 1948, J. Polit. Econ. 56)."""
    at = np.arange(points)
    table = rational.exact(-abs(at[:, None] - at[None, :]))
    labels = [str(x) for x in at]
    game = gather([table] * voters, labels, [labels] * voters, names("voter ", voters))
    return Setting(game, "line", f"{voters} voters, peaks at {points} points of a line")
