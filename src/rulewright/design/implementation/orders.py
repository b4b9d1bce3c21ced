"""In which order players are settled: exact, without trying all orders.

Let g_i(S) be the least that i can be paid at a*, if a*_i is to be dominant given that the players in S play their part.
Where no payment is shared, an order is one choice of S_i (those before i) for every player, and its cost is

    spent = Σ_i max(0, g_i(S_i))       within the budget       paid = Σ_i g_i(S_i) ≤ B

(a player who can be fined at a* is fined only as far as the budget needs it). Settling more players only takes
constraints away, so g_i(S) falls in S. Hence, first, that some order does it is decided by a closure: settle whoever can
be settled, until nobody is left or nobody can be. Second, the cheapest order is a shortest path through the sets of
settled players: at most n·2^(n−1) small programmes instead of n! large ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

INFINITY = float("inf")
MOST_EXACT = 12  # players; beyond that the order of the closure is taken, cheapest first
TIE = 1e-9

Least = Callable[[int, frozenset[int]], float]
"""(player, players settled before it) → the least it can be paid at a*; infinite if nothing makes a*_i dominant."""


@dataclass(frozen=True)
class Order:
    """Players in the order in which they are settled, and what that costs."""

    players: tuple[int, ...]
    spent: float
    paid: float


def cheapest(active: tuple[int, ...], least: Least, budget: float = INFINITY) -> Order | None:
    """The order that spends least within the budget, and among those pays least; None if no order does it."""
    closed = closure(active, least)
    if closed is None:
        return None
    if len(active) > MOST_EXACT:
        return closed if closed.paid <= budget + TIE else None
    labels: dict[frozenset[int], list[Order]] = {frozenset(): [Order((), 0.0, 0.0)]}
    for _ in active:
        longer: dict[frozenset[int], list[Order]] = {}
        for settled, orders in labels.items():
            for i in active:
                if i not in settled and (cost := least(i, settled)) < INFINITY:
                    there = longer.setdefault(settled | {i}, [])
                    there += [Order((*o.players, i), o.spent + max(0.0, cost), o.paid + cost) for o in orders]
        labels = {settled: _undominated(orders) for settled, orders in longer.items()}
    found = [order for order in labels[frozenset(active)] if order.paid <= budget + TIE]
    return min(found, key=lambda order: (order.spent, order.paid), default=None)


def closure(active: tuple[int, ...], least: Least) -> Order | None:
    """Settle whoever can be settled, cheapest first, until all are; None if somebody never can be."""
    order, settled, spent, paid = list[int](), frozenset[int](), 0.0, 0.0
    while len(order) < len(active):
        cost, i = min((least(i, settled), i) for i in active if i not in settled)
        if cost == INFINITY:
            return None
        order.append(i)
        settled, spent, paid = settled | {i}, spent + max(0.0, cost), paid + cost
    return Order(tuple(order), spent, paid)


def _undominated(orders: list[Order]) -> list[Order]:
    kept: list[Order] = []
    for order in sorted(orders, key=lambda order: (order.spent, order.paid)):
        if not kept or order.paid < kept[-1].paid - TIE:
            kept.append(order)
    return kept
