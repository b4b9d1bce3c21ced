"""Who gets what without money: deferred acceptance, top trading cycles, serial dictatorship.

Algorithms on arrays of preference lists, positions with the best first; −1 ends a list (what is not listed is not accepted).

    deferred acceptance   proposers ask in their order, receivers hold the best      Gale & Shapley 1962, Am. Math. Mon. 69
    top trading cycles    point at the best house left, cycles swap and leave         Shapley & Scarf 1974, J. Math. Econ. 1
    serial dictatorship   one after the other takes the best that is left

Below them, the same as mechanisms: a type is a ranking, the decision is the matching.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import Game
from ...numerics import rational
from ...numerics.rational import Array
from .direct import Direct, along, certain, profiles, report_shape, valuations
from .settings import Setting


def lists(preferences: Any, others: int, who: str) -> tuple[Array, Array]:
    """([person, place] → position, −1 where the list has ended; [person, other] → place, `others` where it is not listed).

    Raises InputError naming the first list that is wrong.
    """
    table = np.asarray(preferences)
    if table.ndim != 2 or table.dtype.kind not in "iu":
        raise InputError(
            where=f"preferences of {who}", needed="a table of integers [person, place]", found=str(table.shape)
        )
    listed = table >= 0
    wrong = (table >= others).any(axis=1) | (listed[:, 1:] & ~listed[:, :-1]).any(axis=1)
    places = np.full((len(table), others + 1), others, np.int32)  # a last column for what is no position
    at = np.where(listed & (table < others), table, others)
    np.put_along_axis(places, at, np.arange(table.shape[1], dtype=np.int32)[None, :], axis=1)
    places = places[:, :others]
    wrong |= (places < others).sum(axis=1) != listed.sum(axis=1)
    if wrong.any():
        bad = int(np.argmax(wrong))
        raise InputError(
            where=f"preferences of {who}, list {bad}",
            needed=f"different positions from 0 to {others - 1}, then −1 to the end",
            found=str(table[bad].tolist()[:12]),
        )
    return table, places


def deferred_acceptance(proposers: Any, receivers: Any, capacity: Any = 1) -> Array:
    """[proposer] → receiver or −1: the stable matching that every proposer likes best among the stable ones.

    proposers[i, place] and receivers[j, place] are preference lists; `capacity` is a number or one per receiver.
    At most one step per entry of the proposers' lists. Raises InputError for lists that are wrong.
    """
    n, m = len(proposers), len(receivers)
    wishes, _ = lists(proposers, m, "proposers")
    _, places = lists(receivers, n, "receivers")
    places[places == n] = n + 1  # never below what a receiver with room accepts
    ranking, rows, length = places.tolist(), wishes.tolist(), wishes.shape[1]
    room = np.broadcast_to(capacity, m).tolist()
    held: list[list[tuple[int, int]]] = [[] for _ in range(m)]  # heaps of (−place, proposer): the worst in front
    bar = [n if seats > 0 else -1 for seats in room]  # only places below it are accepted
    at, free = [0] * n, list(range(n))
    while free:
        i = free.pop()
        row, k = rows[i], at[i]
        while k < length and (j := row[k]) >= 0:
            k += 1
            place = ranking[j][i]
            if place >= bar[j]:
                continue
            heap = held[j]
            if len(heap) < room[j]:
                heapq.heappush(heap, (-place, i))
            else:
                free.append(heapq.heapreplace(heap, (-place, i))[1])
            if len(heap) == room[j]:
                bar[j] = -heap[0][0]
            break
        at[i] = k
    match = np.full(n, -1)
    for j, heap in enumerate(held):
        for _, i in heap:
            match[i] = j
    return match


def blocking_pairs(match: Any, proposers: Any, receivers: Any) -> Array:
    """[pair, 2]: (proposer, receiver) who like each other better than what they have in match[proposer] (one to one)."""
    given = np.asarray(match)
    n, m = len(proposers), len(receivers)
    p, r = lists(proposers, m, "proposers")[1], lists(receivers, n, "receivers")[1]
    has = np.where(given >= 0, p[np.arange(n), given], m)
    holder = np.full(m, -1)
    holder[given[given >= 0]] = np.flatnonzero(given >= 0)
    kept = np.where(holder >= 0, r[np.arange(m), holder], n)
    return np.argwhere((p < has[:, None]) & (r < kept[:, None]).T)


def top_trading_cycles(preferences: Any, endowment: Any = None) -> Array:
    """[person] → house: the only core allocation of the housing market in which person i owns house endowment[i].

    preferences[i, place]: complete strict rankings of the n houses; endowment[i] = i where left out.
    """
    n = len(preferences)
    wishes, _ = lists(preferences, n, "people")
    owned = np.arange(n) if endowment is None else np.asarray(endowment)
    if wishes.shape[1] != n or (n and wishes.min() < 0) or sorted(owned.tolist()) != list(range(n)):
        raise InputError(
            where="top trading cycles",
            needed="a complete ranking of as many houses as people, and one owner each",
            found=str(wishes.shape),
        )
    rows, owner = wishes.tolist(), np.argsort(owned).tolist()
    at, gone, got = [0] * n, [False] * n, [-1] * n
    path: list[int] = []
    on_path = [False] * n
    for start in range(n):
        if got[start] >= 0:
            continue
        path, i = [start], start
        on_path[start] = True
        while path:
            i = path[-1]
            while gone[rows[i][at[i]]]:
                at[i] += 1
            j = owner[rows[i][at[i]]]
            if not on_path[j]:
                on_path[j] = True
                path.append(j)
                continue
            while True:  # a cycle is closed: everybody in it takes the house it points at
                k = path.pop()
                house = rows[k][at[k]]
                got[k], gone[house], on_path[k] = house, True, False
                if k == j:
                    break
    return np.array(got)


def serial_dictatorship(preferences: Any, order: Sequence[int] | None = None) -> Array:
    """[person] → object or −1: people in `order` (by number where left out) take the best of their list that is left."""
    wishes = np.asarray(preferences)
    taken: set[int] = set()
    got = np.full(len(wishes), -1)
    for i in range(len(wishes)) if order is None else order:
        best = next((int(x) for x in wishes[i] if x >= 0 and int(x) not in taken), -1)
        got[i] = best
        taken.add(best)
    return got


# ── as mechanisms ───────────────────────────────────────────────────────────────────────────────────────────────────


def strict(values: Array, who: str) -> Array:
    """[type, place]: options from the best to the worst. Raises InputError where a type is indifferent."""
    order = np.argsort(-rational.floats(values), axis=1, kind="stable")
    sorted_values = np.take_along_axis(values, order, axis=1)
    if (sorted_values[:, 1:] == sorted_values[:, :-1]).any():
        raise InputError(
            where=f"payoff of {who}", needed="a strict ranking for each type", found="a type that is indifferent"
        )
    return order


def over_objects(game: Game, holds: Array) -> list[Array]:
    """Per player [type, object]: what each object that it can hold is worth to it; read off the decisions."""
    found, values = [], valuations(game)
    if holds.shape != (values[0].shape[1], len(values)):
        raise InputError(where="matching", needed="the game of the market that the rule was made for", found=repr(game))
    for k, table in enumerate(values):
        objects = [int(np.argmax(holds[:, k] == x)) for x in range(holds[:, k].max() + 1)]
        if (table != table[:, objects][:, holds[:, k]]).any():
            raise InputError(
                where=f"payoff of {game.players[1 + k]}",
                needed="a value of what it holds, whoever holds the rest",
                found="another",
            )
        found.append(table[:, objects])
    return found


def looked_up(game: Game, holds: Array, match: Any) -> Array:
    """strategy[*reports, decision] from match(profile) → what each player holds."""
    where = {tuple(row): d for d, row in enumerate(holds.tolist())}
    choice = np.zeros(report_shape(game), int)
    for at in profiles(game):
        choice[at] = where[tuple(int(x) for x in match(at))]
    return certain(choice, len(holds), game.payoff)


@dataclass(frozen=True, eq=False)
class DeferredAcceptance(Direct):
    """Deferred acceptance in a `settings.marriage`; the left side proposes, or the right one."""

    market: Setting = field(repr=False)
    proposing: str = "left"

    def describe(self) -> str:
        return f"deferred acceptance, {self.proposing} side proposing"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        holds = self.market.holds
        if self.market.kind != "marriage" or holds is None or self.proposing not in ("left", "right"):
            raise InputError(where=self.describe(), needed="a marriage market; left or right", found=self.market.kind)
        orders = [strict(v, p) for v, p in zip(over_objects(game, holds), game.players[1:], strict=True)]
        n = len(orders) // 2

        def match(at: tuple[int, ...]) -> Array:
            told = np.stack([order[k] for order, k in zip(orders, at, strict=True)])
            if self.proposing == "left":
                found = deferred_acceptance(told[:n], told[n:])
                return np.concatenate([found, np.argsort(found)])
            found = deferred_acceptance(told[n:], told[:n])
            return np.concatenate([np.argsort(found), found])

        return looked_up(game, holds, match), None


@dataclass(frozen=True, eq=False)
class TopTradingCycles(Direct):
    """Top trading cycles in `settings.houses`; person i owns house endowment[i]."""

    market: Setting = field(repr=False)
    endowment: tuple[int, ...] | None = None

    def describe(self) -> str:
        return "top trading cycles"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        holds = self.market.holds
        if self.market.kind != "houses" or holds is None:
            raise InputError(where=self.describe(), needed="a market of houses", found=self.market.kind)
        orders = [strict(v, p) for v, p in zip(over_objects(game, holds), game.players[1:], strict=True)]
        return (
            looked_up(
                game,
                holds,
                lambda at: top_trading_cycles(
                    np.stack([o[k] for o, k in zip(orders, at, strict=True)]), self.endowment
                ),
            ),
            None,
        )


@dataclass(frozen=True)
class SerialDictatorship(Direct):
    """Players in `order` (by number where left out) strike out every decision that is not best for them among those left.

    For any outcomes: with one alternative each it is dictatorship, with houses everybody in turn takes the best left.
    Ties that nobody breaks go to the first decision.
    """

    order: tuple[int, ...] | None = None

    def describe(self) -> str:
        return "serial dictatorship"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        order = range(len(values)) if self.order is None else self.order
        if len(set(order)) != len(order) or not set(order) <= set(range(len(values))):
            raise InputError(
                where=self.describe(), needed=f"different players from 0 to {len(values) - 1}", found=str(self.order)
            )
        return certain(_dictated(values, order), values[0].shape[1], game.payoff), None


def _dictated(values: Sequence[Array], order: Sequence[int]) -> Array:
    """[*reports] → decision."""
    n, decisions = len(values), values[0].shape[1]
    left = np.ones((*(len(v) for v in values), decisions), bool)
    for i in order:
        v = np.broadcast_to(along(rational.floats(values[i]), i, n), left.shape)
        best = np.where(left, v, -np.inf).max(axis=-1, keepdims=True)
        left &= v == best
    return left.argmax(axis=-1)


@dataclass(frozen=True)
class RandomSerialDictatorship(Direct):
    """Serial dictatorship in an order drawn evenly (Abdulkadiroğlu & Sönmez 1998, Econometrica 66)."""

    def describe(self) -> str:
        return "random serial dictatorship"

    def rule(self, game: Game) -> tuple[Array, Array | None]:
        values = valuations(game)
        n, decisions = len(values), values[0].shape[1]
        counts = np.zeros((*report_shape(game), decisions), int)
        for order in itertools.permutations(range(n)):
            counts += np.eye(decisions, dtype=int)[_dictated(values, order)]
        return rational.like(counts, game.payoff) * rational.like(Fraction(1, math.factorial(n)), game.payoff)[()], None
