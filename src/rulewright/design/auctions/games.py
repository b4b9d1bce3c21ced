"""The same auction as a game of the house: a seller who decides who gets what, and bidders who know their values.

The seller, player 0, has a decision for every joint allocation: each item to nobody or to one bidder, (n + 1)^items in all. It
is where `design.solve` can be asked the same question, and where an auction found here is said in words (speak, pay,
commit) and proved on the induced game. Small grids only: the table is [player, *types, decision].
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from itertools import product as cartesian
from typing import Any

import numpy as np

from ...errors import InputError
from ...game.game import SINGLE, Game, Signal
from ...institution.mechanisms import Mechanism
from ...numerics import rational
from ...numerics.memory import FRACTION_BYTES, reserve
from ...numerics.rational import Array
from .exact import CLOSE, Exact
from .setting import setting

NOBODY = "nobody"
GOALS = ("revenue", "welfare")


def additive_auction_game(values: Any, prior: Any = None, *, bidders: int = 2, goal: str = "revenue") -> Game:
    """Additive bidders and a seller, in Fractions; `values`, `prior` as in `optimal`.

    The seller's payoff is what the allocation is worth to all (goal "welfare"), or nothing ("revenue": what it takes is money, for
    which `Rules.money_weight` is 1). Signal "auction" says nothing: payments on it depend on reports and the allocation alone.
    Raises InputError, TooLarge.
    """
    if goal not in GOALS:
        raise InputError(where="auction game", needed=" or ".join(GOALS), found=repr(goal))
    about = setting(values, prior, bidders, "additive")
    n, counts, decisions = about.bidders, about.counts, allocations(about.bidders, about.items)
    shape = (1, *counts, len(decisions), *(1,) * n)
    reserve((n + 1, *shape), "the auction as a game", item_bytes=FRACTION_BYTES)
    types = [rational.filled(t.shape, rational.simplest(t.ravel(), CLOSE)) for t in about.types]
    payoff = np.full((n + 1, *shape), Fraction(0), dtype=object)
    for i, table in enumerate(types):
        wins = np.array([[winner == i for winner in decided] for decided in decisions])  # [decision, item]
        worth = table @ rational.exact(wins.astype(int)).T  # [type, decision]
        along = [1] * len(shape)
        along[1 + i], along[1 + n] = worth.shape
        payoff[1 + i] = payoff[1 + i] + worth.reshape(along)
    if goal == "welfare":
        payoff[0] = payoff[1:].sum(axis=0)
    law = reduce(np.multiply.outer, [rational.exact_law(p) for p in about.prior])
    return Game(
        players=("seller", *(f"bidder {i + 1}" for i in range(n))),
        types=(SINGLE, *(_names(table) for table in types)),
        actions=(tuple(_said(decided) for decided in decisions), *(SINGLE for _ in range(n))),
        prior=law[None],
        payoff=payoff,
        transfer=np.full(payoff.shape, Fraction(0), dtype=object),
        signals=(Signal("auction", ("held",), np.full((*shape, 1), Fraction(1), dtype=object)),),
        designer=True,
    )


def mechanism(found: Exact) -> Mechanism:
    """The auction in words. Items are drawn independently: of each, q_ij(reports) is the chance that bidder i gets it.

    With unit demand a single bidder gets at most one item in a draw; several bidders are refused with InputError.
    """
    about = found.setting
    unit = about.demand == "unit"
    if unit and about.bidders > 1:
        raise InputError(
            where="auction in words", needed="additive demand, or one bidder", found="unit demand of several"
        )
    position = [{name: k for k, name in enumerate(_names(table))} for table in found.types]
    players = [f"bidder {i + 1}" for i in range(about.bidders)]

    def at(reports: Mapping[str, str]) -> tuple[int, ...]:
        return tuple(where[reports[player]] for where, player in zip(position, players, strict=True))

    def decide(reports: Mapping[str, str]) -> dict[str, Fraction]:
        cell: tuple = (slice(None), slice(None), *at(reports))
        shares = found.allocation[cell]  # [bidder, item]
        return {_said(k): p for k, p in (_either(shares) if unit else _independent(shares)) if p}

    def pay(reports: Mapping[str, str], decision: str) -> dict[str, Fraction]:
        return {player: -found.payments[(i, *at(reports))] for i, player in enumerate(players)}

    return Mechanism(f"auction of {about.items} items to {about.bidders} bidders", decide, pay)


def allocations(bidders: int, items: int) -> list[tuple[int, ...]]:
    """Per decision, who gets each item: a bidder from 0, or −1 for nobody. The first is that nobody gets anything."""
    return list(cartesian(range(-1, bidders), repeat=items))


def _independent(shares: Array) -> list[tuple[tuple[int, ...], Fraction]]:
    kept = np.concatenate([1 - shares.sum(axis=0, keepdims=True), shares])  # [nobody and bidders, item]
    chances = reduce(np.multiply.outer, kept.T)
    return [(tuple(k - 1 for k in cell), chances[cell]) for cell in np.ndindex(*chances.shape)]


def _either(shares: Array) -> list[tuple[tuple[int, ...], Fraction]]:
    """One bidder, at most one item."""
    items = shares.shape[1]
    one = [(tuple(0 if k == j else -1 for k in range(items)), shares[0, j]) for j in range(items)]
    return [((-1,) * items, 1 - shares[0].sum()), *one]


def _names(table: Array) -> tuple[str, ...]:
    return tuple(", ".join(map(rational.text, row)) for row in table)


def _said(decided: tuple[int, ...]) -> str:
    return "; ".join(
        (NOBODY if winner < 0 else f"bidder {winner + 1}") + (f" gets item {j + 1}" if len(decided) > 1 else " wins")
        for j, winner in enumerate(decided)
    )
